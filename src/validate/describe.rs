//! Short descriptions of values and schemas, in the terms of JSON.

use crate::jsontext::{self, ToText};
use crate::pointer::resolve;
use crate::text::shorten;
use serde_json::Value;

/// Maximum length of a value quoted in a message, in characters.
const MAX_VALUE: usize = 60;
/// Maximum number of items listed.
const MAX_LISTED: usize = 12;

/// `the string "abc"`, `the number 3`, `null`, `an array of 3 items`.
pub fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Number(_) => join(&["the number ", &quote(value)]),
        Value::String(text) if text.is_empty() => "an empty string".into(),
        Value::String(_) => join(&["the string ", &quote(value)]),
        Value::Array(items) if items.is_empty() => "an empty array".into(),
        Value::Array(items) => join(&["an array of ", &count(items.len() as u64, "item")]),
        Value::Object(members) if members.is_empty() => "an empty object".into(),
        Value::Object(members) => {
            join(&["an object with the keys ", &list(members.keys().map(String::as_str), members.len())])
        }
    }
}

/// The value as JSON, shortened if it is long.
pub fn quote(value: &Value) -> String {
    match value {
        // Shortened before it is escaped: the text may have a megabyte.
        Value::String(text) => jsontext::quoted(&shorten(text, MAX_VALUE)),
        Value::Array(items) if items.len() > MAX_VALUE => found(value),
        Value::Object(members) if members.len() > MAX_VALUE => found(value),
        other => shorten(&other.to_text(), MAX_VALUE),
    }
}

/// `"a", "b", "c"`, with `…` after the twelfth.
pub fn list<'a>(words: impl Iterator<Item = &'a str>, total: usize) -> String {
    let mut out = String::new();
    for (i, word) in words.take(MAX_LISTED).enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_str(&jsontext::quoted(&shorten(word, MAX_VALUE)));
    }
    cut(&mut out, total);
    out
}

/// Like [`list`], for JSON values of any type.
pub fn values(options: &[Value]) -> String {
    let mut out = String::new();
    for (i, option) in options.iter().take(MAX_LISTED).enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        out.push_str(&quote(option));
    }
    cut(&mut out, options.len());
    out
}

fn cut(out: &mut String, total: usize) {
    if total > MAX_LISTED {
        out.push_str(", … (");
        out.push_str(&total.to_string());
        out.push_str(" in all)");
    }
}

/// `1 item`, `2 items`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = match (number, noun) {
        (1, _) => "",
        (_, "key") | (_, "item") | (_, "character") => "s",
        _ => "",
    };
    join(&[&number.to_string(), " ", noun, plural])
}

pub fn join(parts: &[&str]) -> String {
    parts.concat()
}

/// `a string`, `an integer`.
pub fn with_article(type_name: &str) -> String {
    match type_name {
        "null" => "null".into(),
        "integer" | "array" | "object" => join(&["an ", type_name]),
        _ => join(&["a ", type_name]),
    }
}

/// `a, b or c`.
pub fn either(mut words: Vec<String>) -> String {
    words.dedup();
    let last = words.pop().unwrap_or_default();
    if words.is_empty() {
        return last;
    }
    join(&[&words.join(", "), " or ", &last])
}

/// The value that a schema expects, in a few words; `None` if it needs more.
pub fn wanted(schema: &Value, root: &Value) -> Option<String> {
    let schema = resolve(root, schema)?.as_object()?;
    if let Some(Value::Array(options)) = schema.get("enum") {
        return Some(join(&["one of ", &values(options)]));
    }
    if let Some(constant) = schema.get("const") {
        return Some(quote(constant));
    }
    match schema.get("type") {
        Some(Value::String(name)) => match schema.get("title").and_then(Value::as_str) {
            Some(title) if name == "object" => Some(join(&["an object (", &shorten(title, MAX_VALUE), ")"])),
            _ => Some(with_article(name)),
        },
        Some(Value::Array(names)) => Some(either(names.iter().filter_map(Value::as_str).map(with_article).collect())),
        _ => {
            let branches = schema.get("anyOf").or_else(|| schema.get("oneOf"))?.as_array()?;
            // One level only: a branch that is itself a union is not described.
            let words: Option<Vec<String>> = branches.iter().map(|branch| simple(branch, root)).collect();
            words.filter(|words| !words.is_empty() && words.len() <= MAX_LISTED).map(either)
        }
    }
}

/// Like [`wanted`], for a schema that is not a union.
pub fn simple(schema: &Value, root: &Value) -> Option<String> {
    let schema = resolve(root, schema)?;
    if schema.get("anyOf").is_some() || schema.get("oneOf").is_some() {
        return None;
    }
    wanted(schema, root)
}
