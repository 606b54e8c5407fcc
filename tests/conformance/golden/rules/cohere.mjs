// Rules about Cohere: Python requests tools and schemas in special prompts, and sends message parts unconverted.
import { fragments } from '../partial.mjs'
import { fenceWords, ourPrompt } from '../prompts.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { lastJson } from './answers.mjs'
import { bodies, nameOf, sent, textOf, toolWords } from './places.mjs'

/** A scripted Cohere text as the tool call that it represents. */
function asCall(golden, answer) {
  const text = answer.body ? textOf(answer) : fragments(answer.stream).join('')
  const value = lastJson(text ?? '')
  const given = text?.trimStart().startsWith('{') ? text : value && JSON.stringify(value)
  if (given === undefined) return answer
  const finish = answer.body?.finish_reason === 'MAX_TOKENS' ? { finish: 'length' } : {}
  const toolCalls = [{ name: nameOf(golden.call), arguments: given }]
  return { reply: { toolCalls, piece: golden.answer_fragment_chars, ...finish } }
}

/** Python's prompts for Cohere: the reask, and the schema prompt. */
const cohereReask =
  /^Correct the following JSON response, based on the errors given below:\n\nJSON:\n([\s\S]*)\n\nExceptions:\n([\s\S]*)$/
const cohereSchema = /(?:^|\n\n)Return your answer as JSON in a markdown code block\.\nSchema: (\{[\s\S]*\})$/

/** A message part in the form of Cohere's API. */
function coherePart(part) {
  if (typeof part === 'string') return { type: 'text', text: part }
  const source = part.source ?? part.$image_url ?? part.$image_base64
  return source === undefined ? part : { type: 'image_url', image_url: { url: source } }
}

export const cohere = [
  {
    // Python requests tools in a prompt; the API has tools. The scripted text holds the call's arguments.
    id: 'cohere-tools-are-tools',
    row: 4,
    is: ({ provider, mode, call }) => provider === 'cohere' && mode === 'TOOLS' && call?.json_schema_of_model,
    play(golden) {
      if (!this.is(golden) || golden.requests.length === 0) return golden
      return {
        ...golden,
        scripted_responses: golden.scripted_responses.map((answer) => asCall(golden, answer)),
      }
    },
    apply({ theirs, ours }, golden) {
      if (!this.is(golden)) return
      const plain = plainSchema(golden.call, golden.call.method)
      const name = nameOf(golden.call)
      for (const [python, mine] of bodies({ theirs, ours })) {
        if (!python.messages[0]?.content.startsWith?.(`Extract a valid `)) continue
        const parameters = mine.tools?.[0]?.function.parameters
        if (!parameters || mistranslated(plain, parameters, { isTool: true, open: true })) continue
        const description = toolWords(golden.call, name)
        python.tools = [{ type: 'function', function: { name, description, parameters } }]
        python.tool_choice = 'REQUIRED'
        python.messages.shift()
        // A reask of a call has the call, then its result.
        python.messages = python.messages.flatMap((message) => {
          const [, text, problems] = cohereReask.exec(message.content) ?? []
          if (!problems) return [message]
          const id = mine.messages.find(({ tool_calls: calls }) => calls)?.tool_calls[0].id
          const call = { id, type: 'function', function: { name, arguments: text } }
          const content = `Validation Error found:\n${problems}\nRecall the function correctly, fix the errors`
          return [
            { role: 'assistant', tool_calls: [call] },
            { role: 'tool', tool_call_id: id, content },
          ]
        })
      }
    },
  },
  {
    // Python sends Cohere its own image objects, bare strings among parts, or the repr of the list.
    id: 'cohere-parts',
    row: 13,
    apply({ theirs, ours }, golden) {
      if (golden.provider !== 'cohere' || !golden.call) return
      for (const { body } of sent(theirs)) {
        for (const message of body.messages) {
          const given = golden.call.messages.find(
            ({ role, content }) => role === message.role && Array.isArray(content),
          )
          if (given && /^\[['{]/.test(message.content)) {
            const [, tail] = /\]((?:\n\nReturn your answer as JSON[\s\S]*)?)$/.exec(message.content)
            message.content = given.content.map(coherePart)
            if (tail) message.content.push({ type: 'text', text: tail.trimStart() })
          } else if (Array.isArray(message.content)) message.content = message.content.map(coherePart)
        }
      }
      // A single text part is sent as a string.
      for (const { body } of [...sent(theirs), ...sent(ours)]) {
        for (const message of body.messages) {
          const { content } = message
          if (content?.length === 1 && content[0].type === 'text') message.content = content[0].text
        }
      }
    },
  },
  {
    // The schema is in the same place as for every other provider.
    id: 'cohere-schema-prompt',
    row: 1,
    apply({ theirs }, golden) {
      if (golden.provider !== 'cohere' || golden.mode !== 'MD_JSON') return
      for (const { body } of sent(theirs)) {
        for (const message of body.messages) {
          const holder = Array.isArray(message.content) ? message.content.at(-1) : message
          const key = holder === message ? 'content' : 'text'
          const [whole, schema] = cohereSchema.exec(holder[key]) ?? []
          if (!whole) continue
          const prompt = `${ourPrompt}${JSON.stringify(JSON.parse(schema), null, 2)}`
          holder[key] = (holder[key].slice(0, -whole.length) + fenceWords).trimStart()
          const [system] = body.messages
          if (system.role === 'system') system.content += `\n\n${prompt}`
          else body.messages.unshift({ role: 'system', content: prompt })
          break
        }
      }
    },
  },
  {
    id: 'cohere-schema-key',
    row: 'api',
    apply({ theirs }, golden) {
      if (golden.provider !== 'cohere') return
      for (const { body } of sent(theirs)) {
        if (!body.response_format?.schema) continue
        body.response_format.json_schema = body.response_format.schema
        delete body.response_format.schema
      }
    },
  },
]
