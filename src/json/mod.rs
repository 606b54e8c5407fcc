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
pub mod object;
pub mod ops;
pub mod patch;
mod prose;
pub mod skip;
pub mod span;
pub mod wrapper;

use crate::error::Error;
use serde_json::Value;

/// How deep values may nest unless the caller says otherwise.
pub const DEFAULT_DEPTH: usize = 128;
/// How much text the incremental parser takes unless the caller says otherwise.
pub const DEFAULT_BYTES: usize = 64 * 1024 * 1024;

fn too_large(limit: usize) -> Error {
    Error::parsing(format!("The answer is larger than the limit of {limit} bytes. Ask for less at once."))
}

/// The value of a whole text, with everything the streaming parser forgives at this leniency.
pub fn parse_lenient(text: &str, leniency: incremental::Leniency) -> Result<Value, Error> {
    let mut parser = incremental::Parser::new(incremental::Options { leniency, ..Default::default() });
    let mut tree = ops::Tree::new();
    parser.push(text, &mut tree)?;
    parser.finish(&mut tree)?;
    tree.into_complete().ok_or_else(|| Error::parsing("The answer holds no JSON."))
}
