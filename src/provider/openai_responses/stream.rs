//! A streamed answer: named events; the last one repeats the whole response.
//!
//! Deltas are read field by field. The last event's response is the kept body; its items are read only for calls
//! without deltas.

use super::decode;
use crate::chat::Answer;
use crate::error::Error;
use crate::json::escape::unescape;
use crate::json::extract::Reader;
use crate::obj;
use crate::provider::Sink;
use crate::provider::registry::Row;
use crate::provider::shared::sse::Events;
use crate::provider::shared::sum::{self, MAX_CALLS, Slot, Sum, text_at};
use crate::stream::SseEvent;
use serde_json::Value;

pub struct State {
    sum: Sum,
    /// The output index of each call of the sum.
    places: Vec<usize>,
    /// The output index of each message that is commentary.
    commentary: Vec<usize>,
    response: Option<Value>,
}

impl State {
    pub fn new(row: &'static Row) -> Self {
        State { sum: Sum::new(row), places: Vec::new(), commentary: Vec::new(), response: None }
    }
}

impl Events for State {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let data = event.data;
        if self.sum.done || data.is_empty() || data.starts_with("[DONE]") {
            return Ok(());
        }
        if event.event == "error" {
            return Err(sum::failed_event(self.sum.row, data));
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
                let slot = if self.commentary.contains(&place) { Slot::Reasoning } else { Slot::Text };
                self.sum.raw(slot, delta, sink);
            }
            "response.function_call_arguments.delta" => {
                if let Some(call) = self.call(place) {
                    self.sum.raw(Slot::Arguments(call), delta, sink);
                }
            }
            "response.function_call_arguments.done" => self.arguments(place, &whole.unwrap_or_default(), sink),
            "response.reasoning_summary_text.delta" | "response.reasoning_text.delta" => {
                self.sum.raw(Slot::Reasoning, delta, sink);
            }
            "response.refusal.delta" => unescape(delta, &mut |piece| self.sum.refusal.push_str(piece)),
            "response.output_item.added" | "response.output_item.done" => {
                let event: Value = serde_json::from_str(data).unwrap_or_default();
                self.item(place, &event["item"], sink);
            }
            "response.completed" | "response.incomplete" | "response.failed" | "error" => {
                if kind == "error" {
                    return Err(sum::failed_event(self.sum.row, data));
                }
                let mut event: Value = serde_json::from_str(data).unwrap_or_default();
                let body = sum::take_at(&mut event, &["response"]);
                if kind == "response.failed" {
                    return Err(sum::failed(self.sum.row, &body));
                }
                self.response = Some(body).filter(Value::is_object);
                self.sum.done = true;
            }
            _ => return Ok(()),
        }
        sink.delta_end();
        Ok(())
    }

    fn sum(&self) -> &Sum {
        &self.sum
    }

    fn is_complete(&self) -> bool {
        self.response.is_some()
    }

    fn answer(&mut self, sink: &mut dyn Sink) -> Answer {
        let mut response = self.response.take().unwrap_or_default();
        self.items(&mut response, sink);
        let finish = decode::finish(&response, !self.sum.calls.is_empty());
        self.sum.finish = decode::reason(&response);
        self.sum.usage = response.get("usage").filter(|usage| usage.is_object()).cloned();
        self.sum.model = text_at(&response, &["model"]).map(str::to_owned);
        self.sum.answer(response, finish)
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
            if self.sum.begin_call(id, name, sink).is_none() {
                return;
            }
            self.places.push(place);
        }
        self.arguments(place, text_at(item, &["arguments"]).unwrap_or_default(), sink);
    }

    /// The whole arguments, for servers without deltas.
    fn arguments(&mut self, place: usize, whole: &str, sink: &mut dyn Sink) {
        if let Some(call) = self.call(place)
            && self.sum.calls.get(call).is_some_and(|known| known.arguments.is_empty())
        {
            self.sum.piece(Slot::Arguments(call), whole, sink);
        }
    }

    /// Facts of the last event, and the items if the last event omits them.
    fn items(&mut self, response: &mut Value, sink: &mut dyn Sink) {
        let listed = response.get("output").and_then(Value::as_array).is_some_and(|items| !items.is_empty());
        if !listed {
            let mut output = Vec::new();
            if let Some(text) = &self.sum.text {
                let content = Value::Array(vec![obj! { "type": "output_text", "text": text }]);
                output.push(obj! { "type": "message", "role": "assistant", "content": content });
            }
            for call in &self.sum.calls {
                output.push(obj! { "type": "function_call", "call_id": call.id, "name": call.name, "arguments": call.arguments });
            }
            response["output"] = output.into();
            return;
        }
        if self.sum.text.is_none()
            && let Ok(whole) = decode::decode(self.sum.row, response.clone())
            && let Some(text) = whole.text
        {
            self.sum.piece(Slot::Text, &text, sink);
        }
        let items = response.get("output").and_then(Value::as_array).cloned().unwrap_or_default();
        for (place, item) in items.iter().enumerate() {
            if self.places.len() < decode::calls(response).count() {
                self.item(place, item, sink);
            }
        }
    }
}
