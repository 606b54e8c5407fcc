// The golden cases: what Python Instructor 1.17 sent and returned, replayed through the built package.
//
// A case is *equal* when every request (method, path, query, the headers that identify the caller, body), the result or
// error, the stream's snapshots and the hook events are the same. It is *equal by rule* when the named rules of
// rules.mjs (docs/differences.md) account for all that differs; each rule rewrites what Python did into what we mean
// to do, so our result is still compared. Everything else is *different* and fails the suite.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { casesOf, families } from './golden/cases.mjs'
import { configCases } from './golden/config.mjs'
import { useBrowserEntry, useNodeEntry } from './golden/entry.mjs'
import { hookCase } from './golden/hooks.mjs'
import { sample } from './golden/mutants.mjs'
import { expected } from './golden/python.mjs'
import { readWith } from './golden/reading.mjs'
import { replay } from './golden/replay.mjs'
import { rules } from './golden/rules.mjs'
import { agree, compare } from './golden/verdict.mjs'
import { collection, root } from './testdata.mjs'

const shown = 25

export async function golden(options = {}) {
  const folder = collection('golden', 'golden')
  if (!folder) return { ok: true, lines: [] }
  documented()
  const { schemaPrompt, browser } = options
  readWith(schemaPrompt)
  const counts = browser && (await useBrowserEntry())
  const name = ['golden', schemaPrompt, browser && 'browser'].filter(Boolean).join(' ')
  const total = tally()
  const uses = new Map()
  const different = []
  const missed = []
  const mutations = { changes: 0 }
  const lines = []
  let ok = true
  for (const [family, providers] of Object.entries(families)) {
    const rows = new Map()
    const loaded = new Map()
    const sum = tally()
    for (const provider of providers) {
      if (options.provider && options.provider !== provider) continue
      for await (const one of played(folder, provider, options.case)) {
        const { row, golden, parts = [] } = one
        for (const part of parts) loaded.set(part, (loaded.get(part) ?? 0) + 1)
        const verdict = judge(one)
        const counts = rows.get(row) ?? rows.set(row, tally()).get(row)
        for (const count of [counts, sum, total]) count[verdict.kind] += 1
        for (const rule of verdict.rules) uses.set(rule, (uses.get(rule) ?? 0) + 1)
        if (verdict.kind === 'different') different.push({ file: golden.file, found: verdict.found })
        else missed.push(...undetected(one, mutations))
      }
    }
    if (rows.size === 0) continue
    table(family, rows)
    lines.push(`${name} ${family}: ${summary(sum)}`)
    const foreign = [...loaded.keys()].filter((part) => !expectedParts(family).includes(part))
    console.log(
      `  parts of the core loaded: ${[...loaded].map(([part, calls]) => `${part} ${calls}`).join(', ')}`,
    )
    if (foreign.length) lines.push(`golden ${family}: loaded parts of other APIs: ${foreign.join(', ')}`)
    ok &&= !foreign.length
    ok &&= sum.different === 0
  }
  useNodeEntry()
  if (counts)
    lines.push(
      `${name}: first requests sent before the parts for answers arrived ${counts.without}, after them ${counts.with}`,
    )
  console.log('\nrules that were needed')
  for (const rule of rules)
    if (uses.has(rule.id)) console.log(`  ${rule.id.padEnd(34)}${String(uses.get(rule.id)).padStart(5)}`)
  const list = options['all-differences'] ? different : different.slice(0, shown)
  for (const { file, found } of list) console.log(`\ndifferent: ${file}\n  ${found.join('\n  ')}`)
  if (list.length < different.length)
    console.log(`\n… and ${different.length - list.length} more (--all-differences)`)
  for (const { file, at } of missed) console.log(`undetected change: ${file} ${at.join('.')}`)
  lines.push(
    `${name} mutations: ${mutations.changes} changes, detected ${mutations.changes - missed.length}`,
    `${name}: ${summary(total)}`,
  )
  return { ok: ok && missed.length * 500 <= mutations.changes, lines }
}

/** Fails unless docs/differences.md and rules.mjs list the same rules. */
function documented() {
  const page = readFileSync(join(root, 'docs/differences.md'), 'utf8')
  const written = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, id]) => id)
  const coded = rules.map(({ id }) => id)
  const lone = [
    ...written.filter((id) => !coded.includes(id)),
    ...coded.filter((id) => !written.includes(id)),
  ]
  if (lone.length > 0) throw new Error(`docs/differences.md and the rules differ in: ${lone.join(', ')}`)
}

/** The cases of a provider as `{row, golden, python, ours}`; a file of config/ holds many. */
async function* played(folder, provider, filter) {
  for (const golden of casesOf(folder, provider, filter)) {
    if (provider === 'config') yield* configCases(golden)
    else yield { row: `${provider} ${golden.mode}`, golden, ...(await sides(golden)) }
  }
}

/** The observation recorded from Python and ours, in the same shape. */
async function sides(golden) {
  const python = expected(golden)
  // Where Python failed before sending or while reading, a rule may change the script that is replayed.
  const game = rules.reduce((given, rule) => rule.play?.(given) ?? given, golden)
  if (golden.events) return { python, ours: await hookCase(golden) }
  const { parts, ...ours } = await replay(game)
  return { python, ours, parts }
}

/** Parts of the core that calls of a family may load (scripts/parts.mjs). */
const expectedParts = (family) => [
  'answer',
  'schema',
  'schema-answer',
  'notation',
  'plain',
  'repair',
  ...(FAMILY_PARTS[family] ?? []),
]
const FAMILY_PARTS = {
  'openai-compatible': ['responses'],
  anthropic: ['anthropic', 'anthropic-answer'],
  google: ['gemini', 'gemini-answer'],
  bedrock: ['bedrock'],
  cohere: ['cohere'],
  xai: ['responses'],
}

/** `{kind: 'equal' | 'by rule' | 'different', rules, found}`. */
function judge({ golden, python, ours }) {
  try {
    return compare(golden, python, ours)
  } catch (error) {
    return { kind: 'different', rules: [], found: [`the harness failed: ${error.stack}`] }
  }
}

/** The changes to our observation of this case that the comparison does not detect. */
function undetected({ golden, python, ours }, mutations) {
  const changes = sample(ours, golden.file)
  mutations.changes += changes.length
  return changes
    .filter((change) => agree(golden, python, change.ours))
    .map(({ at }) => ({ file: golden.file, at }))
}

const tally = () => ({ equal: 0, 'by rule': 0, different: 0 })
const summary = (count) =>
  `compared ${count.equal + count['by rule'] + count.different}, equal ${count.equal}, by rule ${count['by rule']}, different ${count.different}`

function table(family, rows) {
  console.log(`\n${family.padEnd(40)}compared   equal  by rule  different`)
  for (const [row, count] of rows) {
    const all = count.equal + count['by rule'] + count.different
    console.log(
      `  ${row.padEnd(38)}${String(all).padStart(8)}${String(count.equal).padStart(8)}${String(count['by rule']).padStart(9)}${String(count.different).padStart(11)}`,
    )
  }
}
