//! A parser that makes a value of what was meant: bare keys and values, single and triple quotes, quotes and line
//! ends inside strings, comments, commas too many or too few, brackets that are missing or crossed.
//!
//! One pass; what lies ahead is looked at a bounded number of bytes only.

mod quotes;

use crate::json::DEFAULT_DEPTH;
use serde_json::{Map, Value};

/// A text that needs more repairs than this is none that was meant as JSON.
const MAX_REPAIRS: u32 = 5_000;

pub struct Found {
    /// `None`: nested too deeply, or beyond repair.
    pub value: Option<Value>,
    pub end: usize,
    pub repairs: u32,
}

/// The object or array that begins at `start`.
pub fn value_at(text: &str, start: usize) -> Found {
    let mut loose = Loose { text, at: start, repairs: 0, given_up: false };
    let value = loose.value(Place::Root, 0);
    Found { value: value.filter(|_| !loose.given_up), end: loose.at, repairs: loose.repairs }
}

/// The text as one number, literal or quoted string.
pub fn scalar(text: &str) -> Option<Value> {
    let inner = text.trim().trim_start_matches(['*', '`']).trim_end_matches(['*', '`', '.']).trim();
    word(inner).or_else(|| {
        let quoted = [('"', '"'), ('\'', '\''), ('“', '”')].into_iter();
        quoted.filter_map(|(open, close)| inner.strip_prefix(open)?.strip_suffix(close)).next().map(Value::from)
    })
}

/// A bare word that is a literal or a number in JSON, JavaScript or Python.
fn word(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        "null" | "None" | "NULL" | "undefined" | "NaN" => Some(Value::Null),
        _ => {
            let digits = text.strip_prefix('+').unwrap_or(text);
            let begins = digits.bytes().find(|b| *b != b'-')?;
            if let Some(hex) = digits.trim_start_matches('-').strip_prefix("0x") {
                let sign = if digits.starts_with('-') { -1 } else { 1 };
                return i64::from_str_radix(hex, 16).ok().map(|number| Value::from(sign * number));
            }
            if !(begins.is_ascii_digit() || begins == b'.') {
                return None;
            }
            if let Ok(number) = serde_json::from_str::<serde_json::Number>(digits) {
                return Some(Value::Number(number));
            }
            // `.5`, `5.`: what JSON forbids and everybody understands.
            let padded = match (digits.strip_suffix('.'), digits.split_once('.')) {
                (Some(whole), _) => whole.to_owned(),
                (None, Some((sign @ ("" | "-"), fraction))) => [sign, "0.", fraction].concat(),
                _ => return None,
            };
            serde_json::from_str::<serde_json::Number>(&padded).ok().map(Value::Number)
        }
    }
}

// Bytes looked at, for the test that bounds them.
#[cfg(test)]
thread_local!(pub static LOOKED_AT: std::cell::Cell<usize> = const { std::cell::Cell::new(0) });

#[inline(always)]
fn look(_bytes: usize) {
    #[cfg(test)]
    LOOKED_AT.with(|count| count.set(count.get() + _bytes));
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Key,
    Member,
    Element,
}

struct Loose<'a> {
    text: &'a str,
    at: usize,
    repairs: u32,
    given_up: bool,
}

