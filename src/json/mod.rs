//! JSON as models send it: text that is cut anywhere, wrapped in prose, or larger than it should be.
//!
//! - [`extract`] pulls a few fields out of a provider's event without building a value (every delta of a stream);
//! - [`span`] finds the JSON inside a whole answer's prose (answers that were not streamed);
//! - [`skip`] is the strict scanner below both.
//!
//! Nothing here recurses over outside data, and every loop is bounded by the bytes given.

pub mod escape;
pub mod extract;
pub mod skip;
pub mod span;

/// How deep values may nest unless the caller says otherwise.
pub const DEFAULT_DEPTH: usize = 128;
