// Rules about single API families: what the vendors' SDKs add, and what Python does not support.
import { differences, isObject, walk } from '../compare.mjs'
import { fenceWords, pythonPrompt } from '../prompts.mjs'
import { expected } from '../python.mjs'
import { mistranslated, plainSchema } from '../strict.mjs'
import { meant } from './bugs.mjs'
import { bodies, schemas, sent, textOf, toolWords } from './places.mjs'

const isGoogle = ({ provider }) => ['google', 'google_vertexai_true', 'gemini', 'vertexai'].includes(provider)

/** Whether a `propertyOrdering`, if present, is the order of the properties. */
const ordered = ({ propertyOrdering: order, properties }) =>
  !order || order.join() === Object.keys(properties).join()

/** Gemini's OpenAPI form as JSON Schema. */
function lowered(schema) {
  if (Array.isArray(schema)) return schema.map(lowered)
  if (!isObject(schema)) return schema
  const { property_ordering, propertyOrdering, ...rest } = schema
  const found = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, lowered(value)]))
  return typeof rest.type === 'string' ? { ...found, type: rest.type.toLowerCase() } : found
}

/** The parts of a TOOLS body that depend on the mode. */
const bodyKeys = { google: ['contents', 'toolConfig', 'tools'], bedrock: ['messages', 'toolConfig'] }

