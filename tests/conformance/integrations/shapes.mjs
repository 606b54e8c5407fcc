// The fields of a request that make its mode, in each API: a part of the body, from the vendors' references.
import { contains } from '../facts.mjs'

const fn = (name, more) => [{ type: 'function', function: { name, ...more } }]
const json = { type: 'json_object' }
const object = { type: 'object' }

/** By format and mode: the part of the body for a tool and the choice of the tool. */
const SHAPES = {
  chat: {
    TOOLS: (tool, choice) => ({ tools: fn(tool), tool_choice: choice, response_format: undefined }),
    FUNCTIONS: (tool, choice) => SHAPES.chat.TOOLS(tool, choice),
    TOOLS_STRICT: (tool, choice) => ({ tools: fn(tool, { strict: true }), tool_choice: choice }),
    JSON: () => ({ response_format: json, tools: undefined }),
    MD_JSON: () => ({ response_format: undefined, tools: undefined }),
    JSON_SCHEMA: () => ({
      response_format: { type: 'json_schema', json_schema: { schema: object } },
      tools: undefined,
    }),
    json_schema: () => SHAPES.chat.JSON_SCHEMA(),
    'json_object with a schema': () => ({ response_format: { ...json, schema: object }, tools: undefined }),
    PARALLEL_TOOLS: (names) => ({ tools: names.flatMap((name) => fn(name)) }),
  },
  responses: {
    RESPONSES_TOOLS: (name) => ({
      tools: [{ type: 'function', name }],
      tool_choice: { type: 'function', name },
    }),
    'RESPONSES_TOOLS with tools': (name) => ({ tools: [{}, { type: 'function', name }] }),
  },
  anthropic: {
    TOOLS: (name, choice) => ({ tools: [{ name, input_schema: object }], tool_choice: choice }),
    'TOOLS with thinking': (name) => ({ tools: [{ name, input_schema: object }] }),
    JSON: () => ({ tools: undefined, tool_choice: undefined }),
    PARALLEL_TOOLS: (names) => ({ tools: names.map((name) => ({ name })) }),
  },
  gemini: {
    TOOLS: (name, choice) => ({ tools: [{ functionDeclarations: [{ name }] }], toolConfig: choice }),
    JSON: () => ({
      generationConfig: { responseMimeType: 'application/json', responseJsonSchema: object },
      tools: undefined,
    }),
    JSON_SCHEMA: () => SHAPES.gemini.JSON(),
  },
  cohere: {
    TOOLS: (tool, choice) => ({ tools: fn(tool), tool_choice: choice }),
  },
  bedrock: {
    TOOLS: (name, toolChoice) => ({
      toolConfig: { tools: [{ toolSpec: { name, inputSchema: { json: object } } }], toolChoice },
    }),
    MD_JSON: () => ({ toolConfig: undefined }),
  },
}

/** Whether the answer of a mode is the call of a tool. */
export const callsTools = (mode) => /TOOLS|FUNCTIONS/.test(mode)
/** Whether the prompt of a mode has the schema. */
export const prompts = (mode) => mode === 'JSON' || mode === 'MD_JSON'

/** Problems of the body. */
export function misshapen(body, { wire, mode, tool, choice }) {
  const shape = SHAPES[wire][mode]
  if (!shape) return [`no shape for ${wire} ${mode}`]
  const wanted = shape(tool, choice)
  return contains(body, wanted)
    ? []
    : [`body: expected ${JSON.stringify(wanted)}, got ${JSON.stringify(body).slice(0, 400)}`]
}
