//! Limits that keep every rendering finite.

/// How often a circle of references is followed where the API takes none.
pub(super) const UNROLL: usize = 2;
/// Schema nodes rendered before the rest is asked for as JSON text.
pub(super) const MAX_NODES: usize = 12_000;
/// The same for copies of definitions: inlining multiplies, and an API compiles every copy.
pub(super) const MAX_INLINED: usize = 1_500;
/// Schemas within each other, counted as the renderer recurses; deeper ones are asked for as JSON text.
pub(super) const MAX_LEVEL: usize = 48;
/// A definition met deeper than this is rendered after the schema around it, so that a long chain of definitions is
/// no deep recursion.
pub(super) const DEFER: usize = 16;
/// `$ref` and `allOf` within each other at one place.
pub(super) const MAX_FLAT: usize = 64;
