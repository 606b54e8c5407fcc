//! The text around the JSON: finds the next bracket that may begin a value, outside of reasoning blocks.
//!
//! A ``` fence has no special rule: its back-ticks are prose. The contents of a `<think>` block are never the answer.

const OPEN: &[u8] = b"<think";
const CLOSE: &[u8] = b"</think";

/// The result of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A bracket that may begin a value.
    Bracket(usize),
    /// The end of a reasoning block that has no beginning in the text; the position after it.
    Thoughts(usize),
    /// The text ended.
    None,
}

#[derive(Default)]
pub struct Prose {
    /// The start of the open reasoning block.
    thinking: Option<usize>,
    /// Tags are ignored from here on.
    plain: bool,
    /// The number of bytes of the current tag so far, with its `<`.
    tag: usize,
    /// The current tag is a closing one.
    closing: bool,
    /// The last byte of the text before that is not a space; 0 at the start of a line.
    last: u8,
    expected: bool,
}

impl Prose {
    /// Scans from `at`.
    pub fn scan(&mut self, bytes: &[u8], mut at: usize) -> Mark {
        let start = at;
        while at < bytes.len() {
            if self.tag > 0 {
                if self.tagged(bytes, &mut at) {
                    return Mark::Thoughts(at);
                }
                continue;
            }
            let rest = bytes.get(at..).unwrap_or_default();
            let found = match self.thinking {
                Some(_) => memchr::memchr(b'<', rest),
                None if self.plain => memchr::memchr2(b'{', b'[', rest),
                None => memchr::memchr3(b'<', b'{', b'[', rest),
            };
            let Some(offset) = found else { break };
            at += offset;
            if bytes.get(at) != Some(&b'<') {
                self.saw(bytes, start, at);
                self.expected = matches!(self.last, 0 | b':' | b'=' | b'`' | b'*' | b'>' | b'(');
                self.last = b']';
                return Mark::Bracket(at);
            }
            (self.tag, self.closing) = (1, false);
            at += 1;
        }
        self.saw(bytes, start, bytes.len());
        Mark::None
    }

    /// Reads a byte of what may be a tag. Returns true at the end of a block without a beginning.
    fn tagged(&mut self, bytes: &[u8], at: &mut usize) -> bool {
        let byte = bytes.get(*at).copied();
        if self.tag == 1 {
            self.closing = byte == Some(b'/');
        }
        let tag = if self.closing { CLOSE } else { OPEN };
        if byte != tag.get(self.tag).copied() {
            // Not the tag. The byte is read again, because it may begin one.
            self.tag = 0;
            return false;
        }
        self.tag += 1;
        *at += 1;
        if self.tag < tag.len() {
            return false;
        }
        self.tag = 0;
        let open = self.thinking.is_some();
        if !self.closing {
            self.thinking.get_or_insert(*at);
        } else {
            self.thinking = None;
        }
        self.closing && !open
    }

    /// Remembers the last significant byte before `at`.
    fn saw(&mut self, bytes: &[u8], start: usize, at: usize) {
        for byte in bytes.get(start..at).unwrap_or_default().iter().rev() {
            match byte {
                b'\n' | b'\r' => return self.last = 0,
                // A byte order mark is not significant.
                b' ' | b'\t' | 0xEF | 0xBB | 0xBF => {}
                byte => return self.last = *byte,
            }
        }
    }

    /// Whether a value may be expected at the last bracket: it begins a line, or follows a character that introduces a value.
    pub fn begins_value(&self) -> bool {
        self.expected
    }

    /// Drops the first `keep` bytes.
    pub fn moved(&mut self, keep: usize) {
        if let Some(start) = &mut self.thinking {
            *start = start.saturating_sub(keep);
        }
    }

    /// The position from which the text must be kept.
    pub fn kept(&self) -> Option<usize> {
        self.thinking
    }

    /// Treats the open block as prose.
    pub fn give_up(&mut self) {
        self.thinking = None;
        self.plain = true;
        self.tag = 0;
    }
}
