// The entries of Node, Bun and Deno: bundled, because Node needs a millisecond for each of ninety files.
//
//   node-shared.js       the modules that index.js reaches, once, so that a class is the same in all entries
//   <entry>.node.js      the modules that one entry has in addition
//   node-<module>.js     a module that `import()` loads, with what it has in addition
//
// All are in pkg/ itself, where the addresses of the wasm files are right. Node finds two files for an app.
//
// pkg/cjs/ has the same as CommonJS, for `require` in hosts that cannot load an ES module with it: Node before 20.19, Jest. It has
// its own copy of the declarations, because TypeScript takes the format of a package from them.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

const SHARED = 'node-shared'
/** The form of a wasm module as text is not bundled. */
const TEXT = /\.text\.js$/

/** The directive for client components of React, which precedes all code. */
const CLIENT = /^(?:\/\/.*\n)*['"]use client['"]/
/** The line that refers to the declarations of an entry (entries.mjs). */
const TYPES = /^\/\/ @ts-self-types=.*/

/**
 * What precedes the code of an entry. Nitro's build for servers (Nuxt) copies the files that the entry of bundlers reaches, while Node, which
 * then runs them, finds its own entry by `module-sync`. So the former imports the latter. Bundlers drop this import, because the
 * package states that it has no side effects.
 */
const firstLines = (name, code) =>
  [TYPES.exec(code)?.[0], name.endsWith('.server') && `import './${name.replace('.server', '.node')}.js'`]
    .filter(Boolean)
    .join('\n')

/** What differs between the two forms. */
const FORMS = {
  esm: { format: 'esm', folder: '.' },
  cjs: {
    format: 'cjs',
    folder: 'cjs',
    // Jest refuses `import()` in CommonJS.
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'packageUrl' },
    banner: {
      js: [
        // The wasm files are in the folder above.
        "const packageUrl = require('node:url').pathToFileURL(__dirname + '.js').href",
        // jsdom, a test environment of Jest, lacks both.
        "const { TextDecoder, TextEncoder } = require('node:util')",
      ].join('\n'),
    },
  },
}

