/** `create` with `stream: true`, `partial(model)` and `iterable(model)`: the type of the result. */
import {
  type CallParams,
  type Completion,
  type DeepPartial,
  fromProvider,
  type Infer,
  type Instructor,
  iterable,
  type ObjectStream,
  partial,
  type ResponseModel,
} from 'instructor-wasm'
import * as z from 'zod'
import { type Equal, expect, type Value } from './expect.js'

const client = fromProvider('openai/gpt-4o-mini')
const Dated = z.object({ at: z.string().transform((text) => new Date(text)), n: z.number().default(1) })
type Dated = z.output<typeof Dated>
type Snapshots = ObjectStream<DeepPartial<z.input<typeof Dated>>, Dated>
const messages = [{ role: 'user', content: 'x' }] as const

const streamed = client.create({ responseModel: Dated, messages, stream: true })
expect<Equal<typeof streamed, Snapshots>>()
// Code that awaits the stream gets it, too.
expect<Equal<Awaited<typeof streamed>, Snapshots>>()
const alias = client.create({ response_model: Dated, messages, stream: true })
expect<Equal<typeof alias, Snapshots>>()
const snapshots = client.create({ responseModel: partial(Dated), messages })
expect<Equal<typeof snapshots, Snapshots>>()
const flagged = client.create({ responseModel: partial(Dated), messages, stream: true })
expect<Equal<typeof flagged, Snapshots>>()
const elements = client.create({ responseModel: iterable(Dated, { name: 'Dates' }), messages })
expect<Equal<typeof elements, ObjectStream<Dated, Dated[]>>>()
const both = client.create({ responseModel: iterable(Dated), messages, stream: true })
expect<Equal<typeof both, ObjectStream<Dated, Dated[]>>>()

// Without a stream, the value of the same model.
const whole = client.create({ responseModel: Dated, messages, stream: false })
expect<Equal<Value<typeof whole>, Dated>>()
const list = client.create({ responseModel: iterable(Dated), messages, stream: false })
expect<Equal<Value<typeof list>, Dated[]>>()
const one = client.create({ responseModel: partial(Dated), messages, stream: false })
expect<Equal<Value<typeof one>, Dated>>()
const pair = client.createWithCompletion({ responseModel: iterable(Dated), messages })
expect<Equal<Value<typeof pair>, [Dated[], Completion]>>()
declare const wanted: boolean
const either = client.create({ responseModel: Dated, messages, stream: wanted })
expect<Equal<typeof either, Promise<Dated> | Snapshots>>()

// The streaming methods accept these models, too.
const byMethod = client.createPartial({ responseModel: partial(Dated), messages })
expect<Equal<typeof byMethod, Snapshots>>()
const elementsByMethod = client.createIterable({ responseModel: iterable(Dated), messages })
expect<Equal<typeof elementsByMethod, ObjectStream<Dated, Dated[]>>>()

// Generic code.
export function extract<const M extends ResponseModel>(
  via: Instructor,
  params: CallParams<M> & { readonly stream?: false },
): Promise<Infer<M>> {
  return via.create<M>(params)
}

// @ts-expect-error several tools are not streamed
client.create({ responseModel: [Dated, Dated], messages, stream: true })
// @ts-expect-error the raw answer is not streamed
client.create({ responseModel: null, messages, stream: true })
// @ts-expect-error a number is not a model
partial(5)
