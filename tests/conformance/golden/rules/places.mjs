// Finds the parts of requests and answers that the rules change.
import { isObject } from '../compare.mjs'

/** Every JSON Schema sent in a request body, as `[holder, key, isTool]`. */
export function schemas(body) {
  const found = []
  const tool = (holder, key) => found.push([holder, key, true])
  for (const one of body?.tools ?? []) {
    if (one.function) tool(one.function, 'parameters')
    else if (one.input_schema) tool(one, 'input_schema')
    else if (one.parameters) tool(one, 'parameters')
    for (const declared of one.functionDeclarations ?? []) {
      tool(declared, 'parametersJsonSchema' in declared ? 'parametersJsonSchema' : 'parameters')
    }
  }
  for (const { toolSpec } of body?.toolConfig?.tools ?? []) if (toolSpec) tool(toolSpec.inputSchema, 'json')
  const format = body?.response_format
  const config = body?.generationConfig
  for (const [holder, key] of [
    [format?.json_schema?.schema ? format.json_schema : undefined, 'schema'],
    [format, 'schema'],
    [format?.json_schema?.schema ? undefined : format, 'json_schema'],
    [body?.text?.format, 'schema'],
    [body?.output_config?.format, 'schema'],
    [body?.outputConfig?.textFormat?.structure?.jsonSchema, 'schema'],
    [config, 'responseSchema'],
    [config, 'responseJsonSchema'],
  ]) {
    if (isObject(holder)) found.push([holder, key, false])
  }
  return found.filter(([holder, key]) => isObject(holder[key]))
}

/** The requests of one side; the hook cases record only their number. */
export const sent = ({ requests }) => (Array.isArray(requests) ? requests : [])

/** The bodies of the n-th request of both sides, for every n that both have. */
export function bodies({ theirs, ours }) {
  const [python, mine] = [sent(theirs), sent(ours)]
  return python.slice(0, mine.length).map(({ body }, n) => [body, mine[n].body])
}

/** The text of a scripted unstreamed answer, or undefined. */
export function textOf({ body } = {}) {
  const chat = body?.choices?.[0]?.message?.content
  if (typeof chat === 'string') return chat
  const responses = body?.output?.find?.(({ type }) => type === 'message')?.content
  const parts =
    responses ??
    body?.content ??
    body?.candidates?.[0]?.content?.parts ??
    body?.output?.message?.content ??
    body?.message?.content
  return Array.isArray(parts) ? parts.findLast(({ text }) => typeof text === 'string')?.text : undefined
}

/** The finish reason of a scripted unstreamed answer: 'length' when the token limit truncated it. */
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

/** The arguments of the tool call of a scripted unstreamed answer, where the API returns them as an object. */
export function calledWith({ body } = {}) {
  const parts = body?.output?.message?.content ?? body?.content ?? body?.candidates?.[0]?.content?.parts ?? []
  const found = Array.isArray(parts)
    ? parts.find((part) => part.toolUse ?? part.functionCall ?? part.input)
    : undefined
  return found?.toolUse?.input ?? found?.functionCall?.args ?? found?.input
}

/** The name of a response model: its own or its wrapper's. */
export const nameOf = ({ response_model: name, json_schema_of_model: schema, method }) => {
  const wrapped = !schema.properties && !schema.$ref
  const listed = /^(?:typing\.Iterable|list)\[([A-Z]\w+)\]$/.exec(name)
  if (method.startsWith('create_iterable')) return `Iterable${schema.anyOf ? 'UserOrCompany' : name}`
  return listed ? `Iterable${listed[1]}` : wrapped ? 'Response' : name
}

/** The description of a tool: the model's own or Python's sentence. */
export const toolWords = ({ json_schema_of_model: { description, properties, $ref, $defs } }, name) =>
  (properties || $ref ? description : undefined) ??
  $defs?.[name]?.description ??
  (name === 'Response' ? 'Correctly Formatted and Extracted Response.' : undefined) ??
  (name.startsWith('Iterable')
    ? `Correct segmentation of \`${name.slice('Iterable'.length)}\` tasks`
    : `Correctly extracted \`${name}\` with all the required parameters with correct types`)

/** The messages of Google's three SDKs for a text in place of a call. */
export const uncalled =
  /^Please return your response as a function call|^No tool call args found in Gemini response|^'NoneType' object has no attribute 'args'/
