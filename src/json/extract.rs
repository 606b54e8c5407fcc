//! Reads a few fields of a JSON text without building a value, as a provider's stream decoder does with every event.
//!
//! [`Reader`] visits the text once and skips values that are not read. A decoder has the structure of the expected JSON:
//!
//! ```
//! use instructor_wasm::machinery::json::extract::Reader;
//!
//! let event = r#"{"id":"c1","choices":[{"delta":{"content":"caf\u00e9"},"finish_reason":null}]}"#;
//! let mut text = String::new();
//! let mut finish = None;
//! Reader::new(event).object(&mut |key, value| match key {
//!     "choices" => value.array(&mut |_index, choice| choice.object(&mut |key, value| match key {
//!         "delta" => value.object(&mut |key, value| match key {
//!             "content" => value.string_into(&mut |piece| text.push_str(piece)).map(|_| ()),
//!             _ => Ok(()),                                  // not read, so it is skipped
//!         }),
//!         "finish_reason" => value.string().map(|found| finish = found.map(|text| text.into_owned())),
//!         _ => Ok(()),
//!     })),
//!     _ => Ok(()),
//! })?;
//! assert_eq!((text.as_str(), finish), ("café", None));
//! # Ok::<(), instructor_wasm::Error>(())
//! ```
//!
//! `object`, `array` and `string*` accept any value: one of another type (usually `null`) is skipped and reads as empty.
//! [`Reader::value`] parses a subtree (usage), [`Reader::raw`] returns its text.
//!
//! [`DeltaTemplate`] avoids even that. The events of one stream usually differ in one string only, so that a comparison of the
//! bytes before and after that string replaces the parsing. It is exact: the same bytes before and after it have the same
//! result.

use super::escape::unescape;
use super::skip::{Broken, space_end, string_end, value_end};
use crate::error::Error;
use crate::jsontext;
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;

/// A position in a JSON text, before a value.
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The position of the last string's contents.
    last_string: Range<usize>,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Reader { text, at: space_end(text.as_bytes(), 0), last_string: 0..0 }
    }

    /// The first byte of the value: `{`, `[`, `"`, `t`, `f`, `n`, a digit or `-`; 0 at the end of the text.
    pub fn peek(&self) -> u8 {
        self.byte().unwrap_or(0)
    }

    pub fn is_null(&self) -> bool {
        self.peek() == b'n'
    }

    /// Reads an object member by member. A value that `on` leaves alone is skipped.
    pub fn object(&mut self, on: &mut dyn FnMut(&str, &mut Reader<'a>) -> Result<(), Error>) -> Result<(), Error> {
        if self.peek() != b'{' {
            return self.skip();
        }
        self.step();
        if self.peek() == b'}' {
            self.step();
            return Ok(());
        }
        loop {
            if self.peek() != b'"' {
                return Err(self.broken());
            }
            let key = self.quoted()?;
            if self.peek() != b':' {
                return Err(self.broken());
            }
            self.step();
            let before = self.at;
            if memchr::memchr(b'\\', key.as_bytes()).is_none() {
                on(key, self)?;
            } else {
                on(&owned(key), self)?;
            }
            if self.at == before {
                self.skip()?;
            }
            if self.next_or(b'}')? {
                return Ok(());
            }
        }
    }

    /// Reads an array element by element. An element that `on` leaves alone is skipped.
    pub fn array(&mut self, on: &mut dyn FnMut(usize, &mut Reader<'a>) -> Result<(), Error>) -> Result<(), Error> {
        if self.peek() != b'[' {
            return self.skip();
        }
        self.step();
        if self.peek() == b']' {
            self.step();
            return Ok(());
        }
        for index in 0.. {
            let before = self.at;
            on(index, self)?;
            if self.at == before {
                self.skip()?;
            }
            if self.next_or(b']')? {
                break;
            }
        }
        Ok(())
    }

    /// Reads a string; `None` if the value is of another type.
    pub fn string(&mut self) -> Result<Option<Cow<'a, str>>, Error> {
        if self.peek() != b'"' {
            return self.skip().map(|()| None);
        }
        let raw = self.quoted()?;
        Ok(Some(if memchr::memchr(b'\\', raw.as_bytes()).is_none() { Cow::Borrowed(raw) } else { owned(raw).into() }))
    }

    /// Unescapes a string into `out`; false if the value is of another type. A number, `true` or `false` is read as its text:
    /// servers that parse each token as JSON stream `26` without quotes.
    pub fn string_into(&mut self, out: &mut dyn FnMut(&str)) -> Result<bool, Error> {
        match self.peek() {
            b'"' => unescape(self.quoted()?, out),
            b'-' | b'0'..=b'9' | b't' | b'f' => {
                let start = self.at;
                let raw = self.raw()?;
                self.last_string = start..start + raw.len();
                out(raw);
            }
            _ => return self.skip().map(|()| false),
        }
        Ok(true)
    }

    /// The position of the last string's contents, for [`DeltaTemplate::learn`].
    pub fn last_string(&self) -> Range<usize> {
        self.last_string.clone()
    }

    /// Reads an unsigned integer; `None` if the value is anything else.
    pub fn index(&mut self) -> Result<Option<usize>, Error> {
        Ok(self.raw()?.parse().ok())
    }

    /// Parses the value.
    pub fn value(&mut self) -> Result<Value, Error> {
        let at = self.at;
        jsontext::from_str(self.raw()?).map_err(|_| broken_at(at))
    }

    /// Returns the JSON text of the value.
    pub fn raw(&mut self) -> Result<&'a str, Error> {
        let start = self.at;
        let end = value_end(self.text.as_bytes(), start).map_err(|Broken(at)| broken_at(at))?;
        self.at = space_end(self.text.as_bytes(), end);
        Ok(self.text.get(start..end).unwrap_or_default())
    }

    pub fn skip(&mut self) -> Result<(), Error> {
        self.raw().map(|_| ())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Skips one byte and the white space after it.
    fn step(&mut self) {
        self.at = space_end(self.text.as_bytes(), self.at + 1);
    }

    /// Skips a comma (false) or the closing byte (true).
    fn next_or(&mut self, close: u8) -> Result<bool, Error> {
        match self.byte() {
            Some(b',') => {
                self.step();
                Ok(false)
            }
            Some(byte) if byte == close => {
                self.step();
                Ok(true)
            }
            _ => Err(self.broken()),
        }
    }

    /// Reads a string; returns its contents, still escaped.
    fn quoted(&mut self) -> Result<&'a str, Error> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let end = string_end(bytes, start).map_err(|Broken(at)| broken_at(at))?;
        self.at = space_end(bytes, end);
        self.last_string = start..end - 1;
        Ok(self.text.get(start..end - 1).unwrap_or_default())
    }

    fn broken(&self) -> Error {
        broken_at(self.at)
    }
}

