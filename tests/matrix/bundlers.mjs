// Bundlers, workers and policies of pages: each target builds an app in its own way, and a browser runs it.
import { copyFileSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build as esbuild } from 'esbuild'
import { freePort } from '../../scripts/lib.mjs'
import { BROWSERS, visitFolder } from './browser.mjs'
import { DEBUG, describe, INLINE, imports, installed, output, RUN, writeCases } from './programs.mjs'

const SET = `${RUN}.then((results) => { globalThis.results = results })`
const page = (script) => `<!doctype html><meta charset="utf-8"><title>cases</title>${script}`
const MODULE = '<script type="module" src="./main.js"></script>'
const CLASSIC = '<script src="./main.js"></script>'

/** What needs a file in a bundle of one file, which has no address (docs/loading.md). */
const ONE_FILE = ['JSON Schema', 'validator module', 'template', 'another API', 'tool loop']
/** What needs `import()`, which a service worker refuses. */
const NO_IMPORT = ['create, zod/mini', 'validator module', 'template']

/** The sources of an app, and the folder of its build with a page. */
function prepare(folder, program, script = MODULE) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.mjs'), program)
  const dist = join(folder, 'dist')
  mkdirSync(dist)
  writeFileSync(join(dist, 'index.html'), page(script))
  return dist
}

const load = (folder, name) => import(pathToFileURL(createRequire(join(folder, 'x.js')).resolve(name)))

/** As docs/loading.md states for bundlers that do not find the files. */
function copyWasm(folder, dist) {
  const pkg = join(folder, 'node_modules', 'instructor-wasm', 'pkg')
  for (const name of readdirSync(pkg))
    if (name.endsWith('.wasm') && name !== 'core-whole.wasm') copyFileSync(join(pkg, name), join(dist, name))
}

const BUILD = {
  async vite(folder, dist) {
    const { build } = await load(folder, 'vite')
    writeFileSync(join(folder, 'index.html'), page('<script type="module" src="./main.mjs"></script>'))
    await build({ root: folder, configFile: false, logLevel: 'silent', base: './', build: { outDir: dist } })
  },
  async webpack(folder, dist, name = 'webpack') {
    const module = await load(folder, name === 'webpack' ? 'webpack' : '@rspack/core')
    const bundler = module.default ?? module.rspack
    const options = {
      mode: 'production',
      context: folder,
      entry: './main.mjs',
      output: { path: dist, filename: 'main.js' },
      performance: false,
    }
    const stats = await new Promise((done, fail) =>
      bundler(options, (error, stats) => (error ? fail(error) : done(stats))),
    )
    if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }).slice(0, 2000))
  },
  rspack: (folder, dist) => BUILD.webpack(folder, dist, 'rspack'),
  async rollup(folder, dist) {
    const { rollup } = await load(folder, 'rollup')
    const { nodeResolve } = await load(folder, '@rollup/plugin-node-resolve')
    const bundle = await rollup({
      input: join(folder, 'main.mjs'),
      plugins: [nodeResolve({ browser: true })],
      onwarn() {},
    })
    await bundle.write({
      dir: dist,
      format: 'es',
      entryFileNames: 'main.js',
      chunkFileNames: '[name]-[hash].js',
    })
    copyWasm(folder, dist)
  },
  async rolldown(folder, dist) {
    const { rolldown } = await load(folder, 'rolldown')
    const bundle = await rolldown({
      input: join(folder, 'main.mjs'),
      platform: 'browser',
      logLevel: 'silent',
    })
    await bundle.write({
      dir: dist,
      format: 'es',
      entryFileNames: 'main.js',
      chunkFileNames: '[name]-[hash].js',
    })
    copyWasm(folder, dist)
  },
  async esbuild(folder, dist, options = {}) {
    await esbuild({
      entryPoints: { main: join(folder, 'main.mjs') },
      outdir: dist,
      bundle: true,
      minify: true,
      format: 'esm',
      splitting: true,
      logLevel: 'error',
      ...options,
    })
    if (!options.format) copyWasm(folder, dist)
  },
  iife: (folder, dist) =>
    BUILD.esbuild(folder, dist, { format: 'iife', splitting: false, logLevel: 'silent' }),
}

