//! Which of the allowed words was meant?

/// Longer words are not compared letter by letter.
const MAX_CHARS: usize = 64;
/// How many candidates are compared.
const MAX_CANDIDATES: usize = 500;

/// The candidate nearest to `word`: equal but for case, spaces and punctuation, else few edits away.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain_word = plain(word);
    // A third of the letters may differ, up to three.
    let budget = (plain_word.len() / 3).min(3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.take(MAX_CANDIDATES) {
        let plain_candidate = plain(candidate);
        if plain_candidate.is_empty() || plain_word.is_empty() {
            continue;
        }
        let Some(distance) = distance(&plain_word, &plain_candidate, budget) else { continue };
        if best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Letters and digits only, in lower case.
fn plain(word: &str) -> Vec<char> {
    // Unicode's tables would cost more than they find here.
    let letters = word.chars().filter(|c| c.is_ascii_alphanumeric() || !c.is_ascii());
    letters.map(|c| c.to_ascii_lowercase()).take(MAX_CHARS + 1).collect()
}

/// Levenshtein's distance, if it is at most `budget`.
fn distance(a: &[char], b: &[char], budget: usize) -> Option<usize> {
    if a == b {
        return Some(0);
    }
    if a.len() > MAX_CHARS || b.len() > MAX_CHARS || a.len().abs_diff(b.len()) > budget {
        return None;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        // `corner` is the cell up and to the left, `left` the one just written.
        let mut corner = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b) {
            let here = (corner + usize::from(x != y)).min(*cell + 1).min(left + 1);
            corner = *cell;
            *cell = here;
            left = here;
        }
    }
    row.last().copied().filter(|distance| *distance <= budget)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_separators_do_not_count() {
        assert_eq!(nearest("In Progress", ["done", "in_progress"].into_iter()), Some("in_progress"));
    }

    #[test]
    fn a_typo_is_found_and_another_word_is_not() {
        assert_eq!(nearest("recieved", ["sent", "received"].into_iter()), Some("received"));
        assert_eq!(nearest("banana", ["red", "green"].into_iter()), None);
        assert_eq!(nearest("a", ["b"].into_iter()), None);
    }
}
