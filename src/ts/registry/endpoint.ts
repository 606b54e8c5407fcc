/** From a model string and options to the provider's row and address (src/provider/endpoint.rs). */
import { completeBase, findBase } from './base.js'
import { checkAws, checkGoogle, setPlaces, setRegion } from './cloud.js'
import { lower, Name, rule } from './name.js'
import { checkHeader, checkHeaderName, checkModel, invalid, trim, unsetKey, wrong } from './refuse.js'
import type { Env, Fields, Row, Variant } from './row.js'
import { ROWS, VARIANTS } from './rows.js'
import { closestProvider, providerOfModel } from './suggest.js'

export interface Endpoint {
  readonly row: Row
  readonly model: string
  readonly baseURL: string
}

/** Options that address a provider; the names with `_` are accepted too. */
const OPTIONS =
  'organization project azureEndpoint apiVersion vertexai location region credentials accessToken accessKeyId secretAccessKey sessionToken accountId anthropicVersion native binding'.split(
    ' ',
  )
/** Options that are true or false. */
const SWITCHES = ['vertexai', 'native', 'binding']

/** Removes the options of the address from `options`. */
export function resolve(given: string, options: Record<string, unknown>, env: Env): Endpoint {
  const split = splitModel(given)
  const { model } = split
  const own = ownOptions(options)
  const { apiKey, browser, headers: _, ...rest } = options
  const key = text(options, 'apiKey')
  const blank = typeof apiKey === 'string' && !trim(apiKey)
  if (key === undefined) turnOn(split.row, own, env)
  const row = variantOf(split.row, model, own)
  checkModel(row, model)
  const option = text(options, 'baseURL')
  const runtime = rest.runtime ?? (browser ? 'browser' : 'node')
  const headers = headerNames(row, options, own, env)
  const base = findBase(row, option, own, env)
  const user = base?.user ?? false
  if (user) headers.add('authorization')
  // With an authorization header of the caller (for a proxy), only the place is needed, no keys.
  const authorized = headers.has('authorization')
  const keyEnv = () => row.keyEnv?.map(env).find((value) => value !== undefined)
  if (row.key === 'Aws') {
    if (authorized) setRegion(own, model, env)
    else checkAws(own, model, key ?? keyEnv(), env)
  } else if (row.key === 'GoogleCloud') {
    if (authorized) setPlaces(own, env)
    else checkGoogle(own, key, env)
  } else if (user && row.keyHeader === undefined && row.key !== 'None') {
    // The user of the address replaces a bearer key.
  } else if (typeof own.accessToken === 'string' && key === undefined)
    checkHeader('accessToken', own.accessToken)
  else if (!hasKey(row, key ?? keyEnv(), env, headers)) throw unsetKey(row, runtime, blank)
  for (const name of ['apiKey', 'baseURL', 'headers', 'browser', 'runtime']) delete options[name]
  return { row, model, baseURL: completeBase(base, { row, model, own, env, runtime }) }
}

function splitModel(given: string): { row: Row; model: string } {
  const slash = given.indexOf('/')
  if (slash < 0) {
    const family = providerOfModel(given)
    const meant = family ? `${family}/${given}` : `${closestProvider(given) ?? ''}/…`
    throw wrong(
      'Model string must be in format "provider/model-name" (e.g. "openai/gpt-4" or "anthropic/claude-3-sonnet")' +
        (meant === '/…' ? '' : `. Did you mean "${meant}"?`),
    )
  }
  const [provider, model] = [given.slice(0, slash), given.slice(slash + 1)]
  if (!provider || !model)
    throw wrong(
      'Model string must be in format "provider/model-name" with both parts non-empty (e.g. "openai/gpt-4")',
    )
  const row = ROWS.find(({ id }) => id === provider)
  if (row) return { row, model }
  const meant = closestProvider(provider)
  throw wrong(
    `Unsupported provider: ${provider}.${meant ? ` Did you mean '${meant}/${model}'?` : ''} Supported providers are: ['${ROWS.map(({ id }) => id).join("', '")}']`,
  )
}

/** The options that address a provider, with checked kinds. */
function ownOptions(options: Record<string, unknown>): Record<string, unknown> {
  const own: Record<string, unknown> = {}
  for (const name of OPTIONS) {
    const snake = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    const found = Object.hasOwn(options, name) ? name : snake
    if (Object.hasOwn(options, found) && options[found] !== null) own[name] = options[found]
    delete options[found]
  }
  for (const [name, value] of Object.entries(own)) {
    if (name === 'credentials') continue
    if (SWITCHES.includes(name)) {
      if (typeof value !== 'boolean') throw invalid(name, 'true or false')
    } else if (typeof value !== 'string') throw invalid(name, 'a string')
  }
  return own
}

/** An option's text; `undefined` where it is blank. */
function text(options: Fields, name: string): string | undefined {
  const value = options[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw invalid(name, 'a string')
  return trim(value) ? value : undefined
}

const variantsOf = (row: Row): Variant[] => VARIANTS.filter(({ of }) => of.includes(row.id))

/** Sets the options that a variable turns on and the caller does not give. */
function turnOn(row: Row, own: Record<string, unknown>, env: Env): void {
  for (const { option, variables } of variantsOf(row))
    if (option && variables?.some((name) => /^(true|True|1)$/.test(env(name) ?? ''))) own[option] ??= true
}

/** The row in force. */
function variantOf(row: Row, model: string, own: Fields): Row {
  const found = variantsOf(row).find(
    ({ option, has, toolRule }) =>
      (!option || own[option] === true) &&
      (!has || new Name(model).has(has)) &&
      (!toolRule || rule(model).chatTools !== undefined),
  )
  return found?.row ?? row
}

/** The names of the caller's headers, and of those that options or variables fill in. */
function headerNames(row: Row, options: Fields, own: Fields, env: Env): Set<string> {
  const names = new Set<string>()
  const { headers } = options
  if (headers !== undefined && headers !== null) {
    if (typeof headers !== 'object' || Array.isArray(headers))
      throw invalid('headers', 'an object of strings')
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) continue
      if (typeof value !== 'string') throw invalid(`headers['${name}']`, 'a string')
      checkHeaderName(name)
      checkHeader(`headers['${name}']`, value)
      names.add(lower(name))
    }
  }
  for (const [header, option, variable] of row.optionHeaders ?? []) {
    const value = (own[option] as string | undefined) ?? (names.has(header) ? undefined : env(variable))
    if (value === undefined) continue
    checkHeader(option, value)
    names.add(header)
  }
  return names
}

/** Whether the row's key is there, or is not needed. */
function hasKey(row: Row, key: string | undefined, env: Env, headers: ReadonlySet<string>): boolean {
  const token = key === undefined && row.tokenEnv ? env(row.tokenEnv) : undefined
  // Reported here, because `fetch` would only report a network error.
  const odd = /[^ -~]/u.exec(trim(key ?? token ?? ''))?.[0]
  if (odd !== undefined)
    throw wrong(`The key holds '${odd}', which no header can: is it the real key, copied whole?`, {
      parameter: 'apiKey',
    })
  return (
    key !== undefined ||
    token !== undefined ||
    row.key !== undefined ||
    headers.has(row.keyHeader ?? 'authorization') ||
    headers.has('authorization')
  )
}
