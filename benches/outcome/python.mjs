// A process of Python's Instructor (python.py), which gets one task after the other.
import { createInterface } from 'node:readline'
import { at, start, stop } from '../../scripts/lib.mjs'
import { installInstructor, PYTHON } from '../../scripts/python.mjs'

/** Starts the process, and installs Instructor before if it is missing. `value(task)` throws an error of Instructor. */
export async function python({ baseURL, model, apiKey, retries }, mode) {
  await installInstructor()
  const program = at('benches', 'outcome', 'python.py')
  const child = start(PYTHON, [program, baseURL, model, mode, String(retries)], {
    // Without the proxies of the environment: the server is on this machine.
    env: { PATH: process.env.PATH, PYTHONUTF8: '1', API_KEY: apiKey },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let log = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-2000)
  })
  // A write to a process that has ended fails; the end of its output reports that.
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async value(task) {
      child.stdin.write(`${JSON.stringify(task)}\n`)
      const { value: line, done } = await lines.next()
      if (done) throw new Error(`the Python process ended: ${log}`)
      const { value, error } = JSON.parse(line)
      if (error !== undefined) throw new Error(error)
      return value
    },
    stop: () => stop(child),
  }
}
