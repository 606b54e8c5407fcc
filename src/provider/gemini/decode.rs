//! A whole answer: the first candidate's parts.

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
    let blocked = blocked(&body);
    if candidate(&body).is_none() && blocked.is_none() {
        return Err(Error::parsing("No candidates in the response").with("body", body));
    }
    let mut answer = Answer::default();
    for part in content(&body).and_then(|content| content.get("parts")?.as_array()).into_iter().flatten() {
        if let Some(call) = part.get("functionCall") {
            answer.tool_calls.push(ToolCall {
                id: call.get("id").and_then(Value::as_str).map(str::to_owned),
                name: call.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
                arguments: Some(arguments(call)),
            });
        } else if let Some(text) = scalar_text(part.get("text")) {
            let place = if is_thought(part) { &mut answer.reasoning } else { &mut answer.text };
            place.get_or_insert_default().push_str(&text);
        }
    }
    answer.finish = match blocked {
        Some(_) => Finish::ContentFilter,
        None => finish(reason(&body).as_deref(), !answer.tool_calls.is_empty()),
    };
    answer.finish_reason = blocked.or_else(|| reason(&body));
    answer.usage = body.get("usageMetadata").filter(|usage| usage.is_object()).cloned();
    answer.model = body.get("modelVersion").and_then(Value::as_str).map(str::to_owned);
    answer.raw = body;
    Ok(answer)
}

pub fn candidate(body: &Value) -> Option<&Value> {
    body.get("candidates")?.as_array()?.first()
}

pub fn content(body: &Value) -> Option<&Value> {
    candidate(body)?.get("content")
}

pub fn is_thought(part: &Value) -> bool {
    part.get("thought").and_then(Value::as_bool) == Some(true)
}

/// A call's arguments as JSON text; a call without any has `{}`.
pub fn arguments(call: &Value) -> String {
    call.get("args").filter(|args| args.is_object()).map_or_else(|| "{}".to_owned(), ToText::to_text)
}

/// Why the API refused the prompt.
pub fn blocked(body: &Value) -> Option<String> {
    Some(body.get("promptFeedback")?.get("blockReason")?.as_str()?.to_owned())
}

/// The first candidate's finish reason; a number if the caller requested numbers.
pub fn reason(body: &Value) -> Option<String> {
    match candidate(body)?.get("finishReason")? {
        Value::String(reason) => Some(reason.clone()),
        Value::Number(reason) => Some(reason.to_text()),
        _ => None,
    }
}

pub fn finish(reason: Option<&str>, calls: bool) -> Finish {
    match reason {
        None => Finish::Unknown,
        Some("STOP" | "1") if calls => Finish::ToolCalls,
        Some("STOP" | "1") => Finish::Stop,
        // A limit per request, after which the caller requests more.
        Some("MAX_TOKENS" | "2" | "CONTINUATION") => Finish::Length,
        Some(
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" | "FINISH_REASON_UNSPECIFIED",
        ) => Finish::Other,
        // SAFETY, RECITATION, BLOCKLIST, PROHIBITED_CONTENT, SPII, IMAGE_SAFETY, MODEL_ARMOR …
        Some("SAFETY" | "RECITATION" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" | "MODEL_ARMOR" | "JAILBREAK") => {
            Finish::ContentFilter
        }
        Some(reason) if reason.starts_with("IMAGE_") => Finish::ContentFilter,
        Some(_) => Finish::Other,
    }
}
