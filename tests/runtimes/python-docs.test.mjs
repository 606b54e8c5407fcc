/**
 * The Python programs of docs/ run with Python's Instructor, where it is installed (`npm run test:python`). The model's answers are
 * those of pages.test.mjs, so that a program and the one in TypeScript next to it get the same value.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { PYTHON } from '../../scripts/python.mjs'
import { pages, programs } from './pages/programs.mjs'
import { provider } from './pages/sample.mjs'

const skip =
  existsSync(PYTHON) || process.env.INSTRUCTOR_REQUIRE_PYTHON !== undefined
    ? false
    : "Python's Instructor is not installed: npm run test:python"

const found = pages()
  .flatMap(programs)
  .filter(({ language }) => language === 'python')

/** A server with the API of OpenAI. */
async function served() {
  const model = provider()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const answer = await model(`https://api.openai.com${request.url}`, { method: 'POST', body })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    for await (const chunk of answer.body) response.write(chunk)
    response.end()
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', done))
  return { url: `http://127.0.0.1:${server.address().port}/v1`, stop: () => server.close() }
}

/** What a program prints, whose requests go to the scripted server. */
async function printed(code) {
  const server = await served()
  try {
    const env = { PATH: process.env.PATH, OPENAI_API_KEY: 'test', OPENAI_BASE_URL: server.url }
    const child = spawn(PYTHON, ['-c', code], { env })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
    const status = await new Promise((done, fail) => child.on('close', done).on('error', fail))
    assert.equal(status, 0, text)
    return text
  } finally {
    server.stop()
  }
}

test('pages show programs in Python', () => assert.ok(found.length >= 2))

for (const { page, line, code } of found)
  test(`${page}:${line} runs in Python`, { skip }, async () => {
    assert.match(await printed(code), /name='Jason' age=25/)
  })
