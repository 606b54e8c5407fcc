//! The rows. The first 23 are Python Instructor's providers in the order its messages list them.

use super::local::*;
use super::native::*;
use super::*;
use Mode::{Json, JsonSchema, MdJson, ParallelTools, ResponsesTools, Tools};

pub(super) const CHAT: &[Mode] = &[Tools, Json, JsonSchema, MdJson, ParallelTools];
pub(super) const CHAT_AND_RESPONSES: &[Mode] = &[Tools, Json, JsonSchema, MdJson, ParallelTools, ResponsesTools];
const NO_PARALLEL: &[Mode] = &[Tools, Json, JsonSchema, MdJson];
pub(super) const THREE: &[Mode] = &[Tools, JsonSchema, MdJson];

/// An OpenAI-compatible provider, as most of them are.
pub(super) const OPENAI_LIKE: Row = Row {
    id: "",
    title: "",
    api: Api::OpenaiChat,
    base: "",
    path: "/chat/completions",
    stream_path: "",
    key: Key::Bearer,
    key_env: &[],
    base_env: &[],
    headers: &[],
    browser_headers: &[],
    max_field: "max_tokens",
    max_default: None,
    seed_field: "seed",
    stream_usage: StreamUsage::Include,
    default_mode: Tools,
    modes: CHAT,
    legacy: &[],
    force: Force::Named,
    strict_tools: false,
    schema_format: SchemaFormat::Named,
    schema_strict: false,
    dialect: Dialect::Plain,
    md_json_native: false,
    json_native: false,
    tool_dialect: Dialect::Plain,
    reask: ReaskStyle::Openai,
    parts: Parts { image: Form::Any, audio: Form::Data, document: Form::Data },
    cors: Cors::Unknown,
};

