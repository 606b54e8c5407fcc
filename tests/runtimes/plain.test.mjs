// The validator in the core (core-plain.wasm): which schemas and values load the validator module as well, and that both give the
// same issues in WebAssembly.
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { scripted } from 'instructor-wasm/test'

const pkg = new URL('../../pkg/', import.meta.url)
const { Instructor } = await import(new URL('client/client.js', pkg))
const { loadCore, restartCore } = await import(new URL('wasm/modules.js', pkg))
const { checkBySchema, prepareValidator } = await import(new URL('wasm/optional.js', pkg))
const { loader: node } = await import(new URL('loader.node.js', pkg))
const { ConfigurationError } = await import(new URL('common/errors.js', pkg))
const { instantiate } = await import(new URL('validator_bg.js', pkg))

/** Node's loader, with the files that it loads. The validator module is loaded once in a process. */
const loads = []
const loader = {
  ...node,
  part(name) {
    loads.push(name)
    return node.part(name)
  },
  lazy(name) {
    loads.push(name)
    return node.lazy(name)
  },
}

beforeEach(() => {
  restartCore()
  loadCore(loader)
  loads.length = 0
})

const user = {
  type: 'object',
  properties: {
    name: { type: 'string', pattern: '^\\p{Lu}' },
    age: { type: 'integer', minimum: 0 },
    mail: { type: 'string', format: 'email' },
  },
  required: ['name', 'age'],
}
const messages = [{ role: 'user', content: 'Extract: Jo.' }]
const client = (values) => {
  const { fetch, requests } = scripted(values.map((value) => ({ value })))
  return Object.assign(new Instructor(loader, 'openai/gpt-4o-mini', { apiKey: 'k', env: {}, fetch }), {
    requests,
  })
}

test('a schema of the common keywords is validated without the validator module', async () => {
  const one = client([
    { name: 'jo', age: -1 },
    { name: 'Jo', age: 5, mail: 'jo@example.com' },
  ])
  assert.deepEqual(await one.create({ responseModel: user, messages }), {
    name: 'Jo',
    age: 5,
    mail: 'jo@example.com',
  })
  assert.deepEqual(loads, ['plain', 'answer'])
  const reask = JSON.stringify(one.requests.at(-1).body)
  assert.match(reask, /name: wanted a string that matches the pattern/)
  assert.match(reask, /age: wanted at least 0, got the number -1/)
})

test('a stream that is validated early needs no other file', async () => {
  const list = { type: 'array', items: user }
  const seen = []
  for await (const value of client([[{ name: 'Jo', age: 1 }]]).createPartial({
    responseModel: list,
    messages,
    validate: 'early',
  }))
    seen.push(value)
  assert.deepEqual(seen.at(-1), [{ name: 'Jo', age: 1 }])
  assert.ok(loads.includes('plain') && !loads.includes('validator'), loads.join())
})

test('a value that is not decided, and a schema that is not read, load the validator module', async () => {
  const { issues } = await checkBySchema(loader, user, { name: 'Jo', age: 1, mail: 'no mail' })
  assert.deepEqual(issues, [
    {
      path: ['mail'],
      message: 'wanted a string of the format email such as name@example.com, got the string "no mail"',
    },
  ])
  assert.deepEqual(loads, ['plain', 'answer', 'validator'])
  const closed = { type: 'object', properties: { a: true }, unevaluatedProperties: false }
  assert.equal((await checkBySchema(loader, closed, { b: 1 })).issues.length, 1)
})

test('an invalid schema is a ConfigurationError of the validator module', async () => {
  for (const schema of [{ type: 'strnig' }, { $ref: '#/$defs/No' }, { pattern: '^(a+)+$' }])
    await assert.rejects(prepareValidator(loader, [schema]), ConfigurationError)
  await assert.rejects(
    client([{}]).create({ responseModel: { type: 'object', required: 'name' }, messages }),
    /not valid/,
  )
})

test('both validators give the same issues', async () => {
  const { Validator } = instantiate(await node.lazy('validator'), (exports) => exports)
  const chain = (count, link, last) => {
    const next = (n) => ({ $ref: `#/$defs/A${n}` })
    const list = Array.from({ length: count }, (_, n) => [`A${n}`, link(next(n + 1))])
    return { $ref: '#/$defs/A0', $defs: Object.fromEntries([...list, [`A${count}`, last]]) }
  }
  const text = { type: 'string' }
  const tree = {
    $ref: '#/$defs/N',
    $defs: { N: { type: 'object', properties: { of: { $ref: '#/$defs/N' } }, required: ['name'] } },
  }
  const kind = (name) => ({
    type: 'object',
    properties: { kind: { const: name }, of: { $ref: '#/$defs/E' } },
    required: ['kind'],
  })
  const union = { $ref: '#/$defs/E', $defs: { E: { anyOf: [kind('a'), kind('b')] } } }
  const nested = (levels, more) => {
    let value = more
    for (let n = 0; n < levels; n++) value = { ...more, of: value }
    return value
  }
  for (const [schema, value] of [
    [user, { name: 'jo', age: 1.5, mail: 5 }],
    [user, 'Jo'],
    [{ patternProperties: { '^é': { multipleOf: 0.01 } } }, { é: 19.999, e: 1 }],
    [{ enum: ['in_progress', 'done'] }, 'In Progress'],
    [{ const: 1.1 }, 1.1],
    [{ minimum: 0.1, maximum: 1e21 }, 1e22],
    [{ uniqueItems: true }, [1, 'a', { a: 1 }, { a: 1 }]],
    [chain(480, (next) => next, text), 1],
    [chain(240, (next) => ({ allOf: [next] }), text), 1],
    [chain(64, (next) => ({ anyOf: [next, next] }), text), 1],
    [tree, nested(120, {})],
    [union, nested(8, { kind: 'c' })],
    [union, nested(40, { kind: 'a' })],
  ]) {
    const expected = new Validator(JSON.stringify(schema)).validate(JSON.stringify(value))
    const { issues = [] } = await checkBySchema(loader, schema, value)
    assert.deepEqual(issues, expected ? JSON.parse(expected) : [], JSON.stringify(schema).slice(0, 200))
  }
})

test('a new instance of the core reads the schema again', async () => {
  for (let n = 0; n < 2; n++) {
    assert.equal((await checkBySchema(loader, user, { name: 'Jo' })).issues.length, 1)
    restartCore()
  }
  assert.deepEqual(loads, ['plain', 'answer', 'plain', 'answer'])
})
