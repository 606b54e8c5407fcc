//! Newline-delimited JSON: one JSON text per line, blank lines ignored.

use super::{DEFAULT_FRAME_LIMIT, line_end, text, too_large};
use crate::error::Error;

/// Called with every line in order; an error stops the push, which returns it.
type OnLine<'f> = dyn FnMut(&str) -> Result<(), Error> + 'f;

pub struct LineDecoder {
    /// A line whose end is in a later chunk.
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

    /// Reads the next bytes of the body and passes on every line that they complete.
    pub fn push(&mut self, bytes: &[u8], on: &mut OnLine) -> Result<(), Error> {
        let mut rest = bytes;
        // In JSON a raw CR is only white space, so both CR and LF end a line.
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

    /// Ends the body. A last line without a line end is passed on.
    pub fn finish(&mut self, on: &mut OnLine) -> Result<(), Error> {
        let line = std::mem::take(&mut self.line);
        deliver(&line, on)
    }
}

fn deliver(line: &[u8], on: &mut OnLine) -> Result<(), Error> {
    // A byte order mark is not part of the JSON.
    match line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line).trim_ascii() {
        [] => Ok(()),
        line => on(&text(line)),
    }
}
