// Plays a row through the built package: the client, the call that the row names, and everything that is seen of it.
import { fromProvider, tools } from 'instructor-wasm'
import { instructorJs } from './instructor-js.mjs'
import { chat } from './wire.mjs'

/**
 * What happened: `value`, `completion` or `error`; `snapshots` or `elements` of a stream; the requests; `events` of hooks;
 * `unhandled` rejections.
 */
export async function play(row) {
  const server = chat(row.answers ?? (row.answer === undefined ? [] : [row.answer]))
  const seen = { requests: server.requests, events: [], unhandled: 0 }
  const hooks = Object.fromEntries(
    ['completion:kwargs', 'completion:usage', 'completion:error', 'parse:error', 'completion:end'].map(
      // A body is copied, because it may change.
      (name) => [
        name,
        (told) => seen.events.push([name, name === 'completion:kwargs' ? structuredClone(told) : told]),
      ],
    ),
  )
  if (row.call === 'instructor-js') {
    await caught(seen, () => instructorJs(server, seen, row))
    return seen
  }
  const client = fromProvider(row.provider ?? 'openai/gpt-4o-mini', {
    apiKey: 'test',
    env: {},
    fetch: server.fetch,
    mode: row.mode,
    ...(row.reasks ? {} : { maxRetries: 0 }),
    httpRetries: 0,
    hooks,
  })
  const { params = {} } = row
  const call = {
    responseModel: row.tools ? tools(row.tools) : row.model,
    ...(params.messages ? {} : { prompt: 'prompt' }),
    ...params,
  }
  const given = JSON.stringify(params.messages)
  const rejected = () => {
    seen.unhandled += 1
  }
  process.on('unhandledRejection', rejected)
  const make = CALLS[row.call ?? (Array.isArray(row.answer) ? 'partial' : 'create')]
  await caught(seen, () => make(client, call, seen, row))
  // Unhandled rejections are reported after the microtasks.
  await tick()
  process.off('unhandledRejection', rejected)
  seen.messagesUnchanged = JSON.stringify(params.messages) === given
  return seen
}

async function caught(seen, run) {
  try {
    await run()
  } catch (error) {
    seen.error = error
  }
}

const tick = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms))

const distinct = (list, item) => {
  const text = JSON.stringify(item)
  if (list.length === 0 || JSON.stringify(list.at(-1)) !== text) list.push(structuredClone(item))
}

/** The snapshots until the stream ends, each once. */
async function loop(stream, seen) {
  seen.snapshots = []
  for await (const snapshot of stream) distinct(seen.snapshots, snapshot)
}

const CALLS = {
  async create(client, call, seen) {
    ;[seen.value, seen.completion] = await client.createWithCompletion(call)
  },
  async text(client, call, seen) {
    ;[, seen.completion] = await client.createWithCompletion(call)
  },
  /** Nothing is sent. */
  async request(client, call, seen) {
    const { body } = client.buildRequest(call)
    seen.requests.push({ body: JSON.parse(body) })
  },
  async partial(client, call, seen, { abort, answer }) {
    if (abort) return aborted(client, call, seen, abort)
    const stream = client.createPartial({ ...call, every: 'delta' })
    seen.loopEnds = 'with the error'
    await loop(stream, seen)
    seen.loopEnds = 'silently'
    seen.value = await stream.final()
    seen.completion = await stream.completion()
    seen.relay = () =>
      client
        .with({ fetch: chat([answer]).fetch })
        .createPartial(call)
        .toResponse()
  },
  /** Only the loop is awaited: its failure must not leave a rejection of the other promises. */
  async 'loop only'(client, call, seen) {
    await loop(client.createPartial({ ...call, every: 'delta' }), seen)
  },
  /** The snapshot of a text that has arrived in part: the stream ends inside its JSON. */
  async 'partial text'(client, call, seen) {
    seen.snapshots = []
    try {
      for await (const snapshot of client.createPartial({ ...call, every: 'delta' }))
        seen.snapshots.push(structuredClone(snapshot))
    } catch (error) {
      seen.streamError = error
    }
  },
  async patches(client, call, seen) {
    const stream = client.createPartial(call)
    seen.patches = []
    for await (const patch of stream.patches()) seen.patches.push(patch)
    seen.value = await stream.final()
  },
  /** Leaves the loop with the first snapshot. */
  async leave(client, call, seen) {
    seen.snapshots = []
    for await (const snapshot of client.createPartial({ ...call, every: 'delta' }))
      if (seen.snapshots.push(snapshot) && Object.keys(snapshot).length) break
    await tick()
  },
  /** Everything arrives while the reader handles the first snapshot. */
  async 'slow reader'(client, call, seen) {
    seen.snapshots = []
    for await (const snapshot of client.createPartial({ ...call, every: 'delta' })) {
      distinct(seen.snapshots, snapshot)
      if (seen.snapshots.length === 1) await tick(20)
    }
  },
  /** Changes its copy of each snapshot where it is not frozen. */
  async 'changing reader'(client, call, seen) {
    seen.snapshots = []
    for await (const snapshot of client.createPartial({ ...call, every: 'delta' })) {
      seen.snapshots.push(structuredClone(snapshot))
      for (const part of [snapshot, ...Object.values(snapshot)])
        if (!Object.isFrozen(part)) Object.assign(part, Array.isArray(part) ? [1, 2, 3] : { text: 'changed' })
    }
  },
  async list(client, call, seen) {
    seen.elements = []
    const stream = client.createIterable(call)
    for await (const element of stream) seen.elements.push(element)
    seen.value = await stream.final()
    seen.completion = await stream.completion()
  },
}

/** A stream that ends before the head of its response: by its signal, or because the reader leaves. */
async function aborted(client, call, seen, when) {
  const controller = new AbortController()
  let release
  const gate = new Promise((resolve) => {
    release = resolve
  })
  const { send } = client
  const slow = client.with({
    fetch: async (url, init) => {
      await Promise.race([
        gate,
        new Promise((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal.reason))),
      ])
      return send(url, init)
    },
  })
  if (when === 'before') controller.abort()
  const stream = slow.createPartial({ ...call, signal: controller.signal })
  seen.snapshots = []
  const iterator = stream[Symbol.asyncIterator]()
  const pending = iterator.next().then(
    ({ done, value }) => done || seen.snapshots.push(value),
    () => undefined,
  )
  if (when === 'before the head') controller.abort()
  if (when === 'leave before the head') stream.abort()
  await iterator.return?.()
  release()
  await pending
}
