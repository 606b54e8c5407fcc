//! Server-sent events: lines ended by LF, CRLF or CR; `data:` lines joined by LF; an event ends at a blank line.
//!
//! It deliberately differs from the browser's EventSource in two ways. An event without a blank line at the end of the
//! body is passed on, because several servers omit that line. An error that a server writes into the stream is passed on
//! as an event named `error`: a field `error:` (llama.cpp), or a JSON object without a field name (Gemini).

use super::{DEFAULT_FRAME_LIMIT, line_end, text, too_large};
use crate::error::Error;
use std::borrow::Cow;

/// One event. `event` is empty if the server sends no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SseEvent<'a> {
    pub event: &'a str,
    pub data: &'a str,
}

/// Called with every event in order; an error stops the push, which returns it.
type OnEvent<'f> = dyn FnMut(SseEvent) -> Result<(), Error> + 'f;

/// Receives the events of [`SseDecoder::push_to`].
pub trait SseSink {
    fn event(&mut self, event: SseEvent) -> Result<(), Error>;

    /// `bytes` begin with a new event. A receiver that recognises the event without parsing (because it repeats the last
    /// one except for a few bytes, see `json::extract::DeltaTemplate`) handles it and returns its length with the blank line;
    /// otherwise it returns 0.
    fn handle_known_event(&mut self, bytes: &[u8]) -> usize;
}

struct Plain<'f, 'o>(&'o mut OnEvent<'f>);

impl SseSink for Plain<'_, '_> {
    fn event(&mut self, event: SseEvent) -> Result<(), Error> {
        (self.0)(event)
    }
    fn handle_known_event(&mut self, _bytes: &[u8]) -> usize {
        0
    }
}

pub struct SseDecoder {
    /// A line whose end is in a later chunk.
    line: Vec<u8>,
    /// The fields of the current event.
    event: String,
    data: String,
    has_data: bool,
    /// The event is a JSON object without a field: every line belongs to it.
    bare: bool,
    /// The last chunk ended in CR: an LF directly after it belongs to the same line end.
    skip_lf: bool,
    /// No line has ended yet, so a byte order mark may still come.
    first: bool,
    limit: usize,
}

impl Default for SseDecoder {
    fn default() -> Self {
        SseDecoder::new()
    }
}

impl SseDecoder {
    pub fn new() -> Self {
        SseDecoder::with_limit(DEFAULT_FRAME_LIMIT)
    }

    /// A decoder that refuses events of more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        SseDecoder {
            line: Vec::new(),
            event: String::new(),
            data: String::new(),
            has_data: false,
            bare: false,
            skip_lf: false,
            first: true,
            limit,
        }
    }

    /// Reads the next bytes of the body and passes on every event that they complete.
    pub fn push(&mut self, bytes: &[u8], on: &mut OnEvent) -> Result<(), Error> {
        self.push_to(bytes, &mut Plain(on))
    }

    /// Like [`SseDecoder::push`], for a receiver that can recognise events.
    pub fn push_to(&mut self, bytes: &[u8], on: &mut dyn SseSink) -> Result<(), Error> {
        let mut rest = bytes;
        let mut between = self.line.is_empty() && !self.has_data && self.event.is_empty() && !self.first;
        // The only data line of the current event so far, as a slice of this chunk.
        let mut held: Option<Cow<str>> = None;
        while !rest.is_empty() {
            if self.skip_lf {
                self.skip_lf = false;
                if let Some(after) = rest.strip_prefix(b"\n") {
                    rest = after;
                    continue;
                }
            }
            while between {
                let known = on.handle_known_event(rest);
                rest = rest.get(known..).unwrap_or_default();
                between = known > 0;
            }
            let Some(end) = line_end(rest) else {
                self.line.extend_from_slice(rest);
                break;
            };
            let (line, after) = rest.split_at(end);
            self.skip_lf = after.first() == Some(&b'\r');
            rest = after.get(1..).unwrap_or_default();
            between = line.is_empty() && self.line.is_empty();
            if self.line.is_empty() {
                self.line(line, &mut held, on)?;
            } else {
                let mut whole = std::mem::take(&mut self.line);
                whole.extend_from_slice(line);
                self.hold(&mut held);
                let mut owned = None;
                let outcome = self.line(&whole, &mut owned, on);
                self.hold(&mut owned);
                whole.clear();
                self.line = whole;
                outcome?;
            }
        }
        self.hold(&mut held);
        if self.line.len() + self.data.len() > self.limit {
            return Err(too_large(self.limit));
        }
        Ok(())
    }

    /// Ends the body. An event without its blank line is passed on.
    pub fn finish(&mut self, on: &mut OnEvent) -> Result<(), Error> {
        let on = &mut Plain(on);
        let line = std::mem::take(&mut self.line);
        let mut held = None;
        if !line.is_empty() {
            self.line(&line, &mut held, on)?;
        }
        self.dispatch(&mut held, on)
    }

    fn line<'a>(&mut self, line: &'a [u8], held: &mut Option<Cow<'a, str>>, on: &mut dyn SseSink) -> Result<(), Error> {
        let mut line = line;
        if self.first {
            self.first = false;
            line = line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line);
        }
        if line.is_empty() {
            return self.dispatch(held, on);
        }
        if !self.has_data && held.is_none() && (line.starts_with(b"{") || line.starts_with(b"[{")) {
            self.bare = true;
        }
        // `id` and `retry` are for reconnection, which would repeat the request.
        let failure = if self.bare { Some(line) } else { field(line, b"error") };
        if failure.is_some() {
            self.event.clear();
            self.event.push_str("error");
        }
        if let Some(value) = failure.or_else(|| field(line, b"data")) {
            let value = text(value);
            if !self.has_data && held.is_none() {
                *held = Some(value);
            } else {
                self.hold(held);
                self.data.push('\n');
                self.data.push_str(&value);
                if self.data.len() > self.limit {
                    return Err(too_large(self.limit));
                }
            }
        } else if let Some(value) = field(line, b"event") {
            self.event.clear();
            self.event.push_str(&text(value));
        }
        Ok(())
    }

    /// Copies a data line of the chunk into the decoder.
    fn hold(&mut self, held: &mut Option<Cow<str>>) {
        if let Some(value) = held.take() {
            self.data.push_str(&value);
            self.has_data = true;
        }
    }

    fn dispatch(&mut self, held: &mut Option<Cow<str>>, on: &mut dyn SseSink) -> Result<(), Error> {
        let outcome = match held.take() {
            Some(data) => on.event(SseEvent { event: &self.event, data: &data }),
            None if self.has_data => on.event(SseEvent { event: &self.event, data: &self.data }),
            None => Ok(()),
        };
        self.event.clear();
        self.data.clear();
        self.has_data = false;
        self.bare = false;
        outcome
    }
}

/// The value of a line of the form `name: value`, `name:value` or `name`.
fn field<'a>(line: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    match line.strip_prefix(name)? {
        [] => Some(&[]),
        [b':', b' ', value @ ..] | [b':', value @ ..] => Some(value),
        _ => None,
    }
}
