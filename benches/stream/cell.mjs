// One peer, one document, measured in a separate process; prints one line of JSON.
// Run by bench.mjs: node --expose-gc cell.mjs '{"peer","shape","size","chunk","budget"}'
import { anthropicEvents, chunks, deltas, openaiEvents, SCHEMAS, text } from './documents.mjs'
import { respond } from './peers/lib.mjs'

const { peer, shape, size, chunk, budget } = JSON.parse(process.argv[2])

/** Process CPU (user and system, the garbage collector's threads included) in ms. */
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function main() {
  const module = await import(`./peers/${peer}.mjs`)
  const json = text(shape, size)
  const pieces = deltas(json)
  const events = module.wire === 'anthropic' ? anthropicEvents(pieces) : openaiEvents(pieces)
  const body = chunks(events, chunk)
  const alone = chunk ? chunks(events, 0) : body

  async function once(source, limit, watch) {
    let shown = 0
    let reached = 0
    let cut = false
    const start = cpu()
    const context = {
      shape,
      schema: SCHEMAS[shape],
      show: () => {
        shown++
      },
      respond: () =>
        respond(source, (at) => {
          watch?.(at)
          reached = at
          // Too slow to run to the end: the time so far is extrapolated.
          if (at % 16 === 0 && cpu() - start > limit) cut = true
          return !cut
        }),
    }
    let value
    try {
      value = await module.run(context)
    } catch (error) {
      if (!cut) throw error
    }
    return { took: cpu() - start, shown, value, cut, part: (reached + 1) / source.length }
  }

  // Warms up for a second, so that no figure includes compilation: V8 optimises WebAssembly in the background.
  const warm = chunks(
    module.wire === 'anthropic'
      ? anthropicEvents(deltas(text(shape, '1k')))
      : openaiEvents(deltas(text(shape, '1k'))),
    chunk,
  )
  const started = cpu()
  for (let index = 0; index < 12 || cpu() - started < 1000; index++) await once(warm, 1000)

  global.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  let best = await once(body, budget)
  const heap = process.memoryUsage().heapUsed - heapBefore
  const runs = best.cut || best.took > budget / 3 ? 0 : Math.min(30, Math.ceil(600 / best.took))
  for (let index = 0; index < runs; index++) {
    const next = await once(body, budget)
    if (next.took < best.took) best = { ...next, value: best.value }
  }
  const result = {
    peer: module.name,
    cpu: best.cut ? best.took / best.part ** 2 : best.took,
    extrapolated: best.cut,
    deltas: pieces.length,
    chunks: body.length,
    snapshots: best.shown,
    heapMB: Math.max(0, heap / 2 ** 20),
    equal: best.cut ? null : JSON.stringify(best.value) === json,
  }

  // The time of each of the last deltas, with each event in a separate chunk: from one pull to the next.
  if (!best.cut) {
    const stamps = []
    await once(alone, budget, (at) => {
      if (at >= alone.length - 500) stamps.push(performance.now())
    })
    const gaps = stamps
      .slice(1, -3)
      .map((stamp, index) => (stamp - stamps[index]) * 1000)
      .sort((a, b) => a - b)
    result.p50 = gaps[Math.floor(gaps.length * 0.5)]
    result.p99 = gaps[Math.floor(gaps.length * 0.99)]
  }
  console.log(JSON.stringify(result))
}

main().then(
  () => process.exit(0),
  (error) => {
    console.log(JSON.stringify({ peer, error: String(error?.message ?? error).split('\n')[0] }))
    process.exit(0)
  },
)
