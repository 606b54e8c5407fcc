// Cuts one linked wasm module into several files that share its memory, so that a page downloads what a call needs.
//
//   module as text (wasm-dis) ─▶ core: the functions that every call runs before its request is sent
//                             ─▶ one part for each entry of `PARTS` (parts.mjs): the functions its patterns match, and the
//                                library functions and constants that only parts reach (relocations.mjs)
//
// The parts import the core's memory, function table and stack pointer, so no value crosses as text and no function of
// the core is duplicated. A call from the core into a part goes through the table: the core has a stub that calls the
// slot, and the part fills the slot when it is instantiated. A call into a part that is not loaded traps on the empty slot;
// `needs` (src/call) returns the parts that a call runs, before it begins.
//
// The functions that a part imports have short names, which another build gives to other functions. So the stack pointer is
// exported under a name of this build, which the glue has as well: a part of another build, out of a cache, cannot be
// instantiated, and the loader recognises it (src/ts/wasm/loaders/files.ts).
//
// The cut happens before wasm-opt, because inlining would move code of a part into its callers.
import { createHash } from 'node:crypto'
import { die } from './lib.mjs'
import { panics, withoutPanicCalls } from './panics.mjs'
import { LATE, laterHalf, partNames } from './parts.mjs'
import { all, dataText, elements, moduleText, parse, signatureText } from './wat.mjs'

const CALL = String.raw`\((?:call|return_call|ref\.func) `
/** wasm-bindgen's table of JavaScript values, which only the core has. */
const HOST_VALUES = '$__wbindgen_externrefs'

/** `$"a::b"` → `a::b`, without the hash that rustc appends. */
export const plain = (name) =>
  name
    .replace(/^\$"?|"$/g, '')
    .replace(/::h[0-9a-f]{16}/g, '')
    .replace(/\[[0-9a-f]{10,}\]/g, '')

/** Removes panics (panics.mjs): the calls, and the bodies of the functions. */
function withoutPanics(functions) {
  const ends = (name) => functions.get(name)?.results.length === 0 && panics(plain(name))
  for (const [name, found] of functions)
    found.text = ends(name)
      ? ` (func ${name}${signatureText(found)} (unreachable))`
      : withoutPanicCalls(found.text, ends)
}

