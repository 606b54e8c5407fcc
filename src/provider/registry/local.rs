//! Rows of local servers and of models inside the browser.
//!
//! Models inside the browser have no address and no key: files in `src/ts/inbrowser` respond to their requests in
//! OpenAI's form, so that everything else is the same as for a server.

use super::base::*;
use super::row::*;
use crate::output::Mode;
use crate::schema::Dialect;
use Mode::{Json, JsonSchema, MdJson};

/// Ollama's models that call tools well enough (docs/internals/behaviour.md#default-modes).
const TOOL_CALLERS: &[&str] = &[
    "llama3.1",
    "llama3.2",
    "llama4",
    "mistral-nemo",
    "firefunction-v2",
    "command-a",
    "command-r",
    "qwen2.5",
    "qwen3",
    "devstral",
];

pub(super) const OLLAMA: Row = Row {
    id: "ollama",
    title: "Ollama",
    base: Some("http://localhost:11434/v1"),
    // Not needed locally; a proxy, or Ollama's cloud, may require one.
    key: Key::Optional,
    key_env: &["OLLAMA_API_KEY"],
    base_env: &["OLLAMA_BASE_URL"],
    base_env_ending: "/v1",
    fallback_mode: Some((TOOL_CALLERS, Json)),
    // Its page on structured outputs advises to repeat the schema in the prompt.
    hides_schema: true,
    modes: CHAT_AND_RESPONSES,
    dialect: Dialect::Grammar,
    tool_dialect: Dialect::GrammarTools,
    parts: Parts { image: PartSupport::Data, audio: PartSupport::Data, document: PartSupport::No },
    cors: Cors::Local,
    start_hint: " Start Ollama with `ollama serve`.",
    ..OPENAI_LIKE
};

pub(super) const LLAMA_CPP: Row = Row {
    id: "llama_cpp",
    start_hint: " Start it with `llama-server -m <model.gguf>`.",
    title: "llama.cpp server",
    base: Some("http://localhost:8080/v1"),
    key: Key::Optional,
    key_env: &["LLAMA_API_KEY"],
    base_env: &["LLAMA_BASE_URL"],
    default_mode: JsonSchema,
    force: Force::Required,
    json_mode: JsonMode::SchemaAndPrompt,
    hides_schema: true,
    dates_in_words: true,
    dialect: Dialect::Grammar,
    tool_dialect: Dialect::GrammarTools,
    parts: Parts { image: PartSupport::Any, audio: PartSupport::Data, document: PartSupport::No },
    cors: Cors::Local,
    ..OPENAI_LIKE
};

pub(super) const LLAMA_CPP_PYTHON: Row = Row {
    id: "llama_cpp_python",
    // It reads a named choice only.
    required: false,
    title: "llama-cpp-python server",
    base: Some("http://localhost:8000/v1"),
    key: Key::Optional,
    default_mode: JsonSchema,
    stream_usage: StreamUsage::Always,
    schema_format: SchemaFormat::JsonObject,
    json_mode: JsonMode::SchemaAndPrompt,
    hides_schema: true,
    dates_in_words: true,
    dialect: Dialect::Grammar,
    tool_dialect: Dialect::GrammarTools,
    cors: Cors::Local,
    ..OPENAI_LIKE
};

pub(super) const VLLM: Row = Row {
    id: "vllm",
    start_hint: " Start it with `vllm serve <model>`.",
    title: "vLLM",
    schemes: &["file"],
    base: Some("http://localhost:8000/v1"),
    key: Key::Optional,
    key_env: &["VLLM_API_KEY"],
    base_env: &["VLLM_BASE_URL"],
    modes: CHAT_AND_RESPONSES,
    hides_schema: true,
    dialect: Dialect::Grammar,
    tool_dialect: Dialect::GrammarTools,
    cors: Cors::Local,
    ..OPENAI_LIKE
};

/// Chrome's `LanguageModel`: a schema constrains its text, tools cannot be forced.
pub(super) const CHROME: Row = Row {
    id: "chrome",
    title: "Chrome's built-in model",
    base: Some("chrome:"),
    key: Key::None,
    stream_usage: StreamUsage::Always,
    default_mode: JsonSchema,
    modes: &[JsonSchema, MdJson],
    force: Force::No,
    schema_format: SchemaFormat::Bare,
    dialect: Dialect::Chrome,
    parts: Parts { image: PartSupport::Data, audio: PartSupport::Data, document: PartSupport::No },
    cors: Cors::Inside,
    ..OPENAI_LIKE
};

/// WebLLM's engine, which the app provides. Only five of its models support tools, and none can be forced to call one.
pub(super) const WEBLLM: Row = Row {
    id: "webllm",
    title: "WebLLM",
    base: Some("webllm:"),
    key: Key::None,
    default_mode: JsonSchema,
    modes: &[Json, JsonSchema, MdJson],
    force: Force::No,
    schema_format: SchemaFormat::JsonText,
    json_mode: JsonMode::SchemaAndPrompt,
    hides_schema: true,
    dialect: Dialect::Grammar,
    parts: Parts { image: PartSupport::Any, audio: PartSupport::No, document: PartSupport::No },
    cors: Cors::Inside,
    ..OPENAI_LIKE
};

/// wllama's engine, which the app provides: llama.cpp in WebAssembly. Its grammar constrains the text.
pub(super) const WLLAMA: Row = Row {
    id: "wllama",
    title: "wllama",
    base: Some("wllama:"),
    key: Key::None,
    default_mode: JsonSchema,
    modes: &[Json, JsonSchema, MdJson],
    force: Force::No,
    json_mode: JsonMode::SchemaAndPrompt,
    hides_schema: true,
    dates_in_words: true,
    dialect: Dialect::Grammar,
    parts: Parts { image: PartSupport::No, audio: PartSupport::No, document: PartSupport::No },
    cors: Cors::Inside,
    ..OPENAI_LIKE
};
