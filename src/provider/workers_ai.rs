//! Cloudflare Workers AI over REST: OpenAI's request with another schema format, and answers in three forms
//! (docs/internals/wire-formats.md#workers-ai).

use super::openai_chat::OpenaiChat;
use super::shared::accumulator::{self, Accumulator, DeltaTarget, text_at};
use super::shared::sse::{self, Events};
use super::shared::with_query;
use super::{Encode, Endpoint, Reask, Sink, StreamDecoder, WireApi, error_body};
use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::http::percent_encode_path;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::output::{Format, OutputRequest};
use crate::stream::SseEvent;
use serde_json::Value;
use std::borrow::Cow;

pub struct WorkersAi;

impl WireApi for WorkersAi {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        // The slashes of a model stay: `@cf/meta/…`. An AI gateway's address has no `/run`.
        let run = if endpoint.base_url.ends_with("/workers-ai") { "" } else { "/run" };
        with_query([&endpoint.base_url, run, "/", &percent_encode_path(model)].concat(), endpoint)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        let mut body = OpenaiChat.encode(input)?;
        if let Some(fields) = body.as_object_mut() {
            // The model is in the path.
            fields.shift_remove("model");
            if let Some(limit) = input.endpoint.row.max_default {
                fields.entry("max_tokens").or_insert(limit.into());
            }
            if let Some(Format::Schema { schema, .. }) = &input.output.format {
                let format = obj! { "type": "json_schema", "json_schema": schema };
                fields.insert("response_format".into(), format);
            }
        }
        Ok(body)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        if body.get("success").and_then(Value::as_bool) == Some(false) {
            let (code, said) = self.error_text(&body).unwrap_or_default();
            return Err(accumulator::failed(endpoint.row, &obj! { "error": obj! { "message": said, "type": code } }));
        }
        let mut body = body;
        let result = match body.get_mut("result") {
            Some(result) if result.is_object() => result.take(),
            _ => body,
        };
        if result.get("choices").is_some() {
            return OpenaiChat.decode(endpoint, result);
        }
        if let Some(error) = error_body::in_band(endpoint.row, &result) {
            return Err(error);
        }
        let text = match result.get("response") {
            // With a schema the response is an object.
            Some(value @ (Value::Object(_) | Value::Array(_))) => Some(value.to_text()),
            other => accumulator::scalar_text(other).map(Cow::into_owned),
        };
        let tool_calls: Vec<ToolCall> = result
            .get("tool_calls")
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(call).collect())
            .unwrap_or_default();
        if text.is_none() && tool_calls.is_empty() {
            return Err(Error::parsing("No response in the result").with("body", result));
        }
        Ok(answer(result, text, tool_calls))
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        Box::new(Decoder { endpoint: endpoint.clone(), chosen: None, held: Vec::new() })
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        OpenaiChat.reask(body, reask);
    }

    fn error_text(&self, body: &Value) -> Option<(Option<String>, String)> {
        let first = body.get("errors")?.as_array()?.first()?;
        let code = first.get("code").map(ToText::to_text);
        Some((code, text_at(first, &["message"]).unwrap_or("no reason given").to_owned()))
    }
}

/// `{name, arguments: {…}}`, or OpenAI's form.
fn call(call: &Value) -> Option<ToolCall> {
    let function = call.get("function").unwrap_or(call);
    let arguments = match function.get("arguments")? {
        Value::String(text) => text.clone(),
        other => other.to_text(),
    };
    let id = text_at(call, &["id"]).map(str::to_owned);
    Some(ToolCall { id, name: text_at(function, &["name"])?.to_owned(), arguments: Some(arguments) })
}

/// Adds a message in OpenAI's form to the raw body, so that a reask can echo it.
fn answer(mut raw: Value, text: Option<String>, tool_calls: Vec<ToolCall>) -> Answer {
    let usage = raw.get("usage").filter(|usage| usage.is_object()).cloned();
    raw["choices"] = Value::Array(vec![obj! { "message": obj! { "role": "assistant", "content": text } }]);
    let finish = if tool_calls.is_empty() { Finish::Stop } else { Finish::ToolCalls };
    Answer { raw, text, tool_calls, finish, usage, ..Answer::default() }
}

