//! OpenAI's chat completions, and the servers that implement this API.
//!
//! [`encode`] writes the request (differences between providers are in the registry's rows), [`decode`] reads a whole
//! answer, [`stream`] a streamed one, [`messages`] places prompts and translates parts. The wire format and its
//! sources: docs/internals/wire-formats.md#openai-chat-completions.

mod decode;
mod encode;
pub mod messages;
mod reask;
mod stream;

use super::shared::sse;
use super::shared::with_query;
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::output::OutputRequest;
use serde_json::Value;

pub struct OpenaiChat;

impl WireApi for OpenaiChat {
    fn url(&self, endpoint: &Endpoint, _model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        with_query([&endpoint.base_url, endpoint.row.path].concat(), endpoint)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        encode::encode(input)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        sse::decoder(stream::State::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        reask::reask(body, reask);
    }
}
