//! Replaces `jsonschema-regex`, which translates ECMA-262 patterns for Rust's engines: with an ECMA-262 engine (see
//! `../ecma-regex`) no translation is needed, and the engine handles literal patterns.

use std::borrow::Cow;

/// The pattern unchanged: the engine has the same dialect.
#[allow(clippy::result_unit_err)]
pub fn to_rust_regex(pattern: &str) -> Result<Cow<'_, str>, ()> {
    Ok(Cow::Borrowed(pattern))
}

/// The check of `format: regex`.
pub fn is_valid_ecma_regex(pattern: &str) -> bool {
    ecma_regex::is_valid(pattern)
}

/// Literal patterns the caller may match without an engine.
#[derive(Debug, PartialEq)]
pub enum PatternAnalysis<'a> {
    Prefix(Cow<'a, str>),
    Exact(Cow<'a, str>),
    Alternation(Vec<String>),
    NoWhitespace,
}

/// `^word` and `^word$`, the commonest patterns of `patternProperties`, need no engine.
pub fn analyze_pattern(pattern: &str) -> Option<PatternAnalysis<'_>> {
    let body = pattern.strip_prefix('^')?;
    let (literal, exact) = match body.strip_suffix('$') {
        Some(literal) => (literal, true),
        None => (body, false),
    };
    if !literal.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'/')) {
        return None;
    }
    let literal = Cow::Borrowed(literal);
    Some(if exact { PatternAnalysis::Exact(literal) } else { PatternAnalysis::Prefix(literal) })
}

/// Whether `input` holds any character ECMA-262's `\s` matches.
pub fn contains_ecma_whitespace(input: &str) -> bool {
    // Rust's White_Space has U+0085 beyond ECMA-262, which has U+FEFF beyond Rust's.
    input.chars().any(|c| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// A string that the pattern matches; only `jsonschema`'s canonicalisation uses it, and it is optional.
pub fn pattern_witness(_pattern: &str) -> Option<String> {
    None
}

/// The literal that a pattern's matches start with, if the pattern is only that.
pub fn pattern_as_prefix(pattern: &str) -> Option<Cow<'_, str>> {
    match analyze_pattern(pattern)? {
        PatternAnalysis::Prefix(prefix) => Some(prefix),
        _ => None,
    }
}