/// Detects the stream's form by its first event.
struct Decoder {
    endpoint: Endpoint,
    chosen: Option<Box<dyn StreamDecoder>>,
    held: Vec<u8>,
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        if let Some(chosen) = &mut self.chosen {
            return chosen.push(bytes, sink);
        }
        self.held.extend_from_slice(bytes);
        let has = |needle: &[u8]| self.held.windows(needle.len()).any(|window| window == needle);
        let mut chosen: Box<dyn StreamDecoder> = if has(b"\"choices\"") {
            OpenaiChat.decode_stream(&self.endpoint)
        } else if has(b"\"response\"") || has(b"[DONE]") || has(b"\"error") || self.held.len() > 1 << 16 {
            sse::decoder(Plain { accumulator: Accumulator::new(self.endpoint.row) })
        } else {
            return Ok(());
        };
        let outcome = chosen.push(&std::mem::take(&mut self.held), sink);
        self.chosen = Some(chosen);
        outcome
    }

    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        match &mut self.chosen {
            Some(chosen) => chosen.finish(sink),
            None => Err(accumulator::cut()),
        }
    }

    fn stop(&mut self) {
        self.chosen.iter_mut().for_each(|chosen| chosen.stop());
    }

    fn is_done(&self) -> bool {
        self.chosen.as_ref().is_some_and(|chosen| chosen.is_done())
    }
}

/// `{"response": "…"}` events.
struct Plain {
    accumulator: Accumulator,
}

impl Events for Plain {
    fn event(&mut self, event: SseEvent, sink: &mut dyn Sink) -> Result<(), Error> {
        let SseEvent { event: kind, data } = event;
        if self.accumulator.done || data.is_empty() {
            return Ok(());
        }
        if data.starts_with("[DONE]") {
            self.accumulator.done = true;
            return Ok(());
        }
        if kind == "error" {
            return Err(accumulator::failed_event(self.accumulator.row, data));
        }
        let event: Value =
            jsontext::from_str(data).map_err(|_| Error::parsing("The provider sent an event that is not JSON."))?;
        if event.get("error").or_else(|| event.get("errors")).is_some_and(|error| !error.is_null()) {
            let (code, said) = WorkersAi.error_text(&event).unwrap_or_default();
            let shown = if said.is_empty() {
                event
            } else {
                obj! { "error": obj! { "message": said, "type": code } }
            };
            return Err(accumulator::failed(self.accumulator.row, &shown));
        }
        match event.get("response") {
            Some(value @ Value::Object(_)) => self.accumulator.piece(DeltaTarget::Text, &value.to_text(), sink),
            // Each piece is a JSON value, so a number has no quotes.
            other => {
                if let Some(piece) = accumulator::scalar_text(other) {
                    self.accumulator.piece(DeltaTarget::Text, &piece, sink);
                }
            }
        }
        for call in event.get("tool_calls").and_then(Value::as_array).into_iter().flatten().filter_map(call) {
            self.accumulator.whole_call(
                call.id.as_deref(),
                &call.name,
                call.arguments.as_deref().unwrap_or("{}"),
                sink,
            );
        }
        if let Some(usage) = event.get("usage").filter(|usage| usage.is_object()) {
            self.accumulator.usage = Some(usage.clone());
        }
        sink.delta_end();
        Ok(())
    }

    fn accumulator(&self) -> &Accumulator {
        &self.accumulator
    }

    fn is_complete(&self) -> bool {
        self.accumulator.done
    }

    fn answer(&mut self, _sink: &mut dyn Sink) -> Answer {
        let text = self.accumulator.text.take();
        let calls = std::mem::take(&mut self.accumulator.calls);
        let calls = calls.into_iter().map(|c| ToolCall { id: c.id, name: c.name, arguments: Some(c.arguments) });
        let raw = obj! { "response": text, "usage": self.accumulator.usage };
        answer(raw, text, calls.collect())
    }
}
