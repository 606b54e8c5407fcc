// Hostile templates in the wasm module itself: its stack and its memory. Each fails only its own call, within a time
// limit and with an error that has a remedy; the instance that rendered before still renders.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigurationError } from 'instructor-wasm'
import { failure, renderer } from './support.mjs'

let instances = 0
const RealInstance = WebAssembly.Instance
WebAssembly.Instance = class {
  constructor(module, imports) {
    const real = new RealInstance(module, imports)
    if ('renderMessages' in real.exports) instances++
    // biome-ignore lint/correctness/noConstructorReturn: the package requires the real object
    return real
  }
}

const big = 'y'.repeat(200_000)
const context = { a: 1, l: [1], s: big, t: big, r: Array.from({ length: 20_000 }, (_, i) => i) }
const render = renderer(context)

const twice = (statement) => statement.repeat(40)
const loop = (body) => `{% for i in range(100000) %}${body}{% endfor %}`
const hostile = {
  'a chain of additions': `{{ ${'1+'.repeat(5000)}1 }}`,
  'a chain of not': `{{ ${'not '.repeat(5000)}1 }}`,
  'a chain of minus': `{{ ${'- '.repeat(5000)}1 }}`,
  'a chain of attributes': `{{ a${'.b'.repeat(5000)} }}`,
  'a chain of filters': `{{ a${'|string'.repeat(5000)} }}`,
  'a chain of conditions': `{{ ${'1 if a else '.repeat(5000)}1 }}`,
  'nested brackets': `{{ ${'['.repeat(5000)} }}`,
  'nested tags': `${'{% if a %}'.repeat(5000)}`,
  'a chain of elif': `{% if a %}${'{% elif a %}'.repeat(5000)}{% endif %}`,
  'a text doubled': `{% set x = 'sixteen letters.' %}${twice('{% set x = x ~ x %}')}`,
  'a list doubled': `{% set x = [1] %}${twice('{% set x = x + x %}')}`,
  'a tree that shares its branches': `{% set x = [1] %}${twice('{% set x = [x, x] %}')}{{ x }}`,
  'a list nested in a loop of assignments': `{% set x = [1] %}${'{% set x = [x] %}'.repeat(5000)}`,
  'a captured text doubled': `{% set x = 'x' %}${twice('{% set x %}{{ x }}{{ x }}{% endset %}')}`,
  'a long product': `{{ (0,) * 99999999 }}`,
  'sorting in a loop': loop('{% set x = r|sort %}'),
  'unique in a loop': loop('{% set x = r|unique %}'),
  'upper in a loop': loop('{% set x = s|upper %}'),
  'replacing in a loop': loop("{% set x = s|replace('y', 'z') %}"),
  'comparing in a loop': loop('{% set x = s == t %}'),
  'printing lists in a loop': loop('{% set x = r|string %}'),
}

for (const [name, template] of Object.entries(hostile))
  test(`${name} fails one call and keeps the instance`, async () => {
    assert.equal(await render('{{ a }}'), '1')
    const before = instances
    const began = performance.now()
    const error = await failure(() => render(template))
    const took = performance.now() - began
    assert.ok(error instanceof ConfigurationError, String(error))
    assert.match(error.message, /^messages\[0\]: the template/)
    assert.ok(took < 5000, `${took} ms`)
    assert.equal(await render('{{ a }}'), '1')
    assert.deepEqual([before, instances], [1, 1])
  })

test('the deepest template within the limits renders in the module', async () => {
  const chain = `{{ ${'1+'.repeat(100)}1 }}`
  assert.equal(await render(chain), '101')
  assert.equal(await render(`{{ ${'('.repeat(16)}${'-'.repeat(84)}1${')'.repeat(16)} }}`), '1')
  assert.equal(await render('{% for x in l %}'.repeat(40) + chain + '{% endfor %}'.repeat(40)), '101')
  assert.equal(await render(`{% if z %}${'{% elif z %}'.repeat(39)}{% else %}x{% endif %}`), 'x')
  let deep = 1
  for (let i = 0; i < 120; i++) deep = [deep]
  const sent = await renderer({ d: deep })('{{ d }}{{ d|tojson }}{{ d == d }}')
  assert.match(sent, /^\[{120}1\]{120}\[{120}1\]{120}True$/)
})

test('a template with 100000 tags is scanned within the time limit', async () => {
  const began = performance.now()
  assert.equal(await render('{{ a }}'.repeat(100_000)), '1'.repeat(100_000))
  assert.ok(performance.now() - began < 3000, `${performance.now() - began} ms`)
})
