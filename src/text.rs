//! Helpers for text that no module owns.

/// At most `max` characters of `text`, with `…` where something was left out.
pub fn shorten(text: &str, max: usize) -> String {
    match text.char_indices().nth(max) {
        Some((cut, _)) => {
            let mut out = text.get(..cut).unwrap_or_default().to_owned();
            out.push('…');
            out
        }
        None => text.to_owned(),
    }
}

/// Whether the calendar has this day.
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
#[inline]
pub fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// How many characters to add, remove, replace or swap with their neighbour make `b` of `a`; `None` where it is more than
/// `most`.
pub fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // The rows of the usual table: cell `j` of row `i` is the distance of the first `i` characters to the first `j`.
    let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
    let mut second_last = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(last.len());
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = cell(&last, j) + usize::from(x != y);
            let mut least = replaced.min(cell(&last, j + 1) + 1).min(cell(&row, j) + 1);
            if i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x) {
                least = least.min(cell(&second_last, j - 1) + 1);
            }
            row.push(least);
        }
        second_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|edits| *edits <= most)
}

#[cfg(test)]
mod tests {

    #[test]
    fn edits_are_counted_up_to_a_bound() {
        let edits = |a: &str, b: &str, most| {
            let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            assert_eq!(super::edits(&a, &b, most), super::edits(&b, &a, most));
            super::edits(&a, &b, most)
        };
        assert_eq!(edits("same", "same", 0), Some(0));
        assert_eq!(edits("recieved", "received", 3), Some(1));
        assert_eq!(edits("kitten", "sitting", 3), Some(3));
        assert_eq!(edits("kitten", "sitting", 2), None);
        assert_eq!(edits("", "ab", 2), Some(2));
        assert_eq!(edits("", "abc", 2), None);
    }
}
