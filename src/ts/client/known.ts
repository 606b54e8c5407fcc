/** Names that editors complete and the compiler checks: providers and models, modes, roles, types of parts. */
import type { Words } from '../common/openai-fields.js'
import type { Mode } from './mode.js'

/** The providers of the registry (a test compares the list with its rows). */
export type ProviderName =
  | 'ai21'
  | 'alibaba'
  | 'anthropic'
  | 'anyscale'
  | 'azure_openai'
  | 'baseten'
  | 'bedrock'
  | 'bedrock_mantle'
  | 'cerebras'
  | 'chrome'
  | 'cohere'
  | 'crusoe'
  | 'databricks'
  | 'deepinfra'
  | 'deepseek'
  | 'docker'
  | 'featherless'
  | 'fireworks'
  | 'friendli'
  | 'gemini'
  | 'generative-ai'
  | 'google'
  | 'groq'
  | 'heroku'
  | 'huggingface'
  | 'hyperbolic'
  | 'inception'
  | 'lambda'
  | 'litellm'
  | 'llama_cpp'
  | 'llama_cpp_python'
  | 'llamafile'
  | 'lmstudio'
  | 'meta'
  | 'minimax'
  | 'mistral'
  | 'moonshot'
  | 'morph'
  | 'nebius'
  | 'novita'
  | 'nscale'
  | 'nvidia'
  | 'ollama'
  | 'openai'
  | 'openai-compatible'
  | 'openrouter'
  | 'ovhcloud'
  | 'perplexity'
  | 'sambanova'
  | 'scaleway'
  | 'snowflake'
  | 'together'
  | 'truefoundry'
  | 'vercel'
  | 'vertexai'
  | 'vllm'
  | 'volcengine'
  | 'wandb'
  | 'webllm'
  | 'wllama'
  | 'workers_ai'
  | 'writer'
  | 'xai'
  | 'zai'

/** Models that editors suggest; any other model of a provider is accepted as well. */
export type KnownModel =
  | 'anthropic/claude-haiku-4-5'
  | 'anthropic/claude-opus-4-5'
  | 'anthropic/claude-sonnet-4-5'
  | 'bedrock/amazon.nova-lite-v1:0'
  | 'chrome/gemini-nano'
  | 'cohere/command-a-03-2025'
  | 'deepseek/deepseek-chat'
  | 'google/gemini-2.5-flash'
  | 'google/gemini-2.5-pro'
  | 'groq/llama-3.3-70b-versatile'
  | 'mistral/mistral-large-latest'
  | 'mistral/mistral-small-latest'
  | 'ollama/llama3.2'
  | 'ollama/qwen3'
  | 'openai/gpt-4.1'
  | 'openai/gpt-4.1-mini'
  | 'openai/gpt-4o'
  | 'openai/gpt-4o-mini'
  | 'openai/gpt-5'
  | 'openai/gpt-5-mini'
  | 'openrouter/openai/gpt-4o-mini'
  | 'perplexity/sonar'
  | 'vertexai/gemini-2.5-flash'
  | 'xai/grok-4'

/** A literal must be `provider/model` with a known provider; a text that is known only at run time is accepted. */
export type CheckedModel<S extends string> = string extends S
  ? S
  : S extends `${infer Provider}/${string}`
    ? string extends Provider
      ? S
      : Provider extends ProviderName
        ? S
        : `${ProviderName}/${string}`
    : `${ProviderName}/${string}`

/**
 * A known word, or a text that is known only at run time. `L` is inferred from the words of a call: a literal that is not a
 * known word makes it that literal, so that the word is refused; a `string` makes it `string`, which accepts every text.
 */
export type Word<Known extends string, L extends string> = Known | (string extends L ? L : never)

/** A mode by its name, or by its value in Python's Instructor. */
export type ModeName =
  | Mode
  | 'tool_call'
  | 'tools_strict'
  | 'json_mode'
  | 'json_schema_mode'
  | 'markdown_json_mode'
  | 'parallel_tool_call'
  | 'responses_tools'

/** OpenAI's roles, Gemini's `model`, Cohere's `chatbot`, and the roles of Ollama's templates. */
export const ROLES = 'system developer user assistant tool function model chatbot ipython control'

/** The roles of all APIs. */
export type Role = Words<typeof ROLES>

/** The types of parts of all APIs, without those of {@link FAMILY}. */
export const PART_TYPES =
  'text image audio video document file refusal thinking redacted_thinking reasoning reference search_result container_upload compaction fallback tool_use tool_result tool_call function_call function_response tool_reference item_reference'

/** Types of parts that APIs extend: `image_url`, `input_image`, `output_text`, `web_search_tool_result`, `mcp_tool_use`. */
export const FAMILY = /^(input|output)_|_(url|tool_use|tool_result|call|call_output)$/

/** The types of parts of all APIs. */
export type PartType =
  | Words<typeof PART_TYPES>
  | `${'input' | 'output'}_${string}`
  | `${string}_${'url' | 'tool_use' | 'tool_result' | 'call' | 'call_output'}`
