//! The turns that tell the model what was wrong (instructor-behaviour.md section 3).

use crate::mode::{Mode, prompts};
use crate::obj;
use crate::provider::Reask;
use crate::provider::registry::ReaskStyle;
use serde_json::{Map, Value};

/// Keys of an assistant message that APIs refuse on input, or that only ever carry the server's own notes.
const NOT_ECHOED: &[&str] = &["refusal", "annotations", "audio", "parsed", "logprobs"];

pub fn reask(body: &mut Value, reask: &Reask) {
    let Some(messages) = body.get_mut("messages").and_then(Value::as_array_mut) else { return };
    let message = reask.answer.and_then(|a| a.raw.get("choices")?.get(0)?.get("message")?.as_object());
    let ids: Vec<(Value, Value)> = message.map(calls).unwrap_or_default();
    if let Some(message) = message {
        messages.push(echo(message));
    }
    let tools = matches!(reask.ask.mode, Mode::Tools | Mode::ToolsStrict | Mode::ParallelTools);
    let user = |content: String| obj! { "role": "user", "content": content };
    let style = reask.endpoint.row.reask;
    if !tools {
        let text = match (style, reask.ask.mode) {
            (ReaskStyle::Mistral, _) => prompts::tool_problem(reask.problems),
            (ReaskStyle::Openrouter, Mode::JsonSchema) => prompts::exceptions_found(reask.problems),
            _ => prompts::json_problem(reask.problems),
        };
        messages.push(user(text));
    } else if ids.is_empty() || style == ReaskStyle::Writer {
        // Writer takes no tool turns; the problem is told as a user turn (instructor-behaviour.md section 3).
        messages.push(user(prompts::tool_problem(reask.problems)));
    } else {
        // Every call must be answered: a missing one is a 400.
        for (id, name) in ids {
            let content = prompts::tool_problem(reask.problems);
            messages.push(obj! { "role": "tool", "tool_call_id": id, "name": name, "content": content });
        }
    }
}

/// Id and name of each call.
fn calls(message: &Map<String, Value>) -> Vec<(Value, Value)> {
    let list = message.get("tool_calls").and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(|call| Some((call.get("id")?.clone(), call.get("function")?.get("name")?.clone())))
        .collect()
}

/// The assistant turn as it came, less nulls and what is refused on input.
fn echo(message: &Map<String, Value>) -> Value {
    let mut out = Map::new();
    out.insert("role".into(), "assistant".into());
    // Null content is refused by some compatible servers.
    out.insert("content".into(), message.get("content").filter(|c| !c.is_null()).cloned().unwrap_or_else(|| "".into()));
    for (key, value) in message {
        if value.is_null() || key == "role" || key == "content" || NOT_ECHOED.contains(&key.as_str()) {
            continue;
        }
        if value.as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let mut value = value.clone();
        if key == "tool_calls"
            && let Some(list) = value.as_array_mut()
        {
            for call in list.iter_mut().filter_map(Value::as_object_mut) {
                call.shift_remove("index");
            }
        }
        out.insert(key.clone(), value);
    }
    Value::Object(out)
}
