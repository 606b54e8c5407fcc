//! Requests to the native APIs: system prompts moved, tools forced, formats set, parts translated or refused,
//! parameters renamed; the turns after a failed answer; and the errors.

use crate::framings;
use instructor_wasm::machinery::call::{Action, Call, CallResult, Client, Clock, ToolRun};
use instructor_wasm::machinery::error::{Error, Issue, Kind};
use serde_json::{Map, Value, json};

mod addresses;
mod anthropic;
mod base_urls;
mod bedrock;
mod calls;
mod chat;
mod echoes;
mod embedded_errors;
mod errors;
mod faults;
mod google;
mod hostile;
mod others;
mod parts;
mod registry;
#[cfg(feature = "validator")]
mod repair;
#[cfg(feature = "validator")]
mod repair_corpus;
mod repair_stopped;
mod steps;
mod streams;
mod tokens;
mod turns;
mod wire_answers;

const CLOCK: Clock = Clock { now_ms: 1_767_323_045_000.0, random: 0.5 };

fn user() -> Value {
    json!({
        "name": "User",
        "schema": {
            "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
            "required": ["name", "age"],
        },
    })
}

/// Options of a client: client that are sufficient for every provider, overridden by these.
fn options(own: &Value) -> Map<String, Value> {
    let mut all = json!({
        "apiKey": "k", "project": "p", "region": "us-east-1", "accountId": "acc",
    });
    for (key, value) in own.as_object().unwrap() {
        all[key] = value.clone();
    }
    all.as_object().unwrap().clone()
}

/// A call of this model with these options and parameters.
fn call(model: &str, own: Value, params: Value) -> Result<Call, Error> {
    let mut given = json!({ "responseModel": user(), "messages": [{ "role": "user", "content": "Jason is 25" }] });
    for (key, value) in params.as_object().unwrap() {
        given[key] = value.clone();
    }
    let stream = given.get("stream").and_then(Value::as_bool).unwrap_or(false);
    let client = Client::new(model, options(&own))?;
    Call::new(client.setup(given.as_object().unwrap().clone(), stream)?)
}

/// The request's URL and body.
fn request(model: &str, options: Value, params: Value) -> (String, Value) {
    let request = call(model, options, params).unwrap().request();
    (request.url, serde_json::from_str(&request.body).unwrap())
}

fn refusal(model: &str, params: Value) -> String {
    call(model, json!({}), params).err().expect("it should be refused").message
}

/// The body of the second request, after an invalid answer.
fn second(model: &str, params: Value, answer: Value) -> Value {
    let mut call = call(model, json!({}), params).unwrap();
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                let turns = ["messages", "contents", "input"].iter().find_map(|key| body[*key].as_array()).unwrap();
                if turns.len() > 1 {
                    return body;
                }
                call.on_response(200, &[], answer.to_string().as_bytes(), CLOCK);
            }
            Action::Validate(_) => {
                let issue =
                    instructor_wasm::machinery::error::Issue { path: vec!["age".into()], message: "bad age".into() };
                call.on_validated(vec![issue], CLOCK);
            }
            Action::Failed(error) => panic!("{error}"),
            Action::Done => panic!("accepted"),
            _ => {}
        }
    }
}

const SYSTEM: &str = "Be precise.";

fn with_system() -> Value {
    json!([{ "role": "system", "content": SYSTEM }, { "role": "user", "content": "Jason is 25" }])
}

/// An exchange with a tool, in OpenAI's format.
fn with_tools() -> Value {
    json!([
        { "role": "user", "content": "What is it?" },
        { "role": "assistant", "content": "Let me see.", "tool_calls": [
            { "id": "c1", "type": "function", "function": { "name": "look", "arguments": "{\"at\":1}" } },
            { "id": "c2", "type": "function", "function": { "name": "look", "arguments": "" } },
        ] },
        { "role": "tool", "tool_call_id": "c1", "content": "a cat" },
        { "role": "tool", "tool_call_id": "c2", "content": "{\"seen\":\"a dog\"}" },
    ])
}

fn picture() -> Value {
    json!([{ "role": "user", "content": [
        { "type": "text", "text": "Who?" },
        { "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } },
    ] }])
}

fn linked_picture() -> Value {
    json!([{ "role": "user", "content": [{ "type": "image", "source": "https://a.example/b.webp?x=1" }] }])
}

fn sound() -> Value {
    json!([{ "role": "user", "content": [{ "type": "input_audio", "input_audio": { "data": "AAAA", "format": "wav" } }] }])
}

/// Responds to each request with the next of these; returns the requests and the result.
fn run(mut call: Call, answers: &[(u16, Value)]) -> (Vec<Value>, Result<Value, Error>) {
    drive(&mut call, answers, |_| Vec::new(), |_| panic!("no tool should run"))
}

/// As [`run`]: `judge` returns the issues of a value, `tools` the results of calls of own tools.
fn drive(
    call: &mut Call,
    answers: &[(u16, Value)],
    judge: impl Fn(&Value) -> Vec<Issue>,
    mut tools: impl FnMut(Vec<ToolRun>) -> Vec<CallResult>,
) -> (Vec<Value>, Result<Value, Error>) {
    let (mut sent, mut answers) = (Vec::new(), answers.iter());
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                sent.push(serde_json::from_str(&request.body).unwrap());
                let (status, body) = answers.next().expect("one request too many");
                call.on_response(*status, &[], body.to_string().as_bytes(), CLOCK);
            }
            Action::RunTools(calls) => call.on_tools_done(tools(calls), CLOCK),
            Action::Validate(text) => call.on_validated(judge(&serde_json::from_str(&text).unwrap()), CLOCK),
            Action::Wait(_) => call.on_woke(),
            Action::Failed(error) => return (sent, Err(error)),
            Action::Done => return (sent, Ok(serde_json::from_str(call.candidate()).unwrap())),
            other => panic!("{other:?}"),
        }
    }
}

/// Responses with the status 200 and these bodies.
fn accepted(answers: &[Value]) -> Vec<(u16, Value)> {
    answers.iter().map(|answer| (200, answer.clone())).collect()
}

/// The issue of a person without an age.
fn no_age(path: Vec<Value>) -> Issue {
    Issue { path, message: "wanted".into() }
}
