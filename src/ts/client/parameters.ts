/**
 * Checks of options and parameters. Aliases are replaced by the documented names. A mistyped or misplaced name, a
 * credential and a value that JSON would drop are ConfigurationErrors.
 */
import { edits } from '../common/edits.js'
import { ConfigurationError } from '../common/errors.js'
import { later, NotLoaded } from '../common/later.js'
import { ALIASES, CALL_NAMES, CLIENT_NAMES, FIRST_FIELDS, HINTS, plainName, SHARED_NAMES } from './names.js'

type Given = Readonly<Record<string, unknown>>
export type Place = 'client' | 'call'

/** Replaces aliases by the documented names, which take precedence. The result has no prototype. */
export function aliased(given: object): Record<string, unknown> {
  const own = given as Given
  const out: Record<string, unknown> = Object.create(null)
  for (const [key, value] of Object.entries(own)) {
    const name = ALIASES.get(key)
    if (name === undefined) out[key] = value
    else if (name && (!Object.hasOwn(own, name) || own[name] === undefined)) out[name] ??= value
  }
  return out
}

const KNOWN: Readonly<Record<Place, ReadonlySet<string>>> = {
  client: new Set([...SHARED_NAMES, ...CLIENT_NAMES, ...FIRST_FIELDS]),
  call: new Set([...SHARED_NAMES, ...CALL_NAMES, ...FIRST_FIELDS]),
}
/** Valid names of the other kind. */
const ELSEWHERE: Readonly<Record<Place, ReadonlySet<string>>> = {
  client: new Set(CALL_NAMES),
  call: new Set(CLIENT_NAMES),
}

/** Names of secrets. */
const SECRET =
  /(^|[a-z])(apikey|accesskey|secret|password|passwd|credentials?|authorization|bearer|privatekey|cookie)|token$|tokenprovider$|^keys?$/
/** Tokens of a text, not of an account. */
const NO_SECRET = /(stop|eos|bos|pad|sep|mask|unk|next|start|end)token$/

const isSecret = (plain: string): boolean => SECRET.test(plain) && !NO_SECRET.test(plain)

/**
 * Request fields that would be refused without the list of all: they are close to a name above, or look like a credential.
 * `tests/runtimes/loading.test.mjs` compares them with that list.
 */
const LIKE_OTHERS: ReadonlySet<string> = new Set(
  'anthropic_version fallback_credit_token fallbacks speed top_k contents frequencyPenalty presencePenalty responseFormat serviceTier topK models top_a logprob min_completion_tokens min_tokens timings_per_token'.split(
    ' ',
  ),
)
const NONE: ReadonlySet<string> = new Set()

/** Throws for names that are mistyped, misplaced or credentials. `given` is the result of {@link aliased}. */
export function checkNames(given: Given, place: Place): void {
  for (const key of Object.keys(given))
    if (given[key] !== undefined && !KNOWN[place].has(key))
      checkName(key, place, later('fields').REQUEST_FIELDS)
}

/**
 * The same for a function that cannot wait for the list of all request fields. Returns what is left to be checked when the list
 * is there: a name that is close to one of its fields.
 */
export function checkNamesNow(given: Given, place: Place): (() => void) | undefined {
  try {
    checkNames(given, place)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof NotLoaded)) throw thrown
  }
  for (const key of Object.keys(given))
    if (given[key] !== undefined && !KNOWN[place].has(key) && !LIKE_OTHERS.has(key))
      checkName(key, place, NONE)
  return () => checkNames(given, place)
}

function checkName(key: string, place: Place, fields: ReadonlySet<string>): void {
  if (fields.has(key)) return
  if (ELSEWHERE[place].has(key)) throw misplacedName(key, place)
  const plain = plainName(key)
  const hint = HINTS.get(plain)
  if (hint) throw refused(key, place, hint)
  const near = nearest(key, plain, [KNOWN[place], fields, ELSEWHERE[place]])
  if (near && ELSEWHERE[place].has(near)) throw misplacedName(key, place, near)
  if (near)
    throw refused(
      key,
      place,
      `Did you mean ${near}? A field of the provider with this name goes into extraBody.`,
    )
  if (isSecret(plain))
    throw refused(
      key,
      place,
      `It looks like a credential, which never goes into a request body. ${
        place === 'client'
          ? 'Did you mean apiKey, accessToken or credentials?'
          : 'Give it to the client: client.with({ apiKey }).'
      }`,
    )
}

