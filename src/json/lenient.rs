//! The lenient reader: repairs the syntax of an answer, and coerces its values to the schema. Every change is reported.
//!
//! ```text
//! text ─▶ candidates (the whole text, each { or [ in prose and fences) ─▶ repair: repaired syntax
//!      ─▶ align: unambiguous coercions to the schema ─▶ the candidate that fits the schema best
//! ```
//!
//! The strict reader does not use it. An ambiguous value is not changed, so the validation reports it. The work is
//! proportional to the text's length: candidates share one allowance, unions another.

mod align;
mod candidates;
mod case_fold;
mod coercion;
pub mod copies;
mod date;
mod repair;
mod scalar;
mod structure;

use crate::jsontext;
pub use coercion::Coercion;
pub use structure::{Instead, instead, structure};

use crate::error::Error;
use align::Align;
use candidates::{best, whole};
use serde_json::Value;

/// Reads the value of a text, coerced to the schema if there is one.
pub fn read(text: &str, schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    let text = without_thoughts(text).trim_start();
    let Some(inner) = unescaped(text) else { return best(text, schema).ok_or_else(nothing) };
    let (value, mut made) = best(&inner, schema).ok_or_else(nothing)?;
    made.insert(0, whole(text, "read as text whose quotes are escaped"));
    Ok((value, made))
}

/// Applies the unambiguous coercions to a value, and returns whether every place of it then fits the schema as far as
/// types, enums and keys are concerned.
pub fn fit(value: Value, schema: &Value) -> (Value, Vec<Coercion>, bool) {
    let mut align = Align::new(schema, false);
    let (value, misfits) = align.run(value);
    (value, align.made, misfits == 0)
}

fn nothing() -> Error {
    Error::parsing("The answer holds no JSON, and nothing that could be read as such.")
}

/// The text after a `<think>` block.
fn without_thoughts(text: &str) -> &str {
    match text.trim_start().strip_prefix("<think>").and_then(|rest| rest.split_once("</think>")) {
        Some((_, answer)) => answer,
        None => text,
    }
}

/// The unescaped text of an object or array that is escaped as in a string, `{\"a\": 1}`, or in CSV, `{""a"": 1}`.
fn unescaped(text: &str) -> Option<String> {
    let (before, behind) = text.split_once('"')?;
    if !before.starts_with(['{', '[']) && before != "\\" {
        return None;
    }
    match behind.strip_prefix('"') {
        _ if before.ends_with('\\') => {
            let told = jsontext::string(&["\"", text, "\""].concat());
            Some(told.unwrap_or_else(|| text.replace("\\\"", "\"")))
        }
        Some(key) if before.ends_with(['{', '[']) && key.starts_with(case_fold::in_word) => {
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

    /// Each byte is read at most three times, and the text after a quote or comma once more: the work per byte of the text
    /// is constant.
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
