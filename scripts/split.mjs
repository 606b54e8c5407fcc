// Cuts one linked wasm module into several files that share its memory, so that a page downloads what a call needs.
//
//   module as text (wasm-dis) ─▶ core: the functions that every call runs before its request is sent
//                             ─▶ one part for each entry of `PARTS` (parts.mjs): the functions its patterns match, and the
//                                library functions that only this part reaches
//
// The parts import the core's memory, function table and stack pointer, so no value crosses as text and no function of
// the core is duplicated. A call from the core into a part goes through the table: the core has a stub that calls the
// slot, and the part fills the slot when it is instantiated. A call into a part that is not loaded traps on the empty slot;
// `needs` (src/call) returns the parts that a call runs, before it begins.
//
// The cut happens before wasm-opt, because inlining would move code of a part into its callers.
import { die } from './lib.mjs'

/** A name in wasm-dis's text: `$plain` or `$"quoted"`. */
const NAME = String.raw`\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+)`
const named = (before, after = '') => new RegExp(`${before}(${NAME})${after}`)
const all = (text, before) =>
  [...text.matchAll(new RegExp(`${before}(${NAME})`, 'g'))].map(([, name]) => name)

const FUNCTION = named(String.raw`^ \(func `, String.raw`([^\n]*)`)
const IMPORT = named(String.raw`^ \(import "[^"]*" "[^"]*" \(func `, '(.*)')
const EXPORT = named(String.raw`^ \(export "[^"]*" \(func `)
const CALL = String.raw`\((?:call|return_call|ref\.func) `
/** wasm-bindgen's table of JavaScript values, which only the core has. */
const HOST_VALUES = '$__wbindgen_externrefs'

/**
 * Functions that end in a panic. On wasm32-unknown-unknown the panic hook prints nothing, so a message is never seen: an
 * `unreachable` in their place ends the call in the same way, without the text and the code that formats it.
 */
const PANIC =
  /^(?:<?core::panicking::|core(?:\[\w+\])?::(?:panicking|option|result|slice::index|cell|str)::(?:panic|unwrap_failed|expect_failed|slice_\w*fail|panic_\w+|slice_error_fail)|alloc(?:\[\w+\])?::(?:raw_vec::(?:capacity_overflow|handle_error)|alloc::handle_alloc_error)|__rustc(?:\[\w+\])?::rust_begin_unwind|rust_begin_unwind|std(?:\[\w+\])?::panicking::)/

/** `$"a::b"` → `a::b`, without the hash that rustc appends. */
export const plain = (name) =>
  name
    .replace(/^\$"?|"$/g, '')
    .replace(/::h[0-9a-f]{16}/g, '')
    .replace(/\[[0-9a-f]{10,}\]/g, '')

/** The top-level forms of a module in text; wasm-dis begins each with one space. */
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
const signatureText = ({ params, results }) =>
  (params.length ? ` (param ${params.join(' ')})` : '') +
  (results.length ? ` (result ${results.join(' ')})` : '')

function parse(wat) {
  const module = { types: [], functions: new Map(), imports: new Map(), exports: [], slots: [], rest: [] }
  for (const form of forms(wat)) {
    let found
    if ((found = FUNCTION.exec(form))) {
      const [, name, head] = found
      module.functions.set(name, { text: form, ...signature(head), calls: new Set(all(form, CALL)) })
    } else if ((found = IMPORT.exec(form)))
      module.imports.set(found[1], { text: form, ...signature(found[2]) })
    else if ((found = EXPORT.exec(form))) module.exports.push({ name: found[1], text: form })
    else if (form.startsWith(' (elem ')) {
      if (module.slots.length || !form.includes('(table $0) (i32.const 1) func '))
        die('the module has another table layout than scripts/split.mjs knows')
      module.slots = all(form.slice(form.indexOf(' func ')), String.raw`\s`)
    } else if (form.startsWith(' (type ')) module.types.push(form)
    else if (form.startsWith(' (table $0 ')) module.table = form
    else module.rest.push(form)
  }
  if (!module.table || !module.slots.length) die('the module has no function table')
  return module
}

/** Replaces the bodies of functions that panic. */
function withoutPanics(functions) {
  for (const [name, found] of functions) {
    if (!PANIC.test(plain(name)) || found.results.length) continue
    found.text = ` (func ${name}${signatureText(found)} (unreachable))`
    found.calls = new Set()
  }
}

