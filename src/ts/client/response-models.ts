/** The `responseModel` of a call: one model, several tools, or a list of elements. */
import { ConfigurationError } from '../common/errors.js'
import { toJson } from '../common/json.js'
import type { Model, SchemaValidator, WireModel } from '../schema/model.js'
import { toModel } from '../schema/read-model.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'

/** How the value relates to the model: one value, one of several tools, or a list of elements. */
export type Shape = 'value' | 'partial' | 'list'

export interface ReadModels {
  readonly wire: unknown
  /** The one model of the value; parallel tools have none. */
  readonly model: Model | undefined
  readonly models: readonly Model[]
  readonly check: ((value: unknown) => Promise<StandardResult<unknown>>) | undefined
}

export function readModels(given: unknown, shape: Shape, validator: SchemaValidator): ReadModels {
  if (shape !== 'value' && (given === null || Array.isArray(given)))
    throw wrongModel(
      shape === 'list'
        ? 'createIterable accepts one model: that of the elements (a union is one model).'
        : 'createPartial accepts one model, not an array of models and not null.',
    )
  if (given === null) return { wire: null, model: undefined, models: [], check: undefined }
  if (Array.isArray(given)) {
    if (!given.length)
      throw wrongModel('responseModel is an empty array; parallel tools need at least one model.')
    return parallel(given, validator)
  }
  const model = toModel(given)
  if (shape === 'list' || (given as { streams?: unknown })?.streams === 'list')
    return {
      wire: asText(model.wire, lists, { iterable: true }),
      model,
      models: [model],
      check: async (value) => checkList(value, model, validator),
    }
  return {
    wire: asText(model.wire),
    model,
    models: [model],
    check: async (value) => model.validate(value, validator),
  }
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
 * number.
 */
function parallel(given: readonly unknown[], validator: SchemaValidator): ReadModels {
  const models = given.map((one, i) => named(toModel(one, `responseModel[${i}]`), i))
  const check = async (value: unknown): Promise<StandardResult<unknown>> => {
    const issues: StandardIssue[] = []
    const values: unknown[] = []
    for (const [i, call] of (value as { tool: number; value: unknown }[]).entries()) {
      const model = models[call.tool] ?? models[0]!
      const result = await model.validate(call.value, validator)
      if (result.issues)
        issues.push(...result.issues.map((issue) => ({ ...issue, path: [i, ...(issue.path ?? [])] })))
      else values.push(result.value)
    }
    return issues.length ? { issues } : { value: values }
  }
  return {
    wire: { parallel: models.map(({ wire }) => toJson(wire, 'responseModel')) },
    model: undefined,
    models,
    check,
  }
}

/** Validates every element by its model; returns all problems. */
async function checkList(
  value: unknown,
  model: Model,
  validator: SchemaValidator,
): Promise<StandardResult<unknown>> {
  if (!Array.isArray(value)) return { issues: [{ message: 'Expected a list', path: [] }] }
  const results = await Promise.all(value.map((item) => model.validate(item, validator)))
  const issues = results.flatMap((result, i) =>
    (result.issues ?? []).map((issue) => ({ ...issue, path: [i, ...(issue.path ?? [])] })),
  )
  if (issues.length) return { issues }
  return { value: results.map((result) => (result as { value: unknown }).value) }
}
