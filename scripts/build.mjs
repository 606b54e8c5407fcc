// npm run build: one crate → three wasm modules, and src/ts → the package in pkg/.
//
// - src/**.rs, with cargo (one feature each), wasm-bindgen and wasm-opt: pkg/<module>.wasm; its glue pkg/<module>_bg.js, which
//   exports `instantiate` (glue.mjs); pkg/<module>.text.js, the module as text for hosts that cannot load a file; pkg/core-debug.wasm,
//   the core with names and DWARF (debug.mjs)
// - src/ts/**.ts, with tsc: pkg/**.js, pkg/**.d.ts; the entries of other runtimes (entries.mjs)
// - the crates' licences: pkg/THIRD-PARTY-NOTICES
//
// A step is skipped if its inputs have not changed (hashes in .cache/stamps). INSTRUCTOR_MODULES=core builds that
// module alone, INSTRUCTOR_MODULES=none only the TypeScript. With --dev the modules are compiled with Cargo's dev
// profile and not optimized: seconds instead of minutes, and several times the size. INSTRUCTOR_POISON=1 fills the memory
// that a file of the core does not initialise with a pattern, for a run of the tests that shows that nothing reads it.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { withDebugNames } from './debug.mjs'
import { writeEntries } from './entries.mjs'
import { factory, shortNames, withShortNames } from './glue.mjs'
import {
  ask,
  at,
  die,
  digest,
  dim,
  files,
  forget,
  fresh,
  green,
  MODULES,
  remember,
  root,
  run,
  say,
  seconds,
  WASM_BINDGEN,
  WASM_OPT,
} from './lib.mjs'
import { notices } from './notices.mjs'
import { ABSENT, PARTS, partNames } from './parts.mjs'
import { enteredEarly } from './profile.mjs'
import { references, withoutRelocations } from './relocations.mjs'
import { setup } from './setup.mjs'
import { split } from './split.mjs'

process.chdir(root)
const pkg = at('pkg')
const quiet = process.argv.includes('--quiet')

/** Panic messages and DWARF have source paths; those of this machine's folders are private and add bytes. */
function rustflags() {
  const registry = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src')
  const folders = existsSync(registry) ? readdirSync(registry).map((name) => join(registry, name)) : []
  const remapped = [root, ...folders].map((folder) => `--remap-path-prefix=${folder}/=`)
  // Where the sources of the standard library are installed, they have this path instead of that of their build.
  const library = join(ask('rustc', '--print', 'sysroot'), 'lib', 'rustlib', 'src', 'rust')
  const [, commit] = /^commit-hash: (.*)$/m.exec(ask('rustc', '-vV'))
  return [...remapped, `--remap-path-prefix=${library}=/rustc/${commit}`].join('\x1f')
}

async function step(name, command, args, options) {
  const done = await run(name, command, args, { progress: true, ...options })
  if (!done.ok)
    throw new Error(`${name} failed (${done.log}):\n${done.output.trim().split('\n').slice(-40).join('\n')}`)
  return done
}

const binaryen = (tool) => at('node_modules', 'binaryen', 'bin', tool)
/** The core in one file, for entries that are handed it or carry it. */
const WHOLE = 'core-whole'
/** The file of a part of the core, without its ending. */
const partFile = (part) => `core-${part}`
/** The core with names and DWARF (debug.mjs). */
const DEBUG = 'core-debug'
const outputs = (name) => [
  `${name}_bg.js`,
  `${name}_bg.d.ts`,
  ...(name === 'core' ? [`${DEBUG}.wasm`] : []),
  ...[name, ...(name === 'core' ? [WHOLE, ...partNames(PARTS).map(partFile)] : [])].flatMap((file) => [
    `${file}.wasm`,
    ...(CARRIED.includes(file) ? [`${file}.text.js`] : []),
  ]),
]
/** The files that have a form which JavaScript carries: what an OpenAI call runs, and what `/inline` needs. */
const CARRIED = [WHOLE, 'validator', 'template', 'core', 'core-answer']
const workFolder = (name, dev = false) => join(at('.cache'), dev ? 'wasm-dev' : 'wasm', name)

/**
 * What a module is made of: the sources its last build read, as cargo's dep-info lists them, so that an edit in a file
 * that only the core has does not rebuild the validator. Before the first build: everything.
 */
