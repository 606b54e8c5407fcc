// Runs the scenarios: bytes once, because they do not vary; times several times, with the scenarios taking turns, so that a
// busy machine affects all of them.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { at, cache, die, run, say } from '../../scripts/lib.mjs'
import { appFolder, buildScenario, contents } from './build.mjs'
import { NODE, once } from './node.mjs'
import { OURS, PEERS } from './scenarios.mjs'
import { answering, compressed, deliver, kindOf } from './servers.mjs'
import { launch, PROFILES, visit } from './visit.mjs'

const here = at('benches', 'size')

async function installPeers() {
  if (existsSync(join(here, 'node_modules', 'openai'))) return
  say('installing the peers (benches/size) …')
  const done = await run('bench-npm', 'npm', ['ci', '--no-audit', '--no-fund'], { cwd: here })
  if (!done.ok) die(`npm ci in benches/size failed (${done.log})`)
}

/** Compressed bytes by kind, and of everything. */
function sum(downloads) {
  const sums = { js: 0, wasm: 0, all: 0 }
  for (const { path, bytes } of downloads) {
    const kind = kindOf(path)
    if (kind in sums) sums[kind] += bytes
    sums.all += bytes
  }
  return sums
}

/** The most visits of a page for its bytes. */
const VISITS = 4

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1]

/**
 * Builds the scenarios whose name contains one of `only`, or all, without the peers if `peers` is false; `own` are ours.
 * A row has `before`, `call` (compressed bytes), and after `time` also `times`, in milliseconds.
 */
export async function open({ peers = true, only = [], own = OURS } = {}) {
  if (peers) await installPeers()
  const chosen = [
    [own, 'own', at('node_modules')],
    [peers ? PEERS : [], 'peers', join(here, 'node_modules')],
  ]
  const rows = []
  const folders = {}
  for (const [scenarios, name, modules] of chosen) {
    const wanted = scenarios.filter(({ name }) => !only.length || only.some((part) => name.includes(part)))
    if (!wanted.length) continue
    const folder = appFolder(join(cache, 'size', name), modules)
    folders[name] = folder
    for (const scenario of wanted) {
      const files = contents(await buildScenario(folder, scenario))
      rows.push({ name: scenario.name, form: scenario.form, peer: scenarios === PEERS, files })
    }
  }
  if (!rows.length) throw new Error(`no scenario has a name with ${only.join(' or ')}`)
  const provider = await answering()
  const browser = await launch()
  for (const row of rows) if (row.form !== 'worker') row.site = await deliver(row.files)
  const pages = rows.filter(({ site }) => site)

  async function look(row, profile) {
    try {
      return await visit(browser, row.site, provider, profile)
    } catch (error) {
      throw new Error(`${row.name}: ${error.message}`, { cause: error })
    }
  }

  return {
    rows,

    /**
     * Sets `before` and `call` of each row; of a Worker, `call` is what is uploaded. A download that the request does not wait
     * for can still arrive before it on a machine that is busy for a moment, so a page is visited again while
     * `doubtful(row)`, and a download counts as before the request if it was in every visit.
     */
    async weigh(doubtful = () => false) {
      for (const row of rows) {
        if (!row.site) {
          row.call = sum([...row.files].map(([path, bytes]) => ({ path, bytes: compressed(bytes).length })))
          continue
        }
        for (let visits = 0; visits < VISITS && (!visits || doubtful(row)); visits++) {
          const { downloads } = await look(row, PROFILES.bytes)
          const late = new Set(row.downloads?.filter(({ before }) => !before).map(({ path }) => path))
          row.downloads = downloads.map((one) => ({ ...one, before: one.before && !late.has(one.path) }))
          row.before = sum(row.downloads.filter(({ before }) => before))
          row.call = sum(row.downloads)
        }
      }
    },

    /** Sets `times` of each page: medians of `runs` visits in each profile. */
    async time(runs, progress = () => {}) {
      const found = new Map(pages.map((row) => [row, { plain: [], phone: [], end: [], task: [] }]))
      for (let round = 0; round < runs; round++) {
        // Forwards and backwards, so that no page always follows the same one.
        for (const row of round % 2 ? [...pages].reverse() : pages) {
          const samples = found.get(row)
          samples.plain.push((await look(row, PROFILES.plain)).first)
          const phone = await look(row, PROFILES.phone)
          samples.phone.push(phone.first)
          samples.end.push(phone.end)
          samples.task.push((await look(row, { trace: true })).longest)
        }
        progress(round + 1)
      }
      for (const [row, samples] of found) {
        row.samples = samples
        row.times = Object.fromEntries(Object.entries(samples).map(([name, list]) => [name, median(list)]))
      }
    },

    /** Milliseconds of the first call in a new Node process, by library: medians of `runs`. */
    timeNode(runs) {
      const programs = Object.entries(folders).flatMap(([name, folder]) =>
        Object.entries(NODE[name]).map(([library, code]) => ({ library, code, folder, samples: [] })),
      )
      for (let round = 0; round < runs; round++)
        for (const { code, folder, samples } of programs) samples.push(once(code, folder))
      return Object.fromEntries(programs.map(({ library, samples }) => [library, median(samples)]))
    },

    async close() {
      for (const { site } of pages) site.stop()
      provider.stop()
      await browser.close()
    },
  }
}
