// Start the local model: llama.cpp's server with SmolLM2-135M, from what setup fetched. Used by
// `npm run dev -- --model` and the tests. const model = await startModel(); model.baseURL, model.model; model.stop()
import { at, freePort, start, stop } from './lib.mjs'
import { model } from './setup.mjs'

export async function startModel() {
  const { command, env } = model.python()
  const port = await freePort()
  const child = start(command, [at('scripts', 'model_server.py'), model.weights(), String(port)], { env })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-20_000)
  })
  return await new Promise((done, fail) => {
    let out = ''
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text
      // llama.cpp may print lines before ours.
      const line = out.split('\n').find((one) => one.startsWith('{"baseURL"'))
      if (line) done({ ...JSON.parse(line), pid: child.pid, stop: () => stop(child) })
    })
    child.on('error', fail)
    child.on('exit', (code) =>
      fail(
        new Error(
          `the local model server ended with code ${code}:\n${log.split('\n').slice(-20).join('\n')}`,
        ),
      ),
    )
  })
}
