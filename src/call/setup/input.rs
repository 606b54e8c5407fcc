//! Reads and checks the messages and the response models of a call.

use crate::chat::detect;
use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::provider::registry::Row;
use crate::provider::shared::{parts, turns};
use crate::schema::{Models as ModelCache, ResponseModel};
use serde_json::{Map, Value};
use std::rc::Rc;

/// The messages of a call, with parts for the files in them if `autodetect` is true.
pub(super) fn read_messages(
    steering: &mut Map<String, Value>,
    row: &Row,
    autodetect: bool,
) -> Result<Vec<Value>, Error> {
    const WANTED: &str =
        "a non-empty array of messages, e.g. [{ role: 'user', content: 'Extract: …' }], or give `prompt`";
    let mut messages = match steering.shift_remove("messages") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(Error::invalid_parameter("messages", WANTED)),
    };
    match steering.shift_remove("prompt") {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => messages.push(obj! { "role": "user", "content": text }),
        Some(_) => return Err(Error::invalid_parameter("prompt", "a string: shorthand for one user message")),
    }
    if messages.is_empty() {
        return Err(Error::invalid_parameter("messages", WANTED));
    }
    if autodetect {
        detect::detect(&mut messages);
    }
    for (i, message) in messages.iter().enumerate() {
        check_message(i, message, row)?;
    }
    // Most APIs refuse a conversation without a user's message. If all messages are system messages, the last becomes the
    // user's, for every provider.
    if messages.iter().all(|message| matches!(turns::role(message), "system" | "developer"))
        && let Some(last) = messages.last_mut()
    {
        last["role"] = "user".into();
    }
    Ok(messages)
}

fn check_message(i: usize, message: &Value, row: &Row) -> Result<(), Error> {
    let at = |what: &str| format!("messages[{i}]{what}");
    let Some(fields) = message.as_object() else {
        return Err(Error::invalid_parameter(&at(""), "an object with `role` and `content`"));
    };
    if !fields.get("role").is_some_and(Value::is_string) {
        return Err(Error::invalid_parameter(
            &at(".role"),
            "one of 'system', 'developer', 'user', 'assistant', 'tool'",
        ));
    }
    match fields.get("content") {
        Some(Value::String(_)) => Ok(()),
        Some(Value::Array(parts)) => {
            for (j, part) in parts.iter().enumerate() {
                let typed = part.get("type").is_some_and(Value::is_string);
                // The parts of some APIs have no `type`.
                let native = row.turns.untyped && part.as_object().is_some_and(|fields| !fields.is_empty());
                if !part.is_string() && !typed && !native {
                    return Err(Error::invalid_parameter(
                        &at(&format!(".content[{j}]")),
                        "a string or a part with `type`, e.g. { type: 'text', text: '…' }",
                    ));
                }
                let says = |key: &str| part.get(key).and_then(Value::as_str);
                parts::check(part, row, || at(&format!(".content[{j}].source")))?;
                if says("type") == Some("text") && says("text").is_none() {
                    return Err(Error::invalid_parameter(&at(&format!(".content[{j}].text")), "a string"));
                }
            }
            Ok(())
        }
        // Assistant turns that only call tools have no content; Gemini-style turns have `parts`.
        None | Some(Value::Null)
            if ["tool_calls", "function_call", "parts"].iter().any(|key| fields.contains_key(*key)) =>
        {
            Ok(())
        }
        _ => Err(Error::invalid_parameter(&at(".content"), "a string or an array of parts")),
    }
}

const WANTED: &str =
    "a schema (Zod, Valibot, ArkType, TypeBox, JSON Schema …), an array of them, or null for the raw answer";

pub(super) struct Models {
    pub(super) list: Vec<Rc<ResponseModel>>,
    pub(super) parallel: bool,
    /// The names of the tools are the caller's own.
    pub(super) named: bool,
}

