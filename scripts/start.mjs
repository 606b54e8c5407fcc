// npm start: installs what is missing, builds, starts the local model and the playground, prints the address. Ctrl-C ends
// both.
import { bold, dim, green, root, say, seconds } from './lib.mjs'
import { setup } from './setup.mjs'

process.chdir(root)
const began = Date.now()
say(bold('instructor-wasm: setup, build, local model, playground\n'))
await setup('start')
const { build } = await import('./build.mjs')
await build()

const { bundlePlayground, serve } = await import('./playground.mjs')
const { startModel } = await import('./model.mjs')
say('  … starting the local model')
const [model, dist] = await Promise.all([startModel(), bundlePlayground()])
say(`${green('✓')} local model ${model.model} at ${model.baseURL}`)
const page = await serve(
  dist,
  { localModel: { baseURL: model.baseURL, model: model.model } },
  Number(process.env.PORT ?? 5173),
)
say(
  `${green('✓')} playground ready ${dim(seconds(began))}\n\n  ${bold(page.url)}\n\n${dim('Ctrl-C stops both.')}`,
)
