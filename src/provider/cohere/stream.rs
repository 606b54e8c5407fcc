//! A streamed answer: `content-delta`, `tool-call-start`, `tool-call-delta` … until `message-end`.

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::json::extract::Reader;
use crate::jsontext;
use crate::obj;
use crate::provider::Sink;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{self, Accumulator, DeltaTarget, text_at};
use crate::provider::shared::sse::Events;
use crate::stream::SseEvent;
use serde_json::{Map, Value};

pub struct State {
    accumulator: Accumulator,
    plan: String,
    /// The start events of the calls.
    begun: Vec<Map<String, Value>>,
}

impl State {
    pub fn new(row: &'static Row) -> Self {
        State { accumulator: Accumulator::new(row), plan: String::new(), begun: Vec::new() }
    }
}

impl Events for State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.accumulator.done || data.is_empty() || self.accumulator.repeated(data, sink) {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            self.accumulator.done = true;
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
        match kind.as_deref().unwrap_or(event.event) {
            "content-delta" => self.delta(data, &["delta", "message", "content", "text"], DeltaTarget::Text, sink)?,
            "tool-call-delta" => {
                let last = self.accumulator.calls.len().saturating_sub(1);
                let path = ["delta", "message", "tool_calls", "function", "arguments"];
                self.delta(data, &path, DeltaTarget::Arguments(last), sink)?;
            }
            "tool-plan-delta" => {
                let event: Value = jsontext::from_str(data).unwrap_or_default();
                let piece = text_at(&event, &["delta", "message", "tool_plan"]).unwrap_or_default();
                self.plan.push_str(piece);
                self.accumulator.piece(DeltaTarget::Reasoning, piece, sink);
            }
            "tool-call-start" => {
                self.accumulator.template.forget();
                let event: Value = jsontext::from_str(data).unwrap_or_default();
                let call = &event["delta"]["message"]["tool_calls"];
                let name = text_at(call, &["function", "name"]).unwrap_or_default();
                if let Some(index) = self.accumulator.begin_call(text_at(call, &["id"]), name, sink) {
                    let first = text_at(call, &["function", "arguments"]).unwrap_or_default();
                    self.accumulator.piece(DeltaTarget::Arguments(index), first, sink);
                    sink.kept(data.len());
                    self.begun.push(call.as_object().cloned().unwrap_or_default());
                }
            }
            "tool-call-end" => {
                let last = self.accumulator.calls.len().saturating_sub(1);
                if self.accumulator.calls.get(last).is_some_and(|call| call.arguments.is_empty()) {
                    self.accumulator.piece(DeltaTarget::Arguments(last), "{}", sink);
                }
            }
            "message-start" => {
                let event: Value = jsontext::from_str(data).unwrap_or_default();
                self.accumulator.id = text_at(&event, &["id"]).map(str::to_owned);
            }
            "message-end" => {
                let mut event: Value = jsontext::from_str(data).unwrap_or_default();
                if let Some(said) = text_at(&event, &["delta", "error"]) {
                    return Err(accumulator::failed(self.accumulator.row, &obj! { "error": obj! { "message": said } }));
                }
                self.accumulator.finish = text_at(&event, &["delta", "finish_reason"]).map(str::to_owned);
                self.accumulator.usage =
                    Some(accumulator::take_at(&mut event, &["delta", "usage"])).filter(Value::is_object);
                self.accumulator.done = true;
            }
            _ => {
                let body: Value = jsontext::from_str(data).unwrap_or_default();
                if body.get("error").is_some_and(|e| !e.is_null()) {
                    return Err(accumulator::failed(self.accumulator.row, &body));
                }
                return Ok(());
            }
        }
        sink.delta_end();
        Ok(())
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn answer(&mut self, _sink: &mut dyn Sink) -> Answer {
        let finish = decode::finish(self.accumulator.finish.as_deref());
        let body = self.body();
        self.accumulator.answer(body, finish)
    }
}

impl State {
    /// One string of the event; the next event probably differs in this string only.
    fn delta(&mut self, data: &str, path: &[&str], target: DeltaTarget, sink: &mut dyn Sink) -> Result<(), Error> {
        let mut range = None;
        at(&mut Reader::new(data), path, &mut |value| {
            if value.string_into(&mut |_| {})? {
                range = Some(value.last_string());
            }
            Ok(())
        })?;
        let Some(range) = range else {
            self.accumulator.template.forget();
            let event: Value = jsontext::from_str(data).unwrap_or_default();
            let thought = text_at(&event, &["delta", "message", "content", "thinking"]).unwrap_or_default();
            self.accumulator.piece(DeltaTarget::Reasoning, thought, sink);
            return Ok(());
        };
        self.accumulator.template.learn(data, range.clone());
        self.accumulator.raw(target, data.get(range).unwrap_or_default(), sink);
        Ok(())
    }

    fn body(&mut self) -> Value {
        let mut message = Map::from_iter([("role".to_owned(), Value::from("assistant"))]);
        if let Some(text) = &self.accumulator.text {
            message.insert("content".into(), Value::Array(vec![obj! { "type": "text", "text": text }]));
        }
        if !self.plan.is_empty() {
            message.insert("tool_plan".into(), std::mem::take(&mut self.plan).into());
        }
        if !self.accumulator.calls.is_empty() {
            let call = |(call, begun): (&accumulator::Call, &Map<String, Value>)| {
                let mut out = begun.clone();
                let function = obj! { "name": call.name, "arguments": call.arguments };
                out.insert("id".into(), call.id.clone().into());
                out.insert("type".into(), "function".into());
                out.insert("function".into(), function);
                Value::Object(out)
            };
            message.insert("tool_calls".into(), self.accumulator.calls.iter().zip(&self.begun).map(call).collect());
        }
        obj! { "id": self.accumulator.id, "finish_reason": self.accumulator.finish, "message": message, "usage": self.accumulator.usage }
    }
}

/// Calls `on` with the value at a path of keys.
fn at<'a>(
    reader: &mut Reader<'a>,
    path: &[&str],
    on: &mut dyn FnMut(&mut Reader<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    let Some((first, rest)) = path.split_first() else { return on(reader) };
    reader.object(&mut |key, value| if key == *first { at(value, rest, on) } else { Ok(()) })
}
