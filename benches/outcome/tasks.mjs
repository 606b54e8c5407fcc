// The tasks of the outcome bench, by category. A task is `{ id, category, text, schema, right | judge, held }`; one with a
// judge has an `example` of a right answer.
//
// `held`: the task is kept apart: texts and readers are never tuned on it, and it decides whether they are better. A hash
// of the id chooses.
import { createHash } from 'node:crypto'
import { isRight, rightValues } from './compare.mjs'
import { absent } from './tasks/absent.mjs'
import { classification } from './tasks/classification.mjs'
import { dates } from './tasks/dates.mjs'
import { extraction } from './tasks/extraction.mjs'
import { languages } from './tasks/languages.mjs'
import { lists } from './tasks/lists.mjs'
import { long } from './tasks/long.mjs'
import { nested } from './tasks/nested.mjs'
import { numbers } from './tasks/numbers.mjs'
import { unions } from './tasks/unions.mjs'

const categories = {
  extraction,
  classification,
  lists,
  nested,
  numbers,
  dates,
  unions,
  long,
  languages,
  absent,
}

const held = (id) => createHash('sha256').update(id).digest().at(15) % 2 === 1

export const tasks = Object.entries(categories).flatMap(([category, list]) =>
  list.map((task) => ({ ...task, category, held: held(task.id) })),
)

/** Whether a valid answer to the task is right. */
export function isRightAnswer(task, value) {
  return task.judge ? Boolean(task.judge(value)) : isRight(task.right, value)
}

/** Right answers to the task; each alternative that the task accepts is in one of them. */
export const rightAnswers = (task) => (task.judge ? [task.example] : rightValues(task.right))
