// Rules about single families: what their vendors' SDKs add, and what Python cannot do there.
import { isObject } from '../compare.mjs'
import { pythonPrompt } from '../prompts.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { bodies, schemas, sent } from './places.mjs'

const isGoogle = ({ provider }) => ['google', 'google_vertexai_true'].includes(provider)

/** Gemini's OpenAPI form as JSON Schema. */
function lowered(schema) {
  if (Array.isArray(schema)) return schema.map(lowered)
  if (!isObject(schema)) return schema
  const { property_ordering, propertyOrdering, ...rest } = schema
  const found = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, lowered(value)]))
  return typeof rest.type === 'string' ? { ...found, type: rest.type.toLowerCase() } : found
}

export const families = [
  {
    // The pinned SDK hides the native field from Python, which falls back to the prompt.
    id: 'anthropic-native-schema',
    row: 12,
    apply({ theirs, ours }, golden) {
      if (
        golden.provider !== 'anthropic' ||
        golden.mode !== 'JSON_SCHEMA' ||
        !golden.call.json_schema_of_model
      )
        return
      const plain = plainSchema(golden.call, golden.call.method)
      for (const [python, mine] of bodies({ theirs, ours })) {
        const schema = mine.output_config?.format?.schema
        if (!schema || mistranslated(plain, schema)) continue
        python.system = python.system?.filter(({ text }) => !pythonPrompt.test(text))
        if (!python.system?.length) delete python.system
        python.output_config = { format: { type: 'json_schema', schema } }
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
  {
    // Safety settings nobody asked for, an empty system instruction, an empty configuration.
    id: 'google-sends-what-was-asked',
    row: 13,
    apply({ theirs }, golden) {
      if (!isGoogle(golden)) return
      for (const request of sent(theirs)) {
        const { body } = request
        request.path = request.path.replace(/^\/v1\//, '/v1beta/')
        if (body.safetySettings?.every(({ threshold }) => threshold === 'OFF')) delete body.safetySettings
        const system = body.systemInstruction
        if (system?.parts?.every(({ text }) => text === '')) delete body.systemInstruction
        else if (system) delete system.role
        if (isObject(body.generationConfig) && Object.keys(body.generationConfig).length === 0)
          delete body.generationConfig
        const calling = body.toolConfig?.functionCallingConfig
        if (calling?.allowed_function_names) {
          calling.allowedFunctionNames = calling.allowed_function_names
          delete calling.allowed_function_names
        }
      }
    },
  },
  {
    // JSON Schema where Gemini takes it, in place of the OpenAPI form that knows no references.
    id: 'google-takes-json-schema',
    row: 13,
    apply({ theirs, ours }, golden) {
      if (!isGoogle(golden) || !golden.call?.json_schema_of_model) return
      const plain = plainSchema(golden.call, golden.call.method)
      for (const [python, mine] of bodies({ theirs, ours })) {
        const [wanted, sentBy] = [schemas(python), schemas(mine)]
        for (const [n, [holder, key]] of wanted.entries()) {
          const [ourHolder, ourKey, isTool] = sentBy[n] ?? []
          if (!ourKey?.endsWith('JsonSchema')) continue
          if (
            Object.keys(lowered(holder[key]).properties).join() !==
            Object.keys(ourHolder[ourKey].properties).join()
          )
            continue
          if (mistranslated(plain, ourHolder[ourKey], { isTool, open: true })) continue
          delete holder[key]
          holder[ourKey] = ourHolder[ourKey]
          if (isTool && holder.description === undefined) holder.description = ourHolder.description
        }
      }
    },
  },
  {
    // A reask is the user's turn.
    id: 'google-reasks-as-user',
    row: 13,
    apply({ theirs }, golden) {
      if (!isGoogle(golden)) return
      for (const { body } of sent(theirs)) {
        for (const turn of body.contents ?? []) {
          if (turn.parts?.[0]?.text?.startsWith('Validation Error found:')) turn.role = 'user'
        }
      }
    },
  },
]
