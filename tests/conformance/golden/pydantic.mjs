// Reads pydantic's error texts, so that the problems they name can be compared apart from their wording.

const problem =
  /^(?:(\S[^\n]*)\n)? {2}(.+?) \[type=(\w+), input_value=([\s\S]*?), input_type=(\w+)\](?:\n {4}For further information visit \S+)?$/

/**
 * Finds pydantic's report in a text: `{before, head, problems: [{path, kind, message}], after}`, or undefined when there is none.
 * `before` and `after` are the sentence the library puts around it.
 */
export function report(text) {
  const head = /(\d+) validation errors? for ([^\n]+)\n/.exec(text)
  if (!head) return undefined
  let at = head.index + head[0].length
  const problems = []
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const block =
      /^(?:\S[^\n]*\n)? {2}[\s\S]+?\[type=\w+, input_value=[\s\S]*?, input_type=\w+\](?:\n {4}For further information visit \S+)?/.exec(
        text.slice(at),
      )
    if (!block) return undefined
    const [, path = '', message, kind] = problem.exec(block[0])
    problems.push({ path, kind, message })
    at += block[0].length
    if (left > 1 && text[at] === '\n') at += 1
  }
  return { before: text.slice(0, head.index), head: head[0].trimEnd(), problems, after: text.slice(at) }
}

/** What a line of ours has to say, for each of pydantic's error kinds. */
const wording = {
  missing: /required|missing/i,
  int_type: /integer/i,
  int_from_float: /integer/i,
  int_parsing: /integer/i,
  float_type: /number/i,
  string_type: /string/i,
  bool_type: /boolean/i,
  bool_parsing: /boolean/i,
  list_type: /array|list/i,
  dict_type: /object/i,
  model_type: /object/i,
  model_attributes_type: /object/i,
  enum: /one of|'|"/,
  is_instance_of: /one of|'|"/,
  literal_error: /one of|'|"/,
  less_than: /less than|below|maximum|</i,
  less_than_equal: /less than|at most|maximum|<=/i,
  greater_than: /greater than|above|minimum|>/i,
  greater_than_equal: /greater than|at least|minimum|>=/i,
  string_pattern_mismatch: /pattern|match/i,
  string_too_short: /at least|short|minimum/i,
  string_too_long: /at most|long|maximum/i,
  too_long: /at most|maximum|long/i,
  too_short: /at least|minimum|short/i,
  json_invalid: /JSON/,
}

/** The part of pydantic's message that only a validator written by the user can have said. */
const said = (message) => message.replace(/^(Value error|Assertion failed), /, '')

/**
 * Whether `lines` (ours) name exactly the problems of `problems` (pydantic's): same number, and for each one a line with
 * its path that says the same kind of thing.
 */
export function sameProblems(problems, lines) {
  const left = [...lines]
  for (const { path, kind, message } of problems) {
    const at = left.findIndex((line) => {
      const rest = path === '' ? line : line.startsWith(`${path}: `) ? line.slice(path.length + 2) : undefined
      if (rest === undefined) return false
      const rule = kind === 'value_error' || kind === 'assertion_error' ? undefined : wording[kind]
      return rule ? rule.test(rest) : rest.includes(said(message))
    })
    if (at < 0) return false
    left.splice(at, 1)
  }
  return left.length === 0
}
