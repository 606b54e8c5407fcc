// The turns of a request in one form for every API, reduced to what the rules check.

const list = (value) => (Array.isArray(value) ? value : [])
const isBlank = (text) => typeof text === 'string' && text.trim() === ''
const parsed = (text) => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const turn = (raw, role, more) => ({
  raw,
  role,
  content: false,
  blank: false,
  mixed: false,
  ends: undefined,
  calls: [],
  results: [],
  fields: Object.keys(raw),
  ...more,
})

/** Messages of OpenAI and compatible APIs. */
function message(raw) {
  const parts = list(raw.content)
  const calls = list(raw.tool_calls).map((call) => ({
    id: call.id,
    name: call.function?.name,
    arguments:
      typeof call.function?.arguments === 'string'
        ? parsed(call.function.arguments)
        : call.function?.arguments,
  }))
  const result = raw.role === 'tool'
  return turn(raw, raw.role, {
    content: Array.isArray(raw.content)
      ? parts.length > 0
      : !isBlank(raw.content ?? '') || Boolean(raw.function_call),
    blank: parts.some((part) => part.type === 'text' && isBlank(part.text)),
    calls,
    results: result ? [{ id: raw.tool_call_id, name: raw.tool_name ?? raw.name }] : [],
    fields: [...Object.keys(raw), ...list(raw.tool_calls).flatMap((call) => Object.keys(call))],
  })
}

function item(raw) {
  const call = { id: raw.call_id, name: raw.name, arguments: parsed(raw.arguments ?? '') }
  if (raw.type === 'function_call') return turn(raw, 'assistant', { calls: [call] })
  if (raw.type === 'function_call_output') return turn(raw, 'tool', { results: [{ id: raw.call_id }] })
  return message(raw)
}

function blocks(raw) {
  const parts = typeof raw.content === 'string' ? [{ type: 'text', text: raw.content }] : list(raw.content)
  const of = (type) => parts.filter((part) => part.type === type)
  const results = of('tool_result')
  const firstOther = parts.findIndex(({ type }) => type !== 'tool_result')
  return turn(raw, raw.role, {
    content: parts.length > 0,
    blank: of('text').some(({ text }) => isBlank(text)),
    mixed: firstOther >= 0 && parts.slice(firstOther).some(({ type }) => type === 'tool_result'),
    ends: raw.role === 'assistant' && /thinking/.test(parts.at(-1)?.type ?? '') ? 'thinking' : undefined,
    calls: of('tool_use').map(({ id, name, input }) => ({ id, name, arguments: input })),
    results: results.map(({ tool_use_id: id }) => ({ id })),
  })
}

function converse(raw) {
  const parts = list(raw.content)
  const at = (key) => parts.flatMap((part) => (part[key] === undefined ? [] : [part[key]]))
  const firstOther = parts.findIndex((part) => !part.toolResult)
  const inner = at('toolResult').flatMap(({ content }) => list(content))
  return turn(raw, raw.role, {
    content: parts.length > 0,
    blank: [...at('text'), ...inner.flatMap(({ text }) => (text === undefined ? [] : [text]))].some(isBlank),
    mixed: raw.role === 'user' && firstOther >= 0 && parts.slice(firstOther).some((part) => part.toolResult),
    ends: raw.role === 'assistant' && parts.every((part) => part.reasoningContent) ? 'thinking' : undefined,
    calls: at('toolUse')
      // The results of the server's own tools are in the model’s turn.
      .filter(({ type }) => type !== 'server_tool_use')
      .map(({ toolUseId: id, name, input }) => ({ id, name, arguments: input })),
    results: (raw.role === 'user' ? at('toolResult') : []).map(({ toolUseId: id }) => ({ id })),
  })
}

function contents(raw) {
  const parts = list(raw.parts)
  const at = (key) => parts.flatMap((part) => (part[key] === undefined ? [] : [part[key]]))
  return turn(raw, raw.role, {
    content: parts.length > 0,
    blank: parts.some(({ text, thoughtSignature }) => isBlank(text) && !thoughtSignature),
    calls: at('functionCall').map(({ id, name, args }) => ({ id, name, arguments: args ?? {} })),
    results: at('functionResponse').map(({ id, name }) => ({ id, name })),
  })
}

/** Consecutive items of the model are one turn. */
function joined(items) {
  const out = []
  for (const one of items) {
    const last = out.at(-1)
    if (last?.role === 'assistant' && one.role === 'assistant')
      out[out.length - 1] = {
        ...last,
        content: last.content || one.content,
        calls: [...last.calls, ...one.calls],
      }
    else out.push(one)
  }
  return out
}

/** The turns of a body for an API of the table. */
export function read(api, body) {
  if (api === 'responses')
    return typeof body.input === 'string'
      ? [turn({}, 'user', { content: true })]
      : joined(list(body.input).map(item))
  if (api === 'anthropic') return list(body.messages).map(blocks)
  if (api === 'bedrock') return list(body.messages).map(converse)
  if (api === 'gemini') return list(body.contents).map(contents)
  return list(body.messages).map(message)
}
