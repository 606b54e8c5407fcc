//! A streamed answer: `data:` events of chunks, `[DONE]` at the end where the provider says it.
//!
//! The hot path takes one string from each event and nothing else ([`Repeat`]); everything that is not such a
//! repetition is read field by field, and what no one here knows is kept for the turn's echo ([`merge`]).
//! Usage may come in a chunk of its own, behind the finish reason, or under `x_groq`.

mod read;

use super::decode;
use crate::chat::{Answer, ToolCall};
use crate::error::Error;
use crate::json::escape::Halves;
use crate::json::extract::Repeat;
use crate::obj;
use crate::provider::registry::Row;
use crate::provider::shared::merge;
use crate::provider::shared::sum::{ended, failed, failed_event};
use crate::provider::{Endpoint, Sink, StreamDecoder};
use crate::stream::{SseDecoder, SseEvent, SseSink};
use read::Delta;
use serde_json::{Map, Value};

/// Indexes past this are taken for nonsense: a hostile server could otherwise make us reserve memory.
const MAX_CALLS: usize = 256;

pub struct Decoder {
    sse: SseDecoder,
    sum: Sum,
}

/// Where the one string of a repeated event goes.
#[derive(Clone, Copy, PartialEq)]
enum Slot {
    Text,
    Reasoning,
    Arguments(usize),
}

#[derive(Default)]
struct Call {
    /// As the server counts, which is not always by one.
    index: usize,
    id: Option<String>,
    name: String,
    arguments: String,
    started: bool,
    more: Map<String, Value>,
}

/// The sum of the events so far.
struct Sum {
    row: &'static Row,
    repeat: Repeat,
    slot: Slot,
    halves: Halves,
    id: Option<String>,
    model: Option<String>,
    text: Option<String>,
    reasoning: String,
    /// The field the reasoning came in, so that it is echoed in the same.
    reasoning_key: &'static str,
    refusal: String,
    calls: Vec<Call>,
    /// The content in chunks, where it came so; and how much of the text is in them already.
    chunks: Vec<Value>,
    chunked: usize,
    /// Fields of the message that are not read here.
    more: Map<String, Value>,
    finish: Option<String>,
    usage: Option<Value>,
    done: bool,
}

impl Decoder {
    pub fn new(endpoint: &Endpoint) -> Self {
        Decoder {
            sse: SseDecoder::new(),
            sum: Sum {
                row: endpoint.row,
                repeat: Repeat::default(),
                slot: Slot::Text,
                halves: Halves::default(),
                id: None,
                model: None,
                text: None,
                reasoning: String::new(),
                reasoning_key: "",
                refusal: String::new(),
                calls: Vec::new(),
                chunks: Vec::new(),
                chunked: 0,
                more: Map::new(),
                finish: None,
                usage: None,
                done: false,
            },
        }
    }
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        self.sse.push_to(bytes, &mut Feed { sum: &mut self.sum, sink })
    }

    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let sum = &mut self.sum;
        let last = self.sse.finish(&mut |event| sum.event(event, sink));
        ended(last, sum.done || sum.finish.is_some())?;
        Ok(sum.answer())
    }

    fn is_done(&self) -> bool {
        self.sum.done
    }
}

/// Hands events to the sum, those that repeat the last one without having them taken apart.
struct Feed<'a> {
    sum: &'a mut Sum,
    sink: &'a mut dyn Sink,
}

impl SseSink for Feed<'_> {
    fn event(&mut self, event: SseEvent) -> Result<(), Error> {
        self.sum.event(event, self.sink)
    }

    fn known(&mut self, bytes: &[u8]) -> usize {
        if self.sum.done {
            return 0;
        }
        let Some((raw, length)) = self.sum.repeat.matches_event(bytes) else { return 0 };
        self.sum.repeated(raw, self.sink);
        length
    }
}