function misplacedName(key: string, place: Place, name = key): ConfigurationError {
  return refused(
    key,
    place,
    place === 'client'
      ? 'It belongs to a call.'
      : name === 'headers'
        ? 'For headers of one call there is extraHeaders.'
        : `It belongs to the client: use client.with({ ${name} }), or a separate client.`,
  )
}

function refused(key: string, place: Place, hint: string): ConfigurationError {
  const what = place === 'client' ? 'an option of a client' : 'a parameter of a call'
  return new ConfigurationError(`${key} is not ${what}. ${hint}`, { parameter: key })
}

/** The known name that is closest to a mistyped one, within the allowed number of edits. */
function nearest(key: string, plain: string, lists: readonly ReadonlySet<string>[]): string | undefined {
  const style = key.includes('_')
  const word = singular(plain)
  let best: string | undefined
  let least = 3
  for (const names of lists)
    for (const name of names) {
      // project_id is not a mistyped project.
      if (isId(key) !== isId(name)) continue
      const other = singular(plainName(name))
      const limit = allowed(Math.min(word.length, other.length))
      if (Math.abs(word.length - other.length) > limit) continue
      const away = edits(word, other)
      // At the same distance the same style wins: max_tokens, not maxTokens.
      const rank = away + (name.includes('_') === style ? 0 : 0.5)
      if (away <= limit && rank < least) {
        best = name
        least = rank
      }
    }
  return best
}

const isId = (name: string): boolean => /(_id|Id)s?$/.test(name)

/** Makes `maxRetry` and `maxRetries` alike. */
const singular = (word: string): string => word.replace(/ies$/, 'y').replace(/s$/, '')

/** Edits allowed for a name of this length: many short names differ by two letters only. */
const allowed = (length: number): number => (length < 3 ? 0 : length < 6 ? 1 : 2)

/**
 * Checks `extraBody` and `extraQuery`, whose names belong to the provider: only credentials are refused, since bodies
 * and URLs of requests are shown in attempts and hooks.
 */
export function checkPassThrough({ extraBody, extraQuery }: Given): void {
  for (const [part, given] of Object.entries({ extraBody, extraQuery })) {
    if (typeof given !== 'object' || given === null) continue
    for (const key of Object.keys(given))
      if (!KNOWN.call.has(key) && !LIKE_OTHERS.has(key) && isSecret(plainName(key)))
        throw new ConfigurationError(
          `${part}.${key} looks like a credential. Pass it to the client as apiKey, accessToken or in headers.`,
          { parameter: `${part}.${key}` },
        )
  }
}

const TOO_DEEP = 64

/**
 * Throws for values that `JSON.stringify` drops or changes silently, with their path: functions, symbols, NaN, and
 * objects without own members (a Map, a Promise, an AbortSignal).
 */
export function checkPlain(value: unknown, path: string, seen = new Set<object>(), depth = 0): void {
  if (typeof value === 'function' || typeof value === 'symbol') throw lost(`a ${typeof value}`, path)
  if (typeof value === 'number' && !Number.isFinite(value)) throw lost(String(value), path)
  // Cycles and deeper values fail in toJson.
  if (typeof value !== 'object' || value === null || depth > TOO_DEEP || seen.has(value)) return
  seen.add(value)
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkPlain(item, `${path}[${i}]`, seen, depth + 1)
    return
  }
  const entries = Object.entries(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (ArrayBuffer.isView(value) || (!entries.length && prototype && Object.getPrototypeOf(prototype)))
    throw lost(`an object of the class ${value.constructor?.name}`, path)
  for (const [key, item] of entries)
    checkPlain(
      item,
      /^\w+$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`,
      seen,
      depth + 1,
    )
}

function lost(what: string, path: string): ConfigurationError {
  return new ConfigurationError(`${path} is ${what}, which cannot be part of a request.`, { parameter: path })
}
