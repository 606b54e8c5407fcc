//! A whole answer: the blocks of `output.message`.

use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::jsontext::ToText;
use crate::provider::error_body;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{scalar_text, text_at};
use serde_json::Value;

pub fn decode(row: &'static Row, body: Value) -> Result<Answer, Error> {
    if let Some(error) = error_body::in_band(row, &body) {
        return Err(error);
    }
    let Some(content) = body.pointer("/output/message/content").and_then(Value::as_array) else {
        return Err(Error::parsing("No output message in the response").with("body", body));
    };
    let mut answer = Answer::default();
    for block in content {
        if let Some(text) = scalar_text(block.get("text")) {
            answer.text.get_or_insert_default().push_str(&text);
        } else if let Some(call) = block.get("toolUse") {
            answer.tool_calls.push(ToolCall {
                id: text_at(call, &["toolUseId"]).map(str::to_owned),
                name: text_at(call, &["name"]).unwrap_or_default().to_owned(),
                arguments: call.get("input").filter(|input| !input.is_null()).map(ToText::to_text),
            });
        } else if let Some(parts) = block.pointer("/citationsContent/content").and_then(Value::as_array) {
            for part in parts {
                answer.text.get_or_insert_default().push_str(text_at(part, &["text"]).unwrap_or_default());
            }
        } else if let Some(thought) = text_at(block, &["reasoningContent", "reasoningText", "text"]) {
            answer.reasoning.get_or_insert_default().push_str(thought);
        }
    }
    let reason = body.get("stopReason").and_then(Value::as_str);
    answer.finish = finish(reason);
    answer.finish_reason = reason.map(str::to_owned);
    answer.usage = body.get("usage").filter(|usage| usage.is_object()).cloned();
    answer.raw = body;
    Ok(answer)
}

pub fn finish(reason: Option<&str>) -> Finish {
    match reason {
        None => Finish::Unknown,
        Some("end_turn" | "stop_sequence") => Finish::Stop,
        Some("max_tokens" | "model_context_window_exceeded") => Finish::Length,
        Some("tool_use") => Finish::ToolCalls,
        // After a guardrail intervened, the text is the guardrail's message, not an answer.
        Some("guardrail_intervened") => Finish::Refusal,
        Some("content_filtered") => Finish::ContentFilter,
        Some("refusal") => Finish::Refusal,
        Some(_) => Finish::Other,
    }
}
