//! The output request for a mode: its API, the dialect of its schemas, tools, format and prompt.

use super::choose::{Forcing, ModeRequest, select, tool_forcing};
use super::schema_prompt::SchemaPrompt;
use crate::error::Error;
use crate::output::{Choice, Format, OutputRequest, Tool};
use crate::output::{Mode, prompts};
use crate::provider::registry::{Api, Force, JsonMode, ModelRule, Name, Row, rule};
use crate::provider::shared::history;
use crate::provider::thinking::{self, RequestedThinking};
use crate::schema::{self, Dialect, RenderedSchema, ResponseModel};
use serde_json::Value;
use std::rc::Rc;

pub struct ResolvedMode {
    pub output: OutputRequest,
    /// The schemas of the tools and of the format, in this order; the ask has their marks.
    pub schemas: Vec<RenderedSchema>,
    /// The wire API; the Responses API is chosen here.
    pub api: Api,
    /// The instructions are the schema prompt.
    pub schema_prompt: bool,
}

/// The provider's dialect, or the one of its older models.
pub(super) fn dialect_for(dialect: Dialect, known: &ModelRule) -> Dialect {
    match dialect {
        Dialect::GeminiJsonSchema if known.openapi == Some(true) => Dialect::GeminiOpenapi,
        dialect => dialect,
    }
}

/// What is chosen before a schema is rendered.
pub struct Route {
    pub mode: Mode,
    choice: Choice,
    pub api: Api,
    /// The dialect that the mode's tools or format are rendered in.
    pub dialect: Dialect,
    strict: Strict,
    json_mode: JsonMode,
    /// The model gets the schema as text.
    prompt: Option<SchemaText>,
}

/// Why the model gets the schema as text.
#[derive(Debug, Clone, Copy, PartialEq)]
enum SchemaText {
    /// The mode has no enforced schema.
    Mode,
    /// The server enforces the schema, and does not show it to the model.
    Hidden,
}

impl Route {
    /// Whether the model gets the schema as text.
    pub fn has_prompt(&self) -> bool {
        self.prompt.is_some()
    }

    /// Whether the request contains the notation of types.
    pub fn has_types(&self, request: &ModeRequest) -> bool {
        self.prompt.is_some() && schema_prompt(request, &rule(request.model)).has_types()
    }
}

/// The caller's schema prompt, or the default of the model.
fn schema_prompt<'a>(request: &ModeRequest<'a>, known: &ModelRule) -> SchemaPrompt<'a> {
    let default = if known.reads_json_schema == Some(true) { SchemaPrompt::JsonSchema } else { SchemaPrompt::Types };
    request.schema_prompt.unwrap_or(default)
}

/// How JSON is requested: by the row, and without a schema for the request of Python.
fn json_mode(request: &ModeRequest) -> JsonMode {
    match request.endpoint.row.json_mode {
        JsonMode::SchemaAndPrompt if request.schema_prompt == Some(SchemaPrompt::JsonSchema) => JsonMode::Object,
        json_mode => json_mode,
    }
}

