//! The contents of JSON strings: unescaping.
//!
//! Lone surrogates, which no Rust or UTF-8 text can hold, become U+FFFD, as `TextEncoder` does it.

/// Hands out the text that a complete, valid string's contents (between its quotes) stand for, in pieces.
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

/// The character that the escape at the start of `text` stands for, and the escape's length in bytes.
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

/// The character of a two-byte escape, by its second byte.
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
