// npm run dev [-- --model]: builds, serves the playground, and rebuilds after every change.
//   src/**/*.rs   the wasm modules that contain the file, with Cargo's dev profile and without wasm-opt
//   src/ts        tsc --watch, into pkg/
//   www           esbuild; the page reloads itself
// With --model it also starts llama.cpp's server with a small model. The model in the page has the same file, where it is
// installed. Ctrl-C ends everything.
import { watch } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildDevModule, prepareTypeScript, sources, upToDate } from './build.mjs'
import { writeEntries } from './entries.mjs'
import { at, bold, die, dim, forget, green, MODULES, red, root, say, start } from './lib.mjs'
import { serve, watchPlayground } from './playground.mjs'
import { model, setup } from './setup.mjs'

process.chdir(root)
const { values: options } = parseArgs({ options: { model: { type: 'boolean' } } })
await setup(...(options.model ? ['build', 'model'] : ['build']))

const dev = new Set()
async function buildModule(name) {
  dev.add(name)
  await buildDevModule(name)
}

try {
  for (const name of MODULES) if (!upToDate(name)) await buildModule(name)
} catch (error) {
  die(error.message)
}
// From here on tsc writes pkg/, so the stamp of the last build is no longer valid.
forget('typescript')
prepareTypeScript()
const tsc = start(process.execPath, [
  at('node_modules', 'typescript', 'bin', 'tsc'),
  ...['--watch', '--preserveWatchOutput', '-p', at('src', 'ts'), '--outDir', at('pkg')],
])
const compiled = new Promise((done) => {
  tsc.stdout.setEncoding('utf8').on('data', (text) => {
    for (const line of text.split('\n')) if (line.trim()) say(`  ${dim('tsc')} ${line.trim()}`)
    if (!text.includes('Watching for file changes')) return
    writeEntries(at('pkg')).then(done, (error) => say(red(error.message)))
  })
})
await compiled

let config = { model: model.weights() }
if (options.model) {
  const { startModel } = await import('./model.mjs')
  const { baseURL, model: name } = await startModel()
  config = { ...config, localModel: { baseURL, model: name } }
}
let page
const folder = await watchPlayground(() => page?.reload())
page = await serve(folder, config, Number(process.env.PORT ?? 5173))
say(`${green('✓')} playground ${bold(page.url)} ${dim('(Ctrl-C ends)')}`)

const changed = new Set()
let building = false
let timer

/** The modules to build: those whose last build read a changed file; all, if no build has read it (a new file). */
function stale() {
  const list = [...changed]
  changed.clear()
  const readers = MODULES.filter((name) => {
    const read = new Set(sources(name, dev.has(name)))
    return list.some((file) => read.has(file))
  })
  return readers.length ? readers : MODULES
}

async function rebuild() {
  if (building) return
  building = true
  while (changed.size)
    for (const name of stale()) await buildModule(name).catch((error) => say(red(error.message)))
  building = false
}

watch(at('src'), { recursive: true }, (_, name) => {
  if (!name?.endsWith('.rs')) return
  changed.add(join(at('src'), name))
  clearTimeout(timer)
  timer = setTimeout(rebuild, 100)
})
