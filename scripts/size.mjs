// npm run size: the size of the package. Each module as it is in pkg/, and core "as an app ships it": an app that
// imports `fromProvider`, bundled and minified by esbuild, with the wasm as a separate file or embedded in the
// JavaScript. Printed, and written to artifacts/size.json.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { artifacts, at, cache, die, dim, MODULES, red, root, say } from './lib.mjs'

/** Aims in gzip bytes (KB = 1000), compared with the shipped form for core. */
const AIMS = { core: 100_000, validator: 300_000, template: 110_000 }

const weigh = (bytes) => ({
  raw: bytes.length,
  gzip: gzipSync(bytes, { level: 9 }).length,
  brotli: brotliCompressSync(bytes).length,
})
const sum = (list) => ({
  raw: list.reduce((n, w) => n + w.raw, 0),
  gzip: list.reduce((n, w) => n + w.gzip, 0),
  brotli: list.reduce((n, w) => n + w.brotli, 0),
})

/** Bundles the smallest app for a host and measures its files: those loaded at start, and those loaded on demand. */
async function shipped(conditions, platform) {
  const { build } = await import('esbuild')
  const outdir = join(cache, 'size', platform)
  rmSync(outdir, { recursive: true, force: true })
  const { outputFiles, metafile } = await build({
    stdin: {
      contents: `import { fromProvider } from 'instructor-wasm'\nglobalThis.app = fromProvider('openai/gpt-4o-mini')`,
      resolveDir: root,
    },
    bundle: true,
    minify: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform,
    conditions,
    write: false,
    outdir,
    loader: { '.wasm': 'file' },
    external: ['node:*'],
    logLevel: 'silent',
  })
  const outputs = Object.entries(metafile.outputs)
  // Static imports of the entry are loaded at once; a chunk of import() is loaded on first use.
  const entry = outputs.find(([, o]) => o.entryPoint)[0]
  const first = new Set()
  const reach = (name) => {
    if (first.has(name)) return
    first.add(name)
    for (const i of metafile.outputs[name]?.imports ?? [])
      if (i.kind === 'import-statement' && !i.external) reach(i.path)
  }
  reach(entry)
  // Where wasm is a separate file (a Worker), the core's is part of the start.
  const isFirst = (file) =>
    /core[^/]*\.wasm$/.test(file.path) || [...first].some((name) => file.path.endsWith(name))
  return {
    start: sum(outputFiles.filter((f) => isFirst(f)).map((f) => weigh(Buffer.from(f.contents)))),
    later: sum(outputFiles.filter((f) => !isFirst(f)).map((f) => weigh(Buffer.from(f.contents)))),
  }
}

export async function report() {
  if (!existsSync(at('pkg', 'index.js'))) die('pkg/ is not built: run npm run build')
  const sizes = { modules: {}, shipped: {}, aims: AIMS }
  for (const name of MODULES) {
    const file = at('pkg', `${name}.wasm`)
    if (existsSync(file)) sizes.modules[name] = weigh(readFileSync(file))
  }
  // Self-reference: the app imports the package by its name, as in `exports` of package.json.
  sizes.shipped.browser = await shipped(['browser'], 'browser')
  const js = await shipped(['workerd', 'worker'], 'neutral')
  sizes.shipped.worker = js

  const row = (name, w, aim) => {
    const over = aim && w.gzip > aim ? red(`  over the aim of ${aim / 1000} KB`) : ''
    say(
      `  ${name.padEnd(44)}${[w.raw, w.gzip, w.brotli].map((n) => n.toLocaleString('en').padStart(12)).join('')}${over}`,
    )
  }
  say(`\n  ${'bytes'.padEnd(44)}${['raw', 'gzip', 'brotli'].map((n) => n.padStart(12)).join('')}`)
  for (const [name, w] of Object.entries(sizes.modules)) row(`pkg/${name}.wasm`, w, AIMS[name])
  row('core as a browser app ships it (JS + wasm)', sizes.shipped.browser.start, AIMS.core)
  row(dim('… of which loaded on first use').padEnd(44), sizes.shipped.browser.later)
  row('core as a Worker ships it (JS + wasm)', sizes.shipped.worker.start, AIMS.core)
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(join(artifacts, 'size.json'), `${JSON.stringify(sizes, null, 2)}\n`)
  return sizes
}

if (process.argv[1]?.endsWith('size.mjs')) {
  const sizes = await report()
  // Needs a run of wasm-opt, so it is not part of every build.
  const { weighCore } = await import('./weigh.mjs')
  const files = await weighCore()
  if (files) writeFileSync(join(artifacts, 'size.json'), `${JSON.stringify({ ...sizes, files }, null, 2)}\n`)
}
