// What the public tests of other libraries require of structured output, as separate cases: a model, the answers, the
// expected facts (peers/tables/). Each row names the test that it follows, and states no more than that test.
//
// A case is *equal* if all facts are the same here, and *equal by rule* if the row names a deliberate difference, whose
// reason is in the table of the library's page, and states what happens here instead. Everything else fails the suite, as does
// a rule that no row needs. To verify the comparison itself, each fact of a row is altered, which the row must notice.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { altered, contains, same, short, summary, tally } from './facts.mjs'
import { FACTS, PARTIAL } from './peers/facts.mjs'
import { fill } from './peers/places.mjs'
import { play } from './peers/play.mjs'
import { tables } from './peers/tables.mjs'
import { root } from './testdata.mjs'

/** The page with the rules of each library. */
const PAGES = { 'vercel/ai': 'docs/from-ai-sdk.md' }
const OTHERS = 'docs/from-instructor-js.md'

export async function peers({ case: filter, provider: library } = {}) {
  const counts = new Map()
  const used = new Map()
  const different = []
  const changes = { made: 0, missed: [] }
  for (const table of tables) {
    const { repository, file, cases, defaults } = table
    if (library && !repository.includes(library)) continue
    const count = counts.get(repository) ?? { run: 0, equal: 0, 'by rule': 0, different: 0, left: [] }
    counts.set(repository, count)
    count.left.push(...table.left.map(([n, why]) => `${n}: ${file}: ${why}`))
    for (const given of cases) {
      const row = { ...defaults, ...given }
      if (filter && !`${file} ${row.test}`.includes(filter)) continue
      const { kind, found, seen, expected } = await verdict(row)
      count.run += 1
      count[kind] += 1
      if (kind === 'by rule') used.set(`${pageOf(repository)} ${row.rule}`, 1)
      if (kind === 'different') different.push(`${repository} ${file}: ${row.test}\n  ${found.join('\n  ')}`)
      else await alter(row, expected, seen, changes)
    }
  }
  for (const line of different) console.log(`different: ${line}`)
  const lines = [...counts].map(([name, count]) => `peers ${name}: ${summary(count)}`)
  const total = [...counts.values()].reduce((sum, count) => {
    for (const key of Object.keys(sum)) sum[key] += count[key]
    return sum
  }, tally())
  for (const [name, { left }] of counts) {
    console.log(`\nnot about structured output, or not a behaviour, in ${name}`)
    for (const line of left) console.log(`  ${line}`)
  }
  for (const line of changes.missed) console.log(`undetected change: ${line}`)
  const lone = filter || library ? [] : undocumented(used)
  for (const line of lone) console.log(line)
  return {
    ok: total.different === 0 && lone.length === 0 && changes.missed.length === 0,
    lines: [
      ...lines,
      `peers: ${summary(total)}`,
      `peers mutations: ${changes.made} changes, detected ${changes.made - changes.missed.length}`,
    ],
  }
}

const pageOf = (repository) => PAGES[repository] ?? OTHERS

/** Whether the facts are those of the peer, or those that the row's rule states; what was seen, and the facts that held. */
async function verdict(row) {
  const seen = await play(row)
  const theirs = await unlike(row, row.theirs, seen)
  if (!row.rule)
    return { kind: theirs.length ? 'different' : 'equal', found: theirs, seen, expected: row.theirs }
  if (theirs.length === 0)
    return { kind: 'different', found: [`the rule ${row.rule} is not needed: the facts are the peer's`] }
  const ours = await unlike(row, row.ours, seen)
  return { kind: ours.length ? 'different' : 'by rule', found: ours, seen, expected: row.ours }
}

/** Changes each fact of a row that held. */
async function alter(row, expected, seen, changes) {
  for (const [name, value] of Object.entries(expected)) {
    changes.made += 1
    const found = await unlike(row, { ...expected, [name]: altered(value) }, seen)
    if (found.length === 0) changes.missed.push(`${row.test}: ${name}`)
  }
}

/** Lines about the facts that were not seen. */
async function unlike(row, expected, seen) {
  const body = seen.requests[0]?.body ?? {}
  const found = []
  for (const [name, given] of Object.entries(expected)) {
    const wanted = fill(given, body)
    let actual
    try {
      actual = await FACTS[name](seen, wanted, row)
    } catch (error) {
      found.push(`${name}: ${error.message}${seen.error ? `, after ${seen.error.message}` : ''}`)
      continue
    }
    if (!(PARTIAL.has(name) ? contains : same)(actual, wanted))
      found.push(`${name}: expected ${short(wanted)}, got ${short(actual)}`)
  }
  const failed = seen.error && !FAILURES.some((name) => name in expected)
  if (failed) found.push(`failed: ${seen.error.message}`)
  return found
}

/** Facts of which a failure is a part. */
const FAILURES = ['error', 'threw', 'failed', 'unhandled', 'told', 'ended']

/** The rows below the heading `| rule |`. */
function tableOf(page) {
  const text = readFileSync(join(root, page), 'utf8')
  return /^\| rule \|.*\n(?:\|.*\n)*/m.exec(text)?.[0] ?? ''
}

/** The rules that a page lists and no row needs, and the reverse. */
function undocumented(used) {
  const pages = [...new Set([...Object.values(PAGES), OTHERS])]
  const written = pages.flatMap((page) =>
    [...(tableOf(page).matchAll(/^\| `([a-z-]+)` \|/gm) ?? [])].map(([, id]) => `${page} ${id}`),
  )
  return [
    ...written.filter((rule) => !used.has(rule)).map((rule) => `rule without a case: ${rule}`),
    ...[...used.keys()]
      .filter((rule) => !written.includes(rule))
      .map((rule) => `rule without a reason: ${rule}`),
  ]
}
