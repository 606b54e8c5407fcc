// Bundle the playground (www/ → www/dist) and serve it on 127.0.0.1. Used by `npm start` and by its browser test.
import { copyFileSync, createReadStream, existsSync, mkdirSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { at } from './lib.mjs'

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
}

export async function bundlePlayground() {
  const { build } = await import('esbuild')
  const dist = at('www', 'dist')
  mkdirSync(dist, { recursive: true })
  await build({
    entryPoints: [at('www', 'src', 'main.ts')],
    bundle: true,
    minify: true,
    splitting: true,
    sourcemap: true,
    format: 'esm',
    target: 'es2022',
    outdir: dist,
    loader: { '.wasm': 'file' },
    logLevel: 'warning',
  })
  for (const name of ['index.html', 'style.css']) copyFileSync(at('www', name), join(dist, name))
  // The modules that wait for their first use are fetched from beside the page.
  for (const name of ['validator.wasm', 'template.wasm']) copyFileSync(at('pkg', name), join(dist, name))
  return dist
}

/** Serve a folder; `/config.json` answers `config`. Port 0 picks a free one; a taken port falls back to that. */
export function serve(folder, config = {}, port = 0) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
    if (path === `${sep}config.json`) {
      response.writeHead(200, { 'content-type': TYPES['.json'], 'cache-control': 'no-store' })
      return response.end(JSON.stringify(config))
    }
    // normalize() has already folded any `..`; joining below the folder keeps it inside.
    const file = join(folder, path === sep ? 'index.html' : path)
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, { 'content-type': 'text/plain' })
      return response.end('not found')
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'cache-control': 'no-store',
    })
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
        stop: () => {
          server.closeAllConnections()
          server.close()
        },
      })
    })
  })
}
