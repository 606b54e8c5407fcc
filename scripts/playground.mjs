// Bundles the playground (www/ → www/dist) and serves it on 127.0.0.1, for `npm start`, `npm run dev` and its tests.
//   node scripts/playground.mjs [MODEL.gguf]    the static page in www/dist, which any web server can serve from any path;
//                                               with the file of a model, which runs in the page
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  watchFile,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { basename, extname, join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { at, green, say } from './lib.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
}

/** The address of the documentation in the page. */
const DOCS = 'https://github.com/instructor-wasm/instructor-wasm/tree/main/docs'

const DIST = at('www', 'dist')

/** Zod's messages in other languages than English are half of its size, and the page does not use them. */
const english = {
  name: 'english',
  setup: ({ onLoad }) =>
    onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js'",
    })),
}

const options = (folder) => ({
  entryPoints: { main: at('www', 'src', 'main.ts'), style: at('www', 'styles', 'style.css') },
  bundle: true,
  minify: true,
  splitting: true,
  sourcemap: true,
  format: 'esm',
  target: 'es2022',
  outdir: folder,
  plugins: [english],
  loader: { '.wasm': 'file' },
  logLevel: 'warning',
})

function copyAssets(folder, html = (text) => text) {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'index.html'), html(readFileSync(at('www', 'index.html'), 'utf8')))
  // The modules that are loaded on first use are files next to the page.
  const modules = readdirSync(at('pkg')).filter(
    (name) => name.endsWith('.wasm') && name !== 'core-whole.wasm',
  )
  for (const name of modules) copyFileSync(at('pkg', name), join(folder, name))
  copyFileSync(
    at('node_modules', '@wllama', 'wllama', 'esm', 'wasm', 'wllama.wasm'),
    join(folder, 'wllama.wasm'),
  )
}

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
const meta = (name, value) => `<meta name="${name}" content="${attribute(JSON.stringify(value))}">`

/** What the page reads about the file of a model next to it. */
const aboutModel = (file) => ({
  url: basename(file),
  name: basename(file, '.gguf'),
  size: statSync(file).size,
})
const withModel = (html, file) =>
  file ? html.replace('</title>', `</title>${meta('playground-model', aboutModel(file))}`) : html

/**
 * Bundles the playground; returns the folder to serve. `model`: the file of a model for the page. `docs`: where the site of the
 * documentation is.
 */
export async function bundlePlayground(folder = DIST, { model, docs } = {}) {
  const { build } = await import('esbuild')
  // Files of earlier builds have other names.
  rmSync(folder, { recursive: true, force: true })
  await build(options(folder))
  copyAssets(folder, (html) => withModel(docs ? html.replace(DOCS, docs) : html, model))
  if (model) copyFileSync(model, join(folder, basename(model)))
  return folder
}

const RELOAD = "new EventSource('/reload').onmessage = () => location.reload()\n"

/**
 * Bundles the playground after every change of www/ or pkg/ and then calls `onBuilt`. The page reloads itself when
 * {@link serve}'s `reload` is called. Resolves after the first bundle.
 */
export async function watchPlayground(onBuilt) {
  const { context } = await import('esbuild')
  const built = () => {
    // A file, since the page's content security policy refuses inline scripts.
    copyAssets(DIST, (text) => text.replace('</body>', '<script src="reload.js"></script></body>'))
    writeFileSync(join(DIST, 'reload.js'), RELOAD)
    onBuilt()
  }
  const plugin = {
    name: 'built',
    setup: ({ onEnd }) =>
      onEnd(({ errors }) => {
        if (!errors.length) built()
      }),
  }
  const bundler = await context({
    ...options(DIST),
    minify: false,
    logLevel: 'error',
    plugins: [english, plugin],
  })
  await bundler.rebuild()
  // tsc writes several files after one edit.
  await bundler.watch({ delay: 300 })
  watchFile(at('www', 'index.html'), { interval: 500 }, built)
  return DIST
}

/** The page with the address of a local server, and with the file of a model, where they are given. */
const withConfig = (html, { localModel, model }) =>
  withModel(
    localModel ? html.replace('</title>', `</title>${meta('playground-local-model', localModel)}`) : html,
    model,
  )

/**
 * Serves a folder. `config.localModel` is a server for the page, `config.model` the path of a GGUF file for it; `/reload` is the
 * event stream that `reload()` of the returned object sends to. Port 0 is any free port, which is also used when `port`
 * is taken.
 */
export function serve(folder, config = {}, port = 0) {
  const listeners = new Set()
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
    if (path === `${sep}reload`) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      listeners.add(response)
      return response.on('close', () => listeners.delete(response))
    }
    // normalize() has already resolved `..`, so the path stays inside the folder.
    const file =
      config.model && path === sep + basename(config.model)
        ? config.model
        : join(folder, path === sep ? 'index.html' : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('not found')
    }
    const headers = {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
      // A model in the page uses several threads only in a page that is isolated.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    }
    if (extname(file) === '.html')
      return response.writeHead(200, headers).end(withConfig(readFileSync(file, 'utf8'), config))
    response.writeHead(200, { ...headers, 'content-length': statSync(file).size })
    if (request.method === 'HEAD') return response.end()
    createReadStream(file).pipe(response)
  })
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      if (error.code !== 'EADDRINUSE' || port === 0) return fail(error)
      serve(folder, config, 0).then(done, fail)
    })
    server.listen(port, '127.0.0.1', () => {
      done({
        url: `http://127.0.0.1:${server.address().port}/`,
        reload: () => {
          for (const listener of listeners) listener.write('data: reload\n\n')
        },
        stop: () => {
          server.closeAllConnections()
          server.close()
        },
      })
    })
  })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  say(`${green('✓')} the static playground is in ${await bundlePlayground(DIST, { model: process.argv[2] })}`)
