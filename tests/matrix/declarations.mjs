// The declarations as compilers of several versions read them, and the package as publint and attw judge it.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/lib.mjs'
import { packed } from './apps.mjs'
import { output } from './programs.mjs'

const PROGRAM = `import { fromProvider, type Instructor, readPartial } from 'instructor-wasm'
import { fromProvider as inline } from 'instructor-wasm/inline'
import { fromProvider as slim, init } from 'instructor-wasm/slim'
import { scripted } from 'instructor-wasm/test'
import * as python from 'instructor-wasm/python'
import * as js from 'instructor-wasm/instructor-js'
import * as devtools from 'instructor-wasm/devtools'
import { fromProvider as debug } from 'instructor-wasm/debug'
import * as otel from 'instructor-wasm/otel'
import * as server from 'instructor-wasm/server'

const { fetch } = scripted([{ value: { name: 'Jo' } }])
const clients: Instructor[] = [inline('openai/x', { fetch }), slim('openai/x'), debug('openai/x', { fetch })]
const schema = { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] } as const
export async function main(): Promise<string> {
  const user = await fromProvider('openai/x', { fetch }).create({ responseModel: schema, prompt: 'x' })
  const name: string = user.name
  // @ts-expect-error A name of a property is checked.
  user.nam
  return name
}
export const used = [clients, init, readPartial, python, js, devtools, otel, server]
`
const WASM = "import core from 'instructor-wasm/core.wasm'\nexport const loaded: object = core\n"

/** How programs find the declarations: the file's ending, module, moduleResolution, libraries, types. */
const SETTINGS = {
  'bundler, DOM': ['ts', 'esnext', 'bundler', ['dom'], []],
  'bundler, WebWorker': ['ts', 'esnext', 'bundler', ['webworker'], []],
  'nodenext, ES module': ['mts', 'nodenext', 'nodenext', [], ['node']],
  'nodenext, CommonJS': ['cts', 'nodenext', 'nodenext', [], ['node']],
  'node16, ES module': ['mts', 'node16', 'node16', [], ['node']],
  'node16, CommonJS': ['cts', 'node16', 'node16', [], ['node']],
  node10: ['ts', 'commonjs', 'node10', [], ['node']],
}

const compiles = (compiler, settings) => async (folder) => {
  const home = join(folder, 'node_modules', compiler)
  const tsc = [join(home, 'lib', 'tsc.js'), join(home, 'bin', 'tsc')].find(existsSync)
  const results = {}
  const run = async (name) => {
    const [ending, module, moduleResolution, libraries, types] = SETTINGS[name]
    const stem = name.replace(/\W+/g, '-')
    // `require` of a wasm file exists nowhere.
    writeFileSync(join(folder, `${stem}.${ending}`), PROGRAM + (ending === 'cts' ? '' : WASM))
    const compilerOptions = {
      ...{ module, moduleResolution, lib: ['es2022', ...libraries], types, target: 'es2022' },
      ...{ noEmit: true, strict: true, skipLibCheck: false },
      ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true },
      ...(compiler === 'ts60' && name === 'node10' && { ignoreDeprecations: '6.0' }),
    }
    const project = join(folder, `${stem}.json`)
    writeFileSync(project, JSON.stringify({ compilerOptions, files: [`${stem}.${ending}`] }))
    results[name] = await output(process.execPath, [tsc, '-p', project], { cwd: folder }).then(
      () => 'ok',
      (error) => error.message.slice(0, 600),
    )
  }
  // Two at a time, as most machines that build this have two cores.
  const left = [...settings]
  const work = async () => {
    while (left.length) await run(left.shift())
  }
  await Promise.all([work(), work()])
  return results
}

async function judged(folder) {
  const bin = (name, file) => join(folder, 'node_modules', name, file)
  const ok = () => 'ok'
  const why = (error) => error.message
  return {
    publint: await output(process.execPath, [bin('publint', 'src/cli.js'), packed(), '--strict'], {
      cwd: folder,
    }).then(ok, why),
    attw: await output(
      process.execPath,
      // A wasm file is an ES module everywhere.
      [
        bin('@arethetypeswrong/cli', 'dist/index.js'),
        packed(),
        '--exclude-entrypoints',
        'core.wasm',
        'validator.wasm',
        'template.wasm',
      ],
      { cwd: folder },
    ).then(ok, why),
  }
}

/** Whether JSR accepts the package: its client checks the types of every entry without the DOM library. */
async function jsr(folder) {
  const deno = join(folder, 'node_modules', '@deno', 'linux-x64-glibc', 'deno')
  const said = await output(deno, ['publish', '--dry-run', '--allow-dirty'], { cwd: root })
  return { jsr: said.includes('Dry run complete') ? 'ok' : said }
}

const ALL = Object.keys(SETTINGS)
const target = (version, compiler, settings, fast) => ({
  name: `TypeScript ${version}`,
  app: 'types',
  fast,
  run: compiles(compiler, settings),
})
const versions = [
  ['5.0.4', 'ts50'],
  ['5.4.5', 'ts54'],
  ['5.9.3', 'ts59'],
  ['6.0.3', 'ts60'],
  ['7.0.2', 'ts70'],
]
/** What `npm test` compiles: the oldest and the newest version. scripts/package.mjs has this project's own. */
const FAST = ['bundler, DOM', 'node16, CommonJS']
// TypeScript 7 has removed node10.
const settingsOf = (compiler) => ALL.filter((name) => compiler !== 'ts70' || name !== 'node10')

export const DECLARATIONS = [
  ...versions.map(([version, compiler]) => target(version, compiler, settingsOf(compiler), false)),
  ...['ts50', 'ts70'].map((compiler) => ({
    ...target('', compiler, FAST, true),
    name: `TypeScript, ${compiler === 'ts50' ? 'oldest' : 'newest'}, two settings`,
  })),
  { name: 'publint, attw', app: 'lint', fast: true, run: judged },
  { name: 'JSR (deno publish --dry-run)', app: 'deno', run: jsr },
]
