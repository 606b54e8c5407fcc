//! A whole answer: content blocks in order.

use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::jsontext::ToText;
use crate::provider::error_body;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::scalar_text;
use serde_json::Value;

pub fn decode(row: &'static Row, body: Value) -> Result<Answer, Error> {
    if let Some(error) = error_body::in_band(row, &body) {
        return Err(error);
    }
    let Some(content) = body.get("content").and_then(Value::as_array) else {
        return Err(Error::parsing("No content in the response").with("body", body));
    };
    let mut answer = Answer::default();
    for block in content {
        let text = |key: &str| block.get(key).and_then(Value::as_str);
        match text("type") {
            Some("text") => {
                answer.text.get_or_insert_default().push_str(&scalar_text(block.get("text")).unwrap_or_default())
            }
            Some("thinking") => {
                answer.reasoning.get_or_insert_default().push_str(text("thinking").unwrap_or_default());
            }
            Some("tool_use") => answer.tool_calls.push(ToolCall {
                id: text("id").map(str::to_owned),
                name: text("name").unwrap_or_default().to_owned(),
                arguments: block.get("input").filter(|input| !input.is_null()).map(ToText::to_text),
            }),
            _ => {}
        }
    }
    let reason = body.get("stop_reason").and_then(Value::as_str);
    answer.finish = finish(reason);
    answer.refusal = refusal(reason, body.get("stop_details"), answer.text.as_deref());
    answer.finish_reason = reason.map(str::to_owned);
    answer.usage = body.get("usage").filter(|usage| usage.is_object()).cloned();
    answer.model = body.get("model").and_then(Value::as_str).map(str::to_owned);
    answer.raw = body;
    Ok(answer)
}

/// The text of the refusal, or the text before it.
pub fn refusal(reason: Option<&str>, details: Option<&Value>, text: Option<&str>) -> Option<String> {
    if reason != Some("refusal") {
        return None;
    }
    let explained = details.and_then(|details| details.get("explanation")).and_then(Value::as_str);
    explained.or(text.filter(|text| !text.is_empty())).map(str::to_owned)
}

pub fn last_text(content: &[Value]) -> Option<&str> {
    content
        .iter()
        .rev()
        .find(|block| block.get("type").and_then(Value::as_str) == Some("text"))
        .and_then(|block| block.get("text")?.as_str())
}

pub fn finish(reason: Option<&str>) -> Finish {
    match reason {
        None => Finish::Unknown,
        Some("end_turn" | "stop_sequence") => Finish::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("tool_use") => Finish::ToolCalls,
        Some("refusal") => Finish::Refusal,
        Some(_) => Finish::Other,
    }
}
