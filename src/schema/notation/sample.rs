//! A string that a regular expression matches, as an example next to it.

/// Limits of a sample's length in characters, because a long one does not help more than the pattern, and of nested groups.
const MAX_LENGTH: usize = 20;
const MAX_NESTING: usize = 16;

/// A string that matches the pattern. `None` for constructs that are not supported (look-around, back references, negated
/// classes), and if it would be empty or long.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern, made: 0 };
    let mut out = String::new();
    reader.alternatives(&mut out, 0)?;
    (reader.rest.is_empty() && !out.is_empty() && out.chars().count() <= MAX_LENGTH).then_some(out)
}

struct Reader<'a> {
    rest: &'a str,
    /// The number of characters made, so that consecutive ones differ.
    made: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = self.rest.get(c.len_utf8()..)?;
        Some(c)
    }

    fn accept(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.next();
        }
        found
    }

    /// Appends the sample of the first alternative.
    fn alternatives(&mut self, out: &mut String, depth: usize) -> Option<()> {
        self.sequence(out, depth)?;
        while self.accept('|') {
            self.sequence(&mut String::new(), depth)?;
        }
        Some(())
    }

    fn sequence(&mut self, out: &mut String, depth: usize) -> Option<()> {
        let start = out.len();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            self.next();
            // A group is repeated as a whole; of the others one character is chosen.
            let (mut unit, mut group) = (String::new(), false);
            match c {
                '^' if out.len() == start => continue,
                '$' if matches!(self.peek(), None | Some('|' | ')')) => continue,
                // An anchor in the middle matches nothing.
                '^' | '$' | '*' | '+' | '?' | '{' => return None,
                '(' if depth < MAX_NESTING => {
                    if self.accept('?') && !self.accept(':') {
                        return None;
                    }
                    self.alternatives(&mut unit, depth + 1)?;
                    group = true;
                    if !self.accept(')') {
                        return None;
                    }
                }
                '(' => return None,
                '[' => self.class(&mut unit)?,
                '\\' => escaped(self.next()?, &mut unit)?,
                '.' => unit.push('x'),
                c => unit.push(c),
            }
            for _ in 0..self.repetitions()? {
                if group {
                    out.push_str(&unit);
                } else {
                    out.extend(unit.chars().cycle().nth(self.made % unit.len().max(1)));
                }
                self.made += 1;
                if out.len() > 4 * MAX_LENGTH {
                    return None;
                }
            }
        }
        Some(())
    }

    /// The least number of repetitions that the quantifier allows.
    fn repetitions(&mut self) -> Option<usize> {
        let mut least = match self.peek() {
            Some('*' | '?') => 0,
            Some('+') => 1,
            Some('{') => usize::MAX,
            _ => return Some(1),
        };
        self.next();
        if least == usize::MAX {
            let (range, rest) = self.rest.split_once('}')?;
            self.rest = rest;
            least = range.split(',').next()?.parse().ok().filter(|least| *least <= MAX_LENGTH)?;
        }
        self.accept('?');
        Some(least)
    }

    /// Characters of a class, after its bracket.
    fn class(&mut self, out: &mut String) -> Option<()> {
        loop {
            match self.next()? {
                ']' if !out.is_empty() => return Some(()),
                ']' | '[' | '^' => return None,
                '\\' => escaped(self.next()?, out)?,
                '-' if !out.is_empty() && self.peek() != Some(']') => {
                    let (from, to) = (out.chars().last()?, self.next().filter(|c| !matches!(c, '\\' | '['))?);
                    if from > to {
                        return None;
                    }
                    // Five characters of a range are enough.
                    out.extend((from..=to).skip(1).take(4));
                }
                c => out.push(c),
            }
        }
    }
}

/// Appends characters that an escape matches.
fn escaped(c: char, out: &mut String) -> Option<()> {
    match c {
        'd' => out.push_str("123456789"),
        'w' => out.push_str("abcde"),
        's' => out.push(' '),
        'S' | 'D' => out.push('x'),
        c if c.is_ascii_punctuation() => out.push(c),
        _ => return None,
    }
    Some(())
}