const bundled =
  (name, { modules, script, headers } = {}) =>
  async (folder, browser) => {
    const dist = prepare(folder, imports(modules) + SET, script)
    await BUILD[name](folder, dist)
    return visitFolder(browser, dist, headers)
  }

/** The development server of Vite, with its defaults. */
async function viteServer(folder, browser) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.mjs'), imports() + SET)
  writeFileSync(join(folder, 'index.html'), page('<script type="module" src="./main.mjs"></script>'))
  const { createServer } = await load(folder, 'vite')
  const port = await freePort()
  const server = await createServer({
    ...{ root: folder, configFile: false, logLevel: 'silent' },
    server: { host: '127.0.0.1', port, strictPort: true },
  })
  await server.listen()
  try {
    return await BROWSERS[browser].visit(`http://127.0.0.1:${port}/`)
  } finally {
    await server.close()
  }
}

/** Parcel reads `exports` only with its option; without it an app has the main entry. */
const parcel = (packageExports) => async (folder, browser) => {
  writeCases(folder)
  const testing = packageExports ? 'instructor-wasm/test' : './node_modules/instructor-wasm/pkg/test.js'
  writeFileSync(join(folder, 'main.mjs'), imports({ testing }) + SET)
  writeFileSync(join(folder, 'index.html'), page('<script type="module" src="./main.mjs"></script>'))
  describe(folder, { '@parcel/resolver-default': { packageExports } })
  const cli = join(folder, 'node_modules', 'parcel', 'lib', 'bin.js')
  await output(process.execPath, [cli, 'build', 'index.html', '--no-cache', '--public-url', './'], {
    cwd: folder,
  })
  return visitFolder(browser, join(folder, 'dist'))
}

/** The files of the package as they are, found by an import map. */
async function unbundled(folder, browser) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.js'), imports() + SET)
  const map = {
    imports: {
      'instructor-wasm': '/node_modules/instructor-wasm/pkg/index.js',
      'instructor-wasm/test': '/node_modules/instructor-wasm/pkg/test.js',
      zod: '/node_modules/zod/index.js',
      'zod/mini': '/node_modules/zod/mini/index.js',
    },
  }
  writeFileSync(
    join(folder, 'index.html'),
    page(`<script type="importmap">${JSON.stringify(map)}</script>${MODULE}`),
  )
  return visitFolder(browser, folder)
}

/** How each kind of worker is started by its page, and how it sends the results. */
const WORKERS = {
  dedicated: {
    page: (type) => `const worker = new Worker('./main.js', { type: '${type}' })
      worker.onmessage = ({ data }) => { globalThis.results = data }
      worker.onerror = ({ message }) => { globalThis.results = { worker: message || 'it did not start' } }`,
    program: `${RUN}.then((results) => postMessage(results))`,
  },
  shared: {
    page: (type) => `const worker = new SharedWorker('./main.js', { type: '${type}' })
      worker.port.onmessage = ({ data }) => { globalThis.results = data }
      worker.onerror = ({ message }) => { globalThis.results = { worker: message || 'it did not start' } }`,
    program: `const done = ${RUN}\nonconnect = ({ ports: [port] }) => done.then((results) => port.postMessage(results))`,
  },
  service: {
    page: (type) => `navigator.serviceWorker.onmessage = ({ data }) => { globalThis.results = data }
      navigator.serviceWorker.register('./main.js', { type: '${type}' }).then(async () => {
        const { active } = await navigator.serviceWorker.ready
        active.postMessage('go')
      }, ({ message }) => { globalThis.results = { worker: message } })`,
    program: `const done = ${RUN}\naddEventListener('message', (event) => event.waitUntil(done.then((results) => event.source.postMessage(results))))`,
  },
}

