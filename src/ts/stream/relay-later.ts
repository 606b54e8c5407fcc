/** The body of `toResponse()`, whose code is loaded when it is read: pages read such bodies and rarely write them. */
import { imported } from '../common/imported.js'
import type { RelayedStream } from './relay.js'

export function relayed(stream: RelayedStream): ReadableStream<Uint8Array> {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        reader ??= (await imported('stream/relay', import('./relay.js'))).relay(stream).getReader()
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel(reason) {
        if (reader) await reader.cancel(reason)
        else stream.cancel()
      },
    },
    { highWaterMark: 0 },
  )
}
