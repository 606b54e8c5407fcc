//! Modes: the ways to ask a model for structured output, their legacy names, and which one is legal where.

/// The public names, as in Python Instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One tool, forced where the model takes that.
    Tools,
    /// As `Tools`, with the API's own strict flag and a schema rendered for it.
    ToolsStrict,
    /// Any JSON object natively, the schema in the prompt.
    Json,
    /// Native schema-constrained text.
    JsonSchema,
    /// The schema in the prompt, a fenced block in the answer.
    MdJson,
    /// Several tools, the model picks any number of calls.
    ParallelTools,
    /// OpenAI's Responses API.
    ResponsesTools,
    /// No response model: the raw answer is wanted.
    Raw,
}
