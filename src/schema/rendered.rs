//! The result of rendering: the schema that is sent, the plan that restores the answer, and the notes.

use super::plan::Plan;
use serde_json::Value;

/// What was done to a part of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Written differently; the answer is turned back.
    Rewritten,
    /// Told to the model in the description, validated by us.
    Described,
    /// Not sent, validated by us.
    Validated,
    /// It cannot be sent to this API.
    Impossible,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Rewritten => "rewritten",
            Level::Described => "described",
            Level::Validated => "validated",
            Level::Impossible => "impossible",
        }
    }
}

/// One thing done, with the JSON Pointer of the part (in the model's schema).
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub pointer: String,
    pub level: Level,
    pub what: String,
}

/// A schema in an API's dialect, the way back, and what was done.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub schema: Value,
    pub plan: Plan,
    pub notes: Vec<Note>,
}
