//! The choice of the mode, and of a forced tool.
//!
//! The order without a choice of the caller (docs/internals/behaviour.md#default-modes): a forced tool, else the
//! native schema format, else one tool with `auto` and an instruction, else the schema in the prompt.

use super::names;
use super::schema_prompt::SchemaPrompt;
use crate::error::Error;
use crate::output::{Choice, Mode};
use crate::provider::Endpoint;
use crate::provider::registry::{Api, ChatTools, Force, ModelRule, Name, Row, SchemaFormat, rule};
use crate::provider::thinking::{self, RequestedThinking};
use serde_json::{Map, Value};

/// The facts that decide the mode.
pub struct ModeRequest<'a> {
    pub endpoint: &'a Endpoint,
    pub model: &'a str,
    /// The caller's choice.
    pub mode: Option<Mode>,
    pub params: &'a Map<String, Value>,
    /// Fields that are added to the body unchanged, after the parameters.
    pub extra: &'a Map<String, Value>,
    pub stream: bool,
    /// The response model is an array of models, or `tools({…})`.
    pub parallel: bool,
    /// It is `tools({…})`.
    pub named: bool,
    /// The app has own tools.
    pub own: bool,
    /// The caller's choice.
    pub schema_prompt: Option<SchemaPrompt<'a>>,
}

/// The mode of a call without its own, as far as it is known before the call.
pub fn effective_mode(
    endpoint: &Endpoint,
    mode: Option<Mode>,
    params: &Map<String, Value>,
    extra: &Map<String, Value>,
) -> Mode {
    let request = client_request(endpoint, mode, params, extra);
    let thinking = thinking::requested(params, extra);
    let settled = select(&request, endpoint.row, &rule(&endpoint.model), &thinking).map(|(mode, _)| mode);
    settled.unwrap_or(mode.unwrap_or_else(|| default_mode(endpoint.row, &endpoint.model)))
}

/// The modes that a call without streaming accepts for this model.
pub fn valid_modes(endpoint: &Endpoint, params: &Map<String, Value>, extra: &Map<String, Value>) -> Vec<Mode> {
    let (row, known) = (endpoint.row, rule(&endpoint.model));
    let request = client_request(endpoint, None, params, extra);
    let forced = tool_forcing(&request, row, &known, &thinking::requested(params, extra));
    row.modes.iter().copied().filter(|mode| accepts(*mode, forced, &request, row, &known)).collect()
}

/// A call without parameters.
fn client_request<'a>(
    endpoint: &'a Endpoint,
    mode: Option<Mode>,
    params: &'a Map<String, Value>,
    extra: &'a Map<String, Value>,
) -> ModeRequest<'a> {
    ModeRequest {
        endpoint,
        model: &endpoint.model,
        mode,
        params,
        extra,
        stream: false,
        parallel: false,
        named: false,
        own: false,
        schema_prompt: None,
    }
}

/// The default mode, before the rules of the model.
pub fn default_mode(row: &Row, model: &str) -> Mode {
    let lower = model.to_ascii_lowercase();
    match row.fallback_mode {
        Some((known, other)) if !known.iter().any(|part| lower.contains(part)) => other,
        _ => row.default_mode,
    }
}

/// The mode, and whether a tool is forced.
pub(super) fn select(
    request: &ModeRequest,
    row: &'static Row,
    known: &ModelRule,
    thinking: &RequestedThinking,
) -> Result<(Mode, Choice), Error> {
    let allowed = |mode: Mode| exclusion(mode, request, row, known).is_none();
    if request.parallel {
        return select_parallel(request, row, known);
    }
    let forced = tool_forcing(request, row, known, thinking);
    let supported = |mode: Mode| row.modes.contains(&mode) && allowed(mode);
    let Some(mode) = request.mode else {
        let mode = default_mode(row, request.model);
        let elsewhere = row.chat_tool_rules && thinking.reasoning && supported(Mode::ResponsesTools);
        return Ok(match (mode, forced) {
            (Mode::Tools, Forcing::ResponsesOnly) if supported(Mode::ResponsesTools) => {
                (Mode::ResponsesTools, Choice::Named)
            }
            (Mode::Tools, _) if elsewhere => (Mode::ResponsesTools, Choice::Named),
            (Mode::Tools, Forcing::ResponsesOnly | Forcing::Refused)
                if supported(Mode::JsonSchema)
                    && row.schema_format != SchemaFormat::No
                    && known.native_schema != Some(false) =>
            {
                (Mode::JsonSchema, Choice::Auto)
            }
            (Mode::Tools, Forcing::ResponsesOnly) => (Mode::MdJson, Choice::Auto),
            (mode, _) if !allowed(mode) => {
                let next = [Mode::JsonSchema, Mode::Json, Mode::MdJson].into_iter().find(|mode| supported(*mode));
                (next.unwrap_or(Mode::MdJson), Choice::Auto)
            }
            (mode, forced) => (mode, forced.choice(row)),
        });
    };
    if mode == Mode::ParallelTools {
        return Err(Error::configuration(
            "PARALLEL_TOOLS needs an array of response models, e.g. responseModel: [Weather, Search].",
        ));
    }
    if !names::is_supported(mode, row) {
        return Err(names::invalid(mode.name(), row));
    }
    let accepts = |mode: Mode| accepts(mode, forced, request, row, known);
    if !accepts(mode) {
        let why = exclusion(mode, request, row, known).unwrap_or(" with model '{model}'");
        return Err(names::unsupported(mode.name(), row, &why.replace("{model}", request.model), &accepts));
    }
    let choice = match mode {
        Mode::ResponsesTools if row.force != Force::No && forced != Forcing::Refused => Choice::Named,
        _ => forced.choice(row),
    };
    Ok((mode, choice))
}

