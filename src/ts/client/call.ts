/**
 * From a call's parameters to what crosses to the core: the model rendered, bytes in messages turned to text,
 * templates filled in, functions taken out. All that is wrong with the parameters' types is told here or by the core,
 * before anything is sent.
 */
import { warnOnce } from '../common/environment.js'
import { ConfigurationError, ValidationError } from '../common/errors.js'
import { plainHeaders } from '../common/headers.js'
import { toJson } from '../common/json.js'
import {
  describe,
  type Json,
  type Model,
  type SchemaValidator,
  toModel,
  type WireModel,
} from '../schema/model.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import { checkBySchema, type Loader, prepareValidator, renderMessages } from '../wasm/core.js'
import { type HookHandlers, Hooks } from './hooks.js'
import { plainIssue } from './host.js'
import { checkMessages, plainMessages, plainMessagesNow } from './messages.js'
import { aliased, checkNames, checkPassThrough, checkPlain } from './parameters.js'
import type { Cache, RetryPolicy } from './types.js'

/** One call, read: what the core gets, and what stays here. */
export interface Call {
  /** Without messages; those may need waiting. */
  readonly wire: Json
  readonly messages: unknown
  readonly context: Readonly<Record<string, unknown>> | undefined
  readonly hooks: Hooks
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
  readonly policy: RetryPolicy | undefined
  readonly cache: Cache | boolean | undefined
  readonly cacheTtl: number | undefined
  readonly cacheNamespace: string | undefined
  readonly early: boolean
  readonly model: Model | undefined
  /** Some model is plain JSON Schema, whose values the validator module checks. */
  readonly plain: boolean
  /** The schemas that it checks by. */
  readonly schemas: readonly Json[]
  readonly validator: SchemaValidator
  readonly validate: ((value: unknown) => Promise<StandardResult<unknown>>) | undefined
}

/** How the value relates to the model: one value, one of several tools, or a list of elements. */
export type Shape = 'value' | 'partial' | 'list'

export function readCall(given: unknown, loader: Loader, shape: Shape): Call {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new ConfigurationError(
      'The parameters of a call must be an object: { responseModel, messages, … }.',
    )
  const params = aliased(given as Record<string, unknown>)
  const {
    responseModel,
    messages,
    context,
    hooks,
    signal,
    cache,
    cacheTtl,
    cacheNamespace,
    validate,
    maxRetries,
    timeout,
    extraHeaders,
    ...rest
  } = params
  checkNames(params, 'call')
  if (responseModel === undefined)
    throw new ConfigurationError(
      'responseModel is missing: give a schema, or null for the raw answer.' +
        ('responseModel' in params ? ' (It is undefined: is its import right?)' : ''),
      { parameter: 'responseModel' },
    )
  checkSignal(signal)
  checkRetries(maxRetries)
  for (const [key, value] of Object.entries(rest)) checkPlain(value, key)
  checkPassThrough(rest)
  checkMessages(messages)
  if (rest.prompt === '')
    throw new ConfigurationError('prompt is an empty string: say what is asked for.', { parameter: 'prompt' })
  if (context !== undefined && context !== null && (typeof context !== 'object' || Array.isArray(context)))
    throw new ConfigurationError('context must be an object of template variables.', { parameter: 'context' })
  if (validate !== undefined && validate !== 'early' && validate !== 'end')
    throw new ConfigurationError("validate must be 'early' (as parts of a stream close) or 'end'.", {
      parameter: 'validate',
    })
  const validator: SchemaValidator = (schema, value) => checkBySchema(loader, schema, value)
  const { wire, check, model, models } = readModels(responseModel, shape, validator)
  const schemas = models.filter(({ plain }) => plain).map((one) => one.wire.schema)
  const policy = retryPolicy(maxRetries)
  const limit = checkTimeout(timeout)
  return {
    wire: {
      ...rest,
      ...(maxRetries === undefined ? {} : { maxRetries: policy ? wirePolicy(policy) : maxRetries }),
      ...(limit === undefined ? {} : { timeout: limit }),
      ...(extraHeaders === undefined ? {} : { extraHeaders: plainHeaders(extraHeaders, 'extraHeaders') }),
      responseModel: wire,
    },
    messages,
    context: (context as Record<string, unknown> | null) ?? undefined,
    hooks: new Hooks(hooks as HookHandlers | undefined),
    signal: (signal as AbortSignal | null) ?? undefined,
    timeout: limit,
    policy,
    cache: cache as Cache | boolean | undefined,
    cacheTtl: checkTtl(cacheTtl),
    cacheNamespace: checkNamespace(cacheNamespace),
    early: validate === 'early',
    model,
    plain: schemas.length > 0,
    schemas,
    validator,
    validate: check,
  }
}

