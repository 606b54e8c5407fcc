/**
 * The request fields of the wire APIs other than OpenAI's chat completions, from the vendors' SDKs and API references. A key that
 * is close to one of them is a mistake; any other key goes into the request body unchanged.
 */
import type { OpenAiField, Words } from './openai-fields.js'

const RESPONSES =
  'background context_management conversation include input instructions max_output_tokens max_tool_calls previous_response_id reasoning text truncation'
const ANTHROPIC =
  'anthropic_beta anthropic_version betas billing_policy cache_control compaction container diagnostics fallback_credit_token fallbacks inference_geo mcp_servers output_config output_format speed stop_sequences system thinking thread top_k user_profile_id workspace_id'
const GOOGLE =
  'cachedContent cached_content candidateCount candidate_count contents frequencyPenalty generationConfig generation_config labels audioTimestamp audioTranscriptionConfig audio_timestamp enableAffectiveDialog enableEnhancedCivicAnswers imageConfig maxOutputTokens mediaResolution media_resolution modelArmorConfig modelSelectionConfig presencePenalty responseFormat response_json_schema responseJsonSchema responseLogprobs responseMimeType response_mime_type responseModalities responseSchema response_schema routingConfig safetySettings safety_settings serviceTier speechConfig speech_config stopSequences systemInstruction system_instruction thinkingConfig thinking_config translationConfig toolConfig tool_config topK'
const COHERE_MISTRAL =
  'citation_options documents guardrails k p priority prompt_mode random_seed raw_prompting safe_prompt safety_mode strict_tools'
const BEDROCK =
  'additionalModelRequestFields additionalModelResponseFieldPaths guardrailConfig inferenceConfig modelId outputConfig performanceConfig promptVariables requestMetadata'
const OLLAMA =
  'f16_kv format images keep_alive low_vram main_gpu mirostat mirostat_eta mirostat_tau num_batch num_ctx num_gpu num_keep num_predict num_thread numa options penalize_newline raw repeat_last_n repeat_penalty suffix template tfs_z think typical_p use_mlock use_mmap vocab_only'
const OPENROUTER =
  'debug image_config include_reasoning max_price min_p models plugins preset provider repetition_penalty route session_id structured_outputs top_a trace transforms usage'
const GATEWAYS =
  'allowed_openai_params caching citation chat_template chat_template_kwargs citations clear_thinking compliance compound_custom context_length_exceeded_behavior deferred disable_reasoning disable_search disable_tool_validation drop_params echo enable_search_classifier enable_thinking exclude_domains ignore_eos image_domain_filter image_format_filter include_domains language_preference last_updated_after_filter last_updated_before_filter litellm_session_id litellm_trace_id logprob lora media_response min_completion_tokens model_id mirostat_lr mirostat_target mock_response model_parameters num_retries num_search_results perf_metrics_in_response prompt_cache_isolation_key prompt_truncate_len raw_output reasoning_format reasoning_history return_citations return_images return_related_questions safety_model search_after_date_filter search_before_date_filter search_context_size search_domain_filter search_language_filter search_mode search_parameters search_recency_filter search_settings speculation stream_mode tags thinking_budget typical_p ttl draft_model'
const SERVERS =
  'add_generation_prompt add_special_tokens allowed_token_ids bad_words best_of cache_prompt cache_salt continue_final_message custom_args dry_allowed_length dry_base dry_multiplier dry_penalty_last_n dry_sequence_breakers dynatemp_exponent dynatemp_range ebnf grammar guided_choice guided_decoding_backend guided_grammar guided_json guided_regex guided_whitespace_pattern id_slot include_stop_str_in_output json_schema kv_transfer_params length_penalty logits_processors lora_path min_keep min_tokens mm_processor_kwargs n_keep n_predict n_probs no_stop_trim parse_tool_calls post_sampling_probs prompt_logprobs reasoning_budget regex request_id response_fields return_progress return_token_ids return_tokens_as_token_ids samplers separate_reasoning session_params skip_special_tokens spaces_between_special_tokens stop_regex stop_token_ids stream_reasoning structural_tag t_max_predict_ms thinking_forced_open timings_per_token truncate_prompt_tokens use_beam_search vllm_xargs xtc_probability xtc_threshold'

/** A request field of a provider's API. It goes into the body unchanged. */
export type RequestField =
  | OpenAiField
  | Words<typeof RESPONSES>
  | Words<typeof ANTHROPIC>
  | Words<typeof GOOGLE>
  | Words<typeof COHERE_MISTRAL>
  | Words<typeof BEDROCK>
  | Words<typeof OLLAMA>
  | Words<typeof OPENROUTER>
  | Words<typeof GATEWAYS>
  | Words<typeof SERVERS>

export const REQUEST_FIELDS: ReadonlySet<string> = /* @__PURE__ */ new Set(
  [RESPONSES, ANTHROPIC, GOOGLE, COHERE_MISTRAL, BEDROCK, OLLAMA, OPENROUTER, GATEWAYS, SERVERS]
    .join(' ')
    .split(' '),
)
