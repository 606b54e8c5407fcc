/** A file that the build cuts off the core: `core-<name>.wasm` (scripts/parts.mjs). */
export type Part =
  | 'answer'
  | 'schema'
  | 'notation'
  | 'repair'
  | 'correct'
  | 'plain'
  | 'anthropic'
  | 'gemini'
  | 'bedrock'
  | 'responses'
  | 'cohere'
  | 'ollama'
