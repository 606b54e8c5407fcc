/** `npx instructor-wasm`: documentation, providers, schemas of modules, and extraction against a server. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { scripted } from 'instructor-wasm/test'
import { Screen } from '../../pkg/cli/screen.js'

const root = fileURLToPath(new URL('../..', import.meta.url))
const cli = join(root, 'pkg', 'cli.js')
// In the repository, so that a module in it finds the schema library.
const folder = join(root, '.cache', 'cli-test')
mkdirSync(folder, { recursive: true })
after(() => rmSync(folder, { recursive: true }))

const file = (name, text) => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const schema = file(
  'user.json',
  JSON.stringify({
    title: 'User',
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
  }),
)
const module = file(
  'schemas.mjs',
  "import * as z from 'zod'\nexport const User = z.object({ name: z.string(), age: z.number().int().min(18) })\nexport default User\n",
)
const jason = { name: 'Jason', age: 25 }

/** Runs the command line; resolves when it ends. `during` gets the process. */
function run(args, { input = '', env = {}, during } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (data) => {
      stdout += data
    })
    child.stderr.on('data', (data) => {
      stderr += data
      during?.(child, stderr)
    })
    child.on('close', (status) => resolve({ status, stdout, stderr }))
    child.stdin.end(input)
  })
}

/** Runs `extract` against a server with a scripted provider. */
async function extract(script, args, options) {
  const provider = scripted(script)
  const server = createServer(async (request, response) => {
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const answer = await provider.fetch(`http://${request.headers.host}${request.url}`, {
      method: request.method,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    })
    response.writeHead(answer.status, Object.fromEntries(answer.headers))
    for await (const chunk of answer.body) response.write(chunk)
    response.end()
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${server.address().port}/v1`
  const result = await run(['extract', '--model', 'openai/gpt-4o-mini', '--base-url', url, ...args], {
    input: 'Jason is 25.',
    env: { OPENAI_API_KEY: 'sk-secret-key' },
    ...options,
  })
  server.closeAllConnections()
  server.close()
  assert.doesNotMatch(result.stdout + result.stderr, /sk-secret-key/)
  return { ...result, requests: provider.requests }
}

test('docs lists every page of the documentation, and prints a page by its name', async () => {
  const list = await run(['docs'])
  assert.equal(list.status, 0)
  const pages = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md') && name !== 'index.md')
  for (const page of pages) assert.match(list.stdout, new RegExp(`^${page.slice(0, -3)}: \\S`, 'm'))
  const page = await run(['docs', 'streaming'])
  assert.equal(
    page.stdout.trim().slice(0, 40),
    readFileSync(join(root, 'docs', 'streaming.md'), 'utf8').slice(0, 40),
  )
})

test('docs finds the sections with all words, and prints one that the search listed', async () => {
  const found = await run(['docs', 'maxRetries', 'signal'])
  assert.equal(found.status, 0)
  assert.match(found.stdout, /^[\w/-]+#\S.*\n/)
  for (const word of ['maxRetries', 'signal'])
    assert.ok(found.stdout.split('\nAlso:')[0].includes(word), word)
  const [, other] = /^Also:\n {2}(.+)$/m.exec(found.stdout)
  assert.match((await run(['docs', other])).stdout, new RegExp(`^#+ ${other.split('#')[1]}`))
  const sections = JSON.parse((await run(['docs', 'cacheNamespace', '--json'])).stdout)
  assert.ok(
    sections.length &&
      sections.every(({ text, title, page }) => `${page}${title}${text}`.includes('cacheNamespace')),
  )
  const none = await run(['docs', 'xylophone'])
  assert.deepEqual([none.status, none.stdout], [1, ''])
})

test('providers lists every provider, and those that match', async () => {
  const all = JSON.parse((await run(['providers', '--json'])).stdout)
  assert.ok(all.length > 50)
  const claude = JSON.parse((await run(['providers', 'claude', '--json'])).stdout)
  assert.deepEqual(
    claude.map(({ id }) => id),
    ['anthropic'],
  )
  assert.ok(claude[0].variables.includes('ANTHROPIC_API_KEY'))
  assert.match((await run(['providers', 'groq'])).stdout, /^groq +TOOLS +GROQ_API_KEY +https:/m)
  assert.equal((await run(['providers', 'nosuchvendor'])).status, 1)
})

test('lint reads an export of a module, and reports the exports if the name is wrong', async () => {
  for (const place of [`${module}#User`, module]) {
    const { stdout, status } = await run(['lint', place, '--for', 'openai'])
    assert.equal(status, 0)
    assert.match(stdout, /^openai \(openai_strict\): 1 note$/m)
  }
  const wrong = await run(['lint', `${module}#Person`, '--for', 'openai'])
  assert.equal(wrong.status, 2)
  assert.match(wrong.stderr, /has no export Person; it exports User, default/)
})

test('lint of TypeScript works where Node loads it, and reports what is missing where it does not', async () => {
  const typed = file('typed.ts', "import * as z from 'zod'\nexport const Name: z.ZodString = z.string()\n")
  const { status, stdout, stderr } = await run(['lint', `${typed}#Name`, '--for', 'plain'])
  if (process.features.typescript) assert.match(stdout, /^plain: /)
  else {
    assert.equal(status, 2)
    assert.match(stderr, /Node 22\.18 or newer, or `node --import tsx`/)
  }
})

test('extract prints the value as JSON, and its progress apart', async () => {
  const { status, stdout, stderr, requests } = await extract([{ value: jason }], ['--schema', schema])
  assert.equal(status, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), jason)
  assert.match(stderr, /1 attempt, \d+ tokens in/)
  assert.equal(requests[0].body.messages.at(-1).content, 'Jason is 25.')
  assert.equal(requests[0].body.stream, true)
})

