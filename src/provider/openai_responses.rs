//! OpenAI's Responses API: `input` items instead of messages, flat tools, `text.format`, named events.
//!
//! [`encode`] writes the request, [`decode`] reads a whole answer, [`stream`] a streamed one. Built-in tools and
//! `previous_response_id` pass unchanged. The wire format and its source:
//! docs/internals/wire-formats.md#openai-responses.

mod decode;
mod encode;
mod stream;

use super::shared::sse;
use super::shared::{history, turns, with_query};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::obj;
use crate::output::OutputRequest;
use crate::output::prompts;
use serde_json::{Map, Value};

pub struct OpenaiResponses;

impl WireApi for OpenaiResponses {
    fn url(&self, endpoint: &Endpoint, _model: &str, _ask: &OutputRequest, _stream: bool) -> String {
        // Azure's classic form has deployments in the path; this API's path does not include them.
        let base = endpoint.base_url.split("/deployments/").next().unwrap_or_default();
        with_query(format!("{base}/responses"), endpoint)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        encode::encode(input)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint.row, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        sse::decoder(stream::State::new(endpoint.row))
    }

    /// The failed call is quoted instead of echoed, because an echo requires its reasoning item; with results, the turn is
    /// echoed as a whole.
    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let stored = body.get("store") != Some(&Value::Bool(false));
        let Some(input) = turns::list(body, "input") else { return };
        if reask.results.is_some() {
            return with_results(input, raw, stored, reask);
        }
        let mut told = false;
        for item in decode::calls(raw) {
            let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
            let problem = match text("arguments") {
                "" | "{}" => prompts::empty_arguments(reask.problems),
                _ => prompts::tool_problem(reask.problems),
            };
            let id = if text("id").is_empty() { text("call_id") } else { text("id") };
            let content = prompts::with_call(&problem, text("arguments"), text("name"), id);
            input.push(obj! { "role": "user", "content": content });
            told = true;
        }
        if !told {
            input.push(obj! { "role": "user", "content": prompts::tool_problem(reask.problems) });
        }
    }
}

/// Appends the items of an answer as they were received, and the results of its calls.
fn with_results(input: &mut Vec<Value>, raw: &Value, stored: bool, reask: &Reask) {
    let mut ids = history::Ids::echoed(reask.endpoint.row.turns.ids);
    let mut results = Vec::new();
    for item in raw.get("output").and_then(Value::as_array).into_iter().flatten() {
        let Some(mut fields) = item.as_object().cloned() else { continue };
        let kind = |fields: &Map<String, Value>, name: &str| fields.get("type").is_some_and(|kind| kind == name);
        // A server that stores no answers does not find items by their ids, and reads reasoning only in its encrypted form.
        if !stored {
            if kind(&fields, "reasoning") && !fields.get("encrypted_content").is_some_and(Value::is_string) {
                continue;
            }
            fields.shift_remove("id");
        }
        if kind(&fields, "function_call") {
            let given = ["call_id", "id"].iter().find_map(|key| fields.get(*key).and_then(Value::as_str));
            let id = ids.call(given);
            let name = fields.get("name").and_then(Value::as_str).unwrap_or_default();
            let name = history::fitted(reask.endpoint.row.turns.names, name).into_owned();
            fields.insert("call_id".into(), id.as_str().into());
            fields.insert("name".into(), name.into());
            history::fit_arguments(&mut fields);
            let call = reask.answer.and_then(|answer| answer.tool_calls.get(results.len()));
            let output = turns::result(turns::result_of(reask, results.len()), call);
            results.push(obj! { "type": "function_call_output", "call_id": id, "output": output });
        }
        fields.retain(|_, value| !value.is_null());
        input.push(Value::Object(fields));
    }
    if results.is_empty() {
        results.push(obj! { "role": "user", "content": reask.problems });
    }
    input.extend(results);
}