fn owned(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    unescape(raw, &mut |piece| text.push_str(piece));
    text
}

fn broken_at(at: usize) -> Error {
    Error::parsing(format!("The provider sent an event that is not JSON (at byte {at})."))
}

/// Recognises an event that differs from the last one in one string only.
///
/// A decoder that has read an event and used only one string of it calls [`DeltaTemplate::learn`] with [`Reader::last_string`].
/// For the next event it calls [`DeltaTemplate::matches`] first. A match is the string's contents, still escaped: pass them to
/// [`unescape`].
#[derive(Default)]
pub struct DeltaTemplate {
    before: Vec<u8>,
    behind: Vec<u8>,
}

impl DeltaTemplate {
    /// Remembers `text` except the string contents at `string`.
    pub fn learn(&mut self, text: &str, string: Range<usize>) {
        let bytes = text.as_bytes();
        self.forget();
        self.before.extend_from_slice(bytes.get(..string.start).unwrap_or_default());
        self.behind.extend_from_slice(bytes.get(string.end..).unwrap_or_default());
    }

    pub fn forget(&mut self) {
        self.before.clear();
        self.behind.clear();
    }

    /// The string contents in which alone `text` differs from the learned event.
    #[inline]
    pub fn matches<'t>(&self, text: &'t str) -> Option<&'t str> {
        let bytes = text.as_bytes();
        let end = bytes.len().checked_sub(self.behind.len())?;
        let middle = self.before.len()..end;
        if self.before.is_empty() || middle.start > middle.end {
            return None;
        }
        if !same(bytes.get(..middle.start)?, &self.before) || !same(bytes.get(end..)?, &self.behind) {
            return None;
        }
        // The string must end exactly where the learned end begins.
        if string_end(bytes, middle.start) != Ok(end + 1) {
            return None;
        }
        text.get(middle)
    }

    /// Like [`DeltaTemplate::matches`], for the bytes of a stream of server-sent events at the start of an event. Returns the
    /// string's contents, and the length of the event with its blank line. The repeated parts are compared only once.
    pub fn matches_event<'b>(&self, bytes: &'b [u8]) -> Option<(&'b str, usize)> {
        let rest = bytes.strip_prefix(b"data: ")?;
        let start = self.before.len();
        if start == 0 || !same(rest.get(..start)?, &self.before) {
            return None;
        }
        let end = string_end(rest, start).ok()? - 1;
        let behind = end..end + self.behind.len();
        if !same(rest.get(behind.clone())?, &self.behind) || rest.get(behind.end..behind.end + 2)? != b"\n\n" {
            return None;
        }
        let raw = std::str::from_utf8(rest.get(start..end)?).ok()?;
        Some((raw, bytes.len() - rest.len() + behind.end + 2))
    }
}

/// Whether two slices are equal, eight bytes at a time: WebAssembly has no memcmp instruction.
fn same(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let (left_words, left_rest) = left.as_chunks::<8>();
    let (right_words, right_rest) = right.as_chunks::<8>();
    left_words.iter().zip(right_words).all(|(left, right)| u64::from_le_bytes(*left) == u64::from_le_bytes(*right))
        && left_rest == right_rest
}
