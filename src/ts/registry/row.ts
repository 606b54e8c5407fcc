/**
 * The types of the registry's rows in `rows.ts`, which is generated from the core's registry (src/provider/registry).
 * The browser entry checks a client's options with them while the core is being loaded; every other entry has the core
 * at once and does without.
 */
import type { Part } from '../common/parts.js'

/** A row: the fields of src/provider/registry/row.rs that decide about options, keys, addresses and modes. */
export interface Row {
  readonly id: string
  readonly api?: string
  /** The part of the core that implements the API. */
  readonly part?: Part
  readonly base?: string
  /** Default: `/chat/completions`. */
  readonly path?: string
  readonly streamPath?: string
  /** Default: a required bearer key. */
  readonly key?: 'Optional' | 'None' | 'Aws' | 'GoogleCloud'
  /** The header of the key, where it is not `authorization`. */
  readonly keyHeader?: string
  readonly keyEnv?: readonly string[]
  readonly tokenEnv?: string
  readonly baseEnv?: readonly string[]
  readonly baseEnvEnding?: string
  /** What the base must end with. */
  readonly ending?: string
  /** The option in braces in the base, its variables, and its default. */
  readonly filled?: readonly [option: string, variables: readonly string[], fallback: string | null]
  readonly azure?: boolean
  readonly missingBase?: string
  readonly optionHeaders?: readonly (readonly [header: string, option: string, variable: string])[]
  /** The default mode; TOOLS if it is not given. */
  readonly mode?: string
  /** The default mode is for models with one of these in their name; this one for the others. */
  readonly fallback?: readonly [models: readonly string[], mode: string]
  readonly toolRules?: boolean
  readonly modes?: readonly string[]
  readonly formatExcludesTools?: boolean
  readonly schemaModels?: readonly string[]
  readonly legacy?: readonly string[]
  /** The mode of the legacy name `…_STRUCTURED_OUTPUTS`; JSON_SCHEMA if it is not given. */
  readonly structured?: string
  readonly forceModels?: readonly string[]
  readonly noFormat?: boolean
}

/** A row that replaces another one (src/provider/registry/variants.rs). */
export interface Variant {
  readonly of: readonly string[]
  readonly option?: string
  readonly variables?: readonly string[]
  /** The models that it is for: with one of these in their name, or with a rule for tools. */
  readonly has?: readonly string[]
  readonly toolRule?: boolean
  readonly row: Row
}

/** How the name of a model is matched (src/provider/registry/models.rs). */
export interface Match {
  readonly has?: readonly string[]
  readonly starts?: readonly string[]
  readonly version?: readonly [family: string, from: number, below?: number]
  readonly oSeries?: boolean
  readonly openai?: readonly string[]
  readonly both?: readonly [Match, Match]
}

/** The facts about a model that decide about modes. */
export interface Known {
  readonly forcedTool?: boolean
  readonly thinks?: boolean
  readonly effortThinks?: boolean
  readonly textOnly?: boolean
  readonly nativeSchema?: boolean
  readonly unconstrained?: boolean
  readonly chatTools?: 'yes' | 'withoutEffort' | 'effortNone' | 'responsesOnly'
}

export type Rule = readonly [Match, Known]
/** Pairs of names. */
export type Pairs = readonly (readonly [string, string])[]

/** The modes of most providers (CHAT in src/provider/registry/base.rs). */
const CHAT = ['TOOLS', 'TOOLS_STRICT', 'JSON', 'JSON_SCHEMA', 'MD_JSON', 'PARALLEL_TOOLS']

export const modesOf = (row: Row): readonly string[] => row.modes ?? CHAT

/** JSON, as the core receives it. */
export type Fields = Readonly<Record<string, unknown>>
/** Looks up a variable; an empty one is not set. */
export type Env = (name: string) => string | undefined
