//! The state machine of the incremental parser: it reads one value byte by byte, strict or relaxed. Its state is the stack
//! of open containers and the current token, so the cost of a delta does not depend on the text before it.

use super::escape::{is_high, is_low, join, short_escape};
use super::ops::Ops;
use super::options::{Leniency, Options};
use super::skip::{space_end, value_end};
use super::work;
use crate::error::Error;

mod tokens;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Text after the value (`Relaxed`).
    Behind,
    /// Before the only value.
    Root,
    /// After the only value (`Strict`).
    Done,
    /// After a colon.
    Value,
    /// After `[`.
    FirstElement,
    /// After a comma of an array.
    Element,
    /// After `{`.
    FirstKey,
    /// After a comma of an object.
    Key,
    /// After a key.
    Colon,
    /// After a member or element.
    After,
    Str,
    Escape,
    Unicode,
    Number,
    Word,
    BareKey,
    CommentStart,
    LineComment,
    BlockComment,
    BlockCommentStar,
}

/// Why a byte is invalid: the end of the sentence "The JSON is broken at byte …: …".
pub type Problem = &'static str;

pub struct ValueParser {
    options: Options,
    state: State,
    /// The opening brackets of the open containers.
    stack: Vec<u8>,
    /// The current number, word or key.
    token: String,
    /// The open string is a key.
    in_key: bool,
    quote: u8,
    /// The current `\uXXXX`, and the number of its digits so far.
    unit: u32,
    digits: u8,
    /// The first half of a surrogate pair whose second half has not arrived, or 0.
    high: u32,
    /// The state after a comment.
    resume: State,
    /// The number of bytes of earlier pushes.
    seen: usize,
    /// The number of complete values.
    roots: usize,
    /// The complete value is not a container: text after it is more likely a part of it (`"24" screen"`).
    scalar: bool,
    /// The error of the first invalid value.
    failure: Option<Error>,
    fatal: bool,
}

impl ValueParser {
    pub fn new(mut options: Options) -> Self {
        // A limit of 0 would refuse every bracket without making progress.
        options.max_depth = options.max_depth.max(1);
        ValueParser {
            state: State::Root,
            options,
            stack: Vec::new(),
            token: String::new(),
            in_key: false,
            quote: b'"',
            unit: 0,
            digits: 0,
            high: 0,
            resume: State::Root,
            seen: 0,
            roots: 0,
            scalar: false,
            failure: None,
            fatal: false,
        }
    }

    /// Reads the next piece of text.
    pub fn push(&mut self, text: &str, ops: &mut dyn Ops) -> Result<(), Error> {
        if let (true, Some(error)) = (self.fatal, &self.failure) {
            return Err(error.clone());
        }
        if text.len() > self.options.max_bytes.saturating_sub(self.seen) {
            let limit = self.options.max_bytes;
            return Err(self.give_up(crate::json::limits::too_large(limit)));
        }
        let mut at = 0;
        while at < text.len() {
            match self.step(text, at, ops) {
                Ok(next) => at = next,
                Err((place, problem)) => {
                    let error = Error::parsing(format!("The JSON is broken at byte {}: {problem}.", self.seen + place));
                    let lenient = match self.options.leniency {
                        Leniency::Strict => false,
                        _ => self.roots > 0 && !self.scalar,
                    };
                    if !lenient {
                        return Err(self.give_up(error));
                    }
                    self.failure.get_or_insert(error);
                    self.drop_root(ops);
                    at = place;
                }
            }
        }
        self.seen += text.len();
        Ok(())
    }

    /// Resets the state, to begin a value.
    pub fn begin(&mut self) {
        self.stack.clear();
        self.token.clear();
        (self.high, self.in_key, self.scalar) = (0, false, false);
        self.state = State::Root;
    }

    /// The number of open containers.
    pub fn depth(&self) -> usize {
        self.stack.len()
    }

    /// Reads one container from `at`. Returns the position where it stopped, and whether the container is complete; if not,
    /// the text ended. An error contains the position that is not JSON.
    pub fn read(&mut self, text: &str, mut at: usize, ops: &mut dyn Ops) -> Result<(usize, bool), (usize, Problem)> {
        while at < text.len() {
            let from = at;
            at = self.step(text, at, ops)?;
            work::count(at - from);
            if !self.in_root() {
                return Ok((at, true));
            }
        }
        Ok((at, false))
    }

    /// Ends the text. An error if no value is complete; an incomplete value after a complete one is dropped.
    #[cfg(feature = "machinery")]
    pub fn finish(&mut self, ops: &mut dyn Ops) -> Result<(), Error> {
        if let (true, Some(error)) = (self.fatal, &self.failure) {
            return Err(error.clone());
        }
        if self.state == State::Number && self.stack.is_empty() {
            self.number_done(ops).map_err(|problem| Error::parsing(format!("The JSON is broken: {problem}.")))?;
        }
        if self.roots > 0 {
            if self.scalar && self.state != State::LineComment && self.state != State::Done {
                return Err(self.give_up(Error::parsing("The JSON is broken: a comment after it has no end.")));
            }
            if self.in_root() && !self.scalar {
                self.drop_root(ops);
            }
            return Ok(());
        }
        if self.in_root() && self.state != State::Root {
            return Err(Error::new(
                crate::error::Kind::IncompleteOutput,
                "The answer ended in the middle of its JSON.",
            ));
        }
        Err(self.failure.clone().unwrap_or_else(|| Error::parsing("The answer holds no JSON.")))
    }

    fn in_root(&self) -> bool {
        !matches!(self.state, State::Behind | State::Done)
    }

    fn give_up(&mut self, error: Error) -> Error {
        self.fatal = true;
        self.failure = Some(error.clone());
        error
    }

