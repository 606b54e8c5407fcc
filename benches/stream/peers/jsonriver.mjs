// jsonriver: incremental; one object, changed in place.
import { parse } from 'jsonriver'
import { texts } from './lib.mjs'

export const name = 'jsonriver (changes one object in place)'

export async function run({ respond, show }) {
  async function* pieces() {
    for await (const deltas of texts(respond())) yield* deltas
  }
  let last
  for await (const value of parse(pieces())) {
    last = value
    show(value)
  }
  return last
}