export function sources(name, dev) {
  const list = join(workFolder(name, dev), 'sources.d')
  const all = () =>
    [...files(at('src')), ...files(at('shims'))].filter((file) => !file.startsWith(at('src', 'ts')))
  if (!existsSync(list)) return all()
  const [, names] = readFileSync(list, 'utf8')
    .split('\n')[0]
    .split(/:\s(.*)/)
  return names.split(/(?<!\\) /).map((file) => file.replaceAll('\\ ', ' '))
}
/** The scripts that make a module's files of what cargo has compiled. */
const SCRIPTS = [
  'build',
  'debug',
  'glue',
  'split',
  'parts',
  'panics',
  'profile',
  'profile-calls',
  'relocations',
  'wat',
].map((script) => at('scripts', `${script}.mjs`))
const inputHash = (name) =>
  digest(
    [at('Cargo.toml'), at('Cargo.lock'), ...SCRIPTS, ...sources(name)],
    ask('rustc', '--version'),
    WASM_BINDGEN,
    rustflags(),
    WASM_OPT.join(' '),
  )

/** The crate with one feature → raw.wasm in the module's work folder. */
async function compile(name, dev) {
  const target = at('target')
  const profile = dev ? 'debug' : 'release'
  const output = join(target, 'wasm32-unknown-unknown', profile)
  const flags = ['--target', 'wasm32-unknown-unknown', '--no-default-features', '--features', name]
  await step(
    `cargo-${name}`,
    'cargo',
    [
      ...['rustc', '--lib', '--crate-type', 'cdylib', ...(dev ? [] : ['--release'])],
      ...[...flags, '--target-dir', target],
      // For the cut, which finds the constants of each function by them.
      ...(name === 'core' && !dev ? ['--', '-C', 'link-arg=--emit-relocs'] : []),
    ],
    // The paths are remapped in releases only, so that dependencies of a dev build are shared with other cargo commands.
    dev ? {} : { env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: rustflags(), RUSTFLAGS: undefined } },
  )
  // The next feature's build overwrites cargo's output.
  const work = workFolder(name, dev)
  mkdirSync(work, { recursive: true })
  copyFileSync(join(output, 'instructor_wasm.wasm'), join(work, 'raw.wasm'))
  copyFileSync(join(output, 'instructor_wasm.d'), join(work, 'sources.d'))
}

/** Runs wasm-bindgen on the linked module in `work`, and writes its output to `to`. */
function bindgen(name, work, to = work, ...options) {
  const linked = join(work, 'linked.wasm')
  writeFileSync(linked, withoutRelocations(readFileSync(join(work, 'raw.wasm'))))
  return step(`wasm-bindgen-${name}`, 'wasm-bindgen', [
    linked,
    ...['--target', 'web', '--omit-default-module-path', '--remove-producers-section'],
    ...['--out-dir', to, '--out-name', name, ...options],
  ])
}

/** Writes one wasm file into pkg/, and its form that JavaScript carries. */
function place(file, wasm, level) {
  mkdirSync(pkg, { recursive: true })
  copyFileSync(wasm, join(pkg, `${file}.wasm`))
  if (!CARRIED.includes(file)) return
  const bytes = readFileSync(wasm)
  const text = deflateRawSync(bytes, { level, memLevel: 9 }).toString('base64')
  writeFileSync(
    join(pkg, `${file}.text.js`),
    `export const size = ${bytes.length}\nexport const text =\n'${text}'\n`,
  )
}

const glueOf = (name, work) => readFileSync(join(work, `${name}.js`), 'utf8')

/** Writes the glue into pkg/. With a `build` (split.mjs) the imports of the module have short names. */
function placeGlue(name, work, build) {
  const code = glueOf(name, work)
  writeFileSync(join(pkg, `${name}_bg.js`), factory(name, code, build ? shortNames(code) : undefined, build))
}

/** Writes the core with names and DWARF into pkg/; `build` as for {@link placeGlue}. */
async function placeDebug(name, work, build) {
  const folder = join(work, 'debug')
  await bindgen(name, work, folder, '--keep-debug')
  const bytes = readFileSync(join(folder, `${name}_bg.wasm`))
  const names = shortNames(glueOf(name, work))
  mkdirSync(pkg, { recursive: true })
  writeFileSync(
    join(pkg, `${DEBUG}.wasm`),
    build ? withDebugNames(bytes, `./${name}_bg.js`, names, build) : bytes,
  )
}

/** Runs wasm-opt on a module in binary or text form. */
const optimise = (input, output) =>
  step(`wasm-opt-${basename(output, '.wasm')}`, process.execPath, [
    binaryen('wasm-opt'),
    input,
    ...WASM_OPT,
    // It leaves zeros out, which are not zeros under a pattern.
    ...(process.env.INSTRUCTOR_POISON ? ['--skip-pass=memory-packing'] : []),
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
    '-o',
    output,
  ])

