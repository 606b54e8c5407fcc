// The named rules: where we differ from Python Instructor on purpose. docs/differences.md gives each one's reason;
// `npm run conformance` fails when the two lists do not name the same rules.
//
// A rule gets `pair = {theirs, ours}` (two observations of the same shape) and the golden case. It rewrites `theirs` into
// what we mean to do, or both sides into a common form, in exactly the place it speaks of: whatever it does not speak of is
// still compared. `play` changes what is scripted, where Python's own request decided the scripted answer.
import { isObject, pairStrings, walk } from './compare.mjs'
import { report, sameProblems } from './pydantic.mjs'
import { classOf } from './python.mjs'

/** Every JSON Schema sent in a request body, as `[holder, key]`. */
function schemas(body) {
  const found = []
  for (const tool of body?.tools ?? []) {
    if (tool.function) found.push([tool.function, 'parameters'])
    else if (tool.input_schema) found.push([tool, 'input_schema'])
    else if (tool.parameters) found.push([tool, 'parameters'])
  }
  if (body?.response_format?.json_schema) found.push([body.response_format.json_schema, 'schema'])
  if (body?.text?.format) found.push([body.text.format, 'schema'])
  return found.filter(([holder, key]) => isObject(holder[key]))
}

/** The bodies of the n-th request of both sides, for every n both have. */
function bodies({ theirs, ours }) {
  const count = Math.min(theirs.requests?.length ?? 0, ours.requests?.length ?? 0)
  return Array.from({ length: count }, (_, n) => [theirs.requests[n].body, ours.requests[n].body])
}

const sorted = (list) => (Array.isArray(list) ? [...list].sort() : list)

export const rules = [
  {
    id: 'required-in-schema-order',
    row: 2,
    apply(pair) {
      for (const both of bodies(pair)) {
        for (const body of both) {
          for (const [holder, key] of schemas(body)) {
            const schema = holder[key]
            if ('required' in schema) schema.required = sorted(schema.required)
            if (schema.required?.length === 0) delete schema.required
          }
        }
      }
    },
  },
  {
    id: 'reask-lines',
    row: 25,
    apply(pair) {
      pairStrings(pair.theirs, pair.ours, (theirs, ours) => {
        const python = report(theirs)
        if (!python || !ours.startsWith(python.before) || !ours.endsWith(python.after)) return undefined
        const lines = ours.slice(python.before.length, ours.length - python.after.length).split('\n')
        if (!sameProblems(python.problems, lines)) return undefined
        return `${python.before}${python.problems.map(({ path, kind }) => `‹${path} ${kind}›`).join('')}${python.after}`
      })
    },
  },
  {
    id: 'message-says-what-to-do',
    row: undefined,
    apply({ theirs, ours }) {
      const [python, mine] = [theirs.outcome.error, ours.outcome.error]
      if (python?.message && mine?.message?.startsWith(python.message)) mine.message = python.message
    },
  },
]
void classOf
void walk
