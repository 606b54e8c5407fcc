// Test runners: the cases are the test of an app, in each environment that the runner offers.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium } from '../../scripts/lib.mjs'
import { imports, nodeOf, output, RUN, requires, WRITE, writeCases, writeCommonJs } from './programs.mjs'

/** Runs a test runner, whose test writes the results. */
async function runner(folder, args, node = process.execPath) {
  const file = join(folder, 'results.json')
  await output(node, args, { cwd: folder, env: { MATRIX_RESULTS: file } })
  return JSON.parse(readFileSync(file, 'utf8'))
}
const TEST = `test('the cases', async () => {\n  ${WRITE}\n}, 120_000)`

/** jsdom lacks these; an app that makes calls there provides them (docs/loading.md). */
const JSDOM = `const { TestEnvironment } = require('jest-environment-jsdom')
const NAMES = ['fetch', 'Request', 'Response', 'Headers', 'ReadableStream', 'TransformStream', 'AbortController', 'AbortSignal']
module.exports = class extends TestEnvironment {
  async setup() {
    await super.setup()
    for (const name of NAMES) this.global[name] = globalThis[name]
  }
}`

const JEST = (folder, ...more) => [
  ...more,
  join(folder, 'node_modules', 'jest', 'bin', 'jest.js'),
  ...['--rootDir', folder, '--testMatch', '**/main.test.*'],
]

const jest = (environment) => async (folder) => {
  await writeCommonJs(folder)
  writeFileSync(join(folder, 'environment.cjs'), JSDOM)
  writeFileSync(
    join(folder, 'main.test.js'),
    `const { writeFileSync } = require('node:fs')\n${requires()}${TEST}`,
  )
  const env = environment === 'jsdom' ? join(folder, 'environment.cjs') : environment
  return runner(folder, [...JEST(folder), '--env', env])
}

async function jestEsm(folder) {
  writeCases(folder)
  writeFileSync(join(folder, 'main.test.mjs'), `import { writeFileSync } from 'node:fs'\n${imports()}${TEST}`)
  return runner(folder, JEST(folder, '--experimental-vm-modules'))
}

const vitest = (environment) => async (folder) => {
  writeCases(folder)
  writeFileSync(
    join(folder, 'main.test.mjs'),
    `import { test } from 'vitest'\nimport { writeFileSync } from 'node:fs'\n${imports()}${TEST}`,
  )
  const cli = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  return runner(folder, [cli, 'run', '--root', folder, '--environment', environment], nodeOf(folder))
}

/** Vitest in Chromium: the test cannot write a file, so a command of Vitest does. */
async function vitestBrowser(folder) {
  writeCases(folder)
  writeFileSync(
    join(folder, 'main.test.mjs'),
    `import { test } from 'vitest'
    import { commands } from 'vitest/browser'
    ${imports()}test('the cases', async () => { await commands.writeFile('results.json', JSON.stringify(await ${RUN})) }, 120_000)`,
  )
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `import { playwright } from '@vitest/browser-playwright'
    const launchOptions = { executablePath: ${JSON.stringify(chromium())}, args: ['--no-sandbox', '--disable-dev-shm-usage'] }
    const browser = { enabled: true, headless: true, provider: playwright({ launchOptions }), instances: [{ browser: 'chromium' }] }
    export default { test: { browser } }`,
  )
  const cli = join(folder, 'node_modules', 'vitest', 'vitest.mjs')
  return runner(folder, [cli, 'run', '--root', folder], nodeOf(folder))
}

export const RUNNERS = [
  { name: 'Jest, CommonJS, node', app: 'jest', fast: true, run: jest('node') },
  { name: 'Jest, CommonJS, jsdom with fetch', app: 'jest', run: jest('jsdom') },
  { name: 'Jest, ES modules, node', app: 'jest', run: jestEsm },
  ...['node', 'jsdom', 'happy-dom'].map((environment) => ({
    name: `Vitest, ${environment}`,
    app: 'vitest',
    run: vitest(environment),
  })),
  { name: 'Vitest, browser mode, Chromium', app: 'vitest', run: vitestBrowser },
]
