//! The contents of JSON strings: unescaping.
//!
//! A lone surrogate, which UTF-8 text cannot contain, becomes U+FFFD, as in `TextEncoder`.

/// Passes on the text of a complete, valid string's contents (between its quotes), in pieces.
pub fn unescape(raw: &str, out: &mut dyn FnMut(&str)) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (plain, escaped) = rest.split_at(at);
        if !plain.is_empty() {
            out(plain);
        }
        let (character, length) = escape(escaped);
        out(character.encode_utf8(&mut [0; 4]));
        rest = escaped.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        out(rest);
    }
}

/// Unescapes the strings of successive events that form one text. A surrogate pair may be split between two events (by
/// servers that split UTF-16): the first half is kept until the second arrives.
#[derive(Debug, Default)]
pub struct SurrogateJoiner {
    /// The escape of the first half.
    held: String,
}

impl SurrogateJoiner {
    pub fn unescape(&mut self, raw: &str, out: &mut dyn FnMut(&str)) {
        let whole;
        let mut raw = raw;
        if !self.held.is_empty() {
            if raw.is_empty() {
                return;
            }
            self.held.push_str(raw);
            whole = std::mem::take(&mut self.held);
            raw = &whole;
        }
        let (now, half) = raw.split_at(raw.len() - open_half(raw.as_bytes()));
        self.held.push_str(half);
        unescape(now, out);
    }

    /// Ends the text: a first half without its second becomes U+FFFD.
    pub fn finish(&mut self, out: &mut dyn FnMut(&str)) {
        if !std::mem::take(&mut self.held).is_empty() {
            out("\u{fffd}");
        }
    }
}

/// The length of the escape at the end, if it is the first half of a surrogate pair; otherwise 0.
fn open_half(bytes: &[u8]) -> usize {
    let Some((before, [b'\\', b'u', digits @ ..])) = bytes.split_last_chunk::<6>() else { return 0 };
    // An even number of backslashes before it are escaped backslashes.
    let escaped = before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1;
    if !escaped && hex4(Some(digits)).is_some_and(is_high) { 6 } else { 0 }
}

/// The JSON text with U+FFFD in place of each escaped half of a surrogate pair; `None` if it contains none.
pub fn whole_surrogates(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (plain, escaped) = rest.split_at(at);
        let half = escaped.as_bytes().get(1) == Some(&b'u')
            && hex4(escaped.as_bytes().get(2..6)).is_some_and(|unit| is_high(unit) || is_low(unit));
        let (character, length) = escape(escaped);
        let (escaped, after) = escaped.split_at_checked(length)?;
        out.push_str(plain);
        out.push_str(if half && character == '\u{fffd}' { "\u{fffd}" } else { escaped });
        rest = after;
    }
    out.push_str(rest);
    (out.len() != text.len()).then_some(out)
}

/// The character of the escape at the start of `text`, and the escape's length in bytes.
fn escape(text: &str) -> (char, usize) {
    let bytes = text.as_bytes();
    if bytes.get(1) != Some(&b'u') {
        return (bytes.get(1).copied().and_then(short_escape).unwrap_or('\u{fffd}'), 2);
    }
    let Some(first) = hex4(bytes.get(2..6)) else { return ('\u{fffd}', 2) };
    if let Some(character) = char::from_u32(first) {
        return (character, 6);
    }
    let second = if bytes.get(6..8) == Some(b"\\u") { hex4(bytes.get(8..12)) } else { None };
    match second {
        Some(second) if is_high(first) && is_low(second) => (join(first, second), 12),
        _ => ('\u{fffd}', 6),
    }
}

/// The character of a two-byte escape with this second byte.
pub fn short_escape(byte: u8) -> Option<char> {
    Some(match byte {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    })
}

fn hex4(digits: Option<&[u8]>) -> Option<u32> {
    digits?.iter().try_fold(0, |sum, digit| Some(sum << 4 | char::from(*digit).to_digit(16)?))
}

pub fn is_high(unit: u32) -> bool {
    (0xD800..0xDC00).contains(&unit)
}

pub fn is_low(unit: u32) -> bool {
    (0xDC00..0xE000).contains(&unit)
}

/// The character of a surrogate pair.
pub fn join(high: u32, low: u32) -> char {
    char::from_u32(0x10000 + ((high & 0x3FF) << 10 | (low & 0x3FF))).unwrap_or('\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(pieces: &[&str]) -> String {
        let mut halves = SurrogateJoiner::default();
        let mut text = String::new();
        for piece in pieces {
            halves.unescape(piece, &mut |more| text.push_str(more));
        }
        halves.finish(&mut |more| text.push_str(more));
        text
    }

    #[test]
    fn a_surrogate_pair_cut_between_two_events_is_one_character() {
        assert_eq!(joined(&["a\\ud83d", "\\ude00b"]), "a😀b");
        assert_eq!(joined(&["\\ud83d", "", "\\ude00"]), "😀");
        assert_eq!(joined(&["\\ud83d", "\\ud83d", "\\ude00"]), "\u{fffd}😀");
    }

    #[test]
    fn a_half_that_stays_alone_becomes_the_replacement_character() {
        assert_eq!(joined(&["\\ud83d", "x"]), "\u{fffd}x");
        assert_eq!(joined(&["x\\ud83d"]), "x\u{fffd}");
        assert_eq!(
            joined(&["\\\\ud83d", "\\ude00"]),
            "\\ud83d\u{fffd}",
            "an escaped backslash does not begin an escape"
        );
    }
}
