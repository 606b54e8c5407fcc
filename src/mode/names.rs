//! Mode names: the core ones, Python's enum values, and the legacy names with one warning each.

use super::Mode;
use crate::error::{Error, Kind};
use crate::provider::registry::Row;
use serde_json::Value;

/// A mode as the caller named it.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    pub mode: Mode,
    /// What to tell about a legacy name, once.
    pub warning: Option<String>,
}

const CORE: &[Mode] = &[
    Mode::Tools,
    Mode::ToolsStrict,
    Mode::Json,
    Mode::JsonSchema,
    Mode::MdJson,
    Mode::ParallelTools,
    Mode::ResponsesTools,
];

/// The order of Python's message: by value.
const BY_VALUE: &[Mode] = &[
    Mode::Json,
    Mode::JsonSchema,
    Mode::MdJson,
    Mode::ParallelTools,
    Mode::ResponsesTools,
    Mode::Tools,
    Mode::ToolsStrict,
];

/// Legacy names of the OpenAI shape: name, value, core mode. Where a row has legacy names of its own, these are not its.
const OPENAI_LEGACY: &[(&str, &str, Mode)] = &[
    ("FUNCTIONS", "function_call", Mode::Tools),
    ("JSON_O1", "json_o1", Mode::JsonSchema),
    ("RESPONSES_TOOLS_WITH_INBUILT_TOOLS", "responses_tools_with_inbuilt_tools", Mode::ResponsesTools),
];

/// What may follow a vendor prefix.
const VENDOR_LEGACY: &[(&str, Mode)] = &[
    ("PARALLEL_TOOLS", Mode::ParallelTools),
    ("REASONING_TOOLS", Mode::Tools),
    ("TOOLS", Mode::Tools),
    ("JSON_SCHEMA", Mode::JsonSchema),
    ("STRUCTURED_OUTPUTS", Mode::JsonSchema),
    ("JSON", Mode::MdJson),
];

/// Reads a mode's name for one provider. Another vendor's legacy name is not legal here.
pub fn parse(name: &str, row: &Row) -> Result<Parsed, Error> {
    if let Some(mode) = CORE.iter().copied().find(|m| m.name() == name || m.value() == name) {
        return if legal(mode, row) { Ok(Parsed { mode, warning: None }) } else { Err(invalid(mode.value(), row)) };
    }
    let openai_shaped = row.legacy.is_empty();
    let legacy = OPENAI_LEGACY
        .iter()
        .find(|(n, v, _)| openai_shaped && (*n == name || *v == name))
        .map(|(n, _, mode)| (*n, *mode))
        .filter(|(_, mode)| legal(*mode, row))
        .or_else(|| vendor(name, row));
    match legacy {
        Some((old, mode)) => Ok(Parsed { mode, warning: Some(deprecated(old, mode)) }),
        None => Err(invalid(&name.to_ascii_lowercase(), row)),
    }
}

/// Whether a row takes a mode; TOOLS_STRICT is TOOLS with a flag.
pub fn legal(mode: Mode, row: &Row) -> bool {
    row.modes.contains(&mode) || (mode == Mode::ToolsStrict && row.modes.contains(&Mode::Tools))
}

fn vendor<'a>(name: &'a str, row: &Row) -> Option<(&'a str, Mode)> {
    let upper = name.to_ascii_uppercase();
    let rest = row.legacy.iter().find_map(|prefix| upper.strip_prefix(prefix)).or_else(|| {
        // OpenRouter's only legacy name has the row's own name in front.
        upper.strip_prefix(&format!("{}_", row.id.to_ascii_uppercase()))
    })?;
    let (_, mode) = VENDOR_LEGACY.iter().find(|(suffix, _)| *suffix == rest)?;
    // Vendors without MD_JSON meant their JSON mode.
    let mode = if *mode == Mode::MdJson && !row.modes.contains(&Mode::MdJson) { Mode::Json } else { *mode };
    let mode = if rest == "STRUCTURED_OUTPUTS" && row.id.starts_with("g") { Mode::Json } else { mode };
    row.modes.contains(&mode).then_some((name, mode))
}

fn deprecated(old: &str, mode: Mode) -> String {
    format!(
        "Mode.{old} is deprecated and will be removed in v3.0. Use Mode.{} instead. The provider is determined by the client (fromOpenAI, fromAnthropic, etc.), not by the mode.",
        mode.name()
    )
}

/// Python's words, with the legal modes as data beside them.
pub fn invalid(name: &str, row: &Row) -> Error {
    refused(name, row, "", &|_| true)
}

/// The same where a model of the provider refuses what others take: `takes` says which modes are left.
pub fn refused_by(mode: Mode, row: &Row, model: &str, takes: &dyn Fn(Mode) -> bool) -> Error {
    refused(mode.value(), row, &format!(" with model '{model}'"), takes)
}

fn refused(name: &str, row: &Row, whose: &str, takes: &dyn Fn(Mode) -> bool) -> Error {
    let left = |mode: &&Mode| row.modes.contains(mode) && takes(**mode);
    let values: Vec<&str> = BY_VALUE.iter().filter(left).map(|m| m.value()).collect();
    let valid: Vec<Value> = row.modes.iter().filter(left).map(|m| m.name().into()).collect();
    Error::new(
        Kind::Mode,
        format!("Invalid mode '{name}' for provider '{}'{whose}. Valid modes: {}", row.id, values.join(", ")),
    )
    .with("mode", name)
    .with("provider", row.id)
    .with("validModes", valid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::registry::row;

    fn at(provider: &str, name: &str) -> Result<Parsed, Error> {
        parse(name, row(provider).unwrap())
    }

    #[test]
    fn core_names_and_values_need_no_warning() {
        assert_eq!(at("openai", "TOOLS").unwrap(), Parsed { mode: Mode::Tools, warning: None });
        assert_eq!(at("openai", "json_schema_mode").unwrap().mode, Mode::JsonSchema);
    }

    #[test]
    fn legacy_names_map_to_a_core_mode_with_a_warning() {
        let parsed = at("openai", "FUNCTIONS").unwrap();
        assert_eq!(parsed.mode, Mode::Tools);
        assert!(parsed.warning.unwrap().starts_with("Mode.FUNCTIONS is deprecated"));
        assert_eq!(at("anthropic", "ANTHROPIC_REASONING_TOOLS").unwrap().mode, Mode::Tools);
        assert_eq!(at("anthropic", "ANTHROPIC_JSON").unwrap().mode, Mode::Json);
        assert_eq!(at("google", "GENAI_STRUCTURED_OUTPUTS").unwrap().mode, Mode::Json);
        assert_eq!(at("mistral", "MISTRAL_STRUCTURED_OUTPUTS").unwrap().mode, Mode::JsonSchema);
        assert_eq!(at("openrouter", "OPENROUTER_STRUCTURED_OUTPUTS").unwrap().mode, Mode::JsonSchema);
        assert_eq!(at("xai", "XAI_JSON").unwrap().mode, Mode::MdJson);
    }

    #[test]
    fn another_vendors_name_is_refused_in_pythons_words() {
        let error = at("openai", "ANTHROPIC_TOOLS").unwrap_err();
        assert_eq!(
            error.message,
            "Invalid mode 'anthropic_tools' for provider 'openai'. Valid modes: json_mode, json_schema_mode, markdown_json_mode, parallel_tool_call, responses_tools, tool_call"
        );
        assert_eq!(error.kind, Kind::Mode);
    }
}