pub const ROWS: &[Row] = &[
    Row {
        id: "openai",
        title: "OpenAI",
        base: "https://api.openai.com/v1",
        key_env: &["OPENAI_API_KEY"],
        base_env: &["OPENAI_BASE_URL"],
        max_field: "max_completion_tokens",
        modes: CHAT_AND_RESPONSES,
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        cors: Cors::Yes,
        ..OPENAI_LIKE
    },
    Row {
        id: "anyscale",
        title: "Anyscale",
        base: "https://api.endpoints.anyscale.com/v1",
        key_env: &["ANYSCALE_API_KEY"],
        stream_usage: StreamUsage::Always,
        schema_format: SchemaFormat::JsonObject,
        ..OPENAI_LIKE
    },
    Row {
        id: "together",
        title: "Together AI",
        base: "https://api.together.xyz/v1",
        key_env: &["TOGETHER_API_KEY"],
        ..OPENAI_LIKE
    },
    Row {
        id: "databricks",
        title: "Databricks",
        // The workspace's host; `/serving-endpoints` is appended unless it is there.
        base: "",
        key_env: &["DATABRICKS_TOKEN", "DATABRICKS_API_KEY"],
        base_env: &["DATABRICKS_BASE_URL", "DATABRICKS_HOST", "DATABRICKS_WORKSPACE_URL"],
        stream_usage: StreamUsage::Always,
        modes: CHAT_AND_RESPONSES,
        cors: Cors::No,
        ..OPENAI_LIKE
    },
    Row {
        id: "deepseek",
        title: "DeepSeek",
        base: "https://api.deepseek.com",
        key_env: &["DEEPSEEK_API_KEY"],
        // JSON_SCHEMA is taken as in Python and answered in prose by the API's own rules.
        schema_format: SchemaFormat::No,
        dialect: Dialect::DeepSeek,
        ..OPENAI_LIKE
    },
    Row {
        id: "openrouter",
        title: "OpenRouter",
        base: "https://openrouter.ai/api/v1",
        key_env: &["OPENROUTER_API_KEY"],
        stream_usage: StreamUsage::Always,
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        reask: ReaskStyle::Openrouter,
        parts: Parts { image: Form::Any, audio: Form::Data, document: Form::Any },
        cors: Cors::Yes,
        ..OPENAI_LIKE
    },
    ANTHROPIC,
    Row { id: "google", title: "Google Gemini", ..GEMINI },
    Row { id: "generative-ai", title: "Google Gemini", ..GEMINI },
    Row {
        id: "gemini",
        title: "Google Gemini",
        default_mode: MdJson,
        modes: &[Tools, Json, JsonSchema, MdJson, ParallelTools],
        legacy: &["GEMINI_", "GENAI_"],
        ..GEMINI
    },
    COHERE,
    Row {
        id: "perplexity",
        title: "Perplexity",
        base: "https://api.perplexity.ai",
        key_env: &["PERPLEXITY_API_KEY"],
        stream_usage: StreamUsage::Always,
        default_mode: MdJson,
        modes: &[MdJson],
        legacy: &["PERPLEXITY_"],
        force: Force::No,
        schema_format: SchemaFormat::Bare,
        md_json_native: true,
        ..OPENAI_LIKE
    },
    Row {
        id: "xai",
        title: "xAI",
        base: "https://api.x.ai/v1",
        key_env: &["XAI_API_KEY"],
        max_field: "max_completion_tokens",
        stream_usage: StreamUsage::Always,
        modes: &[Tools, JsonSchema, MdJson, ParallelTools],
        legacy: &["XAI_"],
        schema_strict: true,
        dialect: Dialect::Xai,
        ..OPENAI_LIKE
    },
    Row {
        id: "groq",
        title: "Groq",
        base: "https://api.groq.com/openai/v1",
        key_env: &["GROQ_API_KEY"],
        base_env: &["GROQ_BASE_URL"],
        legacy: &["GROQ_"],
        max_field: "max_completion_tokens",
        stream_usage: StreamUsage::Always,
        modes: NO_PARALLEL,
        strict_tools: true,
        dialect: Dialect::Groq,
        cors: Cors::Yes,
        ..OPENAI_LIKE
    },
    Row {
        id: "mistral",
        title: "Mistral",
        base: "https://api.mistral.ai/v1",
        key_env: &["MISTRAL_API_KEY"],
        seed_field: "random_seed",
        stream_usage: StreamUsage::Always,
        modes: THREE,
        legacy: &["MISTRAL_"],
        force: Force::Any,
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::Mistral,
        reask: ReaskStyle::Mistral,
        parts: Parts { image: Form::Any, audio: Form::Mistral, document: Form::Mistral },
        cors: Cors::Yes,
        ..OPENAI_LIKE
    },
    Row {
        id: "fireworks",
        title: "Fireworks",
        base: "https://api.fireworks.ai/inference/v1",
        key_env: &["FIREWORKS_API_KEY"],
        modes: NO_PARALLEL,
        legacy: &["FIREWORKS_"],
        dialect: Dialect::Fireworks,
        ..OPENAI_LIKE
    },
    Row {
        id: "cerebras",
        title: "Cerebras",
        base: "https://api.cerebras.ai/v1",
        key_env: &["CEREBRAS_API_KEY"],
        max_field: "max_completion_tokens",
        legacy: &["CEREBRAS_"],
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::Cerebras,
        ..OPENAI_LIKE
    },
    Row {
        id: "writer",
        title: "Writer",
        base: "https://api.writer.com/v1",
        path: "/chat",
        key_env: &["WRITER_API_KEY"],
        base_env: &["WRITER_BASE_URL"],
        modes: THREE,
        legacy: &["WRITER_"],
        force: Force::No,
        schema_format: SchemaFormat::Bare,
        reask: ReaskStyle::Writer,
        parts: Parts { image: Form::Any, audio: Form::No, document: Form::No },
        ..OPENAI_LIKE
    },
    BEDROCK,
    VERTEX,
    Row {
        id: "azure_openai",
        title: "Azure OpenAI",
        base: "",
        key: Key::Header("api-key"),
        key_env: &["AZURE_OPENAI_API_KEY"],
        base_env: &["AZURE_OPENAI_ENDPOINT"],
        max_field: "max_completion_tokens",
        modes: CHAT_AND_RESPONSES,
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        ..OPENAI_LIKE
    },
    OLLAMA,
    Row {
        id: "litellm",
        title: "LiteLLM proxy",
        base: "",
        key: Key::Optional,
        key_env: &["LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"],
        base_env: &["LITELLM_BASE_URL", "LITELLM_API_BASE", "LITELLM_PROXY_API_BASE"],
        modes: CHAT_AND_RESPONSES,
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        cors: Cors::Yes,
        ..OPENAI_LIKE
    },
    Row {
        id: "truefoundry",
        title: "TrueFoundry",
        base: "https://gateway.truefoundry.ai",
        key_env: &["TRUEFOUNDRY_API_KEY"],
        base_env: &["TRUEFOUNDRY_BASE_URL", "TRUEFOUNDRY_GATEWAY_URL"],
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        ..OPENAI_LIKE
    },
    LLAMA_CPP,
    LLAMA_CPP_PYTHON,
    VLLM,
    Row { id: "openai-compatible", title: "Any OpenAI-compatible server", base: "", key: Key::Optional, ..OPENAI_LIKE },
    WORKERS_AI,
    CHROME,
    WEBLLM,
];
