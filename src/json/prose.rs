//! The text around the JSON: looks for the bracket that may begin it, past fences and thinking.
//!
//! A ``` fence needs no rule of its own (its back-ticks are prose like any other). A `<think>` block does: what
//! stands in it is not the answer, however much it looks like it.

const OPEN: &[u8] = b"<think";
const CLOSE: &[u8] = b"</think";

/// Which arrays in prose count as the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrays {
    /// None: `[1]` may be a footnote.
    Never,
    /// The first value, when it begins a line: where the answer is a list, and its wrapper may have been left out.
    First,
    Always,
}

pub struct Prose {
    arrays: Arrays,
    /// Inside a `<think>` block.
    thinking: bool,
    /// How much of the tag looked for has been matched.
    matched: usize,
    /// Nothing but white space has come of the line.
    blank: bool,
}

impl Prose {
    pub fn new(arrays: Arrays) -> Self {
        Prose { arrays, thinking: false, matched: 0, blank: true }
    }

    /// A value was complete.
    pub fn found(&mut self) {
        if self.arrays == Arrays::First {
            self.arrays = Arrays::Never;
        }
    }

    /// Looks on from `at`: where to go on, and whether the byte there may begin the value.
    pub fn scan(&mut self, bytes: &[u8], mut at: usize) -> (usize, bool) {
        let mut start = at;
        while at < bytes.len() {
            if self.matched == 0 {
                let rest = bytes.get(at..).unwrap_or_default();
                let found = if self.thinking {
                    memchr::memchr(b'<', rest)
                } else if self.arrays == Arrays::Never {
                    memchr::memchr2(b'<', b'{', rest)
                } else {
                    memchr::memchr3(b'<', b'{', b'[', rest)
                };
                let Some(offset) = found else { break };
                at += offset;
                let byte = bytes.get(at);
                if byte == Some(&b'[') && self.arrays == Arrays::First && !self.begins_line(bytes, start, at) {
                    at += 1;
                    continue;
                }
                if byte != Some(&b'<') {
                    self.blank = false;
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
                    // The answer may follow a block on its line.
                    (self.blank, start) = (true, at);
                }
            } else {
                // Not the tag; the byte is looked at again, for it may begin one.
                self.matched = 0;
            }
        }
        if self.arrays == Arrays::First {
            self.blank = self.begins_line(bytes, start, bytes.len());
        }
        (bytes.len(), false)
    }

    /// Whether only white space lies between the last line end and `at`; before `start` that is known.
    fn begins_line(&self, bytes: &[u8], start: usize, at: usize) -> bool {
        for byte in bytes.get(start..at).unwrap_or_default().iter().rev() {
            match byte {
                b'\n' | b'\r' => return true,
                // So are a byte order mark and the end of a tag.
                b' ' | b'\t' | b'>' | 0xEF | 0xBB | 0xBF => {}
                _ => return false,
            }
        }
        self.blank
    }
}
