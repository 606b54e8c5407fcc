//! Ollama's own API: `/api/chat`, streamed as one JSON object per line.
//!
//! A schema constrains the text (`format`); a tool cannot be forced. Arguments are objects. The wire format and its
//! source: docs/internals/wire-formats.md#ollama.

use super::openai_chat::messages;
use super::shared::accumulator::{self, Accumulator, DeltaTarget, text_at};
use super::shared::parts::{self, Media, Part, Source};
use super::shared::{history, merge, turns, with_query};
use super::{Encode, Endpoint, Reask, Sink, StreamDecoder, WireApi, error_body};
use crate::chat::{Answer, Finish, ToolCall};
use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::output::prompts;
use crate::output::{Format, OutputRequest};
use crate::provider::registry::Row;
use crate::stream::LineDecoder;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Parameters in `options`: neutral names and Ollama's.
const OPTIONS: &[(&str, &str)] = &[
    ("max_tokens", "num_predict"),
    ("temperature", "temperature"),
    ("top_p", "top_p"),
    ("top_k", "top_k"),
    ("seed", "seed"),
    ("stop", "stop"),
    ("num_ctx", "num_ctx"),
    ("frequency_penalty", "frequency_penalty"),
    ("presence_penalty", "presence_penalty"),
];

pub struct OllamaNative;

impl WireApi for OllamaNative {
    fn url(&self, endpoint: &Endpoint, _model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        // The address of the OpenAI layer works too.
        let base = endpoint.base_url.strip_suffix("/v1").unwrap_or(&endpoint.base_url);
        with_query(format!("{base}{}", endpoint.row.path), endpoint)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        let output = input.output;
        let mut body = Map::new();
        body.insert("model".into(), input.model.into());
        let row = input.endpoint.row;
        let given = history::fit(input.messages, &row.turns);
        let mut turns = Vec::with_capacity(given.len());
        for message in given.iter() {
            turns.push(turn(message, &given, row.id)?);
        }
        body.insert("messages".into(), messages::place(turns, output).into());
        let mut options = Map::new();
        for (key, value) in turns::params(input)? {
            match OPTIONS.iter().find(|(name, _)| *name == key) {
                Some((_, name)) => options.insert((*name).to_owned(), value.clone()),
                None if key == "tool_choice" => return Err(turns::not_taken("Ollama's own API", key)),
                None => body.insert(key.to_owned(), value.clone()),
            };
        }
        turns::merge_into(&mut body, "options", options);
        if output.has_tools() {
            let ours = output.all_tools().map(|tool| {
                obj! { "type": "function", "function": obj! { "name": tool.name, "description": tool.description, "parameters": tool.parameters } }
            });
            turns::add_tools(&mut body, ours);
        }
        match &output.format {
            Some(Format::Schema { schema, .. }) => body.insert("format".into(), schema.clone()),
            Some(Format::Json) => body.insert("format".into(), "json".into()),
            None => None,
        };
        // The API streams by default.
        body.insert("stream".into(), input.stream.into());
        Ok(Value::Object(body))
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        if let Some(error) = error_body::in_band(endpoint.row, &body) {
            return Err(error);
        }
        let Some(message) = body.get("message").filter(|message| message.is_object()) else {
            return Err(Error::parsing("No message in the response").with("body", body));
        };
        let tool_calls: Vec<ToolCall> = calls(message)
            .map(|(id, name, arguments)| ToolCall {
                id: id.map(str::to_owned),
                name: name.to_owned(),
                arguments: Some(arguments),
            })
            .collect();
        let reason = body.get("done_reason").and_then(Value::as_str);
        Ok(Answer {
            text: accumulator::scalar_text(message.get("content")).map(Cow::into_owned),
            reasoning: text_at(message, &["thinking"]).filter(|text| !text.is_empty()).map(str::to_owned),
            finish: finish(reason, !tool_calls.is_empty()),
            finish_reason: reason.map(str::to_owned),
            tool_calls,
            refusal: None,
            usage: usage(&body),
            model: text_at(&body, &["model"]).map(str::to_owned),
            raw: body,
        })
    }

