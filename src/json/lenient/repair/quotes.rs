//! Quoted text: its opening and closing quotes, and its escapes.

use super::{AHEAD, Place, RepairParser};
use crate::json::work;

impl RepairParser<'_> {
    /// The quote at this position and the quote that closes it.
    pub(super) fn opening(&self) -> Option<(&'static str, &'static str)> {
        let pairs = [
            ("\"\"\"", "\"\"\""),
            ("'''", "'''"),
            ("```", "```"),
            ("\"", "\""),
            ("'", "'"),
            ("`", "`"),
            ("“", "”"),
            ("‘", "’"),
        ];
        let rest = self.rest();
        let found = pairs.into_iter().find(|(open, _)| rest.starts_with(open))?;
        // `""` is an empty string, unless a closing triple quote follows.
        (found.0 != "\"\"\"" || rest.get(3..).is_some_and(|inner| inner.contains("\"\"\"")))
            .then_some(found)
            .or(Some(("\"", "\"")))
    }

    /// Reads a string, and strings that are concatenated with a plus.
    pub(super) fn strings(&mut self, place: Place) -> String {
        let mut out = self.string(place);
        while let Some(next) = self.added(self.at) {
            self.repaired();
            self.at = next;
            out.push_str(&self.string(place));
        }
        out
    }

    /// The position of a string that a plus adds to the one before `from`.
    fn added(&self, from: usize) -> Option<usize> {
        let (plus, _) = self.ahead(from);
        self.byte(plus).filter(|byte| *byte == b'+')?;
        let (next, _) = self.ahead(plus + 1);
        self.byte(next).filter(|byte| matches!(byte, b'"' | b'\''))?;
        Some(next)
    }

    pub(super) fn string(&mut self, place: Place) -> String {
        let Some((open, close)) = self.opening() else { return String::new() };
        self.at += open.len();
        if open != "\"" {
            self.repaired();
        }
        if open.len() == 3 && open.is_ascii() {
            return self.verbatim(close);
        }
        let mut out = String::new();
        // Opening brackets in the string minus closing ones.
        let mut open = 0i32;
        loop {
            let rest = self.rest();
            let special = rest.find(|c: char| c == '\\' || c < ' ' || close.starts_with(c));
            let piece = rest.get(..special.unwrap_or(rest.len())).unwrap_or_default();
            open += brackets(piece);
            out.push_str(piece);
            work::count(piece.len());
            self.at += piece.len();
            if special.is_none() {
                self.repaired();
                without_closers(&mut out, open);
                return out;
            }
            match self.peek() {
                Some(b'\\') => {
                    self.at += 1;
                    self.escape(&mut out);
                }
                Some(control) if control < b' ' => {
                    self.repaired();
                    out.push(char::from(control));
                    self.at += 1;
                }
                _ => {
                    let behind = self.at + close.len();
                    if self.closes(behind, place, open) {
                        self.at = behind;
                        return out;
                    }
                    self.repaired();
                    if open <= 0 && self.unclosed(place, &mut out) {
                        return out;
                    }
                    out.push_str(close);
                    self.at = behind;
                }
            }
        }
    }

    /// Whether the closing quote is missing, and the quote at this position begins the next key, or an element on its own
    /// line.
    fn unclosed(&self, place: Place, out: &mut String) -> bool {
        let text = out.trim_end();
        let ended = match text.strip_suffix(',') {
            Some(text) => text.len(),
            None if out.get(text.len()..).is_some_and(|space| space.contains('\n')) => text.len(),
            None => return false,
        };
        let begins = match place {
            Place::Member => self.key_at(self.at),
            Place::Element if out.get(ended..).is_some_and(|space| space.contains('\n')) => {
                matches!(self.quoted_end(self.at + 1), Some(b',' | b']' | b'\n'))
            }
            _ => false,
        };
        if begins {
            out.truncate(ended);
        }
        begins
    }

    /// The byte after the quoted text that begins at `from`, or its line end; `None` if the text does not end on its line.
    fn quoted_end(&self, from: usize) -> Option<u8> {
        let mut at = from;
        while at < from + AHEAD && !matches!(self.byte(at), None | Some(b'"' | b'\n')) {
            work::count(1);
            at += 1;
        }
        let (next, line_end) = self.ahead(at + 1);
        self.byte(at).filter(|byte| *byte == b'"')?;
        if line_end { Some(b'\n') } else { self.byte(next) }
    }

    /// Reads a text in triple quotes verbatim, except for the indentation of a block. The text after an opening fence is the
    /// name of a language or file.
    fn verbatim(&mut self, close: &str) -> String {
        let rest = self.rest();
        let (inside, end) = match rest.find(close) {
            Some(end) => (rest.get(..end).unwrap_or_default(), self.at + end + close.len()),
            None => (rest, self.text.len()),
        };
        work::count(inside.len());
        self.at = end;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-' | '+' | '/' | '#');
        match inside.split_once('\n') {
            Some((first, lines)) if first.trim().is_empty() || (close == "```" && first.chars().all(is_name)) => {
                block(lines)
            }
            _ => inside.to_owned(),
        }
    }

    fn escape(&mut self, out: &mut String) {
        let Some(character) = self.rest().chars().next() else { return self.repaired() };
        self.at += character.len_utf8();
        match character {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => match self.hex() {
                Some(high @ 0xd800..=0xdbff) => {
                    let low = if self.rest().starts_with("\\u") {
                        self.at += 2;
                        self.hex()
                    } else {
                        None
                    };
                    let joined = low.filter(|l| (0xdc00..=0xdfff).contains(l));
                    let joined = joined.and_then(|l| char::from_u32(0x10000 + ((high - 0xd800) << 10) + (l - 0xdc00)));
                    out.push(joined.unwrap_or('\u{fffd}'));
                }
                Some(code) => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                None => {
                    self.repaired();
                    // An incomplete escape at the end of the text is dropped.
                    match self.rest() {
                        digits if digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                            self.at = self.text.len();
                        }
                        _ => out.push_str("\\u"),
                    }
                }
            },
            '"' | '\\' | '/' => out.push(character),
            // `\'` and line continuations are JavaScript; any other backslash is kept.
            '\'' | '`' => {
                self.repaired();
                out.push(character);
            }
            // A backslash before a character that is not ASCII (`\„`) is dropped.
            other if !other.is_ascii() => {
                self.repaired();
                out.push(other);
            }
            '\n' => self.repaired(),
            '\r' if self.eat(b'\n') => self.repaired(),
            other => {
                self.repaired();
                out.push('\\');
                out.push(other);
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let code = u32::from_str_radix(self.rest().get(..4)?, 16).ok()?;
        self.at += 4;
        Some(code)
    }

    /// Whether the quote before `behind` ends the current string, decided by the text after it.
    fn closes(&self, behind: usize, place: Place, open: i32) -> bool {
        let (next, line_end) = self.ahead(behind);
        let Some(byte) = self.text.as_bytes().get(next).copied() else { return true };
        match (place, byte) {
            (Place::Key, b'"' | b'\'' | 0xe2) => next > behind,
            (Place::Key, byte) => {
                matches!(byte, b':' | b'=' | b'{' | b'[' | b'0'..=b'9' | b',' | b'}')
                    || (next > behind && self.literal_at(next))
            }
            (_, b'+') => self.added(next).is_some(),
            (Place::Root, _) => false,
            (_, b'`') => self.text.get(next..).is_some_and(|rest| rest.starts_with("```")),
            (_, b'/') => matches!(self.byte(next + 1), Some(b'/' | b'*')),
            (Place::Member, b',') => self.key_at(next + 1),
            (Place::Member | Place::Element, b'}' | b']') => open <= 0 || self.ends_here(next + 1),
            (Place::Item, b')') => self.ends_here(next + 1),
            (Place::Member, byte) => {
                (line_end && self.key_at(next)) || (byte == b'"' && self.quoted_end(next + 1) == Some(b':'))
            }
            (_, b',') => self.item_at(next + 1),
            (_, b'"') if next > behind => true,
            (Place::Element, b':') => {
                matches!(self.byte(self.ahead(next + 1).0), Some(b'"' | b'\'' | b'{' | b'[' | b'-' | b'0'..=b'9'))
            }
            (_, byte) => line_end && matches!(byte, b'"' | b'\'' | b'{' | b'[') || self.last_words(next),
        }
    }

    /// Whether the text after a quote reaches the end of the array without another quote: then it is not part of the string.
    fn last_words(&self, from: usize) -> bool {
        let digits = self.text.get(from..).unwrap_or_default().bytes().take(AHEAD);
        let number = digits.take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-')).count();
        if number > 0 && matches!(self.byte(self.ahead(from + number).0), Some(b',')) {
            return true;
        }
        let mut open = 0;
        for at in from..from + AHEAD {
            work::count(1);
            match self.byte(at) {
                Some(b'[') => open += 1,
                Some(b']') if open == 0 => return true,
                Some(b']') => open -= 1,
                None => return matches!(self.byte(from), Some(b'-' | b'0'..=b'9')),
                Some(b'"' | b'\'' | b'{' | b'}' | b':') => return false,
                _ => {}
            }
        }
        false
    }

    /// Whether the bracket before `from` closes the container of the string, and is not part of the string.
    fn ends_here(&self, from: usize) -> bool {
        let (next, _) = self.ahead(from);
        match self.text.as_bytes().get(next) {
            Some(b',') => self.key_at(next + 1) || self.item_at(next + 1),
            Some(byte) => matches!(byte, b'}' | b']' | b')' | b'`' | b'\n'),
            None => true,
        }
    }
}

fn brackets(text: &str) -> i32 {
    let side = |byte| match byte {
        b'{' | b'[' => 1,
        b'}' | b']' => -1,
        _ => 0,
    };
    text.bytes().map(side).sum()
}

/// Removes unmatched closing brackets from the end of an unclosed string: they close its containers.
fn without_closers(text: &mut String, open: i32) {
    for _ in open..0 {
        let inner = text.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '`');
        let Some(inner) = inner.strip_suffix(['}', ']']) else { return };
        text.truncate(inner.trim_end().len());
    }
}

/// A block of lines without their common indentation and the last line end.
fn block(lines: &str) -> String {
    let lines = lines.trim_end();
    let width = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines.lines().filter(|line| !line.trim().is_empty()).map(width).min().unwrap_or_default();
    let inner: Vec<&str> = lines.lines().map(|line| line.trim_end().get(shared..).unwrap_or_default()).collect();
    inner.join("\n")
}
