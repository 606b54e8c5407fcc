//! Replaces `fancy-regex`: the few items that `jsonschema` uses, with the host's engine (see `../ecma-regex`).

use std::fmt;

#[derive(Clone, Debug)]
pub struct Regex(ecma_regex::Regex);

impl Regex {
    pub fn is_match(&self, text: &str) -> Result<bool, Error> {
        self.0.is_match(text).ok_or(Error)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The pattern was refused, or the text is too long to be checked.
#[derive(Clone, Debug)]
pub struct Error;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text is too long to be checked against the pattern")
    }
}

impl std::error::Error for Error {}

pub struct RegexBuilder(String);

impl RegexBuilder {
    pub fn new(pattern: &str) -> Self {
        RegexBuilder(pattern.to_owned())
    }

    /// The host does not count steps; see `../ecma-regex` for the limits.
    pub fn backtrack_limit(&mut self, _steps: usize) -> &mut Self {
        self
    }

    /// No automaton is built, so there is no size to limit.
    pub fn delegate_size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }

    /// No automaton is built, so there is no size to limit.
    pub fn delegate_dfa_size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }

    pub fn build(&self) -> Result<Regex, Error> {
        ecma_regex::Regex::new(&self.0).map(Regex).ok_or(Error)
    }
}
