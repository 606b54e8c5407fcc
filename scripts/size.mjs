// npm run size: the size of the package. Each module as it is in pkg/, and core "as an app ships it": an app that
// imports `fromProvider`, bundled and minified by esbuild, with the wasm as a separate file or embedded in the
// JavaScript. Printed, and written to artifacts/size.json.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { artifacts, at, cache, die, dim, red, root, say } from './lib.mjs'

/** Limits in gzip bytes (KB = 1000) of each file; a build above one fails, so that a change that loads more is noticed. */
const BUDGETS = {
  core: 152_000,
  'core-answer': 72_000,
  'core-schema': 35_000,
  'core-notation': 14_000,
  'core-repair': 26_500,
  'core-correct': 11_000,
  'core-anthropic': 12_000,
  'core-bedrock': 20_500,
  'core-gemini': 17_300,
  'core-responses': 10_000,
  'core-cohere': 8_000,
  'core-ollama': 12_000,
  'core-whole': 330_000,
  validator: 320_000,
  template: 160_000,
}

/** What a call downloads in a browser before its request is sent, in addition to the JavaScript. */
const BEFORE_REQUEST = {
  'OpenAI, TOOLS, any schema': ['core'],
  'OpenAI, JSON_SCHEMA': ['core', 'core-schema'],
  'Anthropic, TOOLS': ['core', 'core-anthropic', 'core-schema'],
  'Gemini, TOOLS': ['core', 'core-gemini', 'core-schema'],
}

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
  // Static imports of the entry are loaded at once; a chunk of import(), an entry point as well, is loaded on first use.
  const entry = outputs.find(([, o]) => o.entryPoint === '<stdin>')[0]
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
  const sizes = { modules: {}, shipped: {}, beforeRequest: {}, budgets: BUDGETS }
  for (const name of Object.keys(BUDGETS)) {
    const file = at('pkg', `${name}.wasm`)
    if (existsSync(file)) sizes.modules[name] = weigh(readFileSync(file))
  }
  // Self-reference: the app imports the package by its name, as in `exports` of package.json.
  sizes.shipped.browser = await shipped(['browser'], 'browser')
  sizes.shipped.worker = await shipped(['workerd', 'worker'], 'neutral')
  for (const [call, files] of Object.entries(BEFORE_REQUEST))
    sizes.beforeRequest[call] = sum([
      sizes.shipped.browser.start,
      ...files.map((file) => sizes.modules[file]),
    ])

  const row = (name, w, budget) => {
    const over = budget && w.gzip > budget ? red(`  over the budget of ${budget / 1000} KB`) : ''
    say(
      `  ${name.padEnd(44)}${[w.raw, w.gzip, w.brotli].map((n) => n.toLocaleString('en').padStart(12)).join('')}${over}`,
    )
  }
  say(`\n  ${'bytes'.padEnd(44)}${['raw', 'gzip', 'brotli'].map((n) => n.padStart(12)).join('')}`)
  for (const [name, w] of Object.entries(sizes.modules)) row(`pkg/${name}.wasm`, w, BUDGETS[name])
  row('the JavaScript of a browser app at start', sizes.shipped.browser.start)
  row(dim('… chunks that are loaded on demand').padEnd(44), sizes.shipped.browser.later)
  row('a Worker (JS + wasm)', sum([sizes.shipped.worker.start, sizes.shipped.worker.later]))
  say(
    `\n  before the first request of a browser app${dim(' (the answer needs core-answer.wasm in addition)')}`,
  )
  for (const [call, w] of Object.entries(sizes.beforeRequest)) row(call, w)
  mkdirSync(artifacts, { recursive: true })
  writeFileSync(join(artifacts, 'size.json'), `${JSON.stringify(sizes, null, 2)}\n`)
  const over = Object.entries(sizes.modules).filter(([name, w]) => w.gzip > BUDGETS[name])
  return { ...sizes, over: over.map(([name]) => name) }
}

if (process.argv[1]?.endsWith('size.mjs')) {
  const { over, ...sizes } = await report()
  if (over.length) process.exitCode = 1
  // Needs a run of wasm-opt, so it is not part of every build.
  const { weighCore } = await import('./weigh.mjs')
  const files = await weighCore()
  if (files) writeFileSync(join(artifacts, 'size.json'), `${JSON.stringify({ ...sizes, files }, null, 2)}\n`)
}
