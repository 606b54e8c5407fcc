/** Bodies of requests and the answers to them, mode by mode and API by API: what goes where, and which turns are merged. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clientOf, jason, messages } from './support.mjs'

const schema = {
  title: 'User',
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
}
const types =
  'Given a user prompt, return fully valid JSON in this form and no other prose:\n' +
  '{\n  "name": string,\n  "age": integer\n}'
const built = (model, params = {}) =>
  JSON.parse(clientOf([], {}, model).client.buildRequest({ responseModel: schema, messages, ...params }).body)

/** The bodies of all requests of a call, and its value. */
async function run(model, script, params = {}) {
  const { client, requests } = clientOf(script, {}, model)
  const value = await client.create({ responseModel: schema, messages, ...params })
  return { value, bodies: requests.map(({ body }) => body) }
}

test('chat completions: the whole body of each mode', () => {
  const { title: _, ...parameters } = schema
  const description = 'Correctly extracted `User` with all the required parameters with correct types'
  assert.deepEqual(built('openai/gpt-4o', { mode: 'TOOLS' }), {
    model: 'gpt-4o',
    messages,
    tools: [{ type: 'function', function: { name: 'User', description, parameters } }],
    tool_choice: { type: 'function', function: { name: 'User' } },
  })
  const closed = { ...schema, additionalProperties: false }
  assert.deepEqual(built('openai/gpt-4o', { mode: 'JSON_SCHEMA' }), {
    model: 'gpt-4o',
    messages,
    response_format: { type: 'json_schema', json_schema: { name: 'User', schema: closed, strict: true } },
  })
  const system = { role: 'system', content: types }
  assert.deepEqual(built('openai/gpt-4o', { mode: 'JSON' }), {
    model: 'gpt-4o',
    messages: [system, ...messages],
    response_format: { type: 'json_object' },
  })
  const fenced = `${messages[0].content}\n\nReturn the JSON in a \`\`\`json codeblock.`
  assert.deepEqual(built('openai/gpt-4o', { mode: 'MD_JSON' }), {
    model: 'gpt-4o',
    messages: [system, { role: 'user', content: fenced }],
  })
})

test('the description of the schema is the description of the tool', () => {
  const described = { ...schema, description: 'A person of the text.' }
  const [tool] = built('openai/gpt-4o', { responseModel: described }).tools
  assert.equal(tool.function.description, 'A person of the text.')
})

test('the prompt with the schema is appended to a system message, or comes first', () => {
  const prompts = (conversation) => built('openai/gpt-4o', { mode: 'JSON', messages: conversation }).messages
  const user = { role: 'user', content: 'Jo is 25.' }
  assert.deepEqual(prompts([{ role: 'system', content: 'Be brief.' }, user]), [
    { role: 'system', content: `Be brief.\n\n${types}` },
    user,
  ])
  assert.deepEqual(prompts([user]), [{ role: 'system', content: types }, user])
  const parts = [{ type: 'text', text: 'Be brief.' }]
  const [system] = prompts([{ role: 'system', content: parts }, user])
  assert.deepEqual(system.content, [{ type: 'text', text: `Be brief.\n\n${types}` }])
})

test('consecutive messages of one role are one message in JSON and MD_JSON only', () => {
  const conversation = [
    { role: 'user', content: 'Jo' },
    { role: 'user', content: 'is 25.' },
  ]
  const users = (mode) =>
    built('openai/gpt-4o', { mode, messages: conversation }).messages.filter(({ role }) => role === 'user')
  assert.deepEqual(users('JSON'), [{ role: 'user', content: 'Jo\n\nis 25.' }])
  assert.equal(users('MD_JSON').length, 1)
  assert.deepEqual(users('TOOLS'), conversation)
  assert.deepEqual(users('JSON_SCHEMA'), conversation)
})

test('messages of tools are never merged, in any mode', () => {
  const tool = (id) => ({
    id,
    type: 'function',
    function: { name: 'look', arguments: '{}' },
  })
  const turns = [
    { role: 'assistant', content: null, tool_calls: [tool('c1'), tool('c2')] },
    { role: 'tool', tool_call_id: 'c1', content: 'a cat' },
    { role: 'tool', tool_call_id: 'c2', content: 'a dog' },
  ]
  const conversation = [{ role: 'user', content: 'Look.' }, ...turns, { role: 'user', content: 'Who?' }]
  for (const mode of ['TOOLS', 'JSON', 'MD_JSON', 'JSON_SCHEMA']) {
    const sent = built('openai/gpt-4o', { mode, messages: conversation }).messages
    const first = sent.findIndex(({ role }) => role === 'assistant')
    const found = sent.slice(first, first + 3)
    assert.deepEqual(
      found.map(({ role, tool_call_id }) => [role, tool_call_id]),
      turns.map(({ role, tool_call_id }) => [role, tool_call_id]),
      mode,
    )
    assert.equal(found[0].tool_calls.length, 2, mode)
  }
})

