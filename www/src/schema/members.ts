/**
 * What a schema's source can reach: names, and members of values. Nothing leads to the page, to the network or to code
 * that is made from a text, so a source that comes with a shared link is safe to evaluate.
 */
import * as z from 'zod'

// Zod compiles validators from text otherwise, which the page's content security policy refuses.
z.config({ jitless: true })

/** Members of `z` that are not about schemas: its internals, and its global settings. */
const INTERNAL = new Set([
  'core',
  'util',
  'config',
  'locales',
  'regexes',
  'registry',
  'globalRegistry',
  'function',
])

const builders = Object.create(null) as Record<string, unknown>
for (const [name, value] of Object.entries(z))
  if (!INTERNAL.has(name) && !/^[_$]|Error|^clone$/.test(name)) builders[name] = value

/** Members by which code could be made from a text, or a prototype reached. */
const CLOSED = new Set(['constructor', 'prototype', 'caller', 'callee', 'arguments', 'call', 'apply', 'bind'])

/** Globals of a schema's source. */
export const GLOBALS: Readonly<Record<string, unknown>> = Object.assign(Object.create(null), {
  z: builders,
  undefined,
  NaN,
  Infinity,
  Math,
  JSON: { parse: JSON.parse, stringify: JSON.stringify },
  Object: { keys: Object.keys, values: Object.values, entries: Object.entries },
  Number,
  String,
  Boolean,
  Date,
  Set,
  RegExp,
  parseInt: Number.parseInt,
  parseFloat: Number.parseFloat,
  isNaN: Number.isNaN,
})

/** What `new` accepts. */
export const CONSTRUCTORS: ReadonlySet<unknown> = new Set([Date, Set, RegExp])

export const isClosed = (name: string): boolean => CLOSED.has(name) || /^[_$]/.test(name)

/** The names that completion offers for a value. */
export function membersOf(value: unknown): string[] {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return []
  const names = new Set<string>()
  // Methods of Zod's schemas are their own properties or their prototype's.
  for (
    let at: object | null = value;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  )
    if (at !== Function.prototype)
      for (const name of Object.getOwnPropertyNames(at))
        if (!isClosed(name) && !/^(length|name)$/.test(name)) names.add(name)
  return [...names]
}
