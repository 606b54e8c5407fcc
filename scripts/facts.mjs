// npm run facts: compares the facts about providers and models in the vendors' newest SDKs, litellm's model map and
// pydantic-ai with the registry. Downloads the packages into .cache/facts (npm and pip; none of them is kept in the
// repository) and prints what the registry lacks or does differently. A person decides about each line: the sources
// contradict each other. `--offline` uses the packages of an earlier run.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { JUDGED } from './facts/judged.mjs'
import { download } from './facts/sources.mjs'
import { at, bold, die, dim, say } from './lib.mjs'

const { values: options } = parseArgs({ options: { offline: { type: 'boolean' } } })
if (!existsSync(at('pkg', 'index.node.js'))) die('The package is not built: npm run build')
const load = (name) => import(`./facts/${name}.mjs`)
const [{ enums }, { models }, { places }] = await Promise.all(['enums', 'models', 'places'].map(load)).catch(
  (error) => die(`The built package cannot be loaded (${error.message}): npm run build`),
)

const sources = await download(options.offline)
say(bold('Sources'))
for (const { name, version, missing } of sources.list) say(`  ${name} ${missing ?? version}`)

let found = 0
let skipped = 0
const judged = JUDGED.map((line) => ({ ...line, seen: 0 }))
const report = {
  /** A fact that the registry lacks or handles differently. */
  differs(text) {
    const known = judged.find(({ about }) => text.startsWith(about))
    if (known) {
      known.seen += 1
      return
    }
    found += 1
    say(`  ${text}`)
  },
  /** A comparison that was not possible: a package is missing, or its layout has changed. */
  skip(what, why) {
    skipped += 1
    say(dim(`  not compared: ${what} (${why})`))
  },
}
for (const [title, check] of [
  ['Finish reasons and other enums that decode to "other"', enums],
  ['Models', models],
  ['Addresses, keys and providers', places],
]) {
  say(`\n${bold(title)}`)
  const before = found
  try {
    await check(sources, report)
  } catch (error) {
    report.skip(title, error.message)
  }
  if (found === before) say(dim('  nothing to report'))
}
const stale = judged.filter(({ seen }) => seen === 0)
for (const { about } of stale) say(`  no longer reported, remove it from scripts/facts/judged.mjs: ${about}`)
say(`\nfacts: ${found} to judge, ${judged.length - stale.length} judged earlier, ${skipped} not compared`)
