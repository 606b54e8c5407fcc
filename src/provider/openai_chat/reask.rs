//! The turns that report the problems of an answer to the model (docs/internals/behaviour.md#reask-turns).

use super::messages;
use crate::jsontext::ToText;
use crate::obj;
use crate::output::{Mode, prompts};
use crate::provider::Reask;
use crate::provider::registry::ReaskStyle;
use crate::provider::shared::history::{self, Echoed};
use crate::provider::shared::turns;
use serde_json::{Map, Value};

/// Keys of an assistant message that APIs refuse on input, or that have only the server's annotations.
const NOT_ECHOED: &[&str] = &["refusal", "annotations", "audio", "parsed", "logprobs"];

pub fn reask(body: &mut Value, reask: &Reask) {
    let Some(list) = body.get_mut("messages").and_then(Value::as_array_mut) else { return };
    let message = reask.answer.and_then(|a| a.raw.get("choices")?.get(0)?.get("message")?.as_object());
    let tools = turns::has_calls(reask);
    let mut calls = Vec::new();
    if let Some(message) = message {
        let echo = echo(message, reask, tools, &mut calls);
        if !history::is_empty(&echo) {
            list.push(echo);
        }
    }
    let style = reask.endpoint.row.reask;
    let problem = match (tools, style) {
        (true, _) | (false, ReaskStyle::Mistral) => prompts::tool_problem(reask.problems),
        (false, ReaskStyle::Openrouter) if reask.output.mode == Mode::JsonSchema => {
            prompts::exceptions_found(reask.problems)
        }
        _ => prompts::json_problem(reask.problems),
    };
    if calls.is_empty() || style == ReaskStyle::Writer && reask.results.is_none() {
        // Writer's API has no tool turns, so a user turn reports the problem (docs/internals/behaviour.md#reask-turns).
        let content = calls.iter().fold(problem, |problem, call| call.result(problem));
        list.push(obj! { "role": "user", "content": content });
    } else {
        // Every call needs a result: without one the API responds with 400.
        for (number, call) in calls.into_iter().enumerate() {
            let content = call.result_of(turns::result_of(reask, number));
            list.push(obj! { "role": "tool", "tool_call_id": call.id, "name": call.name, "content": content });
        }
    }
    if reask.endpoint.row.turns.alternate {
        *list = messages::alternating(std::mem::take(list));
    }
}

/// The assistant turn, without nulls and the fields that are refused on input.
fn echo(message: &Map<String, Value>, reask: &Reask, tools: bool, answered: &mut Vec<Echoed>) -> Value {
    let mut out = Map::new();
    out.insert("role".into(), "assistant".into());
    // Some compatible servers refuse null content.
    let content = match message.get("content") {
        None | Some(Value::Null) => "".into(),
        Some(content @ (Value::String(_) | Value::Array(_))) => content.clone(),
        // Some servers parse text that looks like a number or an object.
        Some(parsed) => parsed.to_text().into(),
    };
    out.insert("content".into(), content);
    for (key, value) in message {
        if value.is_null() || key == "role" || key == "content" || NOT_ECHOED.contains(&key.as_str()) {
            continue;
        }
        // Without tools in the request, a call cannot have a result.
        if value.as_array().is_some_and(Vec::is_empty) || !tools && matches!(&**key, "tool_calls" | "function_call") {
            continue;
        }
        let mut value = value.clone();
        if let ("tool_calls", Some(list)) = (key.as_str(), value.as_array_mut()) {
            *answered = history::fit_calls(list, &reask.endpoint.row.turns);
        }
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}
