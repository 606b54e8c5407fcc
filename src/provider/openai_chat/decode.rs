//! A whole answer.

use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::jsontext::ToText;
use crate::provider::shared::accumulator::scalar_text;
use crate::provider::{Endpoint, error_body};
use serde_json::Value;
use std::borrow::Cow;

pub fn decode(endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
    if let Some(error) = error_body::in_band(endpoint.row, &body) {
        return Err(error);
    }
    let Some(choice) = body.get("choices").and_then(Value::as_array).and_then(|list| list.first()) else {
        return Err(Error::parsing("No choices in OpenAI response").with("body", body));
    };
    // Some gateways (OpenRouter) put the error into the choice.
    if let Some(error) = error_body::in_band(endpoint.row, choice) {
        return Err(error);
    }
    let empty = Value::Null;
    let message = choice.get("message").unwrap_or(&empty);
    let finish_reason = choice.get("finish_reason").and_then(Value::as_str).filter(|reason| !reason.is_empty());
    let (text, thought) = message_content(message.get("content"));
    let reasoning = ["reasoning_content", "reasoning"]
        .iter()
        .find_map(|key| message.get(*key).and_then(Value::as_str))
        .map(str::to_owned)
        .or(thought);
    Ok(Answer {
        text,
        reasoning,
        tool_calls: tool_calls(message),
        refusal: message.get("refusal").and_then(Value::as_str).filter(|r| !r.is_empty()).map(str::to_owned),
        finish: finish(finish_reason),
        finish_reason: finish_reason.map(str::to_owned),
        usage: body.get("usage").filter(|u| u.is_object()).cloned(),
        model: body.get("model").and_then(Value::as_str).map(str::to_owned),
        raw: body,
    })
}

/// The text and the thinking of a string or of a list of chunks (Mistral).
pub fn message_content(content: Option<&Value>) -> (Option<String>, Option<String>) {
    match content {
        Some(Value::Array(parts)) => {
            let mut text = String::new();
            let mut thought = String::new();
            for part in parts {
                match part.get("type").and_then(Value::as_str) {
                    Some("thinking") => {
                        for piece in part.get("thinking").and_then(Value::as_array).into_iter().flatten() {
                            thought.push_str(piece.get("text").and_then(Value::as_str).unwrap_or_default());
                        }
                    }
                    _ => text.push_str(&scalar_text(part.get("text")).unwrap_or_default()),
                }
            }
            (Some(text), (!thought.is_empty()).then_some(thought))
        }
        other => (scalar_text(other).map(Cow::into_owned), None),
    }
}

fn tool_calls(message: &Value) -> Vec<ToolCall> {
    let call = |id: Option<&Value>, function: &Value| ToolCall {
        id: id.and_then(Value::as_str).map(str::to_owned),
        name: function.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
        arguments: match function.get("arguments") {
            Some(Value::String(text)) => Some(text.clone()),
            None | Some(Value::Null) => None,
            Some(other) => Some(other.to_text()),
        },
    };
    let mut calls: Vec<ToolCall> = Vec::new();
    for one in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        if let Some(function) = one.get("function") {
            calls.push(call(one.get("id"), function));
        }
    }
    // The legacy form before tools.
    if calls.is_empty()
        && let Some(function) = message.get("function_call").filter(|f| f.is_object())
    {
        let call = call(None, function);
        // Some gateways send empty fields.
        if !call.name.is_empty() {
            calls.push(call);
        }
    }
    calls
}

/// The finish reasons of servers with this API, and those that gateways pass on from other APIs; case-insensitive.
const FINISH: &[(&str, Finish)] = &[
    ("stop", Finish::Stop),
    ("eos", Finish::Stop),
    ("end_turn", Finish::Stop),
    ("stop_sequence", Finish::Stop),
    ("length", Finish::Length),
    ("max_tokens", Finish::Length),
    ("model_length", Finish::Length),
    ("model_context_window_exceeded", Finish::Length),
    ("tool_calls", Finish::ToolCalls),
    ("function_call", Finish::ToolCalls),
    ("content_filter", Finish::ContentFilter),
    ("sensitive", Finish::ContentFilter),
    ("safety", Finish::ContentFilter),
    ("recitation", Finish::ContentFilter),
    ("prohibited_content", Finish::ContentFilter),
    ("refusal", Finish::Refusal),
    ("error", Finish::Failed),
    ("abort", Finish::Failed),
    ("network_error", Finish::Failed),
    ("server_error", Finish::Failed),
    ("insufficient_system_resource", Finish::Failed),
];

pub fn finish(reason: Option<&str>) -> Finish {
    let Some(reason) = reason else { return Finish::Unknown };
    FINISH.iter().find(|(name, _)| name.eq_ignore_ascii_case(reason)).map_or(Finish::Other, |(_, finish)| *finish)
}
