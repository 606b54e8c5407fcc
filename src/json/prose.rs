//! The text around the JSON: looks for the bracket that may begin it, past fences and thinking.
//!
//! A ``` fence needs no rule of its own (its back-ticks are prose like any other). A `<think>` block does: what
//! stands in it is not the answer, however much it looks like it.

const OPEN: &[u8] = b"<think";
const CLOSE: &[u8] = b"</think";

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// A bracket that may begin a value.
    Bracket(usize),
    /// The end of a block of thoughts whose beginning is not in the text; where to go on.
    Thoughts(usize),
    /// The text ended.
    None,
}

#[derive(Default)]
pub struct Prose {
    /// Where the block of thoughts begins that is open.
    thinking: Option<usize>,
    /// Tags are looked at no more.
    plain: bool,
    /// How much of a tag has come, with its `<`.
    tag: usize,
    /// The tag that is coming closes.
    closing: bool,
    /// The last byte of earlier text that is no space; 0 where a line begins.
    last: u8,
    expected: bool,
}

impl Prose {
    /// Looks on from `at`.
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

    /// Takes a byte of what may be a tag. True: it is the end of a block that had no beginning.
    fn tagged(&mut self, bytes: &[u8], at: &mut usize) -> bool {
        let byte = bytes.get(*at).copied();
        if self.tag == 1 {
            self.closing = byte == Some(b'/');
        }
        let tag = if self.closing { CLOSE } else { OPEN };
        if byte != tag.get(self.tag).copied() {
            // Not the tag; the byte is looked at again, for it may begin one.
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

    /// Remembers the last byte before `at` that says something.
    fn saw(&mut self, bytes: &[u8], start: usize, at: usize) {
        for byte in bytes.get(start..at).unwrap_or_default().iter().rev() {
            match byte {
                b'\n' | b'\r' => return self.last = 0,
                // A byte order mark says nothing.
                b' ' | b'\t' | 0xEF | 0xBB | 0xBF => {}
                byte => return self.last = *byte,
            }
        }
    }

    /// Whether a value may be expected at the bracket found last: it begins a line, or follows what introduces one.
    pub fn begins_value(&self) -> bool {
        self.expected
    }

    /// The first `keep` bytes are gone.
    pub fn moved(&mut self, keep: usize) {
        if let Some(start) = &mut self.thinking {
            *start = start.saturating_sub(keep);
        }
    }

    /// From where on the text has to be kept.
    pub fn kept(&self) -> Option<usize> {
        self.thinking
    }

    /// The open block is none.
    pub fn give_up(&mut self) {
        self.thinking = None;
        self.plain = true;
        self.tag = 0;
    }
}
