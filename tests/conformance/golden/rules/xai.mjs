// xAI: Python uses gRPC. Requests and answers are converted to the HTTP API's format and then compared like every
// other provider's.
import { asPython, fenceWords } from '../prompts.mjs'
import { expected } from '../python.mjs'
import { normal } from '../replay.mjs'
import { nameOf, toolWords } from './places.mjs'

const is = ({ provider, call }) => provider === 'xai' && call

/** A gRPC request in the HTTP API's format. */
function overHttp({ path, body: { n, messages, tools, tool_choice, response_format, ...rest } }, { call }) {
  const body = {
    ...rest,
    messages: messages.map(({ role, content }) => ({
      role: role.slice('ROLE_'.length).toLowerCase(),
      content: content.map(({ text }) => text).join(''),
    })),
  }
  if (tools) {
    body.tools = tools.map(({ function: { name, description, parameters } }) => ({
      type: 'function',
      // For other providers, tools always have a description.
      function: {
        name,
        description: description ?? toolWords(call, name),
        parameters: JSON.parse(parameters),
      },
    }))
  }
  // The HTTP request states this default explicitly.
  if (tools) body.tool_choice = 'auto'
  if (tool_choice) body.tool_choice = { type: 'function', function: { name: tool_choice.function_name } }
  if (response_format) {
    const schema = JSON.parse(response_format.schema)
    body.response_format = { type: 'json_schema', json_schema: { name: nameOf(call), schema } }
  }
  if (path.endsWith('Chunk') || /^create_(partial|iterable)/.test(call.method)) body.stream = true
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    query: {},
    headers: { authorization: 'Bearer', 'content-type': 'application/json' },
    body: normal(body),
  }
}

const reasons = { REASON_STOP: 'stop', REASON_TOOL_CALLS: 'tool_calls', REASON_MAX_LEN: 'length' }
const calls = (given) =>
  given && { tool_calls: given.map((call, index) => ({ index, type: 'function', ...call })) }

/** A gRPC answer in the HTTP API's format: whole, or as the stream that the call reads. */
function answered(answer, golden) {
  if (!answer.body && !Array.isArray(answer.stream)) return answer
  const streamed = /^create_(partial|iterable)/.test(golden.call.method)
  if (!streamed) {
    const { outputs, ...body } = answer.body
    const choices = outputs.map(({ finish_reason, message: { content = null, tool_calls } }, index) => ({
      index,
      message: { role: 'assistant', content, ...calls(tool_calls) },
      finish_reason: reasons[finish_reason] ?? null,
    }))
    return { status: 200, headers: { 'content-type': 'application/json' }, body: { ...body, choices } }
  }
  const events = (answer.stream ?? pieces(answer.body, golden)).map(({ id, model, outputs }) => ({
    id,
    model,
    object: 'chat.completion.chunk',
    choices: outputs.map(({ delta, finish_reason }, index) => ({
      index,
      delta: {
        role: 'assistant',
        ...(delta.content === undefined ? {} : { content: delta.content }),
        ...calls(delta.tool_calls),
      },
      finish_reason: reasons[finish_reason] ?? null,
    })),
  }))
  const stream = [...events.map((event) => JSON.stringify(event)), '[DONE]']
    .map((data) => `data: ${data}\n\n`)
    .join('')
  return { status: 200, headers: {}, stream }
}

/** An unstreamed answer in pieces: Python does not stream MD_JSON for xAI. */
function pieces({ id, model, outputs: [{ message, finish_reason }] }, { answer_fragment_chars: size }) {
  const text = [...message.content]
  const found = []
  for (let at = 0; at < text.length; at += size) {
    found.push({ id, model, outputs: [{ delta: { content: text.slice(at, at + size).join('') } }] })
  }
  found.at(-1).outputs[0].finish_reason = finish_reason
  return found
}

const schemaPrompt =
  /(?:^|\n\n)Return your answer as JSON that matches this schema\. Respond with JSON only \(preferably inside a ```json code block\)\. Schema: (\{[\s\S]*\})$/

const answersWhole = ({ scripted_responses: [answer] }) => answer?.stream === undefined

/** A text in place of a tool call. */
const uncalled = ({ mode, call, scripted_responses: [answer] }) =>
  mode === 'TOOLS' &&
  call.response_model !== null &&
  answer?.body?.outputs?.[0].message.tool_calls === undefined

/**
 * Python's xAI client neither reasks nor supports `context`, and treats a text as a call. The other providers' cases
 * are the reference.
 */
const left = (golden) =>
  is(golden) &&
  golden.requests.length > 0 &&
  golden.sibling?.mode === golden.mode &&
  (golden.unused_scripted_responses > 0 ||
    golden.result?.type === 'tuple' ||
    (golden.result && answersWhole(golden) && uncalled(golden)) ||
    ['ValidationError', 'JSONDecodeError'].includes(golden.error?.type))

export const xai = [
  {
    id: 'xai-over-http',
    row: 14,
    play(golden) {
      if (!is(golden)) return golden
      return {
        ...golden,
        scripted_responses: golden.scripted_responses.map((one) => answered(one, golden)),
      }
    },
    apply({ theirs }, golden) {
      if (!is(golden) || golden.requests.length === 0) return
      theirs.requests = golden.requests.map((request) => overHttp(request, golden))
      Object.assign(golden, { scripted_responses: this.play(golden).scripted_responses })
      // Without a response model, Python returns the message's text form.
      if (golden.call.response_model === null && golden.result) {
        const [{ body }] = golden.scripted_responses
        const content = JSON.stringify(body.choices[0].message.content)
        if (golden.result.value.includes(`content: ${content}`)) theirs.outcome = { value: body }
      }
    },
  },
  {
    id: 'xai-asks-again',
    row: 14,
    play(golden) {
      if (!left(golden)) return golden
      const { scripted_responses } = golden.sibling
      return { ...golden, scripted_responses }
    },
    apply({ theirs }, golden) {
      const { error } = theirs.outcome ?? {}
      if (is(golden) && theirs.requests.length > 0 && error?.class === 'ValidationError')
        theirs.outcome = { error: { class: 'InstructorRetryError', attempts: 1, last: error } }
      if (!left(golden)) return
      const [first] = theirs.requests
      const meant = expected(golden.sibling)
      const from = meant.requests[0].body.messages.length
      theirs.requests = meant.requests.map(({ body }) => {
        const again = structuredClone(first)
        again.body.messages.push(...body.messages.slice(from))
        return again
      })
      theirs.outcome = meant.outcome
      theirs.partials = meant.partials
      const { result, scripted_responses } = golden.sibling
      Object.assign(golden, { error: golden.sibling.error, result, scripted_responses })
    },
  },
  {
    id: 'xai-schema-prompt',
    row: 1,
    apply({ theirs }, golden) {
      if (!is(golden) || golden.mode !== 'MD_JSON') return
      const asked = theirs.requests[0]?.body.messages.length
      for (const { body } of theirs.requests) {
        const prompted = body.messages.find(({ content }) => schemaPrompt.test(content))
        if (!prompted) continue
        prompted.content = prompted.content.replace(schemaPrompt, (whole, schema) => {
          const prompt = asPython(JSON.parse(schema))
          return whole.startsWith('\n') ? `\n\n${prompt}` : prompt
        })
        const user = body.messages.slice(0, asked).findLast(({ role }) => role === 'user')
        user.content += fenceWords
      }
    },
  },
]
