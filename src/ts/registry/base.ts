/** The base address, from an option, a variable or the row (src/provider/endpoint/base.rs). */
import { checkSegment, invalid, unset, wrong } from './refuse.js'
import { type Env, type Fields, modesOf, type Row } from './row.js'

/** The caller's address. */
export interface Given {
  /** Without user, query and request path. */
  readonly base: string
  /** From Azure's query. */
  readonly version: string | undefined
  /** The address has a user, which is sent as an authorization header. */
  readonly user: boolean
}

export function findBase(row: Row, option: string | undefined, own: Fields, env: Env): Given | undefined {
  if (option !== undefined) return readBase(row, 'baseURL', option)
  if (typeof own.azureEndpoint === 'string') return readBase(row, 'azureEndpoint', own.azureEndpoint)
  const name = row.baseEnv?.find(env)
  if (name) {
    const base = env(name)!
    const path = trimmed(base.slice(base.indexOf('://') < 0 ? 0 : base.indexOf('://') + 3))
    // A host only: the vendor's SDK adds the rest.
    return readBase(row, name, path.includes('/') ? base : trimmed(base) + (row.baseEnvEnding ?? ''))
  }
  const resource = row.azure && env('AZURE_RESOURCE_NAME')
  return resource
    ? readBase(row, 'AZURE_RESOURCE_NAME', `https://${percent(resource)}.openai.azure.com`)
    : undefined
}

const trimmed = (text: string): string => text.replace(/\/+$/, '')

