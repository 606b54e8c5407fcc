// The files that the core is cut into (split.mjs), by the paths of Rust functions: what a call runs before its request is
// sent stays in the core, the rest is in parts that are loaded for the calls that need them (src/call/setup/needs.rs).
//
// `holds`: functions of the part. A function that several patterns match belongs to the first part.
// `entries`: the functions of the part that other files may call, because the part is loaded by then.
// `callers`: functions of other files that run only when the part is loaded, so they may call all of it.
// A call that neither allows moves the called function out of the part.
//
// What ordinary calls do not run before their answer (profile.mjs) is in another file: that of the core in the part
// `answer`, that of a part with `halves` in the part `<name>-answer`.

const crate = (path) => new RegExp(String.raw`\binstructor_wasm::${path}`)
/** The methods through which the call loop reaches a wire API and the decoder of its streams. */
const api = (path) => ({
  holds: [crate(`provider::${path}\\b`)],
  entries: [
    new RegExp(
      String.raw`provider::${path}\b.* as instructor_wasm::provider::(WireApi|StreamDecoder)>::\w+$`,
    ),
  ],
})
/** The exports of these names, with wasm-bindgen's shims. */
const exported = (names) => new RegExp(`^(?:${names})(?: externref shim)?(?: multivalue shim)?$`)
/** The exports that are called once an answer is there. */
const ANSWERED = 'coreclient_parseResponse|corestream_(?:validated|elements?)'
const bedrock = api('bedrock')
const ollama = api('(?:ollama_native|workers_ai)')

/** Library code that the core replaces with its own, which is smaller. Linked in addition, it would go unnoticed. */
export const ABSENT = [
  { path: /\bserde_json::(de|read|ser)::/, instead: 'use jsontext::from_str and ToText::to_text' },
  {
    path: /^<serde_json::(value::Value|number::Number) as [\w:]+::(Display|Serialize|Deserialize)/,
    instead: 'use ToText::to_text and jsontext::from_str',
  },
  {
    path: /^core::num::(flt2dec|dec2flt|imp::(flt2dec|dec2flt))::/,
    instead: 'use jsontext::number and ToText::to_text',
  },
]

/** The part with what only answers need: it is loaded while the request is under way. */
export const LATE = 'answer'
/** The later half of a part. */
export const laterHalf = (part) => `${part}-${LATE}`

export const PARTS = [
  { name: 'anthropic', halves: true, ...api('anthropic') },
  { name: 'gemini', halves: true, ...api('gemini') },
  {
    name: 'bedrock',
    holds: [...bedrock.holds, crate('provider::auth::(aws|sigv4)\\b'), crate('stream::eventstream\\b')],
    entries: [...bedrock.entries, crate('provider::auth::aws$')],
  },
  { name: 'responses', ...api('openai_responses') },
  { name: 'cohere', ...api('cohere') },
  { name: 'ollama', ...ollama, holds: [...ollama.holds, crate('stream::ndjson\\b')] },
  {
    name: 'repair',
    holds: [crate('json::lenient\\b'), crate('call::machine::(again|structure)\\b')],
    entries: [
      crate('json::lenient::(read|fit)$'),
      crate('call::machine::(again|structure)::<impl instructor_wasm::call::machine::Call>::'),
    ],
  },
  {
    name: 'correct',
    holds: [crate('call::(machine::|setup::)?(repair|parts)\\b'), crate('schema::parts\\b')],
    entries: [crate('call::machine::repair::<impl instructor_wasm::call::machine::Call>::')],
  },
  {
    name: 'tools',
    holds: [crate('call::(machine::|setup::)?(kept|steps|own)\\b')],
    entries: [crate('call::(machine::(kept|steps)|setup::own)::<impl instructor_wasm::call::')],
  },
  {
    name: 'plain',
    holds: [
      crate('validate::(plain|explain|describe|chains|work|limits|suggest)\\b'),
      / as instructor_wasm::validate::failure::Failure>::/,
    ],
    entries: [
      crate('validate::plain::<impl instructor_wasm::validate::plain::schema::Plain>::(new|validate)$'),
      / as instructor_wasm::wasm::plain::Reads>::/,
    ],
  },
  {
    name: 'schema',
    halves: true,
    holds: [
      crate('schema::(render|merge)\\b'),
      crate('schema::(render_by|check_limits)\\b'),
      crate('schema::dialect::(?!Dialect\\b)'),
      crate('schema::lint\\b'),
      crate('mode::lint\\b'),
      exported('lint'),
    ],
    entries: [
      exported('lint'),
      crate('schema::render_by$'),
      crate('schema::merge::merge$'),
      crate('mode::lint::lint$'),
      crate('schema::dialect::loose::passes$'),
    ],
  },
  {
    name: 'notation',
    holds: [crate('schema::notation\\b')],
    entries: [crate('schema::notation::(notation|part)$')],
  },
  {
    name: 'answer',
    holds: [
      crate('provider::openai_chat::(decode|stream|reask)\\b'),
      /OpenaiChat as instructor_wasm::provider::WireApi>::(decode|decode_stream|reask)/,
      crate('provider::error_body\\b'),
      crate('provider::shared::(accumulator|merge|sse)\\b'),
      crate(
        'json::(ending|extract|fence|find|incremental|lax|ops|packed|prose|repetition|skip|value_parser|watch|wrapper)\\b',
      ),
      crate('schema::stream\\b'),
      crate('call::(answer_filter|extract|list|outcome|partial)\\b'),
      crate('call::setup::reading\\b'),
      crate('call::setup::Setup::partial\\b'),
      crate('call::machine::(calls|decoded|elements|transport|verdict)\\b'),
      crate('stream::sse\\b'),
      crate('chat::usage\\b'),
      crate('validate::report\\b'),
      crate('wasm::driver::(whole|completion|issues)\\b'),
      crate('wasm::transport::read_all\\b'),
      crate('wasm::stream::Running::(feed|cut|ended|read_chunk)\\b'),
      exported(ANSWERED),
    ],
    entries: [
      exported(ANSWERED),
      /OpenaiChat as instructor_wasm::provider::WireApi>::(decode|decode_stream|reask)$/,
      crate('provider::openai_chat::stream.* as instructor_wasm::provider::StreamDecoder>::\\w+$'),
      crate(
        'call::machine::(calls|decoded|elements|transport|verdict)::<impl instructor_wasm::call::machine::Call>::',
      ),
      crate('call::setup::Setup::partial$'),
      crate('call::partial::'),
      crate('wasm::driver::(whole|completion|issues)'),
      crate('wasm::transport::read_all'),
      crate('wasm::stream::Running::'),
    ],
    callers: [
      crate('provider::\\w+::(decode|stream|reask)\\b'),
      / as instructor_wasm::provider::(WireApi>::(decode|decode_stream|reask)|StreamDecoder>::|shared::sse::Events>::)/,
      crate('(json::lenient|call::machine::(again|structure|kept|steps))\\b'),
      crate('stream::(eventstream|ndjson)\\b'),
      /^(corestream_(?!next|readOutside)|coreclient_(parseResponse|decode)|partialparser_)/,
    ],
  },
]

/** The names of all files that these parts become. */
export const partNames = (parts) =>
  parts.flatMap(({ name, halves }) => (halves ? [name, laterHalf(name)] : [name]))
