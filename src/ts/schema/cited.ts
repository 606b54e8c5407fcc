/**
 * `cited(model)`: the LLM quotes the texts that its answer rests on, and the quotes are found in these texts. A quote
 * that is in none of them is dropped or requested again.
 */
import { ConfigurationError } from '../common/errors.js'
import type { Json } from '../common/json.js'
import { isRecord } from '../common/plain.js'
import type { Infer, InferInput, SingleModel } from './infer.js'
import { type Model, WRAP } from './model.js'
import { Source, Work } from './quotes.js'
import { followRefs } from './refs.js'
import type { StandardIssue, StandardProps, StandardResult } from './standard.js'

/** A quote that is in a source: `text` is `source.slice(start, end)`. */
export interface Quote {
  /** The text of the source, also where the LLM changed some letters. */
  readonly text: string
  /** The index or the key of the source. */
  readonly source: number | string
  /** The index of the first letter in the source. */
  readonly start: number
  /** The index after the last letter in the source. */
  readonly end: number
}

/** The value of {@link cited}. */
export type Cited<T> = T & { quotes: Quote[] }

/** The texts that are quoted: a list, or an object of texts. */
export type Sources = readonly string[] | Readonly<Record<string, string>>

/** The `context` of a call. */
type Context = Readonly<Record<string, unknown>>

/** Options of {@link cited}. */
export interface CitedOptions {
  /**
   * The texts, or `'context'`: every text in the `context` of the call, with its path as the key (`docs.0.text`). They
   * are not sent: put them into the messages.
   */
  readonly from: Sources | 'context'
  /** What happens to a quote that is in no text: it is dropped (the default), or the answer is requested again. */
  readonly unmatched?: 'drop' | 'reask'
  /**
   * The letters by which a quote may differ from the text.
   * @default 5, and never more than one in four letters
   */
  readonly maxEdits?: number
}

/** A model wrapped by {@link cited}. */
export class CitedModel<In, Out> {
  declare readonly '~standard': StandardProps<In & { quotes: string[] }, Cited<Out>>

  constructor(
    readonly inner: SingleModel,
    readonly options: Required<CitedOptions> & { readonly from: Sources },
  ) {}

  /** @internal */
  [WRAP](inner: Model): Model {
    return citedModel(inner, this.options)
  }
}

/**
 * Adds quotes to an object: `quotes: [{ text, source, start, end }]`, each found in the texts.
 *
 * @throws ConfigurationError if the options are wrong; in the call if the model is not an object or has `quotes` itself.
 * @example
 * ```ts
 * const model = cited(Fact, { from: [article] })
 * const { quotes } = await client.create({ responseModel: model, prompt: `State the main fact of this text:\n${article}` })
 * ```
 */
export function cited<const M extends SingleModel>(
  model: M,
  options: CitedOptions & { readonly from: 'context' },
): (context: Context) => CitedModel<InferInput<M>, Infer<M>>
export function cited<const M extends SingleModel>(
  model: M,
  options: CitedOptions & { readonly from: Sources },
): CitedModel<InferInput<M>, Infer<M>>
export function cited(
  model: SingleModel,
  options: CitedOptions,
): CitedModel<unknown, unknown> | ((context: Context) => CitedModel<unknown, unknown>) {
  if (options?.from === 'context') return (context) => cited(model, { ...options, from: textsOf(context) })
  const { from, unmatched = 'drop', maxEdits = 5 } = options ?? {}
  const texts = typeof from === 'object' && from ? Object.values(from) : []
  if (!texts.length || texts.some((text) => typeof text !== 'string'))
    throw wrong('from', "a list or an object of texts, or 'context' with texts in the context")
  if (unmatched !== 'drop' && unmatched !== 'reask') throw wrong('unmatched', "'drop' or 'reask'")
  if (!Number.isInteger(maxEdits) || maxEdits < 0) throw wrong('maxEdits', 'an integer that is not negative')
  return new CitedModel(model, { from: from as Sources, unmatched, maxEdits })
}

