//! Lenient reading: the object a model meant, out of the text it wrote, with every liberty taken on record.
//!
//! ```text
//! text ─▶ candidates (whole text, each { or [ in prose and fences) ─▶ loose: repaired syntax
//!      ─▶ align: coercions the schema makes unambiguous ─▶ the candidate that fits the schema best
//! ```
//!
//! Strict reading never comes here. What is ambiguous is not done: the value stays as it was, and validation says
//! what is wrong with it. Work is bounded by the text's length: candidates share one allowance, unions another.

mod align;
mod candidates;
mod coercion;
mod letters;
mod loose;
mod scalar;

pub use coercion::Coercion;

use crate::error::Error;
use align::Align;
use candidates::{best, whole};
use serde_json::Value;

/// The value of a text, as the schema has it where one is given.
pub fn read(text: &str, schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    let text = without_thoughts(text).trim_start();
    let Some(inner) = unescaped(text) else { return best(text, schema).ok_or_else(nothing) };
    let (value, mut made) = best(&inner, schema).ok_or_else(nothing)?;
    made.insert(0, whole(text, "read as text whose quotes are escaped"));
    Ok((value, made))
}

/// Changes a value that was read as JSON to what the schema makes of it unambiguously; returns whether every place of it
/// then fits the schema as far as types, enums and keys go.
pub fn fit(value: Value, schema: &Value) -> (Value, Vec<Coercion>, bool) {
    let mut align = Align::new(schema, false);
    let (value, misfits) = align.run(value);
    (value, align.made, misfits == 0)
}

fn nothing() -> Error {
    Error::parsing("The answer holds no JSON, and nothing that could be read as such.")
}

/// The text behind a reasoning block.
fn without_thoughts(text: &str) -> &str {
    match text.trim_start().strip_prefix("<think>").and_then(|rest| rest.split_once("</think>")) {
        Some((_, answer)) => answer,
        None => text,
    }
}

/// An object or array written as if it stood in a string, `{\"a\": 1}`, or in a table, `{""a"": 1}`, as what is said.
fn unescaped(text: &str) -> Option<String> {
    let (before, behind) = text.split_once('"')?;
    if !before.starts_with(['{', '[']) && before != "\\" {
        return None;
    }
    match behind.strip_prefix('"') {
        _ if before.ends_with('\\') => {
            let told = serde_json::from_str(&["\"", text, "\""].concat());
            Some(told.unwrap_or_else(|_| text.replace("\\\"", "\"")))
        }
        Some(key) if before.ends_with(['{', '[']) && key.starts_with(letters::in_word) => {
            Some(text.replace("\"\"", "\""))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::work;
    use serde_json::json;

    /// Each byte is read by at most three readings, and what follows a quote or comma is looked at again: a few bytes
    /// in all for each byte of the text, however long it is.
    #[test]
    fn hostile_text_costs_a_few_looks_at_each_byte_however_long_it_is() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        let mut total = 0;
        let units = r####"{ [ {" " {"a": [{ {a:' /* \ {"a":"x"," ''' {} [1, ` a, ", ,"a": """ a,~ 1,~ # {a } "b"~ \u12 ( (1, (("a" F(1 F(" "a"+ {"a", {x{ ["a":{ "a"~"b {"a:x 1_ true, },"a":1 \""####;
        for unit in units.split(' ').map(|unit| unit.replace('~', "\n")) {
            for start in ["", "{\"a\": \"", "["] {
                let text = [start, &unit.repeat(50_000 / unit.len())].concat();
                let read = work::measure(|| read(&text, Some(&schema)));
                assert!(read <= 20 * text.len(), "{start}{unit}…: {read} bytes read");
                total += read;
            }
        }
        assert!(total > 0, "nothing was counted");
    }
}
