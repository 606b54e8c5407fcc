//! OpenAI's Responses API: `input` items instead of messages, flat tools, `text.format`, named events.
//!
//! [`encode`] writes the request, [`decode`] reads a whole answer, [`stream`] a streamed one. Built-in tools and
//! `previous_response_id` pass unchanged. The wire format and its source:
//! docs/internals/wire-formats.md#openai-responses.

mod decode;
mod encode;
mod stream;

use super::shared::sse;
use super::shared::{turns, with_query};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::output::OutputRequest;
use crate::output::prompts;
use serde_json::Value;

pub struct OpenaiResponses;

impl WireApi for OpenaiResponses {
    fn url(&self, endpoint: &Endpoint, _model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        // Azure's classic form has deployments in the path; this API's path does not include them.
        let base = endpoint.base_url.split("/deployments/").next().unwrap_or_default();
        with_query(format!("{base}/responses"), endpoint)
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

    /// The failed call is quoted instead of echoed, because an echo requires its reasoning item.
    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let Some(input) = turns::list(body, "input") else { return };
        let mut told = false;
        for item in decode::calls(raw) {
            let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
            let problem = match text("arguments") {
                "" | "{}" => prompts::empty_arguments(reask.problems),
                _ => prompts::tool_problem(reask.problems),
            };
            let id = if text("id").is_empty() { text("call_id") } else { text("id") };
            let content = prompts::with_call(&problem, text("arguments"), text("name"), id);
            input.push(obj! { "role": "user", "content": content });
            told = true;
        }
        if !told {
            input.push(obj! { "role": "user", "content": prompts::tool_problem(reask.problems) });
        }
    }
}
