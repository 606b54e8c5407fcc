/** `cited`: quotes are found in the sources, also when they differ a little; others are dropped or requested again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError, cited } from 'instructor-wasm'
import * as z from 'zod'
import { Source, Work } from '../../pkg/schema/quotes.js'
import { all, clientOf, failure, messages } from './support.mjs'

const Fact = z.object({ fact: z.string().min(3) })
const article =
  'The bridge was opened in 1932.\n  It is “the longest” bridge — or was — of the region, and 1,149 metres long.'
const reply = (...quotes) => ({ value: { fact: 'It is old.', quotes } })

/** Asserts that the spans are the places of the texts. */
function placed(quotes, sources) {
  for (const { text, source, start, end } of quotes) assert.equal(sources[source].slice(start, end), text)
  return quotes.map(({ text }) => text)
}

test('an exact quote has its place in the source', async () => {
  const { client, requests } = clientOf([reply('opened in 1932')])
  const value = await client.create({ responseModel: cited(Fact, { from: [article] }), messages })
  assert.deepEqual(value, {
    fact: 'It is old.',
    quotes: [{ text: 'opened in 1932', source: 0, start: 15, end: 29 }],
  })
  const { parameters } = requests[0].body.tools[0].function
  assert.deepEqual(parameters.required, ['fact', 'quotes'])
  assert.equal(parameters.properties.quotes.items.type, 'string')
})

test('quotes that differ in white space, quotation marks, dashes or a few letters are found, as the source has them', async () => {
  const { client } = clientOf([
    reply(
      '1932. It is "the longest" bridge - or was',
      'The brigde was openned in 1932',
      '1149 metres long',
      'of the region',
    ),
  ])
  const { quotes } = await client.create({ responseModel: cited(Fact, { from: [article] }), messages })
  assert.deepEqual(placed(quotes, [article]), [
    '1932.\n  It is “the longest” bridge — or was',
    'The bridge was opened in 1932',
    '1,149 metres long',
    'of the region',
  ])
})

test('quotes that are in no source are dropped', async () => {
  const { client, requests } = clientOf([reply('It fell down in 1940', 'was', '', '  ', 'wax')])
  const { quotes } = await client.create({ responseModel: cited(Fact, { from: [article] }), messages })
  assert.deepEqual(placed(quotes, [article]), ['was'])
  assert.equal(requests.length, 1)
})

test('with unmatched: reask the reask reports which quote is in no source', async () => {
  const { client, requests } = clientOf([
    reply('opened in 1932', 'It fell down in 1940'),
    reply('opened in 1932'),
  ])
  const model = cited(Fact, { from: [article], unmatched: 'reask' })
  const value = await client.create({ responseModel: model, messages })
  assert.equal(value.quotes.length, 1)
  assert.equal(requests.length, 2)
  const turns = JSON.stringify(requests[1].body.messages)
  assert.match(turns, /quotes\[1\]|quotes\.1/)
  assert.match(turns, /Not in the sources/)
})

test('several sources have keys or indices, and the most similar place counts', async () => {
  const sources = { a: 'He wrote yes, surely.', b: 'She wrote yes, certainly.' }
  const { client } = clientOf([reply('wrote yes, certainlyy'), reply('wrote yes, certainlyy')])
  const named = await client.create({ responseModel: cited(Fact, { from: sources }), messages })
  assert.deepEqual(
    named.quotes.map(({ source }) => source),
    ['b'],
  )
  assert.deepEqual(
    placed(named.quotes, sources),
    ['wrote yes, certainly.'].map((text) => text.slice(0, named.quotes[0].text.length)),
  )
  const listed = await client.create({
    responseModel: cited(Fact, { from: Object.values(sources) }),
    messages,
  })
  assert.deepEqual(
    listed.quotes.map(({ source }) => source),
    [1],
  )
})

test("with from: 'context' the texts of the call's context are the sources, by their paths", async () => {
  const model = cited(Fact, { from: 'context' })
  const context = { title: 'Bridges', docs: [{ text: 'Nothing here.' }, { text: article }] }
  const { client, requests } = clientOf([reply('opened in 1932', 'Bridges'), reply('opened in 1932')])
  const call = { responseModel: model, messages: [{ role: 'user', content: 'Read {{ docs[1].text }}' }] }
  const { quotes } = await client.create({ ...call, context })
  assert.deepEqual(
    quotes.map(({ text, source }) => [text, source]),
    [
      ['opened in 1932', 'docs.1.text'],
      ['Bridges', 'title'],
    ],
  )
  const none = await failure(() => client.create({ ...call, context: { count: 1 } }))
  assert.ok(none instanceof ConfigurationError, String(none))
  assert.equal(requests.length, 1)
})

test('the value itself is validated by its model, and both problems go back at once', async () => {
  const { client, requests } = clientOf([{ value: { fact: 'x', quotes: 'opened' } }, reply('opened in 1932')])
  await client.create({ responseModel: cited(Fact, { from: [article] }), messages })
  const turns = JSON.stringify(requests[1].body.messages)
  assert.match(turns, /fact/)
  assert.match(turns, /Expected a list of strings/)
})

