//! What is requested of a model, independent of the provider: the [`Mode`], the tools, the native format, and the
//! [`prompts`]. `mode` builds an [`OutputRequest`], `provider` encodes it.

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
    /// The API enforces the schema (its `strict` flag).
    pub strict: bool,
}

/// Whether the model must call a tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It must call `OutputRequest::tools[0]`.
    Named,
    /// It must call one of the tools; with own tools any of them.
    Required,
    /// It may answer without a call.
    Auto,
}

/// The native output format in the request.
#[derive(Debug, Clone, PartialEq)]
pub enum Format {
    /// Any JSON object (`json_object`).
    Json,
    /// Text constrained by a schema.
    Schema { name: String, description: Option<String>, schema: Value, strict: bool },
}

/// The requested output. `mode` and `schema` decide it before any provider code runs.
#[derive(Debug, Clone)]
pub struct OutputRequest {
    /// The mode; [`Mode::Raw`] requests no structured output (response model null).
    pub mode: Mode,
    /// The tools of the response models.
    pub tools: Vec<Tool>,
    /// The app's own tools, which the model may call before it gives the answer.
    pub own: Vec<Tool>,
    pub choice: Choice,
    pub format: Option<Format>,
    /// Text for the system prompt: the schema in the modes JSON and MD_JSON, an instruction if a tool cannot be forced.
    pub instructions: Option<String>,
    /// Text appended to the last user message (MD_JSON).
    pub closing: Option<String>,
}

impl OutputRequest {
    /// Whether the request has tools.
    pub fn has_tools(&self) -> bool {
        !(self.tools.is_empty() && self.own.is_empty())
    }

    /// The tools of the response models and the app's own.
    pub fn all_tools(&self) -> impl Iterator<Item = &Tool> {
        self.tools.iter().chain(&self.own)
    }
}
