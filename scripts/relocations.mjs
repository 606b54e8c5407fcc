// What each function and each constant of a linked module refers to, from the relocations that the linker leaves in it
// (`--emit-relocs`). An address in the code of a finished module is a number like any other; here it has a symbol.

/** Reads numbers and texts of wasm's binary format, from a position. */
export class Reader {
  constructor(bytes, at = 0) {
    this.bytes = bytes
    this.at = at
  }
  byte() {
    return this.bytes[this.at++]
  }
  /** An unsigned LEB128 number of up to 53 bits. */
  number() {
    let [value, scale, byte] = [0, 1, 0]
    do {
      byte = this.byte()
      value += (byte & 127) * scale
      scale *= 128
    } while (byte & 128)
    return value
  }
  /** A signed LEB128 number of 32 bits. */
  signed() {
    let [value, shift, byte] = [0, 0, 0]
    do {
      byte = this.byte()
      value |= (byte & 127) << shift
      shift += 7
    } while (byte & 128)
    return shift < 32 && byte & 64 ? value | (-1 << shift) : value
  }
  text() {
    const length = this.number()
    this.at += length
    return this.bytes.toString('utf8', this.at - length, this.at)
  }
}

/** The sections of a module by id, and custom ones (id 0) by their name. */
export function sections(bytes) {
  const found = new Map()
  const reader = new Reader(bytes, 8)
  while (reader.at < bytes.length) {
    const id = reader.byte()
    const end = reader.number() + reader.at
    found.set(id === 0 ? reader.text() : id, bytes.subarray(reader.at, end))
    reader.at = end
  }
  return found
}

/** The module without the linker's records: other tools take their presence for a module that is not linked yet. */
export function withoutRelocations(bytes) {
  const kept = [bytes.subarray(0, 8)]
  const reader = new Reader(bytes, 8)
  while (reader.at < bytes.length) {
    const from = reader.at
    const id = reader.byte()
    const end = reader.number() + reader.at
    if (id !== 0 || !/^(?:linking|reloc\..*)$/.test(reader.text())) kept.push(bytes.subarray(from, end))
    reader.at = end
  }
  return Buffer.concat(kept)
}

export const [IMPORTS, CODE, DATA] = [2, 10, 11]

/** The number of imported functions, which have the first indices. */
export function importedFunctions(section) {
  const reader = new Reader(section)
  let functions = 0
  for (let left = reader.number(); left > 0; left--) {
    reader.text()
    reader.text()
    const kind = reader.byte()
    if (kind === 0) functions += 1
    if (kind === 1) reader.at += 1
    if (kind === 0) reader.number()
    else if (kind === 3) reader.at += 2
    else {
      const limits = reader.byte()
      reader.number()
      if (limits & 1) reader.number()
    }
  }
  return functions
}

/** Names of functions by their index, from a section `name`. */
export function functionNames(section) {
  const found = new Map()
  const reader = new Reader(section)
  while (reader.at < section.length) {
    const id = reader.byte()
    const end = reader.number() + reader.at
    if (id === 1)
      for (let left = reader.number(); left > 0; left--) {
        const index = reader.number()
        found.set(index, reader.text())
      }
    reader.at = end
  }
  return found
}

const SYMBOL_TABLE = 8
const [DATA_SYMBOL, SECTION_SYMBOL] = [1, 3]
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40]

/** The symbol table: data symbols have a place, all others are `undefined`. */
function symbols(section) {
  const list = []
  const reader = new Reader(section)
  reader.number()
  while (reader.at < section.length) {
    const id = reader.byte()
    const end = reader.number() + reader.at
    if (id === SYMBOL_TABLE)
      for (let left = reader.number(); left > 0; left--) {
        const kind = reader.byte()
        const flags = reader.number()
        let place
        if (kind === DATA_SYMBOL) {
          const name = reader.text()
          if (!(flags & UNDEFINED))
            place = { name, segment: reader.number(), offset: reader.number(), size: reader.number() }
        } else {
          reader.number()
          if (kind !== SECTION_SYMBOL && (!(flags & UNDEFINED) || flags & EXPLICIT_NAME)) reader.text()
        }
        list.push(place)
      }
    reader.at = end
  }
  return list
}

/** Types of relocations whose symbol is in memory, and those that give a slot of the function table. */
const [ADDRESS_LEB, ADDRESS_SLEB, ADDRESS_I32] = [3, 4, 5]
const [SLOT_SLEB, SLOT_I32] = [1, 2]
const ADDENDS = new Set([ADDRESS_LEB, ADDRESS_SLEB, ADDRESS_I32, 8, 9, 11])

function* relocations(section) {
  const reader = new Reader(section)
  reader.number()
  for (let left = reader.number(); left > 0; left--) {
    const type = reader.byte()
    const offset = reader.number()
    const symbol = reader.number()
    yield { type, offset, symbol, addend: ADDENDS.has(type) ? reader.signed() : 0 }
  }
}

const SEGMENT_INFO = 5