const wrong = (parameter: string, wanted: string) =>
  new ConfigurationError(`cited: ${parameter} must be ${wanted}.`, { parameter })

/** As Python's Instructor describes it. */
const DESCRIPTION =
  'List of unique and specific substrings of the quote that was used to answer the question.'

function citedModel(
  inner: Model,
  { from, unmatched, maxEdits }: CitedModel<unknown, unknown>['options'],
): Model {
  const sources = entries(from).map(([key, text]) => [key, text, new Source(text)] as const)
  return {
    wire: { ...inner.wire, schema: withQuotes(inner.wire.schema) },
    plain: false,
    validate: async (value, validator): Promise<StandardResult<unknown>> => {
      if (!isRecord(value)) return inner.validate(value, validator)
      const { quotes, ...rest } = value
      const result = await inner.validate(rest, validator)
      const issues: StandardIssue[] = [...(result.issues ?? [])]
      const list = Array.isArray(quotes) && quotes.every((quote) => typeof quote === 'string')
      if (!list) return { issues: [...issues, { path: ['quotes'], message: 'Expected a list of strings' }] }
      const work = new Work()
      const found: Quote[] = []
      for (const [index, quote] of (quotes as string[]).entries()) {
        const place = locate(quote)
        if (place) found.push(place)
        else if (work.left <= 0)
          issues.push({
            path: ['quotes', index],
            message: 'Too long to be compared with the sources: use short quotes',
          })
        else if (unmatched === 'reask')
          issues.push({ path: ['quotes', index], message: 'Not in the sources: copy the quote exactly' })
      }
      return result.issues || issues.length
        ? { issues }
        : { value: { ...(result.value as object), quotes: found } }

      /** The best place in all sources; the first of equal ones. */
      function locate(quote: string): Quote | undefined {
        let best: (Quote & { edits: number }) | undefined
        if (!quote.trim()) return undefined
        for (const [source, text, searched] of sources) {
          const place = searched.find(quote, best ? best.edits - 1 : maxEdits, work)
          if (place && (!best || place.edits < best.edits))
            best = { text: text.slice(place.start, place.end), source, ...place }
          if (best?.edits === 0) break
        }
        if (!best) return undefined
        const { edits: _, ...own } = best
        return own
      }
    },
  }
}

function entries(from: Sources): (readonly [number | string, string])[] {
  if (Array.isArray(from)) return from.map((text: string, i) => [i, text] as const)
  return Object.entries(from as Readonly<Record<string, string>>)
}

/** The texts in a context by their path. */
function textsOf(context: unknown): Record<string, string> {
  const found: [string, string][] = []
  const collect = (value: unknown, path: string, depth: number) => {
    if (typeof value === 'string') found.push([path, value])
    else if (typeof value === 'object' && value !== null && depth < 64)
      for (const [key, item] of Object.entries(value)) collect(item, path ? `${path}.${key}` : key, depth + 1)
  }
  collect(context, '', 0)
  return Object.fromEntries(found)
}

/** The schema of the object with the property `quotes`. */
function withQuotes(schema: Json): Json {
  const { $ref: _, ...root } = schema as Record<string, unknown>
  const target = followRefs(schema, schema)
  if (!target || !isRecord(target.properties))
    throw new ConfigurationError(
      'cited needs the schema of an object; put another schema below a key of one.',
      {
        parameter: 'responseModel',
      },
    )
  if ('quotes' in target.properties)
    throw new ConfigurationError('cited adds the key quotes, which the schema has already.', {
      parameter: 'responseModel',
    })
  const required = Array.isArray(target.required) ? target.required : []
  const quotes = { type: 'array', items: { type: 'string' }, description: DESCRIPTION }
  return {
    ...root,
    ...target,
    properties: { ...target.properties, quotes },
    required: [...required, 'quotes'],
  } as Json
}
