// Reask requests: for any answer, the request that reports the problems is valid for its API.
//
// The rules of every API are data (reask/rules.mjs). They are checked on the requests that follow the scripted answers of
// the golden cases, on those that follow recorded answers of real providers, and on random conversations with random bad
// answers, whole and streamed; the last are also compared: the reask for an answer is the same whether it was
// streamed or not.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'
import { casesOf, families } from './golden/cases.mjs'
import { differences } from './golden/compare.mjs'
import { replay } from './golden/replay.mjs'
import { broken } from './reask/broken.mjs'
import { badAnswer, history } from './reask/random.mjs'
import { check, page } from './reask/rules.mjs'
import { collection, root } from './testdata.mjs'

const shown = 20
const seeds = 60

const User = {
  name: 'User',
  schema: {
    type: 'object',
    properties: { name: { type: 'string' }, age: { type: 'integer' } },
    required: ['name', 'age'],
  },
}

/** No recorded answer matches this schema. */
const Never = {
  name: 'Never',
  schema: {
    type: 'object',
    properties: { never: { const: 'never' } },
    required: ['never'],
    additionalProperties: false,
  },
}

export async function reask() {
  documented()
  for (const [rule, provider, request] of broken) {
    const reports = check(request, provider)
    if (!reports.some((line) => line.includes(` ${rule}: `)))
      throw new Error(`the checker misses ${rule}: ${reports}`)
  }
  const tally = { checked: 0, refused: [] }
  const judge = (request, provider, answers, what) => {
    tally.checked += 1
    const broken = check(request, provider, answers)
    if (broken.length > 0) tally.refused.push(`${what}\n    ${broken.slice(0, 4).join('\n    ')}`)
  }
  const lines = []
  const counted = async (name, run) => {
    const before = tally.checked
    await run(judge)
    lines.push(`reask ${name}: second requests checked ${tally.checked - before}`)
  }
  await counted('golden', golden)
  await counted('traffic', traffic)
  const unequal = []
  let compared = 0
  await counted('random', (on) =>
    conversations(on, (what, found) => {
      compared += 1
      if (found.length > 0) unequal.push(`${what}\n    ${found.slice(0, 4).join('\n    ')}`)
    }),
  )
  for (const one of tally.refused.slice(0, shown)) console.log(`\nrefused: ${one}`)
  for (const one of unequal.slice(0, shown)) console.log(`\nwhole and streamed differ: ${one}`)
  lines.push(`reask whole and streamed: compared ${compared}, different ${unequal.length}`)
  lines.push(`second requests checked ${tally.checked}, refused ${tally.refused.length}`)
  return { ok: tally.refused.length === 0 && unequal.length === 0, lines }
}

/** docs/reask-rules.md contains the table; UPDATE_TABLES=1 writes it. */
function documented() {
  const path = join(root, 'docs/reask-rules.md')
  const marks = ['<!-- rules: made from tests/conformance/reask/rules.mjs -->\n\n', '\n\n<!-- /rules -->']
  const [before, rest] = readFileSync(path, 'utf8').split(marks[0])
  const [inside, after] = rest.split(marks[1])
  if (process.env.UPDATE_TABLES) writeFileSync(path, [before, marks[0], page(), marks[1], after].join(''))
  else if (inside !== page())
    throw new Error('docs/reask-rules.md: run UPDATE_TABLES=1 node tests/conformance/run.mjs --suite reask')
}

/** The golden cases with a request after an answer. */
async function golden(judge) {
  const folder = collection('reask', 'golden')
  if (!folder) return
  for (const provider of Object.values(families).flat())
    for (const one of casesOf(folder, provider)) {
      if (!one.call || (one.scripted_responses?.length ?? 0) < 2) continue
      const { requests } = await replay(one)
      const answers = JSON.stringify(one.scripted_responses)
      for (const { path, body } of requests.slice(1))
        judge({ url: `https://golden.example${path}`, body }, provider, unescaped(answers), one.file)
    }
}

/** The provider for a recording's API, and the options of its client. */
const speakers = {
  'chat.completions': (provider) =>
    ({ azure: 'azure_openai', 'openai-compatible': 'vllm' })[provider] ?? provider,
  responses: () => 'openai',
  messages: () => 'anthropic',
  generateContent: () => 'google',
  'cohere.v2.chat': () => 'cohere',
  converse: () => 'bedrock',
  'ollama.chat': () => 'ollama',
}
const chat = [
  'openai',
  'azure_openai',
  'deepseek',
  'openrouter',
  'groq',
  'mistral',
  'together',
  'cerebras',
  'writer',
  'perplexity',
  'xai',
  'ollama',
]

/** Answers of real providers, as if returned to a call with another response model. */
async function traffic(judge) {
  const folder = collection('reask', 'traffic')
  if (!folder) return
  for (const path of files(folder)) {
    const recorded = JSON.parse(readFileSync(path, 'utf8'))
    const speaker = speakers[recorded.api]?.(recorded.provider)
    const { status, body_text: text, body_base64: bytes } = recorded.response ?? {}
    if (
      !speaker ||
      status !== 200 ||
      (recorded.api === 'chat.completions' && !modesOf[speaker] && chat.includes(speaker))
    )
      continue
    const provider = recorded.api === 'chat.completions' && !chat.includes(speaker) ? 'vllm' : speaker
    for (const mode of recorded.api === 'responses' ? ['RESPONSES_TOOLS'] : modesOf[provider]) {
      const payload = bytes ? Buffer.from(bytes, 'base64') : text
      const requests = []
      const fetch = async (url, init) => {
        requests.push({ url: String(url), body: JSON.parse(init.body) })
        if (requests.length > 1) throw new TypeError('that was enough')
        return new Response(payload, {
          status: 200,
          headers: recorded.response.headers['content-type']
            ? { 'content-type': recorded.response.headers['content-type'] }
            : {},
        })
      }
      const options = {
        ...setup(provider),
        mode,
        fetch,
        httpRetries: 0,
        ...(recorded.api === 'ollama.chat' ? { native: true } : {}),
      }
      const params = { responseModel: Never, messages: [{ role: 'user', content: 'x' }], maxRetries: 1 }
      const client = fromProvider(`${provider}/${modelOf(provider)}`, options)
      await (recorded.stream ? client.createPartial(params).final() : client.create(params)).catch(() => {})
      if (requests[1])
        judge(
          requests[1],
          provider,
          unescaped(payload.toString('latin1')) + payload.toString(),
          path.slice(folder.length + 1),
        )
    }
  }
}

