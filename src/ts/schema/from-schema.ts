/**
 * The TypeScript type of a JSON Schema written `as const`.
 *
 * Local references (`#`, `#/$defs/X`, `#/definitions/X`) are followed, recursion included. Keywords that TypeScript
 * cannot express (patterns, ranges, `not`, `if`) are left to the validator; unresolved parts are `unknown`, never
 * `any`.
 */

/** A JSON Schema; unlisted keywords are kept and passed on. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $id?: string
  readonly $ref?: string
  readonly $anchor?: string
  readonly $defs?: { readonly [name: string]: JsonSchema | boolean }
  readonly definitions?: { readonly [name: string]: JsonSchema | boolean }
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly examples?: readonly unknown[] | unknown
  readonly nullable?: boolean
  readonly properties?: { readonly [name: string]: JsonSchema | boolean }
  readonly required?: readonly string[]
  readonly additionalProperties?: JsonSchema | boolean
  readonly patternProperties?: { readonly [pattern: string]: JsonSchema | boolean }
  readonly propertyNames?: JsonSchema | boolean
  readonly items?: JsonSchema | boolean | readonly (JsonSchema | boolean)[]
  readonly prefixItems?: readonly (JsonSchema | boolean)[]
  readonly additionalItems?: JsonSchema | boolean
  readonly contains?: JsonSchema | boolean
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number | boolean
  readonly exclusiveMaximum?: number | boolean
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly anyOf?: readonly (JsonSchema | boolean)[]
  readonly oneOf?: readonly (JsonSchema | boolean)[]
  readonly allOf?: readonly (JsonSchema | boolean)[]
  readonly not?: JsonSchema | boolean
}

/** The value that a JSON Schema describes. `Root` is where references start. */
export type FromSchema<S, Root = S> = S extends true
  ? unknown
  : S extends false
    ? never
    : S extends { readonly nullable: true }
      ? Typed<Omit<S, 'nullable'>, Root> | null
      : Typed<S, Root>

type Typed<S, Root> = S extends { readonly $ref: infer Ref }
  ? Resolve<Ref, Root>
  : S extends { readonly const: infer C }
    ? Writable<C>
    : S extends { readonly enum: readonly (infer E)[] }
      ? Writable<E>
      : S extends { readonly anyOf: readonly (infer Branch)[] }
        ? Union<Branch, Root>
        : S extends { readonly oneOf: readonly (infer Branch)[] }
          ? Union<Branch, Root>
          : S extends { readonly allOf: infer Parts extends readonly unknown[] }
            ? All<Parts, Root>
            : S extends { readonly type: infer T }
              ? T extends readonly (infer One)[]
                ? OfType<One, S, Root>
                : OfType<T, S, Root>
              : S extends { readonly properties: unknown }
                ? ObjectOf<S, Root>
                : S extends { readonly items: unknown } | { readonly prefixItems: unknown }
                  ? ArrayOf<S, Root>
                  : unknown

type Union<Branch, Root> = Branch extends unknown ? FromSchema<Branch, Root> : never

type All<Parts extends readonly unknown[], Root> = Parts extends readonly [infer First, ...infer Rest]
  ? Rest extends readonly []
    ? FromSchema<First, Root>
    : Flat<FromSchema<First, Root> & All<Rest, Root>>
  : unknown

type OfType<T, S, Root> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? ArrayOf<S, Root>
          : T extends 'object'
            ? ObjectOf<S, Root>
            : unknown

type RequiredKeys<S> = S extends { readonly required: readonly (infer K)[] } ? K : never

type ObjectOf<S, Root> = S extends { readonly properties: infer P }
  ? S extends { readonly additionalProperties: infer More extends object }
    ? Props<S, P, Root> & { [key: string]: FromSchema<More, Root> }
    : Props<S, P, Root>
  : S extends { readonly additionalProperties: infer More extends object }
    ? { [key: string]: FromSchema<More, Root> }
    : S extends { readonly additionalProperties: false }
      ? { [key: string]: never }
      : { [key: string]: unknown }

type Props<S, P, Root> = Flat<
  {
    -readonly [K in keyof P as K extends RequiredKeys<S> ? K : never]: FromSchema<P[K], Root>
  } & {
    -readonly [K in keyof P as K extends RequiredKeys<S> ? never : K]?: FromSchema<P[K], Root>
  }
>

type ArrayOf<S, Root> = S extends { readonly prefixItems: infer Items extends readonly unknown[] }
  ? S extends { readonly items: false }
    ? Tuple<Items, Root>
    : S extends { readonly items: infer Rest extends object }
      ? [...Tuple<Items, Root>, ...FromSchema<Rest, Root>[]]
      : S extends { readonly maxItems: Items['length'] }
        ? Tuple<Items, Root>
        : [...Tuple<Items, Root>, ...unknown[]]
  : S extends { readonly items: infer Items }
    ? Items extends readonly unknown[]
      ? Tuple<Items, Root>
      : FromSchema<Items, Root>[]
    : unknown[]

type Tuple<Items extends readonly unknown[], Root> = Items extends readonly [infer First, ...infer Rest]
  ? [FromSchema<First, Root>, ...Tuple<Rest, Root>]
  : []

type Resolve<Ref, Root> = Ref extends '#'
  ? FromSchema<Root, Root>
  : Ref extends `#/$defs/${infer Name}`
    ? Root extends { readonly $defs: infer Defs }
      ? Name extends keyof Defs
        ? FromSchema<Defs[Name], Root>
        : unknown
      : unknown
    : Ref extends `#/definitions/${infer Name}`
      ? Root extends { readonly definitions: infer Defs }
        ? Name extends keyof Defs
          ? FromSchema<Defs[Name], Root>
          : unknown
        : unknown
      : unknown

type Writable<T> = T extends readonly unknown[] | { readonly [key: string]: unknown }
  ? { -readonly [K in keyof T]: Writable<T[K]> }
  : T

type Flat<T> = T extends object ? { [K in keyof T]: T[K] } : T
