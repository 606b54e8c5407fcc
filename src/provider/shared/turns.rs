//! Reads turns in OpenAI's chat form for the APIs with other forms.

use super::parts;
use crate::chat::{CallResult, ToolCall};
use crate::error::{Error, Kind};
use crate::json::skip::{space_end, value_end};
use crate::jsontext;
use crate::obj;
use crate::output::OutputRequest;
use crate::output::{Mode, prompts};
use crate::provider::registry::{Sampling, rule};
use crate::provider::thinking;
use crate::provider::{Encode, Reask};
use serde_json::{Map, Value};

/// Parameters that some models refuse with 400.
const SAMPLING: &[&str] = &["temperature", "top_p", "top_k"];

pub fn role(message: &Value) -> &str {
    message.get("role").and_then(Value::as_str).unwrap_or("user")
}

/// System (and developer) messages, and the others.
pub fn split(messages: &[Value]) -> (Vec<&Value>, Vec<&Value>) {
    messages.iter().partition(|message| matches!(role(message), "system" | "developer"))
}

/// The texts of the system prompt: the caller's, then ours.
pub fn system_texts(system: &[&Value], ours: Option<&str>) -> Vec<String> {
    let mut out: Vec<String> = system.iter().map(|m| parts::text_of(m)).filter(|text| !text.is_empty()).collect();
    out.extend(ours.map(str::to_owned));
    out
}

/// A call of an assistant turn.
pub struct Call<'a> {
    pub id: Option<&'a str>,
    pub name: &'a str,
    /// JSON text; `{}` when there is none.
    pub arguments: &'a str,
}

pub fn calls(message: &Value) -> Vec<Call<'_>> {
    let list = message.get("tool_calls").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|call| {
            let function = call.get("function")?;
            let arguments = function.get("arguments").and_then(Value::as_str).filter(|a| !a.is_empty());
            Some(Call {
                id: call.get("id").and_then(Value::as_str),
                name: function.get("name")?.as_str()?,
                arguments: arguments.unwrap_or("{}"),
            })
        })
        .collect()
}

/// The text of a result of a call. A problem quotes arguments that are not an object, because the echo cannot contain
/// them.
pub fn result(result: CallResult, call: Option<&ToolCall>) -> String {
    match call.and_then(|call| call.arguments.as_deref()) {
        Some(text) if result.is_error && !text.trim().is_empty() && !is_object(text) => {
            prompts::with_arguments(&result.text, text)
        }
        _ => result.text,
    }
}

/// Arguments as an object, for APIs that require it.
pub fn arguments_value(text: &str) -> Value {
    jsontext::from_str(text).ok().filter(Value::is_object).unwrap_or_else(|| Value::Object(Map::new()))
}

/// The id of a tool turn's call.
pub fn answered_call_id(message: &Value) -> &str {
    message.get("tool_call_id").and_then(Value::as_str).unwrap_or_default()
}

/// The tool name of a tool turn: its own, or that of the call with its id.
pub fn answered_call_name<'a>(message: &'a Value, messages: &'a [Value]) -> &'a str {
    let own = message.get("name").and_then(Value::as_str);
    let id = Some(answered_call_id(message));
    own.or_else(|| messages.iter().flat_map(calls).find(|call| call.id == id).map(|call| call.name)).unwrap_or("tool")
}

/// Whether the answer should be a call of the generated tool.
pub fn requests_tools(output: &OutputRequest) -> bool {
    matches!(output.mode, Mode::Tools | Mode::ToolsStrict | Mode::ParallelTools)
}

/// The result of a call of a failed answer by its number.
pub fn result_of(reask: &Reask, number: usize) -> CallResult {
    match reask.results.map(|results| results.get(number)) {
        Some(Some(result)) => result.clone(),
        Some(None) => CallResult { text: prompts::NO_OUTPUT.to_owned(), is_error: false },
        None => CallResult { text: prompts::tool_problem(reask.problems), is_error: true },
    }
}

/// Whether the turns after an answer contain its calls with a result for each.
pub fn has_calls(reask: &Reask) -> bool {
    reask.results.is_some() || requests_tools(reask.output)
}

