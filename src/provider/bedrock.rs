//! AWS Bedrock's Converse API, and ConverseStream in AWS's binary framing.
//!
//! [`encode`] makes blocks, inferenceConfig and toolConfig; [`decode`] reads a whole answer, [`stream`] a streamed one.
//! Requests are signed in [`auth::sigv4`](super::auth::sigv4) when they are sent, or carry a bearer key.
//! Sources: @aws-sdk/client-bedrock-runtime 3.1162, AWS's documentation.

mod decode;
mod encode;
mod stream;

use super::shared::{self, turns};
use super::{Ask, Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::mode::{Mode, prompts};
use crate::obj;
use serde_json::Value;

pub struct Bedrock;

impl WireApi for Bedrock {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &Ask, stream: bool) -> String {
        let row = endpoint.row;
        shared::url(endpoint, if stream { row.stream_path } else { row.path }, model)
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
        let mut results = Vec::new();
        if let Some(message) = message {
            let mut echo = message.clone();
            if let Some(content) = echo.get_mut("content").and_then(Value::as_array_mut) {
                // The API refuses blank text.
                content.retain(|block| block.get("text").and_then(Value::as_str).is_none_or(|t| !t.trim().is_empty()));
                for call in content.iter().filter_map(|block| block.get("toolUse")) {
                    results.push(obj! { "toolResult": obj! { "toolUseId": call.get("toolUseId"), "content": Value::Array(vec![obj! { "text": prompts::tool_problem(reask.problems) }]), "status": "error" } });
                }
                if !content.is_empty() {
                    messages.push(echo);
                }
            }
        }
        let tools = matches!(reask.ask.mode, Mode::Tools | Mode::ToolsStrict | Mode::ParallelTools);
        let content: Value = match (tools, results.is_empty()) {
            (true, false) => results.into(),
            (true, true) => Value::Array(vec![obj! { "text": prompts::no_tool_invoked(reask.problems) }]),
            (false, _) => Value::Array(vec![obj! { "text": prompts::json_problem(reask.problems) }]),
        };
        messages.push(obj! { "role": "user", "content": content });
    }
}
