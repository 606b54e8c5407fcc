// Where the independent test data lives, and what a suite does when it is not there.
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** The folder of test data, or undefined. Its absence is a note on a laptop and a failure in CI. */
export function testdata() {
  const folder = resolve(root, process.env.INSTRUCTOR_TESTDATA || '../shared/testdata')
  return existsSync(folder) ? folder : undefined
}

/** The folder of one collection; without it says so and answers undefined (throws in CI). */
export function collection(suite, name) {
  const folder = testdata()
  const path = folder && resolve(folder, name)
  if (path && existsSync(path)) return path
  const message = `${suite}: skipped, no test data (${name} looked for in INSTRUCTOR_TESTDATA or ../shared/testdata)`
  if (process.env.CI) throw new Error(message)
  console.log(message)
  return undefined
}