    fn drop_root(&mut self, ops: &mut dyn Ops) {
        self.stack.clear();
        self.token.clear();
        self.high = 0;
        self.in_key = false;
        self.state = State::Behind;
        ops.root_dropped();
    }

    fn relaxed(&self) -> bool {
        self.options.leniency >= Leniency::Relaxed
    }

    /// Reads bytes from `at` in the current state; returns the position after them.
    fn step(&mut self, text: &str, at: usize, ops: &mut dyn Ops) -> Result<usize, (usize, Problem)> {
        let bytes = text.as_bytes();
        match self.state {
            State::Str => return self.string_run(text, at, ops),
            State::Behind => {
                let Some(offset) = memchr::memchr2(b'{', b'[', bytes.get(at..).unwrap_or_default()) else {
                    return Ok(bytes.len());
                };
                self.state = State::Root;
                return Ok(at + offset);
            }
            State::LineComment => return Ok(self.skip_to(bytes, at, b'\n', self.resume)),
            State::BlockComment => return Ok(self.skip_to(bytes, at, b'*', State::BlockCommentStar)),
            State::Number => return self.number_run(text, at, ops).map_err(|problem| (at, problem)),
            _ => {}
        }
        let spaces = !matches!(
            self.state,
            State::Escape
                | State::Unicode
                | State::Word
                | State::BareKey
                | State::CommentStart
                | State::BlockCommentStar
        );
        let at = if spaces { space_end(bytes, at) } else { at };
        let Some(&byte) = bytes.get(at) else { return Ok(at) };
        match self.byte(byte, ops) {
            Ok(true) => Ok(at + 1),
            Ok(false) => Ok(at),
            Err(problem) => Err((at, problem)),
        }
    }

    /// Reads one byte. Returns false if only the state changed and the byte must be read again.
    fn byte(&mut self, byte: u8, ops: &mut dyn Ops) -> Result<bool, Problem> {
        match self.state {
            State::Escape => self.escape(byte, ops)?,
            State::Unicode => self.unicode(byte, ops)?,
            State::Word => self.word(byte, ops)?,
            State::BareKey => return Ok(self.bare_key(byte, ops)),
            State::CommentStart => {
                self.state = match byte {
                    b'/' => State::LineComment,
                    b'*' => State::BlockComment,
                    _ => return Err("a comment starts with // or /*"),
                }
            }
            State::BlockCommentStar => match byte {
                b'/' => self.state = self.resume,
                b'*' => {}
                _ => self.state = State::BlockComment,
            },
            _ if byte == b'/' && self.relaxed() => {
                self.resume = self.state;
                self.state = State::CommentStart;
            }
            State::Root => {
                self.scalar = !matches!(byte, b'{' | b'[');
                ops.root();
                self.value(byte, ops)?;
            }
            State::Value => self.value(byte, ops)?,
            State::FirstElement if byte == b']' => self.close(ops),
            State::Element if byte == b']' && self.relaxed() => self.close(ops),
            State::FirstElement | State::Element => self.value(byte, ops)?,
            State::FirstKey if byte == b'}' => self.close(ops),
            State::Key if byte == b'}' && self.relaxed() => self.close(ops),
            State::FirstKey | State::Key => return self.key(byte),
            State::Colon if byte == b':' => self.state = State::Value,
            State::Colon => return Err("expected a colon after the key"),
            State::After => match (byte, self.stack.last()) {
                (b',', Some(b'{')) => self.state = State::Key,
                (b',', _) => self.state = State::Element,
                (b'}', Some(b'{')) | (b']', Some(b'[')) => self.close(ops),
                (_, Some(b'{')) => return Err("expected a comma or } after the member"),
                _ => return Err("expected a comma or ] after the element"),
            },
            _ => return Err("there is text after the value"),
        }
        Ok(true)
    }

    /// Begins a value with its first byte.
    fn value(&mut self, byte: u8, ops: &mut dyn Ops) -> Result<(), Problem> {
        match byte {
            b'{' | b'[' => {
                if self.stack.len() >= self.options.max_depth {
                    return Err("it is nested too deep");
                }
                self.stack.push(byte);
                ops.open(byte == b'{');
                self.state = if byte == b'{' { State::FirstKey } else { State::FirstElement };
            }
            b'"' => self.open_string(byte, false, ops),
            b'\'' if self.relaxed() => self.open_string(byte, false, ops),
            b'-' | b'0'..=b'9' => {
                self.token.clear();
                self.token.push(char::from(byte));
                self.state = State::Number;
            }
            b'a'..=b'z' | b'A'..=b'Z' => {
                self.token.clear();
                self.state = State::Word;
                self.word(byte, ops)?;
            }
            _ => return Err("expected a value"),
        }
        Ok(())
    }

    fn key(&mut self, byte: u8) -> Result<bool, Problem> {
        self.token.clear();
        match byte {
            b'"' => {}
            b'\'' if self.relaxed() => {}
            _ if self.relaxed() && is_bare(byte) && !matches!(byte, b'0'..=b'9' | b'-') => {
                self.state = State::BareKey;
                return Ok(false);
            }
            _ => return Err("expected a key in double quotes"),
        }
        self.in_key = true;
        self.quote = byte;
        self.state = State::Str;
        Ok(true)
    }

    fn close(&mut self, ops: &mut dyn Ops) {
        self.stack.pop();
        self.scalar = false;
        ops.close();
        self.value_done(ops);
    }

    fn value_done(&mut self, ops: &mut dyn Ops) {
        self.state = State::After;
        if self.stack.is_empty() {
            self.roots += 1;
            self.state = if self.relaxed() && !self.scalar { State::Behind } else { State::Done };
            ops.root_done();
        }
    }
}

/// Whether a byte may be in a key without quotes.
fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-')
}
