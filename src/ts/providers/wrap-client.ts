/** Clients created from the client objects of vendors' SDKs. */
import { Instructor } from '../client/client.js'
import type { Loader } from '../wasm/loader.js'
import { readClient, type WrapOptions, type WrapperName } from './sdk-clients.js'

/** The model of a client without one; each call must have one. */
const NO_MODEL = '-'

/** Whether it is a client of this package, or of another copy of it. */
function isInstructor(client: unknown): client is Instructor {
  const { createPartial, with: withOptions } = (client ?? {}) as Partial<Instructor>
  return typeof createPartial === 'function' && typeof withOptions === 'function'
}

type ClassOf<C> = new (loader: Loader, model: string, options: WrapOptions, named: boolean) => C

/** Reads an SDK's client and creates ours from it, of the given class. */
export function wrapClient<C extends Instructor = Instructor>(
  loader: Loader,
  name: WrapperName | 'fromClient',
  client: object,
  options: WrapOptions = {},
  Class: ClassOf<Instructor> = Instructor,
): C {
  if (name === 'fromClient' && isInstructor(client)) return client.with(options) as C
  const [provider, { model, ...rest }] = readClient(name, client, options)
  const hasModel = typeof model === 'string' && model !== ''
  return new Class(loader, `${provider}/${hasModel ? model : NO_MODEL}`, rest, hasModel) as C
}
