// The floor: SSE split, JSON.parse of every event, one JSON.parse at the end. No partial value ever.
import { texts } from './lib.mjs'

export const name = 'floor: no partials, one JSON.parse at the end'

export async function run({ respond, show }) {
  let text = ''
  for await (const deltas of texts(respond())) for (const delta of deltas) text += delta
  const value = JSON.parse(text)
  show(value)
  return value
}
