/** `schemaPrompt`: how a prompt describes the schema, for a client and for a call. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, fromProvider } from 'instructor-wasm'
import { scripted } from 'instructor-wasm/test'

const schema = {
  type: 'object',
  properties: {
    name: { type: 'string', description: 'Not {schema}, not {types}' },
    age: { type: 'integer' },
  },
  required: ['name', 'age'],
}
const types = '{\n  "name": string, // Not {schema}, not {types}\n  "age": integer\n}'
const call = { responseModel: schema, messages: [{ role: 'user', content: 'Jo is 25.' }] }

const clientOf = (options, model = 'openai/gpt-4o-mini') =>
  fromProvider(model, { apiKey: 'k', env: {}, mode: 'JSON', ...options })
const bodyOf = (options, params, model) =>
  JSON.parse(clientOf(options, model).buildRequest({ ...call, ...params }).body)
/** The system message of a request. */
const promptOf = (options, params, model) =>
  bodyOf(options, params, model).messages.find(({ role }) => role === 'system')?.content

test('the default is a notation of types', () => {
  assert.equal(
    promptOf(),
    `Given a user prompt, return fully valid JSON in this form and no other prose:\n${types}`,
  )
  assert.equal(promptOf({ schemaPrompt: 'types' }), promptOf())
  const { messages } = bodyOf({ mode: 'MD_JSON' })
  assert.deepEqual(messages, [
    { role: 'system', content: promptOf() },
    { role: 'user', content: 'Jo is 25.\n\nReturn the JSON in a ```json codeblock.' },
  ])
})

test('json-schema is the schema, as in Python', () => {
  const prompt = promptOf({ schemaPrompt: 'json-schema' })
  const [, text] = /^Answer with one JSON object [^\n]*\n\n([\s\S]*)$/.exec(prompt)
  assert.deepEqual(JSON.parse(text), schema)
  const [, user] = bodyOf({ mode: 'MD_JSON', schemaPrompt: 'json-schema' }).messages
  assert.match(user.content, /not the JSON_SCHEMA$/)
})

test('any other string is a template', () => {
  const json = JSON.stringify(schema, null, 2)
  assert.equal(promptOf({ schemaPrompt: 'A {types} {x} {schema}.' }), `A ${types} {x} ${json}.`)
  assert.equal(promptOf({}, { schema_prompt: 'Plain words.' }), 'Plain words.')
})

test('a function gets the schema of the answer, and its text is used as it is', async () => {
  const seen = []
  const schemaPrompt = (given) => {
    seen.push(given)
    return `Keys: ${Object.keys(given.properties)} {types}`
  }
  assert.equal(promptOf({ schemaPrompt }), 'Keys: name,age {types}')
  assert.deepEqual(seen, [schema])
  // A list is wrapped in an object.
  const list = { type: 'array', items: { title: 'Person', ...schema } }
  assert.equal(promptOf({}, { schemaPrompt, responseModel: list }), 'Keys: tasks {types}')

  const { fetch, requests } = scripted([
    { value: { name: 'Jo', age: 25 } },
    { value: { name: 'Jo', age: 25 } },
  ])
  const client = clientOf({ fetch, schemaPrompt })
  await client.create(call)
  await client.createPartial(call).final()
  for (const { body } of requests) assert.equal(body.messages[0].content, 'Keys: name,age {types}')
})

test('a call has precedence over its client, whatever their forms', () => {
  const write = () => 'written'
  assert.equal(promptOf({ schemaPrompt: write }, { schemaPrompt: 'of the call' }), 'of the call')
  assert.equal(promptOf({ schemaPrompt: 'of the client' }, { schemaPrompt: write }), 'written')
  assert.equal(promptOf({ schemaPrompt: write }, { schemaPrompt: 'types' }), promptOf())
})

test('a function is not called in a mode without a schema prompt', () => {
  const schemaPrompt = () => assert.fail('no prompt is needed')
  assert.equal(promptOf({ schemaPrompt, mode: 'TOOLS' }), undefined)
  assert.equal(promptOf({ schemaPrompt, mode: 'JSON_SCHEMA' }), undefined)
})

test('values of a wrong type are refused', () => {
  for (const schemaPrompt of [5, true, ['types'], { types: true }, () => 5, () => undefined])
    assert.throws(() => promptOf({}, { schemaPrompt }), {
      name: 'ConfigurationError',
      message: /schemaPrompt/,
    })
  const schemaPrompt = () => {
    throw new TypeError('mine')
  }
  assert.throws(
    () => promptOf({ schemaPrompt }),
    (error) => !(error instanceof ConfigurationError),
  )
})

