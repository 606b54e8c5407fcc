//! Cohere's chat API, version 2: messages and tools like OpenAI's, other values of `tool_choice`, other events.
//!
//! A tool cannot be forced by name: only the wanted tool is sent, with `REQUIRED`. The wire format and its source:
//! docs/internals/wire-formats.md#cohere-chat-v2.

mod decode;
mod stream;

use super::openai_chat::messages;
use super::shared::parts::{self, Media, Part};
use super::shared::sse;
use super::shared::{self, history, turns};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::output::prompts;
use crate::output::{Choice, Format, OutputRequest};
use serde_json::{Map, Value};

pub struct Cohere;

impl WireApi for Cohere {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        shared::url(endpoint, endpoint.row.path, model)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        let output = input.output;
        let mut body = Map::new();
        body.insert("model".into(), input.model.into());
        let row = input.endpoint.row;
        let given = history::fit(input.messages, &row.turns);
        let mut turns = Vec::with_capacity(given.len());
        for message in given.iter() {
            turns.push(turn(message, row.id)?);
        }
        body.insert("messages".into(), messages::place(turns, output).into());
        for (key, value) in turns::params(input)? {
            let (name, value) = match key {
                "top_p" => ("p", value.clone()),
                "top_k" => ("k", value.clone()),
                "stop" => ("stop_sequences", turns::stops(value)),
                "max_completion_tokens" => ("max_tokens", value.clone()),
                other => (other, value.clone()),
            };
            body.insert(name.to_owned(), value);
        }
        if output.has_tools() {
            let ours = output.all_tools().map(|tool| {
                obj! { "type": "function", "function": obj! { "name": tool.name, "description": tool.description, "parameters": tool.parameters } }
            });
            turns::add_tools(&mut body, ours);
            if !turns::own_choice(input)? && output.choice != Choice::Auto {
                body.insert("tool_choice".into(), "REQUIRED".into());
            }
            if output.tools.iter().any(|tool| tool.strict) {
                body.insert("strict_tools".into(), true.into());
            }
        }
        match &output.format {
            Some(Format::Schema { schema, .. }) => {
                body.insert("response_format".into(), obj! { "type": "json_object", "json_schema": schema });
            }
            Some(Format::Json) => {
                body.insert("response_format".into(), obj! { "type": "json_object" });
            }
            None => {}
        }
        if input.stream {
            body.insert("stream".into(), true.into());
        }
        Ok(Value::Object(body))
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint.row, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        sse::decoder(stream::State::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let message = reask.answer.and_then(|answer| answer.raw.get("message")).and_then(Value::as_object);
        let Some(list) = turns::list(body, "messages") else { return };
        let calls = message.and_then(|m| m.get("tool_calls")?.as_array()).map(Vec::as_slice).unwrap_or_default();
        if !turns::has_calls(reask) || calls.is_empty() {
            // The elements of a list are delivered already, so no attempt is quoted.
            let said = match reask.answer {
                None => prompts::tool_problem(reask.problems),
                Some(answer) => prompts::correct_json(reask.problems, answer.text.as_deref().unwrap_or_default()),
            };
            list.push(obj! { "role": "user", "content": said });
            return;
        }
        let mut calls = calls.to_vec();
        let answered = history::fit_calls(&mut calls, &reask.endpoint.row.turns);
        let mut echo = Map::from_iter([("role".to_owned(), Value::from("assistant"))]);
        echo.insert("tool_calls".into(), calls.into());
        if let Some(plan) = message.and_then(|m| m.get("tool_plan")).filter(|v| !v.is_null() && **v != "") {
            echo.insert("tool_plan".into(), plan.clone());
        }
        list.push(echo.into());
        for (number, call) in answered.into_iter().enumerate() {
            let content = call.result_of(turns::result_of(reask, number));
            list.push(obj! { "role": "tool", "tool_call_id": call.id, "content": content });
        }
    }
}

/// Cohere's messages are OpenAI's; of the parts it accepts text and images.
fn turn(message: &Value, provider: &str) -> Result<Value, Error> {
    let mut out = message.clone();
    // A tool turn of OpenAI's may have the tool's name, which Cohere refuses.
    if let Some(fields) = out.as_object_mut().filter(|_| turns::role(message) == "tool") {
        fields.shift_remove("name");
    }
    if message.get("content").is_some_and(Value::is_array) {
        let mut list = Vec::new();
        for part in parts::of(message) {
            list.push(match part {
                Part::Text(text) => obj! { "type": "text", "text": text },
                Part::Native(part) => part.clone(),
                Part::Media { kind: Media::Image, source, .. } => match parts::as_url(&source) {
                    Some(url) => obj! { "type": "image_url", "image_url": obj! { "url": url } },
                    None => return Err(parts::refuse(provider, "image", "give it as a URL or as data")),
                },
                Part::Media { kind, .. } => return Err(parts::refuse(provider, kind.name(), "this API has none")),
            });
        }
        out["content"] = list.into();
    }
    Ok(out)
}