    fn streams_json(&self) -> bool {
        true
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        let state = State {
            accumulator: Accumulator::new(endpoint.row),
            last: Value::Null,
            calls: Vec::new(),
            more: Map::new(),
        };
        Box::new(Decoder { lines: LineDecoder::new(), state, stopped: false })
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let message = reask.answer.and_then(|answer| answer.raw.get("message")).filter(|message| message.is_object());
        let Some(list) = turns::list(body, "messages") else { return };
        let tools = turns::has_calls(reask);
        let mut results = Vec::new();
        if let Some(message) = message {
            let mut echo = message.clone();
            match echo.get_mut("tool_calls").and_then(Value::as_array_mut) {
                Some(calls) if tools => {
                    let echoed = history::fit_calls(calls, &reask.endpoint.row.turns);
                    for (number, echoed) in echoed.into_iter().enumerate() {
                        let content = echoed.result_of(turns::result_of(reask, number));
                        results.push(
                            obj! { "role": "tool", "tool_name": echoed.name, "content": content, "tool_call_id": echoed.id },
                        );
                    }
                    // Arguments are objects in this API.
                    for arguments in calls.iter_mut().filter_map(|call| call.get_mut("function")?.get_mut("arguments"))
                    {
                        *arguments = turns::arguments_value(arguments.as_str().unwrap_or_default());
                    }
                }
                // Without tools in the request, a call cannot have a result.
                Some(calls) => calls.clear(),
                None => {}
            }
            if !history::is_empty(&echo) {
                list.push(echo);
            }
        }
        if results.is_empty() {
            let text =
                if tools { prompts::tool_problem(reask.problems) } else { prompts::json_problem(reask.problems) };
            results.push(obj! { "role": "user", "content": text });
        }
        list.extend(results);
    }
}

/// Text in `content`, images in `images`; calls with objects as arguments.
fn turn(message: &Value, messages: &[Value], provider: &str) -> Result<Value, Error> {
    let role = turns::role(message);
    let mut images = Vec::new();
    for part in parts::of(message) {
        match part {
            Part::Text(_) => {}
            Part::Media { kind: Media::Image, source: Source::Data { data, .. }, .. } => images.push(Value::from(data)),
            Part::Media { kind: Media::Image, .. } => {
                return Err(parts::refuse(provider, "image", "it accepts images as data only, not as URLs"));
            }
            Part::Media { kind, .. } => return Err(parts::refuse(provider, kind.name(), "this API has none")),
            Part::Native(part) => {
                let kind = text_at(part, &["type"]).unwrap_or("unknown");
                return Err(parts::refuse(provider, kind, "this API has none"));
            }
        }
    }
    let mut out = obj! { "role": role, "content": parts::text_of(message) };
    if !images.is_empty() {
        out["images"] = images.into();
    }
    let calls: Vec<Value> = turns::calls(message)
        .into_iter()
        .map(|call| {
            let function = obj! { "name": call.name, "arguments": turns::arguments_value(call.arguments) };
            obj! { "id": call.id, "function": function }
        })
        .collect();
    if !calls.is_empty() {
        out["tool_calls"] = calls.into();
    }
    if role == "tool" {
        out["tool_name"] = turns::answered_call_name(message, messages).into();
        out["tool_call_id"] = turns::answered_call_id(message).into();
    }
    Ok(out)
}

/// The id, name and arguments (as text) of each call.
fn calls(message: &Value) -> impl Iterator<Item = (Option<&str>, &str, String)> {
    let list = message.get("tool_calls").and_then(Value::as_array);
    list.into_iter().flatten().filter_map(|call| {
        let function = call.get("function")?;
        let arguments = match function.get("arguments") {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Null) | None => "{}".to_owned(),
            Some(other) => other.to_text(),
        };
        Some((text_at(call, &["id"]), text_at(function, &["name"])?, arguments))
    })
}

