// Where the test data is, and what a suite does without it: it reports that it is skipped, or fails if
// INSTRUCTOR_REQUIRE_TESTDATA is set.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The path of one collection of the test data (or of all), or undefined. `npm test` lists the line printed then. */
export function collection(suite, name = '') {
  const path = resolve(root, process.env.INSTRUCTOR_TESTDATA || '../shared/testdata', name)
  if (existsSync(path)) return path
  const what = `${suite}, test data ${name}`.trimEnd()
  if (process.env.INSTRUCTOR_REQUIRE_TESTDATA) throw new Error(`${what} is absent: set INSTRUCTOR_TESTDATA`)
  console.log(`skipped: ${what}: set INSTRUCTOR_TESTDATA`)
  return undefined
}
