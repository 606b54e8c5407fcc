// @streamparser/json: incremental; emits partial values, changed in place.
import { JSONParser } from '@streamparser/json'
import { texts } from './lib.mjs'

export const name = '@streamparser/json (changes in place)'

export async function run({ respond, show }) {
  let root
  const parser = new JSONParser({
    emitPartialTokens: true,
    emitPartialValues: true,
    paths: undefined,
    keepStack: true,
  })
  parser.onValue = ({ value, stack }) => {
    root = stack.length > 0 ? (stack[1]?.value ?? stack[0].value ?? value) : value
  }
  for await (const deltas of texts(respond()))
    for (const delta of deltas) {
      parser.write(delta)
      show(root)
    }
  return root
}
