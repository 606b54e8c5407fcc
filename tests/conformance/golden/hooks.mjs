// The hook cases (S_hooks_*): they record only the events, so the answers are scripted here, in the provider's format.
import { clientFor, described, scripted } from './replay.mjs'

const good = { name: 'Jason', age: 25 }
const bad = { name: 'Jason', age: 'abc' }
const schema = {
  properties: { name: { title: 'Name', type: 'string' }, age: { title: 'Age', type: 'integer' } },
  required: ['name', 'age'],
  title: 'User',
  type: 'object',
}

const models = {
  openai: 'openai/gpt-4o-mini',
  anthropic: 'anthropic/claude-sonnet-4-6',
  google: 'google/gemini-2.5-flash',
  bedrock: 'bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0',
  mistral: 'mistral/ministral-8b-latest',
  cohere: 'cohere/command-a-03-2025',
}

/** Whole answers: the value as a tool call in the TOOLS modes, as text in the others. */
const wires = {
  openai(value, tool, cut) {
    const call = {
      id: 'call_1',
      type: 'function',
      function: { name: 'User', arguments: JSON.stringify(value) },
    }
    const message = tool ? { content: null, tool_calls: [call] } : { content: JSON.stringify(value) }
    const reason = cut ? 'length' : tool ? 'tool_calls' : 'stop'
    return {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', ...message }, finish_reason: reason }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    }
  },
  anthropic(value, tool, cut) {
    const part = tool
      ? { type: 'tool_use', id: 'toolu_1', name: 'User', input: value }
      : { type: 'text', text: JSON.stringify(value) }
    const reason = cut ? 'max_tokens' : tool ? 'tool_use' : 'end_turn'
    return {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [part],
      stop_reason: reason,
      usage: { input_tokens: 10, output_tokens: 5 },
    }
  },
  google(value, tool, cut) {
    const part = tool ? { functionCall: { name: 'User', args: value } } : { text: JSON.stringify(value) }
    return {
      candidates: [
        { index: 0, content: { role: 'model', parts: [part] }, finishReason: cut ? 'MAX_TOKENS' : 'STOP' },
      ],
      usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 5, totalTokenCount: 15 },
    }
  },
  bedrock(value, tool, cut) {
    const part = tool
      ? { toolUse: { toolUseId: 'tooluse_1', name: 'User', input: value } }
      : { text: JSON.stringify(value) }
    return {
      output: { message: { role: 'assistant', content: [part] } },
      stopReason: cut ? 'max_tokens' : tool ? 'tool_use' : 'end_turn',
      usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 },
      metrics: { latencyMs: 1 },
    }
  },
  cohere(value, _tool, cut) {
    return {
      id: 'co-1',
      finish_reason: cut ? 'MAX_TOKENS' : 'COMPLETE',
      message: { role: 'assistant', content: [{ type: 'text', text: JSON.stringify(value) }] },
      usage: {
        billed_units: { input_tokens: 10, output_tokens: 5 },
        tokens: { input_tokens: 10, output_tokens: 5 },
      },
    }
  },
}

const scenarios = {
  S_hooks_ok: (answer) => [answer(good)],
  S_hooks_reask_ok: (answer) => [answer(bad), answer(good)],
  S_hooks_exhausted: (answer) => [answer(bad), answer(bad)],
  S_hooks_truncated: (answer) => [answer(good, true), answer(good)],
  S_hooks_http_401: () => [
    {
      status: 401,
      headers: {},
      body: { error: { message: 'bad key', type: 'invalid_request_error', code: 'invalid_api_key' } },
    },
  ],
}

const names = [
  'completion:kwargs',
  'completion:response',
  'completion:usage',
  'completion:error',
  'parse:error',
  'completion:last_attempt',
]

/** Replays a hook case: `{events, outcome, requests}`, events in the shape of the golden files. */
export async function hookCase(golden) {
  const wire = wires[golden.provider] ?? wires.openai
  const tool = golden.mode.includes('TOOLS')
  const answer = (value, cut = false) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: wire(value, tool, cut),
  })
  const { fetch, requests } = scripted(scenarios[golden.scenario](answer))
  const client = clientFor(
    { ...golden, model_string: models[golden.provider] ?? `${golden.provider}/some-model` },
    fetch,
  )
  const events = []
  for (const name of names) client.on(name, (...args) => events.push(describeEvent(name, args)))
  let outcome
  try {
    const messages = [{ role: 'user', content: 'Extract: Jason is 25 years old.' }]
    outcome = {
      value: await client.create({ responseModel: schema, messages, maxRetries: golden.kwargs.max_retries }),
    }
  } catch (error) {
    outcome = { error: described(error) }
  }
  return { events, outcome, requests: requests.length }
}

/** The facts that Python's handlers get, too. */
const ATTEMPT = ['attemptNumber', 'maxAttempts', 'isLastAttempt']

/** The arguments of a handler, in the shape of python.mjs. */
function describeEvent(name, [first, facts]) {
  const about = Object.fromEntries(ATTEMPT.filter((key) => key in facts).map((key) => [key, facts[key]]))
  if (name === 'completion:kwargs') return { event: name, keys: Object.keys(first).sort() }
  if (name === 'completion:response') return { event: name }
  if (name === 'completion:usage') {
    const { inputTokens, outputTokens } = first
    return { event: name, about, usage: { inputTokens, outputTokens } }
  }
  return { event: name, about, error: { class: first.name, message: first.message } }
}
