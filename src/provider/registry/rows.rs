//! The rows. The first 23 are Python Instructor's providers in the order its messages list them.

use super::*;
use Mode::{Json, JsonSchema, MdJson, ParallelTools, ResponsesTools, Tools, ToolsStrict};

const CHAT: &[Mode] = &[Tools, Json, JsonSchema, MdJson, ParallelTools];
const CHAT_AND_RESPONSES: &[Mode] = &[Tools, Json, JsonSchema, MdJson, ParallelTools, ResponsesTools];
const NO_PARALLEL: &[Mode] = &[Tools, Json, JsonSchema, MdJson];
const THREE: &[Mode] = &[Tools, JsonSchema, MdJson];

/// An OpenAI-compatible provider, as most of them are.
const OPENAI_LIKE: Row = Row {
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
        // No schema format: JSON_SCHEMA is taken as in Python and answered in prose by the API's own rules.
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
    Row {
        id: "cohere",
        title: "Cohere",
        api: Api::CohereV2,
        base: "https://api.cohere.com/v2",
        path: "/chat",
        key_env: &["CO_API_KEY", "COHERE_API_KEY"],
        stream_usage: StreamUsage::Always,
        modes: THREE,
        legacy: &["COHERE_"],
        force: Force::Required,
        dialect: Dialect::Cohere,
        ..OPENAI_LIKE
    },
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
        ..OPENAI_LIKE
    },
    Row {
        id: "bedrock",
        title: "AWS Bedrock",
        api: Api::BedrockConverse,
        // The region's host.
        base: "",
        path: "/model/{model}/converse",
        stream_path: "/model/{model}/converse-stream",
        key: Key::Aws,
        key_env: &["AWS_BEARER_TOKEN_BEDROCK"],
        base_env: &["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "AWS_ENDPOINT_URL"],
        stream_usage: StreamUsage::Always,
        modes: &[Tools, ToolsStrict, JsonSchema, MdJson],
        legacy: &["BEDROCK_"],
        strict_tools: true,
        dialect: Dialect::AnthropicStrict,
        ..OPENAI_LIKE
    },
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
        key_env: &["LITELLM_API_KEY"],
        base_env: &["LITELLM_BASE_URL", "LITELLM_API_BASE"],
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
        base_env: &["TRUEFOUNDRY_BASE_URL"],
        strict_tools: true,
        schema_strict: true,
        dialect: Dialect::OpenaiStrict,
        ..OPENAI_LIKE
    },
    Row {
        id: "llama_cpp",
        title: "llama.cpp server",
        base: "http://localhost:8080/v1",
        key: Key::Optional,
        key_env: &["LLAMA_API_KEY"],
        base_env: &["LLAMA_BASE_URL"],
        default_mode: JsonSchema,
        force: Force::Required,
        dialect: Dialect::Grammar,
        cors: Cors::Local,
        ..OPENAI_LIKE
    },
    Row {
        id: "llama_cpp_python",
        title: "llama-cpp-python server",
        base: "http://localhost:8000/v1",
        key: Key::Optional,
        default_mode: JsonSchema,
        stream_usage: StreamUsage::Always,
        schema_format: SchemaFormat::JsonObject,
        dialect: Dialect::Grammar,
        cors: Cors::Local,
        ..OPENAI_LIKE
    },
    Row {
        id: "vllm",
        title: "vLLM",
        base: "http://localhost:8000/v1",
        key: Key::Optional,
        key_env: &["VLLM_API_KEY"],
        base_env: &["VLLM_BASE_URL"],
        cors: Cors::Local,
        ..OPENAI_LIKE
    },
    Row { id: "openai-compatible", title: "Any OpenAI-compatible server", base: "", key: Key::Optional, ..OPENAI_LIKE },
    Row {
        id: "workers_ai",
        title: "Cloudflare Workers AI",
        api: Api::WorkersAi,
        base: "https://api.cloudflare.com/client/v4/accounts/{accountId}/ai",
        path: "/run/{model}",
        key_env: &["CLOUDFLARE_API_TOKEN"],
        // The API's own default is 256, which cuts most objects.
        max_default: Some(4096),
        stream_usage: StreamUsage::Always,
        cors: Cors::No,
        ..OPENAI_LIKE
    },
];

const GEMINI: Row = Row {
    api: Api::Gemini,
    base: "https://generativelanguage.googleapis.com/v1beta",
    path: "/models/{model}:generateContent",
    stream_path: "/models/{model}:streamGenerateContent",
    key: Key::Header("x-goog-api-key"),
    key_env: &["GOOGLE_API_KEY", "GEMINI_API_KEY"],
    stream_usage: StreamUsage::Always,
    modes: &[Tools, Json, JsonSchema, ParallelTools],
    legacy: &["GENAI_"],
    dialect: Dialect::GeminiJsonSchema,
    cors: Cors::Yes,
    json_native: true,
    tool_dialect: Dialect::GeminiJsonSchema,
    ..OPENAI_LIKE
};

pub(super) const ANTHROPIC: Row = Row {
    id: "anthropic",
    title: "Anthropic",
    api: Api::Anthropic,
    base: "https://api.anthropic.com",
    path: "/v1/messages",
    key: Key::Header("x-api-key"),
    key_env: &["ANTHROPIC_API_KEY"],
    base_env: &["ANTHROPIC_BASE_URL"],
    headers: &[("anthropic-version", "2023-06-01")],
    browser_headers: &[("anthropic-dangerous-direct-browser-access", "true")],
    max_default: Some(4096),
    stream_usage: StreamUsage::Always,
    modes: &[Tools, Json, JsonSchema, ParallelTools],
    legacy: &["ANTHROPIC_"],
    strict_tools: true,
    schema_strict: true,
    dialect: Dialect::AnthropicStrict,
    cors: Cors::WithHeader,
    ..OPENAI_LIKE
};

pub(super) const VERTEX: Row = Row {
    id: "vertexai",
    title: "Google Vertex AI",
    base: "",
    key: Key::GoogleCloud,
    key_env: &[],
    md_json_native: true,
    modes: &[Tools, Json, JsonSchema, MdJson, ParallelTools],
    legacy: &["VERTEXAI_", "GENAI_"],
    cors: Cors::Unknown,
    ..GEMINI
};

pub(super) const OLLAMA: Row = Row {
    id: "ollama",
    title: "Ollama",
    base: "http://localhost:11434/v1",
    // None needed locally; a server behind a proxy, or Ollama's own cloud, wants one.
    key: Key::Optional,
    key_env: &["OLLAMA_API_KEY"],
    modes: CHAT_AND_RESPONSES,
    dialect: Dialect::Grammar,
    cors: Cors::Local,
    ..OPENAI_LIKE
};
