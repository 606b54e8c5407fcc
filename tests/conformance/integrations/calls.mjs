// The calls that the examples make.
import { llmValidator } from 'instructor-wasm'
import * as z from 'zod'

const Weather = z
  .object({ location: z.string(), units: z.enum(['imperial', 'metric']) })
  .meta({ title: 'Weather' })
const GoogleSearch = z.object({ query: z.string() }).meta({ title: 'GoogleSearch' })

/** Each returns the value, and fills `seen`: the completion, the snapshots. */
export const CALLS = {
  create: (client, call) => client.create(call),
  async completion(client, call, seen) {
    const [value, completion] = await client.createWithCompletion(call)
    seen.completion = completion
    return value
  },
  async partial(client, call, seen) {
    const stream = client.createPartial({ ...call, every: 'delta' })
    seen.snapshots = []
    for await (const snapshot of stream) seen.snapshots.push(snapshot)
    return stream.final()
  },
  async iterable(client, call, seen) {
    const elements = []
    for await (const element of client.createIterable(call)) elements.push(element)
    seen.snapshots = elements
    return elements
  },
  parallel: (client, call) => client.create({ ...call, responseModel: [Weather, GoogleSearch] }),
  /** A field that another call of the model judges. */
  judged(client, call) {
    const Subject = z.object({
      recipient: z.string(),
      subject: z.string().superRefine(llmValidator('Concise and engaging', { client })),
    })
    return client.create({ ...call, responseModel: Subject.meta({ title: 'User' }) })
  },
}