fn finish(reason: Option<&str>, calls: bool) -> Finish {
    match reason {
        None => Finish::Unknown,
        Some("stop") if calls => Finish::ToolCalls,
        Some("stop") => Finish::Stop,
        Some("length") => Finish::Length,
        Some(_) => Finish::Other,
    }
}

fn usage(body: &Value) -> Option<Value> {
    let mut out = Map::new();
    for key in ["prompt_eval_count", "eval_count"] {
        if let Some(count) = body.get(key).filter(|count| count.is_number()) {
            out.insert(key.to_owned(), count.clone());
        }
    }
    (!out.is_empty()).then_some(Value::Object(out))
}

struct Decoder {
    lines: LineDecoder,
    state: State,
    stopped: bool,
}

struct State {
    accumulator: Accumulator,
    /// The last line, with the token counts.
    last: Value,
    calls: Vec<Value>,
    /// Other fields of the message.
    more: Map<String, Value>,
}

impl StreamDecoder for Decoder {
    fn push(&mut self, bytes: &[u8], sink: &mut dyn Sink) -> Result<(), Error> {
        let state = &mut self.state;
        self.lines.push(bytes, &mut |line| state.line(line, sink))
    }

    fn finish(&mut self, sink: &mut dyn Sink) -> Result<Answer, Error> {
        let state = &mut self.state;
        let last = self.lines.finish(&mut |line| state.line(line, sink));
        accumulator::ended(last, self.stopped || state.accumulator.done)?;
        let mut body = state.last.take();
        let mut message =
            obj! { "role": "assistant", "content": state.accumulator.text.as_deref().unwrap_or_default() };
        if !state.accumulator.reasoning.is_empty() {
            message["thinking"] = state.accumulator.reasoning.as_str().into();
        }
        if !state.calls.is_empty() {
            message["tool_calls"] = std::mem::take(&mut state.calls).into();
        }
        if let Some(message) = message.as_object_mut() {
            message.extend(std::mem::take(&mut state.more));
        }
        body["message"] = message;
        state.accumulator.usage = usage(&body);
        let finish = finish(state.accumulator.finish.as_deref(), !state.accumulator.calls.is_empty());
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
    fn line(&mut self, line: &str, sink: &mut dyn Sink) -> Result<(), Error> {
        if self.accumulator.done {
            return Ok(());
        }
        let mut body: Value =
            jsontext::from_str(line).map_err(|_| Error::parsing("The provider sent a line that is not JSON."))?;
        if body.get("error").is_some_and(|error| !error.is_null()) {
            return Err(failed(self.accumulator.row, &body));
        }
        let mut message = accumulator::take_at(&mut body, &["message"]);
        for (key, target) in [("thinking", DeltaTarget::Reasoning), ("content", DeltaTarget::Text)] {
            if let Some(piece) = accumulator::scalar_text(message.get(key)) {
                self.accumulator.piece(target, &piece, sink);
            }
        }
        for (id, name, arguments) in calls(&message) {
            self.accumulator.whole_call(id, name, &arguments, sink);
        }
        if let Some(list) = message.get("tool_calls").and_then(Value::as_array) {
            self.calls.extend(list.iter().cloned());
        }
        if let Some(message) = message.as_object_mut() {
            message.retain(|key, _| !matches!(key.as_str(), "role" | "content" | "thinking" | "tool_calls"));
            sink.kept(message.values().map(|value| value.to_text().len()).sum());
            merge::fields(&mut self.more, std::mem::take(message));
        }
        if body.get("done").and_then(Value::as_bool) == Some(true) {
            self.accumulator.done = true;
            self.accumulator.finish = text_at(&body, &["done_reason"]).map(str::to_owned);
            self.accumulator.model = text_at(&body, &["model"]).map(str::to_owned);
            self.last = body;
        }
        sink.delta_end();
        Ok(())
    }
}

fn failed(row: &'static Row, body: &Value) -> Error {
    match body.get("error") {
        Some(Value::String(said)) => accumulator::failed(row, &obj! { "error": obj! { "message": said } }),
        _ => accumulator::failed(row, body),
    }
}