/// Whether a response model is `tools({…})`.
pub(super) fn is_named(given: &Value) -> bool {
    given.get("named") == Some(&Value::Bool(true))
}

/// `responseModel`: null, `{schema, name?, description?}` (with `iterable: true` a list of it, with `maybe: true` it or
/// why there is none), or `{parallel: [those]}` (with `named: true` those of `tools({…})`). Each may be given as JSON text, by which
/// a client recognizes a model without parsing it again.
pub(super) fn read_models(steering: &mut Map<String, Value>, cache: &ModelCache) -> Result<Models, Error> {
    match steering.shift_remove("responseModel") {
        None | Some(Value::Null) => Ok(Models { list: Vec::new(), parallel: false, named: false }),
        Some(Value::Object(given)) if given.contains_key("parallel") => parallel_models(given, cache),
        Some(given @ (Value::Object(_) | Value::String(_))) => {
            Ok(Models { list: vec![known_model(&given, cache)?], parallel: false, named: false })
        }
        Some(_) => Err(Error::invalid_parameter("responseModel", WANTED)),
    }
}

#[inline(never)]
fn parallel_models(given: Map<String, Value>, cache: &ModelCache) -> Result<Models, Error> {
    let Some(members) = given.get("parallel").and_then(Value::as_array).filter(|list| !list.is_empty()) else {
        return Err(Error::invalid_parameter("responseModel", WANTED));
    };
    let list = members.iter().map(|member| known_model(member, cache)).collect::<Result<_, _>>()?;
    Ok(Models { list, parallel: true, named: is_named(&Value::Object(given)) })
}

fn known_model(given: &Value, cache: &ModelCache) -> Result<Rc<ResponseModel>, Error> {
    match given {
        Value::String(text) => cache.get(text, || match jsontext::from_str(text) {
            Ok(given) => one_model(given),
            Err(_) if !text.starts_with('{') => Err(Error::invalid_parameter("responseModel", WANTED)),
            // The host writes valid JSON, so only the depth can be the reason.
            Err(_) => Err(Error::configuration(
                "The schema is nested more than 128 levels deep. Give a flatter one (recursion through `$ref`).",
            )),
        }),
        given => cache.get(&given.to_text(), || one_model(given.clone())),
    }
}

fn one_model(mut given: Value) -> Result<ResponseModel, Error> {
    let schema = match &mut given {
        Value::Object(given) => given.get_mut("schema").map(Value::take),
        _ => None,
    };
    let Some(schema) = schema else { return Err(Error::invalid_parameter("responseModel.schema", "a JSON Schema")) };
    let text = |key: &str| match given.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Error::invalid_parameter(&format!("responseModel.{key}"), "a string")),
    };
    let (name, description) = (text("name")?, text("description")?);
    let is = |key: &str| given.get(key) == Some(&Value::Bool(true));
    if is("iterable") {
        ResponseModel::iterable(&schema, name, description)
    } else if is("maybe") {
        ResponseModel::maybe(&schema, name)
    } else {
        ResponseModel::of_value(schema, name, description)
    }
}

/// Checks the parameters of generation that every provider accepts. The provider checks all others.
pub(super) fn check_params(params: &Map<String, Value>) -> Result<(), Error> {
    for (key, value) in params {
        let wanted = match key.as_str() {
            "temperature" | "top_p" if !value.is_number() => "a number",
            "max_tokens" if !value.as_f64().is_some_and(|n| n >= 1.0 && n.fract() == 0.0) => {
                "a whole number of tokens, at least 1"
            }
            "seed" if !value.as_f64().is_some_and(|n| n.fract() == 0.0) => "a whole number",
            "stop" if !value.is_string() && !value.as_array().is_some_and(|l| l.iter().all(Value::is_string)) => {
                "a string or an array of strings"
            }
            _ => continue,
        };
        if !value.is_null() {
            return Err(Error::invalid_parameter(key, wanted));
        }
    }
    Ok(())
}
