//! The parser's events packed for JavaScript: a list of `u32` and one text.
//!
//! Each op is one number: its code in the low four bits, an operand in the others. The operand of an op with text is the
//! number of UTF-16 units that the op reads from the text. Ops read the text in order, so there are no offsets, and the
//! text is decoded once per chunk. Keys repeat in a list of records, so a key is sent once and then by its number.
//!
//! ```text
//!  0 DELTA               a delta of the provider ends here (only if enabled)
//!  1 ROOT                a root value begins, and replaces an earlier one
//!  2 ROOT_DONE           the root is complete
//!  3 ROOT_DROPPED        the root is not JSON: the last complete one applies again
//!  4 OBJECT  5 ARRAY  6 CLOSE
//!  7 KEY         number  a key sent before
//!  8 KEY_NEW     units   a key, which gets the next number
//!  9 KEY_TEXT    units   a key without a number (it is long, or the table is full)
//! 10 STRING      units   a whole string
//! 11 STRING_OPEN units   the beginning of a string
//! 12 STRING_MORE units   more of it
//! 13 STRING_CLOSE units  its last part
//! 14 NUMBER      units   as JSON text
//! 15 CONST       0 null, 1 false, 2 true, 3 + n the number n
//! ```

use super::ops::Ops;

pub const DELTA: u32 = 0;
pub const ROOT: u32 = 1;
pub const ROOT_DONE: u32 = 2;
pub const ROOT_DROPPED: u32 = 3;
pub const OBJECT: u32 = 4;
pub const ARRAY: u32 = 5;
pub const CLOSE: u32 = 6;
pub const KEY: u32 = 7;
pub const KEY_NEW: u32 = 8;
pub const KEY_TEXT: u32 = 9;
pub const STRING: u32 = 10;
pub const STRING_OPEN: u32 = 11;
pub const STRING_MORE: u32 = 12;
pub const STRING_CLOSE: u32 = 13;
pub const NUMBER: u32 = 14;
pub const CONST: u32 = 15;

/// Maximum number of numbered keys, and maximum length of one.
const MAX_KEYS: usize = 512;
const MAX_KEY: usize = 64;
/// Size of the hash table: twice the number of keys, a power of two.
const SLOTS: usize = 1024;

#[derive(Default)]
pub struct Packed {
    ops: Vec<u32>,
    text: String,
    /// The numbered keys, and the hash table: hash → number + 1.
    keys: Vec<Box<str>>,
    slots: Vec<u16>,
}

impl Packed {
    pub fn new() -> Self {
        Packed::default()
    }

    pub fn ops(&self) -> &[u32] {
        &self.ops
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// Removes the ops and the text; the numbers of the keys are kept.
    pub fn clear(&mut self) {
        self.ops.clear();
        self.text.clear();
    }

    /// Marks the end of a delta.
    pub fn delta(&mut self) {
        if self.ops.last().is_some_and(|last| *last != DELTA) {
            self.ops.push(DELTA);
        }
    }

    fn push(&mut self, code: u32, operand: u32) {
        self.ops.push(operand << 4 | code);
    }

    fn push_text(&mut self, code: u32, text: &str) {
        self.text.push_str(text);
        self.push(code, utf16_len(text));
    }

    /// The number of a key: `Ok` if it has one, `Err(true)` if it gets one now, `Err(false)` if it gets none.
    fn number_of(&mut self, key: &str) -> Result<u32, bool> {
        if key.len() > MAX_KEY {
            return Err(false);
        }
        if self.slots.is_empty() {
            self.slots.resize(SLOTS, 0);
        }
        let mut slot = hash(key) as usize % SLOTS;
        while let Some(entry) = self.slots.get(slot).copied().filter(|entry| *entry != 0) {
            let number = usize::from(entry) - 1;
            if self.keys.get(number).is_some_and(|known| **known == *key) {
                return Ok(number as u32);
            }
            slot = (slot + 1) % SLOTS;
        }
        if self.keys.len() == MAX_KEYS {
            return Err(false);
        }
        self.keys.push(key.into());
        if let Some(entry) = self.slots.get_mut(slot) {
            *entry = self.keys.len() as u16;
        }
        Err(true)
    }
}

impl Ops for Packed {
    fn root(&mut self) {
        self.push(ROOT, 0);
    }
    fn root_done(&mut self) {
        self.push(ROOT_DONE, 0);
    }
    fn root_dropped(&mut self) {
        self.push(ROOT_DROPPED, 0);
    }
    fn open(&mut self, object: bool) {
        self.push(if object { OBJECT } else { ARRAY }, 0);
    }
    fn close(&mut self) {
        self.push(CLOSE, 0);
    }
    fn key(&mut self, key: &str) {
        match self.number_of(key) {
            Ok(number) => self.push(KEY, number),
            Err(true) => self.push_text(KEY_NEW, key),
            Err(false) => self.push_text(KEY_TEXT, key),
        }
    }
    fn string_open(&mut self) {
        self.push(STRING_OPEN, 0);
    }
    fn string_text(&mut self, text: &str) {
        self.text.push_str(text);
        let units = utf16_len(text) << 4;
        match self.ops.last_mut() {
            // Adjacent pieces share one op.
            Some(last) if matches!(*last & 15, STRING_OPEN | STRING_MORE) => *last += units,
            _ => self.ops.push(units | STRING_MORE),
        }
    }
    fn string_close(&mut self) {
        match self.ops.last_mut() {
            Some(last) if *last & 15 == STRING_OPEN => *last = *last & !15 | STRING,
            Some(last) if *last & 15 == STRING_MORE => *last = *last & !15 | STRING_CLOSE,
            _ => self.push(STRING_CLOSE, 0),
        }
    }
    fn number(&mut self, text: &str) {
        // Up to eight digits fit next to the code.
        match text.parse::<u32>() {
            Ok(number) if text.len() <= 8 => self.push(CONST, number + 3),
            _ => self.push_text(NUMBER, text),
        }
    }
    fn literal(&mut self, value: Option<bool>) {
        self.push(CONST, value.map_or(0, |value| u32::from(value) + 1));
    }
}

/// FNV-1a.
fn hash(key: &str) -> u32 {
    key.bytes().fold(0x811C_9DC5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// The number of UTF-16 units of `text`: one per character, two outside of the basic plane.
fn utf16_len(text: &str) -> u32 {
    text.bytes().map(|byte| u32::from(byte & 0xC0 != 0x80) + u32::from(byte >= 0xF0)).sum()
}