const worker = (kind, form, modules) => async (folder, browser) => {
  const { page: start, program } = WORKERS[kind]
  const classic = form === 'iife'
  const dist = prepare(
    folder,
    imports(modules) + program,
    `<script>${start(classic ? 'classic' : 'module')}</script>`,
  )
  if (form === 'unbundled') {
    // Workers have no import maps, so that the addresses are in the program.
    cpSync(join(folder, 'node_modules', 'instructor-wasm', 'pkg'), join(dist, 'pkg'), { recursive: true })
    const address = {
      'instructor-wasm': './pkg/index.js',
      'instructor-wasm/inline': './pkg/inline.js',
      'instructor-wasm/test': './pkg/test.js',
    }
    await BUILD.esbuild(folder, dist, {
      format: 'esm',
      splitting: false,
      plugins: [
        {
          name: 'addresses',
          setup: ({ onResolve }) =>
            onResolve({ filter: /^instructor-wasm/ }, ({ path }) => ({
              path: address[path],
              external: true,
            })),
        },
      ],
    })
  } else await BUILD[form](folder, dist)
  return visitFolder(browser, dist)
}

const policy = (sources) => ({
  'content-security-policy': `default-src 'none'; script-src 'self' ${sources}; connect-src 'self'; worker-src 'self'; require-trusted-types-for 'script'`,
})

/** A page that may not compile WebAssembly gets an error that states the directive. */
async function forbidden(folder, browser) {
  const { 'create, zod': said } = await bundled('esbuild', { headers: policy('') })(folder, browser)
  return { refusal: /ConfigurationError: .*'wasm-unsafe-eval'/.test(said) ? 'ok' : String(said) }
}

const target = (name, run, more = {}) => ({
  name,
  app: 'bundlers',
  // Of what is not named otherwise, esbuild makes the page.
  ...(more.app === 'base' && { version: `esbuild ${installed('esbuild')}` }),
  run,
  ...more,
})

const TARGETS = [
  target('Vite', bundled('vite')),
  target('Vite, development server', viteServer),
  target('webpack', bundled('webpack', { script: CLASSIC })),
  target('Rspack', bundled('rspack', { script: CLASSIC })),
  target('Rollup', bundled('rollup')),
  target('Rolldown', bundled('rolldown')),
  target('esbuild, code-split', bundled('esbuild'), { app: 'base' }),
  target('esbuild, code-split, /debug', bundled('esbuild', { modules: DEBUG }), { app: 'base' }),
  target('esbuild, one file', bundled('iife', { script: CLASSIC }), { app: 'base', without: ONE_FILE }),
  target('esbuild, one file, /inline', bundled('iife', { script: CLASSIC, modules: INLINE }), {
    app: 'base',
  }),
  target('Parcel, its defaults, the main entry', parcel(false), { app: 'parcel' }),
  target('Parcel, packageExports', parcel(true), { app: 'parcel' }),
  target('unbundled, import map', unbundled, { app: 'base' }),
  ...['dedicated', 'shared'].flatMap((kind) => [
    target(`${kind} worker, module, code-split`, worker(kind, 'esbuild'), { app: 'base' }),
    target(`${kind} worker, module, unbundled`, worker(kind, 'unbundled'), { app: 'base' }),
    target(`${kind} worker, classic, /inline`, worker(kind, 'iife', INLINE), { app: 'base' }),
  ]),
  target('service worker, code-split', worker('service', 'esbuild'), { app: 'base', without: NO_IMPORT }),
  target('service worker, code-split, /inline', worker('service', 'esbuild', INLINE), { app: 'base' }),
  target('service worker, unbundled, /inline', worker('service', 'unbundled', INLINE), { app: 'base' }),
  target('service worker, one file, /inline', worker('service', 'iife', INLINE), { app: 'base' }),
  target("policy with 'wasm-unsafe-eval'", bundled('esbuild', { headers: policy("'wasm-unsafe-eval'") }), {
    app: 'base',
  }),
  target("policy without 'wasm-unsafe-eval' refuses", forbidden, { app: 'base' }),
]

/** Every target in every browser. */
export const BUNDLERS = Object.keys(BROWSERS).flatMap((browser) =>
  TARGETS.map(({ name, run, ...target }) => ({
    ...target,
    name: `${browser}: ${name}`,
    run: (folder) => run(folder, browser),
  })),
)
