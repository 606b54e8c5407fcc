// The rows of the outcome bench: one library in one mode each. `run` returns the value of a task, or throws. `start` and
// `stop` belong to a program that the row needs.
import { python } from './python.mjs'
import { nameOf } from './schemas.mjs'
import { toZod } from './to-zod.mjs'

const prompt = (task) => [{ role: 'user', content: task.text }]
const isObject = ({ type, $ref }) => type === 'object' || $ref !== undefined
/** Some libraries accept an object only: a list becomes its member `content`, and a reference what it refers to. */
const wrapped = (schema) => {
  if (schema.$ref) return { ...schema.$defs[nameOf(schema.$ref)], $defs: schema.$defs }
  if (isObject(schema)) return schema
  return {
    type: 'object',
    properties: { content: schema },
    required: ['content'],
    additionalProperties: false,
  }
}
const unwrapped = (schema, value) => (isObject(schema) ? value : value?.content)

/** This package, with the options that are compared. */
export async function own({ baseURL, model, provider, apiKey, retries }) {
  const { fromProvider } = await import('../../scripts/self.mjs')
  const row = (name, options) => ({
    name,
    async run(task) {
      const client = fromProvider(`${provider}/${model}`, {
        baseURL,
        apiKey,
        maxRetries: retries,
        ...options,
      })
      return client.create({ responseModel: task.schema, messages: prompt(task) })
    },
  })
  const rows = []
  for (const mode of ['JSON', 'MD_JSON', 'JSON_SCHEMA']) {
    rows.push(
      row(`instructor-wasm ${mode}, as Python`, { mode, schemaPrompt: 'json-schema', repair: 'whole' }),
    )
    rows.push(row(`instructor-wasm ${mode}`, { mode }))
    rows.push(row(`instructor-wasm ${mode}, lenient`, { mode, parse: 'lenient' }))
    rows.push(row(`instructor-wasm ${mode}, repair part`, { mode, repair: 'part' }))
    rows.push(row(`instructor-wasm ${mode}, repair whole`, { mode, repair: 'whole' }))
  }
  return rows
}

export async function aiSdk({ baseURL, model, apiKey, retries }) {
  const { generateObject, jsonSchema } = await import('ai')
  const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
  const row = (name, supportsStructuredOutputs) => ({
    name,
    async run(task) {
      const provider = createOpenAICompatible({ name: 'local', baseURL, apiKey, supportsStructuredOutputs })
      const { object } = await generateObject({
        model: provider(model),
        schema: jsonSchema(wrapped(task.schema)),
        messages: prompt(task),
        maxRetries: retries,
      })
      return unwrapped(task.schema, object)
    },
  })
  return [row('AI SDK JSON_SCHEMA', true), row('AI SDK JSON', false)]
}

export async function instructorJs({ baseURL, model, apiKey, retries }) {
  const { default: Instructor } = await import('@instructor-ai/instructor')
  const { default: OpenAI } = await import('openai')
  return ['JSON', 'MD_JSON', 'JSON_SCHEMA'].map((mode) => ({
    name: `instructor-js ${mode}`,
    async run(task) {
      const client = Instructor({ client: new OpenAI({ baseURL, apiKey, maxRetries: 0 }), mode })
      const { _meta, ...value } = await client.chat.completions.create({
        messages: prompt(task),
        model,
        response_model: { schema: toZod(wrapped(task.schema), true), name: task.schema.title ?? 'Answer' },
        max_retries: retries,
      })
      return unwrapped(task.schema, value)
    },
  }))
}

export async function langChain({ baseURL, model, apiKey }) {
  const { ChatOpenAI } = await import('@langchain/openai')
  return [
    ['LangChain JSON_SCHEMA', 'jsonSchema'],
    ['LangChain JSON', 'jsonMode'],
  ].map(([name, method]) => ({
    name,
    async run(task) {
      const chat = new ChatOpenAI({ model, apiKey, maxRetries: 0, configuration: { baseURL } })
      const schema = { title: 'Answer', ...wrapped(task.schema) }
      const structured = chat.withStructuredOutput(schema, { method, name: schema.title })
      // In jsonMode the schema is not sent: the caller states it.
      const messages =
        method === 'jsonMode'
          ? [
              { role: 'system', content: `Answer with JSON of this JSON Schema:\n${JSON.stringify(schema)}` },
              ...prompt(task),
            ]
          : prompt(task)
      return unwrapped(task.schema, await structured.invoke(messages))
    },
  }))
}

/** `parse` of the openai SDK sends the schema and reads the answer; it does not validate, and there are no reasks. */
export async function openAi({ baseURL, model, apiKey }) {
  const { default: OpenAI } = await import('openai-6')
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 })
  return [
    {
      name: 'openai parse',
      async run(task) {
        const schema = wrapped(task.schema)
        const { choices } = await client.chat.completions.parse({
          model,
          messages: prompt(task),
          response_format: {
            type: 'json_schema',
            json_schema: { name: schema.title ?? 'Answer', schema, strict: true },
          },
        })
        return unwrapped(task.schema, choices[0].message.parsed)
      },
    },
  ]
}

/** Instructor for Python; its process starts with the row. */
export function pythonInstructor(setting) {
  return ['JSON', 'MD_JSON', 'JSON_SCHEMA'].map((mode) => {
    let child
    return {
      name: `Python Instructor ${mode}`,
      async start() {
        child = await python(setting, mode)
      },
      async run({ schema, text }) {
        // It has models of lists itself.
        return child.value({ text, schema: schema.type === 'array' ? schema : wrapped(schema) })
      },
      stop: () => child?.stop(),
    }
  })
}
