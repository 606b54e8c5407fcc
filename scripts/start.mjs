// npm start: installs what is missing, builds, starts the playground, prints the address. Ctrl-C ends it. A small model runs in
// the page: its file is served next to the page.
import { bold, dim, green, root, say, seconds } from './lib.mjs'
import { model, setup } from './setup.mjs'

process.chdir(root)
const began = Date.now()
say(bold('instructor-wasm: setup, build, playground\n'))
await setup('start')
const { build } = await import('./build.mjs')
await build()

const { bundlePlayground, serve } = await import('./playground.mjs')
const page = await serve(
  await bundlePlayground(),
  { model: model.weights() },
  Number(process.env.PORT ?? 5173),
)
say(
  `${green('✓')} playground ready ${dim(seconds(began))}\n\n  ${bold(page.url)}\n\n${dim('Ctrl-C stops it.')}`,
)
