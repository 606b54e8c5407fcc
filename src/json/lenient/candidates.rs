//! The readings of one text: the value that fits the schema best, with the fewest repairs and coercions.

use super::align::{Align, accepts_any_text, accepts_list, accepts_scalar};
use super::coercion::{Coercion, LONE_ITEM, short_text};
use super::repair::{self, Found};
use crate::jsontext;
use serde_json::{Map, Value};
use std::ops::Range;

/// Maximum number of objects and arrays of one text that are compared.
const MAX_CANDIDATES: usize = 32;
/// Maximum number of times that the text is read again, for all candidates together.
const MAX_READINGS: usize = 3;

/// The value of the candidate that fits best; `None` if the text has no candidate.
pub fn best(cut: &str, schema: Option<&Value>) -> Option<(Value, Vec<Coercion>)> {
    // White space at the end of a text that was cut off may belong to a string.
    let text = cut.trim_end();
    let mut candidates = Candidates { text, schema, best: None, several: Vec::new(), seen: 0, alone: true };
    let whole = jsontext::from_str(text).ok();
    if whole.is_none_or(|value| !candidates.add(value, 0, false, 0..text.len()) && schema.is_some()) {
        candidates.add_containers(cut);
        candidates.add_scalars();
        candidates.add_list();
    }
    candidates.best.map(|best| (best.value, best.coercions))
}

/// A change to the text as a whole.
pub fn whole(text: &str, why: &'static str) -> Coercion {
    Coercion { path: Vec::new(), from: short_text(text), to: Value::Null, why }
}

struct Candidates<'a> {
    text: &'a str,
    schema: Option<&'a Value>,
    best: Option<Candidate>,
    /// Values in a row, which may be the elements of a list.
    several: Vec<Value>,
    /// The end of what was read.
    seen: usize,
    /// Only separators are between the values in a row.
    alone: bool,
}

impl Candidates<'_> {
    /// Compares a candidate with the best one. Returns whether the best one needs no change at all.
    fn add(&mut self, value: Value, repairs: u32, sentence: bool, span: Range<usize>) -> bool {
        let empty = is_empty(&value);
        let mut candidate = Candidate::new(value, repairs, sentence, self.schema, self.text);
        if self.schema.is_none() {
            // Without a schema the largest candidate is the best, unless repairs left it empty.
            candidate.cost = (u32::from(empty && repairs > 0), u32::MAX - span.len() as u32, 0);
        }
        candidate.end = span.end;
        let better = self.best.as_ref().is_none_or(|known| match (self.schema, span.start < known.end) {
            (None, _) => candidate.cost < known.cost,
            // A part of the best one must fit better; fewer repairs are not enough.
            (_, true) => candidate.cost.0 < known.cost.0,
            (_, false) => candidate.cost < known.cost,
        });
        if better {
            self.best = Some(candidate);
        }
        self.best.as_ref().is_some_and(|known| known.cost == (0, 0, 0))
    }

    /// Adds the objects and arrays of the text.
    fn add_containers(&mut self, cut: &str) {
        let text = self.text;
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
            let found = repair::value_at(cut, start);
            let end = found.end;
            let work = end.saturating_sub(start) + 1;
            let clean = found.repairs == 0;
            // A repaired value may include the prose around it: its inside is searched too.
            at = if clean { end.max(start + 1) } else { start + 1 };
            let in_row = self.add_container(found, start);
            tried += usize::from(!(clean && in_row));
            self.seen = self.seen.max(end);
            if work > allowance {
                break;
            }
            allowance -= work;
        }
    }

    /// Adds the value that was found at `start`. Returns whether it is the next of the values in a row.
    fn add_container(&mut self, found: Found, start: usize) -> bool {
        let Found { value, end, repairs } = found;
        let is_whole = end >= self.text.len();
        let is_tuple = |value: &Value| value.as_str().is_some_and(|text| text.starts_with('('));
        let usable = |value: &Value| value.is_object() || value.is_array() || (is_whole && !is_tuple(value));
        let Some(value) = value.filter(usable) else { return false };
        let listed = self.schema.is_none_or(accepts_list);
        let in_row = listed && start >= self.seen && (self.schema.is_none() || value.is_object());
        if in_row {
            self.alone &= self.text.get(self.seen..start).is_some_and(is_gap);
            self.several.push(value.clone());
        }
        // Of a long list only the first ones are compared.
        if repairs > 0 || !in_row || self.several.len() <= MAX_CANDIDATES {
            // Words in braces are a set, or an object without members.
            let set = self.schema.is_some() && value.is_array() && self.text.as_bytes().get(start) == Some(&b'{');
            self.add(value, repairs, false, start..end);
            if set {
                self.add(Value::Object(Map::new()), repairs, false, start..end);
            }
        }
        in_row
    }

    /// A text without brackets may be the value itself: a number, a word of an enum, a string.
    fn add_scalars(&mut self) {
        let text = self.text;
        match self.schema {
            Some(schema) if accepts_scalar(schema) && !text.is_empty() => {
                let any_text = accepts_any_text(schema);
                let quoted = any_text && text.chars().next() == text.chars().next_back();
                for value in fenced(text).filter(|_| !any_text).chain([text]).filter_map(repair::scalar) {
                    // A bare word is text where the schema accepts any text.
                    if !any_text || (quoted && value.is_string()) {
                        self.add(value, 1, false, 0..0);
                    }
                }
                self.add(Value::String(text.to_owned()), 2, true, 0..0);
            }
            None if self.several.is_empty() => {
                if let Some(value) = repair::scalar(text) {
                    self.add(value, 1, false, 0..0);
                }
            }
            _ => {}
        }
    }

    /// Adds the values in a row as a list, if the schema is a list, or if there is no schema and the text has only these
    /// values.
    fn add_list(&mut self) {
        let mut several = std::mem::take(&mut self.several);
        if self.schema.is_none() && !several.iter().all(is_empty) {
            several.retain(|value| !is_empty(value));
        }
        if several.len() < 2 {
            return;
        }
        let alone = self.alone && self.text.get(self.seen..).is_some_and(is_gap);
        let mut all = Candidate::new(Value::Array(several), 0, false, self.schema, self.text);
        // The list is kept even if an element does not fit: the validation reports the element.
        let better = self.best.as_ref().is_none_or(|known| known.is_lone_item() || all.cost.0 < known.cost.0);
        if if self.schema.is_some() { better } else { alone } {
            all.coercions.insert(0, whole(self.text, "objects in a row read as a list"));
            self.best = Some(all);
        }
    }
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
}

fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Map::is_empty) || value.as_array().is_some_and(Vec::is_empty)
}

/// Whether a text between two values has only separators: white space, commas, lines with only a comment.
fn is_gap(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| {
        let comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        comment || line.chars().all(|c| c == ',' || c.is_whitespace())
    })
}

/// The contents of the ``` fences of a text.
fn fenced(text: &str) -> impl Iterator<Item = &str> {
    let blocks = text.split("```").skip(1).step_by(2).take(MAX_CANDIDATES);
    blocks.filter_map(|block| block.split_once('\n')).map(|(_, inner)| inner)
}
