// Hosts that run the cases outside of a page: Node, Deno, Bun, workerd, edge runtimes, test runners, Metro.
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build, transform } from 'esbuild'
import { freePort, root } from '../../scripts/lib.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const CASES = readFileSync(join(here, 'cases.mjs'), 'utf8')
const MODULES = {
  instructor: 'instructor-wasm',
  testing: 'instructor-wasm/test',
  zod: 'zod',
  mini: 'zod/mini',
}

/** The expression that runs the cases; its value is a promise of the results. */
export const RUN = `run({ ${Object.keys(MODULES).join(', ')} })`

/** The statements that import what it needs. */
export const imports = (modules = MODULES, cases = './cases.mjs') =>
  [
    `import { run } from '${cases}'`,
    ...Object.entries({ ...MODULES, ...modules }).map(([name, from]) => `import * as ${name} from '${from}'`),
    '',
  ].join('\n')

/** The same with `require`. */
const requires = () =>
  [
    "const { run } = require('./cases.cjs')",
    ...Object.entries(MODULES).map(([name, from]) => `const ${name} = require('${from}')`),
    '',
  ].join('\n')

const PRINT = `${RUN}.then((results) => console.log('RESULTS ' + JSON.stringify(results)))`
/** For test runners, which own the output. */
const WRITE = `const results = await ${RUN}\n  writeFileSync(process.env.MATRIX_RESULTS, JSON.stringify(results))`

export const writeCases = (folder) => writeFileSync(join(folder, 'cases.mjs'), CASES)
const writeCommonJs = async (folder) =>
  writeFileSync(join(folder, 'cases.cjs'), (await transform(CASES, { format: 'cjs' })).code)

/** Runs a program and returns its output; a failure has the output in its message. */
export async function output(command, args, options = {}) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      timeout: 240_000,
      maxBuffer: 1 << 26,
      ...options,
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NODE_OPTIONS: '', ...options.env },
    })
    return stdout + stderr
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message
    throw new Error(said.split('\n').slice(-25).join('\n').slice(-3000))
  }
}

/** The results that a program has printed. */
export function printed(text) {
  const line = /RESULTS (\{.*\})/.exec(text)
  if (!line) throw new Error(`no results: ${text.slice(-2000)}`)
  return JSON.parse(line[1])
}

/** `import` in a host that runs a file. */
const esm = (command) => async (folder) => {
  writeCases(folder)
  writeFileSync(join(folder, 'main.mjs'), imports() + PRINT)
  return printed(await output(...command(folder, 'main.mjs'), { cwd: folder }))
}

/** `require` in a host that runs a file. */
const cjs = (command) => async (folder) => {
  await writeCommonJs(folder)
  writeFileSync(join(folder, 'main.cjs'), requires() + PRINT)
  return printed(await output(...command(folder, 'main.cjs'), { cwd: folder }))
}

/** The version of a package of this project. */
export const installed = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version

const thisNode = (_folder, file) => [process.execPath, [file]]
const nodeOf = (folder, file) => [join(folder, 'node_modules', 'node', 'bin', 'node'), [file]]
const denoOf =
  (...flags) =>
  (folder, file) => [
    join(folder, 'node_modules', '@deno', 'linux-x64-glibc', 'deno'),
    ['run', ...flags, file],
  ]
const bunOf = (folder, file) => [join(folder, 'node_modules', '@oven', 'bun-linux-x64', 'bin', 'bun'), [file]]

/** A refusal in words is the expected result. */
async function refused(folder) {
  const { fromProvider: said } = await esm(nodeOf)(folder)
  return { refusal: said.includes('instructor-wasm needs Node 20 or newer') ? 'ok' : said }
}

