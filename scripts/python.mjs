// npm run test:python: installs Python's Instructor in .cache/instructor, and runs the programs of the docs and the rows of
// the outcome bench with it.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { at, cache, die, root, run } from './lib.mjs'

/** The version that the golden cases are recorded from. */
const INSTRUCTOR = '1.17.0'
const VENV = join(cache, 'instructor')
/** A Python that has Instructor. */
export const PYTHON = join(VENV, 'bin', 'python')

async function must(name, command, args) {
  const done = await run(name, command, args, { progress: true })
  if (!done.ok)
    throw new Error(`${done.output.trim().split('\n').slice(-12).join('\n')}\n${name} failed (${done.log})`)
}

/** Installs Instructor where it is missing. */
export async function installInstructor() {
  const installed = await run('instructor', PYTHON, [
    '-c',
    'import instructor; print(instructor.__version__)',
  ])
  if (installed.ok && installed.output.trim() === INSTRUCTOR) return
  rmSync(VENV, { recursive: true, force: true })
  await must('venv-instructor', 'python3', ['-m', 'venv', VENV])
  await must('pip-instructor', PYTHON, [
    ...['-m', 'pip', 'install', '--progress-bar', 'off', '--disable-pip-version-check'],
    `instructor==${INSTRUCTOR}`,
  ])
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.chdir(root)
  try {
    await installInstructor()
  } catch (error) {
    die(error.message)
  }
  const done = await run(
    'python',
    process.execPath,
    ['--test', ...['python-docs', 'outcome-rows'].map((name) => at('tests', 'runtimes', `${name}.test.mjs`))],
    {
      live: true,
      env: { ...process.env, INSTRUCTOR_REQUIRE_PYTHON: '1' },
    },
  )
  process.exit(done.ok ? 0 : 1)
}