/// Chooses mode, API and dialect of a call with a response model.
pub fn route(request: &ModeRequest) -> Result<Route, Error> {
    let row = request.endpoint.row;
    let known = rule(request.model);
    let thinking = thinking::requested(request.params, request.extra);
    let (mode, choice) = select(request, row, &known, &thinking)?;
    // Parallel tools have one form on both of OpenAI's APIs.
    let moved = mode == Mode::ParallelTools
        && (request.mode == Some(Mode::ResponsesTools)
            || tool_forcing(request, row, &known, &thinking) == Forcing::ResponsesOnly);
    let api = api(row, &known, &thinking, mode == Mode::ResponsesTools || moved);
    let json_mode = json_mode(request);
    let strict = Strict::of(request, row, &known);
    let constrained =
        if strict.format && !row.schema_strict { Dialect::OpenaiStrict } else { dialect_for(row.dialect, &known) };
    let dialect = match mode {
        Mode::Tools | Mode::ParallelTools => dialect_for(known.tool_dialect.unwrap_or(row.tool_dialect), &known),
        Mode::ToolsStrict | Mode::JsonSchema => constrained,
        Mode::ResponsesTools => Dialect::OpenaiStrict,
        Mode::Json if json_mode != JsonMode::Object => constrained,
        // Without enforcement, the schema is sent unchanged if the API accepts JSON Schema.
        Mode::MdJson if row.md_json_native && constrained == Dialect::GeminiOpenapi => constrained,
        Mode::Json | Mode::MdJson | Mode::Raw => Dialect::Plain,
    };
    let prompt = match mode {
        Mode::Json if json_mode != JsonMode::Schema => Some(SchemaText::Mode),
        Mode::MdJson if !row.md_json_native => Some(SchemaText::Mode),
        Mode::JsonSchema if row.hides_schema => Some(SchemaText::Hidden),
        _ => None,
    };
    Ok(Route { mode, choice, api, dialect, strict, json_mode, prompt })
}

/// The API of a call without a response model.
pub fn raw_api(request: &ModeRequest) -> Api {
    let thinking = thinking::requested(request.params, request.extra);
    api(request.endpoint.row, &rule(request.model), &thinking, request.mode == Some(Mode::ResponsesTools))
}

/// The row's API, or the Responses API for requests and models that only it supports.
fn api(row: &Row, known: &ModelRule, thinking: &RequestedThinking, responses: bool) -> Api {
    let elsewhere = row.chat_tool_rules && (known.responses_only == Some(true) || thinking.reasoning);
    if responses || elsewhere { Api::OpenaiResponses } else { row.api }
}

/// The dialect of tools next to a response model in this mode, and whether they have the API's strict flag.
pub fn tools_of(request: &ModeRequest, mode: Mode) -> (Dialect, bool) {
    let row = request.endpoint.row;
    let known = rule(request.model);
    match (mode, route(request)) {
        // Some APIs have one flag for all tools.
        (Mode::ToolsStrict, Ok(route)) => (route.dialect, route.strict.tools),
        _ => (dialect_for(known.tool_dialect.unwrap_or(row.tool_dialect), &known), false),
    }
}

/// Chooses the mode and builds the output request.
pub fn resolve(request: &ModeRequest, models: &[Rc<ResponseModel>]) -> Result<ResolvedMode, Error> {
    let row = request.endpoint.row;
    let known = rule(request.model);
    let Some(first) = models.first() else {
        let (output, schemas) = (base_request(Mode::Raw), Vec::new());
        return Ok(ResolvedMode { output, schemas, api: raw_api(request), schema_prompt: false });
    };
    let Route { mode, choice, api, dialect, strict, json_mode, prompt } = route(request)?;
    let schema_prompt = schema_prompt(request, &known);
    let mut output = OutputRequest { choice, ..base_request(mode) };
    let mut schemas = Vec::new();
    match mode {
        Mode::Tools | Mode::ParallelTools => {
            for model in models {
                output.tools.push(tool(model, dialect, false, &mut schemas)?);
            }
        }
        Mode::ToolsStrict => output.tools.push(tool(first, dialect, strict.tools, &mut schemas)?),
        Mode::ResponsesTools => {
            output.tools.push(tool(first, dialect, true, &mut schemas)?);
            output.format = Some(format(first, dialect, true, &mut schemas)?);
        }
        Mode::JsonSchema => output.format = Some(format(first, dialect, strict.format, &mut schemas)?),
        Mode::Json if json_mode != JsonMode::Object => {
            output.format = Some(format(first, dialect, row.schema_strict, &mut schemas)?);
        }
        Mode::MdJson if row.md_json_native => {
            output.format = Some(format(first, dialect, false, &mut schemas)?);
        }
        Mode::Json | Mode::MdJson => {
            let rendered = schema::render_shared(first, dialect, false)?;
            schemas.push(rendered);
            if mode == Mode::Json {
                output.format = Some(Format::Json);
            } else {
                output.closing = Some(schema_prompt.closing().to_owned());
            }
        }
        Mode::Raw => {}
    }
    if row.dates_in_words
        && prompt.is_some()
        && schema_prompt.has_types()
        && let Some(schema) = schemas.last_mut()
    {
        *schema = schema.with_dates_in_words();
    }
    if let (Some(prompt), Some(schema)) = (prompt, schemas.last()) {
        output.instructions = match prompt {
            SchemaText::Mode => Some(schema_prompt.of_text_mode(schema)),
            SchemaText::Hidden => schema_prompt.of_hidden_schema(schema),
        };
    }
    if let Some(names) = known.tool_names {
        output.tools.iter_mut().for_each(|tool| tool.name = history::fitted(names, &tool.name).into_owned());
    }
    for mut tool in std::mem::take(&mut output.tools) {
        tool.name = unique_name(tool.name, &output.tools);
        output.tools.push(tool);
    }
    if output.choice == Choice::Auto && matches!(mode, Mode::Tools | Mode::ToolsStrict) && row.force != Force::No {
        let name = output.tools.first().map_or("", |tool| tool.name.as_str());
        output.instructions = Some(prompts::CALL_THE_TOOL.replace("{name}", name));
    }
    Ok(ResolvedMode { output, schemas, api, schema_prompt: prompt.is_some() })
}

