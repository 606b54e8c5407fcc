//! Which mode is used, and what it asks for.
//!
//! The order when the caller did not choose (differences.md rule 4): a forced tool, else the native schema format,
//! else one tool with `auto` and an instruction, else the schema in the prompt.

use super::{Mode, names, prompts};
use crate::error::Error;
use crate::provider::registry::{Api, ChatTools, Force, ModelRule, Row, SchemaFormat, rule};
use crate::provider::{Ask, Choice, Endpoint, Format, Tool};
use crate::schema::{self, Dialect, Form, ResponseModel};
use serde_json::{Map, Value};
use std::rc::Rc;

/// What the caller wants, before it is known what is legal.
pub struct Wish<'a> {
    pub endpoint: &'a Endpoint,
    pub model: &'a str,
    /// The caller's own choice, if any.
    pub mode: Option<Mode>,
    pub params: &'a Map<String, Value>,
    pub stream: bool,
    /// The response model is an array of models.
    pub parallel: bool,
    /// The caller's own schema prompt; `{schema}` in it stands for the schema.
    pub schema_prompt: Option<&'a str>,
}

pub struct Chosen {
    pub ask: Ask,
    /// The schemas of the tools and of the format, in this order; the ask has their marks.
    pub forms: Vec<Form>,
    /// The wire API; the Responses API is chosen here.
    pub api: Api,
}

/// `thinking: {type}`, as Anthropic and DeepSeek take it.
fn thinking(params: &Map<String, Value>) -> Option<&str> {
    params.get("thinking")?.get("type")?.as_str()
}

/// The mode that a call gets which names none, as far as it is known before the call.
pub fn in_force(endpoint: &Endpoint, mode: Option<Mode>, params: &Map<String, Value>) -> Mode {
    let wish =
        Wish { endpoint, model: &endpoint.model, mode, params, stream: false, parallel: false, schema_prompt: None };
    let settled = settle(&wish, endpoint.row, &rule(&endpoint.model)).map(|(mode, _)| mode);
    settled.unwrap_or(mode.unwrap_or_else(|| default_mode(endpoint.row, &endpoint.model)))
}

/// The mode when nobody chose one and the model's rules have no say.
pub fn default_mode(row: &Row, model: &str) -> Mode {
    let lower = model.to_ascii_lowercase();
    match row.mode_of_others {
        Some((known, other)) if !known.iter().any(|part| lower.contains(part)) => other,
        _ => row.default_mode,
    }
}

pub fn valid_modes(row: &Row) -> &'static [Mode] {
    row.modes
}

/// The provider's dialect, or the one that an older model of it reads.
pub(super) fn by_model(dialect: Dialect, known: &ModelRule) -> Dialect {
    match dialect {
        Dialect::GeminiJsonSchema if known.openapi == Some(true) => Dialect::GeminiOpenapi,
        dialect => dialect,
    }
}

/// Settles the mode and builds the ask.
pub fn ask(wish: &Wish, models: &[Rc<ResponseModel>]) -> Result<Chosen, Error> {
    let row = wish.endpoint.row;
    let Some(first) = models.first() else {
        let api = if wish.mode == Some(Mode::ResponsesTools) { Api::OpenaiResponses } else { row.api };
        return Ok(Chosen { ask: empty(Mode::Raw), forms: Vec::new(), api });
    };
    let known = rule(wish.model);
    let (mode, choice) = settle(wish, row, &known)?;
    // Parallel tools have one form on both of OpenAI's APIs.
    let moved = mode == Mode::ParallelTools && forcing(wish, row, &known) == Forcing::Responses;
    let api = if mode == Mode::ResponsesTools || moved { Api::OpenaiResponses } else { row.api };
    let mut ask = Ask { choice, ..empty(mode) };
    let mut forms = Vec::new();
    let (tool_dialect, mut dialect) = (by_model(row.tool_dialect, &known), by_model(row.dialect, &known));
    let strict = Strict::of(wish, row, &known);
    if strict.format && !row.schema_strict {
        dialect = Dialect::OpenaiStrict;
    }
    match mode {
        Mode::Tools | Mode::ParallelTools => {
            for model in models {
                ask.tools.push(tool(model, tool_dialect, false, &mut forms)?);
            }
        }
        Mode::ToolsStrict => ask.tools.push(tool(first, dialect, strict.tools, &mut forms)?),
        Mode::ResponsesTools => {
            ask.tools.push(tool(first, Dialect::OpenaiStrict, true, &mut forms)?);
            ask.format = Some(format(first, Dialect::OpenaiStrict, true, &mut forms)?);
        }
        Mode::JsonSchema => ask.format = Some(format(first, dialect, strict.format, &mut forms)?),
        Mode::Json if row.json_native => {
            ask.format = Some(format(first, dialect, row.schema_strict, &mut forms)?);
        }
        Mode::MdJson if row.md_json_native => {
            // What is not enforced goes as it is, where the API reads JSON Schema at all.
            let form = if dialect == Dialect::GeminiOpenapi { dialect } else { Dialect::Plain };
            ask.format = Some(format(first, form, false, &mut forms)?);
        }
        Mode::Json | Mode::MdJson => {
            let form = schema::form(first, Dialect::Plain, false)?;
            ask.instructions = Some(wish.schema_prompt.unwrap_or(prompts::SCHEMA).replace("{schema}", form.pretty()));
            forms.push(form);
            if mode == Mode::Json {
                ask.format = Some(Format::Json);
            } else {
                ask.closing = Some(prompts::FENCED.to_owned());
            }
        }
        Mode::Raw => {}
    }
    if ask.choice == Choice::Auto && matches!(mode, Mode::Tools | Mode::ToolsStrict) && row.force != Force::No {
        ask.instructions = Some(prompts::CALL_THE_TOOL.replace("{name}", &first.name));
    }
    Ok(Chosen { ask, forms, api })
}

