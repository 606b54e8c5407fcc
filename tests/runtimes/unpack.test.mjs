// The embedded modules: data compressed by zlib is unpacked byte for byte by the package's own code.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { at } from '../../scripts/lib.mjs'

const { unpack } = await import(at('pkg', 'wasm', 'loaders', 'unpack.js'))
const { unpack: unpackInNode } = await import(at('pkg', 'wasm', 'loaders', 'unpack.node.js'))
const packed = (bytes, options) => ({
  text: deflateRawSync(bytes, options).toString('base64'),
  size: bytes.length,
})
const round = (bytes, options) => Buffer.from(unpack(packed(bytes, options)))

/** Pseudo-random bytes, the same in every run. */
const noise = (length) => {
  const parts = []
  for (let i = 0; parts.length * 32 < length; i++) parts.push(createHash('sha256').update(String(i)).digest())
  return Buffer.concat(parts).subarray(0, length)
}
const inputs = {
  empty: Buffer.alloc(0),
  'one byte': Buffer.from([7]),
  'a long run': Buffer.alloc(100_000, 65),
  noise: noise(70_000),
  text: Buffer.from('structured, validated data from any LLM. '.repeat(900)),
  'far repetitions': Buffer.concat([noise(32_700), noise(32_700)]),
  source: readFileSync(at('Cargo.lock')),
}
const ways = {
  'smallest blocks': { level: 9, memLevel: 9 },
  'stored blocks': { level: 0 },
  'fixed codes': { strategy: constants.Z_FIXED },
  'literals only': { strategy: constants.Z_HUFFMAN_ONLY },
  'many small blocks': { memLevel: 1 },
}
for (const [what, bytes] of Object.entries(inputs)) {
  for (const [how, options] of Object.entries(ways)) {
    test(`${what} in ${how} is unpacked unchanged`, () => assert.ok(round(bytes, options).equals(bytes)))
  }
}

for (const name of ['core-whole', 'validator', 'template']) {
  test(`the embedded ${name} module equals the file next to it`, async () => {
    const carried = await import(at('pkg', `${name}.text.js`))
    const bytes = readFileSync(at('pkg', `${name}.wasm`))
    assert.ok(Buffer.from(unpack(carried)).equals(bytes))
    assert.ok(Buffer.from(unpackInNode(carried)).equals(bytes))
  })
}

for (const name of ['core', 'core-answer']) {
  test(`the text of ${name} equals the file next to it`, async () => {
    const { text } = await import(at('pkg', `${name}.text.js`))
    const bytes = inflateRawSync(Buffer.from(text, 'base64'))
    assert.ok(bytes.equals(readFileSync(at('pkg', `${name}.wasm`))))
  })
}

test('damaged text is an error with a remedy, not an endless loop', () => {
  for (const text of [btoa('\x05\xff\xff\xff\xff\xff'), ''])
    for (const decode of [unpack, unpackInNode])
      assert.throws(() => decode({ text, size: 10 }), /reinstall/, text)
})
