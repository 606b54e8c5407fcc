//! Newline-delimited JSON: one JSON text per line, blank lines ignored.

use super::{DEFAULT_FRAME_LIMIT, line_end, text, too_large};
use crate::error::Error;

/// Told of every line in order; an error stops the push and is handed back.
type OnLine<'f> = dyn FnMut(&str) -> Result<(), Error> + 'f;

pub struct LineDecoder {
    /// The line a chunk boundary cut.
    line: Vec<u8>,
    limit: usize,
}

impl Default for LineDecoder {
    fn default() -> Self {
        LineDecoder::new()
    }
}

impl LineDecoder {
    pub fn new() -> Self {
        LineDecoder::with_limit(DEFAULT_FRAME_LIMIT)
    }

    /// A decoder that refuses lines of more than `limit` bytes.
    pub fn with_limit(limit: usize) -> Self {
        LineDecoder { line: Vec::new(), limit }
    }

    /// Takes the next bytes of the body and hands out every line they complete.
    pub fn push(&mut self, bytes: &[u8], on: &mut OnLine) -> Result<(), Error> {
        let mut rest = bytes;
        // A raw CR can't be inside JSON except as white space, so CR and LF both end a line here.
        while let Some(end) = line_end(rest) {
            let (line, after) = rest.split_at(end);
            rest = after.get(1..).unwrap_or_default();
            if self.line.is_empty() {
                deliver(line, on)?;
            } else {
                self.line.extend_from_slice(line);
                let outcome = deliver(&self.line, on);
                self.line.clear();
                outcome?;
            }
        }
        self.line.extend_from_slice(rest);
        if self.line.len() > self.limit {
            return Err(too_large(self.limit));
        }
        Ok(())
    }

    /// The body ended: a last line without its line end is handed out.
    pub fn finish(&mut self, on: &mut OnLine) -> Result<(), Error> {
        let line = std::mem::take(&mut self.line);
        deliver(&line, on)
    }
}

fn deliver(line: &[u8], on: &mut OnLine) -> Result<(), Error> {
    // A byte order mark is no part of the JSON.
    match line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii() {
        [] => Ok(()),
        line => on(&text(line)),
    }
}
