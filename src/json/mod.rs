//! Reads the JSON of models: text in pieces of any size, with prose around it, or larger than expected.
//!
//! ```text
//! streamed   deltas ─▶ incremental::Parser ─▶ Ops ─┬▶ packed::Packed ─▶ u32 ops + text ─▶ snapshot.ts
//!                        (find: the JSON in a text) └▶ schema::Restoring, if the caller's schema differs
//! whole      answer ─▶ find::find ─▶ serde_json, or lenient::read
//! events     data   ─▶ extract::Reader   ─▶ the few fields of a provider's delta
//! ```
//!
//! [`skip`] is the strict scanner, [`escape`] unescapes strings. No function recurses over input of unbounded depth, and
//! the work is proportional to the input.

pub mod ending;
pub mod escape;
pub mod extract;
pub mod fence;
pub mod find;
pub mod incremental;
pub mod lax;
pub mod lenient;
mod limits;
pub mod object;
pub mod ops;
mod options;
pub mod packed;
mod prose;
pub mod repetition;
mod shape;
pub mod skip;
mod value_parser;
pub mod watch;
mod work;
pub mod wrapper;

pub use limits::{DEFAULT_BYTES, DEFAULT_DEPTH};

use serde_json::Value;

/// The value at a path of keys and indices, as issues have them.
pub fn value_at<'a>(value: &'a Value, path: &[Value]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, step| match step {
        Value::String(key) => value.get(key),
        index => value.get(index.as_u64()? as usize),
    })
}
