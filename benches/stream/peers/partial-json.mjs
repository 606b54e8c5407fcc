// partial-json: the whole text parsed again at each delta (what most SDKs carry a copy of).
import { parse } from 'partial-json'
import { texts } from './lib.mjs'

export const name = 'partial-json'

export async function run({ respond, show }) {
  let text = ''
  let value
  for await (const deltas of texts(respond()))
    for (const delta of deltas) {
      text += delta
      value = parse(text)
      show(value)
    }
  return value
}