/** `$"a::b"` → `a::b`, as the name section has it. */
const written = (name) => name.replace(/^\$"?|"$/g, '').replace(/\\(["\\])/g, '$1')
const NUMBER = /i32\.const (-?\d+)|offset=(\d+)/g

/** Adds to each function what it refers to: `calls` and `slots` by name, `constants` by their indices. */
function addReferences({ functions, slots }, { constants, ofFunction }) {
  const first = Math.min(...constants.map(({ address }) => address))
  const end = Math.max(...constants.map(({ address, bytes }) => address + bytes.length))
  for (const [name, found] of functions) {
    found.calls = new Set(all(found.text, CALL))
    found.slots = new Set()
    found.constants = new Set()
    const known = ofFunction(written(name))
    for (const [, number, offset] of found.text.matchAll(NUMBER)) {
      const value = Number(number ?? offset)
      if (known?.slots.has(value)) found.slots.add(slots[value - 1])
      for (const constant of known?.constants.get(value) ?? []) found.constants.add(constant)
      if (!known && value >= first && value < end)
        die(`${plain(name)} has an address, and the linker's module has no function of its name`)
    }
  }
}

/** Everything that `roots` reach by calls, through the function table and through constants, without what `stop` names. */
function reach({ functions, constants, slots }, roots, stop) {
  const seen = new Set()
  const open = [...roots]
  while (open.length) {
    const one = open.pop()
    if (seen.has(one) || stop(one)) continue
    if (typeof one === 'number') {
      seen.add(one)
      open.push(...constants[one].constants, ...[...constants[one].slots].map((slot) => slots[slot - 1]))
    } else if (functions.has(one)) {
      seen.add(one)
      const { calls, slots, constants } = functions.get(one)
      open.push(...calls, ...slots, ...constants)
    }
  }
  return seen
}

/**
 * The length of a function's text up to which the linker is likely to have folded it with functions of other types.
 * Longer bodies that are equal and call no function of this module do not occur.
 */
const FOLDABLE = 2000
/** The functions by which a trait object of a closure calls it. */
const SHIM = /^core::ops::function::Fn/
/** Drop glue is folded by the linker: equal functions become one with one of the names, which may be another type's. */
const isGlue = (name) => plain(name).includes('drop_in_place<')
const matching = (parts, name) =>
  parts.find(({ holds }) => holds.some((pattern) => pattern.test(plain(name))))?.name

/** Exports and the start function: what the host calls. */
const entrances = ({ exports, rest }) => [
  ...exports.map(({ name }) => name),
  ...rest.filter((form) => form.startsWith(' (start ')).flatMap((form) => all(form, String.raw`\s`)),
]

/** Removes the functions that nothing reaches, and returns all that is reached. */
function withoutDead(module, absent) {
  const live = reach(module, entrances(module), () => false)
  for (const name of module.functions.keys()) {
    if (!live.has(name)) module.functions.delete(name)
    const found = live.has(name) && absent.find(({ path }) => path.test(plain(name)))
    if (!found) continue
    const callers = [...module.functions].filter(([caller, { calls }]) => live.has(caller) && calls.has(name))
    // Not an error: it costs bytes, which the budgets of the files limit.
    console.error(
      `${plain(name)} is linked, called by ${callers.map(([caller]) => plain(caller)).join(', ')}: ${found.instead}`,
    )
  }
  return live
}

/**
 * Functions that may be in a file which is loaded later: those of the crate, and those of libraries that work on their arguments
 * only. Others, such as the allocator's, have state that an interruption breaks.
 */
const MOVABLE =
  /\binstructor_wasm::|^<?(?:core::(?:char|cmp|iter|num|option|result|slice|str)|alloc::str|serde_json::value)\b/

/** Exports of the call loop, which the host calls in a way that allows for a missing part. */
const LATE_EXPORT = /^core(?:client|stream)_|^lint(?: |$)/

/** The part of each function, by the patterns of the parts alone. */
function homes(module, parts) {
  const { functions, slots } = module
  const home = new Map()
  for (const [name, { text }] of functions) {
    const part = !isGlue(name) && !text.includes(HOST_VALUES) && matching(parts, name)
    if (part) home.set(name, part)
  }
  const called = new Set([...functions.values()].flatMap(({ calls }) => [...calls]))
  const fixed = new Set(entrances(module))
  // A shim in the table that only passes a call on goes with what it calls.
  for (const name of slots) {
    const found = functions.get(name)
    if (!found || home.has(name) || fixed.has(name) || called.has(name)) continue
    if (found.text.includes(HOST_VALUES) || (!isGlue(name) && !SHIM.test(plain(name)))) continue
    const of = new Set([...found.calls].map((callee) => home.get(callee)).filter(Boolean))
    const [only] = isGlue(name) ? [matching(parts, name)] : of.size === 1 ? of : []
    if (only) home.set(name, only)
  }
  return home
}

/**
 * Whether a function may be in a file that is loaded later, because no ordinary call runs it before its answer. The linker folds
 * equal functions into one, whose calls are those of all of them.
 */
const isLate = (name, early) => !early.has(name) && MOVABLE.test(plain(name))

/** Moves the functions that no ordinary call runs before its answer into the later files; returns their names. */
function moveLate(module, parts, home, early, roots) {
  const core = reach(module, roots, (name) => home.has(name))
  const fixed = new Set(entrances(module))
  const halves = new Set(parts.filter((part) => part.halves).map(({ name }) => name))
  const moved = new Set()
  for (const [name, { text }] of module.functions) {
    const part = home.get(name)
    // What only one part reaches goes with it.
    if (text.includes(HOST_VALUES) || (part === undefined ? !core.has(name) : !halves.has(part))) continue
    const late = LATE_EXPORT.test(plain(name)) ? !early.has(name) : !fixed.has(name) && isLate(name, early)
    if (!late) continue
    home.set(name, part === undefined ? LATE : laterHalf(part))
    moved.add(name)
  }
  return moved
}

/**
 * Which part each function belongs to, and what is in each file: names of functions and indices of constants. Calls cross
 * into a part only where its `entries` list it: a function that another file calls without being listed is in both files,
 * or in the core.
 */
function place(module, parts, early) {
  const { functions, slots } = module
  const home = homes(module, parts)
  const inPart = (name) => home.has(name)
  const mayCall = (file, caller, name) => {
    // The later half of a part is loaded in addition to it.
    if (late.has(name) || file === laterHalf(home.get(name))) return true
    const { entries, callers = [] } = parts.find((part) => part.name === home.get(name))
    return entries.some((entry) => entry.test(plain(name))) || callers.some((one) => one.test(plain(caller)))
  }
  const roots = [
    ...entrances(module),
    ...[...functions].filter(([, { text }]) => text.includes(HOST_VALUES)).map(([name]) => name),
  ]
  const late = early ? moveLate(module, parts, home, early, roots) : new Set()
  const moved = []
  const stay = (name, caller) => {
    moved.push({ part: home.get(name), function: plain(name), caller })
    if (early && isLate(name, early)) {
      home.set(name, LATE)
      late.add(name)
    } else home.delete(name)
  }
  for (;;) {
    const core = reach(module, roots, inPart)
    const files = new Map()
    for (const part of partNames(parts)) {
      const own = [...functions.keys()].filter((name) => home.get(name) === part)
      const elsewhere = (one) => core.has(one) || (inPart(one) && home.get(one) !== part)
      files.set(part, reach(module, own, elsewhere))
    }
    const before = moved.length
    // The table may name a folded function for another type's, so a short one that shows no part stays in the core.
    for (const name of slots) {
      const part = home.get(name)
      if (!part || late.has(name)) continue
      const { text, calls } = functions.get(name)
      if (text.length < FOLDABLE && ![...calls].some((callee) => home.get(callee) === part))
        stay(name, 'the table')
    }
    for (const [file, own] of [['core', core], ...files])
      for (const [caller, { calls }] of functions)
        if (own.has(caller))
          for (const name of calls)
            if (!own.has(name) && home.has(name) && !mayCall(file, caller, name)) stay(name, plain(caller))
    if (moved.length === before) return { home, core, files, moved }
  }
}

/** The name under which the core exports the stack pointer, until all texts of the build are known. */
const STACK = '"stack"'

/** The name of a build, from the texts of its files. */
function nameOf(texts) {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(text)
  return hash.digest('hex').slice(0, 12)
}

/** Ranges of memory that a file initialises. Short gaps get their own bytes, which are cheaper than another segment. */
const GAP = 8
function data(image, ranges) {
  const joined = []
  for (const { address, bytes } of [...ranges].sort((a, b) => a.address - b.address)) {
    const last = joined.at(-1)
    if (last && address - last.end <= GAP && image.same(last.address, address))
      last.end = Math.max(last.end, address + bytes.length)
    else joined.push({ address, end: address + bytes.length })
  }
  return joined.map(({ address, end }) => dataText(address, image.bytes(address, end)))
}

/** The initialised memory of a module. */
const imageOf = (segments) => {
  const holding = (at) => segments.find(({ address, bytes }) => at >= address && at < address + bytes.length)
  return {
    same: (one, other) => holding(one) !== undefined && holding(one) === holding(other),
    bytes: (from, to) => {
      const { address, bytes } = holding(from)
      return bytes.subarray(from - address, to - address)
    },
  }
}

/**
 * @param wat the linked module as text
 * @param linked what the linker left about it: `{ segments, constants, ofFunction }` (relocations.mjs)
 * @param options `absent`: functions that must not be linked; `poison` fills the constants that the core does not have with
 * a pattern, so that a test notices a use;
 * `glue` is what else the name of the build depends on
 * @returns `{ whole, core, parts, build, boundary, moved }`: the text of each file, the name of the build, and who calls into
 * which part:
 * `[{ part, function, callers }]`, functions and callers as paths.
 */
export function split(wat, linked, parts, { poison = false, absent = [], glue = '', early } = {}) {
  const module = { ...parse(wat), constants: linked.constants }
  const { functions, imports, exports, slots, types, rest } = module
  withoutPanics(functions)
  addReferences(module, linked)
  const live = withoutDead(module, absent)
  const { home, core, files, moved } = place(module, parts, early)
  const image = imageOf(linked.segments)
  const namesOf = (own) => [...functions.keys()].filter((name) => own.has(name))

  const entered = new Map()
  const enter = (name, caller) => entered.set(name, (entered.get(name) ?? new Set()).add(caller))
  for (const { name } of exports) if (functions.has(name) && !core.has(name)) enter(name, 'an export')
  for (const own of [core, ...files.values()])
    for (const caller of namesOf(own))
      for (const name of functions.get(caller).calls)
        if (functions.has(name) && !own.has(name) && !core.has(name)) enter(name, caller)

  const slotOf = new Map(slots.map((name, at) => [name, at + 1]).reverse())
  let size = slots.length + 1
  const added = []
  for (const name of entered.keys())
    if (!slotOf.has(name)) {
      added.push([size, name])
      slotOf.set(name, size++)
    }
  const numbered = slots.map((name, at) => [at + 1, name])
  const stub = (name) => {
    const found = functions.get(name)
    const given = found.params.map((_, at) => `(local.get ${at})`).join(' ')
    return ` (func ${name}${signatureText(found)} (call_indirect $0${signatureText(found)} ${given} (i32.const ${slotOf.get(name)})))`
  }
  const stubs = (own) =>
    [...entered]
      .filter(
        ([name, from]) =>
          !own.has(name) &&
          [...from].some((caller) => own.has(caller) || (own === core && caller === 'an export')),
      )
      .map(([name]) => stub(name))
  const bodies = (own) => namesOf(own).map((name) => functions.get(name).text)
  const constants = (own) =>
    [...own].filter((one) => typeof one === 'number').map((one) => linked.constants[one])

  const shared = new Map()
  const share = (name) => shared.get(name) ?? shared.set(name, shared.size.toString(36)).get(name)
  const borrowed = (own) => {
    const names = new Set()
    for (const caller of namesOf(own))
      for (const name of functions.get(caller).calls) if (core.has(name) || imports.has(name)) names.add(name)
    return [...names]
  }
  const texts = {}
  for (const [part, own] of files)
    texts[part] = moduleText([
      ...types,
      ' (import "core" "memory" (memory $0 1))',
      ' (export "memory" (memory $0))',
      ' (import "core" "table" (table $0 1 funcref))',
      ` (import "core" ${STACK} (global $__stack_pointer (mut i32)))`,
      ...borrowed(own).map(
        (name) =>
          ` (import "core" "${share(name)}" (func ${name}${signatureText(functions.get(name) ?? imports.get(name))}))`,
      ),
      ...elements([
        ...numbered.filter(([, name]) => own.has(name)),
        ...added.filter(([, name]) => own.has(name) && home.get(name) === part),
      ]),
      ...bodies(own),
      ...stubs(own),
      ...data(
        image,
        constants(own).filter(({ segment }) => !segment.mutable),
      ),
    ])
  const mutable = linked.segments.filter((segment) => segment.mutable)
  const primary = (own, table, more = []) =>
    moduleText([
      ...types,
      ...[...imports.values()].map(({ text }) => text),
      ...rest,
      table,
      ...exports.map(({ text }) => text),
      ...elements(numbered.filter(([, name]) => own.has(name) || imports.has(name))),
      ...bodies(own),
      ...more,
      ...(poison
        ? linked.segments.map(({ address, bytes }) =>
            dataText(
              address,
              bytes.map(() => 0xee),
            ),
          )
        : []),
      ...data(image, [...constants(own), ...mutable]),
    ])
  const table = module.table.replace(/\(table \$0 \d+(?: \d+)? funcref/, `(table $0 ${size} funcref`)
  const coreText = primary(core, table, [
    ...stubs(core),
    ...[...shared].map(([name, short]) => ` (export "${short}" (func ${name}))`),
    ' (export "table" (table $0))',
    ` (export ${STACK} (global $__stack_pointer))`,
  ])
  const boundary = [...entered].map(([name, from]) => ({
    part: home.get(name),
    function: plain(name),
    callers: [...from].map((c) => (c === 'an export' ? c : plain(c))),
  }))
  const build = nameOf([coreText, ...Object.values(texts), glue])
  const named = (text) =>
    text
      .replace(`(import "core" ${STACK} `, `(import "core" "${build}" `)
      .replace(`(export ${STACK} `, `(export "${build}" `)
  return {
    whole: primary(live, module.table),
    core: named(coreText),
    parts: Object.fromEntries(Object.entries(texts).map(([part, text]) => [part, named(text)])),
    build,
    boundary,
    moved,
  }
}
