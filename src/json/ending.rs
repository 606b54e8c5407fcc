//! Whether a text ends in the middle of its JSON. Prose or a fence may come before the JSON.

use super::skip::value_end;

/// Text with many brackets that never close is read again from each of them; this bounds the total, per byte.
const FAILED_WORK: usize = 16;

/// How a text ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Not inside JSON.
    Outside,
    /// Inside the first object or array of the text.
    Inside,
    /// Inside an object or array after a complete one.
    InsideAnother,
}

/// Reads the outermost objects and arrays of a text. One that is invalid before the end of the text is skipped. A closing
/// fence after incomplete JSON is ignored.
pub fn ending(text: &str) -> Ending {
    let text = text.trim_end();
    let bytes = text.strip_suffix("```").unwrap_or(text).trim_end().as_bytes();
    let mut allowance = bytes.len().saturating_mul(FAILED_WORK);
    let mut complete = false;
    let mut at = 0;
    while let Some(offset) = memchr::memchr2(b'{', b'[', bytes.get(at..).unwrap_or_default()) {
        let start = at + offset;
        match value_end(bytes, start) {
            Ok(end) => {
                complete = true;
                at = end;
            }
            Err(broken) if is_prefix(bytes.get(broken.0..).unwrap_or_default()) => {
                return if complete { Ending::InsideAnother } else { Ending::Inside };
            }
            Err(broken) => {
                let work = broken.0.saturating_sub(start) + 1;
                if work > allowance {
                    break;
                }
                allowance -= work;
                at = start + 1;
            }
        }
    }
    Ending::Outside
}

/// Whether the scanner stopped because the text ends: nothing follows, or the start of a literal or an escape sequence.
fn is_prefix(rest: &[u8]) -> bool {
    match rest {
        [] | [b'\\'] => true,
        [b'\\', b'u', digits @ ..] => digits.len() < 4 && digits.iter().all(u8::is_ascii_hexdigit),
        rest => [&b"true"[..], b"false", b"null"].iter().any(|word| word.starts_with(rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::work;

    #[test]
    fn every_cut_of_json_after_prose_or_a_fence_is_inside_it() {
        let json = r#"{"a": [true, null, -1.5e3, "x\u00e9\n{"], "b": {"c": false}}"#;
        for before in ["", "Here is the JSON:\n```json\n", "I think [1] of {it}: ", "See [the note]. "] {
            for cut in 1..json.len() {
                let text = [before, &json[..cut]].concat();
                // A complete footnote comes first there.
                let wanted = if before.contains("[1]") { Ending::InsideAnother } else { Ending::Inside };
                assert_eq!(ending(&text), wanted, "{text}");
                assert_eq!(ending(&[&text, "\n```\n"].concat()), wanted, "{text}");
            }
            for after in ["", " ", "\n```", "\n```\n", " That is all [sic]."] {
                assert_eq!(ending(&[before, json, after].concat()), Ending::Outside);
            }
        }
    }

    #[test]
    fn json_that_is_broken_before_the_end_is_not_cut() {
        for text in [
            "",
            "no JSON",
            "```{\"a\": 1}```",
            "{\"a\": x",
            "{\"a\": 1,}",
            "[1 2",
            "a { b",
            "\"[\\q",
            "{\"a\": \"\\u00g",
        ] {
            assert_eq!(ending(text), Ending::Outside, "{text}");
        }
        assert_eq!(ending("{\"a\":1} and {\"b\":"), Ending::InsideAnother);
    }

    #[test]
    fn hostile_openings_cost_linear_work() {
        for text in ["[".repeat(200_000), "{\"a\":".repeat(100_000), "{\"a\":[\"\\".repeat(50_000)] {
            let read = work::measure(|| ending(&text));
            assert!((1..=(FAILED_WORK + 2) * text.len()).contains(&read), "{read} bytes read of {}", text.len());
        }
    }
}
