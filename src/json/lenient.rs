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
mod letters;
mod loose;
mod scalar;

use crate::error::Error;
use align::{Align, Rules};
use serde_json::Value;
use std::ops::Range;

/// How many candidates of one text are weighed.
const MAX_CANDIDATES: usize = 32;
/// How often the text may be read again, all candidates together.
const MAX_READINGS: usize = 3;

/// One change made to an answer, so that nothing changes silently.
#[derive(Debug, Clone, PartialEq)]
pub struct Coercion {
    pub path: Vec<Value>,
    /// What stood there, cut where it is long.
    pub from: Value,
    /// What it was read as; `null` where the key was left out.
    pub to: Value,
    pub why: &'static str,
}

impl Coercion {
    /// `{path, from, to, why}`.
    pub fn to_json(&self) -> Value {
        crate::obj! { "path": self.path, "from": self.from, "to": self.to, "why": self.why }
    }
}

/// The value of a text, as the schema has it where one is given.
pub fn read(text: &str, schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    let text = without_thoughts(text).trim();
    if let Some(inner) = unescaped(text) {
        let (value, mut made) = read(&inner, schema)?;
        made.insert(0, whole(text, "read as text whose quotes are escaped"));
        return Ok((value, made));
    }
    let mut best: Option<Candidate> = None;
    let mut weigh = |value: Value, repairs: u32, sentence: bool, span: Range<usize>| {
        let mut candidate = Candidate::new(value, repairs, sentence, schema, text);
        if schema.is_none() {
            // Nothing to fit: what holds the others is what was meant.
            candidate.cost = (0, u32::MAX - span.len() as u32, 0);
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
    // Where a list is wanted: the objects that stand one behind the other.
    let listed = schema.is_some_and(align::wants_list);
    let mut several: Vec<Value> = Vec::new();
    let mut seen = 0;
    let mut allowance = text.len().saturating_mul(MAX_READINGS) + 1024;
    let mut at = 0;
    for _ in 0..MAX_CANDIDATES {
        let Some(offset) = memchr::memchr2(b'{', b'[', text.as_bytes().get(at..).unwrap_or_default()) else { break };
        let start = at + offset;
        let found = loose::value_at(text, start);
        let work = found.end.saturating_sub(start) + 1;
        let clean = found.repairs == 0;
        // What needed repair may have swallowed the prose around it: look inside as well.
        at = if clean { found.end.max(start + 1) } else { start + 1 };
        if let Some(value) = found.value {
            if listed && start >= seen && value.is_object() {
                several.push(value.clone());
            }
            weigh(value, found.repairs, false, start..found.end);
        }
        seen = seen.max(found.end);
        if work > allowance {
            break;
        }
        allowance -= work;
    }
    // A text without brackets may be the value itself: a number, a word of an enum, a string.
    if schema.is_some_and(align::wants_scalar) && !text.is_empty() {
        if let Some(value) = loose::scalar(text) {
            weigh(value, 1, false, 0..0);
        }
        weigh(Value::String(text.to_owned()), 2, true, 0..0);
    }
    if several.len() > 1 {
        let mut all = Candidate::new(Value::Array(several), 0, false, schema, text);
        // One that does not fit is no reason to lose the others: validation says what is wrong with it.
        if best.as_ref().is_none_or(|known| known.is_lone_item() || all.cost.0 < known.cost.0) {
            all.coercions.insert(0, whole(text, "objects one behind the other read as a list"));
            best = Some(all);
        }
    }
    best.map(Candidate::taken).ok_or_else(nothing)
}

/// Changes a value that was read as JSON to what the schema makes of it unambiguously.
pub fn align(value: Value, schema: &Value) -> (Value, Vec<Coercion>) {
    Align::new(schema, Rules::Lenient).finish(value)
}

/// [`align`], and whether every place of the value fits the schema as far as types, enums and keys go.
pub fn fit(value: Value, schema: &Value) -> (Value, Vec<Coercion>, bool) {
    let mut align = Align::new(schema, Rules::Lenient);
    let (value, misfits) = align.run(value);
    (value, align.made, misfits == 0)
}

/// Pydantic's lax table, for `strict: false`: numbers and booleans from text, whole floats to integers; no more.
pub fn coerce_lax(value: Value, schema: &Value) -> (Value, Vec<Coercion>) {
    Align::new(schema, Rules::Lax).finish(value)
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

/// An object or array written as if it stood in a string, `{\"a\": 1}`, as what that string says.
fn unescaped(text: &str) -> Option<String> {
    let before = text.get(..text.find('"')?)?;
    let is_escaped = before.starts_with(['{', '[']) && before.ends_with('\\');
    is_escaped.then(|| serde_json::from_str(&["\"", text, "\""].concat()).ok())?
}

/// A change to the text as a whole.
fn whole(text: &str, why: &'static str) -> Coercion {
    Coercion { path: Vec::new(), from: align::short_text(text), to: Value::Null, why }
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
                let mut align = Align::new(schema, if sentence { Rules::Sentence } else { Rules::Lenient });
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
        self.coercions.iter().any(|made| made.path.is_empty() && made.why == align::LONE_ITEM)
    }

    fn taken(self) -> (Value, Vec<Coercion>) {
        (self.value, self.coercions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Each byte is read by at most three readings, and what follows a quote or comma is looked at again: a few bytes
    /// in all for each byte of the text, however long it is.
    #[test]
    fn a_megabyte_of_hostile_text_costs_a_few_looks_at_each_byte() {
        let schema = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
        let units =
            r####"{ [ {" " {"a": [{ {a:' /* \ {"a":"x"," ''' {} [1, ` a, ", ,"a": """ a,~ 1,~ # {a } "b"~ \u12"####;
        for unit in units.split(' ').map(|unit| unit.replace('~', "\n")) {
            for start in ["", "{\"a\": \"", "["] {
                let text = [start, &unit.repeat(1_000_000 / unit.len())].concat();
                loose::LOOKED_AT.with(|count| count.set(0));
                let _ = read(&text, Some(&schema));
                let looked = loose::LOOKED_AT.with(std::cell::Cell::get);
                assert!(looked <= 20 * text.len(), "{start}{unit}…: {looked} bytes looked at");
            }
        }
        assert!(loose::LOOKED_AT.with(std::cell::Cell::get) > 0, "nothing was counted");
    }
}
