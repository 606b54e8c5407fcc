// npm run bench:outcome: how often a small model's answer is valid and right, and what it costs, by library and mode.
//
// Every row gets the same tasks on the same server, one request at a time, with temperature 0. A proxy counts requests and
// the server's tokens. `silent`: valid and wrong, so that the caller does not notice. The held-out tasks decide
// between texts; the others are for tuning (tasks.mjs).
//   npm run bench:outcome                                   SmolLM2-135M on this machine
//   npm run bench:outcome -- --base-url https://host/v1 --model NAME --api-key-env KEY --provider openai-compatible
//   npm run bench:outcome -- --rows instructor-wasm --tasks tuned --limit 20 --log exchanges.jsonl
// Python's Instructor is installed in .cache/instructor when one of its rows runs.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { artifacts, at, die, run, say } from '../../scripts/lib.mjs'
import { countingProxy } from './counter.mjs'
import { isRightAnswer, tasks } from './tasks.mjs'

const { values: options } = parseArgs({
  options: {
    'base-url': { type: 'string' },
    model: { type: 'string' },
    'api-key-env': { type: 'string' },
    provider: { type: 'string' },
    rows: { type: 'string', default: '' },
    tasks: { type: 'string', default: 'all' },
    limit: { type: 'string', default: '1000' },
    retries: { type: 'string', default: '2' },
    'max-tokens': { type: 'string', default: '160' },
    log: { type: 'string' },
  },
})

if (!existsSync(at('pkg', 'index.js'))) die('pkg/ is not built: run npm run build')
const here = at('benches', 'outcome')
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'))
if (!Object.keys(dependencies).every((name) => existsSync(join(here, 'node_modules', name)))) {
  say('installing the peers (benches/outcome) …')
  const done = await run('bench-npm', 'npm', ['ci', '--legacy-peer-deps'], { cwd: here })
  if (!done.ok) die(`npm ci in benches/outcome failed (${done.log})`)
}

const chosen = tasks
  .filter(({ held }) => options.tasks === 'all' || (options.tasks === 'held') === held)
  .slice(0, Number(options.limit))
const local = options['base-url'] ? undefined : await (await import('../../scripts/model.mjs')).startModel()
const target = (options['base-url'] ?? local.baseURL).replace(/\/$/, '')
// What is requested and answered, one line for each request.
const running = {}
const logged = (request, answer) =>
  appendFileSync(options.log, `${JSON.stringify({ ...running, request, answer })}\n`)
const isLlamaCpp = local !== undefined || options.provider === 'llama_cpp'
// With its cache of prompts, the requests before a request decide the last digits of llama.cpp's numbers.
const extra = isLlamaCpp ? { cache_prompt: false } : {}
const proxy = await countingProxy(target, Number(options['max-tokens']), extra, options.log && logged)
const { aiSdk, instructorJs, langChain, openAi, own, pythonInstructor } = await import('./rows.mjs')
const { toZod } = await import('./to-zod.mjs')

const setting = {
  baseURL: proxy.baseURL,
  model: options.model ?? local?.model ?? die('--model is missing'),
  provider: options.provider ?? (local ? 'llama_cpp' : 'openai-compatible'),
  apiKey: (options['api-key-env'] && process.env[options['api-key-env']]) || 'none',
  retries: Number(options.retries),
}

async function outcome(row, task) {
  proxy.take()
  Object.assign(running, { row: row.name, task: task.id })
  const began = Date.now()
  let value
  let error
  try {
    value = await row.run(task)
  } catch (thrown) {
    error = thrown instanceof Error ? thrown.message.slice(0, 300) : String(thrown)
  }
  const ms = Date.now() - began
  // The value of a library that does not validate is checked as well.
  const valid = error === undefined && toZod(task.schema).safeParse(value).success
  const right = valid && isRightAnswer(task, value)
  return { row: row.name, task: task.id, held: task.held, value, error, valid, right, ms, ...proxy.take() }
}

function summary(outcomes) {
  const sum = (of) => outcomes.reduce((total, one) => total + Number(of(one)), 0)
  const [valid, right] = [sum((one) => one.valid), sum((one) => one.right)]
  return {
    tasks: outcomes.length,
    valid,
    right,
    silent: valid - right,
    requests: sum((one) => one.requests),
    input: sum((one) => one.input),
    output: sum((one) => one.output),
    seconds: Math.round(sum((one) => one.ms) / 1000),
  }
}

// The peers' warnings would hide the table.
console.warn = () => {}
console.error = () => {}
globalThis.AI_SDK_LOG_WARNINGS = false

const all = []
try {
  const pattern = new RegExp(options.rows)
  const rows = []
  const makers = [own, aiSdk, instructorJs, langChain, openAi, pythonInstructor]
  for (const make of makers) rows.push(...(await make(setting)))
  const columns = ['valid', 'right', 'silent', 'requests', 'input', 'output', 'seconds']
  const print = (name, found) =>
    say(`${name.padEnd(44)}${columns.map((column) => String(found[column] ?? column).padStart(9)).join('')}`)
  print(`${chosen.length} tasks, ${chosen.filter(({ held }) => held).length} of them held-out`, {})
  for (const row of rows.filter(({ name }) => pattern.test(name))) {
    const outcomes = []
    try {
      await row.start?.()
      for (const task of chosen) outcomes.push(await outcome(row, task))
    } finally {
      row.stop?.()
    }
    all.push(...outcomes)
    print(row.name, summary(outcomes))
    const held = outcomes.filter((one) => one.held)
    if (held.length && held.length < outcomes.length) print(`  ${held.length} held out`, summary(held))
  }
} finally {
  proxy.stop()
  local?.stop()
}
mkdirSync(artifacts, { recursive: true })
writeFileSync(join(artifacts, 'outcome.json'), `${JSON.stringify(all, null, 1)}\n`)
