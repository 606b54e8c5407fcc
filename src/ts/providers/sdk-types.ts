/**
 * What the types of the vendors' SDK clients have in common, so that the compiler refuses the client of another vendor. What
 * the client is, and whether it is supported, is read from its fields (sdk-clients.ts).
 */

type Method = (...args: never[]) => unknown

/** A client of `openai`, or of an SDK generated like it (`groq-sdk`, `@cerebras/cerebras_cloud_sdk`). */
export interface OpenAIClient {
  readonly chat: { readonly completions: { readonly create: Method } }
}

/** A client of `@anthropic-ai/sdk`, or of its variants for Bedrock and Vertex AI. */
export interface AnthropicClient {
  readonly messages: { readonly create: Method }
}

/** A client of `@google/genai`, of `@google-cloud/vertexai`, or a model of `@google/generative-ai`. */
export type GoogleClient =
  | { readonly models: { readonly generateContent: Method } }
  | { readonly getGenerativeModel: Method }
  | { readonly generateContent: Method }

/** A client of `@mistralai/mistralai`. */
export interface MistralClient {
  readonly chat: { readonly complete: Method }
}

/** A client of `cohere-ai`. */
export interface CohereClient {
  readonly chat: Method
}

/** A client of `writer-sdk`. */
export interface WriterClient {
  readonly chat: { readonly chat: Method }
}