/// The given request parameters; an error for sampling parameters that the model refuses.
pub fn params<'a>(input: &Encode<'a>) -> Result<Vec<(&'a str, &'a Value)>, Error> {
    let row = input.endpoint.row;
    let mut out = Vec::with_capacity(input.params.len());
    for (key, value) in input.params {
        if value.is_null() {
            continue;
        }
        if SAMPLING.contains(&key.as_str()) && sampling_refused(input) {
            return Err(not_taken(&format!("The model {}", input.model), key));
        }
        if key == "seed" && row.seed_field.is_none() {
            return Err(not_taken(row.title, key));
        }
        out.push((key.as_str(), value));
    }
    Ok(out)
}

/// The error for a parameter that the API refuses with 400.
pub fn not_taken(who: &str, key: &str) -> Error {
    Error::new(Kind::Configuration, format!("{who} does not accept `{key}`: leave it out.")).with("parameter", key)
}

/// Only for models that are known to refuse it; a gateway decides itself.
fn sampling_refused(input: &Encode) -> bool {
    let thinking = thinking::requested(input.params, input.extra);
    !input.endpoint.row.gateway
        && match rule(input.model).sampling {
            Some(Sampling::Refused) => thinking.effort != Some("none"),
            Some(Sampling::WithoutEffort) => thinking.has_effort(),
            _ => false,
        }
}

/// Whether the caller sets `tool_choice`. A choice that excludes the generated tool is an error, because its call is
/// the answer.
pub fn own_choice(input: &Encode) -> Result<bool, Error> {
    let Some(given) = input.params.get("tool_choice").filter(|given| !given.is_null()) else { return Ok(false) };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let word = given.as_str().map(str::to_ascii_lowercase).or_else(|| text(given, "type"));
    let named = text(given, "name").or_else(|| text(given.get("function")?, "name"));
    let ours = |name: &String| input.output.tools.iter().any(|tool| tool.name == *name);
    if word.as_deref() == Some("none") || named.is_some_and(|name| !ours(&name)) {
        let name = input.output.tools.first().map_or("", |tool| tool.name.as_str());
        let message = [
            "`tool_choice` must allow the tool `",
            name,
            "`, whose call is the answer. Leave it out, or use a mode without tools (JSON_SCHEMA, JSON, MD_JSON).",
        ];
        return Err(Error::new(Kind::Configuration, message.concat()).with("parameter", "tool_choice"));
    }
    Ok(true)
}

/// Whether the model thinks on this call.
pub fn thinks(input: &Encode) -> bool {
    thinking::requested(input.params, input.extra).thinks(&rule(input.model))
}

/// `stop` as a list, as the native APIs require.
pub fn stops(value: &Value) -> Value {
    match value {
        Value::String(one) => Value::Array(vec![one.clone().into()]),
        other => other.clone(),
    }
}

/// Merges the members of `more` into the object at `key`; existing values stay.
pub fn merge_into(body: &mut Map<String, Value>, key: &str, more: Map<String, Value>) {
    if more.is_empty() {
        return;
    }
    let place = body.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if let Some(place) = place.as_object_mut() {
        for (name, value) in more {
            place.entry(name).or_insert(value);
        }
    }
}

/// The list at `key`, created if it does not exist.
pub fn list<'a>(body: &'a mut Value, key: &str) -> Option<&'a mut Vec<Value>> {
    body.as_object_mut()?.entry(key).or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
}

/// Appends a turn. For APIs with alternating turns: blocks of the last turn's role are added to that turn.
pub fn push_joined(turns: &mut Vec<Value>, role: &str, key: &str, blocks: Vec<Value>) {
    if blocks.is_empty() {
        return;
    }
    let last = turns.last_mut().filter(|turn| self::role(turn) == role);
    match last.and_then(|turn| turn.get_mut(key)).and_then(Value::as_array_mut) {
        Some(last) => last.extend(blocks),
        None => {
            let mut turn = obj! { "role": role };
            turn[key] = blocks.into();
            turns.push(turn);
        }
    }
}

/// Adds the generated tools after the caller's.
pub fn add_tools(body: &mut Map<String, Value>, ours: impl Iterator<Item = Value>) {
    let mut tools = match body.shift_remove("tools") {
        Some(Value::Array(given)) => given,
        _ => Vec::new(),
    };
    tools.extend(ours);
    body.insert("tools".into(), tools.into());
}

/// Text that is a JSON object.
pub fn is_object(text: &str) -> bool {
    let bytes = text.as_bytes();
    text.trim_start().starts_with('{') && value_end(bytes, 0).is_ok_and(|end| space_end(bytes, end) == bytes.len())
}