const unescaped = (text) => `${text}${text.replaceAll('\\"', '"')}${text.replaceAll(/": +"/g, '":"')}`

function files(folder) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? files(path) : name.endsWith('.json') ? [path] : []
    })
}

/** The modes in which a provider's reasks differ. */
const modesOf = {
  openai: ['TOOLS', 'TOOLS_STRICT', 'JSON_SCHEMA', 'JSON', 'MD_JSON', 'RESPONSES_TOOLS'],
  azure_openai: ['TOOLS', 'JSON_SCHEMA'],
  deepseek: ['TOOLS', 'JSON', 'MD_JSON'],
  openrouter: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  groq: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  mistral: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  together: ['TOOLS', 'JSON'],
  cerebras: ['TOOLS', 'JSON_SCHEMA'],
  writer: ['TOOLS', 'MD_JSON'],
  perplexity: ['MD_JSON'],
  xai: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  vllm: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  ollama: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
  litellm: ['TOOLS', 'MD_JSON'],
  anthropic: ['TOOLS', 'JSON', 'JSON_SCHEMA'],
  vertexai: ['TOOLS', 'MD_JSON'],
  google: ['TOOLS', 'JSON', 'JSON_SCHEMA'],
  bedrock: ['TOOLS', 'MD_JSON', 'JSON_SCHEMA'],
  cohere: ['TOOLS', 'JSON_SCHEMA', 'MD_JSON'],
}

const models = {
  anthropic: 'claude-sonnet-4-5',
  bedrock: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
  google: 'gemini-2.5-flash',
  vertexai: 'gemini-2.5-flash',
  openai: 'gpt-4o',
  groq: 'openai/gpt-oss-20b',
  ollama: 'llama3.1',
}
const modelOf = (provider) => models[provider] ?? 'm'

const setup = (provider) => ({
  apiKey: 'key',
  env: {},
  ...{
    azure_openai: { azureEndpoint: 'https://a.openai.azure.com' },
    bedrock: { region: 'us-east-1' },
    vertexai: { project: 'p', location: 'us-central1', accessToken: 't', apiKey: undefined },
    litellm: { baseURL: 'https://litellm.example/v1' },
  }[provider],
})

/** Random conversations and invalid answers; the last one is valid, so that the call ends. */
async function conversations(judge, compare) {
  for (const [provider, modes] of Object.entries(modesOf)) {
    const variants = [[provider, {}], ...(provider === 'ollama' ? [[provider, { native: true }]] : [])]
    for (const [name, own] of variants)
      for (const mode of modes) {
        if (own.native && mode === 'RESPONSES_TOOLS') continue
        for (let seed = 1; seed <= seeds; seed += 1) {
          const reply = badAnswer(seed, User.name)
          const sides = []
          for (const streamed of [false, true]) {
            const { fetch, requests } = scripted([reply, reply, { value: { name: 'Jason', age: 25 } }])
            const client = fromProvider(`${name}/${modelOf(name)}`, {
              ...setup(name),
              ...own,
              mode,
              fetch,
              httpRetries: 0,
            })
            const params = { responseModel: User, messages: history(seed), maxRetries: 2 }
            await (streamed ? client.createPartial(params).final() : client.create(params)).catch(() => {})
            const what = `${name} ${mode} seed ${seed} ${streamed ? 'streamed' : 'whole'}`
            const said = JSON.stringify(reply)
            for (const request of requests) judge(request, name, said, what)
            sides.push(requests[1]?.body)
          }
          if (comparable(sides, reply, requestsApi(name, own, mode)))
            compare(`${name} ${mode} seed ${seed}`, unlike(sides))
        }
      }
  }
}

const requestsApi = (provider, own, mode) =>
  mode === 'RESPONSES_TOOLS'
    ? 'responses'
    : ({ anthropic: 'anthropic', google: 'gemini', vertexai: 'gemini', bedrock: 'bedrock', cohere: 'cohere' }[
        provider
      ] ?? (own.native ? 'ollama' : 'chat'))

/** APIs that return arguments as objects can return malformed ones only in a stream. */
function comparable([whole, streamed], reply, api) {
  if (!whole || !streamed) return false
  const object = ({ arguments: text }) => {
    try {
      return typeof JSON.parse(text) === 'object'
    } catch {
      return false
    }
  }
  return /chat|responses|cohere/.test(api) || (reply.toolCalls ?? []).every(object)
}

function unlike([whole, streamed]) {
  const { stream, stream_options: options, ...rest } = streamed
  const { stream: whether, ...other } = whole
  return differences(other, rest).map((one) =>
    (typeof one === 'string' ? one : JSON.stringify(one)).slice(0, 300),
  )
}
