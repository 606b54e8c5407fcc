// pkg/core-debug.wasm, the core of `instructor-wasm/debug`: the linked module with the names of functions and the line tables of DWARF
// (https://yurydelendik.github.io/webassembly-dwarf/). wasm-opt and the cut would lose both, so that it is one file, and six
// times as large. It runs with the glue of core.wasm, so its imports get the same short names here.

import { HOST } from './glue.mjs'
import { die } from './lib.mjs'
import { Reader } from './relocations.mjs'

const [IMPORTS, EXPORTS] = [2, 7]
const [FUNCTION, MEMORY] = [0, 2]

/** An unsigned LEB128 number. */
function number(value) {
  const bytes = []
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0))
    value >>>= 7
  } while (value)
  return Buffer.from(bytes)
}
const text = (value) => Buffer.concat([number(Buffer.byteLength(value)), Buffer.from(value)])

/** The imports of the glue by their short names. */
function renamed(section, from, names) {
  const reader = new Reader(section)
  const count = reader.number()
  const parts = [number(count)]
  for (let left = count; left > 0; left--) {
    const module = reader.text()
    const name = reader.text()
    const kind = reader.byte()
    if (kind !== FUNCTION || module !== from)
      die(`an import of the core is not in its glue: ${module} ${name}`)
    parts.push(text(HOST), text(names.get(name) ?? die(`an import of the core is not in its glue: ${name}`)))
    parts.push(Buffer.of(kind), number(reader.number()))
  }
  return Buffer.concat(parts)
}

/** The exports, and the memory once more under the name of the build: a page recognises a file of another build by it. */
function signed(section, build) {
  const reader = new Reader(section)
  const count = reader.number()
  return Buffer.concat([
    number(count + 1),
    section.subarray(reader.at),
    text(build),
    Buffer.of(MEMORY),
    number(0),
  ])
}

/**
 * @param bytes what `wasm-bindgen --keep-debug` wrote. Places in DWARF are relative to the code, which stays as it is.
 * @param names short names of imports, by the generated names
 * @param build the name by which the files of the core recognise each other (split.mjs)
 */
export function withDebugNames(bytes, from, names, build) {
  const parts = [bytes.subarray(0, 8)]
  const reader = new Reader(bytes, 8)
  while (reader.at < bytes.length) {
    const start = reader.at
    const id = reader.byte()
    const end = reader.number() + reader.at
    const section = bytes.subarray(reader.at, end)
    const changed =
      id === IMPORTS ? renamed(section, from, names) : id === EXPORTS ? signed(section, build) : undefined
    if (changed) parts.push(Buffer.of(id), number(changed.length), changed)
    else parts.push(bytes.subarray(start, end))
    reader.at = end
  }
  return Buffer.concat(parts)
}
