//! JSON as models send it: text that is cut anywhere, wrapped in prose, or larger than it should be.
//!
//! ```text
//! streamed   deltas ─▶ incremental::Parser ─▶ Ops ─┬▶ patch::Packed ─▶ u32 ops + text ─▶ snapshot.ts
//!                        (find: the JSON in a text) └▶ ops::Tree     ─▶ Value, elements as they close
//! whole      answer ─▶ find::find ─▶ serde_json, or lenient::read
//! events     data   ─▶ extract::Reader   ─▶ the few fields a provider's delta holds
//! ```
//!
//! [`skip`] is the strict scanner below `span` and `extract`, [`escape`] knows what stands in strings.
//! Nothing here recurses over outside data, and every loop is bounded by the bytes given.

pub mod cut;
pub mod escape;
pub mod extract;
pub mod find;
pub mod incremental;
pub mod lax;
pub mod lenient;
mod limits;
mod machine;
pub mod object;
pub mod ops;
mod options;
pub mod patch;
mod prose;
mod shape;
pub mod skip;
pub mod span;
pub mod wrapper;

pub use limits::{DEFAULT_BYTES, DEFAULT_DEPTH};

use crate::error::Error;
use serde_json::Value;

/// The value of a whole text, with everything the streaming parser forgives at this leniency.
pub fn parse_lenient(text: &str, leniency: incremental::Leniency) -> Result<Value, Error> {
    let mut parser = incremental::Parser::new(incremental::Options { leniency, ..Default::default() });
    let mut tree = ops::Tree::new();
    parser.push(text, &mut tree)?;
    parser.finish(&mut tree)?;
    tree.into_complete().ok_or_else(|| Error::parsing("The answer holds no JSON."))
}
