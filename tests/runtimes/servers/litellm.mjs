// npm run test:litellm: the LiteLLM proxy in its OpenAI, Responses, Anthropic and Gemini formats, each in front of
// models of three upstream APIs, which aimock simulates. Not part of `npm test`: the proxy is 750 MB and takes a
// minute to start.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as z from 'zod'
import { freePort, start, stop } from '../../../scripts/lib.mjs'
import { litellm, setup } from '../../../scripts/setup.mjs'
import { startAimock } from './aimock.mjs'
import { fixtures, user } from './protocols.mjs'

await setup('litellm')
const { fromProvider } = await import('instructor-wasm')

const User = z.object({ name: z.string(), age: z.number().int() }).meta({ title: 'User' })
// The only key that it accepts.
const key = `sk-${randomBytes(12).toString('hex')}`

/** The format of the requests to the proxy, and the modes to test. */
const formats = [
  ['OpenAI chat', (model) => `litellm/${model}`, '/v1', ['TOOLS', 'JSON_SCHEMA']],
  ['OpenAI Responses', (model) => `litellm/${model}`, '/v1', ['RESPONSES_TOOLS']],
  ['Anthropic Messages', (model) => `anthropic/${model}`, '', ['TOOLS']],
  ['Gemini generateContent', (model) => `google/${model}`, '/v1beta', ['TOOLS']],
]
const upstreams = {
  'gpt-4o-mini': (base) => ['openai/gpt-4o-mini', `${base}/v1`],
  'claude-sonnet-4-5': (base) => ['anthropic/claude-sonnet-4-5', base],
  'gemini-2.5-flash': (base) => ['gemini/gemini-2.5-flash', `${base}/v1beta`],
}

let aimock
let proxy
let base
let folder
before(async () => {
  aimock = await startAimock(fixtures)
  folder = mkdtempSync(join(tmpdir(), 'litellm-'))
  const config = {
    model_list: Object.entries(upstreams).map(([model_name, at]) => {
      const [model, api_base] = at(aimock.base)
      return { model_name, litellm_params: { model, api_base, api_key: 'upstream-key' } }
    }),
    litellm_settings: { telemetry: false },
  }
  const file = join(folder, 'config.yaml')
  // JSON is valid YAML.
  writeFileSync(file, JSON.stringify(config))
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  const env = {
    ...process.env,
    LITELLM_MASTER_KEY: key,
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    LITELLM_TELEMETRY: 'False',
    DO_NOT_TRACK: '1',
  }
  const options = ['--config', file, '--host', '127.0.0.1', '--port', String(port)]
  proxy = start(litellm.command(), options, { env })
  let said = ''
  for (const out of [proxy.stdout, proxy.stderr])
    out.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-20_000)
    })
  let ended = false
  proxy.on('exit', () => {
    ended = true
  })
  for (let tries = 0; ; tries++) {
    try {
      if ((await fetch(`${base}/health/liveliness`)).ok) break
    } catch {
      // Not yet.
    }
    if (ended || tries > 600) throw new Error(`the LiteLLM proxy did not start:\n${said}`)
    await new Promise((done) => setTimeout(done, 300))
  }
})
after(() => {
  if (proxy) stop(proxy)
  aimock?.close()
  if (folder) rmSync(folder, { recursive: true, force: true })
})

const clientOf = (model, path, options = {}) =>
  fromProvider(model, { apiKey: key, baseURL: base + path, httpRetries: 0, env: {}, ...options })

for (const [format, named, path, modes] of formats)
  for (const upstream of Object.keys(upstreams))
    for (const mode of modes)
      test(`${format} in front of ${upstream}, ${mode}: unstreamed and streamed`, async () => {
        const client = clientOf(named(upstream), path, { mode })
        const content = mode === 'JSON_SCHEMA' ? 'by text' : 'by tool'
        const call = { responseModel: User, messages: [{ role: 'user', content }], maxRetries: 0 }
        const [value, completion] = await client.createWithCompletion(call)
        assert.deepEqual(value, user)
        assert.ok(completion.usage.totalTokens > 0, 'tokens of the whole answer')
        const stream = client.createPartial(call)
        let last
        for await (last of stream);
        assert.deepEqual(last, user)
        assert.deepEqual(await stream.final(), user)
      })

for (const [format, named, path] of formats)
  test(`${format}: a wrong key is a ProviderError, unstreamed and streamed`, async () => {
    const client = clientOf(named('gpt-4o-mini'), path, { apiKey: 'sk-wrong' })
    const call = { responseModel: User, messages: [{ role: 'user', content: 'by tool' }], maxRetries: 0 }
    // Without a database the proxy returns 400 for an unknown key.
    for (const run of [() => client.create(call), () => client.createPartial(call).final()])
      await assert.rejects(
        run(),
        ({ name, status }) => name === 'ProviderError' && [400, 401].includes(status),
      )
  })
