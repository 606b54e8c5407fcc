// What the targets of the matrix share: the cases as a program, and running it.
import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { transform } from 'esbuild'
import { freePort, root, start, stop } from '../../scripts/lib.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const CASES = readFileSync(join(here, 'cases.mjs'), 'utf8')
const MODULES = {
  instructor: 'instructor-wasm',
  testing: 'instructor-wasm/test',
  zod: 'zod',
  mini: 'zod/mini',
}

/** The module of other entries than the main one. */
export const INLINE = { instructor: 'instructor-wasm/inline' }
export const DEBUG = { instructor: 'instructor-wasm/debug' }

/** The expression that runs the cases; its value is a promise of the results. */
export const RUN = `run({ ${Object.keys(MODULES).join(', ')} })`

/** The statements that import what it needs. */
export const imports = (modules = MODULES, cases = './cases.mjs') =>
  [
    `import { run } from '${cases}'`,
    ...Object.entries({ ...MODULES, ...modules }).map(([name, from]) => `import * as ${name} from '${from}'`),
    '',
  ].join('\n')

/** The same with `require`. */
export const requires = () =>
  [
    "const { run } = require('./cases.cjs')",
    ...Object.entries(MODULES).map(([name, from]) => `const ${name} = require('${from}')`),
    '',
  ].join('\n')

/** Prints the results, for hosts whose output is read. */
export const PRINT = `${RUN}.then((results) => console.log('RESULTS ' + JSON.stringify(results)))`
/** For test runners, which own the output. */
export const WRITE = `const results = await ${RUN}\n  writeFileSync(process.env.MATRIX_RESULTS, JSON.stringify(results))`

export const writeCases = (folder) => writeFileSync(join(folder, 'cases.mjs'), CASES)
export const writeCommonJs = async (folder) =>
  writeFileSync(join(folder, 'cases.cjs'), (await transform(CASES, { format: 'cjs' })).code)

/** Runs a program and returns its output; a failure has the output in its message. */
export async function output(command, args, options = {}) {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      timeout: 240_000,
      maxBuffer: 1 << 26,
      ...options,
      env: {
        ...process.env,
        NO_COLOR: '1',
        FORCE_COLOR: '0',
        NODE_OPTIONS: '',
        NODE_TEST_CONTEXT: undefined,
        ...options.env,
      },
    })
    return stdout + stderr
  } catch (error) {
    const said = `${error.stdout ?? ''}${error.stderr ?? ''}`.trim() || error.message
    throw new Error(said.split('\n').slice(-25).join('\n').slice(-3000))
  }
}

/** The results that a program has printed. */
export function printed(text) {
  const line = /RESULTS (\{.*\})/.exec(text)
  if (!line) throw new Error(`no results: ${text.slice(-2000)}`)
  return JSON.parse(line[1])
}

/** The version of a package of this project. */
export const installed = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version

/** Adds fields to the package.json of an app. */
export function describe(folder, fields) {
  const file = join(folder, 'package.json')
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...fields }))
}

/** The program that an app has as its package `node`, for tools that need a newer Node than this one. */
export const nodeOf = (folder) => join(folder, 'node_modules', 'node', 'bin', 'node')

/**
 * Starts a server on a free port, calls `use` with its address once `/` responds, and ends it with its children. A response that
 * is not `ready` is repeated. `/` must not run the cases: one of them needs an instance of the core that no run before it has made.
 */
export async function served(command, args, { ready = ({ ok }) => ok, ...options }, use) {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const server = start(command, args(port), {
    ...options,
    env: {
      ...process.env,
      NO_COLOR: '1',
      NODE_OPTIONS: '',
      HOST: '127.0.0.1',
      PORT: `${port}`,
      ...options.env,
    },
  })
  let said = ''
  for (const stream of [server.stdout, server.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-3000)
    })
  try {
    for (let tries = 0; !(await fetch(url).then(ready, () => false)); tries++) {
      if (server.exitCode !== null || tries > 300) throw new Error(`the server did not start: ${said}`)
      await new Promise((done) => setTimeout(done, 200))
    }
    return await use(url)
  } finally {
    stop(server)
  }
}

/** The results that a route of a server returns as JSON. */
export async function fetched(url) {
  const response = await fetch(url)
  const text = await response.text()
  return response.ok ? JSON.parse(text) : { route: text.slice(0, 400) }
}
