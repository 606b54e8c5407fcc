// The notation of types in our prompts. It is compared with the notation of the schema that Python sends, and becomes the
// JSON Schema that `schemaPrompt: 'json-schema'` sends, so the other rules read one form of prompts.
import { walk } from '../compare.mjs'
import { notationOf } from '../notation.mjs'
import { enforcedTypes, fenceWords, ourFence, ourPrompt, ourTypes, pythonPrompt } from '../prompts.mjs'
import { plainSchema } from '../strict.mjs'
import { schemas, sent } from './places.mjs'

/** The schema in a prompt of Python. */
function schemaIn(side) {
  let found
  for (const { body } of sent(side))
    walk(body, (value) => {
      if (typeof value === 'string') found ??= pythonPrompt.exec(value)?.[1]
    })
  return found && JSON.parse(found)
}

/** A model's schema as prompts have it: the root is not a reference, and a named enum is a definition. */
function inPrompts({ $ref, ...schema }) {
  const { content } = schema.properties ?? {}
  if ($ref) return { ...schema, ...schema.$defs[$ref.split('/').pop()] }
  if (!content?.enum || content.title === 'Content') return schema
  const properties = { content: { $ref: `#/$defs/${content.title}` } }
  return { ...schema, $defs: { [content.title]: content }, properties }
}

export const prompts = [
  {
    id: 'types-in-prompts',
    row: 29,
    apply({ theirs, ours }, { call }) {
      if (!call?.json_schema_of_model) return
      // In streams, Python's own schema has no descriptions; other rules compare it.
      const candidates = [inPrompts(plainSchema(call, call.method)), schemaIn(theirs)]
      const forms = candidates
        .filter((schema) => schema?.properties)
        .map((schema) => [ourTypes + notationOf(schema), ourPrompt + JSON.stringify(schema, null, 2)])
      for (const { body } of sent(ours)) {
        let found = false
        walk(body, (value, parent, key) => {
          const [types, json] =
            forms.find(([text]) => typeof value === 'string' && value.includes(text)) ?? []
          if (!types) return
          found = true
          parent[key] = value.replace(types, () => json)
        })
        // The last sentence of MD_JSON names the JSON Schema only if the prompt has one.
        if (!found) continue
        walk(body, (value, parent, key) => {
          if (typeof value === 'string') parent[key] = value.replace(ourFence, () => fenceWords.trimStart())
        })
      }
    },
  },
  {
    id: 'types-next-to-hidden-schemas',
    row: 29,
    apply({ ours }, golden) {
      for (const { body } of sent(ours)) {
        const [[holder, key] = [], ...others] = schemas(body)
        const [first] = body.messages ?? []
        if (!holder || others.length > 0 || first?.role !== 'system') continue
        const text = enforcedTypes + notationOf(holder[key])
        // A message of the caller's may be text or parts.
        const [place, name] = Array.isArray(first.content) ? [first.content[0], 'text'] : [first, 'content']
        if (!place[name].endsWith(text)) continue
        // The model gets the schema as text, which affects how its answer is read.
        golden.hasPrompt = true
        if (place[name] === text) body.messages.shift()
        else if (place[name].endsWith(`\n\n${text}`)) place[name] = place[name].slice(0, -text.length - 2)
      }
    },
  },
]
