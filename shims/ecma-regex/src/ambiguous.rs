//! Estimates the worst-case time of a backtracking engine from the form of a pattern.
//!
//! A repeated group that contains a part of variable length can match one text in exponentially many ways, unless a
//! separator between two rounds marks the end of that part: `(a+)+` and `(\w+\s?)*` can, `(-[a-z]+)*` and `(\w+,)*`
//! cannot. Consecutive parts of variable length multiply the time by the text's length. Sets of characters are kept
//! as ASCII and one bit for the rest, so the estimate errs on the side of "can".

/// Repeats above this count as unbounded.
const MANY: u32 = 10;
/// Maximum nesting of groups; deeper ones count as ambiguous.
const MAX_DEPTH: usize = 60;

/// ASCII, and bit 128 for everything else.
#[derive(Clone, Copy, Default, PartialEq)]
struct Set(u128, bool);

const ALL: Set = Set(u128::MAX, true);
const DIGITS: Set = Set(0x3ff << b'0', false);
const SPACES: Set = Set(1 << b' ' | 0x1f << 9, true);

impl Set {
    fn of(c: char) -> Self {
        let mut set = Set::default();
        set.add(c, c);
        set
    }

    fn word() -> Self {
        let mut set = DIGITS.or(Set::of('_'));
        set.add('a', 'z');
        set.add('A', 'Z');
        set
    }

    fn add(&mut self, from: char, to: char) {
        for c in (from as u32)..=(to as u32).min(127) {
            self.0 |= 1 << c;
        }
        self.1 |= to as u32 > 127;
    }

    fn or(self, other: Set) -> Set {
        Set(self.0 | other.0, self.1 | other.1)
    }

    fn not(self) -> Set {
        Set(!self.0, true)
    }

    fn without(self, other: Set) -> Set {
        Set(self.0 & !other.0, self.1)
    }

    fn meets(self, other: Set) -> bool {
        self.0 & other.0 != 0 || self.1 && other.1
    }
}

/// A part of a sequence.
#[derive(Clone)]
struct Part {
    /// The set of all characters that it can match.
    set: Set,
    /// The characters that it can begin with.
    first: Set,
    /// It can match the empty text.
    empty: bool,
    /// Its length is variable.
    varies: bool,
    /// The number of consecutive unbounded repeats that can share a text.
    degree: u32,
    /// The sets of the characters that it always matches, in order.
    sure: Vec<Set>,
    /// Its parts of variable length: the characters of the part, and the other sets that its round always matches.
    loops: Vec<(Set, Vec<Set>)>,
    /// The text, if it is a literal.
    text: Option<String>,
}

impl Part {
    fn of(set: Set) -> Part {
        Part { set, first: set, empty: false, varies: false, degree: 0, sure: vec![set], loops: Vec::new(), text: None }
    }

    fn nothing() -> Part {
        Part { empty: true, sure: Vec::new(), text: Some(String::new()), ..Part::of(Set::default()) }
    }
}

