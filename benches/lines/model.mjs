/** A fetch with the scripted answers of a model, in the wire format of each request. */
import { scripted } from 'instructor-wasm/test'

/** A reply of a task as one of `scripted`. */
function replyTo({ list, answer, ...reply }) {
  // The list goes under the name that the request gives it.
  if (list) return ({ body }) => ({ value: { [nameOf(body)]: list }, piece: 5 })
  // The answer next to own functions is a text, or the arguments of a separate tool.
  if (answer)
    return ({ body }) => (body.tools.length > 1 ? { value: answer } : { text: JSON.stringify(answer) })
  return reply
}

function nameOf({ tools, text, response_format: format }) {
  const schema = tools?.[0]?.function?.parameters ?? text?.format?.schema ?? format?.json_schema?.schema
  return Object.keys(schema.properties)[0]
}

export const model = (replies) => scripted(replies.map(replyTo)).fetch
