/** How `npm run facts` reads the vendors' declarations. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { strings } from '../../scripts/facts/enums.mjs'
import { JUDGED } from '../../scripts/facts/judged.mjs'

test('values are read from unions, enums and constant objects, and comments are not', () => {
  const union = `/** 'not' */\nexport type StopReason = 'end_turn' | 'max_tokens'\n  | 'refusal';\nexport type Other = 'x';`
  assert.deepEqual(strings(union, /type StopReason = /), ['end_turn', 'max_tokens', 'refusal'])
  const members = `interface A {\n  finish_reason: 'stop' | 'length' | null;\n}\ninterface B {\n  finish_reason: 'stop' | 'error';\n}`
  assert.deepEqual(strings(members, /finish_reason: /), ['stop', 'length', 'error'])
  const constant = `export declare const R: {\n  // "no"\n  readonly A: "COMPLETE";\n  readonly B: "ERROR";\n};`
  assert.deepEqual(strings(constant, /const R: /), ['COMPLETE', 'ERROR'])
  const named = `export declare enum F {\n  /** "doc" */\n  STOP = "STOP",\n  OTHER = "OTHER"\n}`
  assert.deepEqual(strings(named, /enum F /), ['STOP', 'OTHER'])
  // A missing declaration has no values, which the script reports.
  assert.deepEqual(strings('type Moved = 1;', /type StopReason = /), [])
})

test('every judged difference has a reason', () => {
  for (const { about, why } of JUDGED) assert.ok(about.length > 10 && why.length > 5, about)
})
