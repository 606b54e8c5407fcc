// Ours without the client around it: the core's stream, the puller and the snapshot builder.
import { readFileSync } from 'node:fs'
import { instantiate } from '../../../pkg/core_bg.js'
import { CoreReader } from '../../../pkg/stream/core-reader.js'
import { SnapshotBuilder } from '../../../pkg/stream/snapshot.js'

export const name = 'instructor-wasm (core, snapshots)'

const { CoreClient, memory } = instantiate(
  new WebAssembly.Module(readFileSync(new URL('../../../pkg/core-whole.wasm', import.meta.url))),
)
const client = new CoreClient('openai/gpt-4o-mini', '{"apiKey":"key","env":{}}')
const signal = new AbortController().signal

export async function run({ respond, show, schema }) {
  let reader
  const host = {
    fetch: async () => respond(),
    validate: () => undefined,
    emit: () => undefined,
    reading: (body) => reader.reading(body),
    signal,
    aborted: new Promise(() => {}),
    timedOut: false,
  }
  const call = {
    responseModel: { schema, name: 'Document' },
    messages: [{ role: 'user', content: 'Extract.' }],
    mode: 'json_schema_mode',
  }
  const stream = client.stream(JSON.stringify(call), host)
  reader = new CoreReader(stream, () => memory.buffer, signal)
  const builder = new SnapshotBuilder()
  while ((await reader.next()) === 'ops') {
    reader.apply(builder)
    if (builder.due) show(builder.snapshot())
  }
  const value = builder.snapshot()
  show(value)
  stream.free()
  return value
}
