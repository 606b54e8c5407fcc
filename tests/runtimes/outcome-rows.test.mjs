/**
 * The rows of the outcome bench, with a server that returns right answers: none of them loses to the bench itself. Other libraries
 * are tested where they are installed (`npm run bench:outcome`, `npm run test:python`).
 */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { after, before, test } from 'node:test'
import { aiSdk, instructorJs, langChain, openAi, own, pythonInstructor } from '../../benches/outcome/rows.mjs'
import { isRightAnswer, rightAnswers, tasks } from '../../benches/outcome/tasks.mjs'
import { toZod } from '../../benches/outcome/to-zod.mjs'
import { at } from '../../scripts/lib.mjs'
import { PYTHON } from '../../scripts/python.mjs'

const withoutPeers = existsSync(at('benches', 'outcome', 'node_modules'))
  ? false
  : 'the packages of benches/outcome are not installed: npm run bench:outcome'
const withoutPython =
  existsSync(PYTHON) || process.env.INSTRUCTOR_REQUIRE_PYTHON !== undefined
    ? false
    : "Python's Instructor is not installed: npm run test:python"
globalThis.AI_SDK_LOG_WARNINGS = false

/** What the server returns, and what it received. */
let content = ''
const requests = []
const server = createServer(async (request, response) => {
  let body = ''
  for await (const chunk of request) body += chunk
  requests.push(JSON.parse(body))
  response.writeHead(200, { 'content-type': 'application/json' })
  const choice = { index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  const id = { id: '1', object: 'chat.completion', created: 1, model: 'm' }
  response.end(JSON.stringify({ ...id, choices: [choice], usage }))
})
before(() => new Promise((done) => server.listen(0, '127.0.0.1', done)))
after(() => server.close())

/** The rows of a library, started; `retries` is 2. */
async function withRows(make, run) {
  const baseURL = `http://127.0.0.1:${server.address().port}/v1`
  const rows = await make({ baseURL, model: 'm', provider: 'llama_cpp', apiKey: 'none', retries: 2 })
  for (const row of rows) {
    try {
      await row.start?.()
      await run(row)
    } finally {
      row.stop?.()
    }
  }
}

/** The text of an answer; a list at the root is in the member `key` of an object, except a list of strings. */
function textOf(row, answer, key) {
  const inner = Array.isArray(answer) ? { [typeof answer[0] === 'string' ? 'content' : key]: answer } : answer
  const json = JSON.stringify(inner)
  return row.name.includes('MD_JSON') ? `\`\`\`json\n${json}\n\`\`\`` : json
}

/** A row of each mode, without those that differ only after an invalid answer. */
const modes = async (setting) => (await own(setting)).filter(({ name }) => !/repair |lenient/.test(name))

for (const { name, make, key, skip } of [
  { name: 'this package', make: modes, key: 'tasks', skip: false },
  { name: 'the AI SDK', make: aiSdk, key: 'content', skip: withoutPeers },
  { name: 'instructor-js', make: instructorJs, key: 'content', skip: withoutPeers },
  { name: 'LangChain', make: langChain, key: 'content', skip: withoutPeers },
  { name: 'the openai SDK', make: openAi, key: 'content', skip: withoutPeers },
  { name: 'Instructor for Python', make: pythonInstructor, key: 'tasks', skip: withoutPython },
])
  test(`the rows of ${name} read a right answer to every task in one request`, { skip }, () =>
    withRows(make, async (row) => {
      for (const task of tasks) {
        const label = `${row.name}, ${task.id}`
        const [answer] = rightAnswers(task)
        content = textOf(row, answer, key)
        requests.length = 0
        const value = await row.run(task).catch((error) => assert.fail(`${label}: ${error.message}`))
        assert.ok(toZod(task.schema).safeParse(value).success, `${label}: ${JSON.stringify(value)}`)
        assert.ok(isRightAnswer(task, value), `${label}: ${JSON.stringify(value)}`)
        assert.equal(requests.length, 1, label)
      }
    }),
  )

const age = tasks.find(({ id }) => id === 'person-age')
for (const { name, make, skip, attempts } of [
  { name: 'this package', make: own, skip: false, attempts: 3 },
  { name: 'instructor-js', make: instructorJs, skip: withoutPeers, attempts: 3 },
  { name: 'Instructor for Python', make: pythonInstructor, skip: withoutPython, attempts: 3 },
  { name: 'the AI SDK', make: aiSdk, skip: withoutPeers, attempts: 1 },
  { name: 'LangChain', make: langChain, skip: withoutPeers, attempts: 1 },
])
  test(
    `with two retries, ${name} has ${attempts === 1 ? 'one attempt' : `${attempts} attempts`} if each answer is invalid`,
    { skip },
    () =>
      withRows(make, async (row) => {
        content = textOf(row, { name: 5 })
        requests.length = 0
        const value = await row.run(age).catch(() => undefined)
        assert.ok(!toZod(age.schema).safeParse(value).success, row.name)
        assert.equal(requests.length, attempts, row.name)
      }),
  )

test(
  'Instructor for Python gets the names, descriptions and bounds of a schema',
  {
    skip: withoutPython,
  },
  () =>
    withRows(
      (setting) => pythonInstructor(setting).filter(({ name }) => name.endsWith('JSON_SCHEMA')),
      async (row) => {
        content = '{}'
        requests.length = 0
        await assert.rejects(row.run(tasks.find(({ id }) => id === 'no-stars')), /InstructorRetryException/)
        const { name, schema } = requests[0].response_format.json_schema
        assert.equal(name, 'Review')
        assert.deepEqual(schema.required, ['positive', 'stars'])
        assert.equal(schema.properties.stars.description, 'Only if the guest gives stars')
        assert.deepEqual(schema.properties.stars.anyOf, [
          { maximum: 5, minimum: 1, type: 'integer' },
          { type: 'null' },
        ])
      },
    ),
)
