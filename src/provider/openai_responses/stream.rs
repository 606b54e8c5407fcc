//! A streamed answer: named events; the last one repeats the whole response.
//!
//! Deltas are read field by field. The last event's response is the kept body; its items are read only for calls
//! without deltas.

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::json::escape::unescape;
use crate::json::extract::Reader;
use crate::jsontext;
use crate::obj;
use crate::provider::Sink;
use crate::provider::registry::Row;
use crate::provider::shared::accumulator::{self, Accumulator, DeltaTarget, MAX_CALLS, text_at};
use crate::provider::shared::sse::Events;
use crate::stream::SseEvent;
use serde_json::Value;

pub struct State {
    accumulator: Accumulator,
    /// The output index of each call of the sum.
    places: Vec<usize>,
    /// The output index of each message that is commentary.
    commentary: Vec<usize>,
    response: Option<Value>,
}

impl State {
    pub fn new(row: &'static Row) -> Self {
        State { accumulator: Accumulator::new(row), places: Vec::new(), commentary: Vec::new(), response: None }
    }
}

impl Events for State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.accumulator.done || data.is_empty() || data.starts_with("[DONE]") {
            return Ok(());
        }
        if event.event == "error" {
            return Err(accumulator::failed_event(self.accumulator.row, data));
        }
        let (mut kind, mut delta, mut whole, mut place) = (None, None, None, 0);
        Reader::new(data).object(&mut |key, value| match key {
            "type" => value.string().map(|found| kind = found),
            "delta" => value.string_into(&mut |_| {}).map(|is| delta = data.get(value.last_string()).filter(|_| is)),
            "arguments" => value.string().map(|found| whole = found),
            "output_index" => value.index().map(|found| place = found.unwrap_or(0)),
            _ => Ok(()),
        })?;
        let kind = kind.as_deref().unwrap_or(event.event);
        let delta = delta.unwrap_or_default();
        match kind {
            "response.output_text.delta" => {
                let target = if self.commentary.contains(&place) { DeltaTarget::Reasoning } else { DeltaTarget::Text };
                self.accumulator.raw(target, delta, sink);
            }
            "response.function_call_arguments.delta" => {
                if let Some(call) = self.call(place) {
                    self.accumulator.raw(DeltaTarget::Arguments(call), delta, sink);
                }
            }
            "response.function_call_arguments.done" => self.arguments(place, &whole.unwrap_or_default(), sink),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.accumulator.raw(DeltaTarget::Reasoning, delta, sink);
            }
            "response.refusal.delta" => unescape(delta, &mut |piece| self.accumulator.refusal.push_str(piece)),
            "response.output_item.added" | "response.output_item.done" => {
                let event: Value = jsontext::from_str(data).unwrap_or_default();
                self.item(place, &event["item"], sink);
            }
            "response.completed" | "response.incomplete" | "response.failed" | "error" => {
                if kind == "error" {
                    return Err(accumulator::failed_event(self.accumulator.row, data));
                }
                let mut event: Value = jsontext::from_str(data).unwrap_or_default();
                let body = accumulator::take_at(&mut event, &["response"]);
                if kind == "response.failed" {
                    return Err(accumulator::failed(self.accumulator.row, &body));
                }
                self.response = Some(body).filter(Value::is_object);
                self.accumulator.done = true;
            }
            _ => return Ok(()),
        }
        sink.delta_end();
        Ok(())
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn is_complete(&self) -> bool {
        self.response.is_some()
    }

    fn answer(&mut self, sink: &mut dyn Sink) -> Answer {
        let mut response = self.response.take().unwrap_or_default();
        self.items(&mut response, sink);
        let finish = decode::finish(&response, !self.accumulator.calls.is_empty());
        self.accumulator.finish = decode::reason(&response);
        self.accumulator.usage = response.get("usage").filter(|usage| usage.is_object()).cloned();
        self.accumulator.model = text_at(&response, &["model"]).map(str::to_owned);
        self.accumulator.answer(response, finish)
    }
}

impl State {
    fn call(&self, place: usize) -> Option<usize> {
        self.places.iter().position(|known| *known == place)
    }

    /// An item begins or is complete.
    fn item(&mut self, place: usize, item: &Value, sink: &mut dyn Sink) {
        if decode::is_commentary(item) && self.commentary.len() < MAX_CALLS {
            self.commentary.push(place);
        }
        if text_at(item, &["type"]) != Some("function_call") {
            return;
        }
        if self.call(place).is_none() {
            let id = text_at(item, &["call_id"]).or_else(|| text_at(item, &["id"]));
            let name = text_at(item, &["name"]).unwrap_or_default();
            if self.accumulator.begin_call(id, name, sink).is_none() {
                return;
            }
            self.places.push(place);
        }
        self.arguments(place, text_at(item, &["arguments"]).unwrap_or_default(), sink);
    }

    /// The whole arguments, for servers without deltas.
    fn arguments(&mut self, place: usize, whole: &str, sink: &mut dyn Sink) {
        if let Some(call) = self.call(place)
            && self.accumulator.calls.get(call).is_some_and(|known| known.arguments.is_empty())
        {
            self.accumulator.piece(DeltaTarget::Arguments(call), whole, sink);
        }
    }

    /// Facts of the last event, and the items if the last event omits them.
    fn items(&mut self, response: &mut Value, sink: &mut dyn Sink) {
        let listed = response.get("output").and_then(Value::as_array).is_some_and(|items| !items.is_empty());
        if !listed {
            let mut output = Vec::new();
            if let Some(text) = &self.accumulator.text {
                let content = Value::Array(vec![obj! { "type": "output_text", "text": text }]);
                output.push(obj! { "type": "message", "role": "assistant", "content": content });
            }
            for call in &self.accumulator.calls {
                output.push(obj! { "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments });
            }
            response["output"] = output.into();
            return;
        }
        if self.accumulator.text.is_none()
            && let Ok(whole) = decode::decode(self.accumulator.row, response.clone())
            && let Some(text) = whole.text
        {
            self.accumulator.piece(DeltaTarget::Text, &text, sink);
        }
        let items = response.get("output").and_then(Value::as_array).cloned().unwrap_or_default();
        for (place, item) in items.iter().enumerate() {
            if self.places.len() < decode::calls(response).count() {
                self.item(place, item, sink);
            }
        }
    }
}