test('Anthropic without tools: the schema is a system block, and the last text with JSON is the answer', async () => {
  const text = (value) => ({ type: 'text', text: JSON.stringify(value) })
  const answer = { stop_reason: 'end_turn', content: [text({ name: 'Draft', age: 1 }), text(jason)] }
  const { value, bodies } = await run('anthropic/claude-sonnet-4-5', [{ body: answer }], {
    mode: 'JSON',
    messages: [{ role: 'system', content: 'Be brief.' }, ...messages],
  })
  assert.deepEqual(value, jason)
  assert.deepEqual(bodies[0].system, [
    { type: 'text', text: 'Be brief.' },
    { type: 'text', text: types },
  ])
  assert.equal(bodies[0].tools, undefined)
})

test('Gemini: a union stays a union, and the answer of each member is read', async () => {
  const union = { anyOf: [{ type: 'string' }, { type: 'integer' }] }
  const model = { title: 'Id', type: 'object', properties: { id: union }, required: ['id'] }
  for (const id of ['x1', 7]) {
    const { value, bodies } = await run('google/gemini-2.5-flash', [{ value: { id } }], {
      responseModel: model,
    })
    assert.deepEqual(value, { id })
    const [declared] = bodies[0].tools[0].functionDeclarations
    assert.deepEqual(declared.parametersJsonSchema.properties.id, union)
  }
})

test('Mistral: any tool is required, and arguments may be an object', async () => {
  const call = { id: 'c', function: { name: 'User', arguments: jason } }
  const message = { role: 'assistant', content: '', tool_calls: [call] }
  const { value, bodies } = await run('mistral/m', [
    { body: { choices: [{ message, finish_reason: 'tool_calls' }] } },
  ])
  assert.deepEqual(value, jason)
  assert.equal(bodies[0].tool_choice, 'any')
})

test('OpenRouter and Mistral close every object of a schema; Perplexity and Writer get it without a name', () => {
  const nested = { ...schema, properties: { ...schema.properties, boss: schema } }
  for (const model of ['openrouter/m', 'mistral/m']) {
    const { json_schema: format } = built(model, {
      mode: 'JSON_SCHEMA',
      responseModel: nested,
    }).response_format
    assert.equal(format.strict, true, model)
    assert.equal(format.schema.additionalProperties, false, model)
    const { boss } = format.schema.properties
    const object = boss.anyOf?.find(({ type }) => type === 'object') ?? boss
    assert.equal(object.additionalProperties, false, model)
  }
  assert.deepEqual(Object.keys(built('perplexity/sonar').response_format.json_schema), ['schema'])
  const writer = built('writer/palmyra-x5', { mode: 'JSON_SCHEMA' })
  assert.deepEqual(Object.keys(writer.response_format.json_schema), ['schema'])
  assert.equal(built('writer/palmyra-x5').tool_choice, 'auto')
})

test('an answer in the old field function_call is read', async () => {
  const message = {
    role: 'assistant',
    content: null,
    function_call: { name: 'User', arguments: JSON.stringify(jason) },
  }
  const { value, bodies } = await run('openai/gpt-4o', [
    { body: { choices: [{ message, finish_reason: 'function_call' }] } },
  ])
  assert.deepEqual(value, jason)
  assert.equal(bodies.length, 1)
})

test('a call of another tool is reported to the model', async () => {
  const { value, bodies } = await run('openai/gpt-4o', [
    { toolCalls: [{ name: 'Other', arguments: jason }] },
    { value: jason },
  ])
  assert.deepEqual(value, jason)
  assert.match(bodies[1].messages.at(-1).content, /calls Other, but the tool to call is User/)
})

test('a text that is a number is invalid for a number, unless the call is not strict', async () => {
  const text = { value: { name: 'Jason', age: '25' } }
  const strict = await run('openai/gpt-4o', [text, { value: jason }])
  assert.deepEqual([strict.value, strict.bodies.length], [jason, 2])
  const lax = await run('openai/gpt-4o', [text], { strict: false })
  assert.deepEqual([lax.value, lax.bodies.length], [jason, 1])
})

test('chat completions: the turns that report an invalid answer, in each mode', async () => {
  const wrong = { name: 'Jason', age: '25' }
  const problem = '1 validation error for User\nage: wanted an integer, got the string "25"'
  const added = async (mode, model = 'openai/gpt-4o') => {
    const { bodies } = await run(model, [{ value: wrong }, { value: jason }], { mode })
    return bodies[1].messages.slice(bodies[0].messages.length)
  }
  const [turn, result] = await added('TOOLS')
  assert.equal(turn.role, 'assistant')
  assert.deepEqual(JSON.parse(turn.tool_calls[0].function.arguments), wrong)
  const told = `Validation Error found:\n${problem}\nRecall the function correctly, fix the errors`
  assert.deepEqual(result, {
    role: 'tool',
    tool_call_id: turn.tool_calls[0].id,
    name: 'User',
    content: told,
  })
  for (const mode of ['JSON', 'MD_JSON', 'JSON_SCHEMA'])
    assert.deepEqual(
      await added(mode),
      [
        { role: 'assistant', content: JSON.stringify(wrong) },
        {
          role: 'user',
          content: `Correct your JSON ONLY RESPONSE, based on the following errors:\n${problem}`,
        },
      ],
      mode,
    )
  // Writer has no turn for the result of a call that was not forced.
  assert.deepEqual((await added('TOOLS', 'writer/palmyra-x5')).at(-1), { role: 'user', content: told })
})
