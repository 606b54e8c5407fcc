//! A complete candidate and its score.

use super::rank;
use crate::json::ops::Ops;
use std::ops::Range;

/// A complete candidate.
pub(super) struct BestCandidate {
    pub score: u8,
    /// Its position in the whole text.
    pub span: Range<usize>,
    /// Its text, if it may have to be compared.
    pub text: String,
    pub fits: Option<bool>,
}

/// Candidates that resemble the answer first; then valid JSON before JSON that needs repair; then by rank.
pub(super) fn score(rank: u8, clean: bool) -> u8 {
    64 * u8::from(rank >= rank::FITS) + 32 * u8::from(clean) + rank
}

/// Whether the list of numbers before `at` is a value and not a reference, decided by the text after it on its line;
/// `None` as long as no text follows.
pub(super) fn after_numbers(text: &str, at: usize) -> Option<bool> {
    let rest = text.get(at..)?.trim_start_matches([' ', '\t']);
    let next = rest.chars().next()?;
    Some(!(next.is_alphanumeric() || matches!(next, '[' | '(' | ':' | '"')))
}

/// Ignores all ops.
pub(super) struct NullOps;

impl Ops for NullOps {
    fn root(&mut self) {}
    fn root_done(&mut self) {}
    fn root_dropped(&mut self) {}
    fn open(&mut self, _object: bool) {}
    fn close(&mut self) {}
    fn key(&mut self, _key: &str) {}
    fn string_open(&mut self) {}
    fn string_text(&mut self, _text: &str) {}
    fn string_close(&mut self) {}
    fn number(&mut self, _text: &str) {}
    fn literal(&mut self, _value: Option<bool>) {}
}