/// `None`: it can take exponential time. Otherwise the number of consecutive unbounded repeats that can share a text.
pub fn degree(pattern: &str) -> Option<u32> {
    let mut reader = Reader { chars: pattern.chars().collect(), at: 0, exponential: false };
    let whole = reader.alternatives(0);
    // An expression that is not anchored is tried at each position of the text.
    let anchored = pattern.starts_with('^') && !pattern.contains('|');
    let tries = u32::from(!anchored && whole.loops.iter().any(|(set, _)| *set != Set::default()));
    (!reader.exponential).then_some(whole.degree + tries)
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    exponential: bool,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn takes(&mut self, text: &str) -> bool {
        let found = text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if found {
            self.at += text.chars().count();
        }
        found
    }

    fn alternatives(&mut self, depth: usize) -> Part {
        let mut parts = vec![self.sequence(depth)];
        while self.takes("|") {
            parts.push(self.sequence(depth));
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        let shares = |a: &Part, b: &Part| match (&a.text, &b.text) {
            (Some(a), Some(b)) => a.starts_with(b.as_str()) || b.starts_with(a.as_str()),
            _ => a.first.meets(b.first) || a.empty || b.empty,
        };
        let ambiguous = parts.iter().enumerate().any(|(i, a)| parts.iter().skip(i + 1).any(|b| shares(a, b)));
        let union = |of: fn(&Part) -> Set| parts.iter().map(of).fold(Set::default(), Set::or);
        let (set, first) = (union(|p| p.set), union(|p| p.first));
        let mut loops: Vec<_> = parts.iter().flat_map(|p| p.loops.clone()).collect();
        if ambiguous {
            // The first character does not determine the alternative.
            loops.push((set, Vec::new()));
        }
        Part {
            set,
            first,
            empty: parts.iter().any(|p| p.empty),
            varies: true,
            degree: parts.iter().map(|p| p.degree).max().unwrap_or(0),
            sure: if parts.iter().any(|p| p.empty) { Vec::new() } else { vec![set] },
            loops,
            text: None,
        }
    }

    fn sequence(&mut self, depth: usize) -> Part {
        let mut whole = Part::nothing();
        // The unbounded repeats so far without a separator.
        let (mut row, mut shared) = (0, Set::default());
        while let Some(part) = self.repeated(depth) {
            if whole.empty {
                whole.first = whole.first.or(part.first);
            }
            for (_, around) in &mut whole.loops {
                around.extend(&part.sure);
            }
            for (set, around) in &part.loops {
                let mut around = around.clone();
                around.extend(&whole.sure);
                whole.loops.push((*set, around));
            }
            if part.degree > 0 {
                // A part that begins with a character that the repeats before it cannot match ends them.
                let shares = part.first.meets(shared);
                row = if shares { row + part.degree } else { row.max(part.degree) };
                shared = if shares || part.empty { shared.or(part.set) } else { part.set };
                whole.degree = whole.degree.max(row);
            } else if part.sure.iter().any(|set| !set.meets(shared)) {
                (row, shared) = (0, Set::default());
            }
            whole.text = match (whole.text, part.text) {
                (Some(mut before), Some(more)) => {
                    before.push_str(&more);
                    Some(before)
                }
                _ => None,
            };
            whole.set = whole.set.or(part.set);
            whole.empty &= part.empty;
            whole.varies |= part.varies;
            whole.sure.extend(part.sure);
        }
        whole
    }

    fn repeated(&mut self, depth: usize) -> Option<Part> {
        let part = self.atom(depth)?;
        let Some((least, most)) = self.quantifier() else { return Some(part) };
        self.takes("?");
        if least == 1 && most == 1 {
            return Some(part);
        }
        if most > MANY {
            // Two rounds are separated by a set that is always matched and that the part cannot match.
            let told = |set: &Set, around: &[Set]| around.iter().any(|one| !one.meets(*set));
            self.exponential |= part.loops.iter().any(|(set, around)| !told(set, around));
        }
        let varies = least != most;
        let mut loops = part.loops;
        if varies {
            loops.push((part.set, Vec::new()));
        }
        Some(Part {
            empty: part.empty || least == 0,
            varies: part.varies || varies,
            degree: part.degree.max(u32::from(varies && most > MANY)),
            sure: if least == 0 { Vec::new() } else { part.sure },
            loops,
            text: None,
            ..part
        })
    }

    fn quantifier(&mut self) -> Option<(u32, u32)> {
        match self.peek()? {
            '*' => self.next().map(|_| (0, u32::MAX)),
            '+' => self.next().map(|_| (1, u32::MAX)),
            '?' => self.next().map(|_| (0, 1)),
            '{' => {
                let from = self.at;
                self.at += 1;
                let least = self.number();
                let most = if self.takes(",") { self.number().unwrap_or(u32::MAX) } else { least.unwrap_or(0) };
                if let Some(least) = least.filter(|_| self.takes("}")) {
                    return Some((least, most));
                }
                self.at = from;
                None
            }
            _ => None,
        }
    }

    fn number(&mut self) -> Option<u32> {
        let mut value = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            value = Some(value.unwrap_or(0u32).saturating_mul(10).saturating_add(digit));
            self.at += 1;
        }
        value
    }

    fn atom(&mut self, depth: usize) -> Option<Part> {
        Some(match self.peek()? {
            '|' | ')' => return None,
            '^' | '$' => {
                self.at += 1;
                Part::nothing()
            }
            '(' => {
                self.at += 1;
                self.group(depth)
            }
            '[' => {
                self.at += 1;
                Part::of(self.class())
            }
            '.' => {
                self.at += 1;
                Part::of(Set(!(1 << 10 | 1 << 13), true))
            }
            '\\' => {
                self.at += 1;
                match self.peek() {
                    Some('b' | 'B') => {
                        self.at += 1;
                        Part::nothing()
                    }
                    // An earlier match, of any length.
                    Some('1'..='9' | 'k') => {
                        self.at += 1;
                        let anything = Part { empty: true, varies: true, sure: Vec::new(), ..Part::of(ALL) };
                        Part { loops: vec![(ALL, Vec::new())], ..anything }
                    }
                    _ => self.escaped(),
                }
            }
            c => {
                self.at += 1;
                Part { text: Some(c.to_string()), ..Part::of(Set::of(c)) }
            }
        })
    }

    fn group(&mut self, depth: usize) -> Part {
        let looks = ["?=", "?!", "?<=", "?<!"].into_iter().any(|opening| self.takes(opening));
        if !looks && self.takes("?<") {
            while self.next().is_some_and(|c| c != '>') {}
        } else if !looks && self.takes("?") {
            while self.next().is_some_and(|c| c != ':') {}
        }
        if depth > MAX_DEPTH {
            self.exponential = true;
            self.at = self.chars.len();
            return Part::nothing();
        }
        let part = self.alternatives(depth + 1);
        self.takes(")");
        // A lookaround consumes no text, but takes time.
        if looks { Part { degree: part.degree, ..Part::nothing() } } else { part }
    }

    /// After the backslash.
    fn escaped(&mut self) -> Part {
        match self.letter() {
            Ok(c) => Part { text: Some(c.to_string()), ..Part::of(Set::of(c)) },
            Err(set) => Part::of(set),
        }
    }

    /// One character, or a set of them.
    fn letter(&mut self) -> Result<char, Set> {
        Err(match self.next() {
            Some('d') => DIGITS,
            Some('D') => DIGITS.not(),
            Some('w') => Set::word(),
            Some('W') => Set::word().not(),
            Some('s') => SPACES,
            Some('S') => Set(!SPACES.0, true),
            Some('t') => return Ok('\t'),
            Some('n') => return Ok('\n'),
            Some('r') => return Ok('\r'),
            Some('v') => return Ok('\u{b}'),
            Some('f') => return Ok('\u{c}'),
            Some('p') => self.property(),
            Some('x') => return Ok(self.code(2)),
            Some('u') => return Ok(self.code(4)),
            Some('c') => {
                self.at += 1;
                Set(0xffff_ffff, false)
            }
            Some('P') => {
                self.property();
                ALL
            }
            Some(c) => return Ok(c),
            None => ALL,
        })
    }

    /// A character by its number: a fixed number of digits, or the digits in braces.
    fn code(&mut self, digits: usize) -> char {
        let braces = self.takes("{");
        let mut value = 0u32;
        for _ in 0..if braces { usize::MAX } else { digits } {
            let Some(digit) = self.peek().and_then(|c| c.to_digit(16)) else { break };
            value = value.saturating_mul(16).saturating_add(digit);
            self.at += 1;
        }
        if braces {
            self.takes("}");
        }
        char::from_u32(value).unwrap_or(char::MAX)
    }

    /// Unicode's letters and numbers; any other property may include every character.
    fn property(&mut self) -> Set {
        let mut name = String::new();
        if self.takes("{") {
            while let Some(c) = self.next().filter(|c| *c != '}') {
                name.push(c);
            }
        }
        let letters = Set::word().without(DIGITS.or(Set::of('_')));
        match name.as_str() {
            "L" | "Lu" | "Ll" | "Lt" | "Lm" | "Lo" | "Letter" | "Alphabetic" | "Alpha" => letters.or(Set(0, true)),
            "N" | "Nd" | "Number" => DIGITS.or(Set(0, true)),
            name if name.starts_with("Script") || name.starts_with("sc") => letters.or(Set(0, true)),
            _ => ALL,
        }
    }

    fn class(&mut self) -> Set {
        let negated = self.takes("^");
        let mut set = Set::default();
        let mut wide = false;
        while let Some(c) = self.next().filter(|c| *c != ']') {
            let from = if c == '\\' { self.letter() } else { Ok(c) };
            let range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            match from {
                Ok(from) if range => {
                    self.at += 1;
                    let to = match self.next() {
                        Some('\\') => self.letter(),
                        Some(c) => Ok(c),
                        None => Err(ALL),
                    };
                    match to {
                        Ok(to) => set.add(from, to),
                        Err(other) => {
                            wide |= other == ALL;
                            set = set.or(other).or(Set::of(from)).or(Set::of('-'));
                        }
                    }
                }
                Ok(c) => set.add(c, c),
                Err(other) => {
                    wide |= other == ALL;
                    set = set.or(other);
                }
            }
        }
        // A class that is not known exactly counts as every character, negated or not.
        if wide {
            ALL
        } else if negated {
            set.not()
        } else {
            set
        }
    }
}
