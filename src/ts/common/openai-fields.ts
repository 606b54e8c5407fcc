/** The request fields of OpenAI's chat completions. */

/** The union of the words of a text. */
export type Words<S extends string, Out = never> = S extends `${infer Head} ${infer Rest}`
  ? Words<Rest, Out | Head>
  : Out | S

export const OPENAI_FIELDS =
  'audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens metadata modalities moderation n parallel_tool_calls prediction presence_penalty prompt_cache_key prompt_cache_options prompt_cache_retention reasoning_effort response_format safety_identifier service_tier store stream_options tool_choice tools top_logprobs user verbosity web_search_options data_sources enhancements user_security_context'

export type OpenAiField = Words<typeof OPENAI_FIELDS>
