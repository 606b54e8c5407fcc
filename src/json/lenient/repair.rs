//! A parser that repairs syntax errors: bare keys and values, single and triple quotes, quotes and line ends inside
//! strings, comments, superfluous or missing commas, missing or mismatched brackets.
//!
//! It needs one pass with a bounded look-ahead.

mod bare;
mod members;
mod quotes;

use crate::json::limits::DEFAULT_DEPTH;
use crate::json::work;
pub use bare::scalar;
use serde_json::{Map, Value};

/// Maximum number of repairs; a text that needs more is not JSON.
const MAX_REPAIRS: u32 = 5_000;
/// The look-ahead after a quote or comma, in bytes.
const AHEAD: usize = 160;

pub struct Found {
    /// `None` if the text is nested too deeply or cannot be repaired.
    pub value: Option<Value>,
    pub end: usize,
    pub repairs: u32,
}

/// The object or array that begins at `start`.
pub fn value_at(text: &str, start: usize) -> Found {
    let mut loose = RepairParser { text, at: start, repairs: 0, given_up: false };
    let value = loose.value(Place::Root, 0);
    Found { value: value.filter(|_| !loose.given_up), end: loose.at, repairs: loose.repairs }
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    Root,
    Key,
    Member,
    Element,
    /// In the parentheses of a tuple.
    Item,
}

struct RepairParser<'a> {
    text: &'a str,
    at: usize,
    repairs: u32,
    given_up: bool,
}

impl<'a> RepairParser<'a> {
    fn peek(&self) -> Option<u8> {
        work::count(1);
        self.byte(self.at)
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    fn rest(&self) -> &'a str {
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

    /// Skips white space and comments.
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
                // Other Unicode spaces, and characters without width.
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
                Some(self.object(Map::new(), depth))
            }
            b'[' => {
                self.at += 1;
                Some(self.array(depth))
            }
            b'(' if self.tuple_here() => {
                self.at += 1;
                Some(self.tuple(depth))
            }
            b'"' | b'\'' | b'`' | 0xe2 if self.opening().is_some() => Some(Value::String(self.strings(place))),
            _ => self.bare(place),
        }
    }

    /// Skips one unexpected character.
    fn step(&mut self) {
        self.repaired();
        self.at += self.rest().chars().next().map_or(1, char::len_utf8);
    }

    /// The position of the next byte that is not white space, and whether a line ends before it.
    fn ahead(&self, from: usize) -> (usize, bool) {
        let mut line_end = false;
        let mut at = from;
        while at < from + AHEAD {
            work::count(1);
            match self.byte(at) {
                Some(b'\n') => line_end = true,
                Some(b' ' | b'\t' | b'\r') => {}
                _ => break,
            }
            at += 1;
        }
        (at, line_end)
    }

    /// Whether a key, or the end of the object, follows at `from`.
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
            work::count(1);
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

    /// Whether another element, or the end of the array, follows at `from`.
    fn item_at(&self, from: usize) -> bool {
        let (start, _) = self.ahead(from);
        match self.byte(start) {
            None => true,
            Some(byte) => {
                let opens = matches!(byte, b'"' | b'\'' | b'{' | b'[' | b']' | b'(' | b'/');
                opens || matches!(byte, b'-' | b'0'..=b'9' | b't' | b'f' | b'n')
            }
        }
    }
}