/**
 * Cuts the core into the module that every call runs and its parts: `.cache/wasm/core/<file>.wat` for each file. The
 * uncut core is among them, without what nothing reaches.
 */
async function cut(name) {
  const work = workFolder(name)
  const module = join(work, `${name}_bg.wasm`)
  const text = join(work, `${name}_bg.wat`)
  const features = WASM_OPT.filter((flag) => flag.startsWith('--enable-'))
  await step(`wasm-dis-${name}`, process.execPath, [binaryen('wasm-dis'), ...features, module, '-o', text])
  const mangled = join(work, 'mangled')
  await bindgen(name, work, mangled, '--no-demangle')
  const linked = references(
    ...[join(work, 'raw.wasm'), module, join(mangled, `${name}_bg.wasm`)].map((file) => readFileSync(file)),
  )
  const names = shortNames(glueOf(name, work))
  const assemble = (from, to) =>
    step(`wasm-as-${name}`, process.execPath, [binaryen('wasm-as'), ...features, from, '-o', to])
  const early = await enteredEarly(name, work, readFileSync(text, 'utf8'), glueOf(name, work), assemble)
  const { whole, core, parts, build, boundary, moved } = split(readFileSync(text, 'utf8'), linked, PARTS, {
    poison: Boolean(process.env.INSTRUCTOR_POISON),
    glue: [...names].join(),
    absent: ABSENT,
    early,
  })
  writeFileSync(join(work, 'boundary.json'), `${JSON.stringify({ boundary, moved }, null, 1)}\n`)
  const texts = Object.entries({
    core,
    [WHOLE]: whole,
    ...Object.fromEntries(Object.entries(parts).map(([part, text]) => [partFile(part), text])),
  })
  for (const [file, text] of texts)
    writeFileSync(join(work, `${file}.wat`), withShortNames(name, text, names))
  return { sources: texts.map(([file]) => [file, join(work, `${file}.wat`)]), build }
}

/** raw.wasm → the module's files in pkg/. */
async function finish(name) {
  const work = workFolder(name)
  const hash = digest([join(work, 'raw.wasm'), ...SCRIPTS], WASM_BINDGEN, WASM_OPT.join(' '))
  if (fresh(`${name}-finished`, hash) && outputs(name).every((file) => existsSync(join(pkg, file)))) return
  await bindgen(name, work)
  const { sources, build } =
    name === 'core' ? await cut(name) : { sources: [[name, join(work, `${name}_bg.wasm`)]] }
  // Two at a time: each keeps one core busy.
  const worker = async () => {
    for (let next = sources.shift(); next; next = sources.shift()) {
      const [file, source] = next
      const wasm = join(work, `${file}.wasm`)
      await optimise(source, wasm)
      place(file, wasm, 9)
    }
  }
  await Promise.all([worker(), worker()])
  placeGlue(name, work, build)
  if (name === 'core') await placeDebug(name, work, build)
  remember(`${name}-finished`, hash)
}

/** A module as `npm run dev` uses it: dev profile, no wasm-opt. `npm run build` replaces it. */
export async function buildDevModule(name) {
  const began = Date.now()
  const work = workFolder(name, true)
  for (const stamp of [name, `${name}-finished`]) forget(stamp)
  await compile(name, true)
  await bindgen(name, work)
  // Not cut into parts: `core.wasm` then holds everything, and no part is loaded.
  for (const file of name === 'core' ? [name, WHOLE] : [name]) place(file, join(work, `${name}_bg.wasm`), 1)
  placeGlue(name, work)
  if (name === 'core') await placeDebug(name, work)
  say(`  ${green('✓')} ${name} (dev profile) ${dim(seconds(began))}`)
}

/** Whether pkg/ holds the module's release build of the present sources. */
export const upToDate = (name) =>
  fresh(name, inputHash(name)) && outputs(name).every((file) => existsSync(join(pkg, file)))

async function buildModules(wanted) {
  const finishing = []
  for (const name of wanted) {
    if (upToDate(name)) {
      say(`  ${dim('=')} ${name}: unchanged`)
      continue
    }
    const began = Date.now()
    await compile(name)
    // wasm-opt uses one core while cargo compiles the next module on the other.
    finishing.push(
      finish(name).then(() => {
        // Later edits are not in it.
        if (!sources(name).some((file) => statSync(file).mtimeMs > began)) remember(name, inputHash(name))
        const bytes = statSync(join(pkg, `${name}.wasm`)).size
        say(`  ${green('✓')} ${name}: ${(bytes / 1024).toFixed(1)} KB ${dim(seconds(began))}`)
      }),
    )
  }
  await Promise.all(finishing)
}

