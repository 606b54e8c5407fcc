// npm run audit: what the package consists of, and what is known about it. Prints the content and the size of the tarball, the licences and
// sources of the crates (those that deny.toml allows), and the advisories about npm packages and crates. A check that cannot run
// here is listed as skipped.
import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { at, bold, dim, green, red, root, say, which } from './lib.mjs'
import { linked } from './notices.mjs'

/** The strings of a list in deny.toml. */
function listed(text, name) {
  const [, list] = new RegExp(`^${name} = \\[([^\\]]*)\\]`, 'm').exec(text) ?? []
  if (!list) throw new Error(`deny.toml has no list ${name}`)
  return [...list.matchAll(/"([^"]+)"/g)].map(([, one]) => one)
}

/** Whether an SPDX expression can be satisfied with the allowed licences. Older crates write `/` for `OR`. */
export function allowed(expression, licences) {
  const tokens = expression.replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const one = () => {
    if (tokens[at] === '(') {
      at++
      const inner = either()
      if (tokens[at++] !== ')') throw new Error(`not an SPDX expression: ${expression}`)
      return inner
    }
    const name = tokens[at++]
    if (tokens[at] !== 'WITH') return licences.includes(name)
    at += 2
    return licences.includes(`${name} WITH ${tokens[at - 1]}`)
  }
  const both = () => {
    let result = one()
    while (tokens[at] === 'AND') {
      at++
      result = one() && result
    }
    return result
  }
  const either = () => {
    let result = both()
    while (tokens[at] === 'OR') {
      at++
      result = both() || result
    }
    return result
  }
  const result = either()
  if (at !== tokens.length) throw new Error(`not an SPDX expression: ${expression}`)
  return result
}

/** How often each word occurs, as text. */
function tally(words) {
  const counts = new Map()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([word, n]) => `${word} ${n}`)
    .join(', ')
}

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(0)} KB`.padStart(9)

function tarball() {
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 1 << 26 }
  const [{ size, unpackedSize, files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options),
  )
  const kinds = new Map()
  for (const file of files) {
    const [folder] = file.path.split('/')
    const [, ending] = /(\.d\.ts|\.js\.map|\.\w+)?$/.exec(file.path)
    const kind = folder === 'pkg' ? `pkg, ${ending ?? 'text'}` : folder === file.path ? 'root' : folder
    const sum = kinds.get(kind) ?? { files: 0, bytes: 0 }
    kinds.set(kind, { files: sum.files + 1, bytes: sum.bytes + file.size })
  }
  say(
    bold(
      `tarball: ${kilobytes(size).trim()}, ${kilobytes(unpackedSize).trim()} unpacked, ${files.length} files`,
    ),
  )
  for (const [kind, { files, bytes }] of [...kinds].sort(([, a], [, b]) => b.bytes - a.bytes))
    say(`${kilobytes(bytes)}  ${kind} ${dim(`${files} files`)}`)
}

/** Licences and sources of every crate of a native build, tests included. Returns what deny.toml does not allow. */
function crates() {
  const rules = readFileSync(at('deny.toml'), 'utf8')
  const [licences, sources] = [listed(rules, 'allow'), listed(rules, 'allow-registry')]
  const text = execFileSync('cargo', ['metadata', '--format-version', '1', '--locked', '--all-features'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const all = JSON.parse(text).packages.filter(({ source }) => source)
  const shipped = linked()
  say(bold(`\ncrates in the wasm modules: ${shipped.length}`))
  say(tally(shipped.map(({ license }) => license)))
  say(bold(`crates of all builds and tests: ${all.length}`))
  say(tally(all.map(({ license }) => license)))
  const versions = new Map()
  for (const { name, version } of all) versions.set(name, [...(versions.get(name) ?? []), version])
  const several = [...versions].filter(([, list]) => list.length > 1)
  say(
    `in several versions: ${several.map(([name, list]) => `${name} ${list.join(' and ')}`).join(', ') || 'none'}`,
  )
  return all.flatMap(({ name, version, license, source }) => [
    ...(license && allowed(license, licences) ? [] : [`${name} ${version} has the licence ${license}`]),
    ...(sources.some((one) => source === `registry+${one}`) ? [] : [`${name} ${version} is from ${source}`]),
  ])
}

/** Advisories about npm packages and about crates. Returns those found. */
function advisories() {
  say(bold('\nadvisories'))
  const problems = []
  const { dependencies } = JSON.parse(readFileSync(at('package.json'), 'utf8'))
  say(`dependencies of the npm package: ${Object.keys(dependencies ?? {}).length}`)
  const npm = spawnSync('npm', ['audit', '--json'], { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 })
  const found = JSON.parse(npm.stdout || '{}').metadata?.vulnerabilities
  if (found) {
    say(`npm packages for the development: ${found.total} with advisories`)
    if (found.high + found.critical)
      problems.push(`npm audit: ${found.high + found.critical} of high severity`)
  } else say('skipped: npm audit: the registry does not provide advisories')
  if (!which('cargo-deny')) say('skipped: cargo deny check advisories: cargo-deny is not installed')
  else {
    const deny = spawnSync('cargo', ['deny', '--all-features', 'check', 'advisories'], {
      cwd: root,
      encoding: 'utf8',
    })
    if (/failed to fetch advisory database/.test(deny.stderr))
      say('skipped: cargo deny check advisories: its database on GitHub cannot be reached')
    else if (deny.status !== 0) problems.push(`cargo deny: ${deny.stderr.trim()}`)
    else say('crates: no advisory')
  }
  return problems
}

if (process.argv[1]?.endsWith('audit.mjs')) {
  tarball()
  const problems = [...crates(), ...advisories()]
  for (const problem of problems) say(red(`✗ ${problem}`))
  if (!problems.length) say(`\n${green('✓')} nothing that deny.toml or an advisory forbids`)
  process.exit(problems.length ? 1 : 0)
}
