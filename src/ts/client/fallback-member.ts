/** A client as the code of `fallback` calls it. */
import type { Completion } from '../common/completion.js'
import type { Json } from '../common/json.js'
import type { Delivered } from '../stream/iterable-source.js'
import type { StreamSource } from '../stream/source.js'
import type { Call } from './call.js'
import type { Checks } from './check-types.js'
import type { Settings } from './options.js'
import type { Shape } from './response-models.js'

export interface Member {
  readonly provider: string
  readonly model: string
  readonly settings: Settings
  /** Reads the parameters of a call. `check` is that of the client with the fallback. */
  read(params: Json, shape: Shape, check: Checks<unknown> | undefined): Promise<Call>
  /** Makes the call. */
  answer(call: Call): Promise<[unknown, Completion]>
  /** The call as a stream. */
  source(call: Call, shape: Shape, delivered: Delivered<unknown>): StreamSource<unknown, unknown>
}