export const families = [
  {
    // The pinned SDK does not have the native field, so Python falls back to the prompt.
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
    // With the check forced, Python's request is correct, but it rejects every answer.
    id: 'anthropic-native-answers',
    row: 12,
    apply({ theirs, ours }, golden) {
      if (golden.provider !== 'anthropic_native_patched') return
      for (const { query, headers } of sent(theirs)) {
        delete query.beta
        delete headers['anthropic-beta']
      }
      const { error } = golden
      if (
        !error?.failed_attempts?.some(({ message }) =>
          message.includes('Response must be an Anthropic Message'),
        )
      )
        return
      // The reask follows from the problems.
      const { messages } = theirs.requests[0].body
      const follows = ours.requests.slice(1).every(({ body }, n) => {
        const before = body.messages.slice(0, messages.length)
        const { role, content } = body.messages.at(-1)
        const text = textOf(golden.scripted_responses[n])
        const frame =
          role === 'user' &&
          content.startsWith('Validation Errors found:\n') &&
          content.endsWith(`following attempt:\n${text}`)
        return (
          frame && body.messages.length === messages.length + n + 1 && !differences(messages, before).length
        )
      })
      if (!follows || ours.requests.length > golden.scripted_responses.length) return
      theirs.requests = ours.requests.map(({ body }) => {
        const again = structuredClone(theirs.requests[0])
        again.body.messages.push(...body.messages.slice(messages.length))
        return again
      })
      const cut = golden.scripted_responses[0].body?.stop_reason === 'max_tokens'
      const message = 'The output is incomplete due to a max_tokens length limit.'
      theirs.outcome = cut
        ? { error: { class: 'IncompleteOutputError', message } }
        : golden.scenario.startsWith('D5')
          ? expected(golden.sibling).outcome
          : { value: meant(golden) }
    },
  },
  {
    // Python detects images in strings for OpenAI, and URLs for Anthropic; otherwise data URLs stay text.
    id: 'autodetect-everywhere',
    row: 15,
    apply({ theirs }) {
      for (const { body } of sent(theirs)) {
        for (const { parts } of body.contents ?? []) {
          for (const [at, { text }] of parts.entries()) {
            const [, mimeType, data] = /^data:(image\/\w+);base64,(.*)$/.exec(text ?? '') ?? []
            if (data) parts[at] = { inlineData: { mimeType, data } }
          }
        }
        for (const { content } of body.messages ?? []) {
          if (!Array.isArray(content)) continue
          content.forEach((part, at) => {
            const text = typeof part === 'string' ? part : part.text
            const [, type, data] = /^data:(image\/\w+);base64,(.*)$/.exec(text ?? '') ?? []
            if (!data) return
            if (body.max_tokens)
              content[at] = { type: 'image', source: { type: 'base64', media_type: type, data } }
            else if ('response_format' in body || body.model)
              content[at] = { type: 'image_url', image_url: { url: text } }
            else content[at] = { image: { format: type.split('/')[1], source: { bytes: data } } }
          })
        }
      }
    },
  },
  {
    // Python removes system messages before it renders templates.
    id: 'templates-everywhere',
    row: 19,
    apply({ theirs }, golden) {
      if (!golden.call?.kwargs.context || !golden.sibling) return
      const rendered = golden.sibling.requests[0]?.body.messages ?? []
      for (const { body } of sent(theirs)) {
        walk(body, (value, parent, key) => {
          if (typeof value !== 'string' || !/\{[{%]/.test(value)) return
          const added = value.endsWith(fenceWords) ? fenceWords : ''
          const own = value.slice(0, value.length - added.length)
          const from = golden.call.messages.findIndex(({ content }) => content === own)
          // A prompt before them, or a sentence after the last, belongs to the mode.
          const { content } = rendered[rendered.length - golden.call.messages.length + from] ?? {}
          const there = content?.[0]?.text ?? content
          if (from >= 0 && typeof there === 'string') parent[key] = there.replace(fenceWords, '') + added
        })
      }
    },
  },
  {
    // Python reads parallel calls lazily from a generator: they are neither validated nor reasked.
    id: 'anthropic-parallel-is-checked',
    row: 6,
    lost: ({ provider, mode, scenario }) =>
      provider === 'anthropic' &&
      mode === 'PARALLEL_TOOLS' &&
      ['D_reask', 'D4_no_tool_call'].includes(scenario),
    play(golden) {
      if (!this.lost(golden) || golden.scripted_responses.length > 1) return golden
      const toolCalls = [{ name: 'Weather', arguments: { location: 'Toronto', units: 'metric' } }]
      return { ...golden, scripted_responses: [...golden.scripted_responses, { reply: { toolCalls } }] }
    },
    apply({ theirs, ours }, golden) {
      if (!this.lost(golden) || ours.requests.length !== 2 || theirs.requests.length !== 1) return
      const again = ours.requests[1].body.messages.slice(theirs.requests[0].body.messages.length)
      const [turn, result] = again
      const messages = typeof result?.content === 'string' ? result.content : result?.content?.[0].content
      const right =
        golden.scenario === 'D_reask'
          ? messages.includes(
              '\n0.units: wanted one of "imperial", "metric", got the string "kelvin"\nRecall',
            )
          : messages ===
            'Validation Error due to no tool invocation:\nNo tool calls in response (mode: PARALLEL_TOOLS)\nRecall the function correctly, fix the errors'
      const { content } = golden.scripted_responses[0].body
      const echoed = { role: 'assistant', content }
      if (!right || again.length !== 2 || result.role !== 'user' || differences(echoed, turn).length > 0)
        return
      const { body, ...request } = structuredClone(theirs.requests[0])
      theirs.requests.push({ ...request, body: { ...body, messages: [...body.messages, ...again] } })
      theirs.outcome = { value: [{ location: 'Toronto', units: 'metric' }] }
      theirs.partials = []
    },
  },
  {
    // The indentation of a docstring.
    id: 'docstrings-dedented',
    row: 1,
    apply({ theirs }, golden) {
      const own = golden.call?.json_schema_of_model?.description
      if (!own) return
      for (const { body } of sent(theirs)) {
        walk(body, (value, parent, key) => {
          if (key === 'description' && value?.replace?.(/\n +/g, '\n') === own) parent[key] = own
        })
      }
    },
  },
  {
    // Neither accepts an image URL; our error is about the part.
    id: 'refused-parts-are-configuration-errors',
    row: 15,
    apply({ theirs, ours }) {
      const [python, mine] = [theirs.outcome?.error, ours.outcome?.error]
      if (python?.class !== 'ValueError' || !python.message.startsWith('Unsupported content part for')) return
      if (
        mine?.message ===
        'bedrock does not accept this image part: give it as data or as an s3:// address, not as a URL.'
      )
        theirs.outcome = { error: { class: 'ConfigurationError', message: mine.message } }
    },
  },
  {
    // Hooks receive the request's body, not the arguments of an SDK method.
    id: 'hooks-see-the-body',
    row: 'api',
    apply({ theirs }, golden) {
      if (!golden.events || !bodyKeys[golden.provider]) return
      for (const one of theirs.events)
        if (one.event === 'completion:kwargs') one.keys = bodyKeys[golden.provider]
    },
  },
  {
    // Default safety settings, an empty system instruction, an empty configuration.
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
        else if (system) {
          delete system.role
          // Python joins them and appends an empty line to each.
          system.parts = system.parts.flatMap(({ text }) =>
            text.endsWith('\n\n')
              ? text
                  .slice(0, -2)
                  .split('\n\n')
                  .map((one) => ({ text: one }))
              : [{ text }],
          )
        }
        for (const { parts } of body.contents ?? []) {
          for (const { inlineData } of parts) {
            if (!inlineData?.mime_type) continue
            inlineData.mimeType = inlineData.mime_type
            delete inlineData.mime_type
          }
        }
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
    // JSON Schema where Gemini accepts it, instead of the OpenAPI form, which does not support references.
    id: 'google-takes-json-schema',
    row: 13,
    apply({ theirs, ours }, golden) {
      if (!isGoogle(golden) || !golden.call?.json_schema_of_model) return
      const plain = plainSchema(golden.call, golden.call.method)
      for (const [python, mine] of bodies({ theirs, ours })) {
        const [theirSchemas, sentBy] = [schemas(python), schemas(mine)]
        for (const [n, [holder, key]] of theirSchemas.entries()) {
          const [ourHolder, ourKey, isTool] = sentBy[n] ?? []
          if (!ourKey || !ordered(ourHolder[ourKey])) continue
          if (
            Object.keys(lowered(holder[key]).properties).sort().join() !==
            Object.keys(ourHolder[ourKey].properties).sort().join()
          )
            continue
          if (mistranslated(plain, ourHolder[ourKey], { isTool, open: true })) continue
          delete holder[key]
          holder[ourKey] = ourHolder[ourKey]
          if (isTool) holder.description ??= toolWords(golden.call, ourHolder.name)
        }
      }
    },
  },
  {
    // Python downloads an image to send its bytes.
    id: 'images-by-address',
    row: 15,
    apply({ theirs }, golden) {
      const address = golden.call?.messages
        .flatMap(({ content }) => (Array.isArray(content) ? content : []))
        .find((part) => part.$image_url)?.$image_url
      if (!address || !isGoogle(golden)) return
      for (const { body } of sent(theirs)) {
        for (const { parts } of body.contents) {
          for (const part of parts) {
            if (!part.inlineData) continue
            part.fileData = { fileUri: address, mimeType: part.inlineData.mimeType }
            delete part.inlineData
          }
        }
      }
    },
  },
  {
    // A reask is a user turn.
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
