//! A streamed answer: every event is a whole response with the new parts; the last one has the finish reason.
//!
//! A call is one part. The parts are kept, adjacent text joined, so that the turn can be echoed.

use super::decode;
use crate::chat::{Answer, Finish};
use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{self, Accumulator, DeltaTarget};
use crate::provider::{Sink, StreamDecoder};
use crate::stream::{DEFAULT_FRAME_LIMIT, SseDecoder, SseEvent, too_large};
use serde_json::{Map, Value};
use std::borrow::Cow;

pub struct Decoder {
    sse: SseDecoder,
    state: State,
    /// The body so far if it is one JSON array, which servers without `alt=sse` send.
    array: Vec<u8>,
    begun: bool,
    stopped: bool,
}

struct State {
    accumulator: Accumulator,
    parts: Vec<Value>,
    /// The other fields of the last response.
    head: Map<String, Value>,
    /// The prompt was refused.
    blocked: bool,
}

impl Decoder {
    pub fn new(row: &'static Row) -> Self {
        let state = State { accumulator: Accumulator::new(row), parts: Vec::new(), head: Map::new(), blocked: false };
        Decoder { sse: SseDecoder::new(), state, array: Vec::new(), begun: false, stopped: false }
    }
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        if !self.array.is_empty() || (!self.begun && first == Some(&b'[')) {
            self.array.extend_from_slice(bytes);
            return if self.array.len() > DEFAULT_FRAME_LIMIT { Err(too_large(DEFAULT_FRAME_LIMIT)) } else { Ok(()) };
        }
        self.begun |= first.is_some();
        let state = &mut self.state;
        self.sse.push(bytes, &mut |event| state.event(event, sink))
    }

    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let state = &mut self.state;
        let last = self.sse.finish(&mut |event| state.event(event, sink));
        if !self.array.is_empty() {
            let Ok(Value::Array(all)) = jsontext::from_slice(&self.array) else { return Err(accumulator::cut()) };
            for body in all {
                state.response(body, sink)?;
            }
        }
        accumulator::ended(last, self.stopped || state.accumulator.finish.is_some())?;
        let mut body = std::mem::take(&mut state.head);
        let parts = std::mem::take(&mut state.parts);
        let content = obj! { "role": "model", "parts": parts };
        let candidate = obj! { "index": 0u32, "content": content, "finishReason": state.accumulator.finish };
        body.insert("candidates".into(), Value::Array(vec![candidate]));
        let finish = match state.blocked {
            true => Finish::ContentFilter,
            false => decode::finish(state.accumulator.finish.as_deref(), !state.accumulator.calls.is_empty()),
        };
        Ok(state.accumulator.answer(body.into(), finish))
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    /// The stream has no final event: the connection closes after the last one.
    fn is_done(&self) -> bool {
        false
    }
}

impl State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        if event.data.trim().is_empty() {
            return Ok(());
        }
        if event.event == "error" {
            return Err(accumulator::failed_event(self.accumulator.row, event.data));
        }
        let body: Value = jsontext::from_str(event.data)
            .map_err(|_| Error::parsing("The provider sent an event that is not JSON."))?;
        self.response(body, sink)
    }

    fn response(&mut self, mut body: Value, sink: &mut dyn Sink) -> Result<(), Error> {
        if body.get("error").is_some_and(|error| !error.is_null()) {
            return Err(accumulator::failed(self.accumulator.row, &body));
        }
        let blocked = decode::blocked(&body);
        self.blocked |= blocked.is_some();
        if let Some(reason) = blocked.or_else(|| decode::reason(&body)) {
            self.accumulator.finish = Some(reason);
        }
        if let Some(parts) = body.pointer_mut("/candidates/0/content/parts").and_then(Value::as_array_mut) {
            for part in std::mem::take(parts) {
                self.part(part, sink);
            }
        }
        if let Value::Object(mut fields) = body {
            fields.shift_remove("candidates");
            if let Some(usage) = fields.get("usageMetadata").filter(|usage| usage.is_object()) {
                self.accumulator.usage = Some(usage.clone());
            }
            if let Some(model) = fields.get("modelVersion").and_then(Value::as_str) {
                self.accumulator.model = Some(model.to_owned());
            }
            self.head.extend(fields);
        }
        sink.delta_end();
        Ok(())
    }

    fn part(&mut self, mut part: Value, sink: &mut dyn Sink) {
        if let Some(call) = part.get("functionCall") {
            let text = |key: &str| call.get(key).and_then(Value::as_str);
            self.accumulator.whole_call(text("id"), text("name").unwrap_or_default(), &decode::arguments(call), sink);
        } else if let Some(text) = accumulator::scalar_text(part.get("text")).map(Cow::into_owned) {
            // The API refuses a number when the turn is sent back.
            part["text"] = text.as_str().into();
            let text = text.as_str();
            let thought = decode::is_thought(&part);
            self.accumulator.piece(if thought { DeltaTarget::Reasoning } else { DeltaTarget::Text }, text, sink);
            // Plain text is appended to the text before it; text with a signature or another field stays a separate
            // part.
            let plain = |part: &Value| {
                part.as_object().is_some_and(|part| part.keys().all(|key| matches!(key.as_str(), "text" | "thought")))
            };
            if let Some(last) = self.parts.last_mut()
                && plain(last)
                && plain(&part)
                && decode::is_thought(last) == thought
                && let Some(Value::String(known)) = last.get_mut("text")
            {
                known.push_str(text);
                return;
            }
        }
        // Without its text and arguments, which are counted separately.
        let said = part.get("functionCall").or_else(|| part.get("text")).map_or(0, |said| said.to_text().len());
        sink.kept(part.to_text().len().saturating_sub(said));
        self.parts.push(part);
    }
}