impl Loose<'_> {
    fn peek(&self) -> Option<u8> {
        look(1);
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eaten = self.peek() == Some(byte);
        self.at += usize::from(eaten);
        eaten
    }

    fn repaired(&mut self) {
        self.repairs = self.repairs.saturating_add(1);
        self.given_up |= self.repairs > MAX_REPAIRS;
    }

    /// White space and comments.
    fn space(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(b'/') if self.rest().starts_with("//") => self.line(),
                Some(b'/') if self.rest().starts_with("/*") => {
                    self.repaired();
                    self.at = self.rest().find("*/").map_or(self.text.len(), |end| self.at + end + 2);
                }
                Some(b'#') => self.line(),
                // The spaces of other scripts, and marks without width.
                Some(0xc2..) => match self.rest().chars().next() {
                    Some(
                        mark @ ('\u{a0}'
                        | '\u{180e}'
                        | '\u{2000}'..='\u{200b}'
                        | '\u{202f}'
                        | '\u{205f}'
                        | '\u{3000}'
                        | '\u{feff}'),
                    ) => {
                        self.repaired();
                        self.at += mark.len_utf8();
                    }
                    _ => return,
                },
                _ => return,
            }
        }
    }

    fn line(&mut self) {
        self.repaired();
        self.at = self.rest().find('\n').map_or(self.text.len(), |end| self.at + end);
    }

    fn value(&mut self, place: Place, depth: usize) -> Option<Value> {
        if depth > DEFAULT_DEPTH {
            self.given_up = true;
            return None;
        }
        self.space();
        match self.peek()? {
            b'{' => {
                self.at += 1;
                Some(self.object(depth))
            }
            b'[' => {
                self.at += 1;
                Some(self.array(depth))
            }
            b'"' | b'\'' | b'`' | 0xe2 if self.opening().is_some() => Some(Value::String(self.string(place))),
            _ => self.bare(place),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut members = Map::new();
        let mut comma = true;
        loop {
            self.space();
            if self.given_up {
                break;
            }
            match self.peek() {
                None => {
                    self.repaired();
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    if comma && !members.is_empty() {
                        self.repaired();
                    }
                    break;
                }
                // The bracket of an array around this object, whose own brace is missing.
                Some(b']') => {
                    self.repaired();
                    if depth == 0 {
                        self.at += 1;
                        continue;
                    }
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    if comma {
                        self.repaired();
                    }
                    comma = true;
                    continue;
                }
                Some(b'.') if self.rest().starts_with("...") => {
                    self.repaired();
                    self.at += 3;
                    continue;
                }
                _ => {}
            }
            if !comma {
                self.repaired();
            }
            let before = self.at;
            let key = if self.opening().is_some() { self.string(Place::Key) } else { self.bare_key() };
            self.space();
            if self.eat(b':') || self.eat(b'=') {
                self.eat(b'>');
                self.space();
                let value = match self.peek() {
                    None | Some(b',' | b'}') => {
                        self.repaired();
                        Value::Null
                    }
                    _ => self.value(Place::Member, depth + 1).unwrap_or_default(),
                };
                members.insert(key, value);
            } else if self.at > before && matches!(self.peek(), Some(b'"' | b'\'' | b'{' | b'[' | b'0'..=b'9')) {
                // Only the colon is missing.
                self.repaired();
                members.insert(key, self.value(Place::Member, depth + 1).unwrap_or_default());
            } else {
                // A word without a value says nothing.
                self.repaired();
                if self.at == before {
                    self.step();
                }
            }
            comma = false;
        }
        Value::Object(members)
    }

    fn array(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        let mut comma = true;
        loop {
            self.space();
            if self.given_up {
                break;
            }
            match self.peek() {
                None => {
                    self.repaired();
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    if comma && !items.is_empty() {
                        self.repaired();
                    }
                    break;
                }
                Some(b'}') => {
                    self.repaired();
                    if depth == 0 {
                        self.at += 1;
                        continue;
                    }
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    if comma {
                        self.repaired();
                    }
                    comma = true;
                    continue;
                }
                Some(b'.') if self.rest().starts_with("...") => {
                    self.repaired();
                    self.at += 3;
                    continue;
                }
                _ => {}
            }
            if !comma {
                self.repaired();
            }
            let before = self.at;
            if let Some(item) = self.value(Place::Element, depth + 1) {
                items.push(item);
            }
            if self.at == before {
                self.step();
            }
            comma = false;
        }
        Value::Array(items)
    }

    /// Past one character that fits nowhere.
    fn step(&mut self) {
        self.repaired();
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    fn bare_key(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find([':', '\n', ',', '}', '{', '=', ']']).unwrap_or(rest.len());
        let key = rest.get(..end).unwrap_or_default().trim().trim_end_matches('"').to_owned();
        look(end);
        self.at += end;
        self.repaired();
        key
    }

    /// A value without quotes: up to the comma, line end or bracket that ends it.
    fn bare(&mut self, place: Place) -> Option<Value> {
        let rest = self.rest();
        let mut end = rest.len();
        for (offset, byte) in rest.bytes().enumerate() {
            look(1);
            let ends = match (byte, place) {
                (b',' | b'\n', Place::Member) => self.key_at(self.at + offset + 1),
                (b',' | b'\n', _) => true,
                // A comma is missing before a quoted key.
                (b' ', Place::Member) => {
                    rest.as_bytes().get(offset + 1) == Some(&b'"') && self.key_at(self.at + offset + 1)
                }
                (b'}', Place::Member | Place::Element) | (b']', Place::Element | Place::Member) => true,
                (b'/', _) => rest.get(offset..).is_some_and(|r| r.starts_with("/*") || r.starts_with("// ")),
                _ => false,
            };
            if ends {
                end = offset;
                break;
            }
        }
        let text = rest.get(..end).unwrap_or_default().trim_end().to_owned();
        self.at += end;
        if text.is_empty() {
            return None;
        }
        if let Some(value) = word(&text) {
            if serde_json::from_str::<Value>(&text).is_err() {
                self.repaired();
            }
            return Some(value);
        }
        self.repaired();
        // One quote, at the end: the one at the beginning is missing.
        let text = match text.strip_suffix('"') {
            Some(inner) if !inner.contains('"') => inner.to_owned(),
            _ => text,
        };
        Some(Value::String(text))
    }
}
