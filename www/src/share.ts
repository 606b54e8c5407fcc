/**
 * The form in the address of the page, for a link that others can open. A link never contains a key. What it contains
 * is read as data from an unknown author: each field is checked, and the schema's source is interpreted only.
 */
import { isObject } from './dom.js'
import type { TargetLink } from './form/target.js'
import type { Language } from './schema/read.js'

export interface Link {
  preset: string
  /** `undefined`: the example's. */
  prompt?: string
  schema?: { language: Language; text: string }
  kind: 'object' | 'list'
  targets: TargetLink[]
  retries: number
  maxTokens: number
  stream: boolean
  early: boolean
  lenient: boolean
}

const PREFIX = '#s='
const MAX_LENGTH = 100_000

export function encodeLink(link: Link): string {
  const bytes = new TextEncoder().encode(JSON.stringify(link))
  const text = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
  return PREFIX + text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const number = (value: unknown, other: number): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : other

/** `undefined` if the address has no link, or one that cannot be read. */
export function decodeLink(hash: string): Link | undefined {
  if (!hash.startsWith(PREFIX) || hash.length > MAX_LENGTH) return undefined
  let given: unknown
  try {
    const binary = atob(hash.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'))
    given = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))))
  } catch {
    return undefined
  }
  if (!isObject(given)) return undefined
  const { schema } = given
  const targets = Array.isArray(given.targets) ? given.targets.filter(isObject).slice(0, 2) : []
  if (!targets.length) return undefined
  return {
    preset: text(given.preset),
    ...(typeof given.prompt === 'string' ? { prompt: given.prompt } : {}),
    ...(isObject(schema)
      ? { schema: { language: schema.language === 'json' ? 'json' : 'zod', text: text(schema.text) } }
      : {}),
    kind: given.kind === 'list' ? 'list' : 'object',
    targets: targets.map(({ provider, model, baseURL, mode }) => ({
      provider: text(provider),
      model: text(model),
      baseURL: text(baseURL),
      mode: text(mode),
    })),
    retries: number(given.retries, 3),
    maxTokens: number(given.maxTokens, 1000),
    stream: given.stream !== false,
    early: given.early === true,
    lenient: given.lenient === true,
  }
}
