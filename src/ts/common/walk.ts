/** The state of the walk through a library's schema (`schema/walk.ts`). */
import type { Json } from './json.js'

/** An object of a library. Its members are read and never trusted: every access is checked where it is used. */
export type Schema = Record<string, unknown>

/** Converts one schema; its parts are converted by the walk. */
export type Converter = (schema: Schema, walk: Walk) => Json

export interface Walk {
  /** The schemas being converted, outermost first, to find recursion. */
  readonly path: Schema[]
  /** Recursive schemas and the names of their definitions. */
  readonly names: Map<Schema, string>
  readonly defs: Json
  /** The steps to the current place in the value, for messages. */
  readonly keys: string[]
  /** Schemas of lazy getters. They are kept because a getter may return a new schema each time. */
  readonly lazy: Map<unknown, unknown>
  readonly convert: Converter
}
