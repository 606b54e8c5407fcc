//! A streamed answer in binary frames: start (calls only), deltas and end of each block; usage comes last.
//!
//! Every payload has random padding (`p`), so each one is parsed.

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::json::extract::Reader;
use crate::jsontext;
use crate::obj;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{self, Accumulator, DeltaTarget, MAX_CALLS, text_at};
use crate::provider::shared::merge;
use crate::provider::{Sink, StreamDecoder, error_body};
use crate::stream::{EventStreamDecoder, Frame};
use serde_json::{Map, Value};

pub struct Decoder {
    frames: EventStreamDecoder,
    state: State,
    stopped: bool,
}

struct State {
    accumulator: Accumulator,
    blocks: Vec<Block>,
    metrics: Option<Value>,
}

/// A content block and its text so far.
struct Block {
    index: usize,
    target: DeltaTarget,
    /// The start event of a call.
    start: Map<String, Value>,
    said: String,
    signature: String,
    redacted: Option<String>,
    citations: Vec<Value>,
    /// Other fields of its deltas.
    more: Map<String, Value>,
}

impl Decoder {
    pub fn new(row: &'static Row) -> Self {
        let state = State { accumulator: Accumulator::new(row), blocks: Vec::new(), metrics: None };
        Decoder { frames: EventStreamDecoder::new(), state, stopped: false }
    }
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        let state = &mut self.state;
        self.frames.push(bytes, &mut |frame| state.frame(frame, sink)).map_err(|error| {
            // An exception inside the stream.
            match error.detail.get("code").and_then(Value::as_str).filter(|code| !code.is_empty()) {
                Some(code) => error_body::with_status(error.clone(), None, Some(code), true),
                None => error,
            }
        })
    }

    fn finish(&mut self, _sink: &mut dyn Sink) -> Result<Answer, Error> {
        let state = &mut self.state;
        accumulator::ended(self.frames.finish(), self.stopped || state.accumulator.finish.is_some())?;
        let finish = decode::finish(state.accumulator.finish.as_deref());
        let body = state.body();
        Ok(state.accumulator.answer(body, finish))
    }

    fn stop(&mut self) {
        self.stopped = true;
    }

    fn is_done(&self) -> bool {
        self.state.accumulator.done
    }
}

impl State {
    fn frame(&mut self, frame: Frame, sink: &mut dyn Sink) -> Result<(), Error> {
        if self.accumulator.done {
            return Ok(());
        }
        let Ok(payload) = std::str::from_utf8(frame.payload) else {
            return Err(Error::parsing("The provider sent an event that is not UTF-8."));
        };
        match frame.event_type {
            "contentBlockDelta" => {
                self.delta(payload, sink)?;
                sink.delta_end();
            }
            "contentBlockStart" => {
                sink.kept(payload.len());
                let mut event: Value = jsontext::from_str(payload).unwrap_or_default();
                if let Some(call) = event.get("start").and_then(|start| start.get("toolUse")) {
                    let name = text_at(call, &["name"]).unwrap_or_default();
                    if let Some(index) = self.accumulator.begin_call(text_at(call, &["toolUseId"]), name, sink)
                        && let Some(block) = self.block(place(&event), DeltaTarget::Arguments(index))
                        && let Some(call) = call.as_object()
                    {
                        block.start = call.clone();
                    }
                } else if let Value::Object(start) = accumulator::take_at(&mut event, &["start"])
                    && let Some(block) = self.block(place(&event), DeltaTarget::Text)
                {
                    merge::fields(&mut block.more, start);
                }
            }
            "contentBlockStop" => {
                let event: Value = jsontext::from_str(payload).unwrap_or_default();
                let index = place(&event);
                // A call without parameters has no deltas.
                if let Some(DeltaTarget::Arguments(call)) =
                    self.blocks.iter().find(|b| b.index == index).map(|b| b.target)
                    && self.accumulator.calls.get(call).is_some_and(|call| call.arguments.is_empty())
                {
                    self.accumulator.piece(DeltaTarget::Arguments(call), "{}", sink);
                }
            }
            "messageStop" => {
                let event: Value = jsontext::from_str(payload).unwrap_or_default();
                self.accumulator.finish = text_at(&event, &["stopReason"]).map(str::to_owned);
            }
            "metadata" => {
                let mut event: Value = jsontext::from_str(payload).unwrap_or_default();
                self.accumulator.usage = Some(accumulator::take_at(&mut event, &["usage"])).filter(Value::is_object);
                self.metrics = Some(accumulator::take_at(&mut event, &["metrics"])).filter(Value::is_object);
                self.accumulator.done = self.accumulator.finish.is_some();
            }
            _ => {}
        }
        Ok(())
    }

