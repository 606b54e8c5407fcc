// The package's entries. src/ts/index.ts is written once; the entries of other runtimes differ only in the loader.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { files } from './lib.mjs'
import { bundleForNode, declareCommonJs } from './node.mjs'
import { sbom } from './sbom.mjs'

/** The loader that src/ts/index.ts imports. */
const LOADER = './loader.browser.js'

const SLIM = {
  loader: 'wasm/loaders/given',
  types: 'slim',
  more: "export { init } from './wasm/loaders/given.js'\n",
}

/** Entries by file name: the loader of each, and its additional exports. */
const ENTRIES = {
  'index.workerd': { loader: 'wasm/loaders/workerd' },
  'index.edge': { loader: 'wasm/loaders/edge' },
  // Everything in JavaScript: nothing is fetched, and all that needs only the core is synchronous.
  inline: { loader: 'loader.inline' },
  'index.native': { loader: 'wasm/loaders/native' },
  debug: { loader: 'loader.debug' },
  'debug.workerd': { loader: 'wasm/loaders/debug-workerd' },
  slim: SLIM,
}

/** The entries of Node, Bun and Deno, which are bundled. */
const NODE_ENTRIES = {
  'index.node': { loader: 'loader.node' },
  // For bundlers, which may move the code without the files.
  'index.server': { loader: 'loader.server' },
  'inline.node': { loader: 'loader.inline-node' },
  'debug.node': { loader: 'loader.debug-node' },
  'slim.node': SLIM,
}

/** Entries with the names of other libraries: each is written once, with the loader of every runtime, like index.js. */
const NAMED = ['python', 'instructor-js']
const LOADERS = { workerd: 'wasm/loaders/workerd', edge: 'wasm/loaders/edge' }
const NODE_LOADERS = { node: 'loader.node', server: 'loader.server' }

/** The same entries in every runtime, which Node, Bun and Deno get bundled: they share modules with the entries above. */
const PLAIN_ENTRIES = ['test', 'otel', 'server', 'devtools', 'react', 'vue', 'svelte']

/** What the tests of this repository need of the bundled modules. It is not in the npm package. */
const INTERNALS = "export { coreMemory, restartCore } from './wasm/modules.js'\n"

/** The first line of a file with declarations: Deno finds them by it, where a package has no package.json (JSR). */
const typesOf = (name) => `// @ts-self-types="./${name}.d.ts"\n`

/** Adds the line to what tsc wrote, and to its source map. The glue has none, so its declarations are named where they are imported. */
function linkTypes(pkg) {
  for (const file of files(pkg)) {
    const [, stem, ending] = /^(.*?)(\.d\.ts|\.js)$/.exec(file) ?? []
    if (!stem || stem.endsWith('_bg') || !existsSync(`${stem}.d.ts`)) continue
    const text = readFileSync(file, 'utf8')
    if (ending === '.js') {
      const line = typesOf(basename(stem))
      // A program has its interpreter in the first line. `npm run dev` comes here again for files that have not changed.
      if (text.startsWith('#!') || text.startsWith(line)) continue
      writeFileSync(file, line + text)
      const map = JSON.parse(readFileSync(`${file}.map`, 'utf8'))
      writeFileSync(`${file}.map`, JSON.stringify({ ...map, mappings: `;${map.mappings}` }))
    } else if (text.includes("_bg.js'")) writeFileSync(file, text.replaceAll("_bg.js'", "_bg.d.ts'"))
  }
}

/** Writes the entries next to the compiled index.js of `pkg`. */
export async function writeEntries(pkg) {
  linkTypes(pkg)
  const source = (name) => {
    const text = readFileSync(join(pkg, `${name}.js`), 'utf8')
    if (text.split(LOADER).length !== 2) throw new Error(`${name}.js must import ${LOADER} once`)
    return text
  }
  const index = source('index')
  // An entry has the source map of the file that it is made of: all lines are at the same places.
  const code = ({ text = index, loader, more = '', types }) =>
    (types ? text.replace(/^.*\n/, typesOf(types)) : text)
      .replace(LOADER, `./${loader}.js`)
      .replace(/(?=^\/\/# sourceMappingURL)/m, more)
  const codes = (entries) =>
    Object.fromEntries(Object.entries(entries).map(([name, entry]) => [name, code(entry)]))
  const named = (loaders) =>
    Object.fromEntries(
      NAMED.flatMap((name) =>
        Object.entries(loaders).map(([runtime, loader]) => [
          `${name}.${runtime}`,
          { text: source(name), loader },
        ]),
      ),
    )
  for (const [name, text] of Object.entries(codes({ ...ENTRIES, ...named(LOADERS) })))
    writeFileSync(join(pkg, `${name}.js`), text)
  writeFileSync(
    join(pkg, 'slim.d.ts'),
    "export * from './index.js'\nexport { type GivenModules, init } from './wasm/loaders/given.js'\n",
  )
  const plain = PLAIN_ENTRIES.map((name) => [`${name}.node`, readFileSync(join(pkg, `${name}.js`), 'utf8')])
  const all = {
    ...codes({ ...NODE_ENTRIES, ...named(NODE_LOADERS) }),
    ...Object.fromEntries(plain),
  }
  const withoutLoader = index.replace(/^import .*loader.*\n/m, '')
  await bundleForNode(pkg, withoutLoader, { ...all, 'internals.node': INTERNALS })
  // Node has the files, so that `require` of `inline` is that of `index`.
  const required = Object.entries(all).filter(([name]) => name.endsWith('.node') && name !== 'inline.node')
  const names = required.map(([name]) => name.replace('.node', ''))
  await bundleForNode(
    pkg,
    withoutLoader,
    Object.fromEntries(required.map(([, code], i) => [names[i], code])),
    'cjs',
  )
  // `debug` has the declarations of `index`.
  declareCommonJs(
    pkg,
    names.filter((name) => name !== 'debug'),
  )
  writeFileSync(join(pkg, 'sbom.cdx.json'), sbom())
}
