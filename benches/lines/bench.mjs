// npm run bench:lines: the length of the same programs with this package and with other libraries. All are type-checked, formatted
// by the same formatter, and run with the same scripted answers of the model.
//
//   --update   writes the table into docs/comparison.md
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { at } from '../../scripts/lib.mjs'
import { filesOf, LIBRARIES, PAGE, TASKS, table, withTable } from './count.mjs'

const here = dirname(fileURLToPath(import.meta.url))
for (const folder of [here, join(here, 'instructor-js')])
  if (!existsSync(join(folder, 'node_modules'))) {
    console.log(`Installing the packages of ${folder} …`)
    const flags = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
    if (spawnSync('npm', flags, { cwd: folder, stdio: 'inherit' }).status !== 0) process.exit(1)
  }

const tsc = spawnSync(process.execPath, [at('node_modules', 'typescript', 'bin', 'tsc'), '-p', here], {
  stdio: 'inherit',
})
if (tsc.status !== 0) process.exit(1)

/** The built package in place of its name. */
const own = {
  name: 'own',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^instructor-wasm/ }, ({ path }) => ({
      path: pathToFileURL(at('pkg', `${path.split('/')[1] ?? 'index'}.node.js`)).href,
      external: true,
    })),
}

/** Runs a program with the answers of the model, and returns what it prints. */
async function printed(library, file, replies, more = '') {
  // In the folder of the library, so that its packages resolve.
  const folder = join(here, library === 'instructor-js' ? library : '.', 'node_modules', '.programs')
  mkdirSync(folder, { recursive: true })
  const sources = {
    model: `import { model } from './model.mjs'\nglobalThis.fetch = model(${JSON.stringify(replies)})`,
    program: `const program = await import(${JSON.stringify(file)})\n${more}`,
  }
  for (const [name, contents] of Object.entries(sources))
    await build({
      stdin: { contents, resolveDir: here, loader: 'ts' },
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      plugins: [own],
      outfile: join(folder, `${name}.mjs`),
    })
  // Version 4 of the openai SDK, which instructor-js needs, takes the global fetch only with this.
  const web = library === 'instructor-js' ? ['--import', 'openai/shims/web'] : []
  const env = { ...process.env, OPENAI_API_KEY: 'test' }
  const args = ['--import', './model.mjs', ...web, 'program.mjs']
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env })
  rmSync(folder, { recursive: true })
  return stdout.trim() || stderr
}

/** The server of the React page: what it streams contains the report. */
const REPORT = { title: 'Bees', points: ['They fly.'] }
const ROUTE = (body) => `const request = new Request('http://localhost/api/report', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify(body))} })
  const text = await (await program.POST(request)).text()
  console.log(text.includes('Bees') && text.includes('They fly.') ? 'streamed' : text)`
const BODIES = { 'instructor-wasm': { model: 'report', input: 'bees' }, ai: 'bees' }

let failed = false
for (const { name, replies, prints, without } of TASKS)
  for (const { folder } of LIBRARIES) {
    const files = filesOf(folder, name)
    if (!files.length) continue
    const route = files.find((file) => file.endsWith('route.ts'))
    const [wanted, said] = route
      ? ['streamed', await printed(folder, route, [{ value: REPORT }], ROUTE(BODIES[folder]))]
      : [without?.[folder]?.[1] ?? prints, await printed(folder, files[0], replies)]
    if (said === wanted) continue
    failed = true
    console.error(`✗ ${name} with ${folder} prints ${said.slice(0, 2000)}`)
  }
console.log(table())
if (failed) process.exit(1)
if (process.argv.includes('--update')) writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8')))
