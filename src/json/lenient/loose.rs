//! A parser that makes a value of what was meant: bare keys and values, single and triple quotes, quotes and line
//! ends inside strings, comments, commas too many or too few, brackets that are missing or crossed.
//!
//! One pass; what lies ahead is looked at a bounded number of bytes only.

use crate::json::DEFAULT_DEPTH;
use serde_json::{Map, Value};

/// A text that needs more repairs than this is none that was meant as JSON.
const MAX_REPAIRS: u32 = 5_000;
/// How far ahead a quote or comma is judged.
const AHEAD: usize = 160;

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

    /// The quote that stands here and the one that closes it.
    fn opening(&self) -> Option<(&'static str, &'static str)> {
        let pairs = [
            ("\"\"\"", "\"\"\""),
            ("'''", "'''"),
            ("```", "```"),
            ("\"", "\""),
            ("'", "'"),
            ("`", "`"),
            ("“", "”"),
            ("‘", "’"),
        ];
        let rest = self.rest();
        let found = pairs.into_iter().find(|(open, _)| rest.starts_with(open))?;
        // `""` is an empty string and no half of a triple quote.
        (found.0 != "\"\"\"" || rest.get(3..).is_some_and(|inner| inner.contains("\"\"\"")))
            .then_some(found)
            .or(Some(("\"", "\"")))
    }

    fn string(&mut self, place: Place) -> String {
        let Some((open, close)) = self.opening() else { return String::new() };
        self.at += open.len();
        if open != "\"" {
            self.repaired();
        }
        if open.len() == 3 && open.is_ascii() {
            return self.verbatim(close);
        }
        let mut out = String::new();
        // Brackets opened in the string, less those closed.
        let mut open = 0i32;
        loop {
            let rest = self.rest();
            let special = rest.find(|c: char| c == '\\' || c < ' ' || close.starts_with(c));
            let piece = rest.get(..special.unwrap_or(rest.len())).unwrap_or_default();
            open += brackets(piece);
            out.push_str(piece);
            look(piece.len());
            self.at += piece.len();
            if special.is_none() {
                self.repaired();
                without_closers(&mut out, open);
                return out;
            }
            match self.peek() {
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut out);
                }
                Some(control) if control < b' ' => {
                    self.repaired();
                    out.push(char::from(control));
                    self.at += 1;
                }
                _ => {
                    let behind = self.at + close.len();
                    if self.closes(behind, place, open) {
                        self.at = behind;
                        return out;
                    }
                    self.repaired();
                    if place == Place::Member && open <= 0 && self.unclosed(&mut out) {
                        return out;
                    }
                    out.push_str(close);
                    self.at = behind;
                }
            }
        }
    }

    /// Whether the quote that stands here begins the next key, because the one that ends the string is missing.
    fn unclosed(&self, out: &mut String) -> bool {
        let text = out.trim_end();
        let ended = match text.strip_suffix(',') {
            Some(text) => text.len(),
            None if out.get(text.len()..).is_some_and(|space| space.contains('\n')) => text.len(),
            None => return false,
        };
        let is_key = self.key_at(self.at);
        if is_key {
            out.truncate(ended);
        }
        is_key
    }

    /// Triple quotes: everything as it stands; a language name behind a fence is not part of it.
    fn verbatim(&mut self, close: &str) -> String {
        let rest = self.rest();
        let (inside, end) = match rest.find(close) {
            Some(end) => (rest.get(..end).unwrap_or_default(), self.at + end + close.len()),
            None => (rest, self.text.len()),
        };
        look(inside.len());
        let inside = match inside.split_once('\n') {
            Some((language, code)) if close == "```" && language.bytes().all(|b| b.is_ascii_alphanumeric()) => code,
            _ => inside,
        };
        let inside = inside.to_owned();
        self.at = end;
        inside
    }

    fn escape(&mut self, out: &mut String) {
        let Some(character) = self.rest().chars().next() else { return self.repaired() };
        self.at += character.len_utf8();
        match character {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => match self.hex() {
                Some(high @ 0xd800..=0xdbff) => {
                    let low = if self.rest().starts_with("\\u") {
                        self.at += 2;
                        self.hex()
                    } else {
                        None
                    };
                    let joined = low.filter(|l| (0xdc00..=0xdfff).contains(l));
                    let joined = joined.and_then(|l| char::from_u32(0x10000 + ((high - 0xd800) << 10) + (l - 0xdc00)));
                    out.push(joined.unwrap_or('\u{fffd}'));
                }
                Some(code) => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                None => {
                    self.repaired();
                    // Half an escape where the text was cut off says nothing.
                    match self.rest() {
                        digits if digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                            self.at = self.text.len();
                        }
                        _ => out.push_str("\\u"),
                    }
                }
            },
            '"' | '\\' | '/' => out.push(character),
            // `\'` and line continuations are JavaScript's; any other backslash was meant as one.
            '\'' | '`' => {
                self.repaired();
                out.push(character);
            }
            '\n' => self.repaired(),
            '\r' if self.eat(b'\n') => self.repaired(),
            other => {
                self.repaired();
                out.push('\\');
                out.push(other);
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let code = u32::from_str_radix(self.rest().get(..4)?, 16).ok()?;
        self.at += 4;
        Some(code)
    }

    /// Whether a quote before `behind` ends the string that is being read, by what follows it.
    fn closes(&self, behind: usize, place: Place, open: i32) -> bool {
        let (next, line_end) = self.ahead(behind);
        let Some(byte) = self.text.as_bytes().get(next).copied() else { return true };
        match (place, byte) {
            (Place::Root, _) => false,
            (Place::Key, b'"' | b'\'') => next > behind,
            (Place::Key, byte) => matches!(byte, b':' | b'=' | b'{' | b'[' | b'0'..=b'9'),
            (_, b'`') => self.text.get(next..).is_some_and(|rest| rest.starts_with("```")),
            (_, b'/') => matches!(self.text.as_bytes().get(next + 1), Some(b'/' | b'*')),
            (Place::Member, b',') => self.key_at(next + 1),
            (Place::Member | Place::Element, b'}' | b']') => open <= 0 || self.ends_here(next + 1),
            (Place::Member, _) => line_end && self.key_at(next),
            (Place::Element, b',') => self.item_at(next + 1),
            (Place::Element, b'"') if next > behind => true,
            (Place::Element, byte) => line_end && matches!(byte, b'"' | b'\'' | b'{' | b'['),
        }
    }

    /// Whether a bracket before `from` ends what is around the string, rather than what the string itself quotes.
    fn ends_here(&self, from: usize) -> bool {
        let (next, _) = self.ahead(from);
        match self.text.as_bytes().get(next) {
            Some(b',') => self.key_at(next + 1) || self.item_at(next + 1),
            Some(byte) => matches!(byte, b'}' | b']' | b'`' | b'\n'),
            None => true,
        }
    }

    /// The next byte that is no white space, and whether a line ended before it.
    fn ahead(&self, from: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let mut line_end = false;
        let mut at = from;
        while at < from + AHEAD {
            look(1);
            match bytes.get(at) {
                Some(b'\n') => line_end = true,
                Some(b' ' | b'\t' | b'\r') => {}
                _ => break,
            }
            at += 1;
        }
        (at, line_end)
    }

    /// Whether a key, or the end of the object, begins behind `from`.
    fn key_at(&self, from: usize) -> bool {
        let bytes = self.text.as_bytes();
        let (start, _) = self.ahead(from);
        let quote = match bytes.get(start) {
            None | Some(b'}') | Some(b']') => return true,
            Some(b'/') => return matches!(bytes.get(start + 1), Some(b'/' | b'*')),
            Some(b'.') => return bytes.get(start..start + 3) == Some(b"..."),
            Some(quote @ (b'"' | b'\'')) => Some(*quote),
            _ => None,
        };
        let mut at = start + usize::from(quote.is_some());
        while at < start + AHEAD {
            look(1);
            match (quote, bytes.get(at)) {
                (_, None) => return quote.is_some(),
                (Some(quote), Some(byte)) if *byte == quote => {
                    let (colon, _) = self.ahead(at + 1);
                    return matches!(bytes.get(colon), None | Some(b':'));
                }
                (Some(_), Some(b'\n')) => return false,
                (Some(_), Some(_)) => {}
                (None, Some(b':')) => return at > start,
                (None, Some(byte)) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.') => {}
                (None, Some(byte)) => {
                    // The quote before the key may be missing.
                    let (colon, _) = self.ahead(at + usize::from(*byte == b'"'));
                    return at > start && bytes.get(colon) == Some(&b':');
                }
            }
            at += 1;
        }
        false
    }

    /// Whether another element, or the end of the array, begins behind `from`.
    fn item_at(&self, from: usize) -> bool {
        let (start, _) = self.ahead(from);
        match self.text.as_bytes().get(start) {
            None => true,
            Some(byte) => {
                matches!(byte, b'"' | b'\'' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'/')
            }
        }
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

fn brackets(text: &str) -> i32 {
    let side = |byte| match byte {
        b'{' | b'[' => 1,
        b'}' | b']' => -1,
        _ => 0,
    };
    text.bytes().map(side).sum()
}

/// Takes the brackets off a text that was never closed: those it does not open end what is around it.
fn without_closers(text: &mut String, open: i32) {
    for _ in open..0 {
        let inner = text.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '`');
        let Some(inner) = inner.strip_suffix(['}', ']']) else { return };
        text.truncate(inner.len());
    }
}
