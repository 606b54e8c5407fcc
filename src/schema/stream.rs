//! Restoring while the answer streams in.

/// Placeholder.
pub struct Restoring;
