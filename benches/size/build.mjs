// Builds the apps of scenarios.mjs as a user does. Everything is written below a folder of the cache.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { at } from '../../scripts/lib.mjs'

const HTML = (script) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>size</title>
  <link rel="icon" href="data:," />
  ${script}
</html>
`

/**
 * Makes a folder of apps in which the built package is installed as npm installs it, with the app's libraries from
 * `modules`, and returns it.
 */
export function appFolder(folder, modules) {
  rmSync(folder, { recursive: true, force: true })
  const home = join(folder, 'node_modules')
  mkdirSync(home, { recursive: true })
  for (const name of readdirSync(modules))
    if (!name.startsWith('.') && name !== 'instructor-wasm')
      symlinkSync(join(modules, name), join(home, name))
  const own = join(home, 'instructor-wasm')
  mkdirSync(own)
  for (const part of ['pkg', 'package.json']) cpSync(at(part), join(own, part), { recursive: true })
  return folder
}

/** A build with Vite and no configuration. */
async function split(app, out) {
  const { build } = await import('vite')
  await build({
    root: app,
    configFile: false,
    logLevel: 'silent',
    build: { outDir: out, emptyOutDir: true, reportCompressedSize: false },
  })
}

/** One classic script. The package's files are not delivered. */
async function oneFile(app, out, external) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [join(app, 'main.mjs')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    outfile: join(out, 'main.js'),
    external,
    // `import.meta` is empty in a classic script, which esbuild reports.
    logLevel: 'error',
  })
  writeFileSync(join(out, 'index.html'), HTML('<script src="/main.js" defer></script>'))
}

/** The script and the modules that wrangler uploads. */
async function worker(app, out, external) {
  const { build } = await import('esbuild')
  await build({
    entryPoints: [join(app, 'main.mjs')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outfile: join(out, 'main.js'),
    conditions: ['workerd', 'worker', 'browser'],
    external: ['node:*', 'cloudflare:*', ...external],
    logLevel: 'error',
    plugins: [
      {
        name: 'wasm-as-module',
        setup(bundle) {
          bundle.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
            const file = path.split('/').at(-1)
            cpSync(join(resolveDir, path), join(out, file))
            return { path: `./${file}`, external: true }
          })
        },
      },
    ],
  })
}

/** Builds one scenario in the app folder; returns the folder of the files to deliver. */
export async function buildScenario(folder, { name, form, code, external = [] }) {
  const app = join(folder, name.replaceAll(/[^\w]+/g, '-').toLowerCase())
  const out = join(app, 'dist')
  rmSync(app, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  writeFileSync(join(app, 'main.mjs'), code)
  writeFileSync(join(app, 'index.html'), HTML('<script type="module" src="/main.mjs"></script>'))
  await { split, 'one file': oneFile, worker }[form](app, out, external)
  return out
}

/** Every file below a folder, as path from it → bytes. */
export function contents(folder) {
  const found = new Map()
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) {
      const file = join(entry.parentPath ?? entry.path, entry.name)
      found.set(file.slice(folder.length).replaceAll('\\', '/'), readFileSync(file))
    }
  if (!existsSync(folder) || !found.size) throw new Error(`${folder} is empty`)
  return found
}
