/**
 * Converts a call's parameters to the core's input: schemas converted, bytes in messages encoded, templates rendered,
 * functions kept here. Parameters of a wrong type are refused here or by the core before anything is sent.
 */
import { ConfigurationError, ValidationError } from '../common/errors.js'
import { plainHeaders } from '../common/headers.js'
import { type Json, toJson } from '../common/json.js'
import { whenLoaded } from '../common/later.js'
import type { Validating } from '../common/validating.js'
import { plainIssue } from '../schema/issues.js'
import type { Model, SchemaValidator } from '../schema/model.js'
import type { StandardIssue, StandardResult } from '../schema/standard.js'
import type { Loader } from '../wasm/loader.js'
import { checkBySchema, compileSchemas, prepareValidator, renderMessages } from '../wasm/optional.js'
import { type Cache, checkNamespace, checkTtl } from './cache.js'
import { checksOf, readCheck } from './check.js'
import type { Checks } from './check-types.js'
import { checkSignal, checkTimeout } from './checks.js'
import { type HookHandlers, Hooks } from './hooks.js'
import { checkMessages, plainMessages, plainMessagesNow } from './messages.js'
import { aliased, checkNames, checkPassThrough, checkPlain } from './parameters.js'
import { modelOf, readModels, type Shape, type Validate } from './response-models.js'
import { checkRetries, type RetryPolicy, retryPolicy, wirePolicy } from './retry-policy.js'
import { type PromptFunction, plainPrompt, promptFunction } from './schema-prompt.js'
import { type OwnTools, readTools, splitTools } from './tool-calls.js'

/** One parsed call: the core's input, and the values that stay here. */
export interface Call {
  /** Without messages, which may be asynchronous. */
  readonly wire: Json
  readonly messages: unknown
  readonly context: Readonly<Record<string, unknown>> | undefined
  readonly hooks: Hooks
  /** The hooks of a call of a fallback, in place of those of its client and its own. */
  readonly allHooks?: readonly Hooks[]
  readonly signal: AbortSignal | undefined
  readonly timeout: number | undefined
  readonly policy: RetryPolicy | undefined
  readonly cache: Cache | boolean | undefined
  readonly cacheTtl: number | undefined
  readonly cacheNamespace: string | undefined
  readonly early: boolean
  /** `schemaPrompt`, if it is a function; `null` if the call has another one. */
  readonly writePrompt: PromptFunction | null | undefined
  readonly model: Model | undefined
  /** The schemas for the validator module. */
  readonly schemas: readonly Json[]
  readonly validator: SchemaValidator
  readonly validate: Validate | undefined
  /** Validates one element of a streamed list. */
  readonly element: Validate
  /** The app's own tools. */
  readonly tools: OwnTools | undefined
}

/** What a client has for all of its calls. */
interface Defaults {
  /** Its checks, and those of the client whose fallback it is. */
  readonly checks?: readonly (Checks<unknown> | undefined)[]
  readonly ownTools?: readonly unknown[]
}

