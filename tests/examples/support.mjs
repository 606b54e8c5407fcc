// The examples as users get them: the packed create-instructor-wasm makes each app in a scratch folder of the matrix, which has
// the packed instructor-wasm and the other packages in exact versions.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs'
import { join } from 'node:path'
import { cache, root } from '../../scripts/lib.mjs'
import { app, NotInstalled } from '../matrix/apps.mjs'
import { output, served } from '../matrix/programs.mjs'
import { provider } from '../runtimes/provider.mjs'

export { output }

/** The value that the scripted model returns for notes. */
export const notes = {
  title: 'Launch on Monday',
  summary: 'Ann tests and Bo writes. The launch is on Monday.',
  tasks: [
    { task: 'Test the release', owner: 'Ann' },
    { task: 'Write the notes', owner: 'Bo' },
  ],
}
/** The request of a page for notes. */
export const request = (init = {}) => ({
  method: 'POST',
  body: JSON.stringify({ model: 'notes', input: 'Ann tests, Bo writes. We launch on Monday.' }),
  ...init,
  headers: { 'content-type': 'application/json', ...init.headers },
})

/** The files of a folder, without packages and results of builds. */
export const listed = (folder) =>
  readdirSync(folder, { recursive: true })
    .filter((file) => !/(^|\/)(node_modules|dist|\.next|\.env|\.installed)(\/|$)/.test(file))
    .filter((file) => statSync(join(folder, file)).isFile())
    .sort()

let create

/** The packed create-instructor-wasm: the tarball, and its command unpacked. */
export function packedCreate() {
  if (create) return create
  const folder = join(cache, 'create')
  mkdirSync(folder, { recursive: true })
  const place = mkdtempSync(join(folder, 'packed-'))
  process.on('exit', () => rmSync(place, { recursive: true, force: true }))
  const out = execFileSync('npm', ['pack', '--json', '--pack-destination', place], {
    cwd: join(root, 'create'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const { filename } = JSON.parse(out.slice(out.indexOf('[')))[0]
  execFileSync('tar', ['-xzf', join(place, filename), '-C', place])
  create = { tarball: join(place, filename), command: join(place, 'package', 'create.mjs') }
  return create
}

/** Runs npm create; `input` are lines for its questions. */
export const runCreate = (args, { input = '', cwd, env } = {}) =>
  execFileSync(process.execPath, [packedCreate().command, ...args], {
    input,
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })

/** A version within `^x.y.z` or `latest`. */
function satisfies(version, range) {
  if (range === 'latest') return true
  const [wanted, found] = [range.replace('^', ''), version].map((text) => text.split('.').map(Number))
  const same = wanted[0] === 0 ? 2 : 1
  for (let i = 0; i < 3; i++) {
    if (found[i] === wanted[i]) continue
    return range.startsWith('^') && i >= same && found[i] > wanted[i]
  }
  return true
}

/** The folder of a package, as Node finds it from `folder`. */
function installedPackage(name, folder) {
  for (let place = folder; place.startsWith(root); place = join(place, '..')) {
    const found = join(place, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
  }
}

/** Packages that only a developer or a deployment needs: no test runs them. */
const NOT_RUN = ['wrangler']

const apps = new Map()

/** The app of an example, in a folder with its packages. Skips the test if they cannot be installed. */
export function ready(t, name) {
  if (!apps.has(name)) apps.set(name, prepared(name))
  const { folder, missing } = apps.get(name)
  if (missing) t.skip(missing)
  return folder
}

function prepared(name) {
  let folder
  try {
    folder = app(name)
  } catch (error) {
    if (!(error instanceof NotInstalled) || process.env.INSTRUCTOR_REQUIRE_TESTDATA) throw error
    return { missing: error.message }
  }
  const made = join(folder, '.app')
  rmSync(made, { recursive: true, force: true })
  runCreate([made, '--template', name])
  cpSync(made, folder, { recursive: true })
  rmSync(made, { recursive: true })
  const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json')))
  for (const [one, range] of Object.entries({ ...dependencies, ...devDependencies })) {
    if (NOT_RUN.includes(one)) continue
    const home = installedPackage(one, folder)
    assert.ok(home, `${one} of examples/${name} is not in the scratch app: add it to tests/matrix/apps.mjs`)
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'))
    assert.ok(satisfies(version, range), `examples/${name} needs ${one} ${range}; ${version} is tested`)
  }
  return { folder }
}

/** Type-checks an app with its own tsconfig.json. */
export const typeChecks = (folder) =>
  output(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder], {
    cwd: folder,
  })

/** The variables of an app whose provider is a server of the test. */
export const variables = (api) => ({
  OPENAI_API_KEY: 'sk-test-key',
  OPENAI_BASE_URL: api.base,
  APP_TOKEN: 'secret',
  NO_COLOR: '1',
})

/** A scripted provider on 127.0.0.1, whose model returns `reply`. */
export async function model() {
  const api = await provider(() => api.reply)
  api.reply = { arguments: JSON.stringify(notes), pace: 40 }
  return api
}

/**
 * Starts a server of an app with a scripted provider, and calls `use` with its address and the provider. `before` is called with
 * the provider first.
 */
export async function serving(folder, command, args, use, env, before) {
  const api = await model()
  before?.(api)
  // An API has no page at `/`.
  const ready = ({ status }) => status < 500
  try {
    await served(command, args, { cwd: folder, env: { ...variables(api), ...env }, ready }, (url) =>
      use(url, api),
    )
  } finally {
    await api.close()
  }
}
