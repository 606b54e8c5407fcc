// Removes panics from a module in text (wasm-dis). On wasm32-unknown-unknown the panic hook prints nothing, so a message is
// never seen: an `unreachable` ends the call in the same way, without the message, the code that formats it and the
// places in source files.

/** Functions that end in a panic, by their paths. */
const PANIC =
  /^(?:<?core::panicking::|core(?:\[\w+\])?::(?:panicking|option|result|slice::index|cell|str)::(?:panic|unwrap_failed|expect_failed|slice_\w*fail|panic_\w+|slice_error_fail)|alloc(?:\[\w+\])?::(?:raw_vec::(?:capacity_overflow|handle_error)|alloc::handle_alloc_error)|__rustc(?:\[\w+\])?::rust_begin_unwind|rust_begin_unwind|std(?:\[\w+\])?::panicking::)/

export const panics = (path) => PANIC.test(path)

const CALL = /^( +)\(call (\$(?:"(?:[^"\\]|\\.)*"|[^\s()"]+))(\)?)/
/** A statement that has no effect when an `unreachable` follows it. */
const PREPARES = /^ +\((?:local\.set|[if](?:32|64)\.store(?:8|16|32)?)\b/
const EFFECT = /\((?:call|call_indirect|return_call|br|br_if|br_table|if|block|loop|return|memory)\b/

const indent = (line) => line.length - line.trimStart().length

/** Puts an `unreachable` in place of each call that panics and of the statements that prepare its arguments. */
export function withoutPanicCalls(text, isPanic) {
  const lines = text.split('\n')
  const kept = []
  for (let at = 0; at < lines.length; at++) {
    const [, space, name, closed] = CALL.exec(lines[at]) ?? []
    if (!name || !isPanic(name)) {
      kept.push(lines[at])
      continue
    }
    if (!closed) while (lines[++at] !== `${space})`);
    removePreparation(kept, space.length)
    kept.push(`${space}(unreachable)`)
  }
  return kept.join('\n')
}

/** Removes the statements at the end of `lines`, of one depth, that have no effect outside the function. */
function removePreparation(lines, depth) {
  for (;;) {
    let from = lines.length - 1
    if (indent(lines[from]) !== depth) return
    if (lines[from].trim() === ')') {
      do from--
      while (indent(lines[from]) > depth)
    }
    const statement = lines.slice(from)
    if (!PREPARES.test(statement[0]) || statement.some((line) => EFFECT.test(line))) return
    lines.length = from
  }
}
