//! Limits of the parsers.

use crate::error::Error;

/// The default limit of nesting.
pub const DEFAULT_DEPTH: usize = 128;
/// The default limit of the incremental parser's text, in bytes.
pub const DEFAULT_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn too_large(limit: usize) -> Error {
    Error::parsing(format!("The answer is larger than the limit of {limit} bytes. Ask for less at once."))
}
