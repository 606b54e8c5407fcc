// The golden cases: what Python Instructor 1.17 sent and returned, replayed through the built package.
//
// A case is *equal* when every request (method, path, query, the headers that identify the caller, body), the result or
// error, the stream's snapshots and the hook events are the same. It is *equal by rule* when the named rules of
// rules.mjs (docs/differences.md) account for all that differs; each rule rewrites what Python did into what we mean to do,
// so that what we do is still compared. Everything else is *different* and fails the suite.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { differences } from './golden/compare.mjs'
import { configCases } from './golden/config.mjs'
import { hookCase } from './golden/hooks.mjs'
import { expected } from './golden/python.mjs'
import { replay } from './golden/replay.mjs'
import { rules } from './golden/rules.mjs'
import { collection, root } from './testdata.mjs'

const families = {
  'openai-compatible': [
    'openai',
    'azure_openai',
    'anyscale',
    'together',
    'deepseek',
    'openrouter',
    'ollama',
    'groq',
    'fireworks',
    'cerebras',
    'perplexity',
    'writer',
    'databricks',
    'litellm',
    'mistral',
  ],
  anthropic: ['anthropic', 'anthropic_native_patched'],
  google: ['google', 'google_vertexai_true', 'vertexai', 'gemini'],
  bedrock: ['bedrock'],
  cohere: ['cohere'],
  xai: ['xai'],
  config: ['config'],
}

const shown = 25

export async function golden(options = {}) {
  const folder = collection('golden', 'golden')
  if (!folder) return { ok: true, lines: ['golden: skipped, no test data'] }
  documented()
  const total = tally()
  const uses = new Map()
  const different = []
  const lines = []
  let ok = true
  for (const [family, providers] of Object.entries(families)) {
    const rows = new Map()
    const sum = tally()
    for (const provider of providers) {
      if (options.provider && options.provider !== provider) continue
      for (const { row, file, verdict } of await provide(folder, provider, options.case)) {
        const counts = rows.get(row) ?? rows.set(row, tally()).get(row)
        for (const count of [counts, sum, total]) count[verdict.kind] += 1
        for (const rule of verdict.rules) uses.set(rule, (uses.get(rule) ?? 0) + 1)
        if (verdict.kind === 'different') different.push({ file, found: verdict.found })
      }
    }
    if (rows.size === 0) continue
    table(family, rows)
    lines.push(`golden ${family}: ${summary(sum)}`)
    ok &&= sum.different === 0
  }
  console.log('\nrules that were needed')
  for (const rule of rules)
    if (uses.has(rule.id)) console.log(`  ${rule.id.padEnd(34)}${String(uses.get(rule.id)).padStart(5)}`)
  const list = options['all-differences'] ? different : different.slice(0, shown)
  for (const { file, found } of list) console.log(`\ndifferent: ${file}\n  ${found.join('\n  ')}`)
  if (list.length < different.length)
    console.log(`\n… and ${different.length - list.length} more (--all-differences)`)
  lines.push(`golden: ${summary(total)}`)
  return { ok, lines }
}

/** docs/differences.md and rules.mjs name the same rules. */
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

async function provide(folder, provider, filter) {
  let files = []
  try {
    files = readdirSync(join(folder, provider))
      .filter((name) => name.endsWith('.json'))
      .sort()
  } catch {}
  const found = []
  for (const name of files) {
    const file = `${provider}/${name}`
    if (filter && !file.includes(filter)) continue
    const golden = read(folder, file)
    if (!family.includes(provider) || provider === 'litellm' || /__Z_/.test(name)) {
      golden.sibling = sibling(folder, provider, name, inItsOwnMode(golden, name))
    }
    if (provider === 'config') {
      for (const { row, file, golden: one, python, ours } of configCases(golden)) {
        found.push({ row, file, verdict: compare(one, python, ours) })
      }
    } else found.push({ row: `${provider} ${golden.mode}`, file, verdict: await judge(golden) })
  }
  return found
}

const read = (folder, file) => ({ file, ...JSON.parse(readFileSync(join(folder, file), 'utf8')) })

/** Where Python had got as far as a request, what is missing is what followed it, in the same mode. */
const inItsOwnMode = ({ provider, requests }, name) =>
  provider === 'litellm' ||
  /__Z_/.test(name) ||
  (['xai', 'gemini', 'vertexai'].includes(provider) && requests?.length > 0)

const family = families['openai-compatible']

/** Providers whose handlers in Python are OpenAI's own, as LiteLLM's are. */
const aliases = [
  'openai',
  'together',
  'deepseek',
  'databricks',
  'ollama',
  'cerebras',
  'anyscale',
  'groq',
  'openrouter',
  'fireworks',
]

/**
 * The case that says what is meant where Python failed: the same scenario at a provider where it could, in the same mode or,
 * for the value alone, in any.
 */
function sibling(folder, provider, name, sameMode) {
  const scenario = name.includes('__Z_') ? name.replace(/__Z_.*/, '__A_simple.json') : name
  const modes = ['TOOLS', 'JSON', 'MD_JSON', 'JSON_SCHEMA', 'RESPONSES_TOOLS', 'PARALLEL_TOOLS']
  const others = modes.map((mode) => scenario.replace(/^[A-Z_]+?(?=__)/, mode))
  let failed
  for (const one of sameMode ? [scenario] : [scenario, ...others]) {
    for (const id of [provider, ...(scenario.includes('__S_') ? ['anthropic'] : aliases)]) {
      if (`${id}/${one}` === `${provider}/${name}` || !existsSync(join(folder, id, one))) continue
      const found = read(folder, `${id}/${one}`)
      // Bedrock's templates stay unrendered in every mode.
      if (!sameMode && found.call?.kwargs.context && /\{[{%]/.test(JSON.stringify(found.requests))) continue
      if (sameMode || !found.error) return found
      failed ??= found
    }
  }
  return failed
}

/** One case: `{kind: 'equal' | 'by rule' | 'different', rules, found}`. */
async function judge(golden) {
  try {
    const python = expected(golden)
    // Where Python itself went wrong before or after the wire, a rule may change what is played to us.
    const played = rules.reduce((game, rule) => rule.play?.(game) ?? game, golden)
    const ours = golden.events ? await hookCase(golden) : await replay(played)
    return compare(golden, python, ours)
  } catch (error) {
    return { kind: 'different', rules: [], found: [`the harness failed: ${error.stack}`] }
  }
}

function compare(given, python, ours) {
  const under = (chosen) => {
    // A rule may read the case as another one (LiteLLM's streams); each round begins with the case itself.
    const golden = { ...given }
    const pair = structuredClone({ theirs: python, ours })
    const used = []
    for (const rule of chosen) {
      const before = JSON.stringify(pair)
      rule.apply?.(pair, golden)
      if (JSON.stringify(pair) !== before) used.push(rule)
    }
    return { used, found: differences(pair.theirs, pair.ours) }
  }
  const bare = under([])
  if (bare.found.length === 0) return { kind: 'equal', rules: [], found: [] }
  const ruled = under(rules)
  if (ruled.found.length > 0) return { kind: 'different', rules: [], found: ruled.found }
  // A rule counts when the case would differ without it.
  const without = (rule) => {
    try {
      return under(rules.filter((other) => other !== rule)).found
    } catch {
      return ['the rules after it cannot be applied']
    }
  }
  const needed = ruled.used.filter((rule) => without(rule).length > 0)
  return {
    kind: 'by rule',
    rules: (needed.length > 0 ? needed : ruled.used).map((rule) => rule.id),
    found: [],
  }
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
