//! The JSON inside a whole answer: the *last* complete object or array of a text.
//!
//! Last, not first: what a user or a web page smuggled into the prompt tends to be quoted before the answer,
//! so the model's own final value wins. A first object that is broken is passed over.

use super::skip::{space_end, value_end};
use crate::error::Error;
use std::ops::Range;

/// Longer texts are refused: no answer is that long, and hostile ones are.
pub const MAX_CHARS: usize = 1024 * 1024;
/// Text of many openings that never close is read again from each of them; this bounds the sum.
const FAILED_WORK: usize = 16;

/// Where the last complete JSON object or array of `text` lies; `None` when there is none.
pub fn last_json_span(text: &str) -> Result<Option<Range<usize>>, Error> {
    if text.len() > MAX_CHARS && text.chars().count() > MAX_CHARS {
        return Err(Error::parsing(
            "The answer is longer than 1 MiB of characters: JSON is not looked for in it. Ask for less at once.",
        ));
    }
    let bytes = text.as_bytes();
    let mut allowance = bytes.len().saturating_mul(FAILED_WORK);
    let mut found = None;
    let mut at = 0;
    while let Some(offset) = memchr::memchr2(b'{', b'[', bytes.get(at..).unwrap_or_default()) {
        let start = at + offset;
        match value_end(bytes, start) {
            Ok(end) => {
                found = Some(start..end);
                at = end;
            }
            Err(broken) => {
                let work = broken.0.saturating_sub(start) + 1;
                if work > allowance {
                    return Err(Error::parsing(
                        "The answer holds too many JSON beginnings that never end: JSON is not looked for any further in it.",
                    ));
                }
                allowance -= work;
                at = start + 1;
            }
        }
    }
    Ok(found)
}

/// How many beginnings that never end are passed over before a text counts as no list of objects.
const BROKEN: usize = 64;

/// The objects of a text that holds one after the other (NDJSON, or in prose) as one JSON array, and whether one more
/// just ends. `None` when there are none.
pub fn objects(text: &str) -> Option<(String, bool)> {
    let bytes = text.as_bytes();
    let mut list = String::new();
    let (mut at, mut broken) = (0, 0);
    let mut unfinished = false;
    while let Some(offset) = memchr::memchr(b'{', bytes.get(at..)?) {
        let start = at + offset;
        match value_end(bytes, start) {
            Ok(end) => {
                list.push(if list.is_empty() { '[' } else { ',' });
                list.push_str(text.get(start..end)?);
                at = end;
            }
            Err(where_) if where_.0 >= bytes.len() => {
                unfinished = true;
                break;
            }
            Err(_) if broken < BROKEN => {
                broken += 1;
                at = start + 1;
            }
            Err(_) => return None,
        }
    }
    if list.is_empty() {
        return None;
    }
    list.push(']');
    Some((list, unfinished))
}

/// The JSON of an answer that should be nothing but JSON: the text itself where it is (less white space around
/// it), else the last span inside its fences, prose or `<think>` block, else the text as it is, for the error
/// that parsing it gives.
pub fn unwrap_text(text: &str) -> Result<&str, Error> {
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    if let Ok(end) = value_end(bytes, 0)
        && space_end(bytes, end) == bytes.len()
    {
        return Ok(trimmed);
    }
    Ok(match last_json_span(trimmed)? {
        Some(span) => trimmed.get(span).unwrap_or(trimmed),
        None => strip_fences(trimmed),
    })
}

/// The contents of a text that is one ``` fence, whatever they are; any other text as it is.
pub fn strip_fences(text: &str) -> &str {
    let trimmed = text.trim();
    let Some(inside) = trimmed.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return text };
    // The first line is the fence's language.
    match inside.split_once('\n') {
        Some((_, contents)) => contents.trim(),
        None => inside.trim(),
    }
}
