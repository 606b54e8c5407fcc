//! Values without quotes: literals and numbers of JSON, JavaScript and Python, words, calls around one value.

use super::{AHEAD, Place, RepairParser};
use crate::json::work;
use crate::jsontext;
use serde_json::Value;

/// Maximum length of a number or literal.
const MAX_WORD: usize = 64;

/// The text as one number, literal or quoted string.
pub fn scalar(text: &str) -> Option<Value> {
    let inner = text.trim().trim_start_matches(['*', '`']).trim_end_matches(['*', '`', '.', ';', ',']).trim();
    let said = inner.split_once("//").map_or(inner, |(said, _)| said.trim_end());
    if let Some(value) =
        word(said).or_else(|| call(inner).filter(|(_, end)| *end == inner.len()).map(|(value, _)| value))
    {
        return Some(value);
    }
    let mut loose = RepairParser { text: inner, at: 0, repairs: 0, given_up: false };
    let (open, close) = loose.opening()?;
    let told = inner.get(open.len()..)?;
    // Prose may begin with a quote; a text with an invalid escape is not prose.
    let is_text = told.ends_with(close) || !told.contains(close);
    let is_sound = !told.contains("\\u") && !told.contains(|c: char| c < '\u{8}' || ('\u{e}'..' ').contains(&c));
    let string = loose.strings(Place::Root);
    (is_text && is_sound && loose.at == inner.len()).then_some(Value::String(string))
}

/// A value whose first quote is missing.
pub(super) fn unquoted(text: &str) -> Value {
    let text = text.trim().trim_matches('"');
    word(text).unwrap_or_else(|| Value::from(text))
}

/// A bare word that is a literal or a number in JSON, JavaScript or Python.
pub(super) fn word(text: &str) -> Option<Value> {
    match text {
        "true" | "True" | "TRUE" => Some(Value::Bool(true)),
        "false" | "False" | "FALSE" => Some(Value::Bool(false)),
        "null" | "None" | "NULL" | "Null" | "undefined" | "NaN" => Some(Value::Null),
        _ if text.len() > MAX_WORD => jsontext::number(text).map(Value::Number),
        _ => {
            let digits = text.strip_prefix('+').unwrap_or(text);
            let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
            if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
                return i64::from_str_radix(hex, 16)
                    .ok()
                    .map(|hex| Value::from(if sign.is_empty() { hex } else { -hex }));
            }
            if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
                return None;
            }
            // `.5`, `5.`, `5.e4`, `1_000`: invalid in JSON, but unambiguous.
            let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
            let groups = |digits: &str| digits.split('_').all(|group| group.starts_with(|c: char| c.is_ascii_digit()));
            let plain = match () {
                () if whole.contains('_') && groups(whole) => [sign, &digits.replace('_', "")].concat(),
                () if whole.is_empty() => [sign, "0.", fraction].concat(),
                () if fraction.is_empty() => [sign, whole].concat(),
                () if fraction.starts_with(['e', 'E']) => [sign, whole, fraction].concat(),
                () => [sign, digits].concat(),
            };
            jsontext::number(&plain).map(Value::Number)
        }
    }
}

/// A call around one number, literal or text, such as `ObjectId("1")` and `Decimal(2)`: the value, and the position after
/// the call.
fn call(text: &str) -> Option<(Value, usize)> {
    let open =
        text.bytes().take(MAX_WORD).position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'$')))?;
    let inner = text.get(open..)?.strip_prefix('(').filter(|_| open > 0)?;
    let mut end = inner.len().min(AHEAD);
    while !inner.is_char_boundary(end) {
        end -= 1;
    }
    let close = inner.get(..end)?.find(')')?;
    work::count(open + close);
    let said = inner.get(..close)?.trim();
    let quoted = ['"', '\''].into_iter().find_map(|quote| said.strip_prefix(quote)?.strip_suffix(quote));
    let value = match quoted {
        Some(text) if !text.contains(['"', '\'', '\\']) => Value::from(text),
        _ => word(said)?,
    };
    Some((value, open + close + 2))
}

impl RepairParser<'_> {
    pub(super) fn bare_key(&mut self) -> String {
        let rest = self.rest();
        let end = rest.find([':', '\n', ',', '}', '{', '=', ']']).unwrap_or(rest.len());
        let key = rest.get(..end).unwrap_or_default().trim().trim_end_matches('"');
        // A stray word before a quoted key.
        let key = key.split_once(" \"").map_or(key, |(_, quoted)| quoted);
        work::count(end);
        self.at += end;
        self.repaired();
        let unescaped = if key.contains('\\') { jsontext::string(&["\"", key, "\""].concat()) } else { None };
        unescaped.unwrap_or_else(|| key.to_owned())
    }

    /// Reads a value without quotes, up to the comma, line end or bracket that ends it.
    pub(super) fn bare(&mut self, place: Place) -> Option<Value> {
        let rest = self.rest();
        // `Name(1)`; a name that begins with a small letter is code.
        if rest.starts_with(|c: char| c.is_ascii_uppercase())
            && let Some((value, end)) = call(rest)
            && matches!(self.byte(self.ahead(self.at + end).0), None | Some(b',' | b'}' | b']' | b')'))
        {
            self.repaired();
            self.at += end;
            return Some(value);
        }
        let mut end = rest.len();
        // Open braces of the text itself.
        let mut open = 0usize;
        for (offset, byte) in rest.bytes().enumerate() {
            work::count(1);
            let is_word = || offset <= MAX_WORD && word(rest.get(..offset).unwrap_or_default().trim_end()).is_some();
            let ends = match (byte, place) {
                (b',' | b'\n', Place::Member) => {
                    // A number ends at the end of its line, and a literal at the comma.
                    let ends = || {
                        let (next, line_end) = self.ahead(self.at + offset + 1);
                        let number = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
                        byte == b'\n' || line_end || !number || self.byte(next) == Some(b'{')
                    };
                    self.key_at(self.at + offset + 1) || (is_word() && ends())
                }
                (b',' | b'\n', _) => true,
                // A comma is missing before a quoted key.
                (b' ', Place::Member) => {
                    rest.as_bytes().get(offset + 1) == Some(&b'"') && self.key_at(self.at + offset + 1)
                }
                (b'{', Place::Member | Place::Element) => {
                    open += 1;
                    is_word()
                }
                (b'}', Place::Member | Place::Element) if open > 0 => {
                    open -= 1;
                    false
                }
                (b'}', Place::Member | Place::Element) | (b']', Place::Element | Place::Member) => true,
                (b')', Place::Item) => true,
                (b'/', _) => rest.get(offset..).is_some_and(|r| r.starts_with("/*") || r.starts_with("// ")),
                _ => false,
            };
            if ends {
                end = offset;
                break;
            }
        }
        let text = rest.get(..end).unwrap_or_default().trim_end();
        self.at += end;
        if text.is_empty() {
            return None;
        }
        if let Some(value) = word(text) {
            if jsontext::from_str(text).is_err() {
                self.repaired();
            }
            return Some(value);
        }
        self.repaired();
        // One quote, at the end: the one at the beginning is missing.
        let text = match text.strip_suffix('"') {
            Some(inner) if !inner.contains('"') => inner,
            _ => text,
        };
        Some(word(text).unwrap_or_else(|| Value::from(text)))
    }
}