impl Sum {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.done || data.is_empty() {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            self.done = true;
            return Ok(());
        }
        if let Some(raw) = self.repeat.matches(data) {
            self.repeated(raw, sink);
            return Ok(());
        }
        if event.event == "error" {
            return Err(failed_event(self.row, data));
        }
        let mut delta = Delta { origin: data.as_ptr() as usize, ..Delta::default() };
        self.read(data, &mut delta)?;
        if let Some(error) = delta.error.take().filter(|e| !e.is_null()) {
            return Err(failed(self.row, &obj! { "error": error }));
        }
        match delta.only.take() {
            Some((slot, range)) if delta.strings == 1 && delta.finish.is_none() && self.knows(slot) => {
                self.repeat.learn(data, range.clone());
                if slot != self.slot {
                    self.alone(sink);
                    self.slot = slot;
                }
                self.repeated(data.get(range).unwrap_or_default(), sink);
                return Ok(());
            }
            _ => self.repeat.forget(),
        }
        self.alone(sink);
        self.apply(delta, sink);
        sink.delta_end();
        Ok(())
    }

    /// An event that only brought more of the string that the last one brought.
    fn repeated(&mut self, raw: &str, sink: &mut dyn Sink) {
        let slot = self.slot;
        if slot == Slot::Text {
            self.text.get_or_insert_default();
        }
        let mut halves = std::mem::take(&mut self.halves);
        halves.unescape(raw, &mut |piece| self.piece(slot, piece, sink));
        self.halves = halves;
        sink.delta_end();
    }

    /// Half of a character, whose other half did not come with the next event.
    fn alone(&mut self, sink: &mut dyn Sink) {
        let slot = self.slot;
        let mut halves = std::mem::take(&mut self.halves);
        halves.finish(&mut |piece| self.piece(slot, piece, sink));
    }

    /// A piece for it has somewhere to go without [`Sum::apply`].
    fn knows(&self, slot: Slot) -> bool {
        match slot {
            Slot::Arguments(index) => self.calls.get(index).is_some_and(|call| call.started),
            _ => true,
        }
    }

    fn piece(&mut self, slot: Slot, piece: &str, sink: &mut dyn Sink) {
        if piece.is_empty() {
            return;
        }
        match slot {
            Slot::Text => {
                self.text.get_or_insert_default().push_str(piece);
                sink.text(piece);
            }
            Slot::Reasoning => {
                self.reasoning.push_str(piece);
                sink.reasoning(piece);
            }
            Slot::Arguments(index) => {
                if let Some(call) = self.calls.get_mut(index) {
                    call.arguments.push_str(piece);
                    sink.arguments(index, piece);
                }
            }
        }
    }

    fn apply(&mut self, delta: Delta, sink: &mut dyn Sink) {
        if let Some(text) = delta.reasoning {
            self.piece(Slot::Reasoning, &text, sink);
        }
        sink.kept(delta.kept);
        let chunked = !delta.chunks.is_empty();
        if chunked {
            self.chunk_text();
            merge::elements(&mut self.chunks, delta.chunks);
        }
        if let Some(text) = delta.text {
            self.text.get_or_insert_default();
            self.piece(Slot::Text, &text, sink);
        }
        if chunked {
            self.chunked = self.text.as_ref().map_or(0, String::len);
        }
        if let Some(text) = delta.refusal {
            self.refusal.push_str(&text);
        }
        for call in delta.calls {
            let Some(at) = call.at else { continue };
            let Some(known) = self.calls.get_mut(at) else { continue };
            if let Some(name) = call.name
                && !known.started
            {
                known.name.push_str(&name);
            }
            merge::fields(&mut known.more, call.more);
            if !known.started && !known.name.is_empty() {
                known.started = true;
                sink.tool_start(at, known.id.as_deref(), &known.name);
            }
            if let Some(arguments) = call.arguments {
                self.piece(Slot::Arguments(at), &arguments, sink);
            }
        }
        merge::fields(&mut self.more, delta.more);
        if delta.finish.is_some() {
            self.finish = delta.finish;
        }
    }

    /// Between chunks, text may come as text: it becomes a chunk.
    fn chunk_text(&mut self) {
        let text = self.text.as_deref().and_then(|text| text.get(self.chunked..)).unwrap_or_default();
        if !text.is_empty() {
            merge::elements(&mut self.chunks, vec![obj! { "type": "text", "text": text }]);
        }
    }

    /// A body of the whole form put together from the events.
    fn answer(&mut self) -> Answer {
        let mut message = Map::new();
        message.insert("role".into(), "assistant".into());
        let content = if self.chunks.is_empty() {
            self.text.clone().map_or(Value::Null, Value::String)
        } else {
            self.chunk_text();
            std::mem::take(&mut self.chunks).into()
        };
        message.insert("content".into(), content);
        if !self.reasoning_key.is_empty() {
            message.insert(self.reasoning_key.into(), self.reasoning.clone().into());
        }
        message.extend(std::mem::take(&mut self.more));
        if !self.refusal.is_empty() {
            message.insert("refusal".into(), self.refusal.clone().into());
        }
        let mut tool_calls = Vec::new();
        let mut wire_calls = Vec::new();
        for call in self.calls.drain(..).filter(|c| c.started) {
            let function = obj! { "name": call.name, "arguments": call.arguments };
            let mut wire_call = obj! { "id": call.id, "type": "function", "function": function };
            if let Some(fields) = wire_call.as_object_mut() {
                merge::fields(fields, call.more);
            }
            wire_calls.push(wire_call);
            tool_calls.push(ToolCall { id: call.id, name: call.name, arguments: Some(call.arguments) });
        }
        if !wire_calls.is_empty() {
            message.insert("tool_calls".into(), wire_calls.into());
        }
        let mut raw = obj! {
            "id": self.id, "object": "chat.completion", "model": self.model,
            "choices": vec![obj! { "index": 0u32, "message": message, "finish_reason": self.finish }],
        };
        if let Some(usage) = &self.usage {
            raw["usage"] = usage.clone();
        }
        Answer {
            raw,
            text: self.text.take(),
            reasoning: (!self.reasoning.is_empty()).then(|| std::mem::take(&mut self.reasoning)),
            tool_calls,
            refusal: (!self.refusal.is_empty()).then(|| std::mem::take(&mut self.refusal)),
            finish: decode::finish(self.finish.as_deref()),
            finish_reason: self.finish.take(),
            usage: self.usage.take(),
            model: self.model.take(),
        }
    }
}
