// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of tests are quoted with their placeholders
/** Features that the guides of Python's Instructor show to new users. Each has a test. */
export const SEEDS = {
  // A client for every provider.
  'S0.1': [
    'a model string for each provider',
    'providers: every provider × mode returns the value, unstreamed and streamed',
  ],
  'S0.2': [
    'errors for wrong model strings',
    'errors: a wrong model string or a missing key is reported at once, with the message of the Python library',
  ],
  'S0.3': ['a model whose name has slashes', 'addresses: the model is everything after the first slash'],
  'S0.4': [
    'the option async_client',
    "parameters: Python's async_client and its cache options are accepted, and none is sent",
    'docs/differences.md: `async_client`',
  ],
  'S0.5': [
    'keys as options and from variables',
    'addresses: an option for the address or the key has precedence over its variable',
    'addresses: the key of each provider comes from its variable, which the error for a missing key names',
  ],
  'S0.6': [
    'the option mode',
    'core/native_apis/chat: every_servers_own_spelling_of_a_forced_tool_and_of_a_schema_is_sent',
    'wrappers: the mode of a wrapped client is used, and strict tools are strict',
  ],
  'S0.7': [
    'AutoCache with a size',
    'caching: AutoCache removes the least recently used entries, and expired ones',
    'caching: equal calls at the same time are one request',
  ],
  'S0.8': [
    'stores for the cache',
    'caching: redisCache stores answers through ${name}, with an expiration of Redis',
    'workerd/workerd: answers are kept in Workers KV, with its own expiration',
    'docs/differences.md: `RedisCache`, `DiskCache`',
  ],
  'S0.9': [
    "organization and max_tokens as a provider's own fields",
    'api: generation parameters become the field of each provider',
    'core/native_apis/chat: openais_organization_comes_from_the_option_the_header_or_the_variable',
  ],
  'S0.10': [
    'a timeout, in milliseconds',
    'clients: a timeout that looks like seconds is warned about once',
    'docs/differences.md: the unit of `timeout`',
  ],
  'S0.11': [
    'Google on Vertex AI with project and location',
    'core/native_apis/google: vertex_hosts_follow_the_location',
    "addresses: every provider of Python's Instructor has its own address",
  ],
  'S0.12': [
    'the default mode of each provider and model',
    'addresses: the default mode depends on what the model supports',
  ],
  'S0.13': [
    'no package per provider',
    "addresses: every provider of Python's Instructor has its own address",
    'docs/differences.md: `no-python-packages`',
  ],
  'S0.14': [
    'deprecated modes with one warning',
    'src/mode/names: legacy_names_map_to_a_core_mode_with_a_warning',
    'errors: deprecated modes are accepted, with one warning each',
  ],
  'S0.15': ["patch of a vendor's client", 'wrappers: OpenAI: key, base, organization, headers and fetch'],

  // Questions of users.
  'S1.1': [
    'the value with its completion',
    'api: createWithCompletion returns every documented property of a completion',
  ],
  'S1.2': [
    'partial values',
    'streams: createPartial yields growing snapshots; final() is the validated value',
  ],
  'S1.3': ['stop_after_attempt', 'retries: stopAfterAttempt counts the first attempt too'],
  'S1.4': [
    'conditions and waits of a policy',
    'retries: retryIfStatus and retryIfError retry these failures, and invalid answers are still reported to the model',
    'retries: waits are fixed, exponential or random, and combined waits are added',
    'retries: stopAfterDelay alone limits the time and not the attempts',
  ],
  'S1.5': [
    'rate limits',
    'core/call_loop: http_failures_are_retried_within_an_attempt_and_retry_after_is_honoured',
    'retries: http:retry reports each repeated request, whole and streamed',
  ],
  'S1.6': [
    'a handler of a web server',
    'relay: a relayed stream is rebuilt: snapshots, defaults, value, usage; neither key nor prompt is sent',
    "workerd/worker: a call in a worker reads its key from the worker's env and is validated there",
  ],
  'S1.7': ['the raw answer', 'create: null returns the raw answer, also from createWithCompletion'],
  'S1.8': [
    'TrueFoundry and llama.cpp',
    'core/native_apis/chat: urls_follow_each_gateways_rule',
    'core/native_apis/chat: every_servers_own_spelling_of_a_forced_tool_and_of_a_schema_is_sent',
  ],

  // Clients of vendors, and what a call returns.
  'S2.1': ["OpenAI's client", 'wrappers: OpenAI: key, base, organization, headers and fetch'],
  'S2.2': [
    "OpenAI's client with strict tools",
    'wrappers: the mode of a wrapped client is used, and strict tools are strict',
  ],
  'S2.3': [
    "OpenAI's client at the address of Ollama",
    "transports: OpenAI's SDK with another address: the factories' provider, and every host of the registry is recognised",
  ],
  'S2.4': [
    'a function in place of a client',
    'transports: ${name}, ${mode}: an answer, a reask, snapshots and elements',
    'docs/differences.md: `patch(create=fn)`, `from_litellm(completion)`',
  ],
  'S2.5': [
    "Anthropic's client and messages.create",
    'wrappers: Anthropic: a key, or a bearer token',
    'api: a client has every documented method, also under the names of other clients',
  ],
  'S2.6': [
    'a factory for each provider',
    "transports: every provider of Python's Instructor has a factory",
    "python-names: every factory of Python's Instructor exists, and wraps a client",
  ],
  'S2.7': [
    'LiteLLM by its function',
    'transports: ${name}, ${mode}: an answer, a reask, snapshots and elements',
  ],
  'S2.8': [
    'hooks for requests and errors',
    "hooks: the order equals the Python library's, and the end of the call: a reask, then success",
    'hooks: a failed call ends with completion:last_attempt, an HTTP error with completion:error before it',
  ],
  'S2.9': [
    'the type of each method follows from the model',
    'types/libraries',
    'types/streams',
    'types/streaming-forms',
  ],
  'S2.10': ['elements of a list', 'streams: createIterable yields each element when it closes'],
  'S2.11': [
    'templates with a context',
    'messages: with context the messages are templates, and without it they are not',
    'idioms: the package renders the idioms of prompts as jinja2 does',
  ],
  'S2.12': [
    'the context in validators',
    'checks: a check gets the value of the library, context, attempt, signal and path',
    'docs/differences.md: the context of validators',
  ],
  'S2.13': [
    'llm_validator',
    'checks: llmValidator as ${place}: only when the structure is valid, once per answer, its reason and usage count',
  ],
  'S2.14': [
    'the command docs',
    'cli: docs lists every page of the documentation, and prints a page by its name',
    'cli: docs finds the sections with all words, and prints one that the search listed',
  ],

  // The first example of each guide.
  'S3.1': [
    'a model and create',
    'create: create returns the validated value and sends the model name as the tool',
  ],
  'S3.2': [
    'a rule of the schema library, reported to the model',
    'create: transforms, defaults and async refinements of the schema are applied to the value',
    'create: an invalid answer is sent back with its problems, and usage is summed',
  ],
  'S3.3': [
    'Partial with stream=True',
    'streaming-forms: ${model}: create with stream: true and partial(model) stream the snapshots of createPartial',
    'docs/differences.md: `Partial[Model]`, `stream=True`',
  ],

  // LiteLLM, and hooks of validation.
  'S4.1': [
    'from_litellm without arguments',
    "transports: LiteLLM's proxy: address and key of the environment, and its names of the methods",
  ],
  'S4.2': [
    'completion and acompletion',
    "transports: LiteLLM's proxy: address and key of the environment, and its names of the methods",
  ],
  'S4.3': [
    'stream_completion and completion_iterable',
    "transports: LiteLLM's proxy: address and key of the environment, and its names of the methods",
  ],
  'S4.4': [
    'nested models, and another model per call',
    "transports: without a model the function's body has none; a model of the call is in it",
    'streams: createPartial yields growing snapshots; final() is the validated value',
  ],
  'S4.5': [
    'validation_hook',
    'transports: validation_hook gets value, count and error, and decides about the retry',
  ],
  'S4.6': [
    'retry_config',
    'transports: retry_config limits the retries and reports them; an HTTP error is not the hook of the answer',
  ],
  'S4.7': [
    'patch of a client of this package',
    'clients: with and patch return a client with other options and leave the first unchanged',
  ],
  'S4.8': [
    'streams of Cohere, Mistral and AWS',
    'providers: every provider × mode returns the value, unstreamed and streamed',
  ],
}
