// biome-ignore-all lint/suspicious/noTemplateCurlyInString: names of tests are quoted with their placeholders
/** What Python's Instructor has in addition to the list of `behaviour.mjs`, and what its newest releases added. */
export const PYTHON = {
  X1: [
    'extra_headers, extra_body, extra_query',
    'parameters: extraBody, extraHeaders and extraQuery reach every request, reasks and streams included',
  ],
  X2: [
    "other attributes of the vendor's client",
    "instructor-js: everything else of the SDK is on the same object, with the SDK's own `this`",
    "docs/differences.md: other attributes of the vendor's client (`client.embeddings`)",
  ],
  X3: [
    'client.responses',
    'core/native_apis/others: responses_receives_items_a_forced_function_and_the_format',
    'docs/differences.md: `client.responses.create(input=…)`',
  ],
  X4: [
    'Hooks objects',
    'hooks: Hooks combine and copy without changing each other, and are accepted as hooks',
  ],
  X5: [
    'Image, Audio, PDF',
    'media: ${kind}: every form of the same file is the same request',
    'media: cache marks the part for Anthropic, and is not sent to providers without it',
  ],
  X6: [
    'IterableModel with a name and a description',
    'streaming-forms: names and descriptions of partial and iterable are in the request',
    'docs/differences.md: `IterableModel`, `MultiTask`',
  ],
  X7: [
    'openai_moderation',
    "checks: moderation through a client of this package and through OpenAI's SDK",
    'checks: a moderation in superRefine, and its errors',
  ],
  X8: [
    'batches',
    'batch: ${model}: a file of requests, a batch, its state and two files of results',
    'docs/differences.md: `BatchProcessor`, `instructor batch`',
  ],
  X9: ['the commands usage, jobs, files, hub', 'docs/differences.md: the command line'],
  X10: ['distil, Instructions', 'docs/differences.md: `distil`, `Instructions`'],
  X11: ['names of providers and modes for editors', 'types/words'],
  X12: [
    'functions in snake_case',
    'python-names: a program in Python spelling: values, lists, partials, retries and the exception',
  ],
  X13: [
    'names of exceptions',
    'python-names: the exceptions and the client are the classes of the main entry',
  ],
  X14: [
    'models that reason',
    'core/native_apis/registry: only_parameters_that_the_api_is_known_to_refuse_are_refused',
    'core/native_apis/anthropic: anthropic_does_not_force_the_tool_with_thinking',
  ],
  X15: [
    'prompt caching, system blocks, the role developer',
    'core/native_apis/anthropic: anthropic_receives_strict_tools_and_cache_control',
    'core/native_apis/turns: a_developer_message_reaches_every_api_in_a_known_role',
  ],
  X16: [
    'usage over attempts and of streams',
    'budgets: cached and reasoning tokens of ${model}, whole and streamed, summed over attempts',
    'docs/differences.md: `usage-for-all`',
  ],
  X17: [
    "the caller's own tools in addition to the model",
    'own-tools: every API: the tools run, their results go back in its turns, and the answer ends the conversation',
    'own-tools: maxSteps bounds the conversation, and retries are counted apart',
    'core/native_apis/others: responses_does_not_force_its_function_with_built_in_tools',
    'core/native_apis/turns: the_callers_choice_of_tool_is_sent_or_refused',
  ],
  X18: [
    'a call of an unknown tool is reported',
    'core/native_apis/calls: calls_of_unknown_tools_are_reasked_and_the_others_are_kept',
    'docs/differences.md: parallel tools: a call of an unknown tool',
  ],
  X19: [
    'an incomplete answer is an error, also if its defaults make it valid',
    'core/native_apis/others: responses_reads_calls_texts_refusals_and_incomplete_answers',
    'core/native_apis/faults: a_token_limit_is_incomplete_output',
  ],
  X20: [
    'handlers added during an event; sums of reasoning tokens',
    'hooks: a handler that is added during an event is called from the next event on',
    'src/chat/usage: nested_and_unknown_numbers_are_summed_and_booleans_are_not',
  ],
  X21: [
    'Decisions, ids of batches, quotes in several sources',
    'batch: ${model}: a file of requests, a batch, its state and two files of results',
    'cited: several sources have keys or indices, and the most similar place counts',
    'docs/differences.md: `Choice`, `Noul`, `Score` (Decisions)',
  ],
}
