// Finds the independent test data; decides what a suite does without it.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The folder of test data, or undefined. Missing data is a note locally and a failure in CI. */
export function testdata() {
  const folder = resolve(root, process.env.INSTRUCTOR_TESTDATA || '../shared/testdata')
  return existsSync(folder) ? folder : undefined
}

/** The folder of one collection. If it is missing, prints a note and returns undefined (throws in CI). */
export function collection(suite, name) {
  const folder = testdata()
  const path = folder && resolve(folder, name)
  if (path && existsSync(path)) return path
  const message = `${suite}: skipped, no test data (${name} looked for in INSTRUCTOR_TESTDATA or ../shared/testdata)`
  if (process.env.CI) throw new Error(message)
  console.log(message)
  return undefined
}
