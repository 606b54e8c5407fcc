//! The text around the JSON: looks for the bracket that may begin it, past fences and thinking.
//!
//! A ``` fence needs no rule of its own (its back-ticks are prose like any other). A `<think>` block does: what
//! stands in it is not the answer, however much it looks like it.

const OPEN: &[u8] = b"<think";
const CLOSE: &[u8] = b"</think";

pub struct Prose {
    arrays: bool,
    /// Inside a `<think>` block.
    thinking: bool,
    /// How much of the tag looked for has been matched.
    matched: usize,
}

impl Prose {
    pub fn new(arrays: bool) -> Self {
        Prose { arrays, thinking: false, matched: 0 }
    }

    /// Looks on from `at`: where to go on, and whether the byte there may begin the value.
    pub fn scan(&mut self, bytes: &[u8], mut at: usize) -> (usize, bool) {
        while at < bytes.len() {
            if self.matched == 0 {
                let rest = bytes.get(at..).unwrap_or_default();
                let found = if self.thinking {
                    memchr::memchr(b'<', rest)
                } else if self.arrays {
                    memchr::memchr3(b'<', b'{', b'[', rest)
                } else {
                    memchr::memchr2(b'<', b'{', rest)
                };
                let Some(offset) = found else { return (bytes.len(), false) };
                at += offset;
                if bytes.get(at) != Some(&b'<') {
                    return (at, true);
                }
                self.matched = 1;
                at += 1;
                continue;
            }
            let tag = if self.thinking { CLOSE } else { OPEN };
            if bytes.get(at) == tag.get(self.matched) {
                self.matched += 1;
                at += 1;
                if self.matched == tag.len() {
                    self.matched = 0;
                    self.thinking = !self.thinking;
                }
            } else {
                // Not the tag; the byte is looked at again, for it may begin one.
                self.matched = 0;
            }
        }
        (at, false)
    }
}