/** Initialised segments: their address in memory, their bytes, where these begin in the section, whether code writes them. */
function segments(section, linking) {
  const names = []
  const info = new Reader(linking)
  info.number()
  while (info.at < linking.length) {
    const id = info.byte()
    const end = info.number() + info.at
    if (id === SEGMENT_INFO)
      for (let left = info.number(); left > 0; left--) {
        names.push(info.text())
        info.number()
        info.number()
      }
    info.at = end
  }
  const list = []
  const reader = new Reader(section)
  for (let left = reader.number(); left > 0; left--) {
    if (reader.number() !== 0) throw new Error('a segment of data without a fixed address')
    reader.at += 1
    const address = reader.signed()
    reader.at += 1
    const size = reader.number()
    const bytes = section.subarray(reader.at, reader.at + size)
    list.push({ address, bytes, from: reader.at, mutable: !names[list.length]?.startsWith('.rodata') })
    reader.at += size
  }
  return list
}

/**
 * @param linked the module as the linker wrote it
 * @param named the module after wasm-bindgen, whose functions have readable names
 * @param mangled the same with the linker's names, in the same order
 * @returns `{ segments, constants, ofFunction }`. `segments`: initialised memory. `constants`: the symbols in it as
 * `{ address, bytes, segment, constants, slots }`, where `constants` are indices into this list and `slots` places in the
 * function table. `ofFunction(name)`: `{ constants, slots }`, the numbers in a function's code that are addresses, each
 * with the indices of its symbols, and the numbers that are slots.
 */
export function references(linked, named, mangled) {
  const parts = sections(linked)
  if (!parts.has('linking')) throw new Error('the module has no relocations; link it with --emit-relocs')
  const memory = segments(parts.get(DATA), parts.get('linking'))
  const constants = []
  const indices = symbols(parts.get('linking')).map((place) => {
    const segment = place && memory[place.segment]
    // Memory that begins as zeros has no bytes to place.
    if (!segment) return undefined
    const bytes = segment.bytes.subarray(place.offset, place.offset + place.size)
    const [address, from] = [segment.address + place.offset, segment.from + place.offset]
    constants.push({ address, bytes, from, segment, constants: new Set(), slots: new Set() })
    return constants.length - 1
  })
  readConstants(parts, constants, indices)
  const functions = readFunctions(parts, indices)
  // An exported function has its JavaScript name and a hash in the linker's module.
  for (const [name, found] of [...functions]) {
    const exported = name.replace(/_[0-9a-f]{16}$/, '')
    if (!functions.has(exported)) functions.set(exported, found)
  }
  const names = functionNames(sections(mangled).get('name'))
  const linkName = new Map(
    [...functionNames(sections(named).get('name'))].map(([i, name]) => [name, names.get(i)]),
  )
  return { segments: memory, constants, ofFunction: (name) => functions.get(linkName.get(name)) }
}

function readConstants(parts, constants, indices) {
  const bytes = parts.get(DATA)
  const places = [...relocations(parts.get('reloc.DATA') ?? Buffer.of(0, 0))]
  places.sort((a, b) => a.offset - b.offset)
  // Symbols may overlap, so each looks for its own relocations.
  for (const { from, bytes: own, ...found } of constants)
    for (let at = firstAtOrAfter(places, from); at < places.length; at++) {
      const { type, offset, symbol } = places[at]
      if (offset >= from + own.length) break
      if (type === SLOT_I32) found.slots.add(bytes.readInt32LE(offset))
      else if (type === ADDRESS_I32 && indices[symbol] !== undefined) found.constants.add(indices[symbol])
    }
}

function firstAtOrAfter(sorted, offset) {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle].offset < offset) low = middle + 1
    else high = middle
  }
  return low
}

function readFunctions(parts, indices) {
  const code = parts.get(CODE)
  const names = functionNames(parts.get('name'))
  const first = importedFunctions(parts.get(IMPORTS))
  const places = [...relocations(parts.get('reloc.CODE'))].sort((a, b) => a.offset - b.offset)
  const found = new Map()
  const reader = new Reader(code)
  let next = 0
  const count = reader.number()
  for (let index = 0; index < count; index++) {
    const end = reader.number() + reader.at
    const name = names.get(first + index) ?? ''
    // Several functions may have one name: then each counts for all.
    const own = found.get(name) ?? { constants: new Map(), slots: new Set() }
    found.set(name, own)
    for (; next < places.length && places[next].offset < end; next++) {
      const { type, offset, symbol } = places[next]
      const constant = indices[symbol]
      if (type === SLOT_SLEB) own.slots.add(new Reader(code, offset).signed())
      else if ((type === ADDRESS_LEB || type === ADDRESS_SLEB) && constant !== undefined) {
        const reader = new Reader(code, offset)
        const value = type === ADDRESS_SLEB ? reader.signed() : reader.number()
        own.constants.set(value, (own.constants.get(value) ?? new Set()).add(constant))
      }
    }
    reader.at = end
  }
  return found
}
