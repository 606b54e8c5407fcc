//! Rows that replace a provider's row, by an option or by the model's name.

use super::base::CHAT;
use super::models::rule;
use super::name::Name;
use super::row::*;
use super::{hosts, local, native};
use crate::output::Mode;
use serde_json::{Map, Value};

/// Claude on Vertex AI: Anthropic's API with Google's address. Native structured outputs are off there unless the
/// organisation's policy allows them, so a tool is the default.
static VERTEX_ANTHROPIC: Row = Row {
    id: "vertexai",
    title: "Claude on Vertex AI",
    base: None,
    path: "/models/{model}:rawPredict",
    stream_path: Some("/models/{model}:streamRawPredict"),
    key: Key::GoogleCloud,
    key_env: &[],
    token_env: None,
    base_env: &["ANTHROPIC_VERTEX_BASE_URL", "GOOGLE_VERTEX_BASE_URL"],
    headers: &[],
    option_headers: &[],
    browser_headers: &[],
    legacy: &["VERTEXAI_", "ANTHROPIC_"],
    // Only on request.
    schema_format: SchemaFormat::No,
    cors: Cors::Unknown,
    ..native::ANTHROPIC
};

/// Gemini on Vertex AI by the name of `google` with `vertexai: true`.
static GOOGLE_VERTEX: Row = Row { id: "google", structured_outputs: Mode::Json, ..native::VERTEX };

/// Ollama's own API.
static OLLAMA_NATIVE: Row = Row {
    api: Api::OllamaNative,
    base: Some("http://localhost:11434"),
    path: "/api/chat",
    stream_usage: StreamUsage::Always,
    default_mode: Mode::JsonSchema,
    fallback_mode: None,
    modes: CHAT,
    force: Force::No,
    ..local::OLLAMA
};

/// Workers AI through a Worker's binding, which has neither key nor address.
static WORKERS_AI_BINDING: Row =
    Row { base: Some("binding:"), key: Key::None, key_env: &[], cors: Cors::Inside, ..native::WORKERS_AI };

static BEDROCK_MANTLE_OPENAI: Row = hosts::BEDROCK_MANTLE_OPENAI;

/// The models that a variant is for.
#[derive(Clone, Copy)]
pub(super) enum Models {
    Every,
    /// Those with one of these in their name.
    Named(&'static [&'static str]),
    /// Those of OpenAI, which have a rule for tools on chat completions.
    WithToolRule,
}

const CLAUDE: Models = Models::Named(&["claude"]);

/// A row that replaces another one.
pub(super) struct Variant {
    /// The rows that it replaces.
    pub of: &'static [&'static str],
    /// The option that must be `true`.
    pub option: Option<&'static str>,
    /// Variables that set this option where the caller does not give it.
    pub variables: &'static [&'static str],
    pub models: Models,
    pub row: &'static Row,
}

/// Google's SDK reads these.
const VERTEX_VARIABLES: &[&str] = &["GOOGLE_GENAI_USE_VERTEXAI", "GOOGLE_GENAI_USE_ENTERPRISE"];

/// The first that fits is used.
pub(super) static VARIANTS: &[Variant] = &[
    Variant { of: &["vertexai"], option: None, variables: &[], models: CLAUDE, row: &VERTEX_ANTHROPIC },
    Variant {
        of: &["google", "generative-ai"],
        option: Some("vertexai"),
        variables: &[],
        models: CLAUDE,
        row: &VERTEX_ANTHROPIC,
    },
    Variant {
        of: &["google"],
        option: Some("vertexai"),
        variables: VERTEX_VARIABLES,
        models: Models::Every,
        row: &GOOGLE_VERTEX,
    },
    Variant {
        of: &["generative-ai"],
        option: Some("vertexai"),
        variables: &[],
        models: Models::Every,
        row: &GOOGLE_VERTEX,
    },
    Variant { of: &["ollama"], option: Some("native"), variables: &[], models: Models::Every, row: &OLLAMA_NATIVE },
    Variant {
        of: &["workers_ai"],
        option: Some("binding"),
        variables: &[],
        models: Models::Every,
        row: &WORKERS_AI_BINDING,
    },
    Variant {
        of: &["bedrock_mantle"],
        option: None,
        variables: &[],
        models: Models::WithToolRule,
        row: &BEDROCK_MANTLE_OPENAI,
    },
];

impl Models {
    fn include(self, model: &str) -> bool {
        match self {
            Models::Every => true,
            Models::Named(parts) => Name::of(model).has(parts),
            Models::WithToolRule => rule(model).chat_tools.is_some(),
        }
    }
}

fn variants_of(row: &Row) -> impl Iterator<Item = &'static Variant> {
    VARIANTS.iter().filter(|variant| variant.of.contains(&row.id))
}

/// Sets the options that a variable turns on and the caller does not give.
pub fn variants_of_env(row: &Row, options: &mut Map<String, Value>, env: &dyn Fn(&str) -> Option<String>) {
    let is_on = |name: &&str| env(name).is_some_and(|value| matches!(&*value, "true" | "True" | "1"));
    for variant in variants_of(row).filter(|variant| variant.variables.iter().any(is_on)) {
        if let Some(option) = variant.option {
            options.entry(option).or_insert(true.into());
        }
    }
}

/// The row in force.
pub fn variant(row: &'static Row, model: &str, options: &Map<String, Value>) -> &'static Row {
    let is_on = |name: &str| options.get(name).and_then(Value::as_bool) == Some(true);
    let found = variants_of(row).find(|variant| variant.option.is_none_or(is_on) && variant.models.include(model));
    found.map_or(row, |variant| variant.row)
}
