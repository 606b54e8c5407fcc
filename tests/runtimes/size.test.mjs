// The budgets of npm run size.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare, limits } from '../../benches/size/budgets.mjs'

const modules = { core: 150_000 }
const rows = [
  { name: 'page', before: { all: 200_000 }, call: { all: 280_000 } },
  { name: 'Worker', call: { all: 900_000 } },
]
const budgets = limits(modules, rows)

test('limits leave one per cent, and what was measured is within them', () => {
  assert.deepEqual(budgets, {
    modules: { core: 151_500 },
    scenarios: { page: { before: 202_000, call: 283_000 }, Worker: { call: 909_000 } },
  })
  assert.deepEqual(compare(budgets, modules, rows), { above: [], loose: [], passed: 4 })
})

test('a module, the bytes before the first request and those of a call are reported above their budget', () => {
  const more = rows.map((row) => ({ ...row, before: row.before && { all: 202_001 }, call: { all: 909_001 } }))
  assert.deepEqual(compare(budgets, { core: 151_501 }, more), {
    above: [
      'core.wasm: 151501 bytes, the budget is 151500',
      'page, before the first request: 202001 bytes, the budget is 202000',
      'page, in the whole call: 909001 bytes, the budget is 283000',
      'Worker, in the whole call: 909001 bytes, the budget is 909000',
    ],
    loose: [],
    passed: 0,
  })
})

test('what has no budget and a budget of which nothing was measured are reported', () => {
  const { above } = compare(budgets, { core: 1, 'core-new': 1 }, [{ name: 'other', call: { all: 1 } }])
  assert.deepEqual(above, [
    'core-new.wasm has no budget',
    'other, in the whole call has no budget',
    'the scenario page was not measured',
    'the scenario Worker was not measured',
  ])
})

test('a budget far above what was measured is reported, without failing', () => {
  const less = [rows[0], { name: 'Worker', call: { all: 800_000 } }]
  assert.deepEqual(compare(budgets, modules, less), {
    above: [],
    loose: ['Worker, in the whole call: 800000 bytes, the budget is 909000'],
    passed: 4,
  })
})
