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
mod coercion;
mod letters;
mod loose;
mod scalar;

pub use coercion::Coercion;

use crate::error::Error;
use align::Align;
use coercion::{LONE_ITEM, short_text};
use serde_json::{Map, Value};
use std::ops::Range;

/// How many candidates of one text are weighed.
const MAX_CANDIDATES: usize = 32;
/// How often the text may be read again, all candidates together.
const MAX_READINGS: usize = 3;

/// The value of a text, as the schema has it where one is given.
pub fn read(text: &str, schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    let text = without_thoughts(text).trim_start();
    let Some(inner) = unescaped(text) else { return weighed(text, schema) };
    let (value, mut made) = weighed(&inner, schema)?;
    made.insert(0, whole(text, "read as text whose quotes are escaped"));
    Ok((value, made))
}

/// The value of the candidate that fits best.
fn weighed(cut: &str, schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    // The line end of a text that was cut off is its own.
    let text = cut.trim_end();
    let mut best: Option<Candidate> = None;
    let mut weigh = |value: Value, repairs: u32, sentence: bool, span: Range<usize>| {
        let empty = is_empty(&value);
        let mut candidate = Candidate::new(value, repairs, sentence, schema, text);
        if schema.is_none() {
            // Nothing to fit: what holds the others is what was meant, unless nothing of it could be read.
            candidate.cost = (u32::from(empty && repairs > 0), u32::MAX - span.len() as u32, 0);
        }
        candidate.end = span.end;
        let better = best.as_ref().is_none_or(|known| match (schema, span.start < known.end) {
            (None, _) => candidate.cost < known.cost,
            // A part of what was read before, and no whole of its own unless it fits better.
            (_, true) => candidate.cost.0 < known.cost.0,
            (_, false) => candidate.cost < known.cost,
        });
        if better {
            best = Some(candidate);
        }
        best.as_ref().is_some_and(|known| known.cost == (0, 0, 0))
    };
    if let Ok(value) = serde_json::from_str(text)
        && (weigh(value, 0, false, 0..text.len()) || schema.is_none())
    {
        return best.map(Candidate::taken).ok_or_else(nothing);
    }
    // Values one behind the other: a list where one is wanted, or where nothing else is there and nothing is wanted.
    let listed = schema.is_none_or(align::wants_list);
    let mut several: Vec<Value> = Vec::new();
    let mut seen = 0;
    let mut alone = true;
    let mut allowance = text.len().saturating_mul(MAX_READINGS) + 1024;
    let mut at = 0;
    let mut tried = 0;
    while tried < MAX_CANDIDATES {
        let start = match memchr::memchr2(b'{', b'[', text.as_bytes().get(at..).unwrap_or_default()) {
            // A tuple, if it is all there is.
            _ if at == 0 && text.starts_with('(') => 0,
            Some(offset) => at + offset,
            None => break,
        };
        let found = loose::value_at(cut, start);
        let work = found.end.saturating_sub(start) + 1;
        let clean = found.repairs == 0;
        // What needed repair may have swallowed the prose around it: look inside as well.
        at = if clean { found.end.max(start + 1) } else { start + 1 };
        let is_whole = found.end >= text.len();
        let mut is_next = false;
        if let Some(value) = found.value.filter(|value| {
            let text = value.as_str().is_some_and(|text| text.starts_with('('));
            value.is_object() || value.is_array() || (is_whole && !text)
        }) {
            is_next = listed && start >= seen && (schema.is_none() || value.is_object());
            if is_next {
                alone &= text.get(seen..start).is_some_and(is_gap);
                several.push(value.clone());
            }
            // Of a long list only the first ones are weighed for themselves.
            if !clean || !is_next || several.len() <= MAX_CANDIDATES {
                // Words in braces are a set, or an object that says nothing.
                let set = schema.is_some() && value.is_array() && text.as_bytes().get(start) == Some(&b'{');
                weigh(value, found.repairs, false, start..found.end);
                if set {
                    weigh(Value::Object(Map::new()), found.repairs, false, start..found.end);
                }
            }
        }
        tried += usize::from(!(clean && is_next));
        seen = seen.max(found.end);
        if work > allowance {
            break;
        }
        allowance -= work;
    }
    match schema {
        // A text without brackets may be the value itself: a number, a word of an enum, a string.
        Some(schema) if align::wants_scalar(schema) && !text.is_empty() => {
            let any_text = align::takes_text(schema);
            let quoted = any_text && text.chars().next() == text.chars().next_back();
            for value in fenced(text).filter(|_| !any_text).chain([text]).filter_map(loose::scalar) {
                // A bare word is text where text is taken.
                if !any_text || (quoted && value.is_string()) {
                    weigh(value, 1, false, 0..0);
                }
            }
            weigh(Value::String(text.to_owned()), 2, true, 0..0);
        }
        None if several.is_empty() => {
            if let Some(value) = loose::scalar(text) {
                weigh(value, 1, false, 0..0);
            }
        }
        _ => {}
    }
    if schema.is_none() && !several.iter().all(is_empty) {
        several.retain(|value| !is_empty(value));
    }
    if several.len() > 1 {
        alone &= text.get(seen..).is_some_and(is_gap);
        let mut all = Candidate::new(Value::Array(several), 0, false, schema, text);
        // One that does not fit is no reason to lose the others: validation says what is wrong with it.
        let wanted = best.as_ref().is_none_or(|known| known.is_lone_item() || all.cost.0 < known.cost.0);
        if if schema.is_some() { wanted } else { alone } {
            all.coercions.insert(0, whole(text, "objects one behind the other read as a list"));
            best = Some(all);
        }
    }
    best.map(Candidate::taken).ok_or_else(nothing)
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Whether nothing is said between two values: white space, commas, comments on lines of their own.
fn is_gap(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        let comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        comment || line.chars().all(|c| c == ',' || c.is_whitespace())
    })
}

/// What stands in the ``` fences of a text.
fn fenced(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("```").skip(1).step_by(2).take(MAX_CANDIDATES);
    blocks.filter_map(|block| block.split_once('\n')).map(|(_, inner)| inner)
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

/// A change to the text as a whole.
fn whole(text: &str, why: &'static str) -> Coercion {
    Coercion { path: Vec::new(), from: short_text(text), to: Value::Null, why }
}

struct Candidate {
    value: Value,
    coercions: Vec<Coercion>,
    /// Misfits, repairs, coercions: less is better.
    cost: (u32, u32, usize),
    /// Where it ends in the text.
    end: usize,
}

impl Candidate {
    fn new(value: Value, repairs: u32, sentence: bool, schema: Option<&Value>, text: &str) -> Self {
        let mut coercions = Vec::new();
        let (value, misfits) = match schema {
            None => (value, 0),
            Some(schema) => {
                let mut align = Align::new(schema, sentence);
                let (value, misfits) = align.run(value);
                coercions = align.made;
                (value, misfits)
            }
        };
        let cost = (misfits, repairs, coercions.len());
        if repairs > 0 && !sentence {
            coercions.insert(0, whole(text, "repaired the JSON's syntax"));
        }
        Candidate { value, coercions, cost, end: 0 }
    }

    fn is_lone_item(&self) -> bool {
        self.coercions.iter().any(|made| made.path.is_empty() && made.why == LONE_ITEM)
    }

    fn taken(self) -> (Value, Vec<Coercion>) {
        (self.value, self.coercions)
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
