// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of tests are quoted with their placeholders
/** Python's Instructor, behaviour by behaviour: usage, validation, streams, hooks, cache, templates, media, models (70–120). */
export const VALUES = {
  // Usage and budget.
  70: [
    'the usage of all attempts',
    'create: an invalid answer is sent back with its problems, and usage is summed',
  ],
  71: [
    'nested and unknown fields of the usage',
    'src/chat/usage: nested_and_unknown_numbers_are_summed_and_booleans_are_not',
  ],
  72: [
    'a budget of tokens',
    'errors: a token budget stops reasks, and a valid answer is returned even above it',
    'budgets: each limit ends the call before the next attempt, and the error contains what was spent',
    'docs/differences.md: `token_budget`',
  ],

  // Schemas and validation.
  73: [
    'strict by default',
    'bodies: a text that is a number is invalid for a number, unless the call is not strict',
  ],
  74: [
    'strict: false',
    'bodies: a text that is a number is invalid for a number, unless the call is not strict',
  ],
  75: [
    'which values are converted',
    'core/lenient_rules: strict_false_coerces_like_pydantics_lax_table_and_no_further',
  ],
  76: [
    'keys that the schema lacks',
    'schemas: ${library}: its schema is sent, and its own validator decides',
    'docs/differences.md: `extra-fields-kept`',
  ],
  77: [
    'the description of a schema',
    'bodies: the description of the schema is the description of the tool',
    'bodies: chat completions: the whole body of each mode',
  ],
  78: ['descriptions of properties', 'inputs: ${library}: titles, descriptions and examples are sent'],
  79: [
    'the list of required keys',
    'bodies: chat completions: the whole body of each mode',
    'core/schema_conformance: property_order_is_kept_in_every_dialect',
    'docs/differences.md: the order of `required`',
  ],
  80: [
    'a key with a default is optional',
    'inputs: ${library}: the input of a transform is requested, its output is returned, and a default is optional',
  ],
  81: ['recursive models', 'schemas: ${library}: a recursive model works, alone and as an element'],

  // Partial values.
  82: [
    'a value for each chunk',
    'streams: createPartial yields growing snapshots; final() is the validated value',
  ],
  83: [
    'texts and numbers that are not complete',
    'core/json_incremental: strings_are_shown_as_they_grow_and_numbers_and_literals_once_complete',
    'docs/differences.md: `snapshots`',
  ],
  84: ['defaults', 'streams: defaults are shown at once, at every level'],
  85: [
    'nested objects',
    'streams: nested objects and lists appear when their first character has arrived',
    'docs/differences.md: the first snapshot',
  ],
  86: [
    'validators',
    'streams: snapshots are in the form of the model, and the value in that of the schema library',
    'docs/differences.md: validators of partial values',
  ],
  87: [
    'an invalid end',
    'streams: an invalid answer is reasked; the restart is reported',
    'docs/differences.md: `streams-fail-like-calls`',
  ],
  88: [
    'the name of the tool',
    'streaming-forms: ${model}: create with stream: true and partial(model) stream the snapshots of createPartial',
    'docs/differences.md: `one-model-streaming-or-not`',
  ],
  89: [
    'a stream that breaks off',
    'limits: a stream that ends inside its JSON keeps the last snapshot, also in a fence',
    'docs/differences.md: `cut-streams-are-errors`',
  ],
  90: [
    'dates and enums',
    'streams: snapshots are in the form of the model, and the value in that of the schema library',
    'refused-schemas: types that Zod 4 cannot render are rendered here: coerced dates, preprocessing, undefined in unions',
  ],

  // Elements of lists.
  91: ['an element when it is complete', 'streams: createIterable yields each element when it closes'],
  92: [
    'braces and quotes in texts',
    'streams: elements of any kind are yielded: numbers, strings, unions, transformed ones',
  ],
  93: [
    'elements of several models',
    'streams: elements of any kind are yielded: numbers, strings, unions, transformed ones',
  ],
  94: [
    'a fence and prose around a list',
    'lists: ${form}: every element is yielded, in every mode and with every chunking',
    'core/json_incremental: json_is_found_in_prose_fences_and_after_thinking',
  ],

  // Hooks.
  95: [
    'the order of events',
    "hooks: the order equals the Python library's, and the end of the call: a reask, then success",
    'hooks: a failed call ends with completion:last_attempt, an HTTP error with completion:error before it',
  ],
  96: [
    'facts of an attempt',
    'hooks: every event has the facts of its call: id, attempt, provider, model, mode, start, duration',
    'docs/differences.md: events of hooks',
  ],
  97: ['a handler that fails', 'hooks: a handler that fails, synchronously or not, only causes a warning'],
  98: [
    'hooks of a call, off, clear',
    "hooks: a call's hooks run after the client's and only for this call",
    'hooks: off removes one registration, clear those of one name or all',
  ],

  // Cache.
  99: [
    'a hit makes no request',
    'create: a cached call makes no request, and the cache never returns an invalid value',
  ],
  100: ['what the key consists of', 'caching: ${what} share no entry; the same call twice does'],
  101: [
    'which clients share entries',
    'caching: clients with the same namespace share entries, whatever their keys',
    'docs/differences.md: the cache',
  ],
  102: [
    'lists and streams',
    'caching: lists, single values and streams are cached',
    'docs/differences.md: lists, primitives and streams in the cache',
  ],
  103: [
    'the time to live',
    'caching: an entry is valid until its time to live ends',
    'workerd/workerd: answers are kept in Workers KV, with its own expiration',
  ],

  // Templates.
  104: [
    'texts and parts, in all roles',
    'core/template_messages: only_the_text_of_messages_is_rendered_in_every_role',
    'docs/differences.md: `templates-everywhere`',
  ],
  105: ['no context', 'core/template_messages: without_context_braces_are_kept'],
  106: [
    'undefined variables, unsafe names, wrong syntax',
    'core/template_messages: an_undefined_variable_is_empty_and_a_loop_keeps_the_order_of_keys',
    'core/template_messages: dunder_names_and_unknown_filters_are_refused',
    'core/template_messages: a_syntax_error_contains_message_and_line',
  ],
  107: ['indentation', 'core/template_messages: the_common_indentation_is_removed'],
  108: [
    'the context in validators',
    'checks: a check gets the value of the library, context, attempt, signal and path',
    'checks: responseModel as a function of the context, whole and streamed',
  ],

  // Media.
  109: [
    'images, audio and documents in each API',
    'core/native_apis/parts: chat_completions_accept_images_audio_and_documents',
    'core/native_apis/parts: anthropic_has_sources',
    'core/native_apis/parts: gemini_has_inline_and_file_data',
    'core/native_apis/parts: bedrock_has_bytes_and_s3',
  ],
  110: [
    'files in texts',
    'media-kinds: autodetect: addresses and base64 are the same request as parts of their kind',
    'media-kinds: autodetect leaves text alone, however it begins',
    'src/chat/detect: addresses_of_stores_and_base64_become_parts_of_their_kind',
    'docs/differences.md: `autodetect-everywhere`',
  ],
  111: [
    'addresses that are fetched',
    'media: a URL stays a URL, for the provider to read',
    'docs/differences.md: `images-by-address`',
  ],

  // Kinds of models, and other functions.
  112: [
    'primitives, enums, unions',
    'create: strings, enums, lists and unions at the root are wrapped on the wire and unwrapped in the result',
  ],
  113: [
    'lists',
    'create: strings, enums, lists and unions at the root are wrapped on the wire and unwrapped in the result',
  ],
  114: [
    'Maybe',
    'create: maybe lets the model report that there is no value',
    'docs/differences.md: `error` of `Maybe`',
  ],
  115: [
    'quotes with their places',
    'cited: quotes that differ in white space, quotation marks, dashes or a few letters are found, as the source has them',
    'docs/differences.md: `CitationMixin`',
  ],
  116: [
    'a model as a validator',
    'checks: llmValidator as ${place}: only when the structure is valid, once per answer, its reason and usage count',
    'docs/differences.md: `llm_validator`, `openai_moderation`',
  ],
  117: [
    'no model',
    'create: null returns the raw answer, also from createWithCompletion',
    'instructor-js: without response_model a call is passed to the SDK, streamed or not',
  ],
  118: [
    'the value with its completion',
    'api: createWithCompletion returns every documented property of a completion',
  ],
  119: [
    'names of other clients',
    'create: the names of other clients work: chat.completions, messages, snake_case',
  ],
  120: ['batches', 'batch: ${model}: a file of requests, a batch, its state and two files of results'],
}
