//! A change made to an answer while it is read.

use crate::text::shorten;
use serde_json::Value;

/// Longest text quoted in a coercion, in characters.
const MAX_SHORT: usize = 120;
/// Why a list has one item.
pub const LONE_ITEM: &str = "a lone item read as a list of one";

/// One change made to an answer, so that nothing changes silently.
#[derive(Debug, Clone, PartialEq)]
pub struct Coercion {
    pub path: Vec<Value>,
    /// What stood there, cut where it is long.
    pub from: Value,
    /// What it was read as; `null` where the key was left out.
    pub to: Value,
    pub why: &'static str,
}

impl Coercion {
    /// `{path, from, to, why}`.
    pub fn to_json(&self) -> Value {
        crate::obj! { "path": self.path, "from": self.from, "to": self.to, "why": self.why }
    }
}

/// A value as a coercion quotes it.
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
