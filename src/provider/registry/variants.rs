//! Rows that an option or the model's name chooses in place of the one that is named.

use super::base::CHAT;
use super::models::rule;
use super::name::Name;
use super::row::*;
use super::{hosts, local, native};
use crate::output::Mode;
use serde_json::{Map, Value};

/// Claude on Vertex AI: Anthropic's API at Google's address. Native structured outputs are off there unless the
/// organisation's policy allows them, so a tool is the default.
pub const VERTEX_ANTHROPIC: Row = Row {
    id: "vertexai",
    title: "Claude on Vertex AI",
    base: "",
    path: "/models/{model}:rawPredict",
    stream_path: "/models/{model}:streamRawPredict",
    key: Key::GoogleCloud,
    key_env: &[],
    token_env: "",
    base_env: &["ANTHROPIC_VERTEX_BASE_URL", "GOOGLE_VERTEX_BASE_URL"],
    headers: &[],
    option_headers: &[],
    browser_headers: &[],
    legacy: &["VERTEXAI_", "ANTHROPIC_"],
    // Asked for by name only.
    schema_format: SchemaFormat::No,
    cors: Cors::Unknown,
    ..native::ANTHROPIC
};

/// Gemini on Vertex AI by the name of `google` with `vertexai: true`.
pub const GOOGLE_VERTEX: Row = Row { id: "google", ..native::VERTEX };

/// Ollama's own API.
pub const OLLAMA_NATIVE: Row = Row {
    api: Api::OllamaNative,
    base: "http://localhost:11434",
    path: "/api/chat",
    stream_usage: StreamUsage::Always,
    default_mode: Mode::JsonSchema,
    mode_of_others: None,
    modes: CHAT,
    force: Force::No,
    ..local::OLLAMA
};

/// Workers AI through a Worker's binding, which has neither key nor address.
pub const WORKERS_AI_BINDING: Row =
    Row { base: "binding:", key: Key::None, key_env: &[], cors: Cors::Inside, ..native::WORKERS_AI };

/// Google's SDK chooses Vertex AI by a variable too, where the caller does not say.
pub fn variants_of_env(row: &Row, options: &mut Map<String, Value>, env: &dyn Fn(&str) -> Option<String>) {
    let variables = ["GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"];
    let on = || variables.iter().any(|name| env(name).is_some_and(|value| matches!(&*value, "true" | "True" | "1")));
    if row.id == "google" && !options.contains_key("vertexai") && on() {
        options.insert("vertexai".to_owned(), true.into());
    }
}

static BEDROCK_MANTLE_OPENAI: Row = hosts::BEDROCK_MANTLE_OPENAI;

/// The row in force.
pub fn variant(row: &'static Row, model: &str, options: &Map<String, Value>) -> &'static Row {
    let on = |name: &str| options.get(name).and_then(Value::as_bool) == Some(true);
    let vertex = row.id == "vertexai" || (matches!(row.id, "google" | "generative-ai") && on("vertexai"));
    match row.id {
        _ if vertex && Name::of(model).has(&["claude"]) => &VERTEX_ANTHROPIC,
        "google" | "generative-ai" if vertex => &GOOGLE_VERTEX,
        "ollama" if on("native") => &OLLAMA_NATIVE,
        "workers_ai" if on("binding") => &WORKERS_AI_BINDING,
        "bedrock_mantle" if rule(model).chat_tools.is_some() => &BEDROCK_MANTLE_OPENAI,
        _ => row,
    }
}
