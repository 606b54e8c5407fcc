//! What a parser accepts, and its limits.

use super::shape::Shape;

/// What is accepted beyond JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leniency {
    /// One JSON value and white space, nothing else.
    Strict,
    /// Trailing commas, comments, single quotes, bare keys, Python's literals, raw line ends in strings; anything
    /// behind the value. For tool arguments.
    Relaxed,
    /// The same, inside prose, fences, `<think>` blocks. For answers given as text.
    Text,
}

#[derive(Clone)]
pub struct Options {
    pub leniency: Leniency,
    /// How deep containers may nest.
    pub max_depth: usize,
    /// How many bytes of text are taken in total.
    pub max_bytes: usize,
    /// What the value should look like, to tell it from other JSON in the text ([`Leniency::Text`]).
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
