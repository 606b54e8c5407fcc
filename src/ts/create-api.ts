/**
 * The functions that make clients, bound to the way this runtime loads the core. Each entry (`index.node.ts`,
 * `index.workerd.ts`, …) binds them once; a value is handed on, nothing is registered, so that `sideEffects: false`
 * is true.
 */
import { Instructor } from './client/client.js'
import type { ClientOptions } from './client/client-options.js'
import { type Lint, linter } from './client/lint.js'
import { READERS, readClient, type WrapOptions, type WrapperName } from './providers/sdk-clients.js'
import type { Loader } from './wasm/loader.js'

/** Makes a client of a vendor SDK's client object. */
export type Wrap = (client: object, options?: WrapOptions) => Instructor

type Wrappers = { readonly [K in WrapperName]: Wrap }

export interface Bound extends Wrappers {
  /** Makes a client: `fromProvider('openai/gpt-4o-mini', { apiKey })`. Throws a `ConfigurationError` at once. */
  readonly fromProvider: (model: string, options?: ClientOptions) => Instructor
  /** Makes a client of any known SDK's client object, by what it looks like, or of one of ours with other options. */
  readonly fromClient: Wrap
  readonly patch: Wrap
  /** Tells what a provider makes of a model's schema, before anything is sent. */
  readonly lint: Lint
}

/** Stands for the model where a wrapped client has none of its own; calls must name theirs. */
const NO_MODEL = '-'

/** Whether it is a client of this package, or of another copy of it. */
function isOurs(client: unknown): client is Instructor {
  const { createPartial, with: other } = (client ?? {}) as Partial<Instructor>
  return typeof createPartial === 'function' && typeof other === 'function'
}

export function bind(loader: Loader): Bound {
  const wrap =
    (name: WrapperName | 'fromClient'): Wrap =>
    (client, options = {}) => {
      if (name === 'fromClient' && isOurs(client)) return client.with(options)
      const [provider, { model, ...rest }] = readClient(name, client, options)
      const named = typeof model === 'string' && model !== ''
      return new Instructor(loader, `${provider}/${named ? model : NO_MODEL}`, rest, named)
    }
  const names = Object.keys(READERS) as WrapperName[]
  const fromClient = wrap('fromClient')
  return {
    ...(Object.fromEntries(names.map((name) => [name, wrap(name)])) as unknown as Wrappers),
    fromProvider: (model, options) => new Instructor(loader, model, options),
    fromClient,
    patch: fromClient,
    lint: linter(loader),
  }
}
