/** A response model after it was read: what crosses to the core, and how a value is validated. */
import type { Json } from '../common/json.js'
import type { StandardResult } from './standard.js'

/** What crosses to the core. */
export interface WireModel {
  readonly schema: Json
  readonly name?: string
  readonly description?: string
  /** A list of this model is asked for. */
  readonly iterable?: true
  /** This model is asked for, or why there is none. */
  readonly maybe?: true
}

/** Checks a value against plain JSON Schema, in wasm; loaded when first needed. */
export type SchemaValidator = (schema: Json, value: unknown) => Promise<StandardResult<unknown>>

export interface Model {
  readonly wire: WireModel
  /** Whether the JSON Schema is all there is: then the validator module decides. */
  readonly plain: boolean
  validate(
    value: unknown,
    validator: SchemaValidator,
  ): StandardResult<unknown> | Promise<StandardResult<unknown>>
}
