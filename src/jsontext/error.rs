//! Why a text is not JSON, and where.

use std::fmt;

/// What is wrong. The words are serde_json's: a reask quotes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    EofInList,
    EofInObject,
    EofInString,
    EofInValue,
    NoColon,
    NoListEnd,
    NoObjectEnd,
    NoIdent,
    NoValue,
    Escape,
    Number,
    Range,
    Utf8,
    Control,
    Key,
    Surrogate,
    TrailingComma,
    Trailing,
    HexEnd,
    Depth,
}

impl Code {
    fn words(self) -> &'static str {
        match self {
            Code::EofInList => "EOF while parsing a list",
            Code::EofInObject => "EOF while parsing an object",
            Code::EofInString => "EOF while parsing a string",
            Code::EofInValue => "EOF while parsing a value",
            Code::NoColon => "expected `:`",
            Code::NoListEnd => "expected `,` or `]`",
            Code::NoObjectEnd => "expected `,` or `}`",
            Code::NoIdent => "expected ident",
            Code::NoValue => "expected value",
            Code::Escape => "invalid escape",
            Code::Number => "invalid number",
            Code::Range => "number out of range",
            Code::Utf8 => "invalid unicode code point",
            Code::Control => "control character (\\u0000-\\u001F) found while parsing a string",
            Code::Key => "key must be a string",
            Code::Surrogate => "lone leading surrogate in hex escape",
            Code::TrailingComma => "trailing comma",
            Code::Trailing => "trailing characters",
            Code::HexEnd => "unexpected end of hex escape",
            Code::Depth => "recursion limit exceeded",
        }
    }
}

/// A text that is not JSON, or nested too deeply, or with a number that no `f64` holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    code: Code,
    line: usize,
    column: usize,
}

impl Error {
    /// An error at a position: that many bytes of `text` come before it, the last of which is usually the wrong one.
    #[cold]
    pub(super) fn at(code: Code, text: &str, position: usize) -> Error {
        let before = text.as_bytes().get(..position).unwrap_or(text.as_bytes());
        let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
        let lines = before.iter().filter(|byte| **byte == b'\n').count();
        Error { code, line: lines + 1, column: before.len() - line_start }
    }

    /// The line of the error, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The number of bytes of the line up to the error: the column from 1 of the last byte that was read.
    pub fn column(&self) -> usize {
        self.column
    }

    /// Whether the text ends too early: more text could make it valid.
    pub fn is_eof(&self) -> bool {
        matches!(self.code, Code::EofInList | Code::EofInObject | Code::EofInString | Code::EofInValue)
    }

    /// Whether the text is nested deeper than the limit.
    pub fn is_depth(&self) -> bool {
        self.code == Code::Depth
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.code.words(), self.line, self.column)
    }
}

impl std::error::Error for Error {}
