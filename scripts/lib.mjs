// Shared by the scripts: paths, running a program with its output in a log, content hashes. It imports no packages,
// because setup.mjs runs before any are installed.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { homedir } from 'node:os'
import { delimiter, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The options of wasm-opt; weigh.mjs uses the same ones, so that its table describes the shipped code. */
export const WASM_OPT = [
  // Flattening control flow between two rounds lets the second save half a percent more.
  ...['-Oz', '--flatten', '--rereloop', '-Oz'],
  // What rustc's wasm32 baseline uses, and SIMD, which the validator's string search uses.
  ...[
    'bulk-memory',
    'bulk-memory-opt',
    'nontrapping-float-to-int',
    'sign-ext',
    'mutable-globals',
    'reference-types',
    'multivalue',
    'simd',
  ].map((feature) => `--enable-${feature}`),
]

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
export const at = (...parts) => join(root, ...parts)
/** Downloads and build stamps, in one folder: deleting it is a clean start. */
export const cache = process.env.INSTRUCTOR_CACHE ? resolve(process.env.INSTRUCTOR_CACHE) : at('.cache')
export const artifacts = at('artifacts')
export const MODULES = ['core', 'validator', 'template']
/** Must be the version of wasm-bindgen in Cargo.toml: the tool refuses all others. */
export const WASM_BINDGEN = '0.2.130'

const cargoBin = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'bin')
if (!process.env.PATH?.split(delimiter).includes(cargoBin)) process.env.PATH += delimiter + cargoBin

const paint = (code) => (text) =>
  process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text
export const bold = paint(1)
export const dim = paint(2)
export const red = paint(31)
export const green = paint(32)
export const say = (text = '') => console.log(text)
export const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`

/** The full path of a program on PATH, or undefined. */
export function which(name) {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(dir, name)
    if (dir && existsSync(file)) return file
  }
}

/** The trimmed output of a program, or undefined when it is missing or fails. */
export function ask(command, ...args) {
  const out = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  return out.status === 0 ? out.stdout.trim() : undefined
}

export const chromium = () =>
  [process.env.CHROMIUM, which('chromium'), which('chromium-browser'), which('google-chrome')].find(
    (p) => p && existsSync(p),
  )
export const chromedriver = () =>
  [process.env.CHROMEDRIVER, which('chromedriver')].find((p) => p && existsSync(p))
export const firefox = () =>
  [process.env.FIREFOX, which('firefox-esr'), which('firefox')].find((p) => p && existsSync(p))
export const geckodriver = () =>
  [process.env.GECKODRIVER, which('geckodriver')].find((p) => p && existsSync(p))

/** Running children, which end with the script if it is interrupted. */
const running = new Set()
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    for (const child of running) stop(child)
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}

export function stop(child) {
  running.delete(child)
  try {
    // Children are started as group leaders, so grandchildren end with them.
    process.kill(-child.pid, 'SIGTERM')
  } catch {
    child.kill('SIGTERM')
  }
}

/** Starts a long-lived child (a server); `stop` ends it. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  running.add(child)
  child.on('exit', () => running.delete(child))
  return child
}

/**
 * Run a program to its end. Output goes to `.cache/logs/<name>.log`; `live` echoes it, `progress` prints its
 * latest line every few seconds, so that a long installation shows how far it is.
 * Returns { ok, code, output }.
 */
export function run(name, command, args, { live = false, progress = false, timeout = 0, ...options } = {}) {
  const log = join(cache, 'logs', `${name.replaceAll(/[^\w.-]+/g, '-')}.log`)
  mkdirSync(dirname(log), { recursive: true })
  const file = createWriteStream(log)
  const began = Date.now()
  return new Promise((done) => {
    const child = start(command, args, options)
    let output = ''
    let last = ''
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr],
    ]) {
      from?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-4_000_000)
        file.write(text)
        if (live) to.write(text)
        const line = text
          .trim()
          .split(/[\r\n]/)
          .at(-1)
        if (line) last = line
      })
    }
    const ticker =
      progress && setInterval(() => say(dim(`    ${name}: ${seconds(began)}  ${last.slice(0, 90)}`)), 5000)
    let late = false
    const timer =
      timeout &&
      setTimeout(() => {
        late = true
        stop(child)
      }, timeout)
    const end = (code, error) => {
      clearInterval(ticker)
      clearTimeout(timer)
      file.end()
      if (late) output += `\nstopped after ${timeout / 1000} s\n`
      if (error) output += `\n${error.message}\n`
      done({ ok: code === 0, code, output, log: relative(root, log) })
    }
    child.on('error', (error) => end(-1, error))
    child.on('close', (code) => end(code ?? -1))
  })
}

/** Every file below a folder (or the file itself), sorted, without build output. */
export function files(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !['node_modules', 'dist', 'target'].includes(entry.name))
    .flatMap((entry) => files(join(path, entry.name)))
    .sort()
}

/** One hash over the names and contents of files, and any further text. */
export function digest(paths, ...words) {
  const hash = createHash('sha256')
  for (const path of paths.flatMap(files))
    hash.update(relative(root, path)).update('\0').update(readFileSync(path)).update('\0')
  for (const word of words) hash.update(String(word)).update('\0')
  return hash.digest('hex')
}

/** Whether `name` was last finished with this hash; `remember` records that it is finished. */
const stamp = (name) => join(at('.cache'), 'stamps', name)
export const fresh = (name, hash) => existsSync(stamp(name)) && readFileSync(stamp(name), 'utf8') === hash
export const forget = (name) => rmSync(stamp(name), { force: true })
export function remember(name, hash) {
  mkdirSync(dirname(stamp(name)), { recursive: true })
  writeFileSync(stamp(name), hash)
}

/** A free TCP port on 127.0.0.1. */
export const freePort = () =>
  new Promise((done, fail) => {
    const server = createServer().on('error', fail)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => done(port))
    })
  })

/** Stops with a message and without a stack trace. */
export function die(message) {
  console.error(`\n${red('✗')} ${message}`)
  process.exit(1)
}
