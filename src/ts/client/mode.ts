/** The ways to request structured output from a model; the capability table of each provider lists the legal ones. */

/** The modes by name; `docs/modes.md` describes when to use each. */
export const Mode = {
  /** One tool with the schema, forced if the API allows it. */
  TOOLS: 'TOOLS',
  /** The same with strict decoding. */
  TOOLS_STRICT: 'TOOLS_STRICT',
  /** The provider's JSON format, and the types of the answer in the prompt. */
  JSON: 'JSON',
  /** The provider's native schema format. */
  JSON_SCHEMA: 'JSON_SCHEMA',
  /** The types of the answer in the prompt, and a request for a fenced block. */
  MD_JSON: 'MD_JSON',
  /** One tool per response model; used for an array of models. */
  PARALLEL_TOOLS: 'PARALLEL_TOOLS',
  /** A forced tool and a schema format in OpenAI's Responses API. */
  RESPONSES_TOOLS: 'RESPONSES_TOOLS',
  // Accepted, with one deprecation warning each.
  /** @deprecated A name of older versions of Instructor. */
  FUNCTIONS: 'FUNCTIONS',
  /** @deprecated A name of older versions of Instructor. */
  JSON_O1: 'JSON_O1',
  /** @deprecated A name of older versions of Instructor. */
  RESPONSES_TOOLS_WITH_INBUILT_TOOLS: 'RESPONSES_TOOLS_WITH_INBUILT_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  ANTHROPIC_TOOLS: 'ANTHROPIC_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  ANTHROPIC_REASONING_TOOLS: 'ANTHROPIC_REASONING_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  ANTHROPIC_JSON: 'ANTHROPIC_JSON',
  /** @deprecated A name of older versions of Instructor. */
  ANTHROPIC_PARALLEL_TOOLS: 'ANTHROPIC_PARALLEL_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  VERTEXAI_TOOLS: 'VERTEXAI_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  VERTEXAI_JSON: 'VERTEXAI_JSON',
  /** @deprecated A name of older versions of Instructor. */
  VERTEXAI_PARALLEL_TOOLS: 'VERTEXAI_PARALLEL_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  GEMINI_TOOLS: 'GEMINI_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  GEMINI_JSON: 'GEMINI_JSON',
  /** @deprecated A name of older versions of Instructor. */
  GENAI_TOOLS: 'GENAI_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  GENAI_JSON: 'GENAI_JSON',
  /** @deprecated A name of older versions of Instructor. */
  GENAI_STRUCTURED_OUTPUTS: 'GENAI_STRUCTURED_OUTPUTS',
  /** @deprecated A name of older versions of Instructor. */
  MISTRAL_TOOLS: 'MISTRAL_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  MISTRAL_STRUCTURED_OUTPUTS: 'MISTRAL_STRUCTURED_OUTPUTS',
  /** @deprecated A name of older versions of Instructor. */
  COHERE_TOOLS: 'COHERE_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  COHERE_JSON_SCHEMA: 'COHERE_JSON_SCHEMA',
  /** @deprecated A name of older versions of Instructor. */
  XAI_TOOLS: 'XAI_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  XAI_JSON: 'XAI_JSON',
  /** @deprecated A name of older versions of Instructor. */
  FIREWORKS_TOOLS: 'FIREWORKS_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  FIREWORKS_JSON: 'FIREWORKS_JSON',
  /** @deprecated A name of older versions of Instructor. */
  CEREBRAS_TOOLS: 'CEREBRAS_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  CEREBRAS_JSON: 'CEREBRAS_JSON',
  /** @deprecated A name of older versions of Instructor. */
  WRITER_TOOLS: 'WRITER_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  WRITER_JSON: 'WRITER_JSON',
  /** @deprecated A name of older versions of Instructor. */
  BEDROCK_TOOLS: 'BEDROCK_TOOLS',
  /** @deprecated A name of older versions of Instructor. */
  BEDROCK_JSON: 'BEDROCK_JSON',
  /** @deprecated A name of older versions of Instructor. */
  PERPLEXITY_JSON: 'PERPLEXITY_JSON',
  /** @deprecated A name of older versions of Instructor. */
  OPENROUTER_STRUCTURED_OUTPUTS: 'OPENROUTER_STRUCTURED_OUTPUTS',
} as const

/** The name of a mode. */
export type Mode = (typeof Mode)[keyof typeof Mode]
