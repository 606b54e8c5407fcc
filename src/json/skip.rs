//! The strict scanner: finds the end of a JSON value without parsing it.
//!
//! It needs one pass, no allocation and no recursion: the enclosing containers are a stack of bits.

use crate::json::limits::DEFAULT_DEPTH;
use crate::json::work;

/// The position of the first byte that is not valid JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken(pub usize);

/// The end of the complete value that starts at `at`; white space may come before it.
///
/// Only ASCII is checked: the caller must ensure that `bytes` are UTF-8 if necessary.
pub fn value_end(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let end = scan(bytes, at);
    let (Ok(stop) | Err(Broken(stop))) = end;
    work::count(stop.saturating_sub(at));
    end
}

fn scan(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let mut at = space_end(bytes, at);
    // Bit 0 is the innermost container: 1 = object, 0 = array.
    let mut stack: u128 = 0;
    let mut depth = 0;
    loop {
        // A value starts here.
        match bytes.get(at) {
            Some(b'{' | b'[') if depth == DEFAULT_DEPTH => return Err(Broken(at)),
            Some(b'{') => {
                depth += 1;
                stack = stack << 1 | 1;
                at = space_end(bytes, at + 1);
                if bytes.get(at) != Some(&b'}') {
                    at = key_end(bytes, at)?;
                    continue;
                }
            }
            Some(b'[') => {
                depth += 1;
                stack <<= 1;
                at = space_end(bytes, at + 1);
                if bytes.get(at) != Some(&b']') {
                    continue;
                }
            }
            Some(b'"') => at = string_end(bytes, at + 1)?,
            Some(b't') => at = word_end(bytes, at, b"true")?,
            Some(b'f') => at = word_end(bytes, at, b"false")?,
            Some(b'n') => at = word_end(bytes, at, b"null")?,
            Some(b'-' | b'0'..=b'9') => at = number_end(bytes, at)?,
            _ => return Err(Broken(at)),
        }
        // A value has just ended (or an empty container is about to).
        loop {
            if depth == 0 {
                return Ok(at);
            }
            at = space_end(bytes, at);
            let object = stack & 1 == 1;
            match bytes.get(at) {
                Some(b',') if object => {
                    at = key_end(bytes, space_end(bytes, at + 1))?;
                    break;
                }
                Some(b',') => {
                    at = space_end(bytes, at + 1);
                    break;
                }
                Some(b'}') if object => {}
                Some(b']') if !object => {}
                _ => return Err(Broken(at)),
            }
            at += 1;
            depth -= 1;
            stack >>= 1;
        }
    }
}

/// The first byte at or after `at` that is not white space.
#[inline]
pub fn space_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

/// The position after `"key":` and white space.
fn key_end(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    if bytes.get(at) != Some(&b'"') {
        return Err(Broken(at));
    }
    let at = space_end(bytes, string_end(bytes, at + 1)?);
    if bytes.get(at) != Some(&b':') {
        return Err(Broken(at));
    }
    Ok(space_end(bytes, at + 1))
}

/// The position after the closing quote of the string whose contents start at `at`.
#[inline]
pub fn string_end(bytes: &[u8], mut at: usize) -> Result<usize, Broken> {
    loop {
        match bytes.get(at) {
            Some(b'"') => return Ok(at + 1),
            Some(b'\\') => match bytes.get(at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => at += 2,
                Some(b'u') => {
                    match bytes.get(at + 2..at + 6) {
                        Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {}
                        _ => return Err(Broken(at)),
                    }
                    at += 6;
                }
                _ => return Err(Broken(at)),
            },
            Some(byte) if *byte >= b' ' => at += 1,
            _ => return Err(Broken(at)),
        }
    }
}

fn word_end(bytes: &[u8], at: usize, word: &[u8]) -> Result<usize, Broken> {
    let end = at + word.len();
    if bytes.get(at..end) == Some(word) { Ok(end) } else { Err(Broken(at)) }
}

fn number_end(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let digits = |mut at: usize| {
        let from = at;
        while bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
        if at == from { Err(Broken(at)) } else { Ok(at) }
    };
    let at = if bytes.get(at) == Some(&b'-') { at + 1 } else { at };
    let mut at = if bytes.get(at) == Some(&b'0') { at + 1 } else { digits(at)? };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        at += 1;
        if let Some(b'+' | b'-') = bytes.get(at) {
            at += 1;
        }
        at = digits(at)?;
    }
    Ok(at)
}
