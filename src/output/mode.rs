//! The modes: the ways to request structured output, with their public names.

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

impl Mode {
    /// The public name.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Tools => "TOOLS",
            Mode::ToolsStrict => "TOOLS_STRICT",
            Mode::Json => "JSON",
            Mode::JsonSchema => "JSON_SCHEMA",
            Mode::MdJson => "MD_JSON",
            Mode::ParallelTools => "PARALLEL_TOOLS",
            Mode::ResponsesTools => "RESPONSES_TOOLS",
            Mode::Raw => "RAW",
        }
    }

    /// Python's enum value, used in its messages and accepted as a name.
    pub fn value(self) -> &'static str {
        match self {
            Mode::Tools => "tool_call",
            Mode::ToolsStrict => "tools_strict",
            Mode::Json => "json_mode",
            Mode::JsonSchema => "json_schema_mode",
            Mode::MdJson => "markdown_json_mode",
            Mode::ParallelTools => "parallel_tool_call",
            Mode::ResponsesTools => "responses_tools",
            Mode::Raw => "raw",
        }
    }
}
