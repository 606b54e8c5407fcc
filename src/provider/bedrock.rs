//! AWS Bedrock's Converse API, and ConverseStream in AWS's binary framing.
//!
//! [`encode`] builds blocks, inferenceConfig and toolConfig; [`decode`] reads a whole answer, [`stream`] a streamed
//! one. Requests are signed in [`auth::sigv4`](super::auth::sigv4) when they are sent, or carry a bearer key. The wire
//! format and its source: docs/internals/wire-formats.md#bedrock-converse.

mod decode;
mod encode;
mod stream;

use super::registry::rule;
use super::shared::accumulator::text_at;
use super::shared::{self, history, turns};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::output::OutputRequest;
use crate::output::prompts;
use serde_json::{Map, Value};

pub struct Bedrock;

impl WireApi for Bedrock {
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
        Box::new(stream::Decoder::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let message = raw.pointer("/output/message").filter(|message| message.is_object());
        let Some(messages) = turns::list(body, "messages") else { return };
        let tools = turns::has_calls(reask);
        let rules = &reask.endpoint.row.turns;
        let mut ids = history::Ids::echoed(rules.ids);
        let mut results = Vec::new();
        let mut calls = 0;
        let content = message.and_then(|message| message.get("content")?.as_array()).cloned().unwrap_or_default();
        let mut echo = Vec::with_capacity(content.len());
        for mut block in content {
            // The results of the server's tools are in the same turn.
            let served = text_at(&block, &["toolUse", "type"]) == Some("server_tool_use");
            if let Some(call) = block.get_mut("toolUse").filter(|_| !served) {
                // Without tools in the request, a call cannot have a result.
                let Some(call) = call.as_object_mut().filter(|_| tools) else { continue };
                let id = ids.call(call.get("toolUseId").and_then(Value::as_str));
                let name = call.get("name").and_then(Value::as_str).unwrap_or_default();
                let name = history::fitted(rules.names, name).into_owned();
                call.insert("toolUseId".into(), id.as_str().into());
                call.insert("name".into(), name.into());
                if !call.get("input").is_some_and(Value::is_object) {
                    call.insert("input".into(), Value::Object(Map::new()));
                }
                let answered = reask.answer.and_then(|answer| answer.tool_calls.get(calls));
                let said = turns::result_of(reask, calls);
                let is_error = said.is_error;
                let said = Value::Array(vec![obj! { "text": turns::result(said, answered) }]);
                let mut result = obj! { "toolUseId": id, "content": said };
                if is_error && rule(reask.model).result_status != Some(false) {
                    result["status"] = "error".into();
                }
                results.push(obj! { "toolResult": result });
            }
            calls += usize::from(block.get("toolUse").is_some());
            // The API refuses blank text.
            if text_at(&block, &["text"]).is_none_or(|text| !text.trim().is_empty()) {
                echo.push(block);
            }
        }
        // Thinking alone is not a turn.
        if echo.iter().any(|block| block.get("reasoningContent").is_none()) {
            turns::push_joined(messages, "assistant", "content", echo);
        }
        let content = match (tools, results.is_empty()) {
            (true, false) => results,
            (true, true) => vec![obj! { "text": prompts::no_tool_invoked(reask.problems) }],
            (false, _) => vec![obj! { "text": prompts::json_problem(reask.problems) }],
        };
        turns::push_joined(messages, "user", "content", content);
    }
}
