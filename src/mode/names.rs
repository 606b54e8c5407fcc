//! Mode names: the core ones, Python's enum values, and the legacy names with one warning each
//! (docs/internals/behaviour.md#mode-names).

use crate::error::{Error, Kind};
use crate::output::Mode;
use crate::provider::registry::Row;
use serde_json::Value;

/// A mode as the caller named it.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedMode {
    pub mode: Mode,
    /// The deprecation of a legacy name.
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

/// Legacy names for OpenAI: name, value, core mode. Rows with their own legacy names do not have these.
const OPENAI_LEGACY: &[(&str, &str, Mode)] = &[
    ("FUNCTIONS", "function_call", Mode::Tools),
    ("JSON_O1", "json_o1", Mode::JsonSchema),
    ("RESPONSES_TOOLS_WITH_INBUILT_TOOLS", "responses_tools_with_inbuilt_tools", Mode::ResponsesTools),
];

/// Suffixes after a vendor's prefix.
const VENDOR_LEGACY: &[(&str, Mode)] = &[
    ("PARALLEL_TOOLS", Mode::ParallelTools),
    ("REASONING_TOOLS", Mode::Tools),
    ("TOOLS", Mode::Tools),
    ("JSON_SCHEMA", Mode::JsonSchema),
    ("STRUCTURED_OUTPUTS", Mode::JsonSchema),
    ("JSON", Mode::MdJson),
];

/// Parses a mode's name for one provider. A legacy name of another vendor is an error.
pub fn parse(name: &str, row: &Row) -> Result<ParsedMode, Error> {
    let is = |known: &str| known.eq_ignore_ascii_case(name.trim());
    if let Some(mode) = CORE.iter().copied().find(|m| is(m.name()) || is(m.value())) {
        return if is_supported(mode, row) {
            Ok(ParsedMode { mode, warning: None })
        } else {
            Err(invalid(mode.name(), row))
        };
    }
    let openai_shaped = row.legacy.is_empty();
    let legacy = OPENAI_LEGACY
        .iter()
        .find(|(n, v, _)| openai_shaped && (is(n) || is(v)))
        .map(|(n, _, mode)| (*n, *mode))
        .filter(|(_, mode)| is_supported(*mode, row))
        .or_else(|| vendor(name, row));
    match legacy {
        Some((old, mode)) => Ok(ParsedMode { mode, warning: Some(deprecated(old, mode)) }),
        None => Err(invalid(name, row)),
    }
}

/// Whether the provider supports the mode.
pub fn is_supported(mode: Mode, row: &Row) -> bool {
    row.modes.contains(&mode)
}

#[inline(never)]
fn vendor<'a>(name: &'a str, row: &Row) -> Option<(&'a str, Mode)> {
    let upper = name.to_ascii_uppercase();
    let rest = row.legacy.iter().find_map(|prefix| upper.strip_prefix(prefix)).or_else(|| {
        // The prefix of OpenRouter's only legacy name is the row's id.
        upper.strip_prefix(&format!("{}_", row.id.to_ascii_uppercase()))
    })?;
    let (_, mode) = VENDOR_LEGACY.iter().find(|(suffix, _)| *suffix == rest)?;
    let mode = match *mode {
        _ if rest == "STRUCTURED_OUTPUTS" => row.structured_outputs,
        // For vendors without MD_JSON it is their JSON mode.
        Mode::MdJson if !row.modes.contains(&Mode::MdJson) => Mode::Json,
        mode => mode,
    };
    row.modes.contains(&mode).then_some((name, mode))
}

#[inline(never)]
fn deprecated(old: &str, mode: Mode) -> String {
    format!(
        "Mode.{old} is deprecated and will be removed in v3.0. Use Mode.{} instead. The provider is determined by the client (fromOpenAI, fromAnthropic, etc.), not by the mode.",
        mode.name()
    )
}

/// The error for an unknown mode: its name and the valid modes, in the message and as data.
#[inline(never)]
pub fn invalid(name: &str, row: &Row) -> Error {
    unsupported(name, row, "", &|_| true)
}

/// The same for a mode of the provider that this call cannot use: with the `reason` and the modes that it `accepts`.
#[inline(never)]
pub fn unsupported(name: &str, row: &Row, reason: &str, accepts: &dyn Fn(Mode) -> bool) -> Error {
    let left = || row.modes.iter().filter(|mode| accepts(**mode)).map(|mode| mode.name());
    let names: Vec<&str> = left().collect();
    let valid: Vec<Value> = left().map(Value::from).collect();
    let message =
        ["Invalid mode '", name, "' for provider '", row.id, "'", reason, ". Valid modes: ", &names.join(", ")]
            .concat();
    Error::new(Kind::Mode, message).with("mode", name).with("provider", row.id).with("validModes", valid)
}

/// The error for own tools where a provider or a model has no tool calls.
#[inline(never)]
pub fn without_tools(row: &Row, model: &str) -> Error {
    let message =
        [row.title, " has no tool calls with model '", model, "', so own `tools` cannot be called. Leave them out."];
    Error::configuration(message.concat()).with("parameter", "tools")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::registry::row;

    fn at(provider: &str, name: &str) -> Result<ParsedMode, Error> {
        parse(name, row(provider).unwrap())
    }

    #[test]
    fn core_names_and_values_need_no_warning() {
        assert_eq!(at("openai", "TOOLS").unwrap(), ParsedMode { mode: Mode::Tools, warning: None });
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
    fn an_invalid_name_is_reported_as_typed_with_the_valid_ones() {
        let error = at("openai", "ANTHROPIC_TOOLS").unwrap_err();
        assert_eq!(
            error.message,
            "Invalid mode 'ANTHROPIC_TOOLS' for provider 'openai'. Valid modes: TOOLS, TOOLS_STRICT, JSON, JSON_SCHEMA, MD_JSON, PARALLEL_TOOLS, RESPONSES_TOOLS"
        );
        assert_eq!(error.kind, Kind::Mode);
        // A mode of another provider is reported by its documented name.
        assert!(at("mistral", "json_mode").unwrap_err().message.starts_with("Invalid mode 'JSON' for"));
    }

    #[test]
    fn case_and_blanks_do_not_matter() {
        for name in ["tools", "Tools", " TOOLS ", "Tool_Call"] {
            assert_eq!(at("openai", name).unwrap(), ParsedMode { mode: Mode::Tools, warning: None }, "{name}");
        }
        assert_eq!(at("anthropic", "anthropic_json").unwrap().mode, Mode::Json);
        assert_eq!(at("openai", "functions").unwrap().mode, Mode::Tools);
    }
}
