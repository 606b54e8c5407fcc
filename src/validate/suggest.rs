//! The allowed word that is closest to a misspelt one.

use crate::text::edits;

/// Maximum length of a word for which edits are counted, in characters.
const MAX_CHARS: usize = 64;
/// Maximum number of candidates that are compared.
const MAX_CANDIDATES: usize = 500;

/// The candidate closest to `word`: equal except for case, spaces and punctuation, or with few edits.
pub fn closest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain_word = plain(word);
    // A third of the letters may differ, up to three.
    let budget = (plain_word.len() / 3).min(3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.take(MAX_CANDIDATES) {
        let plain_candidate = plain(candidate);
        if plain_candidate.is_empty() || plain_word.is_empty() {
            continue;
        }
        // Equal words may have any length.
        let comparable = plain_word == plain_candidate || plain_word.len().max(plain_candidate.len()) <= MAX_CHARS;
        let Some(edits) = comparable.then(|| edits(&plain_word, &plain_candidate, budget)).flatten() else { continue };
        if best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters and digits only, in lower case.
fn plain(word: &str) -> Vec<char> {
    // Unicode's case tables would add more size than they are worth.
    let letters = word.chars().filter(|c| c.is_ascii_alphanumeric() || !c.is_ascii());
    letters.map(|c| c.to_ascii_lowercase()).take(MAX_CHARS + 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_count() {
        assert_eq!(closest("In Progress", ["done", "in_progress"].into_iter()), Some("in_progress"));
    }

    #[test]
    fn a_typo_is_found_and_another_word_is_not() {
        assert_eq!(closest("recieved", ["sent", "received"].into_iter()), Some("received"));
        assert_eq!(closest("banana", ["red", "green"].into_iter()), None);
        assert_eq!(closest("a", ["b"].into_iter()), None);
    }
}
