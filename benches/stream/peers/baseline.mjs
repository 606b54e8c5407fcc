// The baseline: SSE split, JSON.parse of every event, one JSON.parse at the end. It has no partial values.
import { texts } from './lib.mjs'

export const name = 'baseline: no partials, one JSON.parse at the end'

export async function run({ respond, show }) {
  let text = ''
  for await (const deltas of texts(respond())) for (const delta of deltas) text += delta
  const value = JSON.parse(text)
  show(value)
  return value
}
