//! Anthropic's Messages API, at Anthropic's own address and on Vertex AI.
//!
//! [`encode`] hoists system messages, turns tool turns into blocks and forces the tool; [`decode`] reads content blocks;
//! [`stream`] sums the events of a streamed answer. Thinking blocks and their signatures are echoed as they came.
//! Sources: Anthropic's SDK and documentation of November 2026.

mod decode;
mod encode;
mod stream;

use super::registry::Key;
use super::shared::{self, turns};
use super::{Ask, Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::mode::{Mode, prompts};
use crate::obj;
use serde_json::Value;

pub struct Anthropic;

/// Vertex AI wants the version in the body and the model in the path.
fn on_vertex(endpoint: &Endpoint) -> bool {
    endpoint.row.key == Key::GoogleCloud
}

impl WireApi for Anthropic {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &Ask, stream: bool) -> String {
        let row = endpoint.row;
        shared::url(endpoint, if stream && on_vertex(endpoint) { row.stream_path } else { row.path }, model)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        encode::encode(input)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint.row, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        Box::new(stream::Decoder::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let content = raw.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(messages) = turns::list(body, "messages") else { return };
        if !matches!(reask.ask.mode, Mode::Tools | Mode::ToolsStrict | Mode::ParallelTools) {
            // Of a list the elements have been given away: there is no attempt to quote.
            let said = match reask.answer {
                None => prompts::tool_problem(reask.problems),
                Some(_) => {
                    prompts::attempt_found(reask.problems, decode::last_text(content).unwrap_or(prompts::NO_TEXT))
                }
            };
            messages.push(obj! { "role": "user", "content": said });
            return;
        }
        let echo: Vec<Value> = content.iter().filter_map(echoed).collect();
        if !echo.is_empty() {
            messages.push(obj! { "role": "assistant", "content": echo });
        }
        // Every call must be answered, and the answers come first in their turn.
        let results: Vec<Value> = content
            .iter()
            .filter(|block| block.get("type").and_then(Value::as_str) == Some("tool_use"))
            .map(|block| {
                obj! { "type": "tool_result", "tool_use_id": block.get("id"), "content": prompts::tool_problem(reask.problems), "is_error": true }
            })
            .collect();
        let content: Value = match results.is_empty() {
            true => prompts::no_tool_invoked(reask.problems).into(),
            false => results.into(),
        };
        messages.push(obj! { "role": "user", "content": content });
    }

    /// The server's own tools ran for long: the turn is sent back as it is.
    fn resume(&self, body: &mut Value, answer: &Answer) -> bool {
        if answer.finish_reason.as_deref() != Some("pause_turn") {
            return false;
        }
        let Some(messages) = turns::list(body, "messages") else { return false };
        messages.push(obj! { "role": "assistant", "content": answer.raw.get("content") });
        true
    }
}

/// A block as it may be sent back: without nulls, and no empty text, which the API refuses.
fn echoed(block: &Value) -> Option<Value> {
    let fields = block.as_object()?;
    if fields.get("type").and_then(Value::as_str) == Some("text") && fields.get("text").is_none_or(|t| t == "") {
        return None;
    }
    Some(Value::Object(fields.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()))
}
