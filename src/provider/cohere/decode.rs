//! A whole answer.

use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::provider::error_body;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::scalar_text;
use serde_json::Value;
use std::borrow::Cow;

pub fn decode(row: &'static Row, body: Value) -> Result<Answer, Error> {
    if let Some(error) = error_body::in_band(row, &body) {
        return Err(error);
    }
    let Some(message) = body.get("message").filter(|message| message.is_object()) else {
        return Err(Error::parsing("No message in the response").with("body", body));
    };
    let mut answer = Answer::default();
    match message.get("content") {
        content if scalar_text(content).is_some() => answer.text = scalar_text(content).map(Cow::into_owned),
        content => {
            for item in content.and_then(Value::as_array).into_iter().flatten() {
                let text = |key: &str| item.get(key).and_then(Value::as_str);
                match text("type") {
                    Some("thinking") => {
                        answer.reasoning.get_or_insert_default().push_str(text("thinking").unwrap_or_default());
                    }
                    _ => {
                        answer.text.get_or_insert_default().push_str(&scalar_text(item.get("text")).unwrap_or_default())
                    }
                }
            }
        }
    }
    if let Some(plan) = message.get("tool_plan").and_then(Value::as_str) {
        answer.reasoning.get_or_insert_default().push_str(plan);
    }
    for call in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten() {
        let function = call.get("function").unwrap_or(call);
        answer.tool_calls.push(ToolCall {
            id: call.get("id").and_then(Value::as_str).map(str::to_owned),
            name: function.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            arguments: scalar_text(function.get("arguments")).as_deref().map(arguments),
        });
    }
    let reason = body.get("finish_reason").and_then(Value::as_str);
    answer.finish = finish(reason);
    answer.finish_reason = reason.map(str::to_owned);
    answer.usage = body.get("usage").filter(|usage| usage.is_object()).cloned();
    answer.model = body.get("model").and_then(Value::as_str).map(str::to_owned);
    answer.raw = body;
    Ok(answer)
}

/// The arguments of a call without parameters are the text `null`.
fn arguments(text: &str) -> String {
    if matches!(text, "null" | "") { "{}".to_owned() } else { text.to_owned() }
}

pub fn finish(reason: Option<&str>) -> Finish {
    match reason {
        None => Finish::Unknown,
        Some("COMPLETE" | "STOP_SEQUENCE") => Finish::Stop,
        Some("MAX_TOKENS") => Finish::Length,
        Some("TOOL_CALL") => Finish::ToolCalls,
        Some("ERROR_TOXIC") => Finish::ContentFilter,
        Some("ERROR" | "TIMEOUT") => Finish::Failed,
        Some(_) => Finish::Other,
    }
}
