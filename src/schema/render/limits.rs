//! Limits that keep every rendering finite.

/// How often a cycle of references is followed if the API does not support recursion.
pub(super) const UNROLL: usize = 2;
/// Schema nodes that are rendered; the rest is requested as JSON text.
pub(super) const MAX_NODES: usize = 12_000;
/// The same for inlined copies of definitions, because an API compiles every copy.
pub(super) const MAX_INLINED: usize = 1_500;
/// Nested schemas, counted as the renderer recurses; deeper ones are requested as JSON text.
pub(super) const MAX_LEVEL: usize = 48;
/// A definition at a greater depth is rendered after the enclosing schema, so that a long chain of definitions is not a deep
/// recursion.
pub(super) const DEFER: usize = 16;
/// Nested `$ref` and `allOf` for one value.
pub(super) const MAX_FLAT: usize = 64;