fn empty(mode: Mode) -> Ask {
    Ask { mode, tools: Vec::new(), choice: Choice::Auto, format: None, instructions: None, closing: None }
}

/// The mode in force and how strongly the tool is asked for.
fn settle(wish: &Wish, row: &'static Row, known: &ModelRule) -> Result<(Mode, Choice), Error> {
    if wish.parallel {
        return match wish.mode {
            None | Some(Mode::ParallelTools | Mode::Tools) if row.modes.contains(&Mode::ParallelTools) => {
                Ok((Mode::ParallelTools, Choice::Auto))
            }
            None | Some(Mode::ParallelTools | Mode::Tools) => Err(names::invalid(Mode::ParallelTools.value(), row)),
            Some(_) => Err(Error::configuration("An array of response models needs mode PARALLEL_TOOLS.")),
        };
    }
    let forced = forcing(wish, row, known);
    let Some(mode) = wish.mode else {
        let mode = default_mode(row, wish.model);
        return Ok(match (mode, forced) {
            (Mode::Tools, Forcing::Responses) if row.modes.contains(&Mode::ResponsesTools) => {
                (Mode::ResponsesTools, Choice::Named)
            }
            (Mode::Tools, Forcing::Responses | Forcing::Refused)
                if row.modes.contains(&Mode::JsonSchema)
                    && row.schema_format != SchemaFormat::No
                    && known.native_schema != Some(false) =>
            {
                (Mode::JsonSchema, Choice::Auto)
            }
            (Mode::Tools, Forcing::Responses) => (Mode::MdJson, Choice::Auto),
            (mode, forced) => (mode, forced.choice(row)),
        });
    };
    if mode == Mode::ParallelTools {
        return Err(Error::configuration(
            "PARALLEL_TOOLS needs an array of response models, e.g. responseModel: [Weather, Search].",
        ));
    }
    if !names::legal(mode, row) {
        return Err(names::invalid(mode.value(), row));
    }
    let takes = |mode: Mode| match mode {
        Mode::Tools | Mode::ToolsStrict => forced != Forcing::Responses,
        // Text that the API constrains for its newer models only.
        Mode::JsonSchema => row.api != Api::Anthropic || known.native_schema != Some(false),
        _ => true,
    };
    if !takes(mode) {
        return Err(names::refused_by(mode, row, wish.model, &takes));
    }
    let choice = if mode == Mode::ResponsesTools { Choice::Named } else { forced.choice(row) };
    Ok((mode, choice))
}

/// What goes with the API's own strict flag.
struct Strict {
    tools: bool,
    format: bool,
}

impl Strict {
    fn of(wish: &Wish, row: &Row, known: &ModelRule) -> Strict {
        if !row.strict_models.is_empty() {
            // Constrained decoding is for some models, and the others refuse the flag.
            let one = row.strict_models.iter().any(|part| wish.model.contains(part));
            return Strict { tools: one, format: one };
        }
        let here = row.strict_tools || !row.strict_at.is_empty() && wish.endpoint.base_url.ends_with(row.strict_at);
        // Anthropic's API has both for the same models.
        let tools = here && (row.api != Api::Anthropic || known.native_schema != Some(false));
        Strict { tools, format: row.schema_strict }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Forcing {
    Legal,
    /// The model answers a forced tool with 400.
    Refused,
    /// The model takes tools on the Responses API only.
    Responses,
}

impl Forcing {
    fn choice(self, row: &Row) -> Choice {
        match (self, row.force) {
            (Forcing::Legal, Force::Named) => Choice::Named,
            (Forcing::Legal, Force::Any | Force::Required) => Choice::Required,
            _ => Choice::Auto,
        }
    }
}

fn forcing(wish: &Wish, row: &Row, known: &ModelRule) -> Forcing {
    let effort = wish.params.get("reasoning_effort").and_then(Value::as_str);
    let responses = match known.chat_tools {
        Some(ChatTools::ResponsesOnly) => true,
        Some(ChatTools::EffortNone) => effort != Some("none"),
        Some(ChatTools::WithoutEffort) => effort.is_some_and(|e| e != "none"),
        _ => false,
    };
    if responses && row.chat_tool_rules {
        return Forcing::Responses;
    }
    match (known.forced_tool, thinking(wish.params)) {
        // Thinking and a forced tool exclude each other (Anthropic); switched off, DeepSeek's models can be forced.
        (_, Some("enabled" | "adaptive")) => Forcing::Refused,
        (Some(false), Some("disabled")) if row.thinking_switch => Forcing::Legal,
        (Some(false), _) => Forcing::Refused,
        _ => Forcing::Legal,
    }
}

fn tool(model: &ResponseModel, dialect: Dialect, strict: bool, forms: &mut Vec<Form>) -> Result<Tool, Error> {
    let parameters = Form::mark(forms.len());
    forms.push(schema::form(model, dialect, true)?);
    let description = model.description.clone().unwrap_or_else(|| prompts::default_description(&model.name));
    Ok(Tool { name: model.name.clone(), description, parameters, strict })
}

fn format(model: &ResponseModel, dialect: Dialect, strict: bool, forms: &mut Vec<Form>) -> Result<Format, Error> {
    let schema = Form::mark(forms.len());
    forms.push(schema::form(model, dialect, false)?);
    Ok(Format::Schema { name: model.name.clone(), description: model.description.clone(), schema, strict })
}