export function readCall(given: unknown, loader: Loader, shape: Shape, client: Defaults = {}): Call {
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
    check,
    maxRetries,
    timeout,
    extraHeaders,
    schemaPrompt,
    fallback: _fallback,
    fallbackOn: _on,
    fallbackAfter: _after,
    tools: givenTools,
    ...others
  } = params
  const { own, provider } = splitTools(givenTools)
  const rest: Record<string, unknown> = provider === undefined ? others : { ...others, tools: provider }
  checkNames(params, 'call')
  if (responseModel === undefined)
    throw new ConfigurationError(
      'responseModel is missing: give a schema, or null for the raw answer.' +
        ('responseModel' in params ? ' (It is undefined: is its import right?)' : ''),
      { parameter: 'responseModel' },
    )
  checkSignal(signal)
  checkRetries(maxRetries)
  const prompt = plainPrompt(schemaPrompt)
  for (const [key, value] of Object.entries({ ...rest, schemaPrompt: prompt })) checkPlain(value, key)
  checkPassThrough(rest)
  checkMessages(messages)
  if (rest.prompt === '')
    throw new ConfigurationError('prompt is an empty string: describe the task.', { parameter: 'prompt' })
  if (context !== undefined && context !== null && (typeof context !== 'object' || Array.isArray(context)))
    throw new ConfigurationError('context must be an object of template variables.', { parameter: 'context' })
  if (validate !== undefined && validate !== 'early' && validate !== 'end')
    throw new ConfigurationError("validate must be 'early' (as parts of a stream close) or 'end'.", {
      parameter: 'validate',
    })
  const validator: SchemaValidator = (schema, value) => checkBySchema(loader, schema, value)
  const read = readModels(modelOf(responseModel, context), shape, {
    bySchema: validator,
    checks: checksOf([...(client.checks ?? []), readCheck(check)], context),
  })
  const { wire, model, models } = read
  // The tools of a call replace those of the client.
  const tools = readTools(givenTools === undefined ? (client.ownTools ?? []) : own, validator)
  const plain = models.filter((one) => one.plain).map((one) => one.wire.schema)
  const schemas = [...plain, ...(tools?.schemas ?? [])]
  const policy = retryPolicy(maxRetries)
  const limit = checkTimeout(timeout)
  return {
    wire: {
      ...rest,
      ...(prompt === undefined ? {} : { schemaPrompt: prompt }),
      ...(maxRetries === undefined ? {} : { maxRetries: policy ? wirePolicy(policy) : maxRetries }),
      ...(limit === undefined ? {} : { timeout: limit }),
      ...(extraHeaders === undefined ? {} : { extraHeaders: plainHeaders(extraHeaders, 'extraHeaders') }),
      ...(tools && { ownTools: tools.wire }),
      responseModel: wire,
    },
    messages,
    context: (context as Record<string, unknown> | null) ?? undefined,
    hooks: new Hooks(hooks as HookHandlers | Hooks | undefined),
    signal: (signal as AbortSignal | null) ?? undefined,
    timeout: limit,
    policy,
    cache: cache as Cache | boolean | undefined,
    cacheTtl: checkTtl(cacheTtl),
    cacheNamespace: checkNamespace(cacheNamespace),
    early: validate === 'early',
    writePrompt: promptFunction(schemaPrompt) ?? (schemaPrompt === undefined ? undefined : null),
    model,
    schemas,
    validator,
    validate: read.validate,
    element: read.element,
    tools,
  }
}

/** The parameters that decide which parts of the core a call runs, as JSON text: all but the texts. */
export const partsInput = (call: Call): string => toJson({ ...call.wire, prompt: undefined }, 'The call')

/** The parameters that decide the schema prompt, as JSON text. */
export const promptInput = (call: Call): string =>
  toJson({ ...call.wire, prompt: '-', schemaPrompt: '{schema}' }, 'The call')

/** The call as JSON text, messages included. */
export async function wireCall(call: Call, loader: Loader, more: Json): Promise<string> {
  // An invalid schema is reported before anything is sent, unless that would delay the request by a download.
  if (loader.fetches) compileSchemas(call.schemas)
  else await prepareValidator(loader, call.schemas)
  let messages = await whenLoaded(() => plainMessages(call.messages))
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

/** The same, synchronously. */
export function wireCallNow(call: Call, more: Json): string {
  if (call.context)
    throw new ConfigurationError(
      'buildRequest is synchronous, and templates (`context`) are rendered by a module that is loaded on demand. Render the messages first.',
      { parameter: 'context' },
    )
  return toJson({ ...call.wire, messages: plainMessagesNow(call.messages), ...more }, 'The call')
}

/** Validates a value by the call's model; without a model every value is valid. */
export async function checked(
  call: Call,
  value: unknown,
  about: Validating,
): Promise<StandardResult<unknown>> {
  return (await call.validate?.(value, about)) ?? { value }
}

export function notValid(found: readonly StandardIssue[]): ValidationError {
  const issues = found.map(plainIssue)
  const lines = issues.map(({ path, message }) => `${path.join('.') || '(root)'}: ${message}`)
  return new ValidationError(`The answer does not match the model:\n${lines.join('\n')}`, { issues })
}
