//! Parameters of the call itself, which are not part of the request.

use crate::error::Error;
use crate::mode::SchemaPrompt;
use crate::provider::{Endpoint, address};
use serde_json::{Map, Value};

/// The options for reading an answer.
pub(super) struct Reading {
    pub strict: bool,
    pub lenient: bool,
    pub retry_leniently: bool,
    pub structural: bool,
    pub every_delta: bool,
    pub repair_parts: bool,
}

impl Reading {
    pub fn of(steering: &Map<String, Value>) -> Result<Reading, Error> {
        let strict = flag(steering, "strict", true)?;
        let (lenient, retry_leniently) = match word(steering, "parse") {
            "" => (false, !strict),
            "lenient" => (true, false),
            "strict" => (false, false),
            _ => return Err(Error::invalid_parameter("parse", "'strict' or 'lenient'")),
        };
        let structural = word(steering, "parse") != "strict";
        let every_delta = match word(steering, "every") {
            "" | "chunk" => false,
            "delta" => true,
            _ => return Err(Error::invalid_parameter("every", "'chunk' or 'delta'")),
        };
        let repair_parts = match word(steering, "repair") {
            "" | "whole" => false,
            "part" => true,
            _ => return Err(Error::invalid_parameter("repair", "'part' or 'whole'")),
        };
        Ok(Reading { strict, lenient, retry_leniently, structural, every_delta, repair_parts })
    }
}

pub(super) fn model_of(steering: &Map<String, Value>, endpoint: &Endpoint) -> Result<String, Error> {
    match steering.get("model") {
        None | Some(Value::Null) => Ok(endpoint.model.clone()),
        Some(Value::String(model)) if !model.is_empty() => {
            address::model(endpoint.row, model)?;
            Ok(model.clone())
        }
        Some(_) => Err(Error::invalid_parameter("model", "the name of a model of this provider")),
    }
}

/// The schema prompt. An object with a `text` is the result of a function of the caller.
pub(super) fn prompt_of(given: Option<&Value>) -> Result<Option<SchemaPrompt<'_>>, Error> {
    match given {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(word)) => Ok(Some(SchemaPrompt::named(word))),
        Some(given) => match given.get("text").and_then(Value::as_str) {
            Some(text) => Ok(Some(SchemaPrompt::Text(text))),
            None => Err(Error::invalid_parameter(
                "schemaPrompt",
                "'types', 'json-schema', a string (`{types}` and `{schema}` in it are replaced) or a function",
            )),
        },
    }
}

pub(super) fn flag(options: &Map<String, Value>, name: &str, default: bool) -> Result<bool, Error> {
    match options.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(Value::Bool(b)) => Ok(*b),
        Some(_) => Err(Error::invalid_parameter(name, "true or false")),
    }
}

/// An option with a word as its value; empty if it is not given, `?` if its value is not a string.
fn word<'a>(options: &'a Map<String, Value>, name: &str) -> &'a str {
    match options.get(name) {
        None | Some(Value::Null) => "",
        Some(value) => value.as_str().filter(|word| !word.is_empty()).unwrap_or("?"),
    }
}
