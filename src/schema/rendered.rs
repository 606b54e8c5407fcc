//! The result of rendering: the schema that is sent, the plan that restores the answer, and the notes.

use super::plan::Plan;
use serde_json::Value;

/// How a part of a schema was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Rewritten; the answer is restored.
    Rewritten,
    /// Not enforced by the API: added to the description and validated locally.
    Described,
    /// Not sent, only validated locally.
    Validated,
    /// Cannot be sent to this API.
    Impossible,
}

impl Level {
    /// The level in lower case, as the report of `lint` names it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Rewritten => "rewritten",
            Level::Described => "described",
            Level::Validated => "validated",
            Level::Impossible => "impossible",
        }
    }
}

/// One change, with the JSON Pointer of the part in the model's schema.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// JSON Pointer of the part in the model's schema.
    pub pointer: String,
    /// How the part was changed.
    pub level: Level,
    /// The change in words.
    pub what: String,
}

/// A schema in an API's dialect, the plan that restores an answer, and the changes.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The schema as it is sent.
    pub schema: Value,
    /// Restores an answer to the shape of the model's schema.
    pub plan: Plan,
    /// The changes, in document order.
    pub notes: Vec<Note>,
}
