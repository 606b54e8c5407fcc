//! The app's own tools in a request: next to the tool or the format of the response model, which is not forced while they may be
//! called.

use super::choose::ModeRequest;
use super::names;
use super::resolve::{ResolvedMode, tool, tools_of, unique_name};
use crate::error::Error;
use crate::output::{Choice, Mode, prompts};
use crate::provider::registry::rule;
use crate::provider::shared::history;
use crate::schema::{RenderedSchema, ResponseModel};
use std::rc::Rc;

/// Adds the tools to the request. Returns their schemas.
#[inline(never)]
pub fn add_own_tools(
    request: &ModeRequest,
    models: &[Rc<ResponseModel>],
    resolved: &mut ResolvedMode,
) -> Result<Vec<RenderedSchema>, Error> {
    let row = request.endpoint.row;
    let known = rule(request.model);
    let has_tools = row.modes.iter().any(|mode| matches!(mode, Mode::Tools | Mode::ToolsStrict));
    if !has_tools || known.text_only == Some(true) && row.chat_tool_rules {
        return Err(names::without_tools(row, request.model));
    }
    if resolved.output.mode == Mode::ParallelTools {
        let message =
            "Own tools need one response model: give a union in place of several, or run the tools in separate calls.";
        return Err(Error::configuration(message).with("parameter", "tools"));
    }
    let (dialect, strict) = tools_of(request, resolved.output.mode);
    let mut schemas = Vec::new();
    let mut own = Vec::new();
    for model in models {
        let mut one = tool(model, dialect, strict, &mut schemas)?;
        // Only the response model's schemas have placeholders.
        if let Some(schema) = schemas.last() {
            one.parameters = schema.value();
        }
        if let Some(names) = known.tool_names {
            one.name = history::fitted(names, &one.name).into_owned();
        }
        one.name = unique_name(one.name, &own);
        own.push(one);
    }
    let output = &mut resolved.output;
    if let Some(answer) = output.tools.first_mut() {
        answer.name = unique_name(std::mem::take(&mut answer.name), &own);
        output.choice = match output.choice {
            Choice::Named | Choice::Required if row.required => Choice::Required,
            _ => Choice::Auto,
        };
        output.instructions = Some(prompts::CALL_THE_TOOL_LAST.replace("{name}", &answer.name));
    }
    output.own = own;
    Ok(schemas)
}
