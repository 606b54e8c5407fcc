//! Decodes answers with the crate's decoders, for `scripts/facts.mjs`.
//!
//! Standard input: one JSON object per line, `{model, options, body}` (the options of a client, and the body of a response with
//! status 200). Standard output: one line for each, the neutral finish reason or `error: <class>`.

#![allow(clippy::disallowed_methods, reason = "a native program")]

use std::io::BufRead;

use instructor_wasm::Error;
use instructor_wasm::machinery::call::Client;
use instructor_wasm::machinery::provider::wire::wire;
use serde_json::{Map, Value, json};

fn finish(mut question: Value) -> Result<&'static str, Error> {
    let model = question["model"].as_str().unwrap_or_default().to_owned();
    let options: Map<String, Value> = question["options"].as_object().cloned().unwrap_or_default();
    let call = json!({
        "prompt": "x",
        "responseModel": { "name": "Answer", "schema": { "type": "object", "properties": { "a": { "type": "string" } } } },
    });
    let setup = Client::new(&model, options)?.setup(call.as_object().cloned().unwrap_or_default(), false)?;
    let answer = wire(setup.api).decode(&setup.endpoint, question["body"].take())?;
    Ok(answer.finish.name())
}

fn main() {
    for line in std::io::stdin().lock().lines() {
        let question = serde_json::from_str(&line.expect("a line")).expect("JSON");
        match finish(question) {
            Ok(name) => println!("{name}"),
            Err(error) => println!("error: {}", error.kind.class()),
        }
    }
}
