//! The contents of brackets: members and elements, and repairs where one is written as the other.

use super::bare::{unquoted, word};
use super::{Place, RepairParser};
use serde_json::{Map, Value};

/// What is between two members of an object.
enum Mark {
    /// A key, or what is read as one.
    Key,
    /// Something that was read or repaired.
    Skipped,
    /// The closing brace.
    Closed,
    /// The end of the object without its brace.
    Ended,
}

impl RepairParser<'_> {
    /// The members after an opening brace; `members` are those that were read before it.
    pub(super) fn object(&mut self, mut members: Map<String, Value>, depth: usize) -> Value {
        let mut words = Vec::new();
        let mut comma = members.is_empty();
        loop {
            self.space();
            if self.given_up {
                break;
            }
            match self.mark(&mut members, &mut comma, depth) {
                Mark::Skipped => continue,
                // An object of bare strings only is a set: read it as an array.
                Mark::Closed if members.is_empty() && words.len() > 1 => return Value::Array(words),
                Mark::Closed | Mark::Ended => break,
                Mark::Key => {}
            }
            if !comma {
                self.repaired();
            }
            self.pair(&mut members, &mut words, depth);
            comma = false;
        }
        Value::Object(members)
    }

    /// Reads what is between two members of an object, and repairs it.
    fn mark(&mut self, members: &mut Map<String, Value>, comma: &mut bool, depth: usize) -> Mark {
        match self.peek() {
            None => {
                self.repaired();
                Mark::Ended
            }
            Some(b'}') => {
                self.at += 1;
                if *comma && !members.is_empty() {
                    self.repaired();
                }
                // Another member after the last brace: the brace came too early.
                if depth == 0 && !members.is_empty() && self.member_at(self.at) {
                    self.repaired();
                    *comma = false;
                    return Mark::Skipped;
                }
                Mark::Closed
            }
            // The bracket of an array around this object, whose own brace is missing.
            Some(b']') => {
                self.repaired();
                if depth == 0 {
                    self.at += 1;
                    return Mark::Skipped;
                }
                Mark::Ended
            }
            // The next element of the array around this object, whose own brace is missing.
            Some(b'{') if depth > 0 && !members.is_empty() => {
                self.repaired();
                Mark::Ended
            }
            // A list was closed too early: its other elements are where a key is expected.
            Some(b'[') if let Some(Value::Array(items)) = members.values_mut().next_back() => {
                self.repaired();
                self.at += 1;
                items.extend(self.items(b']', depth + 1).0);
                *comma = false;
                Mark::Skipped
            }
            Some(b',') => {
                self.comma(comma);
                Mark::Skipped
            }
            Some(b'.') if self.ellipsis() => Mark::Skipped,
            _ => Mark::Key,
        }
    }

    /// A key and its value; a quoted word without a value goes to `words`.
    fn pair(&mut self, members: &mut Map<String, Value>, words: &mut Vec<Value>, depth: usize) {
        let before = self.at;
        let quoted = self.opening().is_some();
        let key = if quoted { self.string(Place::Key) } else { self.bare_key() };
        self.space();
        if self.eat(b':') || self.eat(b'=') {
            self.eat(b'>');
            members.insert(key, self.member(depth));
        } else if self.at > before && self.value_here() {
            // Only the colon is missing.
            self.repaired();
            members.insert(key, self.member(depth));
        } else {
            self.repaired();
            match key.split_once(':') {
                // The quote after the key is missing.
                Some((name, value)) if quoted && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') => {
                    members.insert(name.to_owned(), unquoted(value));
                }
                _ if quoted => words.push(Value::String(key)),
                _ => {}
            }
            if self.at == before {
                self.step();
            }
        }
    }

    /// Reads a comma; `before` is whether another one precedes it.
    fn comma(&mut self, before: &mut bool) {
        self.at += 1;
        if *before {
            self.repaired();
        }
        *before = true;
    }

    /// Reads an ellipsis in place of omitted text.
    fn ellipsis(&mut self) -> bool {
        let found = self.rest().starts_with("...");
        if found {
            self.repaired();
            self.at += 3;
        }
        found
    }

    /// Whether an unambiguous value begins here.
    fn value_here(&self) -> bool {
        matches!(self.peek(), Some(b'{' | b'[' | b'0'..=b'9')) || self.opening().is_some() || self.literal_at(self.at)
    }

    pub(super) fn literal_at(&self, from: usize) -> bool {
        let rest = self.text.get(from..).unwrap_or_default();
        let end = rest.bytes().take(6).position(|b| !b.is_ascii_alphabetic()).unwrap_or(rest.len());
        rest.get(..end).is_some_and(|text| word(text).is_some())
    }

    /// Reads the value after a colon.
    fn member(&mut self, depth: usize) -> Value {
        self.space();
        if let None | Some(b',' | b'}') = self.peek() {
            self.repaired();
            return Value::Null;
        }
        self.value(Place::Member, depth + 1).unwrap_or_default()
    }

    /// Whether a comma and a quoted key with its colon follow.
    fn member_at(&self, from: usize) -> bool {
        let (comma, _) = self.ahead(from);
        let (quote, _) = self.ahead(comma + 1);
        self.byte(comma) == Some(b',') && self.byte(quote) == Some(b'"') && self.key_at(quote)
    }

    pub(super) fn array(&mut self, depth: usize) -> Value {
        Value::Array(self.items(b']', depth).0)
    }

    /// Whether a parenthesis opens a tuple and not a remark: a value begins after it.
    pub(super) fn tuple_here(&self) -> bool {
        let (next, _) = self.ahead(self.at + 1);
        match self.byte(next) {
            Some(b'"' | b'\'' | b'(' | b'[' | b'{' | b')') => true,
            Some(b'-' | b'0'..=b'9') => {
                let mut at = next + 1;
                while at < next + 32 && self.byte(at).is_some_and(|b| b.is_ascii_digit() || b == b'.') {
                    at += 1;
                }
                let (end, _) = self.ahead(at);
                match self.byte(end) {
                    Some(b',') => true,
                    Some(b')') => matches!(self.byte(self.ahead(end + 1).0), None | Some(b',' | b'}' | b']' | b')')),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Reads a tuple after its opening parenthesis; one value without a comma is the value itself.
    pub(super) fn tuple(&mut self, depth: usize) -> Value {
        self.repaired();
        let (mut items, commas) = self.items(b')', depth);
        match items.pop() {
            Some(only) if items.is_empty() && commas == 0 => only,
            last => Value::Array(items.into_iter().chain(last).collect()),
        }
    }

    /// Reads the elements up to `close`; returns them and the number of commas.
    fn items(&mut self, close: u8, depth: usize) -> (Vec<Value>, usize) {
        let place = if close == b')' { Place::Item } else { Place::Element };
        let mut items = Vec::new();
        let mut comma = true;
        let mut commas = 0;
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
                Some(byte) if byte == close => {
                    self.at += 1;
                    if comma && !items.is_empty() {
                        self.repaired();
                    }
                    break;
                }
                Some(b'}' | b']') => {
                    self.repaired();
                    if depth == 0 {
                        self.at += 1;
                        continue;
                    }
                    break;
                }
                Some(b',') => {
                    self.comma(&mut comma);
                    commas += 1;
                    continue;
                }
                Some(b'.') if self.ellipsis() => continue,
                _ => {}
            }
            if !comma {
                self.repaired();
            }
            let before = self.at;
            match self.value(place, depth + 1) {
                // Members of an object without braces.
                Some(Value::String(key)) if self.colon() => {
                    self.repaired();
                    let members = Map::from_iter([(key, self.member(depth + 1))]);
                    items.push(self.object(members, depth + 1));
                }
                item => items.extend(item),
            }
            if self.at == before {
                self.step();
            }
            comma = false;
        }
        (items, commas)
    }

    fn colon(&mut self) -> bool {
        self.space();
        self.eat(b':')
    }
}
