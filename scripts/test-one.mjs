// npm run test:one -- NAME: one test file or one Rust test, in seconds and without a release build of the wasm modules.
//   npm run test:one -- streams                       tests/runtimes/streams.test.mjs
//   npm run test:one -- streams --test-name-pattern=abort
//   npm run test:one -- json_patch                    the Rust tests whose path contains "json_patch"
//   npm run test:one -- validate_suite --nocapture    the same, with what they print
// A TypeScript test runs against the modules in pkg/; after a change of Rust code, build the changed one first:
// INSTRUCTOR_MODULES=core npm run build -- --dev
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { basename, relative } from 'node:path'
import { at, die, dim, files, MODULES, root, say } from './lib.mjs'
import { NATIVE_FEATURES } from './lints.mjs'

process.chdir(root)
const [name, ...args] = process.argv.slice(2)
if (!name)
  die(
    'npm run test:one -- NAME, where NAME is a file tests/**/NAME.test.mjs or part of the path of a Rust test',
  )

function execute(command, args, env = {}) {
  say(
    dim(
      `$ ${[basename(command), ...args].map((arg) => (arg.startsWith(root) ? relative(root, arg) : arg)).join(' ')}`,
    ),
  )
  const { status } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (status !== 0) process.exit(status ?? 1)
}

const file = files(at('tests')).find((path) => path.endsWith('.test.mjs') && matches(path))
function matches(path) {
  return basename(path, '.test.mjs') === name || relative(root, path) === name
}

if (file) {
  const missing = MODULES.filter((module) => !existsSync(at('pkg', `${module}.wasm`)))
  if (missing.length) die(`pkg/ has no ${missing.join(', ')}: npm run build -- --dev`)
  execute(process.execPath, [at('scripts', 'build.mjs'), '--quiet'], { INSTRUCTOR_MODULES: 'none' })
  const built = statSync(at('pkg', 'core.wasm')).mtimeMs
  if (files(at('src')).some((path) => path.endsWith('.rs') && statSync(path).mtimeMs > built))
    say(
      'note: pkg/core.wasm is older than the Rust sources; INSTRUCTOR_MODULES=core npm run build -- --dev updates it',
    )
  execute(process.execPath, ['--test', '--test-reporter=spec', ...args, file])
} else {
  execute('cargo', ['test', '--quiet', ...NATIVE_FEATURES, '--lib', '--test', 'core', '--', name, ...args])
}
