/** The clients of the option and of the parameter `fallback`: entries are checked, and models become clients. */
import { describe } from '../common/describe.js'
import { ConfigurationError } from '../common/errors.js'

/** What is needed of the client whose calls fall back. */
interface Family<C> {
  readonly self: C
  /** `provider/model` of the client. */
  readonly name: string
  /** Whether an entry is a client with a model. */
  is(entry: unknown): entry is C
  /** The clients to which the calls of a client fall back. */
  others(client: C): readonly C[]
  /** Creates a client for a model, with options of this client. */
  make(model: string): C
}

/** The clients that are listed, in order, and the clients to which they fall back themselves. */
export function fallbackClients<C>(
  given: unknown,
  { self, name, is, others, make }: Family<C>,
): readonly C[] {
  const found = new Set<C>()
  const read = (entry: unknown, parameter: string) => {
    let client = entry
    try {
      if (typeof entry === 'string') client = make(entry)
    } catch (cause) {
      throw new ConfigurationError(
        `${parameter}: ${(cause as Error).message} For other options give a client: fromProvider('${entry}', { … }).`,
        { parameter, cause },
      )
    }
    if (!is(client)) throw noClient(parameter, entry)
    for (const one of [client, ...others(client)]) {
      if (one === self || entry === name) throw itself(parameter)
      found.add(one)
    }
  }
  if (!Array.isArray(given)) throw noClient('fallback', given)
  for (const [i, entry] of given.entries()) read(entry, `fallback[${i}]`)
  return [...found]
}

/** The error for a client in its own fallback. */
export const itself = (parameter: string): ConfigurationError =>
  new ConfigurationError(`${parameter} is the client itself, so the calls would have no end.`, { parameter })

const noClient = (parameter: string, given: unknown) =>
  new ConfigurationError(
    `${parameter} must be ${parameter === 'fallback' ? 'a list of models and clients' : "'provider/model', or a client with a model"}; got ${describe(given)}.`,
    { parameter },
  )