test('extract sends the prompt before the text, the system message and files', async () => {
  const png = file('a.png', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]))
  const args = [
    '--schema',
    `${module}#User`,
    '--prompt',
    'Who?',
    '--system',
    'Be brief.',
    '--image',
    png,
    '--compact',
    '--quiet',
  ]
  const { stdout, stderr, requests } = await extract([{ value: jason }], args)
  assert.equal(stdout, `${JSON.stringify(jason)}\n`)
  assert.equal(stderr, '')
  const [system, user] = requests[0].body.messages
  assert.equal(system.content, 'Be brief.')
  assert.equal(user.content[0].text, 'Who?\n\nJason is 25.')
  assert.match(user.content[1].image_url.url, /^data:image\/png;base64,/)
})

test('extract --list prints each element on its line, --partial each partial value', async () => {
  const people = [jason, { name: 'Ann', age: 30 }]
  const list = await extract([{ value: { tasks: people } }], ['--schema', schema, '--list'])
  assert.deepEqual(
    list.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
    people,
  )
  const partial = await extract([{ value: jason, pace: 20 }], ['--schema', schema, '--partial'])
  const lines = partial.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(lines.at(-1), jason)
  assert.ok(lines.length > 1)
})

test('extract reports a reask, and fails with exit code 1 when all answers are invalid', async () => {
  const wrong = { value: { name: 'Jason', age: 'x' } }
  const mended = await extract([wrong, { value: jason }], ['--schema', schema])
  assert.equal(mended.status, 0)
  assert.match(mended.stderr, /attempt 1 is invalid: [^\n]*\nage: /)
  assert.match(mended.stderr, /2 attempts/)
  const failed = await extract([wrong, wrong], ['--schema', schema, '--max-retries', '1'])
  assert.deepEqual([failed.status, failed.stdout], [1, ''])
})

test('extract has one exit code for wrong usage and one for the provider', async () => {
  const usage = [
    ['--schema', schema, '--mode', 'NOPE'],
    ['--schema', join(folder, 'missing.json')],
    ['--schema', '-'],
    [],
    ['--schema', schema, '--max-retries', 'many'],
    ['--schema', schema, '--colour'],
    ['--schema', schema, '--image', 'missing.png'],
  ]
  for (const args of usage) {
    const { status, stderr, requests } = await extract([], args)
    assert.equal(status, 2, `${args}: ${stderr}`)
    assert.match(stderr, /^instructor-wasm: /m)
    assert.equal(requests.length, 0)
  }
  const { status, stdout } = await extract(
    [{ status: 401, body: { error: { message: 'bad key' } } }],
    ['--schema', schema],
  )
  assert.deepEqual([status, stdout], [3, ''])
  const empty = await extract([], ['--schema', schema], { input: ' \n' })
  assert.equal(empty.status, 2)
})

test('extract ends with 130 and without output when it is interrupted', async () => {
  let sent = false
  const during = (child, stderr) => {
    if (!sent && stderr.includes('waiting for an answer')) {
      sent = true
      setTimeout(() => child.kill('SIGINT'), 300)
    }
  }
  const { status, stdout } = await extract([{ value: jason, delay: 20000 }], ['--schema', schema], { during })
  assert.deepEqual([status, stdout], [130, ''])
})

test('a screen draws in place and never more lines than the terminal has', () => {
  let out = ''
  const screen = new Screen({
    columns: 10,
    rows: 5,
    write: (text) => {
      out += text
    },
  })
  screen.draw('1\n2\n3\n4 is longer than the terminal')
  assert.equal(out, '2\n3\n4 is long\n')
  out = ''
  screen.draw('a')
  assert.equal(out, '\x1b[3A\x1b[0Ja\n')
  out = ''
  screen.clear()
  screen.clear()
  assert.equal(out, '\x1b[1A\x1b[0J')
})
