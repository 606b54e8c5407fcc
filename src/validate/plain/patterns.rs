//! Patterns, which the host's engine matches.

use serde_json::{Map, Value};

/// Compiles a pattern of ECMA-262 with the flag `u`; `None` if it is not valid.
pub type Compile<'a> = &'a dyn Fn(&str) -> Option<Matcher>;

/// Whether a text matches; `None` if the engine failed.
pub type Matcher = Box<dyn Fn(&str) -> Option<bool>>;

/// Patterns by their text.
#[derive(Default)]
pub struct Patterns {
    /// Indexes of `list`.
    known: Map<String, Value>,
    /// The longest text, and the engine.
    list: Vec<(usize, Matcher)>,
}

impl Patterns {
    /// `None`: the pattern is not valid, or its time is for jsonschema to estimate.
    pub fn add(&mut self, source: &str, compile: Compile<'_>) -> Option<bool> {
        if !self.known.contains_key(source) {
            let pattern = (longest_text(source)?, compile(source)?);
            self.known.insert(source.to_owned(), Value::from(self.list.len()));
            self.list.push(pattern);
        }
        Some(true)
    }

    /// Whether the text matches. `None`: it may be too long.
    pub fn matches(&self, source: &str, text: &str) -> Option<bool> {
        let index = self.known.get(source)?.as_u64()?;
        let (longest, matches) = self.list.get(index as usize)?;
        if text.len() > *longest { None } else { matches(text) }
    }
}

/// Maximum length of a pattern, in bytes.
const MAX_PATTERN: usize = 2000;
/// Repeats above this count as unlimited.
const MANY: u32 = 10;
/// Maximum length of a text, in bytes, by the number of unlimited repeats in the pattern. With as many repeats that can share
/// a text, and one more for a pattern that is tried at every position, jsonschema checks texts of this length
/// (`MAX_TEXT` in shims/ecma-regex).
const MAX_TEXT: [usize; 4] = [256 * 1024, 16 * 1024, 1024, 256];

/// The length of a text, in bytes, up to which this pattern is matched in bounded time; `None` for a pattern with
/// look-around, references to groups, or groups that are repeated without limit.
fn longest_text(pattern: &str) -> Option<usize> {
    if pattern.len() > MAX_PATTERN {
        return None;
    }
    let mut bytes = pattern.bytes().peekable();
    let mut unlimited = 0;
    let mut in_class = false;
    let mut after_group = false;
    while let Some(byte) = bytes.next() {
        let group = std::mem::take(&mut after_group);
        match byte {
            b'\\' => {
                let escaped = bytes.next()?;
                if matches!(escaped, b'1'..=b'9' | b'k') {
                    return None;
                }
                // `\p{Lu}` and `\u{1F600}` have no repeat.
                if matches!(escaped, b'p' | b'P' | b'u') && bytes.next_if_eq(&b'{').is_some() {
                    bytes.find(|byte| *byte == b'}')?;
                }
            }
            b']' => in_class = false,
            _ if in_class => {}
            b'[' => in_class = true,
            b'(' => {
                let is_special = bytes.next_if_eq(&b'?').is_some() && bytes.next() != Some(b':');
                if is_special {
                    return None;
                }
            }
            b')' => after_group = true,
            b'*' | b'+' | b'{' => {
                let mut most = u32::MAX;
                if byte == b'{' {
                    let (mut number, mut comma) = (None, false);
                    while let Some(byte) = bytes.next_if(|byte| *byte != b'}') {
                        match byte {
                            b'0'..=b'9' => {
                                let digit = u32::from(byte - b'0');
                                number = Some(number.unwrap_or(0u32).saturating_mul(10).saturating_add(digit));
                            }
                            b',' if !comma => (number, comma) = (None, true),
                            _ => return None,
                        }
                    }
                    most = number.unwrap_or(u32::MAX);
                }
                if most > MANY {
                    if group {
                        return None;
                    }
                    unlimited += 1;
                }
            }
            _ => {}
        }
    }
    MAX_TEXT.get(unlimited).copied()
}
