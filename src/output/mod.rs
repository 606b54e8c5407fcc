//! What is requested of a model, independent of the provider: the [`Mode`], the tools, the native format, and the
//! [`prompts`]. `mode` builds an [`Ask`], `provider` encodes it.

mod mode;
pub mod prompts;

pub use mode::Mode;

use serde_json::Value;

/// A tool as rendered for one API.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    pub name: String,
    pub description: String,
    /// The parameters' JSON Schema, already rendered into the API's dialect.
    pub parameters: Value,
    /// Ask the API to enforce the schema (its own `strict` flag).
    pub strict: bool,
}

/// How strongly the model is pushed to call a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Exactly this one tool (`Ask::tools[0]`).
    Named,
    /// Any of the tools, but one must be called.
    Required,
    /// The model decides.
    Auto,
}

/// The native output format asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Format {
    /// Any JSON object (`json_object`).
    Json,
    /// Text constrained by a schema.
    Schema { name: String, description: Option<String>, schema: Value, strict: bool },
}

/// What to ask the model for: decided by `mode` and `schema` before any provider code runs.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The mode in force; [`Mode::Raw`] asks for nothing (response model null).
    pub mode: Mode,
    pub tools: Vec<Tool>,
    pub choice: Choice,
    pub format: Option<Format>,
    /// Text for the system prompt (the schema in JSON and MD_JSON modes, a nudge where a tool can't be forced).
    pub instructions: Option<String>,
    /// Text appended to the last user message (MD_JSON).
    pub closing: Option<String>,
}
