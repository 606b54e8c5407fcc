//! A whole answer: the `output` items in order.

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
    let Some(output) = body.get("output").and_then(Value::as_array) else {
        return Err(Error::parsing("No output in the response").with("body", body));
    };
    let mut answer = Answer::default();
    let mut commentary = Answer::default();
    for item in output {
        let text = |key: &str| item.get(key).and_then(Value::as_str);
        match text("type") {
            Some("message") => {
                let answer = if is_commentary(item) { &mut commentary } else { &mut answer };
                for part in item.get("content").and_then(Value::as_array).into_iter().flatten() {
                    let get = |key: &str| part.get(key).and_then(Value::as_str).unwrap_or_default();
                    match get("type") {
                        "refusal" => answer.refusal.get_or_insert_default().push_str(get("refusal")),
                        _ => answer
                            .text
                            .get_or_insert_default()
                            .push_str(&scalar_text(part.get("text")).unwrap_or_default()),
                    }
                }
            }
            Some("reasoning") => {
                for key in ["summary", "content"] {
                    for part in item.get(key).and_then(Value::as_array).into_iter().flatten() {
                        let piece = part.get("text").and_then(Value::as_str).unwrap_or_default();
                        answer.reasoning.get_or_insert_default().push_str(piece);
                    }
                }
            }
            Some("function_call") => answer.tool_calls.push(ToolCall {
                id: text("call_id").or_else(|| text("id")).map(str::to_owned),
                name: text("name").unwrap_or_default().to_owned(),
                arguments: scalar_text(item.get("arguments")).map(Cow::into_owned),
            }),
            _ => {}
        }
    }
    // Commentary is the text only if there is no other text.
    match commentary.text {
        Some(remarks) if answer.text.is_some() || !answer.tool_calls.is_empty() => {
            answer.reasoning.get_or_insert_default().push_str(&remarks);
        }
        remarks => answer.text = answer.text.or(remarks),
    }
    answer.refusal = answer.refusal.or(commentary.refusal);
    answer.finish = finish(&body, !answer.tool_calls.is_empty());
    answer.finish_reason = reason(&body);
    answer.usage = body.get("usage").filter(|usage| usage.is_object()).cloned();
    answer.model = body.get("model").and_then(Value::as_str).map(str::to_owned);
    answer.raw = body;
    Ok(answer)
}

/// A message before the answer (commentary).
pub fn is_commentary(item: &Value) -> bool {
    item.get("phase").and_then(Value::as_str) == Some("commentary")
}

/// The calls among the output items.
pub fn calls(body: &Value) -> impl Iterator<Item = &Value> {
    let output = body.get("output").and_then(Value::as_array);
    output.into_iter().flatten().filter(|item| item.get("type").and_then(Value::as_str) == Some("function_call"))
}

fn incomplete(body: &Value) -> Option<&str> {
    body.get("incomplete_details")?.get("reason")?.as_str()
}

/// The reason of an incomplete answer is more specific than its status.
pub fn reason(body: &Value) -> Option<String> {
    incomplete(body).or_else(|| body.get("status")?.as_str()).map(str::to_owned)
}

pub fn finish(body: &Value, calls: bool) -> Finish {
    match body.get("status").and_then(Value::as_str) {
        Some("completed") if calls => Finish::ToolCalls,
        Some("completed") => Finish::Stop,
        Some("incomplete") => match incomplete(body) {
            Some("content_filter") => Finish::ContentFilter,
            Some("max_output_tokens") | None => Finish::Length,
            Some(_) => Finish::Incomplete,
        },
        Some("failed") => Finish::Failed,
        // A background response that is not complete yet, or was cancelled.
        Some("cancelled" | "queued" | "in_progress") => Finish::Unfinished,
        Some(_) => Finish::Other,
        None => Finish::Unknown,
    }
}
