// Hosts that run the cases outside of a page: Node, Deno, Bun, workerd, edge runtimes, Metro.
import { cpSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import {
  DEBUG,
  fetched,
  imports,
  installed,
  nodeOf,
  output,
  PRINT,
  printed,
  RUN,
  requires,
  served,
  writeCases,
  writeCommonJs,
} from './programs.mjs'

/** `import` in a host that runs a file. */
const esm = (command, modules) => async (folder) => {
  writeCases(folder)
  writeFileSync(join(folder, 'main.mjs'), imports(modules) + PRINT)
  return printed(await output(...command(folder, 'main.mjs'), { cwd: folder }))
}

/** `require` in a host that runs a file. */
const cjs = (command) => async (folder) => {
  await writeCommonJs(folder)
  writeFileSync(join(folder, 'main.cjs'), requires() + PRINT)
  return printed(await output(...command(folder, 'main.cjs'), { cwd: folder }))
}

const thisNode = (_folder, file) => [process.execPath, [file]]
const withoutRequireOfModules = (_folder, file) => [
  process.execPath,
  ['--no-experimental-require-module', file],
]
const ownNode = (folder, file) => [nodeOf(folder), [file]]
export const denoOf =
  (...flags) =>
  (folder, file) => [
    join(folder, 'node_modules', '@deno', 'linux-x64-glibc', 'deno'),
    ['run', ...flags, file],
  ]
export const bunOf = (folder, file) => [
  join(folder, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun'),
  [file],
]

/** A refusal in words is the expected result. */
async function refused(folder) {
  const { fromProvider: said } = await esm(ownNode)(folder)
  return { refusal: said.includes('instructor-wasm needs Node 20 or newer') ? 'ok' : said }
}

/** Bundles the program for a runtime with wasm files as modules, and returns the code and the files. */
export async function withWasmModules(folder, entry, conditions, format) {
  const files = new Map()
  const { outputFiles } = await build({
    entryPoints: [join(folder, entry)],
    bundle: true,
    write: false,
    format,
    conditions,
    plugins: [
      {
        name: 'wasm',
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /\.wasm(\?module)?$/ }, ({ path, resolveDir }) => {
            const file = resolve(resolveDir, path.replace('?module', ''))
            files.set(basename(file), readFileSync(file))
            return format === 'esm'
              ? { path: `./${basename(file)}`, external: true }
              : { path: basename(file), namespace: 'wasm' }
          })
          onLoad({ filter: /./, namespace: 'wasm' }, ({ path }) => ({
            contents: `export default globalThis.files[${JSON.stringify(path)}]`,
          }))
        },
      },
    ],
  })
  return { code: outputFiles[0].text, files }
}

const workerd = (modules) => async (folder) => {
  writeCases(folder)
  writeFileSync(
    join(folder, 'worker.mjs'),
    `${imports(modules)}export default { fetch: async () => Response.json(await ${RUN}) }`,
  )
  const { code, files } = await withWasmModules(folder, 'worker.mjs', ['workerd', 'worker', 'browser'], 'esm')
  const { Miniflare } = await import('miniflare')
  const worker = new Miniflare({
    compatibilityDate: '2025-01-01',
    modules: [
      { type: 'ESModule', path: 'worker.mjs', contents: code },
      ...[...files].map(([path, contents]) => ({ type: 'CompiledWasm', path, contents })),
    ],
  })
  try {
    return await (await worker.dispatchFetch('http://localhost/')).json()
  } finally {
    await worker.dispose()
  }
}

/** `wrangler dev`, with its own bundle of the Worker, in its local mode. */
async function wrangler(folder) {
  writeCases(folder)
  writeFileSync(
    join(folder, 'worker.mjs'),
    `${imports()}export default { fetch: async ({ url }) =>
      url.endsWith('/cases') ? Response.json(await ${RUN}) : new Response('ready') }`,
  )
  const settings = { name: 'cases', main: 'worker.mjs', compatibility_date: '2026-01-01' }
  writeFileSync(join(folder, 'wrangler.json'), JSON.stringify(settings))
  const cli = join(folder, 'node_modules', 'wrangler', 'bin', 'wrangler.js')
  const env = { WRANGLER_SEND_METRICS: 'false', CI: 'true', HOME: folder, XDG_CONFIG_HOME: folder }
  return served(
    nodeOf(folder),
    (port) => [cli, 'dev', '--local', '--ip', '127.0.0.1', '--port', String(port), '--inspector-port', '0'],
    { cwd: folder, env },
    (url) => fetched(`${url}/cases`),
  )
}

async function edgeRuntime(folder) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.mjs'), `${imports()}${RUN}.then(globalThis.done)`)
  const { code, files } = await withWasmModules(folder, 'main.mjs', ['edge-light', 'browser'], 'iife')
  const { EdgeRuntime } = createRequire(pathToFileURL(join(folder, 'x.js')))('edge-runtime')
  const modules = Object.fromEntries([...files].map(([name, bytes]) => [name, new WebAssembly.Module(bytes)]))
  return new Promise((done, fail) => {
    const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { files: modules, done }) })
    try {
      runtime.evaluate(code)
    } catch (error) {
      fail(error)
    }
  })
}

