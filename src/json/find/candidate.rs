//! A complete candidate and its score.

use super::look;
use crate::json::ops::Ops;
use std::ops::Range;

/// A complete candidate.
pub(super) struct Best {
    pub score: u8,
    /// Where it lies in the whole text.
    pub span: Range<usize>,
    /// Its text, where it may have to be compared.
    pub text: String,
    pub fits: Option<bool>,
}

/// JSON before what needs repair, as far as both look like the answer; then by rank.
pub(super) fn score(rank: u8, clean: bool) -> u8 {
    64 * u8::from(rank >= look::FITS) + 32 * u8::from(clean) + rank
}

/// Whether a list of numbers before `at` is no reference by what follows it on its line; `None` where nothing follows yet.
pub(super) fn after_numbers(text: &str, at: usize) -> Option<bool> {
    let rest = text.get(at..)?.trim_start_matches([' ', '\t']);
    let next = rest.chars().next()?;
    Some(!(next.is_alphanumeric() || matches!(next, '[' | '(' | ':' | '"')))
}

/// Nobody listens.
pub(super) struct Nobody;

impl Ops for Nobody {
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