test('servers that hide an enforced schema get a prompt in JSON_SCHEMA, others do not', () => {
  const mode = 'JSON_SCHEMA'
  for (const model of [
    'llama_cpp/m',
    'llama_cpp_python/m',
    'vllm/m',
    'ollama/m',
    'together/m',
    'fireworks/m',
  ]) {
    const prompt = promptOf({ mode }, {}, model)
    assert.ok(prompt?.endsWith(`:\n${types}`), `${model}: ${prompt}`)
    assert.equal(promptOf({ mode, schemaPrompt: 'json-schema' }, {}, model), undefined, model)
    assert.equal(promptOf({ mode, schemaPrompt: 'Mine.' }, {}, model), 'Mine.', model)
    const messages = [{ role: 'system', content: 'Be brief.' }, ...call.messages]
    assert.ok(promptOf({ mode }, { messages }, model).startsWith('Be brief.\n\nAnswer with'), model)
  }
  for (const model of ['openai/gpt-4o-mini', 'groq/m', 'mistral/m', 'cerebras/m'])
    assert.equal(promptOf({ mode }, {}, model), undefined, model)
  const native = bodyOf({ mode, native: true }, {}, 'ollama/m')
  assert.ok(native.messages[0].content.endsWith(types))
})

test('JSON sends the schema to servers whose JSON format accepts one', () => {
  for (const model of ['llama_cpp/m', 'llamafile/m', 'docker/m', 'llama_cpp_python/m']) {
    for (const stream of [false, true]) {
      const { response_format, messages } = bodyOf({}, { stream }, model)
      assert.deepEqual(
        response_format,
        bodyOf({ mode: 'JSON_SCHEMA' }, { stream }, model).response_format,
        model,
      )
      assert.deepEqual(messages, bodyOf({}, { stream }, 'openai/gpt-4o-mini').messages, model)
      const own = bodyOf({ schemaPrompt: 'Mine.' }, { stream }, model)
      assert.deepEqual(own.response_format, response_format, model)
      const python = bodyOf({ schemaPrompt: 'json-schema' }, { stream }, model)
      assert.deepEqual(python.response_format, { type: 'json_object' }, model)
      assert.equal(bodyOf({ mode: 'MD_JSON' }, { stream }, model).response_format, undefined, model)
    }
  }
  for (const model of ['openai/gpt-4o-mini', 'ollama/m', 'vllm/m', 'groq/m'])
    assert.deepEqual(bodyOf({}, {}, model).response_format, { type: 'json_object' }, model)
})

test('formats of dates and times are in the prompt alone for servers with a grammar of llama.cpp', async () => {
  const event = {
    type: 'object',
    properties: {
      format: { type: 'string', format: 'date' },
      at: { type: ['string', 'null'], format: 'time' },
      when: { type: 'array', items: { type: 'string', format: 'date-time' } },
      id: { type: 'string', format: 'uuid' },
      kind: { const: { format: 'date' } },
    },
    required: ['format'],
  }
  const params = { responseModel: event }
  const schemaOf = ({ response_format: { json_schema, schema } }) => json_schema?.schema ?? schema
  for (const model of ['llama_cpp/m', 'llamafile/m', 'docker/m', 'llama_cpp_python/m'])
    for (const mode of ['JSON', 'JSON_SCHEMA']) {
      const { format, at, when, id, kind } = schemaOf(bodyOf({ mode }, params, model)).properties
      const dates = [format, ...(at.anyOf ?? [at]), when.items]
      assert.ok(!dates.some((one) => 'format' in one), JSON.stringify(dates))
      assert.equal(id.format, 'uuid')
      assert.deepEqual(kind.enum, ['{"format":"date"}'])
      assert.match(promptOf({ mode }, params, model), /"format": string \("YYYY-MM-DD"\)/)
    }
  const python = schemaOf(bodyOf({ mode: 'JSON_SCHEMA', schemaPrompt: 'json-schema' }, params, 'llama_cpp/m'))
  assert.equal(python.properties.format.format, 'date')
  assert.equal(schemaOf(bodyOf({ mode: 'JSON_SCHEMA' }, params, 'vllm/m')).properties.format.format, 'date')

  // The answer is still validated: a date in words is read, and another text is corrected.
  const { fetch, requests } = scripted([
    { value: { format: 'soon' } },
    { value: { format: '14 March 2026' } },
  ])
  const client = fromProvider('llama_cpp/m', { env: {}, mode: 'JSON_SCHEMA', fetch })
  assert.deepEqual(await client.create({ ...call, ...params, maxRetries: 1 }), { format: '2026-03-14' })
  assert.match(requests[1].body.messages.at(-1).content, /format date/)
})

test('a reask in JSON sends the schema again', async () => {
  const { fetch, requests } = scripted([{ value: { name: 'Jo' } }, { value: { name: 'Jo', age: 25 } }])
  const client = fromProvider('llama_cpp/m', { env: {}, mode: 'JSON', fetch })
  assert.deepEqual(await client.create({ ...call, maxRetries: 1 }), { name: 'Jo', age: 25 })
  const formats = requests.map(({ body }) => body.response_format.type)
  assert.deepEqual(formats, ['json_schema', 'json_schema'])
})

test('a model that was trained with JSON Schema gets it', () => {
  const prompt = promptOf({}, {}, 'vllm/NousResearch/Hermes-3-Llama-3.1-8B')
  assert.match(prompt, /"properties"/)
  assert.equal(promptOf({ schemaPrompt: 'types' }, {}, 'vllm/NousResearch/Hermes-3-Llama-3.1-8B'), promptOf())
})