/** Bundles the program for a runtime with wasm files as modules, and returns the code and the files. */
async function withWasmModules(folder, entry, conditions, format) {
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

async function workerd(folder) {
  writeCases(folder)
  writeFileSync(
    join(folder, 'worker.mjs'),
    `${imports()}export default { fetch: async () => Response.json(await ${RUN}) }`,
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

/** A Next.js app with a route of each runtime, which `next start` serves. */
const next = (bundler) => async (folder) => {
  const route = (runtime) => `${imports({}, '../../../cases.mjs')}
    export const runtime = '${runtime}'
    export const dynamic = 'force-dynamic'
    export const GET = async () => Response.json(await ${RUN})`
  writeCases(folder)
  for (const [runtime, name] of [
    ['edge', 'edge'],
    ['nodejs', 'node'],
  ]) {
    mkdirSync(join(folder, 'app', 'api', name), { recursive: true })
    writeFileSync(join(folder, 'app', 'api', name, 'route.js'), route(runtime))
  }
  writeFileSync(
    join(folder, 'app', 'layout.jsx'),
    'export default function Layout({ children }) { return <html><body>{children}</body></html> }',
  )
  writeFileSync(
    join(folder, 'app', 'page.jsx'),
    `'use client'
    ${imports({}, '../cases.mjs')}
    import { useEffect } from 'react'
    export default function Page() {
      useEffect(() => { ${RUN}.then((results) => { globalThis.results = results }) }, [])
      return 'cases'
    }`,
  )
  const cli = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  const env = { NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' }
  await output(process.execPath, [cli, 'build', `--${bundler}`], { cwd: folder, env, timeout: 500_000 })
  const port = await freePort()
  const server = spawn(process.execPath, [cli, 'start', '-H', '127.0.0.1', '-p', String(port)], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: 'ignore',
  })
  try {
    const url = `http://127.0.0.1:${port}`
    for (let tries = 0; tries < 150; tries++) {
      if (
        await fetch(url).then(
          (response) => response.ok,
          () => false,
        )
      )
        break
      await new Promise((done) => setTimeout(done, 200))
    }
    const { visit } = await import('./browser.mjs')
    const routes = {}
    for (const name of ['edge', 'node'])
      routes[name] = await fetch(`${url}/api/${name}`).then(async (response) => {
        const text = await response.text()
        return response.ok ? JSON.parse(text) : { route: text.slice(0, 400) }
      })
    routes.client = await visit(url)
    return routes
  } finally {
    server.kill()
  }
}

/** Runs a test runner, whose test writes the results. */
async function runner(folder, args) {
  const file = join(folder, 'results.json')
  await output(process.execPath, args, { cwd: folder, env: { MATRIX_RESULTS: file } })
  return JSON.parse(readFileSync(file, 'utf8'))
}
const TEST = `test('the cases', async () => {\n  ${WRITE}\n}, 120_000)`

/** jsdom lacks these; an app that makes calls there provides them (docs/loading.md). */
const JSDOM = `const { TestEnvironment } = require('jest-environment-jsdom')
const NAMES = ['fetch', 'Request', 'Response', 'Headers', 'ReadableStream', 'TransformStream', 'AbortController', 'AbortSignal']
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup()
    for (const name of NAMES) this.global[name] = globalThis[name]
  }
}`

const JEST = (folder, ...more) => [
  ...more,
  join(folder, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...['--rootDir', folder, '--testMatch', '**/main.test.*'],
]

const jest = (environment) => async (folder) => {
  await writeCommonJs(folder)
  writeFileSync(join(folder, 'environment.cjs'), JSDOM)
  writeFileSync(
    join(folder, 'main.test.js'),
    `const { writeFileSync } = require('node:fs')\n${requires()}${TEST}`,
  )
  const env = environment === 'jsdom' ? join(folder, 'environment.cjs') : environment
  return runner(folder, [...JEST(folder), '--env', env])
}

async function jestEsm(folder) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.test.mjs'), `import { writeFileSync } from 'node:fs'\n${imports()}${TEST}`)
  return runner(folder, JEST(folder, '--experimental-vm-modules'))
}

async function vitest(folder) {
  writeCases(folder)
  writeFileSync(
    join(folder, 'main.test.mjs'),
    `import { test } from 'vitest'\nimport { writeFileSync } from 'node:fs'\n${imports()}${TEST}`,
  )
  return runner(folder, [join(folder, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--root', folder])
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

/** Targets: name, app, and the function that runs the cases there. `fast` ones are part of `npm test`. */
export const HOSTS = [
  { name: 'this Node, import', version: process.versions.node, app: 'base', fast: true, run: esm(thisNode) },
  { name: 'this Node, require', version: process.versions.node, app: 'base', fast: true, run: cjs(thisNode) },
  {
    name: 'this Node, require of CommonJS',
    version: process.versions.node,
    app: 'base',
    fast: true,
    run: cjs((_, file) => [process.execPath, ['--no-experimental-require-module', file]]),
  },
  { name: 'Node 18.20.8 (below engines) refuses', app: 'node18', run: refused },
  ...['20', '22', '24', '26'].flatMap((major) => [
    { name: `Node ${major}, import`, app: `node${major}`, run: esm(nodeOf) },
    { name: `Node ${major}, require`, app: `node${major}`, run: cjs(nodeOf) },
  ]),
  { name: 'Deno, import, without permissions', app: 'deno', run: esm(denoOf('--no-prompt')) },
  { name: 'Deno, import, -A', app: 'deno', run: esm(denoOf('-A')) },
  { name: 'Deno, require, -A', app: 'deno', run: cjs(denoOf('-A')) },
  { name: 'Bun, import', app: 'bun', run: esm(bunOf) },
  { name: 'Bun, require', app: 'bun', run: cjs(bunOf) },
  { name: 'workerd (miniflare)', app: 'base', version: installed('miniflare'), run: workerd },
  { name: 'edge-runtime, edge-light', app: 'edge', fast: true, run: edgeRuntime },
  { name: 'Next.js, Turbopack', app: 'next', run: next('turbopack') },
  { name: 'Next.js, webpack', app: 'next', run: next('webpack') },
  { name: 'Jest, CommonJS, node', app: 'jest', fast: true, run: jest('node') },
  { name: 'Jest, CommonJS, jsdom with fetch', app: 'jest', run: jest('jsdom') },
  { name: 'Jest, ES modules, node', app: 'jest', run: jestEsm },
  { name: 'Vitest, node', app: 'vitest', run: vitest },
  { name: 'Metro, preset of React Native', app: 'metro', run: metro },
]
