/** The types of response models, and the types that are inferred from them. */
import type { FromSchema, JsonSchema } from './from-schema.js'
import type { JsonSchemaModel } from './json-schema.js'
import type { TOOLS } from './model.js'
import type { StandardSchema } from './standard.js'

/** TypeBox: a JSON Schema with its own type. */
interface TypeBoxLike {
  params: unknown[]
  static: unknown
}

/** Zod before 3.24 does not implement Standard Schema. */
interface OldZodLike {
  readonly _output: unknown
  readonly _input: unknown
  safeParseAsync: (value: unknown) => Promise<unknown>
}

/** The classes `String`, `Number` and `Boolean`, without their call signatures: `responseModel` may be a function. */
interface PrimitiveClass {
  // biome-ignore lint/complexity/noBannedTypes: the instances of the classes
  new (value?: never): String | Number | Boolean
}

/** A model without a name or description. */
export type SchemaInput =
  | StandardSchema<unknown, unknown>
  | OldZodLike
  | TypeBoxLike
  | JsonSchemaModel<unknown>
  | JsonSchema
  | PrimitiveClass

/** A model with a name and a description for the LLM. */
export interface NamedModel<M = SchemaInput> {
  readonly schema: M
  readonly name?: string
  readonly description?: string
}

/** A model or a named model. */
export type SingleModel = SchemaInput | NamedModel

/** A parameter may have the type of the call's `context`. */
interface ModelOfContext {
  model(context: Readonly<Record<string, unknown>>): SingleModel
}

/** A function of the call's `context` that returns the model. */
export type ModelFunction = ModelOfContext['model']

/** The type of `responseModel` in a stream: a model, or a function that returns one. */
export type StreamModel = SingleModel | ModelFunction

/** Several models by name, of which the LLM calls any number. Created by `tools`. */
export interface ToolsModel<
  T extends Readonly<Record<string, SingleModel>> = Readonly<Record<string, SingleModel>>,
> {
  readonly [TOOLS]: T
}

/** The calls of a {@link ToolsModel}. */
type ToolCalls<T, S extends 'input' | 'output'> = {
  [K in keyof T & string]: { tool: K; value: Side<T[K], S> }
}[keyof T & string][]

/**
 * The type of `responseModel`: a model, several models by name (`tools`), an array of models (parallel tools), or null for the raw
 * answer.
 */
export type ResponseModel = StreamModel | ToolsModel | readonly SingleModel[] | null

/** The value that a call with this response model returns. */
export type Infer<M> = M extends null
  ? RawAnswer
  : M extends readonly (infer Each)[]
    ? Infer<Each>[]
    : M extends ToolsModel<infer T>
      ? ToolCalls<T, 'output'>
      : Side<M, 'output'>

/** The value that the model writes, before defaults and transforms of the schema are applied. */
export type InferInput<M> = M extends null
  ? RawAnswer
  : M extends readonly (infer Each)[]
    ? InferInput<Each>[]
    : M extends ToolsModel<infer T>
      ? ToolCalls<T, 'input'>
      : Side<M, 'input'>

type Side<M, S extends 'input' | 'output'> = M extends { readonly '~standard': infer Props }
  ? Props extends { readonly types?: infer T }
    ? NonNullable<T> extends { readonly [K in S]: infer O }
      ? O
      : unknown
    : unknown
  : M extends JsonSchemaModel<infer T>
    ? T
    : M extends TypeBoxLike
      ? (M & { params: [] })['static']
      : M extends OldZodLike
        ? M[S extends 'input' ? '_input' : '_output']
        : M extends StringConstructor
          ? string
          : M extends NumberConstructor
            ? number
            : M extends BooleanConstructor
              ? boolean
              : M extends { readonly schema: infer Inner }
                ? M extends { readonly streams: 'list' }
                  ? Side<Inner, S>[]
                  : Side<Inner, S>
                : M extends (context: never) => infer Returned
                  ? Side<Returned, S>
                  : FromSchema<M>

/** The provider's parsed body, in the provider's format. */
export type RawAnswer = unknown

/**
 * A value while it is still arriving: every property may be missing, arrays may be short. Snapshots share unchanged
 * parts, so they are read-only.
 */
export type DeepPartial<T> = T extends (...args: never) => unknown
  ? T
  : T extends Date | Blob | URL | RegExp | Uint8Array
    ? T
    : T extends readonly (infer Item)[]
      ? number extends T['length']
        ? readonly DeepPartial<Item>[]
        : { readonly [K in keyof T]?: DeepPartial<T[K]> }
      : T extends object
        ? { readonly [K in keyof T]?: DeepPartial<T[K]> }
        : T
