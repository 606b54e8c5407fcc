/** Which licences of crates `npm run audit` accepts. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allowed } from '../../scripts/audit.mjs'

const LICENCES = ['MIT', 'Apache-2.0', 'Unicode-3.0', 'Apache-2.0 WITH LLVM-exception']

test('one allowed licence of several alternatives is enough', () => {
  for (const expression of ['MIT', 'GPL-3.0 OR MIT', 'MIT/GPL-3.0', '(GPL-3.0 OR MIT) AND Unicode-3.0'])
    assert.equal(allowed(expression, LICENCES), true, expression)
  assert.equal(allowed('Apache-2.0 WITH LLVM-exception', LICENCES), true)
})

test('a licence that is not allowed is refused, also as one of several that all apply', () => {
  for (const expression of [
    'GPL-3.0',
    'MIT AND GPL-3.0',
    '(MIT OR Apache-2.0) AND GPL-3.0',
    'MPL-2.0 OR GPL-3.0',
  ])
    assert.equal(allowed(expression, LICENCES), false, expression)
  assert.equal(allowed('MIT WITH Bison-exception-2.2', LICENCES), false)
})

test('a text in another form is reported', () => {
  for (const expression of ['(MIT', 'MIT Apache-2.0'])
    assert.throws(() => allowed(expression, LICENCES), /not an SPDX expression/)
})
