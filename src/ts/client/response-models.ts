/** The `responseModel` of a call: one model, several tools, or a list of elements. */
import { ConfigurationError } from '../common/errors.js'
import { toJson } from '../common/json.js'
import { guarded, type Validating } from '../common/validating.js'
import { type Model, type SchemaValidator, TOOLS, type WireModel } from '../schema/model.js'
import { toModel } from '../schema/read-model.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import type { RunChecks } from './check.js'

/** How the value relates to the model: one value, one of several tools, or a list of elements. */
export type Shape = 'value' | 'partial' | 'list'

/** Validates a value by its model, then by the checks. */
export type Validate = (value: unknown, about: Validating) => Promise<StandardResult<unknown>>

export interface ReadModels {
  readonly wire: unknown
  /** The one model of the value; parallel tools have none. */
  readonly model: Model | undefined
  readonly models: readonly Model[]
  readonly validate: Validate | undefined
  /** Validates one element of a streamed list. */
  readonly element: Validate
}

/** What validates a model without a library, and the checks after the validation. */
interface Validators {
  readonly bySchema: SchemaValidator
  readonly checks: RunChecks | undefined
}

export function readModels(given: unknown, shape: Shape, validators: Validators): ReadModels {
  const named = (given as { [TOOLS]?: Readonly<Record<string, unknown>> } | null | undefined)?.[TOOLS]
  if (shape !== 'value' && (given === null || Array.isArray(given) || named))
    throw wrongModel(
      shape === 'list'
        ? 'createIterable accepts one model: that of the elements (a union is one model).'
        : 'createPartial accepts one model, not an array of models, not tools({ … }) and not null.',
    )
  if (given === null)
    return {
      wire: null,
      model: undefined,
      models: [],
      validate: undefined,
      element: async (value) => ({ value }),
    }
  if (Array.isArray(given)) {
    if (!given.length)
      throw wrongModel('responseModel is an empty array; parallel tools need at least one model.')
    return parallel(given, validators)
  }
  if (named) return parallel(Object.values(named), validators, Object.keys(named))
  const model = toModel(given)
  const isList = shape === 'list' || (given as { streams?: unknown })?.streams === 'list'
  const element: Validate = async (value, about) =>
    judged(await fitting(model, value, about, validators), about, validators)
  return {
    wire: isList ? asText(model.wire, lists, { iterable: true }) : asText(model.wire),
    model,
    models: [model],
    validate: isList ? async (value, about) => checkList(value, model, about, validators) : element,
    element,
  }
}

/** Validates by the model. */
const fitting = (model: Model, value: unknown, about: Validating, { bySchema }: Validators) =>
  guarded(about, () => model.validate(value, bySchema))

/** Runs the checks on the validated value. */
const judged = async (
  result: StandardResult<unknown>,
  about: Validating,
  { checks }: Validators,
): Promise<StandardResult<unknown>> => (result.issues || !checks ? result : checks(result.value, about))

/** Calls a function of the context that returns the model. Classes (`String`, too) and the schemas of some libraries are functions. */
export function modelOf(given: unknown, context: unknown): unknown {
  if (typeof given !== 'function' || '~standard' in given || '_def' in given || 'ast' in given) return given
  if (Object.getOwnPropertyDescriptor(given, 'prototype')?.writable === false) return given
  return (given as (context: unknown) => unknown)(context ?? {})
}

const wrongModel = (message: string) => new ConfigurationError(message, { parameter: 'responseModel' })

const values = new WeakMap<WireModel, string>()
const lists = new WeakMap<WireModel, string>()

/** A model is passed as text, serialized once: the core uses it as a cache key, without parsing it. */
function asText(wire: WireModel, known = values, more: Partial<WireModel> = {}): string {
  const text = known.get(wire) ?? toJson({ ...wire, ...more }, 'responseModel')
  known.set(wire, text)
  return text
}

/** A tool needs a name: its own, its schema's title or id, or one from its index. */
function named(model: Model, i: number): Model {
  const { name, schema } = model.wire
  const { title, $ref } = schema
  const id = typeof $ref === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec($ref)?.[1] : undefined
  const found = name || (typeof title === 'string' && title) || id || `Tool${i + 1}`
  return { ...model, wire: { ...model.wire, name: found } }
}

/**
 * The candidate of parallel tools is `[{ name, tool, value }, …]`; each value is checked by the model with that
 * number. With `names` (`tools({ … })`) the value is a list of `{ tool, value }`, and a call without `value` is one that the
 * core requests again.
 */
function parallel(given: readonly unknown[], validators: Validators, names?: readonly string[]): ReadModels {
  const models = given.map((one, i) => {
    const model = toModel(one, names ? `responseModel.${names[i]}` : `responseModel[${i}]`)
    return names ? { ...model, wire: { ...model.wire, name: names[i]! } } : named(model, i)
  })
  const element: Validate = async (value, about) => {
    const issues: StandardIssue[] = []
    const values: unknown[] = []
    const calls = value as { tool: number; value?: unknown }[]
    for (const [i, call] of calls.entries()) {
      if (names && !('value' in call)) continue
      const model = models[call.tool] ?? models[0]!
      const result = await fitting(model, call.value, about, validators)
      if (result.issues)
        issues.push(...result.issues.map((issue) => ({ ...issue, path: [i, ...(issue.path ?? [])] })))
      else values.push(names ? { tool: names[call.tool], value: result.value } : result.value)
    }
    if (issues.length) return { issues }
    // The checks judge the whole list, once it is there.
    return values.length < calls.length ? { value: values } : judged({ value: values }, about, validators)
  }
  return {
    wire: {
      parallel: models.map(({ wire }) => toJson(wire, 'responseModel')),
      ...(names && { named: true }),
    },
    model: undefined,
    models,
    validate: element,
    element,
  }
}

/** Validates every element by its model, then by the checks; returns all problems. */
async function checkList(
  value: unknown,
  model: Model,
  about: Validating,
  validators: Validators,
): Promise<StandardResult<unknown>> {
  if (!Array.isArray(value)) return { issues: [{ message: 'Expected a list', path: [] }] }
  const fits = listed(await Promise.all(value.map((item) => fitting(model, item, about, validators))))
  if (fits.issues || !validators.checks) return fits
  return listed(await Promise.all(fits.value.map((item) => judged({ value: item }, about, validators))))
}

/** The results of elements as the result of the list. */
function listed(results: readonly StandardResult<unknown>[]): StandardResult<unknown[]> {
  const issues = results.flatMap((result, i) =>
    (result.issues ?? []).map((issue) => ({ ...issue, path: [i, ...(issue.path ?? [])] })),
  )
  return issues.length ? { issues } : { value: results.map((result) => (result as { value: unknown }).value) }
}
