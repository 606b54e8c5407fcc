// Requests that each violate one rule: the checker must detect every one of them, otherwise it proves nothing.
const chat = (messages) => ({ url: 'https://a.example/v1/chat/completions', body: { messages } })
const claude = (messages) => ({ url: 'https://a.example/v1/messages', body: { messages } })
const converse = (messages) => ({ url: 'https://a.example/model/m/converse', body: { messages } })
const gemini = (contents) => ({
  url: 'https://a.example/v1beta/models/m:generateContent',
  body: { contents },
})

const user = { role: 'user', content: 'x' }
const call = (id, name = 'look', args = '{}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
const calling = (...calls) => ({ role: 'assistant', content: '', tool_calls: calls })
const result = (id) => ({ role: 'tool', tool_call_id: id, content: 'a cat' })
const use = (id, input = {}) => ({
  role: 'assistant',
  content: [{ type: 'tool_use', id, name: 'look', input }],
})
const used = (id) => ({ type: 'tool_result', tool_use_id: id, content: 'a cat' })
const text = (text) => ({ type: 'text', text })

/** [rule, provider, request] */
export const broken = [
  ['turns', 'anthropic', claude([])],
  ['turns', 'openai', chat([{ role: 'system', content: 'x' }])],
  ['last', 'openai', chat([user, { role: 'assistant', content: 'x' }])],
  [
    'first',
    'google',
    gemini([
      { role: 'model', parts: [{ text: 'x' }] },
      { role: 'user', parts: [{ text: 'x' }] },
    ]),
  ],
  ['roles', 'deepseek', chat([{ role: 'developer', content: 'x' }, user])],
  ['empty', 'mistral', chat([user, { role: 'assistant', content: '' }, user])],
  [
    'empty',
    'google',
    gemini([
      { role: 'user', parts: [{ text: 'x' }] },
      { role: 'model', parts: [] },
      { role: 'user', parts: [{ text: 'x' }] },
    ]),
  ],
  ['blank', 'anthropic', claude([{ role: 'user', content: [text('x'), text(' ')] }])],
  [
    'a thought is the last block',
    'anthropic',
    claude([user, { role: 'assistant', content: [{ type: 'thinking', thinking: 'x' }] }, user]),
  ],
  [
    'results come first',
    'anthropic',
    claude([user, use('a'), { role: 'user', content: [text('x'), used('a')] }]),
  ],
  ['field index', 'openai', chat([user, calling({ ...call('a'), index: 0 }), result('a')])],
  [
    'field reasoning_content',
    'mistral',
    chat([user, { role: 'assistant', content: 'x', reasoning_content: 'x' }, user]),
  ],
  ['names', 'openai', chat([user, calling(call('a', 'look|x')), result('a')])],
  ['arguments', 'vllm', chat([user, calling(call('a', 'look', '{"a":')), result('a')])],
  ['arguments', 'anthropic', claude([user, use('a', 'x'), { role: 'user', content: [used('a')] }])],
  ['ids', 'mistral', chat([user, calling(call('call_abc')), result('call_abc')])],
  ['ids', 'anthropic', claude([user, use('a:0'), { role: 'user', content: [used('a:0')] }])],
  ['ids', 'groq', chat([user, calling(call('')), result('')])],
  ['results', 'openai', chat([user, calling(call('a'), call('b')), result('a')])],
  ['results', 'openai', chat([user, result('a')])],
  ['results', 'openai', chat([user, calling(call('a'), call('a')), result('a')])],
  [
    'alternate',
    'bedrock',
    converse([
      { role: 'user', content: [{ text: 'x' }] },
      { role: 'user', content: [{ text: 'x' }] },
    ]),
  ],
  ['alternate', 'perplexity', chat([user, user])],
]
