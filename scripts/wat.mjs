// Reads and writes wasm modules as text, in the form that wasm-dis prints.
import { die } from './lib.mjs'

/** A name in wasm-dis's text: `$plain` or `$"quoted"`. */
const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)`
const named = (before, after = '') => new RegExp(`${before}(${NAME})${after}`)
export const all = (text, before) =>
  [...text.matchAll(new RegExp(`${before}(${NAME})`, 'g'))].map(([, name]) => name)

const FUNCTION = named(String.raw`^ \(func `, String.raw`([^\n]*)`)
const IMPORT = named(String.raw`^ \(import "[^"]*" "[^"]*" \(func `, '(.*)')
const EXPORT = named(String.raw`^ \(export "[^"]*" \(func `)
const DATA = /^ \(data \$\S+ \(i32\.const (\d+)\) "/

/** The top-level forms of a module; wasm-dis begins each with one space. */
function forms(wat) {
  const found = []
  for (const line of wat.split('\n').slice(1)) {
    if (line === ')') break
    if (line.startsWith(' (')) found.push(line)
    else found[found.length - 1] += `\n${line}`
  }
  return found
}

function signature(head) {
  const types = (kind) =>
    [...head.matchAll(new RegExp(String.raw`\(${kind} (?:\$\S+ )?([a-z0-9 ]+)\)`, 'g'))].flatMap(([, list]) =>
      list.split(' '),
    )
  return { params: types('param'), results: types('result') }
}
export const signatureText = ({ params, results }) =>
  (params.length ? ` (param ${params.join(' ')})` : '') +
  (results.length ? ` (result ${results.join(' ')})` : '')

export function parse(wat) {
  const module = { types: [], functions: new Map(), imports: new Map(), exports: [], slots: [], rest: [] }
  for (const form of forms(wat)) {
    let found
    if ((found = FUNCTION.exec(form))) {
      const [, name, head] = found
      module.functions.set(name, { text: form, ...signature(head) })
    } else if ((found = IMPORT.exec(form)))
      module.imports.set(found[1], { text: form, ...signature(found[2]) })
    else if ((found = EXPORT.exec(form))) module.exports.push({ name: found[1], text: form })
    else if (form.startsWith(' (elem ')) {
      if (module.slots.length || !form.includes('(table $0) (i32.const 1) func '))
        die('the module has another table layout than scripts/wat.mjs knows')
      module.slots = all(form.slice(form.indexOf(' func ')), String.raw`\s`)
    } else if (form.startsWith(' (type ')) module.types.push(form)
    else if (form.startsWith(' (table $0 ')) module.table = form
    else if (form.startsWith(' (data ')) {
      if (!DATA.test(form)) die('the module has a segment of data without a fixed address')
    } else module.rest.push(form)
  }
  if (!module.table || !module.slots.length) die('the module has no function table')
  return module
}

/** Fills slots of the function table, given as `[slot, function]` in ascending order. */
export function elements(slots) {
  const runs = []
  for (const [at, name] of slots) {
    const last = runs.at(-1)
    if (last && last.at + last.names.length === at) last.names.push(name)
    else runs.push({ at, names: [name] })
  }
  return runs.map(({ at, names }) => ` (elem (table $0) (i32.const ${at}) func ${names.join(' ')})`)
}

const HEX = Array.from({ length: 256 }, (_, byte) => `\\${byte.toString(16).padStart(2, '0')}`)
export const dataText = (address, bytes) =>
  ` (data (i32.const ${address}) "${Array.from(bytes, (byte) => HEX[byte]).join('')}")`

export const moduleText = (list) => `(module\n${list.join('\n')}\n)\n`
