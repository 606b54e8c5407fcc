//! Limits of every parser.

use crate::error::Error;

/// How deep values may nest unless the caller says otherwise.
pub const DEFAULT_DEPTH: usize = 128;
/// How much text the incremental parser takes unless the caller says otherwise.
pub const DEFAULT_BYTES: usize = 64 * 1024 * 1024;

pub(super) fn too_large(limit: usize) -> Error {
    Error::parsing(format!("The answer is larger than the limit of {limit} bytes. Ask for less at once."))
}
