//! A streamed answer: events for the start, the deltas and the end of each block, between events for the message.
//!
//! Most events are deltas that differ from the previous one in one string; they are compared instead of parsed (see
//! [`Accumulator::repeated`]). The blocks stay in order, so that the answer can be echoed.

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::json::extract::Reader;
use crate::jsontext::{self, ToText};
use crate::provider::Sink;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{self, Accumulator, DeltaTarget, MAX_CALLS, text_at};
use crate::provider::shared::merge;
use crate::provider::shared::sse::Events;
use crate::stream::SseEvent;
use serde_json::{Map, Value};

pub struct State {
    accumulator: Accumulator,
    head: Map<String, Value>,
    blocks: Vec<Block>,
    details: Option<Value>,
}

/// A content block: its start event, and the place of its text in the sum.
struct Block {
    index: usize,
    start: Value,
    target: DeltaTarget,
    /// The range in the sum's text or reasoning; `to` is set when the block ends.
    from: usize,
    to: Option<usize>,
    /// The input of a tool that the server runs itself, which is not a call for the caller.
    other: String,
    signature: String,
}

impl State {
    pub fn new(row: &'static Row) -> Self {
        State { accumulator: Accumulator::new(row), head: Map::new(), blocks: Vec::new(), details: None }
    }
}

impl Events for State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.accumulator.done || data.is_empty() || self.accumulator.repeated(data, sink) {
            return Ok(());
        }
        if event.event == "error" {
            return Err(accumulator::failed_event(self.accumulator.row, data));
        }
        let mut kind = None;
        Reader::new(data).object(&mut |key, value| match key {
            "type" => value.string().map(|found| kind = found),
            _ => Ok(()),
        })?;
        let kind = kind.as_deref().unwrap_or(event.event);
        if kind == "content_block_delta" {
            self.delta(data, sink)?;
            sink.delta_end();
            return Ok(());
        }
        if !matches!(
            kind,
            "message_start" | "content_block_start" | "content_block_stop" | "message_delta" | "message_stop" | "error"
        ) {
            return Ok(());
        }
        let mut event: Value = jsontext::from_str(data).unwrap_or_default();
        match kind {
            "message_start" => {
                if let Value::Object(mut head) = accumulator::take_at(&mut event, &["message"]) {
                    self.usage(head.shift_remove("usage"));
                    self.accumulator.model = head.get("model").and_then(Value::as_str).map(str::to_owned);
                    self.head = head;
                }
            }
            "content_block_start" => {
                sink.kept(data.len());
                self.begin(&mut event, sink);
            }
            "content_block_stop" => self.end(event["index"].as_u64().unwrap_or(0) as usize, sink),
            "message_delta" => {
                let reason = text_at(&event, &["delta", "stop_reason"]).map(str::to_owned);
                self.accumulator.finish = reason.or(self.accumulator.finish.take());
                self.details =
                    Some(accumulator::take_at(&mut event, &["delta", "stop_details"])).filter(|d| !d.is_null());
                self.usage(Some(accumulator::take_at(&mut event, &["usage"])));
                if let Value::Object(mut delta) = accumulator::take_at(&mut event, &["delta"]) {
                    delta.shift_remove("stop_reason");
                    delta.shift_remove("stop_details");
                    merge::fields(&mut self.head, delta);
                }
            }
            "message_stop" => self.accumulator.done = true,
            _ => return Err(accumulator::failed(self.accumulator.row, &event)),
        }
        Ok(())
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn answer(&mut self, _sink: &mut dyn Sink) -> Answer {
        let said = self.accumulator.finish.as_deref();
        let finish = decode::finish(said);
        let refused = decode::refusal(said, self.details.as_ref(), self.accumulator.text.as_deref());
        self.accumulator.refusal = refused.unwrap_or_default();
        let raw = self.body();
        self.accumulator.answer(raw, finish)
    }
}

impl State {
    /// Later counts replace earlier ones: they are cumulative.
    fn usage(&mut self, more: Option<Value>) {
        let Some(Value::Object(more)) = more else { return };
        let known = self.accumulator.usage.get_or_insert_with(|| Value::Object(Map::new()));
        if let Some(known) = known.as_object_mut() {
            known.extend(more.into_iter().filter(|(_, count)| !count.is_null()));
        }
    }

    fn begin(&mut self, event: &mut Value, sink: &mut dyn Sink) {
        if self.blocks.len() >= MAX_CALLS {
            return;
        }
        let start = accumulator::take_at(event, &["content_block"]);
        if !start.is_object() {
            return;
        }
        let target = match text_at(&start, &["type"]) {
            Some("tool_use") => {
                let (id, name) = (text_at(&start, &["id"]), text_at(&start, &["name"]).unwrap_or_default());
                DeltaTarget::Arguments(self.accumulator.begin_call(id, name, sink).unwrap_or(MAX_CALLS))
            }
            Some("thinking") => DeltaTarget::Reasoning,
            _ => DeltaTarget::Text,
        };
        let from = self.length(target);
        // Some servers put the first piece here.
        for (key, target) in [("text", DeltaTarget::Text), ("thinking", DeltaTarget::Reasoning)] {
            if let Some(piece) = text_at(&start, &[key]) {
                self.accumulator.piece(target, piece, sink);
            }
        }
        let index = event["index"].as_u64().unwrap_or(0) as usize;
        let (other, signature) = (String::new(), text_at(&start, &["signature"]).unwrap_or_default().to_owned());
        self.blocks.push(Block { index, start, target, from, to: None, other, signature });
    }