    /// The block at an index, created when it does not exist (text blocks have no start event).
    fn block(&mut self, index: usize, target: DeltaTarget) -> Option<&mut Block> {
        if let Some(at) = self.blocks.iter().rposition(|block| block.index == index) {
            return self.blocks.get_mut(at);
        }
        if self.blocks.len() >= MAX_CALLS {
            return None;
        }
        self.blocks.push(Block {
            index,
            target,
            start: Map::new(),
            said: String::new(),
            signature: String::new(),
            redacted: None,
            citations: Vec::new(),
            more: Map::new(),
        });
        self.blocks.last_mut()
    }

    fn delta(&mut self, payload: &str, sink: &mut dyn Sink) -> Result<(), Error> {
        let (mut index, mut piece, mut kind) = (0, String::new(), None);
        let (mut signature, mut redacted) = (None, None);
        let (mut citation, mut more) = (None, Map::new());
        Reader::new(payload).object(&mut |key, value| match key {
            "contentBlockIndex" => value.index().map(|found| index = found.unwrap_or(0)),
            "delta" => value.object(&mut |key, value| match key {
                "text" => {
                    kind = Some(DeltaTarget::Text);
                    value.string_into(&mut |text| piece.push_str(text)).map(|_| ())
                }
                "toolUse" => value.object(&mut |key, value| match key {
                    "input" => {
                        kind = Some(DeltaTarget::Arguments(0));
                        value.string_into(&mut |text| piece.push_str(text)).map(|_| ())
                    }
                    _ => Ok(()),
                }),
                "reasoningContent" => value.object(&mut |key, value| match key {
                    "text" => {
                        kind = Some(DeltaTarget::Reasoning);
                        value.string_into(&mut |text| piece.push_str(text)).map(|_| ())
                    }
                    "signature" => value.string().map(|found| signature = found.map(|s| s.into_owned())),
                    "redactedContent" | "data" => value.string().map(|found| redacted = found.map(|s| s.into_owned())),
                    _ => Ok(()),
                }),
                "citation" => value.raw().map(|raw| {
                    sink.kept(raw.len());
                    citation = jsontext::from_str(raw).ok();
                }),
                key => merge::unread(&mut more, key, value).map(|bytes| sink.kept(bytes)),
            }),
            _ => Ok(()),
        })?;
        // A citation may come before its text.
        let silent = if signature.is_some() || redacted.is_some() { DeltaTarget::Reasoning } else { DeltaTarget::Text };
        let target = kind.unwrap_or(silent);
        let Some(block) = self.block(index, target) else { return Ok(()) };
        if let Some(more) = signature {
            block.signature.push_str(&more);
        }
        if redacted.is_some() {
            block.redacted = redacted;
        }
        if block.citations.len() < MAX_CALLS {
            block.citations.extend(citation);
        }
        // The result of a tool that the server ran: its deltas are the list in `content` of the non-streamed form.
        if let Some(content @ Value::Array(_)) = more.get_mut("toolResult") {
            *content = obj! { "content": content.take() };
        }
        merge::fields(&mut block.more, more);
        if kind.is_none() {
            return Ok(());
        }
        let target = block.target;
        if !matches!(target, DeltaTarget::Arguments(_)) {
            block.said.push_str(&piece);
        }
        self.accumulator.piece(target, &piece, sink);
        Ok(())
    }

    /// The body of the non-streamed form.
    fn body(&mut self) -> Value {
        let mut content = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            content.push(match block.target {
                // A block has one field: its text, its text with citations, or an unknown field.
                DeltaTarget::Text if !block.citations.is_empty() => {
                    let said = Value::Array(vec![obj! { "text": block.said }]);
                    obj! { "citationsContent": obj! { "content": said, "citations": block.citations } }
                }
                DeltaTarget::Text if block.said.is_empty() && !block.more.is_empty() => block.more.clone().into(),
                DeltaTarget::Text => obj! { "text": block.said },
                DeltaTarget::Reasoning => match &block.redacted {
                    Some(redacted) => obj! { "reasoningContent": obj! { "redactedContent": redacted } },
                    None => {
                        let mut text = obj! { "text": block.said };
                        if !block.signature.is_empty() {
                            text["signature"] = block.signature.as_str().into();
                        }
                        obj! { "reasoningContent": obj! { "reasoningText": text } }
                    }
                },
                DeltaTarget::Arguments(index) => {
                    let Some(call) = self.accumulator.calls.get(index) else { continue };
                    let input: Value =
                        jsontext::from_str(&call.arguments).unwrap_or_else(|_| Value::Object(Map::new()));
                    let mut call = block.start.clone();
                    call.insert("input".into(), input);
                    obj! { "toolUse": call }
                }
            });
        }
        let message = obj! { "role": "assistant", "content": content };
        let mut body = obj! { "output": obj! { "message": message }, "stopReason": self.accumulator.finish };
        for (key, value) in [("usage", self.accumulator.usage.clone()), ("metrics", self.metrics.take())] {
            if let Some(value) = value {
                body[key] = value;
            }
        }
        body
    }
}

fn place(event: &Value) -> usize {
    event.get("contentBlockIndex").and_then(Value::as_u64).unwrap_or(0) as usize
}
