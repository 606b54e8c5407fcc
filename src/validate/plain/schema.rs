//! A schema that was read.

use super::draft::Draft;
use super::patterns::Patterns;
use crate::validate::limits::Limits;
use serde_json::Value;

/// A JSON Schema of the common keywords, to check any number of values.
pub struct Plain {
    pub(super) schema: Value,
    pub(super) draft: Draft,
    pub(super) patterns: Patterns,
    pub(super) limits: Limits,
}
