// Where things are in a request, for the rules.
import { isObject } from '../compare.mjs'

/** Every JSON Schema sent in a request body, as `[holder, key]`. */
export function schemas(body) {
  const found = []
  for (const tool of body?.tools ?? []) {
    if (tool.function) found.push([tool.function, 'parameters'])
    else if (tool.input_schema) found.push([tool, 'input_schema'])
    else if (tool.parameters) found.push([tool, 'parameters'])
  }
  if (body?.response_format?.json_schema) found.push([body.response_format.json_schema, 'schema'])
  else if (body?.response_format?.schema) found.push([body.response_format, 'schema'])
  if (body?.text?.format) found.push([body.text.format, 'schema'])
  return found.filter(([holder, key]) => isObject(holder[key]))
}

/** The requests of one side; the hook cases only count theirs. */
export const sent = ({ requests }) => (Array.isArray(requests) ? requests : [])

/** The bodies of the n-th request of both sides, for every n both have. */
export function bodies({ theirs, ours }) {
  const [python, mine] = [sent(theirs), sent(ours)]
  return python.slice(0, mine.length).map(({ body }, n) => [body, mine[n].body])
}

/** The text of a scripted whole answer; undefined when it has none. */
export function textOf({ body } = {}) {
  const chat = body?.choices?.[0]?.message?.content
  if (typeof chat === 'string') return chat
  const responses = body?.output?.find?.(({ type }) => type === 'message')?.content
  const parts =
    responses ?? body?.content ?? body?.candidates?.[0]?.content?.parts ?? body?.output?.message?.content
  return Array.isArray(parts) ? parts.findLast(({ text }) => typeof text === 'string')?.text : undefined
}

/** Why a scripted whole answer ended: 'length' when the token limit cut it. */
export function finishOf({ body } = {}) {
  const reason =
    body?.choices?.[0]?.finish_reason ??
    body?.incomplete_details?.reason ??
    body?.stop_reason ??
    body?.stopReason ??
    body?.candidates?.[0]?.finishReason ??
    body?.finish_reason
  return ['length', 'max_output_tokens', 'max_tokens', 'MAX_TOKENS'].includes(reason) ? 'length' : reason
}

/** A scripted chat answer that calls the model's tool with this value. */
export function withCall(golden, value) {
  const whole = structuredClone(golden.scripted_responses[0])
  const call = {
    id: 'call_again',
    type: 'function',
    function: { name: golden.call.response_model, arguments: JSON.stringify(value) },
  }
  whole.body.choices[0] = {
    index: 0,
    message: { role: 'assistant', content: null, tool_calls: [call] },
    finish_reason: 'tool_calls',
  }
  return whole
}
