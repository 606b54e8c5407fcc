/** A parsed response model: the part for the core, and the validation of a value. */
import type { Json } from '../common/json.js'
import type { StandardResult } from './standard.js'

/** The part for the core. */
export interface WireModel {
  readonly schema: Json
  readonly name?: string
  readonly description?: string
  /** Whether a list of this model is requested. */
  readonly iterable?: true
  /** Whether this model or the reason for its absence is requested. */
  readonly maybe?: true
}

/** Validates a value by plain JSON Schema, in wasm; loaded on first use. */
export type SchemaValidator = (schema: Json, value: unknown) => Promise<StandardResult<unknown>>

export interface Model {
  readonly wire: WireModel
  /** Whether the model is only a JSON Schema: then the validator module decides. */
  readonly plain: boolean
  validate(
    value: unknown,
    validator: SchemaValidator,
  ): StandardResult<unknown> | Promise<StandardResult<unknown>>
}

/** The method of models that wrap another one, so that apps without them do not contain their code. */
export const WRAP = /* @__PURE__ */ Symbol('wrap')

/** The models of `tools({ … })` by name. */
export const TOOLS: unique symbol = /* @__PURE__ */ Symbol('tools')

/** A model around another one (`maybe`). */
export interface WrappingModel {
  readonly inner: unknown
  [WRAP](inner: Model): Model
}
