//! A failed keyword as [`explain`](super::explain) reads it, whichever engine found it.

use serde_json::Value;
use std::borrow::Cow;

/// One failed keyword.
pub trait Failure: Sized {
    /// The failures inside this one: those of a union's branches, and of a key.
    type Inner: Failure<Inner = Self::Inner>;

    fn kind(&self) -> Kind<'_, Self::Inner>;
    /// The value that the keyword applies to.
    fn value(&self) -> &Value;
    /// The number of steps from the root to the value.
    fn steps(&self) -> usize;
    /// Keys and indexes from `root` to the value.
    fn path(&self, root: &Value) -> Vec<Value>;
    /// The length of the path as a JSON pointer, in bytes.
    fn path_bytes(&self) -> usize;
    /// The schema that has the keyword, in the whole schema.
    fn holder<'s>(&'s self, schema: &'s Value) -> Option<&'s Value>;
    /// The keyword's own value, in the whole schema.
    fn keyword<'s>(&'s self, schema: &'s Value) -> Option<&'s Value>;
}

/// Too many branches of `oneOf` are valid.
pub const SEVERAL: &str = "fits more than one of the alternatives of which exactly one is wanted";

/// What the keyword requires.
pub enum Kind<'a, Inner> {
    /// `anyOf` or `oneOf`: the failures of each branch.
    Union(&'static str, &'a [Vec<Inner>]),
    /// A key that is missing.
    Required(&'a str),
    /// A key that is not allowed: why.
    #[cfg(feature = "validator")]
    Name(&'a Inner),
    /// Names of types.
    Type(Vec<&'static str>),
    Enum(&'a [Value]),
    Constant(&'a Value),
    /// Keys that are not allowed.
    Unexpected(&'a [String]),
    /// `at most `, `at least `, `less than `, `more than `, and the number.
    Bound(&'static str, &'a Value),
    /// `at most ` or `at least `, the number, and what is counted: `item`, `key`, `character`.
    Size(&'static str, u64, &'static str),
    MultipleOf(f64),
    Pattern(&'a str),
    Format(&'a str),
    /// Items that are equal.
    Repeated,
    Contains,
    Not(&'a Value),
    /// The schema `false`.
    Never,
    /// A text that is too long for its pattern.
    #[cfg(feature = "validator")]
    TooLong,
    /// The words that come before the value.
    Says(Cow<'a, str>),
    /// The whole message.
    #[cfg(any(all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
    Message(&'a str),
}
