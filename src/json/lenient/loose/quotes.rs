//! Quoted text: where it begins, which of its quotes ends it, and what its escapes say.

use super::{Loose, Place, look};

/// How far ahead a quote or comma is judged.
const AHEAD: usize = 160;

impl Loose<'_> {
    /// The quote that stands here and the one that closes it.
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
        // `""` is an empty string and no half of a triple quote.
        (found.0 != "\"\"\"" || rest.get(3..).is_some_and(|inner| inner.contains("\"\"\"")))
            .then_some(found)
            .or(Some(("\"", "\"")))
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
        // Brackets opened in the string, less those closed.
        let mut open = 0i32;
        loop {
            let rest = self.rest();
            let special = rest.find(|c: char| c == '\\' || c < ' ' || close.starts_with(c));
            let piece = rest.get(..special.unwrap_or(rest.len())).unwrap_or_default();
            open += brackets(piece);
            out.push_str(piece);
            look(piece.len());
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
                    if place == Place::Member && open <= 0 && self.unclosed(&mut out) {
                        return out;
                    }
                    out.push_str(close);
                    self.at = behind;
                }
            }
        }
    }

    /// Whether the quote that stands here begins the next key, because the one that ends the string is missing.
    fn unclosed(&self, out: &mut String) -> bool {
        let text = out.trim_end();
        let ended = match text.strip_suffix(',') {
            Some(text) => text.len(),
            None if out.get(text.len()..).is_some_and(|space| space.contains('\n')) => text.len(),
            None => return false,
        };
        let is_key = self.key_at(self.at);
        if is_key {
            out.truncate(ended);
        }
        is_key
    }

    /// Triple quotes: everything as it stands; a language name behind a fence is not part of it.
    fn verbatim(&mut self, close: &str) -> String {
        let rest = self.rest();
        let (inside, end) = match rest.find(close) {
            Some(end) => (rest.get(..end).unwrap_or_default(), self.at + end + close.len()),
            None => (rest, self.text.len()),
        };
        look(inside.len());
        let inside = match inside.split_once('\n') {
            Some((language, code)) if close == "```" && language.bytes().all(|b| b.is_ascii_alphanumeric()) => code,
            _ => inside,
        };
        let inside = inside.to_owned();
        self.at = end;
        inside
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
                    // Half an escape where the text was cut off says nothing.
                    match self.rest() {
                        digits if digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => {
                            self.at = self.text.len();
                        }
                        _ => out.push_str("\\u"),
                    }
                }
            },
            '"' | '\\' | '/' => out.push(character),
            // `\'` and line continuations are JavaScript's; any other backslash was meant as one.
            '\'' | '`' => {
                self.repaired();
                out.push(character);
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

    /// Whether a quote before `behind` ends the string that is being read, by what follows it.
    fn closes(&self, behind: usize, place: Place, open: i32) -> bool {
        let (next, line_end) = self.ahead(behind);
        let Some(byte) = self.text.as_bytes().get(next).copied() else { return true };
        match (place, byte) {
            (Place::Root, _) => false,
            (Place::Key, b'"' | b'\'') => next > behind,
            (Place::Key, byte) => matches!(byte, b':' | b'=' | b'{' | b'[' | b'0'..=b'9'),
            (_, b'`') => self.text.get(next..).is_some_and(|rest| rest.starts_with("```")),
            (_, b'/') => matches!(self.text.as_bytes().get(next + 1), Some(b'/' | b'*')),
            (Place::Member, b',') => self.key_at(next + 1),
            (Place::Member | Place::Element, b'}' | b']') => open <= 0 || self.ends_here(next + 1),
            (Place::Member, _) => line_end && self.key_at(next),
            (Place::Element, b',') => self.item_at(next + 1),
            (Place::Element, b'"') if next > behind => true,
            (Place::Element, byte) => line_end && matches!(byte, b'"' | b'\'' | b'{' | b'['),
        }
    }

    /// Whether a bracket before `from` ends what is around the string, rather than what the string itself quotes.
    fn ends_here(&self, from: usize) -> bool {
        let (next, _) = self.ahead(from);
        match self.text.as_bytes().get(next) {
            Some(b',') => self.key_at(next + 1) || self.item_at(next + 1),
            Some(byte) => matches!(byte, b'}' | b']' | b'`' | b'\n'),
            None => true,
        }
    }

    /// The next byte that is no white space, and whether a line ended before it.
    fn ahead(&self, from: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let mut line_end = false;
        let mut at = from;
        while at < from + AHEAD {
            look(1);
            match bytes.get(at) {
                Some(b'\n') => line_end = true,
                Some(b' ' | b'\t' | b'\r') => {}
                _ => break,
            }
            at += 1;
        }
        (at, line_end)
    }

    /// Whether a key, or the end of the object, begins behind `from`.
    pub(super) fn key_at(&self, from: usize) -> bool {
        let bytes = self.text.as_bytes();
        let (start, _) = self.ahead(from);
        let quote = match bytes.get(start) {
            None | Some(b'}') | Some(b']') => return true,
            Some(b'/') => return matches!(bytes.get(start + 1), Some(b'/' | b'*')),
            Some(b'.') => return bytes.get(start..start + 3) == Some(b"..."),
            Some(quote @ (b'"' | b'\'')) => Some(*quote),
            _ => None,
        };
        let mut at = start + usize::from(quote.is_some());
        while at < start + AHEAD {
            look(1);
            match (quote, bytes.get(at)) {
                (_, None) => return quote.is_some(),
                (Some(quote), Some(byte)) if *byte == quote => {
                    let (colon, _) = self.ahead(at + 1);
                    return matches!(bytes.get(colon), None | Some(b':'));
                }
                (Some(_), Some(b'\n')) => return false,
                (Some(_), Some(_)) => {}
                (None, Some(b':')) => return at > start,
                (None, Some(byte)) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$' | b'.') => {}
                (None, Some(byte)) => {
                    // The quote before the key may be missing.
                    let (colon, _) = self.ahead(at + usize::from(*byte == b'"'));
                    return at > start && bytes.get(colon) == Some(&b':');
                }
            }
            at += 1;
        }
        false
    }

    /// Whether another element, or the end of the array, begins behind `from`.
    fn item_at(&self, from: usize) -> bool {
        let (start, _) = self.ahead(from);
        match self.text.as_bytes().get(start) {
            None => true,
            Some(byte) => {
                matches!(byte, b'"' | b'\'' | b'{' | b'[' | b']' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n' | b'/')
            }
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

/// Takes the brackets off a text that was never closed: those it does not open end what is around it.
fn without_closers(text: &mut String, open: i32) {
    for _ in open..0 {
        let inner = text.trim_end_matches(|c: char| c.is_ascii_whitespace() || c == '`');
        let Some(inner) = inner.strip_suffix(['}', ']']) else { return };
        text.truncate(inner.len());
    }
}
