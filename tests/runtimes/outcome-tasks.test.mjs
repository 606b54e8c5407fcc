// The tasks of the outcome bench: whether their right values are right.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isRightAnswer, rightAnswers, tasks } from '../../benches/outcome/tasks.mjs'
import { toZod } from '../../benches/outcome/to-zod.mjs'

test('every right value of a task is valid and right', () => {
  for (const task of tasks) {
    const answers = rightAnswers(task)
    assert.ok(answers.length > 0, task.id)
    for (const answer of answers) {
      const { error } = toZod(task.schema).safeParse(answer)
      assert.equal(error, undefined, `${task.id}: ${JSON.stringify(answer)}: ${error}`)
      assert.ok(isRightAnswer(task, answer), `${task.id}: ${JSON.stringify(answer)}`)
    }
  }
})

test('a right value with one change is not right', () => {
  for (const task of tasks.filter(({ judge }) => !judge)) {
    const [answer] = rightAnswers(task)
    assert.ok(!isRightAnswer(task, changed(answer)), task.id)
  }
})

test('the identifier of each task is unique, and so is its text', () => {
  assert.equal(new Set(tasks.map(({ id }) => id)).size, tasks.length)
  const texts = tasks.filter(({ category }) => category !== 'long').map(({ text }) => text)
  assert.equal(new Set(texts).size, texts.length)
})

test('each of ten categories has 15 tasks, some of them held out', () => {
  const categories = [...new Set(tasks.map(({ category }) => category))]
  assert.equal(categories.length, 10)
  for (const category of categories) {
    const list = tasks.filter((task) => task.category === category)
    assert.ok(list.length >= 15, category)
    assert.ok(
      list.some(({ held }) => held),
      category,
    )
  }
  assert.ok(tasks.filter(({ held }) => held).length >= 30)
})

test('the required members of each schema are among its properties', () => {
  for (const { id, schema } of tasks) for (const one of schemasOf(schema)) checkMembers(id, one)
})

function checkMembers(id, { properties, required = [] }) {
  for (const key of required) assert.ok(properties && key in properties, `${id}: ${key}`)
}

function* schemasOf(value) {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield value
  for (const inner of Object.values(value)) yield* schemasOf(inner)
}

/** The value with a different first leaf. */
function changed(value) {
  if (typeof value === 'string') return `${value} no`
  if (typeof value === 'number') return value + 1
  if (typeof value === 'boolean') return !value
  if (value === null) return 'no'
  if (Array.isArray(value)) return value.length ? [changed(value[0]), ...value.slice(1)] : ['no']
  const [[key, first], ...rest] = Object.entries(value)
  return { [key]: changed(first), ...Object.fromEntries(rest) }
}
