/** Suggestions for an unknown provider and for a model without one (src/provider/registry/suggest.rs). */
import { edits } from '../common/edits.js'
import { lower, Name } from './name.js'
import { FAMILIES, OTHER_NAMES, ROWS } from './rows.js'

/** Lower case, without separators. */
const plain = (name: string): string => lower(name.replace(/[^0-9A-Za-z]+/g, '').slice(0, 40))

/** The provider with this other name, or with a name that is one or two edits away. */
export function closestProvider(given: string): string | undefined {
  const name = plain(given)
  if (!name) return undefined
  const other = OTHER_NAMES.find(([one]) => one === name)
  if (other) return other[1]
  // Short names are too similar to each other.
  let least = name.length < 5 ? 2 : 3
  let found: string | undefined
  for (const { id } of ROWS) {
    const away = edits(name, plain(id))
    if (away < least) [least, found] = [away, id]
  }
  return found
}

/** The provider of a model's family. */
export function providerOfModel(model: string): string | undefined {
  const start = lower(model)
  const name = new Name(model)
  return FAMILIES.find(([family]) => start.startsWith(family) || name.model.startsWith(family))?.[1]
}
