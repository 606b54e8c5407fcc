//! Google's generateContent: the Gemini API and Vertex AI.
//!
//! [`encode`] builds contents, systemInstruction, functionDeclarations and generationConfig; [`decode`] reads
//! candidates; [`stream`] sums the chunks of a streamed answer, which are whole responses with new parts. Schemas go as
//! JSON Schema (`parametersJsonSchema`, `responseJsonSchema`), so that maps, unions and references need no rewriting. A
//! model's turn is echoed unchanged, because the API requires its thought signatures. The wire format and its source:
//! docs/internals/wire-formats.md#gemini-generatecontent.

mod decode;
mod encode;
mod stream;

use super::shared::accumulator::text_at;
use super::shared::{history, turns, with_query};
use super::{Encode, Endpoint, Reask, StreamDecoder, WireApi};
use crate::chat::Answer;
use crate::error::Error;
use crate::http::{percent_encode, percent_encode_path};
use crate::obj;
use crate::output::OutputRequest;
use crate::output::prompts;
use serde_json::Value;

pub struct Gemini;

impl WireApi for Gemini {
    fn url(&self, endpoint: &Endpoint, model: &str, _ask: &OutputRequest, stream: bool) -> String {
        let method = if stream { ":streamGenerateContent?alt=sse" } else { ":generateContent" };
        let base = endpoint.base_url.as_str();
        // A base of Vertex AI ends with Google as the publisher; a model may have another publisher, or none.
        let (root, _) = base.rsplit_once("/publishers/").unwrap_or((base, ""));
        let (base, place) = match model.split('/').collect::<Vec<_>>().as_slice() {
            // `tunedModels/x` and `models/x` are separate paths.
            [_] => (base, "/models/"),
            ["publishers" | "endpoints", ..] => (root, "/"),
            [publisher, name] if root.len() < base.len() && *publisher != "models" => {
                let publisher = ["/publishers/", &percent_encode(publisher), "/models/"].concat();
                return with_query([root, &publisher, &percent_encode(name), method].concat(), endpoint);
            }
            _ => (base, "/"),
        };
        with_query([base, place, &percent_encode_path(model), method].concat(), endpoint)
    }

    fn encode(&self, input: &Encode) -> Result<Value, Error> {
        encode::encode(input)
    }

    fn decode(&self, endpoint: &Endpoint, body: Value) -> Result<Answer, Error> {
        decode::decode(endpoint.row, body)
    }

    fn decode_stream(&self, endpoint: &Endpoint) -> Box<dyn StreamDecoder> {
        Box::new(stream::Decoder::new(endpoint.row))
    }

    fn reask(&self, body: &mut Value, reask: &Reask) {
        let raw = reask.answer.map_or(&Value::Null, |answer| &answer.raw);
        let Some(contents) = turns::list(body, "contents") else { return };
        let user = |text: String| obj! { "role": "user", "parts": Value::Array(vec![obj! { "text": text }]) };
        if !turns::has_calls(reask) {
            // The elements of a list are delivered already, so no attempt is quoted.
            contents.push(user(match reask.answer {
                None => prompts::tool_problem(reask.problems),
                Some(answer) => {
                    let text = answer.text.as_deref().filter(|text| !text.trim().is_empty());
                    prompts::attempt_in(reask.problems, text.unwrap_or(prompts::NO_TEXT))
                }
            }));
            return;
        }
        let mut results = Vec::new();
        let parts = decode::content(raw).and_then(|content| content.get("parts")?.as_array());
        let mut echo: Vec<Value> = parts.into_iter().flatten().filter(|part| has_content(part)).cloned().collect();
        for call in echo.iter_mut().filter_map(|part| part.get_mut("functionCall")) {
            let name = text_at(call, &["name"]).unwrap_or_default();
            let name = history::fitted(reask.endpoint.row.turns.names, name).into_owned();
            let answered = reask.answer.and_then(|answer| answer.tool_calls.get(results.len()));
            let result = turns::result_of(reask, results.len());
            let said = if result.is_error {
                obj! { "error": turns::result(result, answered) }
            } else {
                encode::response(result.text)
            };
            let mut response = obj! { "name": name, "response": said };
            if let Some(id) = call.get("id") {
                response["id"] = id.clone();
            }
            if let Some(call) = call.as_object_mut() {
                call.insert("name".into(), name.into());
                if call.get("args").is_some_and(|args| !args.is_object()) {
                    call.shift_remove("args");
                }
            }
            results.push(obj! { "functionResponse": response });
        }
        // A turn without parts is refused.
        if !echo.is_empty() {
            contents.push(obj! { "role": "model", "parts": echo });
        }
        contents.push(match results.is_empty() {
            true => user(prompts::tool_problem(reask.problems)),
            false => obj! { "role": "user", "parts": results },
        });
    }
}

/// A part that can be sent back: blank text only with a signature.
fn has_content(part: &Value) -> bool {
    let blank = text_at(part, &["text"]).is_some_and(|text| text.trim().is_empty());
    part.as_object().is_some_and(|fields| !fields.is_empty()) && (!blank || part.get("thoughtSignature").is_some())
}
