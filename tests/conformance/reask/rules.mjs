// The conditions under which an API accepts a request: the rules of every wire API as data, and a checker.
//
// Each rule is a fact about the API with its error message, or with the document that states it.
// docs/reask-rules.md contains this table. Add a new rule here first: the golden cases, the recorded answers and the
// random conversations of the suite `reask` then show the requests that violate it.
import { read } from './read.mjs'

const legal = (marks, min, max) => new RegExp(`^[A-Za-z0-9${marks}]{${min},${max}}$`)
const anything = (max) => new RegExp(`^[^]{1,${max}}$`)

/** The rules that are the same for every API. */
const common = {
  turns: [
    'at least one',
    'messages: at least one message is required (Anthropic); contents is not specified (Gemini)',
  ],
  last: [
    'not the model’s',
    'the conversation must end with a user message (Anthropic from Claude 4.6 on, Bedrock, Mistral)',
  ],
  empty: [
    'no turn without content and calls',
    'messages with role assistant must have either content or tool_calls (OpenAI, Groq, Mistral); contents.parts must not be empty (Gemini); content is empty (Bedrock)',
  ],
  blank: [
    'no blank text part',
    'text content blocks must contain non-whitespace text (Anthropic); the text field is blank (Bedrock)',
  ],
  results: [
    'every call has one result, after it and before the model’s next turn, and every result has a call',
    'tool_call_ids did not have response messages (OpenAI); tool_use ids were found without tool_result blocks (Anthropic); Expected toolResult blocks (Bedrock)',
  ],
  arguments: [
    'a JSON object',
    'vLLM, llama.cpp, Ollama and LiteLLM parse the arguments of the history and return 400 or 500; Anthropic, Bedrock and Gemini accept only objects',
  ],
}

