// The licences of the code in the wasm modules, for pkg/THIRD-PARTY-NOTICES: each crate that a module links, with the
// licence text in its package.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ask, die, MODULES, root } from './lib.mjs'

const TARGET = 'wasm32-unknown-unknown'

/** The crates that a module links, without build scripts, macros and this repository's own crates. */
export function linked() {
  const found = new Map()
  for (const feature of MODULES) {
    const flags = ['--no-default-features', '--features', feature, '--filter-platform', TARGET]
    const metadata = spawnSync('cargo', ['metadata', '--format-version', '1', '--locked', ...flags], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    if (metadata.status !== 0) die(`cargo metadata: ${metadata.stderr}`)
    const { packages, resolve } = JSON.parse(metadata.stdout)
    const byId = new Map(packages.map((one) => [one.id, one]))
    const nodes = new Map(resolve.nodes.map((node) => [node.id, node]))
    const seen = new Set()
    const visit = (id) => {
      if (seen.has(id)) return
      seen.add(id)
      const one = byId.get(id)
      // Macros run in the compiler.
      if (one.targets.some(({ kind }) => kind.includes('proc-macro'))) return
      if (one.source) found.set(`${one.name} ${one.version}`, one)
      for (const { pkg, dep_kinds } of nodes.get(id).deps)
        if (dep_kinds.some(({ kind }) => kind === null)) visit(pkg)
    }
    visit(resolve.root)
  }
  return [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
}

/** The required licence texts of a crate: one of several alternatives (MIT if offered), otherwise all. */
function texts(one) {
  const folder = dirname(one.manifest_path)
  const files = readdirSync(folder)
    .filter((name) => /^(licen[cs]e|copying|notice|copyright|unlicense)/i.test(name))
    .filter((name) => statSync(join(folder, name)).isFile())
  const alternatives = !/\bAND\b/.test(one.license)
  const mit = files.filter((name) => /mit/i.test(name))
  const wanted = alternatives && /\bMIT\b/.test(one.license) && mit.length ? mit : files
  return wanted.map((name) => readFileSync(join(folder, name), 'utf8').trim().replace(/\r\n/g, '\n'))
}

/** The text of MIT, for crates that have the licence without a copy of it. */
const mit = (holders) =>
  readFileSync(join(root, 'LICENSE'), 'utf8')
    .trim()
    .replace(/^Copyright.*$/m, `Copyright (c) ${holders}`)

export function notices() {
  /** Licence text → crates. */
  const groups = new Map()
  const crates = linked()
  for (const one of crates) {
    let found = texts(one)
    if (!found.length && /\bMIT\b/.test(one.license))
      found = [mit(one.authors.join(', ') || `the authors of ${one.name}`)]
    if (!found.length)
      die(`${one.name} ${one.version} (${one.license}) has no licence text: scripts/notices.mjs needs one`)
    for (const text of found)
      groups.set(text, [...(groups.get(text) ?? []), `${one.name} ${one.version} (${one.license})`])
  }
  const std = join(ask('rustc', '--print', 'sysroot').trim(), 'share', 'doc', 'rust', 'LICENSE-MIT')
  const library = existsSync(std) ? readFileSync(std, 'utf8').trim() : mit('the Rust Project contributors')
  groups.set(library, [...(groups.get(library) ?? []), 'The standard library of Rust (MIT OR Apache-2.0)'])
  const sections = [...groups].map(([text, names]) => `${names.join('\n')}\n\n${text}`)
  return `The WebAssembly modules of instructor-wasm contain the following software.\n\n${sections.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}
