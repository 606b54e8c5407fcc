//! JSON as models send it: text that is cut anywhere, wrapped in prose, or larger than it should be.
//!
//! ```text
//! streamed   deltas ─▶ incremental::Parser ─▶ Ops ─┬▶ patch::Packed ─▶ u32 ops + text ─▶ snapshot.ts
//!                        (find: the JSON in a text) └▶ schema::Restoring, where the caller's form differs
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
mod work;
pub mod wrapper;

pub use limits::{DEFAULT_BYTES, DEFAULT_DEPTH};