    fn end(&mut self, index: usize, sink: &mut dyn Sink) {
        let Some(at) = self.blocks.iter().rposition(|block| block.index == index) else { return };
        let Some(target) = self.blocks.get(at).map(|block| block.target) else { return };
        let length = self.length(target);
        let Some(block) = self.blocks.get_mut(at) else { return };
        block.to = Some(length);
        if let DeltaTarget::Arguments(call) = target
            && self.accumulator.calls.get(call).is_some_and(|call| call.arguments.is_empty())
        {
            // A call without deltas has its input in the start event.
            let input = block.start.get("input").map_or_else(|| "{}".to_owned(), ToText::to_text);
            self.accumulator.piece(target, &input, sink);
        }
    }

    fn length(&self, target: DeltaTarget) -> usize {
        match target {
            DeltaTarget::Text => self.accumulator.text.as_ref().map_or(0, String::len),
            DeltaTarget::Reasoning => self.accumulator.reasoning.len(),
            DeltaTarget::Arguments(_) => 0,
        }
    }

    fn delta(&mut self, data: &str, sink: &mut dyn Sink) -> Result<(), Error> {
        let (mut index, mut piece, mut range, mut other) = (0, String::new(), None, false);
        let mut target = None;
        let mut signature = None;
        let mut more = Map::new();
        Reader::new(data).object(&mut |key, value| match key {
            "index" => value.index().map(|found| index = found.unwrap_or(0)),
            "delta" => value.object(&mut |key, value| match key {
                "text" | "partial_json" | "thinking" => {
                    target = Some(match key {
                        "text" => DeltaTarget::Text,
                        "thinking" => DeltaTarget::Reasoning,
                        _ => DeltaTarget::Arguments(0),
                    });
                    value.string_into(&mut |text| piece.push_str(text))?;
                    range = Some(value.last_string());
                    Ok(())
                }
                "signature" => value.string().map(|found| signature = found.map(|s| s.into_owned())),
                "citation" => {
                    other = true;
                    Ok(())
                }
                "type" => Ok(()),
                key => {
                    let bytes = merge::unread(&mut more, key, value)?;
                    sink.kept(bytes);
                    other |= bytes > 0;
                    Ok(())
                }
            }),
            _ => Ok(()),
        })?;
        let Some(block) = self.blocks.iter_mut().rev().find(|block| block.index == index) else { return Ok(()) };
        if let Some(signature) = signature {
            block.signature.push_str(&signature);
        }
        if let Some(start) = block.start.as_object_mut() {
            merge::fields(start, more);
        }
        if other {
            let mut event: Value = jsontext::from_str(data).unwrap_or_default();
            let citation = accumulator::take_at(&mut event, &["delta", "citation"]);
            match block.start.get_mut("citations").and_then(Value::as_array_mut) {
                _ if citation.is_null() => {}
                Some(list) => list.push(citation),
                None => block.start["citations"] = Value::Array(vec![citation]),
            }
        }
        let Some(mut target) = target else { return Ok(()) };
        if let DeltaTarget::Arguments(_) = target {
            if !matches!(block.target, DeltaTarget::Arguments(_)) {
                block.other.push_str(&piece);
                return Ok(());
            }
            target = block.target;
        }
        let Some(range) = range.filter(|_| !other) else {
            self.accumulator.template.forget();
            self.accumulator.piece(target, &piece, sink);
            return Ok(());
        };
        self.accumulator.template.learn(data, range.clone());
        self.accumulator.raw(target, data.get(range).unwrap_or_default(), sink);
        Ok(())
    }

    /// The body of the non-streamed form.
    fn body(&mut self) -> Value {
        let text = self.accumulator.text.as_deref().unwrap_or_default();
        let said = |whole: &str, block: &Block| -> Value {
            whole.get(block.from..block.to.unwrap_or(whole.len())).unwrap_or_default().into()
        };
        let mut content = Vec::with_capacity(self.blocks.len());
        for block in &self.blocks {
            let mut out = block.start.clone();
            match text_at(&block.start, &["type"]) {
                Some("text") => out["text"] = said(text, block),
                Some("thinking") => {
                    out["thinking"] = said(&self.accumulator.reasoning, block);
                    out["signature"] = block.signature.as_str().into();
                }
                Some("tool_use") => {
                    let DeltaTarget::Arguments(index) = block.target else { continue };
                    let arguments = self.accumulator.calls.get(index).map_or("", |call| call.arguments.as_str());
                    out["input"] = jsontext::from_str(arguments).unwrap_or_else(|_| Value::Object(Map::new()));
                }
                _ if !block.other.is_empty() => {
                    out["input"] = jsontext::from_str(&block.other).unwrap_or_else(|_| Value::Object(Map::new()));
                }
                _ => {}
            }
            content.push(out);
        }
        let mut body = std::mem::take(&mut self.head);
        body.insert("content".into(), content.into());
        body.insert("stop_reason".into(), self.accumulator.finish.clone().into());
        if let Some(details) = self.details.take() {
            body.insert("stop_details".into(), details);
        }
        if let Some(usage) = &self.accumulator.usage {
            body.insert("usage".into(), usage.clone());
        }
        Value::Object(body)
    }
}