test('JSON Schemas, strict objects, recursive schemas and elements of lists can be cited', async () => {
  const schema = {
    type: 'object',
    properties: { fact: { type: 'string', minLength: 3 } },
    required: ['fact'],
    additionalProperties: false,
  }
  const Node = z.object({
    fact: z.string(),
    get parts() {
      return z.array(Node)
    },
  })
  for (const [model, value] of [
    [schema, { fact: 'abc' }],
    [z.strictObject({ fact: z.string() }), { fact: 'abc' }],
    [Node, { fact: 'abc', parts: [] }],
  ]) {
    const { client } = clientOf([{ value: { ...value, quotes: ['in 1932'] } }])
    const found = await client.create({ responseModel: cited(model, { from: [article] }), messages })
    assert.deepEqual(placed(found.quotes, [article]), ['in 1932'])
  }
  const { client } = clientOf([{ value: { tasks: [reply('in 1932').value, reply('nowhere at all').value] } }])
  const found = await all(
    client.createIterable({ responseModel: cited(Fact, { from: [article] }), messages }),
  )
  assert.deepEqual(
    found.map(({ quotes }) => quotes.length),
    [1, 0],
  )
})

test('a stream has the quotes as text in its snapshots, and as places in its value', async () => {
  const { client } = clientOf([reply('opened in 1932')])
  const stream = client.createPartial({ responseModel: cited(Fact, { from: [article] }), messages })
  const snapshots = await all(stream)
  assert.deepEqual(snapshots.at(-1).quotes, ['opened in 1932'])
  assert.equal((await stream.final()).quotes[0].start, 15)
})

test('wrong options and models are configuration errors', async () => {
  for (const options of [
    undefined,
    {},
    { from: [] },
    { from: [1] },
    { from: 'text' },
    { from: ['a'], unmatched: 'x' },
    { from: ['a'], maxEdits: -1 },
  ])
    assert.throws(() => cited(Fact, options), ConfigurationError)
  for (const model of [
    z.string(),
    z.union([Fact, z.object({ b: z.string() })]),
    z.object({ quotes: z.string() }),
  ]) {
    const { client, requests } = clientOf([])
    const error = await failure(() =>
      client.create({ responseModel: cited(model, { from: ['a'] }), messages }),
    )
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.equal(requests.length, 0)
  }
})

/** The fewest edits between a quote and any part of a text, by the plain algorithm. */
function fewest(quote, text) {
  let row = Array(text.length + 1).fill(0)
  for (let i = 1; i <= quote.length; i++) {
    const next = [i]
    for (let j = 1; j <= text.length; j++)
      next[j] = Math.min(row[j - 1] + (quote[i - 1] === text[j - 1] ? 0 : 1), row[j] + 1, next[j - 1] + 1)
    row = next
  }
  return Math.min(...row)
}

function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1), row[j] + 1, next[j - 1] + 1)
    row = next
  }
  return row[b.length]
}

test('the place found has the fewest edits of all, or there is none within the limit', () => {
  let seed = 7
  const random = (n) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return Math.floor((seed / 2147483648) * n)
  }
  const word = (n) => Array.from({ length: n }, () => 'abcdefghij'[random(10)]).join('')
  let [found, missing] = [0, 0]
  for (let i = 0; i < 3000; i++) {
    const text = word(40 + random(60))
    const at = random(text.length - 24)
    const quote = [...text.slice(at, at + 12 + random(12))]
    for (let edits = random(12); edits > 0; edits--)
      quote.splice(random(quote.length), random(2), ...(random(2) ? [word(1)] : []))
    const wanted = quote.join('')
    const limit = Math.min(5, Math.floor(wanted.length / 4))
    const least = fewest(wanted, text)
    const place = new Source(text).find(wanted, 5, new Work())
    assert.equal(place !== undefined, least <= limit || text.includes(wanted), `${wanted} in ${text}`)
    if (!place) missing++
    else {
      found++
      assert.equal(place.edits, least)
      assert.equal(distance(wanted, text.slice(place.start, place.end)), least)
    }
  }
  assert.ok(found > 500 && missing > 500, `${found} ${missing}`)
})

test('long texts cost little work, and hostile ones end', () => {
  const sentence = 'The quick brown fox jumps over the lazy dog near the river bank. '
  const long = `${sentence.repeat(20_000)}A very special sentence about bridges. ${sentence.repeat(5_000)}`
  const work = new Work()
  const whole = work.left
  const found = new Source(long).find('A vary special sentence abuot bridges', 5, work)
  assert.equal(long.slice(found.start, found.end), 'A very special sentence about bridges')
  assert.ok(whole - work.left < 3 * long.length, `${whole - work.left} steps`)
  const hostile = new Source('ab'.repeat(500_000))
  let count = 0
  for (; count < 1000 && work.left > 0; count++)
    hostile.find(`${'ab'.repeat(2000)}xyxyx${'ab'.repeat(2000)}`, 4, work)
  assert.ok(work.left <= 0 && count < 1000)
})

test('quotes that are too long to be compared are reported to the model', async () => {
  const text = 'ab'.repeat(500_000)
  const hostile = `${'ab'.repeat(2000)}xyxyx${'ab'.repeat(2000)}`
  const { client, requests } = clientOf([reply(...Array(60).fill(hostile)), reply('abab')])
  await client.create({ responseModel: cited(Fact, { from: [text] }), messages })
  assert.match(JSON.stringify(requests[1].body.messages), /use short quotes/)
})
