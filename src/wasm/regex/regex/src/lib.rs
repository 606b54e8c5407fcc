//! Stands in for `regex`: the few items `jsonschema` names, on the host's engine (see `../ecma`).

/// Never reached unless a caller asks `jsonschema` for `PatternOptions::regex()`, which this crate does not.
#[derive(Clone, Debug)]
pub struct Regex(instructor_ecma::Regex);

impl Regex {
    /// A text that cannot be checked counts as no match: this engine's interface has no way to say so.
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text).unwrap_or(false)
    }

    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

/// The pattern was refused.
#[derive(Clone, Debug)]
pub struct Error;

pub struct RegexBuilder(String);

impl RegexBuilder {
    pub fn new(pattern: &str) -> Self {
        RegexBuilder(pattern.to_owned())
    }

    /// No automaton is built, so there is no size to limit.
    pub fn size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }

    /// No automaton is built, so there is no size to limit.
    pub fn dfa_size_limit(&mut self, _bytes: usize) -> &mut Self {
        self
    }

    pub fn build(&self) -> Result<Regex, Error> {
        instructor_ecma::Regex::new(&self.0).map(Regex).ok_or(Error)
    }
}
