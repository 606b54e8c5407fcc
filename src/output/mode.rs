//! The modes: the ways to request structured output, with their public names.

/// A mode, named as in Python Instructor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// One tool, forced if the model accepts that.
    Tools,
    /// `Tools` with the API's strict flag and a schema rendered for it.
    ToolsStrict,
    /// The API's native JSON object format, and the schema in the prompt.
    Json,
    /// The API's native JSON Schema format.
    JsonSchema,
    /// The schema in the prompt, and a fenced block in the answer.
    MdJson,
    /// Several tools, with any number of calls.
    ParallelTools,
    /// A tool of OpenAI's Responses API.
    ResponsesTools,
    /// The raw answer, without a response model.
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

    /// The value of the Python enum, which is accepted as a name.
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
