//! Anthropic's Messages API, with Anthropic's address and on Vertex AI.
//!
//! [`encode`] moves system messages into `system`, converts tool turns to blocks and forces the tool; [`decode`] reads
//! content blocks; [`stream`] sums the events of a streamed answer. Thinking blocks and their signatures are echoed
//! unchanged. The wire format and its source: docs/internals/wire-formats.md#anthropic-messages.

mod decode;
mod encode;
mod stream;

use super::shared::sse;
use super::shared::{self, accumulator, history, turns};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::output::OutputRequest;
use crate::output::prompts;
use serde_json::{Map, Value};

pub struct Anthropic;

impl WireApi for Anthropic {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &OutputRequest, stream: bool) -> String {
        let row = endpoint.row;
        shared::url(endpoint, row.stream_path.filter(|_| stream).unwrap_or(row.path), model)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        encode::encode(input)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint.row, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        sse::decoder(stream::State::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let content = raw.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let Some(messages) = turns::list(body, "messages") else { return };
        if !turns::has_calls(reask) {
            // The elements of a list are delivered already, so no attempt is quoted.
            let said = match reask.answer {
                None => prompts::tool_problem(reask.problems),
                Some(_) => {
                    let text = decode::last_text(content).filter(|text| !text.trim().is_empty());
                    prompts::attempt_found(reask.problems, text.unwrap_or(prompts::NO_TEXT))
                }
            };
            messages.push(obj! { "role": "user", "content": said });
            return;
        }
        let mut echo: Vec<Value> = content.iter().filter_map(echoed).collect();
        // The API refuses a turn that ends with thinking.
        while echo.last().is_some_and(|block| matches!(kind(block), "thinking" | "redacted_thinking")) {
            echo.pop();
        }
        // Every call needs a result, and the results come first in their turn.
        let mut results = Vec::new();
        let rules = &reask.endpoint.row.turns;
        let mut ids = history::Ids::echoed(rules.ids);
        for block in echo.iter_mut().filter(|block| kind(block) == "tool_use") {
            let id = ids.call(accumulator::text_at(block, &["id"]));
            let name =
                history::fitted(rules.names, accumulator::text_at(block, &["name"]).unwrap_or_default()).into_owned();
            block["id"] = id.as_str().into();
            block["name"] = name.into();
            if !block.get("input").is_some_and(Value::is_object) {
                block["input"] = Value::Object(Map::new());
            }
            let call = reask.answer.and_then(|answer| answer.tool_calls.get(results.len()));
            let result = turns::result_of(reask, results.len());
            let mut out = obj! { "type": "tool_result", "tool_use_id": id };
            let is_error = result.is_error;
            out["content"] = turns::result(result, call).into();
            if is_error {
                out["is_error"] = true.into();
            }
            results.push(out);
        }
        if !echo.is_empty() {
            messages.push(obj! { "role": "assistant", "content": echo });
        }
        let content: Value = match results.is_empty() {
            true => prompts::no_tool_invoked(reask.problems).into(),
            false => results.into(),
        };
        messages.push(obj! { "role": "user", "content": content });
    }

    /// The server's tools ran for long, or the server shortened the conversation: the turn is sent back unchanged.
    fn resume(&self, body: &mut Value, answer: &Answer) -> bool {
        if !matches!(answer.finish_reason.as_deref(), Some("pause_turn" | "compaction")) {
            return false;
        }
        let Some(messages) = turns::list(body, "messages") else { return false };
        messages.push(obj! { "role": "assistant", "content": answer.raw.get("content") });
        true
    }
}

fn kind(block: &Value) -> &str {
    accumulator::text_at(block, &["type"]).unwrap_or_default()
}

/// A block that can be sent back: without nulls and blank text, which the API refuses.
fn echoed(block: &Value) -> Option<Value> {
    let fields = block.as_object()?;
    if kind(block) == "text" && accumulator::text_at(block, &["text"]).is_none_or(|text| text.trim().is_empty()) {
        return None;
    }
    Some(Value::Object(fields.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), v.clone())).collect()))
}