/** Files in pkg/ that other steps own; everything else there comes from tsc and is replaced by it. */
const wasmOutput = new Set([...MODULES.flatMap(outputs), 'THIRD-PARTY-NOTICES', '.npmignore'])

/** Removes what an earlier tsc wrote into pkg/ and writes the declarations that tsc does not. */
export function prepareTypeScript() {
  for (const file of files(pkg)) if (!wasmOutput.has(relative(pkg, file))) rmSync(file)
  mkdirSync(pkg, { recursive: true })
  // wasm-bindgen's own declarations name library types that an app may not have and leave the host out.
  const written = readFileSync(at('src', 'ts', 'glue.d.ts'), 'utf8')
  for (const [, name, body] of written.matchAll(/declare module '\*\/(\w+_bg)\.js' \{\n([\s\S]*?)\n\}/g))
    writeFileSync(join(pkg, `${name}.d.ts`), `${body.replace(/^ {2}/gm, '')}\n`)
  // For `import core from 'instructor-wasm/core.wasm'`, as Workers and bundlers provide it.
  writeFileSync(
    join(pkg, 'wasm.d.ts'),
    '/** A compiled `WebAssembly.Module`, where the host imports .wasm files as modules. */\ndeclare const module: object\nexport default module\n',
  )
}

async function buildTypeScript() {
  const config = at('src', 'ts', 'tsconfig.json')
  if (!existsSync(config)) return say(`  ${dim('-')} TypeScript: nothing in src/ts yet`)
  // The entries of Node contain what is generated of the modules.
  const generated = MODULES.flatMap(outputs).filter((file) => file.endsWith('.js'))
  const hash = digest(
    [
      at('src', 'ts'),
      at('scripts', 'build.mjs'),
      at('scripts', 'entries.mjs'),
      ...generated.map((file) => join(pkg, file)),
    ],
    readFileSync(at('package-lock.json')),
  )
  if (fresh('typescript', hash) && existsSync(join(pkg, 'index.js')))
    return say(`  ${dim('=')} TypeScript: unchanged`)
  const began = Date.now()
  prepareTypeScript()
  await step('tsc', process.execPath, [
    at('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    config,
    '--outDir',
    pkg,
  ])
  await writeEntries(pkg)
  remember('typescript', hash)
  say(`  ${green('✓')} TypeScript ${dim(seconds(began))}`)
}

const NOTICES = 'THIRD-PARTY-NOTICES'

function writeNotices() {
  const hash = digest([at('Cargo.toml'), at('Cargo.lock'), at('LICENSE'), at('scripts', 'notices.mjs')])
  if (fresh('notices', hash) && existsSync(join(pkg, NOTICES))) return
  mkdirSync(pkg, { recursive: true })
  writeFileSync(join(pkg, NOTICES), notices())
  remember('notices', hash)
}

/**
 * `wasm-pack build` writes its own package into pkg/, with a .gitignore that excludes everything. npm prefers
 * .npmignore, so that the package contains the files of this build and none of wasm-pack's.
 */
function excludeWasmPack() {
  mkdirSync(pkg, { recursive: true })
  const names = ['.gitignore', 'instructor_wasm*', 'snippets', 'package.json', 'README.md', 'LICENSE']
  writeFileSync(join(pkg, '.npmignore'), names.map((name) => `/${name}\n`).join(''))
}

export async function build({ dev = false } = {}) {
  const began = Date.now()
  const wanted = MODULES.filter(
    (name) => !process.env.INSTRUCTOR_MODULES || process.env.INSTRUCTOR_MODULES.split(',').includes(name),
  )
  await setup(wanted.length ? 'build' : 'check')
  try {
    if (dev) for (const name of wanted) await buildDevModule(name)
    else await buildModules(wanted)
    await buildTypeScript()
    writeNotices()
    excludeWasmPack()
  } catch (error) {
    die(error.message)
  }
  say(`${green('✓')} build ${dim(seconds(began))}`)
}

if (process.argv[1]?.endsWith('build.mjs')) {
  if (process.argv.includes('--twice')) {
    await (await import('./reproduce.mjs')).reproduce()
    process.exit()
  }
  const dev = process.argv.includes('--dev')
  await build({ dev })
  if (!quiet && !dev && existsSync(join(pkg, 'index.js'))) {
    const { modules } = await import('./size.mjs')
    modules()
  }
}