/** React Native: Metro bundles with its preset, and the result, in an engine without WebAssembly, refuses in words. */
async function metro(folder) {
  writeFileSync(
    join(folder, 'index.js'),
    `import { ConfigurationError, fromProvider, readPartial } from 'instructor-wasm'
    let error
    try { fromProvider('openai/gpt-4o-mini', { apiKey: 'k' }) } catch (thrown) { error = thrown }
    const inWords = error instanceof ConfigurationError && error.message.includes('React Native has no WebAssembly')
    globalThis.results = { refusal: inWords ? 'ok' : String(error), 'readPartial is there': typeof readPartial === 'function' ? 'ok' : 'missing' }`,
  )
  writeFileSync(
    join(folder, 'bundle.cjs'),
    `const Metro = require('metro')
    const main = async () => {
      const config = await Metro.loadConfig({ cwd: __dirname }, {
        projectRoot: __dirname,
        reporter: { update() {} },
        transformer: {
          babelTransformerPath: require.resolve('@react-native/metro-babel-transformer'),
          asyncRequireModulePath: require.resolve('metro-runtime/src/modules/asyncRequire'),
        },
        resolver: { unstable_enablePackageExports: true, unstable_conditionNames: ['react-native'], platforms: ['ios'] },
        serializer: { getPolyfills: () => [], getModulesRunBeforeMainModule: () => [] },
        cacheStores: [],
      })
      await Metro.runBuild(config, { entry: 'index.js', dev: false, minify: false, platform: 'ios', out: __dirname + '/out.js' })
      const context = { console, setTimeout }
      for (const name of ['globalThis', 'window', 'global']) context[name] = context
      require('node:vm').runInNewContext(require('node:fs').readFileSync(__dirname + '/out.js', 'utf8'), context)
      console.log('RESULTS ' + JSON.stringify(context.results))
      process.exit()
    }
    main().catch((error) => { console.error(error); process.exit(1) })`,
  )
  return printed(await output(process.execPath, ['bundle.cjs'], { cwd: folder }))
}

/** The files that Vercel's and Nitro's tracing finds for a program, copied to another folder and run there. */
const traced = (form, command) => async (folder) => {
  const esModule = form === 'import'
  const entry = esModule ? 'main.mjs' : 'main.cjs'
  if (esModule) writeCases(folder)
  else await writeCommonJs(folder)
  writeFileSync(join(folder, entry), (esModule ? imports() : requires()) + PRINT)
  // In the same Node as the program, because the conditions of the trace are those of the version.
  writeFileSync(
    join(folder, 'trace.cjs'),
    `require('@vercel/nft').nodeFileTrace(['${entry}']).then(({ fileList }) => console.log('RESULTS ' + JSON.stringify({ files: [...fileList] })))`,
  )
  const { files } = printed(await output(...command(folder, 'trace.cjs'), { cwd: folder }))
  const copy = mkdtempSync(join(folder, 'function-'))
  for (const file of files) cpSync(join(folder, file), join(copy, file))
  // Otherwise Node would find the packages of the app, which is the folder above.
  if (!existsSync(join(copy, 'node_modules', 'instructor-wasm', 'package.json')))
    throw new Error('the trace lacks the package')
  return printed(await output(...command(folder, join(copy, entry)), { cwd: copy }))
}

/** Targets: name, app, and the function that runs the cases there. `fast` ones are part of `npm test`. */
export const HOSTS = [
  { name: 'this Node, import', version: process.versions.node, app: 'base', fast: true, run: esm(thisNode) },
  { name: 'this Node, require', version: process.versions.node, app: 'base', fast: true, run: cjs(thisNode) },
  {
    name: 'this Node, import, /debug',
    version: process.versions.node,
    app: 'base',
    run: esm(thisNode, DEBUG),
  },
  {
    name: 'this Node, require of CommonJS',
    version: process.versions.node,
    app: 'base',
    fast: true,
    run: cjs(withoutRequireOfModules),
  },
  { name: 'Node 18.20.8 (below engines) refuses', app: 'node18', run: refused },
  ...['20', '22', '24', '26'].flatMap((major) => [
    { name: `Node ${major}, import`, app: `node${major}`, run: esm(ownNode) },
    { name: `Node ${major}, require`, app: `node${major}`, run: cjs(ownNode) },
  ]),
  { name: 'Deno, import, without permissions', app: 'deno', run: esm(denoOf('--no-prompt')) },
  { name: 'Deno, import, -A', app: 'deno', run: esm(denoOf('-A')) },
  { name: 'Deno, require, -A', app: 'deno', run: cjs(denoOf('-A')) },
  { name: 'Bun, import', app: 'bun', run: esm(bunOf) },
  { name: 'Bun, require', app: 'bun', run: cjs(bunOf) },
  { name: 'workerd (miniflare)', app: 'base', version: installed('miniflare'), run: workerd() },
  { name: 'workerd (miniflare), /debug', app: 'base', version: installed('miniflare'), run: workerd(DEBUG) },
  { name: 'wrangler dev', app: 'wrangler', run: wrangler },
  { name: 'edge-runtime, edge-light', app: 'edge', fast: true, run: edgeRuntime },
  { name: 'traced by @vercel/nft, import', app: 'nft', run: traced('import', ownNode) },
  { name: 'traced by @vercel/nft, require', app: 'nft', run: traced('require', ownNode) },
  {
    name: 'traced by @vercel/nft, require of CommonJS',
    app: 'nft',
    run: traced('require', withoutRequireOfModules),
  },
  { name: 'Metro, preset of React Native', app: 'metro', run: metro },
]
