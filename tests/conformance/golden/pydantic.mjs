// Reads pydantic's error texts, so that their problems can be compared independently of the wording.

const problem =
  /^(?:(\S[^\n]*)\n)? {2}(.+?) \[type=(\w+), input_value=([\s\S]*?), input_type=(\w+)\](?:\n {4}For further information visit \S+)?$/

/**
 * Finds pydantic's report in a text: `{before, head, problems: [{path, kind, message}], after}`, or undefined without
 * one. `before` and `after` are the sentence the library puts around it.
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
    const [, path = '', message, kind, input] = problem.exec(block[0])
    problems.push({ path, kind, message, input })
    at += block[0].length
    if (left > 1 && text[at] === '\n') at += 1
  }
  return { before: text.slice(0, head.index), head: head[0].trimEnd(), problems, after: text.slice(at) }
}

/** A value as our messages show it, from its Python repr; covers only the values of the cases. */
function got(input) {
  if (/^'.*'$/.test(input)) return `the string ${JSON.stringify(input.slice(1, -1))}`
  return `the number ${input}`
}

const quoted = (message) =>
  [...message.matchAll(/'([^']*)'/g)].map(([, one]) => JSON.stringify(one)).join(', ')
const last = (message) => message.split(' ').at(-1)

/** The line of our message for each of pydantic's error kinds. */
const wording = {
  int_type: ({ input }) => `wanted an integer, got ${got(input)}`,
  int_parsing: ({ input }) => `wanted an integer, got ${got(input)}`,
  bool_type: ({ input }) => `wanted a boolean, got ${got(input)}`,
  bool_parsing: ({ input }) => `wanted a boolean, got ${got(input)}`,
  enum: ({ message, input }) => `wanted one of ${quoted(message)}, got ${got(input)}`,
  literal_error: ({ message, input }) => `wanted one of ${quoted(message)}, got ${got(input)}`,
  less_than: ({ message, input }) => `wanted less than ${last(message)}, got ${got(input)}`,
  less_than_equal: ({ message, input }) => `wanted at most ${last(message)}, got ${got(input)}`,
  string_pattern_mismatch: ({ message, input }) =>
    `wanted a string that matches the pattern ${last(message).slice(1, -1)}, got ${got(input)}`,
  // Only a validator written by the user reports these.
  value_error: ({ message }) => message.replace(/^Value error, /, ''),
  // Trailing spaces of an answer are ignored.
  json_invalid: ({ message, input }) => {
    const blanks = / *(?='$)/.exec(input)[0].length
    return [message, message.replace(/\d+$/, (column) => column - blanks)]
  },
}

/** Pydantic reports neither the expected type of a missing value nor the members of an enum. */
const unreported = {
  is_instance_of: /^wanted one of ("\w+", )*"\w+", got the string "\w+"$/,
  missing:
    /^required, but missing: wanted (an? (string|integer|number|boolean|array|object)|one of ("\w+", )*"\w+")$/,
}

/**
 * Whether `lines` (ours) report exactly the problems of `problems` (pydantic's): the same number, and for each one a
 * line with its path and the same meaning.
 */
export function sameProblems(problems, lines) {
  const left = [...lines]
  for (const problem of problems) {
    const { path, kind } = problem
    const at = left.findIndex((line) => {
      const rest = path === '' ? line : line.startsWith(`${path}: `) ? line.slice(path.length + 2) : undefined
      return unreported[kind]?.test(rest ?? '') ?? [wording[kind]?.(problem)].flat().includes(rest)
    })
    if (at < 0) return false
    left.splice(at, 1)
  }
  return left.length === 0
}
