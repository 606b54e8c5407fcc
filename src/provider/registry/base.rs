//! The parts of rows: sets of modes, rules for turns, and the row of a usual OpenAI-compatible provider.

use super::row::*;
use crate::output::Mode;
use crate::schema::Dialect;
use Mode::{Json, JsonSchema, MdJson, ParallelTools, ResponsesTools, Tools, ToolsStrict};

pub const CHAT: &[Mode] = &[Tools, ToolsStrict, Json, JsonSchema, MdJson, ParallelTools];
pub const CHAT_AND_RESPONSES: &[Mode] = &[Tools, ToolsStrict, Json, JsonSchema, MdJson, ParallelTools, ResponsesTools];
pub const WITHOUT_JSON_SCHEMA: &[Mode] = &[Tools, ToolsStrict, Json, MdJson, ParallelTools];
pub const WITHOUT_PARALLEL: &[Mode] = &[Tools, ToolsStrict, Json, JsonSchema, MdJson];
pub const TOOLS_SCHEMA_MD: &[Mode] = &[Tools, ToolsStrict, JsonSchema, MdJson];

/// A usual OpenAI-compatible provider.
pub const OPENAI_LIKE: Row = Row {
    id: "",
    title: "",
    api: Api::OpenaiChat,
    base: None,
    path: "/chat/completions",
    stream_path: None,
    key: Key::Bearer,
    key_env: &[],
    token_env: None,
    base_env: &[],
    base_env_ending: "",
    address: Address::AsGiven,
    missing_base_variable: None,
    headers: &[],
    option_headers: &[],
    browser_headers: &[],
    max_field: "max_tokens",
    max_default: None,
    seed_field: Some("seed"),
    stream_usage: StreamUsage::Include,
    default_mode: Tools,
    fallback_mode: None,
    chat_tool_rules: false,
    gateway: false,
    modes: CHAT,
    unstreamed: &[],
    format_excludes_tools: false,
    schema_models: &[],
    legacy: &[],
    structured_outputs: JsonSchema,
    force: Force::Named,
    required: true,
    force_models: &[],
    strict_tools: false,
    strict_at: None,
    strict_models: &[],
    thinking_switch: false,
    schema_format: SchemaFormat::Named,
    schema_strict: false,
    hides_schema: false,
    dates_in_words: false,
    dialect: Dialect::Plain,
    md_json_native: false,
    json_mode: JsonMode::Object,
    tool_dialect: Dialect::Plain,
    reask: ReaskStyle::Openai,
    turns: TURNS,
    parts: Parts { image: PartSupport::Any, audio: PartSupport::Data, document: PartSupport::Data },
    schemes: &[],
    cors: Cors::Unknown,
    start_hint: "",
};

/// The rules of most servers with OpenAI's chat format.
pub const TURNS: TurnRules = TurnRules {
    developer: false,
    ids: Pattern { marks: None, min: 1, max: 256 },
    names: Pattern::upto(256, "_-.:/"),
    alternate: false,
    user_first: false,
    untyped: false,
};

/// OpenAI's rules: its error texts have the lengths ("maximum length 40").
pub const OPENAI_TURNS: TurnRules = TurnRules {
    developer: true,
    ids: Pattern { marks: None, min: 1, max: 40 },
    names: Pattern::upto(64, "_-"),
    ..TURNS
};

/// Claude's rules, on every platform ("String should match pattern '^[a-zA-Z0-9_-]+$'").
pub const CLAUDE_TURNS: TurnRules =
    TurnRules { ids: Pattern::upto(64, "_-"), names: Pattern::upto(64, "_-"), user_first: true, ..TURNS };
