//! The syntax that a parser accepts, and its limits.

use super::shape::Shape;

/// The syntax that is accepted in addition to JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leniency {
    /// Only one JSON value and white space.
    Strict,
    /// Trailing commas, comments, single quotes, bare keys, Python's literals, raw line ends in strings; any text after the
    /// value. For tool arguments.
    Relaxed,
    /// The same, with prose, fences and `<think>` blocks around the value. For answers as text.
    Text,
}

#[derive(Clone)]
pub struct Options {
    pub leniency: Leniency,
    /// Maximum nesting of containers.
    pub max_depth: usize,
    /// Maximum length of the text, in bytes.
    pub max_bytes: usize,
    /// The expected value, to distinguish it from other JSON in the text ([`Leniency::Text`]).
    pub shape: Shape,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            leniency: Leniency::Strict,
            max_depth: super::DEFAULT_DEPTH,
            max_bytes: super::DEFAULT_BYTES,
            shape: Shape::default(),
        }
    }
}