/** Roles, ids, names and fields of each API; `null` without a rule. */
export const apis = {
  chat: {
    title: 'Chat completions, most servers',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    refused: ['index'],
    source: 'OpenAI’s specification; the role developer is OpenAI’s own (DeepSeek returns 422 for it)',
  },
  openai: {
    title: 'Chat completions of OpenAI and Azure',
    roles: ['system', 'developer', 'user', 'assistant', 'tool'],
    ids: anything(40),
    names: legal('_-', 1, 64),
    refused: ['index'],
    source: 'string too long, maximum length 40; names must match ^[a-zA-Z0-9_-]+$ (OpenAI’s error texts)',
  },
  gateway: {
    title: 'Chat completions of gateways (OpenRouter, LiteLLM, TrueFoundry)',
    roles: ['system', 'developer', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    refused: ['index'],
    source: 'their documentation: OpenAI’s roles, passed through',
  },
  mistral: {
    title: 'Chat completions of Mistral',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: legal('', 9, 9),
    names: legal('_-', 1, 64),
    refused: ['index', 'reasoning_content', 'reasoning'],
    source: 'Tool call id … must be a-z, A-Z, 0-9, with a length of 9; Extra inputs are not permitted (422)',
  },
  perplexity: {
    title: 'Chat completions of Perplexity',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    first: 'user',
    alternate: true,
    refused: ['index'],
    source:
      'After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s)',
  },
  writer: {
    title: 'Chat of Writer',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    withoutResults: true,
    refused: ['index'],
    source: 'Python Instructor reports the problem in a user turn',
  },
  responses: {
    title: 'Responses',
    roles: ['system', 'developer', 'user', 'assistant', 'tool'],
    ids: anything(64),
    names: legal('_-', 1, 64),
    refused: [],
    source: 'call_id: maximum length 64; No tool output found for function call; reasoning without its item',
  },
  anthropic: {
    title: 'Messages of Anthropic, also on Vertex AI',
    roles: ['user', 'assistant', 'tool'],
    ids: legal('_-', 1, 64),
    names: legal('_-', 1, 64),
    first: 'user',
    refused: [],
    source:
      'tool_use.id: String should match pattern ^[a-zA-Z0-9_-]+$; the final block of a turn cannot be thinking; tool_result blocks come first in their turn',
  },
  gemini: {
    title: 'generateContent of Gemini and Vertex AI',
    roles: ['user', 'model', 'tool'],
    ids: null,
    names: legal('_.:-', 1, 64),
    first: 'user',
    refused: [],
    source:
      'Please use a valid role: user, model; function response parts must equal the function call parts',
  },
  bedrock: {
    title: 'Converse of Bedrock',
    roles: ['user', 'assistant', 'tool'],
    ids: legal('_-', 1, 64),
    names: legal('_-', 1, 64),
    first: 'user',
    alternate: true,
    refused: [],
    source:
      'roles must alternate between user and assistant; toolUseId: [a-zA-Z0-9_-]+, 1–64 (API reference)',
  },
  cohere: {
    title: 'Chat v2 of Cohere',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    refused: ['index'],
    source: 'Cohere’s OpenAPI document: the roles; tool messages without a name',
  },
  ollama: {
    title: 'Ollama’s /api/chat',
    roles: ['system', 'user', 'assistant', 'tool'],
    ids: anything(256),
    names: legal('_.:/-', 1, 256),
    refused: ['index'],
    source: 'api/types.go: arguments are an object, images a list of base64',
  },
}

export { common }

const own = {
  azure_openai: 'openai',
  openai: 'openai',
  openrouter: 'gateway',
  litellm: 'gateway',
  truefoundry: 'gateway',
}

/** Which table applies to a request: its URL determines the API, its provider the dialect. */
export function apiOf(url, provider) {
  const { pathname } = new URL(url)
  const by = [
    [/\/responses$/, 'responses'],
    [/\/converse(-stream)?$/, 'bedrock'],
    [/:(stream)?generateContent$/i, 'gemini'],
    [/\/messages$|:(stream)?rawPredict$/i, 'anthropic'],
    [/\/v2\/chat$/, 'cohere'],
    [/\/api\/chat$/, 'ollama'],
  ]
  const found = by.find(([pattern]) => pattern.test(pathname))?.[1]
  return found ?? own[provider] ?? (provider in apis ? provider : 'chat')
}

/**
 * The rules that a request violates, as lines. `answers` are the API's answers so far: an id that the API generated
 * is valid, whatever its form.
 */
export function check({ url, body }, provider, answers = '') {
  const name = apiOf(url, provider)
  const rules = apis[name]
  const broken = []
  const say = (rule, seen) => broken.push(`${name} ${rule}: ${JSON.stringify(seen)?.slice(0, 200)}`)
  const turns = read(name, body)
  const spoken = turns.filter(({ role }) => role !== 'system' && role !== 'developer')
  if (spoken.length === 0) say('turns', turns)
  if (spoken.length > 0 && /assistant|model/.test(spoken.at(-1).role)) say('last', spoken.at(-1).raw)
  if (rules.first && spoken.length > 0 && spoken[0].role !== rules.first) say('first', spoken[0].raw)
  for (const [at, turn] of turns.entries()) {
    if (!rules.roles.includes(turn.role)) say('roles', turn.role)
    if (!turn.content && turn.calls.length === 0 && turn.results.length === 0) say('empty', turn.raw)
    if (turn.blank) say('blank', turn.raw)
    if (turn.ends === 'thinking') say('a thought is the last block', turn.raw)
    if (turn.mixed) say('results come first', turn.raw)
    for (const field of rules.refused) if (turn.fields.includes(field)) say(`field ${field}`, turn.raw)
    for (const call of turn.calls) {
      if (!rules.names.test(call.name ?? '')) say('names', call.name)
      if (!isObject(call.arguments)) say('arguments', call.arguments)
      if (
        rules.ids &&
        !rules.ids.test(call.id ?? '') &&
        !(call.id && answers.includes(JSON.stringify(call.id)))
      )
        say('ids', call.id)
    }
    const before = spoken[spoken.indexOf(turn) - 1]
    if (rules.alternate && before?.role === turn.role && turn.role !== 'tool')
      say('alternate', [before.raw, turn.raw])
    if (turn.calls.length > 0 && !rules.withoutResults) pair(turn, turns.slice(at + 1), rules, say)
    if (turn.results.length > 0) caused(turn, turns.slice(0, at), rules, say)
  }
  return broken
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every call has exactly one result before the model's next turn. */
function pair(turn, behind, rules, say) {
  const results = []
  for (const next of behind) {
    if (/assistant|model/.test(next.role)) break
    results.push(...next.results)
  }
  const key = rules.ids ? 'id' : 'name'
  const left = results.map((result) => result[key])
  for (const call of turn.calls) {
    const at = left.indexOf(call[key])
    if (at < 0) say('results', call)
    else left.splice(at, 1)
  }
}

/** Every result has its call in the model's last turn. */
function caused(turn, before, rules, say) {
  const key = rules.ids ? 'id' : 'name'
  const calls = before.findLast(({ calls: made }) => made.length > 0)?.calls ?? []
  for (const result of turn.results)
    if (!calls.some((call) => call[key] === result[key])) say('results', result)
}

/** The table in docs/reask-rules.md. */
export function page() {
  const cell = (text) => text.replaceAll('|', '\\|')
  const pattern = (rule) => (rule ? `\`${cell(rule.source)}\`` : 'not sent')
  const rows = Object.values(apis).map((api) => {
    const more = [
      api.first && `the first turn is the ${api.first}’s`,
      api.alternate && 'never two consecutive turns of one role',
      api.withoutResults && 'calls have no result',
      api.refused.length > 0 && `never ${api.refused.map((field) => `\`${field}\``).join(', ')}`,
    ].filter(Boolean)
    return `| ${api.title} | ${api.roles.join(', ')} | ${pattern(api.ids)} | ${pattern(api.names)} | ${more.join('; ')} | ${cell(api.source)} |`
  })
  const lines = Object.entries(common).map(
    ([name, [rule, source]]) => `| ${name} | ${rule} | ${cell(source)} |`,
  )
  return [
    '| rule | every API | source |\n| --- | --- | --- |',
    ...lines,
    '',
    '| API | roles | ids of calls | names of tools | other rules | source |\n| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}
