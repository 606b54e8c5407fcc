//! Rows of the providers with their own wire API.

use super::base::*;
use super::row::*;
use crate::output::Mode;
use crate::schema::Dialect;
use Mode::{Json, JsonSchema, MdJson, ParallelTools, Tools, ToolsStrict};

pub(super) const ANTHROPIC: Row = Row {
    id: "anthropic",
    seed_field: None,
    title: "Anthropic",
    api: Api::Anthropic,
    base: Some("https://api.anthropic.com"),
    path: "/v1/messages",
    key: Key::Header("x-api-key"),
    key_env: &["ANTHROPIC_API_KEY"],
    token_env: Some("ANTHROPIC_AUTH_TOKEN"),
    base_env: &["ANTHROPIC_BASE_URL"],
    headers: &[("anthropic-version", "2023-06-01")],
    option_headers: &[("anthropic-version", "anthropicVersion", "")],
    browser_headers: &[("anthropic-dangerous-direct-browser-access", "true")],
    max_default: Some(4096),
    stream_usage: StreamUsage::Always,
    modes: &[Tools, ToolsStrict, Json, JsonSchema, ParallelTools],
    legacy: &["ANTHROPIC_"],
    strict_tools: true,
    schema_strict: true,
    dialect: Dialect::AnthropicStrict,
    tool_dialect: Dialect::AnthropicTools,
    turns: CLAUDE_TURNS,
    cors: Cors::WithHeader,
    ..OPENAI_LIKE
};

pub(super) const GEMINI: Row = Row {
    schemes: &["gs"],
    api: Api::Gemini,
    base: Some("https://generativelanguage.googleapis.com/v1beta"),
    path: "/models/{model}:generateContent",
    stream_path: Some("/models/{model}:streamGenerateContent"),
    key: Key::Header("x-goog-api-key"),
    key_env: &["GOOGLE_API_KEY", "GEMINI_API_KEY"],
    base_env: &["GOOGLE_GEMINI_BASE_URL"],
    base_env_ending: "/v1beta",
    stream_usage: StreamUsage::Always,
    modes: &[Tools, ToolsStrict, Json, JsonSchema, ParallelTools],
    legacy: &["GENAI_"],
    structured_outputs: Json,
    dialect: Dialect::GeminiJsonSchema,
    turns: TurnRules { names: Pattern::upto(64, "_-.:"), user_first: true, untyped: true, ..TURNS },
    cors: Cors::Yes,
    json_mode: JsonMode::Schema,
    tool_dialect: Dialect::GeminiJsonSchema,
    ..OPENAI_LIKE
};

pub(super) const VERTEX: Row = Row {
    id: "vertexai",
    title: "Google Vertex AI",
    base: None,
    key: Key::GoogleCloud,
    key_env: &[],
    base_env: &["GOOGLE_VERTEX_BASE_URL"],
    base_env_ending: "",
    md_json_native: true,
    modes: CHAT,
    legacy: &["VERTEXAI_", "GENAI_"],
    structured_outputs: JsonSchema,
    cors: Cors::Unknown,
    ..GEMINI
};

pub(super) const BEDROCK: Row = Row {
    id: "bedrock",
    schemes: &["s3"],
    seed_field: None,
    title: "AWS Bedrock",
    api: Api::BedrockConverse,
    // The region's host.
    base: None,
    path: "/model/{model}/converse",
    stream_path: Some("/model/{model}/converse-stream"),
    key: Key::Aws,
    key_env: &["AWS_BEARER_TOKEN_BEDROCK"],
    base_env: &["AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "ANTHROPIC_BEDROCK_BASE_URL", "AWS_ENDPOINT_URL"],
    stream_usage: StreamUsage::Always,
    modes: &[Tools, ToolsStrict, JsonSchema, MdJson],
    fallback_mode: Some((&["anthropic", "claude"], MdJson)),
    legacy: &["BEDROCK_"],
    // Every other model refuses a tool choice, or is not known to support it.
    force_models: &["claude", "amazon.nova", "zai.", "moonshot", "xai.", "mistral.mistral-large-24"],
    strict_tools: true,
    dialect: Dialect::AnthropicStrict,
    tool_dialect: Dialect::AnthropicTools,
    turns: TurnRules { alternate: true, untyped: true, ..CLAUDE_TURNS },
    ..OPENAI_LIKE
};

pub(super) const COHERE: Row = Row {
    id: "cohere",
    title: "Cohere",
    api: Api::CohereV2,
    base: Some("https://api.cohere.com/v2"),
    path: "/chat",
    key_env: &["CO_API_KEY", "COHERE_API_KEY"],
    stream_usage: StreamUsage::Always,
    modes: TOOLS_SCHEMA_MD,
    legacy: &["COHERE_"],
    force: Force::Required,
    dialect: Dialect::Cohere,
    ..OPENAI_LIKE
};

pub(super) const WORKERS_AI: Row = Row {
    id: "workers_ai",
    title: "Cloudflare Workers AI",
    api: Api::WorkersAi,
    base: Some("https://api.cloudflare.com/client/v4/accounts/{accountId}/ai"),
    path: "/run/{model}",
    key_env: &["CLOUDFLARE_API_TOKEN"],
    address: Address::Filled { option: "accountId", variables: &["CLOUDFLARE_ACCOUNT_ID"], default: None },
    unstreamed: &[JsonSchema],
    // The API's default is 256, which truncates most objects.
    max_default: Some(4096),
    stream_usage: StreamUsage::Always,
    parts: Parts { image: PartSupport::Any, audio: PartSupport::No, document: PartSupport::No },
    cors: Cors::No,
    ..OPENAI_LIKE
};
