// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of tests are quoted with their placeholders
/** Python's Instructor, behaviour by behaviour: clients, requests of each API, answers and reasks (1–69). */
export const REQUESTS = {
  // Clients.
  1: [
    'the model string is split at its first slash',
    'addresses: the model is everything after the first slash',
  ],
  2: [
    'wrong model strings',
    'errors: a wrong model string or a missing key is reported at once, with the message of the Python library',
  ],
  3: [
    'an unknown provider',
    'errors: a wrong model string or a missing key is reported at once, with the message of the Python library',
    'core/native_apis/base_urls: a_mistyped_or_missing_provider_results_in_a_suggestion',
    'docs/differences.md: `more-providers`',
  ],
  4: [
    'a missing key',
    'addresses: the key of each provider comes from its variable, which the error for a missing key names',
  ],
  5: ['the address of each provider', "addresses: every provider of Python's Instructor has its own address"],
  6: ['another base URL', 'addresses: an option for the address or the key has precedence over its variable'],
  7: [
    'a key as an option',
    'addresses: an option for the address or the key has precedence over its variable',
  ],
  8: ['the default mode for Ollama', 'addresses: the default mode depends on what the model supports'],
  9: ['the default mode for Bedrock', 'addresses: the default mode depends on what the model supports'],
  10: ['the address of Databricks', "addresses: every provider of Python's Instructor has its own address"],
  11: [
    'the address and the header of Azure',
    'addresses: Azure OpenAI: the deployment is in the path if there is a version, and the key has its own header',
    'docs/differences.md: Azure OpenAI without a version',
  ],
  12: [
    "Anthropic's limit of tokens",
    'core/native_apis/registry: token_limits_depend_on_the_model',
    'docs/differences.md: `token-limit-of-newer-models`',
  ],
  13: [
    'parameters of a client as defaults of its calls',
    'create: client parameters go into every request, and call parameters override them',
  ],
  14: [
    'a mode that the provider lacks',
    'errors: an unsupported mode is a ModeError that lists the legal ones',
  ],
  15: [
    'names of modes that were replaced',
    'src/mode/names: legacy_names_map_to_a_core_mode_with_a_warning',
    'docs/differences.md: `tools-strict-is-a-mode`',
  ],

  // Chat completions and Responses.
  16: ['the body with a tool', 'bodies: chat completions: the whole body of each mode'],
  17: [
    'the body in JSON mode',
    'bodies: chat completions: the whole body of each mode',
    'docs/differences.md: `types-in-prompts`',
  ],
  18: [
    'the body with a schema',
    'bodies: chat completions: the whole body of each mode',
    'docs/differences.md: `strict-where-the-api-has-it`',
  ],
  19: [
    'the body in MD_JSON mode',
    'bodies: chat completions: the whole body of each mode',
    'docs/differences.md: `short-schema-prompt`',
  ],
  20: [
    'the place of the prompt with the schema',
    'bodies: the prompt with the schema is appended to a system message, or comes first',
  ],
  21: [
    'consecutive messages of one role',
    'bodies: consecutive messages of one role are one message in JSON and MD_JSON only',
  ],
  22: ['messages of tools', 'bodies: messages of tools are never merged, in any mode'],
  23: [
    'parallel tools',
    'create: an array of models becomes parallel tools, each value validated by its own model',
    'tools: the value is the list of calls in their order, with the tool that each one is for',
    'providers: every provider with parallel tools returns every call',
  ],
  24: [
    'parallel tools in a stream',
    'streaming-forms: what cannot be streamed is refused before a request is sent',
  ],
  25: [
    'the Responses API',
    'core/native_apis/others: responses_receives_items_a_forced_function_and_the_format',
  ],

  // Anthropic.
  26: [
    'system messages',
    'core/native_apis/anthropic: anthropic_receives_system_blocks_a_forced_tool_and_a_token_limit',
  ],
  27: [
    'a forced tool',
    'core/native_apis/anthropic: anthropic_receives_system_blocks_a_forced_tool_and_a_token_limit',
  ],
  28: ['thinking', 'core/native_apis/anthropic: anthropic_does_not_force_the_tool_with_thinking'],
  29: [
    'no call, or several',
    'core/native_apis/anthropic: anthropic_is_reasked_after_an_answer_without_a_tool_call',
    'core/native_apis/calls: of_several_calls_the_first_valid_one_is_the_value_and_the_others_are_reported',
    "docs/differences.md: several calls of the response model's tool",
  ],
  30: [
    'JSON without tools',
    'bodies: Anthropic without tools: the schema is a system block, and the last text with JSON is the answer',
  ],
  31: [
    'its own form of a schema',
    'core/native_apis/anthropic: anthropic_receives_the_schema_as_its_output_format_where_tools_cannot_be_forced',
    'docs/differences.md: `anthropic-native-schema`',
  ],

  // Gemini.
  32: [
    'functions',
    'core/native_apis/google: gemini_receives_a_forced_function',
    'docs/differences.md: `google-takes-json-schema`',
  ],
  33: [
    'JSON',
    'core/native_apis/google: gemini_receives_the_schema_natively_in_json_mode',
    'docs/differences.md: `google-takes-json-schema`',
  ],
  34: [
    'safety settings',
    'core/native_apis/google: safety_settings_are_sent_only_when_given',
    'docs/differences.md: `google-sends-what-was-asked`',
  ],
  35: [
    'names of parameters',
    'core/native_apis/google: gemini_receives_a_forced_function',
    'api: generation parameters become the field of each provider',
  ],
  36: [
    'turns of the assistant',
    'core/native_apis/google: gemini_reads_tool_turns_images_and_audio',
    'docs/differences.md: `python-could-not`',
  ],
  37: [
    'the form of a schema',
    'core/native_apis/google: gemini_before_version_two_receives_the_openapi_subset',
    'docs/differences.md: `google-takes-json-schema`',
  ],
  38: ['unions', 'bodies: Gemini: a union stays a union, and the answer of each member is read'],

  // Other providers.
  39: [
    'Mistral: any tool, arguments as an object',
    'bodies: Mistral: any tool is required, and arguments may be an object',
  ],
  40: [
    'Mistral: closed schemas',
    'bodies: OpenRouter and Mistral close every object of a schema; Perplexity and Writer get it without a name',
  ],
  41: [
    'Cohere: three modes',
    'core/native_apis/others: cohere_receives_one_forced_tool',
    'docs/differences.md: `cohere-tools-are-tools`',
    'docs/differences.md: `cohere-schema-key`',
  ],
  42: [
    'Bedrock: Converse',
    'core/native_apis/bedrock: bedrock_receives_blocks_inference_settings_and_a_forced_tool',
  ],
  43: [
    'Bedrock: constraints that it refuses',
    'core/schema_words: every_constraint_is_sent_or_described_and_reported_by_lint',
    "docs/differences.md: a constraint that the API refuses (Bedrock's strict schemas)",
  ],
  44: [
    'OpenRouter: closed schemas',
    'bodies: OpenRouter and Mistral close every object of a schema; Perplexity and Writer get it without a name',
  ],
  45: [
    'Perplexity: a schema without a name',
    'bodies: OpenRouter and Mistral close every object of a schema; Perplexity and Writer get it without a name',
  ],
  46: [
    'Writer: a free choice, and its reask',
    'bodies: chat completions: the turns that report an invalid answer, in each mode',
    'docs/differences.md: `one-wording`',
  ],
  47: [
    'xAI: an answer as text',
    'providers: every provider reasks after an invalid answer, and stops at the token limit',
    'docs/differences.md: `xai-asks-again`',
  ],

  // Answers.
  48: [
    'the name of the called tool',
    'bodies: a call of another tool is reported to the model',
    'docs/differences.md: a call of a tool with another name',
  ],
  49: ['the old field function_call', 'bodies: an answer in the old field function_call is read'],
  50: [
    'the limit of tokens',
    'errors: garbage, HTML and refusals each have their own error',
    'providers: every provider reasks after an invalid answer, and stops at the token limit',
  ],
  51: [
    "Anthropic's limit of tokens",
    'core/native_apis/anthropic: anthropics_refusal_and_token_limit_are_final',
  ],
  52: [
    'a refusal',
    'errors: garbage, HTML and refusals each have their own error',
    'src/call/outcome: a_refusal_is_quoted_and_a_long_one_is_shortened',
  ],
  53: [
    'text in place of a call',
    'core/native_apis/anthropic: anthropic_is_reasked_after_an_answer_without_a_tool_call',
    'core/call_loop: an_answer_without_a_tool_call_is_quoted_to_the_caller_with_a_remedy',
  ],
  54: [
    'an answer without choices',
    'core/call_loop: a_body_without_choices_is_a_parsing_error_and_is_reasked',
  ],
  55: [
    'which JSON of a text is the answer',
    'core/json_find: of_similar_candidates_the_last_that_fits_wins',
    'docs/differences.md: JSON in a text',
  ],
  56: [
    'limits of a text',
    'core/json_incremental: nesting_deeper_than_the_limit_is_refused_with_its_position',
    'core/json_incremental: text_over_the_size_limit_is_refused',
  ],

  // Reasks.
  57: ['after a call', 'bodies: chat completions: the turns that report an invalid answer, in each mode'],
  58: ['after JSON', 'bodies: chat completions: the turns that report an invalid answer, in each mode'],
  59: [
    'for Anthropic',
    'core/native_apis/anthropic: anthropic_receives_the_problems_of_every_failed_call_and_the_echoed_thinking',
  ],
  60: [
    'for Gemini',
    'core/native_apis/google: gemini_receives_the_problems_of_a_failed_call_and_its_echoed_thought_signature',
  ],
  61: ['for the Responses API', 'core/native_apis/others: responses_quotes_the_failed_call'],
  62: ["the caller's messages stay as they are", "messages: the caller's messages are never changed"],
  63: [
    'the text of the problems',
    'core/validate_messages: every_problem_of_a_reask_is_one_line_with_path_and_values_for_any_nesting',
    'docs/differences.md: `reask-lines`',
  ],
  64: [
    'the number of retries',
    'create: maxRetries n means n + 1 attempts, then an InstructorRetryError with attempts, usage and cause',
  ],
  65: [
    'an own policy',
    'create: a retry policy decides on attempts, delay and which errors are retried',
    'retries: retryIf gets the error and the attempt, and may be asynchronous; one of several conditions suffices',
  ],
  66: [
    'errors of the server',
    'core/call_loop: a_client_error_is_not_retried_and_contains_status_and_provider',
    'docs/differences.md: `http-errors-are-provider-errors`',
  ],
  67: [
    'a timeout for all attempts',
    'core/call_loop: the_calls_timeout_bounds_the_waits_between_attempts',
    'errors: a timeout covers the whole call, of the client or of one call',
  ],
  68: [
    'the properties of the last error',
    'retries: stopAfterAttempt counts the first attempt too',
    'create: maxRetries n means n + 1 attempts, then an InstructorRetryError with attempts, usage and cause',
  ],
  69: ['the text of the last error', 'retries: the last error lists the problem of every attempt on a line'],
}