/** Percent-encodes everything but unreserved characters. */
function percent(text: string): string {
  let out = ''
  for (const byte of new TextEncoder().encode(text)) {
    const char = String.fromCharCode(byte)
    out += /[\w.~-]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return out
}

function readBase(row: Row, name: string, given: string): Given {
  const [, scheme = '', rest = ''] = /^(.*?:\/\/)?(.*)$/s.exec(given) ?? []
  const host = rest.split(/[/?#]/, 1)[0]!
  const at = host.lastIndexOf('@')
  const url = at < 0 ? given : (scheme === '://' ? '' : scheme) + rest.slice(at + 1)
  const mark = url.indexOf('?')
  const [address, query] = mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)]
  let version: string | undefined
  if (row.azure && /^api-version=[^&]*$/.test(query)) version = query.slice('api-version='.length)
  else if (query || url.endsWith('?'))
    throw invalid(
      name,
      row.azure
        ? 'an address without a query: give the version as `apiVersion`'
        : 'an address without a query, since paths are added to it: give the query as `extraQuery`',
    )
  if (url.includes('#')) throw invalid(name, 'an address without a fragment (`#…`)')
  let base = address
  if (!/^(https?:\/)?\//.test(address)) {
    // A host without a scheme, as in some environment variables.
    if (address.includes('://') || !address.includes('.') || address.includes(' '))
      throw invalid(name, 'an http or https address')
    base = `https://${address}`
  }
  return { base: withoutPath(row, trimmed(base)), version, user: at >= 0 }
}

/** The address without the path of a request. */
function withoutPath(row: Row, base: string): string {
  for (const path of [row.path ?? '/chat/completions', row.streamPath]) {
    if (!path) continue
    const [before = '', after] = path.split('{model}')
    if (after === undefined) {
      if (base.endsWith(path)) return base.slice(0, -path.length)
    } else if (base.endsWith(after) && base.includes(before)) return base.slice(0, base.lastIndexOf(before))
  }
  return modesOf(row).includes('RESPONSES_TOOLS') ? without(base, '/responses') : base
}

const without = (text: string, ending: string): string =>
  text.endsWith(ending) ? text.slice(0, -ending.length) : text

/** What an address is completed with. */
export interface Completion {
  readonly row: Row
  readonly model: string
  readonly own: Fields
  readonly env: Env
  readonly runtime: unknown
}

/** The address without a trailing slash; for Azure's classic form the deployment's. */
export function completeBase(given: Given | undefined, completion: Completion): string {
  const { row, own, env, runtime } = completion
  if (row.key === 'GoogleCloud')
    return googleBase(own, given?.base, row.api === 'Anthropic' ? 'anthropic' : 'google')
  let base = given?.base
  if (base === undefined && row.key === 'Aws') base = awsBase(String(own.region))
  if (base === undefined && row.base === undefined) {
    if (row.missingBase)
      throw unset(row.missingBase, '<your-address>', row.azure ? 'azureEndpoint' : 'baseURL', runtime)
    throw wrong(
      `${row.id} needs an address: pass baseURL, e.g. fromProvider('${row.id}/…', { baseURL: 'http://localhost:4000/v1' }).`,
      { parameter: 'baseURL' },
    )
  }
  base ??= row.base!
  // The path includes the version if the row's base does not.
  if (/^\/(v1|api)\//.test(row.path ?? '')) base = without(base, '/v1')
  if (row.ending && !base.endsWith(row.ending)) return base + row.ending
  if (row.azure) return azureBase(base, given?.version, completion)
  return row.filled ? fill(base, row.filled, own, env, runtime) : base
}

/** Replaces the part in braces with an option or a variable. */
function fill(
  base: string,
  [option, variables, fallback]: NonNullable<Row['filled']>,
  own: Fields,
  env: Env,
  runtime: unknown,
): string {
  const hole = `{${option}}`
  if (!base.includes(hole)) return base
  const variable = variables.find(env)
  const value = (own[option] as string | undefined) ?? (variable ? env(variable) : undefined) ?? fallback
  if (value === null || value === undefined)
    throw unset(variables[0] ?? option, '<your-account>', option, runtime)
  checkSegment(option, value)
  if (base.split('/')[2]?.includes(hole) && /[^\w.-]/.test(value))
    throw invalid(option, "letters, digits, `-`, `_` and `.`: it is a part of the host's name")
  return base.replaceAll(hole, () => percent(value))
}

/** OpenAI's form without a version; the classic form if a version is given, or is in the address. */
function azureBase(base: string, inAddress: string | undefined, { own, env, model }: Completion): string {
  if (/\/openai\/v1$|\/models$|\/openai\/deployments\//.test(base)) return base
  const version = (own.apiVersion as string | undefined) ?? inAddress ?? env('OPENAI_API_VERSION')
  const host = without(base, '/openai')
  if (!version || !/^\d/.test(version)) return `${host}/openai/v1`
  checkSegment('model', model)
  return `${host}/openai/deployments/${percent(model)}`
}

/** Endings of AWS partitions by the start of the region. */
const PARTITIONS: Readonly<Record<string, string>> = {
  cn: 'amazonaws.com.cn',
  'us-iso': 'c2s.ic.gov',
  'us-isob': 'sc2s.sgov.gov',
  'eu-isoe': 'cloud.adc-e.uk',
  'us-isof': 'csp.hci.ic.gov',
}

function awsBase(region: string): string {
  const start = /^(.*)-[^-]*-[^-]*$/.exec(region)?.[1] ?? ''
  const ending = Object.hasOwn(PARTITIONS, start) ? PARTITIONS[start] : 'amazonaws.com'
  return `https://bedrock-runtime.${region}.${ending}`
}

function googleBase(own: Fields, base: string | undefined, publisher: string): string {
  const location = String(own.location)
  const project = own.project === undefined ? undefined : percent(String(own.project))
  const host = base === undefined ? googleHost(project, location) : trimmed(base)
  if (host.includes('/publishers/')) return host
  const place = project === undefined ? '' : `/projects/${project}/locations/${location}`
  return `${host}${host.includes('/v1') ? '' : '/v1beta1'}${place}/publishers/${publisher}`
}

function googleHost(project: string | undefined, location: string): string {
  if (project === undefined || location === 'global') return 'https://aiplatform.googleapis.com'
  return location === 'us' || location === 'eu'
    ? `https://aiplatform.${location}.rep.googleapis.com`
    : `https://${location}-aiplatform.googleapis.com`
}
