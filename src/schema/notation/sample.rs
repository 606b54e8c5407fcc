//! A string that a regular expression matches, as an example next to it.

use std::iter::Peekable;
use std::str::Chars;

/// Limits of a sample's length in characters, because a long one does not help more than the pattern, and of nested groups.
const MAX_LENGTH: usize = 20;
const MAX_NESTING: usize = 16;

/// A string that matches the pattern. `None` for constructs that are not supported (look-around, back references, negated
/// classes), and if it would be empty or long.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.chars().peekable(), made: 0 };
    let out = reader.alternatives(0)?;
    (reader.rest.next().is_none() && !out.is_empty() && out.chars().count() <= MAX_LENGTH).then_some(out)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    /// The number of characters made, so that consecutive ones differ.
    made: usize,
}

impl Reader<'_> {
    /// The sample of the first alternative.
    fn alternatives(&mut self, depth: usize) -> Option<String> {
        let first = self.sequence(depth)?;
        while self.rest.next_if_eq(&'|').is_some() {
            self.sequence(depth)?;
        }
        Some(first)
    }

    fn sequence(&mut self, depth: usize) -> Option<String> {
        let mut out = String::new();
        while let Some(c) = self.rest.next_if(|c| !matches!(c, '|' | ')')) {
            if matches!(c, '^' | '$') {
                // An anchor in the middle matches nothing.
                let end = c == '$';
                if (end && !matches!(self.rest.peek(), None | Some('|' | ')'))) || (!end && !out.is_empty()) {
                    return None;
                }
                continue;
            }
            let choices: Vec<String> = match c {
                '(' if depth < MAX_NESTING => {
                    if self.rest.next_if_eq(&'?').is_some() {
                        self.rest.next_if_eq(&':')?;
                    }
                    let inner = self.alternatives(depth + 1)?;
                    self.rest.next_if_eq(&')')?;
                    vec![inner]
                }
                '[' => class(&mut self.rest)?.into_iter().map(String::from).collect(),
                '\\' => escaped(self.rest.next()?)?.into_iter().map(String::from).collect(),
                '.' => vec!["x".to_owned()],
                '(' | '*' | '+' | '?' | '{' => return None,
                c => vec![c.to_string()],
            };
            for _ in 0..self.repetitions()? {
                out.push_str(choices.get(self.made % choices.len())?);
                self.made += 1;
                if out.len() > 4 * MAX_LENGTH {
                    return None;
                }
            }
        }
        Some(out)
    }

    /// The least number of repetitions that the quantifier allows; one for `+`, none for `*` and `?`.
    fn repetitions(&mut self) -> Option<usize> {
        let least = match self.rest.peek() {
            Some('*' | '?') => 0,
            Some('+') => 1,
            Some('{') => {
                let mut digits = String::new();
                self.rest.next();
                while let Some(digit) = self.rest.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                while self.rest.next_if(|c| *c == ',' || c.is_ascii_digit()).is_some() {}
                if self.rest.peek() != Some(&'}') {
                    return None;
                }
                digits.parse().ok().filter(|least| *least <= MAX_LENGTH)?
            }
            _ => return Some(1),
        };
        self.rest.next();
        self.rest.next_if_eq(&'?');
        Some(least)
    }
}

/// Characters of a class, after its bracket.
fn class(rest: &mut Peekable<Chars>) -> Option<Vec<char>> {
    let mut out: Vec<char> = Vec::new();
    if rest.peek() == Some(&'^') {
        return None;
    }
    loop {
        match rest.next()? {
            ']' if !out.is_empty() => return Some(out),
            ']' | '[' => return None,
            '\\' => out.extend(escaped(rest.next()?)?),
            '-' if !out.is_empty() && rest.peek().is_some_and(|next| *next != ']') => {
                let (from, to) = (*out.last()?, rest.next().filter(|c| !matches!(c, '\\' | '['))?);
                // Five characters of a range are enough.
                out.extend((from..=to).skip(1).take(4));
                if from > to {
                    return None;
                }
            }
            c => out.push(c),
        }
    }
}

/// Characters that an escape matches.
fn escaped(c: char) -> Option<Vec<char>> {
    Some(match c {
        'd' => ('1'..='9').collect(),
        'w' => ('a'..='e').collect(),
        's' => vec![' '],
        'S' | 'D' => vec!['x'],
        c if c.is_ascii_punctuation() => vec![c],
        _ => return None,
    })
}