fn base_request(mode: Mode) -> OutputRequest {
    OutputRequest {
        mode,
        tools: Vec::new(),
        own: Vec::new(),
        choice: Choice::Auto,
        format: None,
        instructions: None,
        closing: None,
    }
}

/// The parts of a request with the API's strict flag.
struct Strict {
    tools: bool,
    format: bool,
}

impl Strict {
    fn of(request: &ModeRequest, row: &Row, known: &ModelRule) -> Strict {
        if !row.strict_models.is_empty() {
            // Some models support constrained decoding, and the others refuse the flag.
            let one = Name::of(request.model).has(row.strict_models);
            return Strict { tools: one, format: one };
        }
        let here = row.strict_tools || row.strict_at.is_some_and(|ending| request.endpoint.base_url.ends_with(ending));
        // Anthropic supports both for the same models.
        let tools = here && (row.api != Api::Anthropic || known.native_schema != Some(false));
        Strict { tools, format: row.schema_strict }
    }
}

/// A name that no other tool has, because an answer is assigned by it.
pub(super) fn unique_name(name: String, tools: &[Tool]) -> String {
    let in_use = |name: &str| tools.iter().any(|tool| tool.name == name);
    let stem: String = name.chars().take(60).collect();
    let mut unique = name;
    let mut number = 1;
    while in_use(&unique) {
        number += 1;
        unique = [stem.as_str(), "_", &number.to_string()].concat();
    }
    unique
}

pub(super) fn tool(
    model: &ResponseModel,
    dialect: Dialect,
    strict: bool,
    schemas: &mut Vec<RenderedSchema>,
) -> Result<Tool, Error> {
    let parameters = add_schema(model, dialect, true, schemas)?;
    let description = model.description.clone().unwrap_or_else(|| prompts::default_description(&model.name));
    Ok(Tool { name: model.name.clone(), description, parameters, strict })
}

fn format(
    model: &ResponseModel,
    dialect: Dialect,
    strict: bool,
    schemas: &mut Vec<RenderedSchema>,
) -> Result<Format, Error> {
    let schema = add_schema(model, dialect, false, schemas)?;
    Ok(Format::Schema { name: model.name.clone(), description: model.description.clone(), schema, strict })
}

/// Renders the model's schema and returns its placeholder.
fn add_schema(
    model: &ResponseModel,
    dialect: Dialect,
    tool: bool,
    schemas: &mut Vec<RenderedSchema>,
) -> Result<Value, Error> {
    let placeholder = RenderedSchema::placeholder(schemas.len());
    schemas.push(schema::render_shared(model, dialect, tool)?);
    Ok(placeholder)
}