/// The mode of a call with several response models.
#[inline(never)]
fn select_parallel(request: &ModeRequest, row: &'static Row, known: &ModelRule) -> Result<(Mode, Choice), Error> {
    let allowed = exclusion(Mode::ParallelTools, request, row, known).is_none();
    if request.named {
        // Python has no such form, so it is not bound to a mode of the row: tools are enough.
        let tools = matches!(
            request.mode,
            None | Some(Mode::ParallelTools | Mode::Tools | Mode::ToolsStrict | Mode::ResponsesTools)
        );
        return match request.mode {
            Some(mode) if !tools => {
                let message = ["`tools({…})` needs tool calls, which mode ", mode.name(), " does not have: use TOOLS."];
                Err(Error::configuration(message.concat()).with("parameter", "mode"))
            }
            Some(Mode::ResponsesTools) if !row.modes.contains(&Mode::ResponsesTools) => {
                Err(names::invalid(Mode::ResponsesTools.name(), row))
            }
            _ if row.modes.contains(&Mode::Tools) && allowed => Ok((Mode::ParallelTools, Choice::Auto)),
            _ => Err(names::invalid(Mode::ParallelTools.name(), row)),
        };
    }
    match request.mode {
        None | Some(Mode::ParallelTools | Mode::Tools) if row.modes.contains(&Mode::ParallelTools) && allowed => {
            Ok((Mode::ParallelTools, Choice::Auto))
        }
        None | Some(Mode::ParallelTools | Mode::Tools) => Err(names::invalid(Mode::ParallelTools.name(), row)),
        Some(_) => Err(Error::configuration("An array of response models needs mode PARALLEL_TOOLS.")),
    }
}

/// Whether the call can use this mode of the row.
fn accepts(mode: Mode, forced: Forcing, request: &ModeRequest, row: &Row, known: &ModelRule) -> bool {
    let tools = matches!(mode, Mode::Tools | Mode::ToolsStrict);
    !(tools && forced == Forcing::ResponsesOnly) && exclusion(mode, request, row, known).is_none()
}

/// The reason why this call cannot use a mode of the row, for the error message.
fn exclusion(mode: Mode, request: &ModeRequest, row: &Row, known: &ModelRule) -> Option<&'static str> {
    const MODEL: Option<&str> = Some(" with model '{model}'");
    let tools = matches!(mode, Mode::Tools | Mode::ToolsStrict | Mode::ParallelTools | Mode::ResponsesTools);
    if known.text_only == Some(true) && row.chat_tool_rules && (tools || mode == Mode::JsonSchema) {
        return MODEL;
    }
    if mode == Mode::JsonSchema {
        // The API enforces this format for its newer models only.
        if row.api == Api::Anthropic && known.native_schema == Some(false) {
            return MODEL;
        }
        if !row.schema_models.is_empty() && !Name::of(request.model).has(row.schema_models) {
            return MODEL;
        }
    }
    let constrained = matches!(mode, Mode::JsonSchema | Mode::ToolsStrict);
    if constrained && known.unconstrained == Some(true) && row.api == Api::BedrockConverse {
        return MODEL;
    }
    if request.stream && row.unstreamed.contains(&mode) {
        return Some(" in a stream");
    }
    let own_tools = || {
        request.own
            || request
                .extra
                .get("tools")
                .or_else(|| request.params.get("tools"))
                .and_then(Value::as_array)
                .is_some_and(|tools| !tools.is_empty())
    };
    if row.format_excludes_tools && matches!(mode, Mode::Json | Mode::JsonSchema) && own_tools() {
        return Some(" beside `tools`");
    }
    None
}

#[derive(Debug, Clone, Copy, PartialEq)]
/// Whether a call can force a tool.
pub(super) enum Forcing {
    Allowed,
    /// The model refuses a forced tool with 400.
    Refused,
    /// The model accepts tools on the Responses API only.
    ResponsesOnly,
}

impl Forcing {
    fn choice(self, row: &Row) -> Choice {
        match (self, row.force) {
            (Forcing::Allowed, Force::Named) => Choice::Named,
            (Forcing::Allowed, Force::Any | Force::Required) => Choice::Required,
            _ => Choice::Auto,
        }
    }
}

pub(super) fn tool_forcing(
    request: &ModeRequest,
    row: &Row,
    known: &ModelRule,
    thinking: &RequestedThinking,
) -> Forcing {
    let responses = match known.chat_tools {
        Some(ChatTools::ResponsesOnly) => true,
        Some(ChatTools::EffortNone) => thinking.effort != Some("none"),
        Some(ChatTools::WithoutEffort) => thinking.has_effort(),
        _ => false,
    };
    if responses && row.chat_tool_rules {
        return Forcing::ResponsesOnly;
    }
    let forceable = row.force_models.is_empty() || Name::of(request.model).has(row.force_models);
    match known.forced_tool {
        Some(false) => Forcing::Refused,
        // Thinking excludes a forced tool.
        _ if thinking.thinks(known) || !forceable => Forcing::Refused,
        _ => Forcing::Allowed,
    }
}