/** Everything that calls reach from `roots`, without what `stop` names. */
function reach(functions, roots, stop) {
  const seen = new Set()
  const open = [...roots]
  while (open.length) {
    const name = open.pop()
    if (seen.has(name) || !functions.has(name) || stop(name)) continue
    seen.add(name)
    open.push(...functions.get(name).calls)
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

/**
 * Which part each function belongs to, and the set of functions in each file. Calls cross into a part only where its
 * `entries` list it: a function that another file calls without being listed is in both files, or in the core.
 */
function place({ functions, exports, slots, rest }, parts) {
  const home = new Map()
  for (const [name, { text }] of functions) {
    const part = !isGlue(name) && !text.includes(HOST_VALUES) && matching(parts, name)
    if (part) home.set(name, part)
  }
  const mayCall = (caller, name) => {
    const { entries, callers = [] } = parts.find((part) => part.name === home.get(name))
    return entries.some((entry) => entry.test(plain(name))) || callers.some((one) => one.test(plain(caller)))
  }
  const called = new Set([...functions.values()].flatMap(({ calls }) => [...calls]))
  const start = rest
    .filter((form) => form.startsWith(' (start '))
    .flatMap((form) => all(form, String.raw`\s`))
  const fixed = new Set([...exports.map(({ name }) => name), ...start])
  // A shim in the table that only passes a call on goes with what it calls.
  for (const name of slots) {
    if (
      home.has(name) ||
      fixed.has(name) ||
      called.has(name) ||
      functions.get(name)?.text.includes(HOST_VALUES)
    )
      continue
    if (!isGlue(name) && !SHIM.test(plain(name))) continue
    const homes = new Set(
      [...(functions.get(name)?.calls ?? [])].map((callee) => home.get(callee)).filter(Boolean),
    )
    const [only] = isGlue(name) ? [matching(parts, name)] : homes.size === 1 ? homes : []
    if (only) home.set(name, only)
  }
  const roots = [
    ...fixed,
    ...slots,
    ...[...functions].filter(([, { text }]) => text.includes(HOST_VALUES)).map(([name]) => name),
  ]
  const inPart = (name) => home.has(name)
  const moves = []
  for (;;) {
    const core = reach(
      functions,
      roots.filter((name) => !inPart(name)),
      inPart,
    )
    const files = new Map()
    for (const { name: part } of parts) {
      const own = [...functions.keys()].filter((name) => home.get(name) === part)
      files.set(
        part,
        reach(functions, own, (name) => core.has(name) || (inPart(name) && home.get(name) !== part)),
      )
    }
    let moved = 0
    // The table may name a folded function for another type's, so a short one that shows no part stays in the core.
    for (const name of slots) {
      const part = home.get(name)
      const { text, calls } = functions.get(name) ?? { text: '', calls: [] }
      if (part && text.length < FOLDABLE && ![...calls].some((callee) => home.get(callee) === part)) {
        moves.push({ part, function: plain(name), caller: 'the table' })
        home.delete(name)
        moved++
      }
    }
    for (const own of [core, ...files.values()])
      for (const caller of own)
        for (const name of functions.get(caller).calls)
          if (!own.has(name) && home.has(name) && !mayCall(caller, name)) {
            moves.push({ part: home.get(name), function: plain(name), caller: plain(caller) })
            home.delete(name)
            moved++
          }
    if (!moved) return { home, core, files, moved: moves }
  }
}

/**
 * @returns `{ core, parts, boundary }`: the text of each file, and who calls into which part:
 * `[{ part, function, callers }]`, functions and callers as paths.
 */
export function split(wat, parts) {
  const module = parse(wat)
  const { functions, imports, exports, slots, types, rest } = module
  withoutPanics(functions)
  const { home, core, files, moved } = place(module, parts)

  const entered = new Map()
  const enter = (name, caller) => entered.set(name, (entered.get(name) ?? new Set()).add(caller))
  for (const { name } of exports) if (functions.has(name) && !core.has(name)) enter(name, 'an export')
  const callers = [['core', core], ...files]
  for (const [, own] of callers)
    for (const caller of own)
      for (const name of functions.get(caller).calls)
        if (functions.has(name) && !own.has(name) && !core.has(name)) enter(name, caller)

  const slotOf = new Map(slots.map((name, at) => [name, at + 1]).reverse())
  let size = slots.length + 1
  for (const name of entered.keys()) if (!slotOf.has(name)) slotOf.set(name, size++)
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

  const shared = new Map()
  const share = (name) => shared.get(name) ?? shared.set(name, shared.size.toString(36)).get(name)
  const borrowed = (own) => {
    const names = new Set()
    for (const caller of own)
      for (const name of functions.get(caller).calls) if (core.has(name) || imports.has(name)) names.add(name)
    return [...names]
  }
  const texts = {}
  for (const { name: part } of parts) {
    const own = files.get(part)
    const mine = (name) => own.has(name) && home.get(name) === part
    const fills = [
      ...slots.map((name, at) => [at + 1, name]),
      ...[...slotOf].filter(([, at]) => at > slots.length).map(([name, at]) => [at, name]),
    ]
    texts[part] = moduleText([
      ...types,
      ' (import "core" "memory" (memory $0 1))',
      ' (export "memory" (memory $0))',
      ' (import "core" "table" (table $0 1 funcref))',
      ' (import "core" "stack" (global $__stack_pointer (mut i32)))',
      ...borrowed(own).map(
        (name) =>
          ` (import "core" "${share(name)}" (func ${name}${signatureText(functions.get(name) ?? imports.get(name))}))`,
      ),
      ...fills
        .filter(([, name]) => mine(name))
        .map(([at, name]) => ` (elem (table $0) (i32.const ${at}) func ${name})`),
      ...[...own].map((name) => functions.get(name).text),
      ...stubs(own),
    ])
  }
  const table = module.table.replace(/\(table \$0 \d+(?: \d+)? funcref/, `(table $0 ${size} funcref`)
  const kept = slots.map((name, at) => [at + 1, name]).filter(([, name]) => core.has(name))
  const coreText = moduleText([
    ...types,
    ...[...imports.values()].map(({ text }) => text),
    ...rest,
    table,
    ...exports.map(({ text }) => text),
    ...kept.map(([at, name]) => ` (elem (table $0) (i32.const ${at}) func ${name})`),
    ...[...core].map((name) => functions.get(name).text),
    ...stubs(core),
    ...[...shared].map(([name, short]) => ` (export "${short}" (func ${name}))`),
    ' (export "table" (table $0))',
    ' (export "stack" (global $__stack_pointer))',
  ])
  const boundary = [...entered].map(([name, from]) => ({
    part: home.get(name),
    function: plain(name),
    callers: [...from].map((c) => (c === 'an export' ? c : plain(c))),
  }))
  return { core: coreText, parts: texts, boundary, moved }
}

const moduleText = (list) => `(module\n${list.join('\n')}\n)\n`
