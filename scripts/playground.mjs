// Bundles the playground (www/ → www/dist) and serves it on 127.0.0.1, for `npm start`, `npm run dev` and its tests.
//   node scripts/playground.mjs    the static page in www/dist, which any web server can serve from any path
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
import { extname, join, normalize, sep } from 'node:path'
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
}

/** Bundles the playground; returns the folder to serve. */
export async function bundlePlayground(folder = DIST) {
  const { build } = await import('esbuild')
  // Files of earlier builds have other names.
  rmSync(folder, { recursive: true, force: true })
  await build(options(folder))
  copyAssets(folder)
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

const attribute = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

/** The page with the address of the local model, if there is one. */
const withConfig = (html, { localModel }) =>
  localModel
    ? html.replace(
        '</title>',
        `</title><meta name="playground-local-model" content="${attribute(JSON.stringify(localModel))}">`,
      )
    : html

/**
 * Serves a folder. `config.localModel` is written into the page; `/reload` is the event stream that `reload()` of the
 * returned object sends to. Port 0 is any free port, which is also used when `port` is taken.
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
    const file = join(folder, path === sep ? 'index.html' : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('not found')
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    })
    if (extname(file) === '.html') return response.end(withConfig(readFileSync(file, 'utf8'), config))
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
  say(`${green('✓')} the static playground is in ${await bundlePlayground()}`)
