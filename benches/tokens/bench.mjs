// npm run bench:tokens: the tokens of a schema in a prompt, as a notation of types and as JSON Schema, counted with the
// tokenizer of OpenAI's models (o200k_base).
//
// The schemas are those of jsonschemabench and of BFCL (INSTRUCTOR_TESTDATA), and those of the tasks in benches/outcome.
// Indented JSON is what `schemaPrompt: 'json-schema'` sends; compact JSON has no white space.
//   npm run bench:tokens -- --list      each schema, too
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { at, die, run, say } from '../../scripts/lib.mjs'
import { collection } from '../../tests/conformance/testdata.mjs'
import { tasks } from '../outcome/tasks.mjs'

const { values: options } = parseArgs({ options: { list: { type: 'boolean' } } })
const here = at('benches', 'tokens')
if (!existsSync(at('pkg', 'index.js'))) die('pkg/ is not built: run npm run build')
if (!existsSync(join(here, 'node_modules'))) {
  say('installing the tokenizer (benches/tokens) …')
  const done = await run('bench-tokens-npm', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: here })
  if (!done.ok) die(`npm ci in benches/tokens failed (${done.log})`)
}
const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
const { fromProvider } = await import('../../scripts/self.mjs')

const client = fromProvider('openai/gpt-4o-mini', { apiKey: 'none', mode: 'JSON' })
/** The text that replaces `{types}` or `{schema}` in a prompt. */
function prompt(responseModel, schemaPrompt) {
  const { body } = client.buildRequest({ responseModel, prompt: 'x', schemaPrompt })
  return JSON.parse(body).messages[0].content
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* files(path)
    else if (path.endsWith('.json')) yield path
  }
}
const read = (path) => JSON.parse(readFileSync(path, 'utf8'))

const sources = { tasks: tasks.map(({ id, schema }) => [id, schema]) }
const real = collection('tokens', 'jsonschemabench')
if (real)
  sources.jsonschemabench = [...files(real)].sort().map((path) => [path.slice(real.length + 1), read(path)])
const tools = collection('tokens', 'bfcl')
if (tools)
  sources.bfcl = read(join(tools, 'bfcl-v4-sample.json')).cases.flatMap(({ id, tools: list }) =>
    list.map(({ name, parameters }) => [`${id} ${name}`, parameters]),
  )

const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
const sum = (list) => list.reduce((total, one) => total + one, 0)
const share = (value) => value.toFixed(3).padStart(10)

console.log(
  `\n${''.padEnd(24)}${['schemas', 'notation', 'indented', 'compact'].map((name) => name.padStart(10)).join('')}   median of notation / indented, / compact`,
)
const measured = {}
for (const [name, schemas] of Object.entries(sources)) {
  const rows = []
  let refused = 0
  for (const [id, schema] of schemas) {
    let texts
    try {
      texts = [prompt(schema, '{types}'), prompt(schema, '{schema}')]
    } catch {
      refused += 1
      continue
    }
    const [types, indented, compact] = [...texts, JSON.stringify(JSON.parse(texts[1]))].map((text) =>
      countTokens(text),
    )
    rows.push({ types, indented, compact })
    if (options.list) console.log(`  ${id}: ${types} of ${indented} (compact ${compact})`)
  }
  measured[name] = rows
  print(refused ? `${name} (${refused} refused)` : name, rows)
}
const { tasks: own, jsonschemabench = [] } = measured
print('tasks, jsonschemabench', [...own, ...jsonschemabench])
print('all', Object.values(measured).flat())

function print(name, rows) {
  const totals = ['types', 'indented', 'compact'].map((key) => sum(rows.map((row) => row[key])))
  const shares = ['indented', 'compact'].map((key) => median(rows.map((row) => row.types / row[key])))
  console.log(
    name.padEnd(24) +
      [rows.length, ...totals].map((count) => String(count).padStart(10)).join('') +
      shares.map(share).join(''),
  )
}