/** The static imports of a file as tsc writes them, and the files that `import()` loads. */
function importsOf(code) {
  const text = code.replace(/\/\*[\s\S]*?\*\//g, '')
  const fixed = [...text.matchAll(/^(?:import|export) ([^'"]*?) from ['"](\.[^'"]+)['"]/gm)].map(
    ([, what, from]) => {
      const names = /^\{([^}]*)\}$/.exec(what)?.[1].split(',') ?? [what]
      return { from, names: names.map((name) => name.trim().split(/ as /)[0]).filter(Boolean) }
    },
  )
  const later = [...text.matchAll(/\bimport\(['"](\.[^'"]+)['"]\)/g)].map(([, from]) => from)
  return { fixed, later }
}

/** The modules of a bundle and what they need of `shared`: names by file, and the files that are loaded later. */
function walk(pkg, code, shared = new Set()) {
  const found = { modules: new Set(), needed: new Map(), later: new Set() }
  const visit = (text, folder) => {
    const { fixed, later } = importsOf(text)
    for (const from of later) found.later.add(resolve(folder, from))
    for (const { from, names } of fixed) {
      const file = resolve(folder, from)
      if (shared.has(file)) found.needed.set(file, new Set([...(found.needed.get(file) ?? []), ...names]))
      else if (!found.modules.has(file) && !TEXT.test(file)) {
        found.modules.add(file)
        visit(readFileSync(file, 'utf8'), dirname(file))
      }
    }
  }
  visit(code, pkg)
  return found
}

/** The code that exports the needed names of shared modules. */
function exportsOf(pkg, needs) {
  const owners = new Map()
  for (const needed of needs)
    for (const [file, names] of needed)
      for (const name of names) {
        if (!/^\w+$/.test(name) || (owners.get(name) ?? file) !== file)
          throw new Error(
            `'${name}' of ${basename(file)} cannot be an export of ${SHARED}.js: import it by its own name`,
          )
        owners.set(name, file)
      }
  return [...owners]
    .map(([name, file]) => `export { ${name} } from './${file.slice(pkg.length + 1)}'`)
    .join('\n')
}

/**
 * Bundles entries, given by their code.
 *
 * @param index the code of index.js without its loader
 * @param form a key of {@link FORMS}
 */
export async function bundleForNode(pkg, index, entries, form = 'esm') {
  const { format, folder: subfolder, ...options } = FORMS[form]
  const target = join(pkg, subfolder)
  mkdirSync(target, { recursive: true })
  for (const file of readdirSync(target)) if (/^node-/.test(file)) rmSync(join(target, file))
  const { modules: shared, later } = walk(pkg, index)
  const own = Object.entries(entries).map(([name, code]) => ({
    ...{ name, code, folder: pkg },
    source: existsSync(join(pkg, `${name.split('.')[0]}.js`)) ? `${name.split('.')[0]}.js` : `<${name}>`,
  }))
  const loaded = new Map()
  /** Adds the bundles of files that are loaded with `import()`, if they are not in the shared one. */
  const add = (files) => {
    for (const file of files) {
      if (loaded.has(file) || shared.has(file) || TEXT.test(file)) continue
      const name = `node-${basename(file, '.js')}`
      if ([...loaded.values()].includes(name)) throw new Error(`two files would be ${name}.js`)
      loaded.set(file, name)
      own.push({ name, code: readFileSync(file, 'utf8'), folder: dirname(file), source: basename(file) })
    }
  }
  add(later)
  const needs = []
  for (const bundle of own) {
    // A loaded file is not itself in `shared`, so its own imports are resolved from its folder.
    const { needed, later } = walk(bundle.folder, bundle.code, shared)
    needs.push(needed)
    add(later)
  }
  const bundle = ({ name, code: contents, folder, source }, isShared = false) =>
    build({
      stdin: { contents, resolveDir: folder, sourcefile: source },
      outfile: join(target, `${name}.js`),
      // esbuild drops comments.
      banner: { js: form === 'esm' && folder === pkg ? firstLines(name, contents) : '' },
      bundle: true,
      format,
      ...options,
      ...(options.banner &&
        CLIENT.test(contents) && { banner: { js: `'use client'\n${options.banner.js}` } }),
      platform: 'node',
      target: 'node20',
      packages: 'external',
      sourcemap: true,
      // The sources are files of the package.
      sourcesContent: false,
      logLevel: 'error',
      plugins: [
        {
          name: 'shared',
          setup({ onResolve }) {
            onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
              const file = resolve(resolveDir, path)
              const external = (target) => ({ path: `./${target}.js`, external: true })
              if (TEXT.test(file)) return external(basename(file, '.js'))
              if (kind === 'dynamic-import' && loaded.has(file)) return external(loaded.get(file))
              if (!isShared && shared.has(file)) return external(SHARED)
              if (!existsSync(file)) throw new Error(`${name}.js needs ${file}, which does not exist`)
              return undefined
            })
          },
        },
      ],
    })
  await Promise.all([
    bundle({ name: SHARED, code: exportsOf(pkg, needs), folder: pkg, source: '<exports>' }, true),
    ...own.map((one) => bundle(one)),
  ])
}

/** Writes the declarations that the entries reach into pkg/cjs/, where TypeScript takes them for CommonJS. */
export function declareCommonJs(pkg, entries) {
  const folder = join(pkg, 'cjs')
  const seen = new Set()
  const visit = (file) => {
    if (seen.has(file)) return
    seen.add(file)
    const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '')
    for (const [, from] of text.matchAll(
      /\b(?:from |import )['"](\.[^'"]+?)\.(?:js|d\.ts)['"]|\bimport\(['"](\.[^'"]+)\.js['"]\)/g,
    ))
      if (from) visit(resolve(dirname(file), `${from}.d.ts`))
      else throw new Error(`${file} has a type of the form import('…'), which scripts/node.mjs does not copy`)
    const copy = join(folder, file.slice(pkg.length + 1))
    mkdirSync(dirname(copy), { recursive: true })
    copyFileSync(file, copy)
  }
  for (const name of entries) visit(join(pkg, `${name}.d.ts`))
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n')
}
