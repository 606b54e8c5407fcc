//! A change to an answer by the lenient reader.

use crate::text::shorten;
use serde_json::Value;

/// Maximum length of a text quoted in a coercion, in characters.
const MAX_SHORT: usize = 120;
/// The reason for a list with one item.
pub const LONE_ITEM: &str = "a lone item read as a list of one";

/// The reason for a key without its schema.
pub const LEFT_OUT: &str = "a key that the schema does not have was left out";

/// A change to an answer; every change is reported.
#[derive(Debug, Clone, PartialEq)]
pub struct Coercion {
    pub path: Vec<Value>,
    /// The value before, shortened if it is long.
    pub from: Value,
    /// The value after; `null` if the key was removed.
    pub to: Value,
    pub why: &'static str,
}

impl Coercion {
    /// `{path, from, to, why}`.
    pub fn to_json(&self) -> Value {
        crate::obj! { "path": self.path, "from": self.from, "to": self.to, "why": self.why }
    }
}

/// A value in the form that a coercion quotes.
pub fn short(value: &Value) -> Value {
    match value {
        Value::String(text) => short_text(text),
        Value::Array(_) => Value::from("[…]"),
        Value::Object(_) => Value::from("{…}"),
        other => other.clone(),
    }
}

pub fn short_text(text: &str) -> Value {
    Value::String(shorten(text, MAX_SHORT))
}
