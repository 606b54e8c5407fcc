//! Providers: one row of data each ([`registry`]), one file per wire API (an implementation of [`WireApi`]).
//!
//! Data in: an [`Endpoint`] (a row with the caller's options and keys resolved), the caller's messages in the
//! OpenAI chat shape, and an [`OutputRequest`] (what `mode` decided to ask for). Data out: a request body, and from the
//! answer's bytes an [`Answer`] in neutral words.
//!
//! Providers do not depend on attempts, retries or validation; `call` does not depend on any wire field. After a failed
//! attempt `call` passes the *native* body to [`WireApi::reask`], which appends turns that report the problems to the
//! model, so the history stays in the provider's form and nothing is translated twice.

use crate::chat::{Answer, CallResult};
use crate::error::Error;
use crate::output::OutputRequest;
use serde_json::{Map, Value};

/// A provider's row with the caller's options, keys and environment: everything that is needed to address it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub row: &'static registry::Row,
    pub model: String,
    /// No trailing slash.
    pub base_url: String,
    pub auth: auth::Auth,
    /// Headers of the row and of the caller, without the key.
    pub headers: Vec<(String, String)>,
    /// Query parameters (Azure's `api-version`).
    pub query: Vec<(String, String)>,
    /// Provider options by their camelCase public name (`organization`, `location`, `apiVersion`, …).
    pub options: Map<String, Value>,
    /// Whether this runs in a browser, where some APIs require a header.
    pub browser: bool,
}

/// Everything `encode` reads.
pub struct Encode<'a> {
    pub endpoint: &'a Endpoint,
    /// The call's model: the endpoint's, unless the call has its own.
    pub model: &'a str,
    pub output: &'a OutputRequest,
    /// The caller's messages in OpenAI's chat form (templates rendered, binary parts as data URLs).
    pub messages: &'a [Value],
    /// Request parameters. Generic names (`temperature`, `top_p`, `max_tokens`, `stop`, `seed`) are translated; every
    /// other key goes into the body unchanged.
    pub params: &'a Map<String, Value>,
    /// Fields that replace those of the finished body; encoders only read them.
    pub extra: &'a Map<String, Value>,
    pub stream: bool,
}

/// What went wrong with an attempt, for [`WireApi::reask`].
pub struct Reask<'a> {
    pub endpoint: &'a Endpoint,
    /// The call's model.
    pub model: &'a str,
    pub output: &'a OutputRequest,
    /// The answer that failed; `None` when nothing could be decoded.
    pub answer: Option<&'a Answer>,
    /// The problems as text for the model (`{E}` in docs/internals/behaviour.md#reask-turns).
    pub problems: &'a str,
    /// The result of each call of the answer, in the answer's order; `None` reports the problems as the result of every call.
    pub results: Option<&'a [CallResult]>,
}

/// Receives a stream's content as it is decoded, in order and each byte once.
pub trait Sink {
    /// A piece of the answer's text.
    fn text(&mut self, piece: &str);
    /// A tool call begins. `index` identifies it in [`Sink::arguments`].
    fn tool_start(&mut self, index: usize, id: Option<&str>, name: &str);
    /// A piece of a tool call's arguments (JSON text).
    fn arguments(&mut self, index: usize, piece: &str);
    /// One delta (event) of the provider is complete; a snapshot per delta is made here.
    fn delta_end(&mut self) {}
    /// A piece of reasoning text, if the API sends it.
    fn reasoning(&mut self, _piece: &str) {}
    /// Whether the value has all that it can have: what follows adds nothing.
    fn is_complete(&self) -> bool {
        false
    }
    /// Other bytes that are kept for the turn's echo; they count towards the answer's size.
    fn kept(&mut self, _bytes: usize) {}
}

/// A decoder for a provider's streamed answer; the body's bytes may be split anywhere.
pub trait StreamDecoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error>;
    /// The body ended. Flushes the rest and returns the sum of the events; an early end is
    /// [`Kind::IncompleteOutput`](crate::error::Kind::IncompleteOutput).
    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error>;
    /// The caller reads no further: [`StreamDecoder::finish`] returns what has arrived, as if the answer ended here.
    fn stop(&mut self);
    /// The final event has arrived (`[DONE]`, `message_stop`, …), so the connection may be closed.
    fn is_done(&self) -> bool;
}

/// One wire API. Implementations hold no state.
pub trait WireApi: Sync {
    /// The whole URL of a request.
    fn url(&self, endpoint: &Endpoint, model: &str, output: &OutputRequest, stream: bool) -> String;
    /// The request body.
    fn encode(&self, input: &Encode) -> Result<Value, Error>;
    /// Reads a whole, successful body. An error object inside a 200 is an `Err` of kind `Provider`.
    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error>;
    /// A decoder for one streamed answer.
    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder>;
    /// Whether a streamed body is lines of JSON, so that a body that starts with `{` is a stream.
    fn streams_json(&self) -> bool {
        false
    }
    /// Appends turns to the native body that report the answer's problems to the model.
    fn reask(&self, body: &mut Value, reask: &Reask);
    /// Appends the turns with which the model continues after a pause; `false` if the answer is not a pause.
    fn resume(&self, _body: &mut Value, _answer: &Answer) -> bool {
        false
    }
    /// `(code, message)` from an error body, if this API has its own shape; see [`error_body`] for the shared ones.
    fn error_text(&self, _body: &Value) -> Option<(Option<String>, String)> {
        None
    }
}

pub mod address;
pub mod anthropic;
pub mod auth;
pub mod bedrock;
pub mod cohere;
pub mod endpoint;
mod env;
pub mod error_body;
pub mod gemini;
pub mod ollama_native;
pub mod openai_chat;
pub mod openai_responses;
pub mod registry;
pub mod shared;
pub mod thinking;
pub mod wire;
pub mod workers_ai;
