//! The limits of templates, and the account that rendering is charged to.
//!
//! Texts of a call's messages are templates and may contain text of an app's users. So the rendering of a call ends after
//! about a second for any template, with a bounded stack and bounded memory.

use minijinja::value::ValueKind;
use minijinja::{Error, ErrorKind, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Maximum length of a template, in bytes.
pub const MAX_TEMPLATE: usize = 1024 * 1024;
/// Maximum length of a rendered text, in bytes; the captured texts of `set` and `filter` blocks count too.
pub const MAX_OUTPUT: usize = 4 * 1024 * 1024;
/// Maximum number of instructions for the templates of one call.
pub const MAX_STEPS: u64 = 1_000_000;
/// Maximum of what the operations of one call read and create: bytes of text, and [`NODE`] for every other value.
pub const MAX_WORK: usize = 64 * 1024 * 1024;
/// Maximum nesting of tags: `for`, `if` and others, and each `elif`.
pub const MAX_BLOCKS: usize = 40;
/// Maximum nesting of brackets in one expression.
pub const MAX_BRACKETS: usize = 16;
/// Maximum depth of an expression as a tree of operators, attributes, filters and calls.
pub const MAX_CHAIN: usize = 100;
/// Maximum nesting of lists and objects in the context.
pub const MAX_CONTEXT: usize = 128;
/// Maximum depth of tags and macros that are in progress; a macro counts as about six.
pub const MAX_CALLS: usize = 150;
/// Maximum nesting of a value that a template creates.
const MAX_LEVELS: usize = MAX_CONTEXT + 32;

/// The weight of a value without its text.
const NODE: usize = 32;
/// The weight of an item that is copied without being read.
pub const ITEM: usize = 16;

/// The remaining allowance of a call.
#[derive(Clone)]
pub struct Account(Arc<[AtomicUsize; 2]>);

impl Default for Account {
    fn default() -> Self {
        Account(Arc::new([MAX_WORK.into(), 0.into()]))
    }
}

impl Account {
    /// Begins a new text with a new allowance of output.
    pub fn begin_text(&self) {
        self.0[1].store(MAX_OUTPUT, Ordering::Relaxed);
    }

    pub fn charge(&self, work: usize) -> Result<(), Error> {
        take(&self.0[0], work, ErrorKind::OutOfFuel)
    }

    /// Charges a value that is read to its leaves.
    pub fn whole(&self, value: &Value) -> Result<usize, Error> {
        let before = self.0[0].load(Ordering::Relaxed);
        self.levels(value, 0)?;
        Ok(before - self.0[0].load(Ordering::Relaxed))
    }

    /// Charges a value whose items are copied without being read.
    pub fn items(&self, value: &Value) -> Result<(), Error> {
        self.charge(match value.as_str() {
            // A text becomes a list of letters.
            Some(text) => text.len().saturating_mul(ITEM),
            None => value.len().unwrap_or(1).saturating_mul(ITEM),
        })
    }

    /// Charges a new value: a text, or a list of existing items.
    pub fn made(&self, value: &Value) -> Result<(), Error> {
        self.charge(match value.as_str() {
            Some(text) => text.len(),
            None => value.len().unwrap_or(0).saturating_mul(ITEM),
        })
    }

    /// Charges a value that is written.
    pub fn output(&self, value: &Value) -> Result<(), Error> {
        let weight = self.whole(value)?;
        let length = value.as_str().map_or(weight, str::len);
        take(&self.0[1], length, ErrorKind::WriteFailure)
    }

    fn levels(&self, value: &Value, level: usize) -> Result<(), Error> {
        if level > MAX_LEVELS {
            return Err(Error::new(ErrorKind::InvalidOperation, "a value is nested too deeply"));
        }
        self.charge(NODE.saturating_add(value.as_str().map_or(0, str::len)))?;
        match value.kind() {
            ValueKind::Seq | ValueKind::Iterable => {
                for item in value.try_iter()? {
                    self.levels(&item, level + 1)?;
                }
            }
            ValueKind::Map => {
                for key in value.try_iter()? {
                    self.levels(&key, level + 1)?;
                    self.levels(&value.get_item(&key)?, level + 1)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn take(left: &AtomicUsize, amount: usize, or: ErrorKind) -> Result<(), Error> {
    match left.load(Ordering::Relaxed).checked_sub(amount) {
        Some(rest) => {
            left.store(rest, Ordering::Relaxed);
            Ok(())
        }
        None => {
            left.store(0, Ordering::Relaxed);
            Err(or.into())
        }
    }
}