interface ReadModels {
  readonly wire: unknown
  /** The one model of the value; parallel tools have none. */
  readonly model: Model | undefined
  readonly models: readonly Model[]
  readonly check: Call['validate']
}

function readModels(given: unknown, shape: Shape, validator: SchemaValidator): ReadModels {
  if (shape !== 'value' && (given === null || Array.isArray(given)))
    throw wrongModel(
      shape === 'list'
        ? 'createIterable takes one model: that of the elements (a union is one).'
        : 'createPartial takes one model, not an array of them and not null.',
    )
  if (given === null) return { wire: null, model: undefined, models: [], check: undefined }
  if (Array.isArray(given)) {
    if (!given.length)
      throw wrongModel('responseModel is an empty array; parallel tools need at least one model.')
    return parallel(given, validator)
  }
  const model = toModel(given)
  if (shape === 'list')
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

/** A model crosses as text, written once: by it the core knows what it has rendered before, without reading it. */
function asText(wire: WireModel, known = values, more: Partial<WireModel> = {}): string {
  const text = known.get(wire) ?? toJson({ ...wire, ...more }, 'responseModel')
  known.set(wire, text)
  return text
}

/** A tool needs a name: its own, its schema's title or id, or one by its place. */
function named(model: Model, i: number): Model {
  const { name, schema } = model.wire
  const { title, $ref } = schema
  const id = typeof $ref === 'string' ? /^#\/(?:\$defs|definitions)\/([^/]+)$/.exec($ref)?.[1] : undefined
  const found = name || (typeof title === 'string' && title) || id || `Tool${i + 1}`
  return { ...model, wire: { ...model.wire, name: found } }
}

/** The candidate of parallel tools is `[{ name, tool, value }, …]`; each value is checked by the model with that number. */
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

/** Every element by its model; all problems at once. */
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

const POLICY = ['attempts', 'delay', 'retryOn', 'onRetry']

/** The policy's functions stay here; the core asks for their verdict. Of a number it is the core that judges. */
export function retryPolicy(maxRetries: unknown): RetryPolicy | undefined {
  if (maxRetries === undefined || maxRetries === null || Number.isFinite(maxRetries)) return undefined
  if (typeof maxRetries !== 'object' || Array.isArray(maxRetries))
    throw wrongRetries(typeof maxRetries === 'number' ? String(maxRetries) : describe(maxRetries))
  const policy = maxRetries as RetryPolicy
  const odd = Object.keys(policy).find((key) => !POLICY.includes(key))
  if (odd !== undefined) throw wrongRetries(`one with '${odd}'`)
  for (const key of ['attempts', 'delay'] as const)
    if (typeof policy[key] === 'number' && !Number.isFinite(policy[key]))
      throw new ConfigurationError(`maxRetries.${key} must be a number that is finite.`, {
        parameter: `maxRetries.${key}`,
      })
  for (const key of ['retryOn', 'onRetry'] as const)
    if (policy[key] !== undefined && typeof policy[key] !== 'function')
      throw new ConfigurationError(`maxRetries.${key} must be a function.`, {
        parameter: `maxRetries.${key}`,
      })
  return policy
}

function wrongRetries(got: string): ConfigurationError {
  return new ConfigurationError(
    `maxRetries must be a number of retries, or a policy { attempts, delay, retryOn, onRetry }; got ${got}.`,
    { parameter: 'maxRetries' },
  )
}

/** Milliseconds, if any; without end is none. */
export function checkTimeout(timeout: unknown): number | undefined {
  if (timeout === undefined || timeout === null || timeout === Number.POSITIVE_INFINITY) return undefined
  if (typeof timeout !== 'number' || !(timeout > 0))
    throw new ConfigurationError('timeout must be milliseconds, more than 0.', { parameter: 'timeout' })
  if (timeout < SHORTEST)
    warnOnce(
      `timeout: ${timeout} means ${timeout} milliseconds, in which no model answers. Python's seconds are milliseconds here.`,
    )
  return timeout
}

/** No model answers faster; a smaller number is most likely in seconds. */
const SHORTEST = 100

/** How long an answer is kept, in milliseconds. */
export function checkTtl(ttl: unknown): number | undefined {
  if (ttl === undefined || ttl === null || ttl === Number.POSITIVE_INFINITY) return undefined
  if (typeof ttl === 'number' && ttl > 0) return ttl
  throw new ConfigurationError('cacheTtl must be milliseconds, more than 0.', { parameter: 'cacheTtl' })
}

export function checkNamespace(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string' && given) return given
  throw new ConfigurationError('cacheNamespace must be a string that is not empty.', {
    parameter: 'cacheNamespace',
  })
}

export function checkRetries(maxRetries: unknown): void {
  if (typeof maxRetries === 'number' && maxRetries < 0)
    throw new ConfigurationError('maxRetries must be 0 (one attempt) or more.', { parameter: 'maxRetries' })
}

export function wirePolicy(policy: RetryPolicy): Json {
  const { attempts, delay, retryOn, onRetry } = policy
  const hostDecides = Boolean(retryOn || onRetry || typeof delay === 'function')
  return { attempts, delay: typeof delay === 'function' ? undefined : delay, hostDecides }
}

export function checkSignal(signal: unknown): void {
  if (signal === undefined || signal === null) return
  if (typeof signal !== 'object' || !('aborted' in signal) || !('addEventListener' in signal))
    throw new ConfigurationError('signal must be an AbortSignal, e.g. new AbortController().signal.', {
      parameter: 'signal',
    })
}

/** The call as JSON text, messages included. */
export async function wireCall(call: Call, loader: Loader, more: Json): Promise<string> {
  if (call.plain) await prepareValidator(loader, call.schemas)
  let messages = await plainMessages(call.messages)
  let prompt = call.wire.prompt
  if (call.context) {
    const context = toJson(call.context, 'context')
    const rendered = async (value: unknown) =>
      JSON.parse(await renderMessages(loader, toJson(value, 'messages'), context)) as unknown[]
    if (Array.isArray(messages)) messages = await rendered(messages)
    if (typeof prompt === 'string')
      prompt = ((await rendered([{ role: 'user', content: prompt }]))[0] as { content: string }).content
  }
  return toJson({ ...call.wire, prompt, messages, ...more }, 'The call')
}

/** The same where there is no waiting. */
export function wireCallNow(call: Call, more: Json): string {
  if (call.context)
    throw new ConfigurationError(
      'buildRequest is synchronous, and templates (`context`) are rendered by a module that is loaded when needed. Render the messages first.',
      { parameter: 'context' },
    )
  return toJson({ ...call.wire, messages: plainMessagesNow(call.messages), ...more }, 'The call')
}

/** A value by the call's model; without one everything fits. */
export async function checked(call: Call, value: unknown): Promise<StandardResult<unknown>> {
  return (await call.validate?.(value)) ?? { value }
}

export function notValid(found: readonly StandardIssue[]): ValidationError {
  const issues = found.map(plainIssue)
  const lines = issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`)
  return new ValidationError(`The answer does not fit the model:\n${lines.join('\n')}`, { issues })
}
