//! A string that a regular expression matches, as an example next to it. Equal characters (`AAA-0000`) show that it is a
//! placeholder: small models copy what looks like a value.

/// Limits of a sample's length in characters, because a long one does not help more than the pattern, and of nested groups.
const MAX_LENGTH: usize = 20;
const MAX_NESTING: usize = 16;

/// A string that matches the pattern. `None` for constructs that are not supported (look-around, back references, negated
/// classes), and if it would be empty or long.
pub(super) fn sample(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern };
    let mut out = String::new();
    reader.alternatives(&mut out, 0)?;
    (reader.rest.is_empty() && !out.is_empty() && out.chars().count() <= MAX_LENGTH).then_some(out)
}

struct Reader<'a> {
    rest: &'a str,
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
            let mut unit = String::new();
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
                out.push_str(&unit);
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

    /// Appends the first character of a class, after its bracket.
    fn class(&mut self, out: &mut String) -> Option<()> {
        let mut all = String::new();
        loop {
            match self.next()? {
                ']' if !all.is_empty() => break,
                ']' | '[' | '^' => return None,
                '\\' => escaped(self.next()?, &mut all)?,
                c => all.push(c),
            }
        }
        out.push(all.chars().next()?);
        Some(())
    }
}

/// Appends a character that an escape matches.
fn escaped(c: char, out: &mut String) -> Option<()> {
    out.push(match c {
        'd' => '0',
        'w' => 'a',
        's' => ' ',
        'S' | 'D' => 'x',
        c if c.is_ascii_punctuation() => c,
        _ => return None,
    });
    Some(())
}
