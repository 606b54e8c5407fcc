//! The parser's tokens: strings with their escapes, numbers, words, comments, keys without quotes. A token may continue
//! in the next chunk.

use super::*;

impl ValueParser {
    pub(super) fn open_string(&mut self, quote: u8, in_key: bool, ops: &mut dyn Ops) {
        self.quote = quote;
        self.in_key = in_key;
        self.state = State::Str;
        ops.string_open();
    }

    /// A run of characters inside a string, up to its quote or an escape.
    pub(super) fn string_run(&mut self, text: &str, at: usize, ops: &mut dyn Ops) -> Result<usize, (usize, Problem)> {
        let bytes = text.as_bytes();
        let quote = self.quote;
        let mut end = at;
        let stop = loop {
            match bytes.get(end) {
                Some(byte) if *byte == quote || *byte == b'\\' => break Some(*byte),
                Some(byte) if *byte < b' ' && !self.relaxed() => break Some(*byte),
                Some(_) => end += 1,
                None => break None,
            }
        };
        if let Some(run) = text.get(at..end)
            && !run.is_empty()
        {
            self.lone(ops);
            self.text(run, ops);
        }
        match stop {
            Some(b'\\') => {
                self.state = State::Escape;
                Ok(end + 1)
            }
            Some(byte) if byte != quote => Err((end, "a control character inside a string must be escaped")),
            Some(_) => {
                self.lone(ops);
                if self.in_key {
                    self.in_key = false;
                    self.state = State::Colon;
                    ops.key(&self.token);
                } else {
                    ops.string_close();
                    self.value_done(ops);
                }
                Ok(end + 1)
            }
            None => Ok(end),
        }
    }

    /// Reads a piece that only continues the open string. Returns false for any other piece, which is not read.
    pub fn more_of_string(&mut self, piece: &str, ops: &mut dyn Ops) -> bool {
        let ends = memchr::memchr2(self.quote, b'\\', piece.as_bytes()).is_some();
        let more = self.state == State::Str && !self.in_key && !ends && !piece.is_empty() && self.relaxed();
        if more {
            self.lone(ops);
            ops.string_text(piece);
        }
        more
    }

    pub(super) fn escape(&mut self, byte: u8, ops: &mut dyn Ops) -> Result<(), Problem> {
        if byte == b'u' {
            (self.unit, self.digits) = (0, 0);
            self.state = State::Unicode;
            return Ok(());
        }
        let character = match short_escape(byte) {
            Some(character) => character,
            None if byte == b'\'' && self.relaxed() => '\'',
            None => return Err("unknown escape"),
        };
        self.lone(ops);
        self.state = State::Str;
        self.text(character.encode_utf8(&mut [0; 4]), ops);
        Ok(())
    }

    pub(super) fn unicode(&mut self, byte: u8, ops: &mut dyn Ops) -> Result<(), Problem> {
        let digit = char::from(byte).to_digit(16).ok_or("\\u wants four hexadecimal digits")?;
        self.unit = self.unit << 4 | digit;
        self.digits += 1;
        if self.digits < 4 {
            return Ok(());
        }
        self.state = State::Str;
        let character = if self.high != 0 && is_low(self.unit) {
            join(std::mem::take(&mut self.high), self.unit)
        } else {
            self.lone(ops);
            if is_high(self.unit) {
                self.high = self.unit;
                return Ok(());
            }
            char::from_u32(self.unit).unwrap_or('\u{fffd}')
        };
        self.text(character.encode_utf8(&mut [0; 4]), ops);
        Ok(())
    }

    /// Replaces a lone first half of a surrogate pair.
    pub(super) fn lone(&mut self, ops: &mut dyn Ops) {
        if self.high != 0 {
            self.high = 0;
            self.text("\u{fffd}", ops);
        }
    }

    pub(super) fn text(&mut self, text: &str, ops: &mut dyn Ops) {
        if self.in_key { self.token.push_str(text) } else { ops.string_text(text) }
    }

    // Numbers, words, comments

    pub(super) fn number_run(&mut self, text: &str, at: usize, ops: &mut dyn Ops) -> Result<usize, Problem> {
        let bytes = text.as_bytes();
        let mut end = at;
        while let Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') = bytes.get(end) {
            end += 1;
        }
        self.token.push_str(text.get(at..end).unwrap_or_default());
        if end < bytes.len() {
            self.number_done(ops)?;
        }
        Ok(end)
    }

    pub(super) fn number_done(&mut self, ops: &mut dyn Ops) -> Result<(), Problem> {
        if value_end(self.token.as_bytes(), 0) != Ok(self.token.len()) {
            return Err("a number is malformed");
        }
        ops.number(&self.token);
        self.value_done(ops);
        Ok(())
    }

    pub(super) fn word(&mut self, byte: u8, ops: &mut dyn Ops) -> Result<(), Problem> {
        const WORDS: [(&str, Option<bool>); 6] = [
            ("true", Some(true)),
            ("false", Some(false)),
            ("null", None),
            ("True", Some(true)),
            ("False", Some(false)),
            ("None", None),
        ];
        self.token.push(char::from(byte));
        let known = if self.relaxed() { WORDS.len() } else { 3 };
        let Some((word, value)) = WORDS.iter().take(known).find(|(word, _)| word.starts_with(self.token.as_str()))
        else {
            return Err("expected a value; a word is not one");
        };
        if word.len() == self.token.len() {
            ops.literal(*value);
            self.value_done(ops);
        }
        Ok(())
    }

    pub(super) fn bare_key(&mut self, byte: u8, ops: &mut dyn Ops) -> bool {
        if is_bare(byte) {
            // Only ASCII is accepted here, so a byte is a character.
            self.token.push(char::from(byte));
            return true;
        }
        ops.key(&self.token);
        self.state = State::Colon;
        false
    }

    pub(super) fn skip_to(&mut self, bytes: &[u8], at: usize, end: u8, then: State) -> usize {
        match memchr::memchr(end, bytes.get(at..).unwrap_or_default()) {
            Some(offset) => {
                self.state = then;
                at + offset + 1
            }
            None => bytes.len(),
        }
    }
}
