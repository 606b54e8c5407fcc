//! A streamed answer: `data:` events with chunks, then `[DONE]` (some providers omit it).
//!
//! The hot path reads one string of each event ([`DeltaTemplate`](crate::json::extract::DeltaTemplate)); every other event is read
//! field by field, and unknown fields are kept for the turn's echo ([`merge`]). Usage may come in a separate chunk,
//! after the finish reason, or in `x_groq`.

mod delta;
mod read;

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::provider::Sink;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{Accumulator, DeltaTarget, failed, failed_event};
use crate::provider::shared::merge;
use crate::provider::shared::sse::Events;
use crate::stream::SseEvent;
use delta::Delta;
use serde_json::{Map, Value};

pub struct State {
    accumulator: Accumulator,
    /// Fields of this API for each call of the sum.
    calls: Vec<CallState>,
    /// The field with the reasoning, which the echo uses too.
    reasoning_key: &'static str,
    /// The content in chunks, if it came in this form, and the length of the text that they include.
    chunks: Vec<Value>,
    chunked: usize,
    /// Other fields of the message.
    more: Map<String, Value>,
}

#[derive(Default)]
struct CallState {
    /// The server's index, which may skip numbers.
    index: usize,
    /// The call has a name and was passed to the sink.
    started: bool,
    more: Map<String, Value>,
}

impl State {
    pub fn new(row: &'static Row) -> Self {
        State {
            accumulator: Accumulator::new(row),
            calls: Vec::new(),
            reasoning_key: "",
            chunks: Vec::new(),
            chunked: 0,
            more: Map::new(),
        }
    }
}

impl Events for State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.accumulator.done || data.is_empty() {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            self.accumulator.done = true;
            return Ok(());
        }
        if self.accumulator.repeated(data, sink) {
            return Ok(());
        }
        if event.event == "error" {
            return Err(failed_event(self.accumulator.row, data));
        }
        let mut delta = Delta { origin: data.as_ptr() as usize, ..Delta::default() };
        self.read(data, &mut delta)?;
        if let Some(error) = delta.error.take().filter(|e| !e.is_null()) {
            return Err(failed(self.accumulator.row, &obj! { "error": error }));
        }
        match delta.only.take() {
            Some((target, range)) if delta.strings == 1 && delta.finish.is_none() && self.has(target) => {
                self.accumulator.template.learn(data, range.clone());
                self.accumulator.raw(target, data.get(range).unwrap_or_default(), sink);
            }
            _ => {
                self.accumulator.template.forget();
                self.accumulator.end_half(sink);
                self.apply(delta, sink);
            }
        }
        sink.delta_end();
        Ok(())
    }

    fn handle_known_event(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> usize {
        if self.accumulator.done {
            return 0;
        }
        let Some((raw, length)) = self.accumulator.template.matches_event(bytes) else { return 0 };
        self.accumulator.repetition(raw, sink);
        length
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    /// The body of the non-streamed form, built from the events.
    fn answer(&mut self, _sink: &mut dyn Sink) -> Answer {
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        let content = if self.chunks.is_empty() {
            self.accumulator.text.clone().map_or(Value::Null, Value::String)
        } else {
            self.chunk_text();
            std::mem::take(&mut self.chunks).into()
        };
        message.insert("content".into(), content);
        if !self.reasoning_key.is_empty() {
            message.insert(self.reasoning_key.into(), self.accumulator.reasoning.clone().into());
        }
        message.extend(std::mem::take(&mut self.more));
        if !self.accumulator.refusal.is_empty() {
            message.insert("refusal".into(), self.accumulator.refusal.clone().into());
        }
        let mut wire_calls = Vec::new();
        let mut states = std::mem::take(&mut self.calls).into_iter();
        self.accumulator.calls.retain(|call| {
            let Some(state) = states.next().filter(|state| state.started) else { return false };
            let function = obj! { "name": call.name, "arguments": call.arguments };
            let mut wire_call = obj! { "id": call.id, "type": "function", "function": function };
            if let Some(fields) = wire_call.as_object_mut() {
                merge::fields(fields, state.more);
            }
            wire_calls.push(wire_call);
            true
        });
        if !wire_calls.is_empty() {
            message.insert("tool_calls".into(), wire_calls.into());
        }
        let mut raw = obj! {
            "id": self.accumulator.id, "object": "chat.completion", "model": self.accumulator.model,
            "choices": vec![obj! { "index": 0u32, "message": message, "finish_reason": self.accumulator.finish }],
        };
        if let Some(usage) = &self.accumulator.usage {
            raw["usage"] = usage.clone();
        }
        let finish = decode::finish(self.accumulator.finish.as_deref());
        self.accumulator.answer(raw, finish)
    }
}

impl State {
    /// Whether a piece for this slot can go to the sum without [`State::apply`].
    fn has(&self, target: DeltaTarget) -> bool {
        match target {
            DeltaTarget::Arguments(index) => self.calls.get(index).is_some_and(|call| call.started),
            _ => true,
        }
    }

    fn apply(&mut self, delta: Delta, sink: &mut dyn Sink) {
        if let Some(text) = delta.reasoning {
            self.accumulator.piece(DeltaTarget::Reasoning, &text, sink);
        }
        sink.kept(delta.kept);
        let chunked = !delta.chunks.is_empty();
        if chunked {
            self.chunk_text();
            merge::elements(&mut self.chunks, delta.chunks);
        }
        if let Some(text) = delta.text {
            self.accumulator.piece(DeltaTarget::Text, &text, sink);
        }
        if chunked {
            self.chunked = self.accumulator.text.as_ref().map_or(0, String::len);
        }
        if let Some(text) = delta.refusal {
            self.accumulator.refusal.push_str(&text);
        }
        for call in delta.calls {
            let Some(at) = call.at else { continue };
            let (Some(known), Some(state)) = (self.accumulator.calls.get_mut(at), self.calls.get_mut(at)) else {
                continue;
            };
            merge::fields(&mut state.more, call.more);
            if !state.started {
                known.name.push_str(&call.name.unwrap_or_default());
                state.started = !known.name.is_empty();
                if state.started {
                    sink.tool_start(at, known.id.as_deref(), &known.name);
                }
            }
            if let Some(arguments) = call.arguments {
                self.accumulator.piece(DeltaTarget::Arguments(at), &arguments, sink);
            }
        }
        merge::fields(&mut self.more, delta.more);
        if delta.finish.is_some() {
            self.accumulator.finish = delta.finish;
        }
    }

    /// Text between chunks becomes a chunk.
    fn chunk_text(&mut self) {
        let text = self.accumulator.text.as_deref().and_then(|text| text.get(self.chunked..)).unwrap_or_default();
        if !text.is_empty() {
            merge::elements(&mut self.chunks, vec![obj! { "type": "text", "text": text }]);
        }
    }
}
