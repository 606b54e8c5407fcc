//! The provider-neutral form of an answer.
//!
//! Messages stay in the OpenAI chat shape (`serde_json::Value`) from the caller to `provider::encode`, so
//! that unknown keys reach the APIs that accept them; providers translate or refuse.

pub mod detect;
pub mod file_type;
mod usage;

pub use usage::{UsageTotals, add_usage, whole};

use serde_json::Value;

/// The finish reason, independent of the provider; [`Answer::finish_reason`] is the provider's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Finish {
    Stop,
    /// The token limit or the context window ended the answer.
    Length,
    /// The provider ended the answer early for another reason, given in `finish_reason`.
    Incomplete,
    ToolCalls,
    /// A filter removed or blocked the answer.
    ContentFilter,
    Refusal,
    /// The server failed during generation: the same request can succeed.
    Failed,
    /// The answer was cancelled or is not complete yet: the same request does not help.
    Unfinished,
    /// An unknown finish reason.
    Other,
    #[default]
    Unknown,
}

impl Finish {
    /// The name in lower case.
    #[cfg(feature = "machinery")]
    pub fn name(self) -> &'static str {
        match self {
            Finish::Stop => "stop",
            Finish::Length => "length",
            Finish::Incomplete => "incomplete",
            Finish::ToolCalls => "tool_calls",
            Finish::ContentFilter => "content_filter",
            Finish::Refusal => "refusal",
            Finish::Failed => "failed",
            Finish::Unfinished => "unfinished",
            Finish::Other => "other",
            Finish::Unknown => "unknown",
        }
    }
}

/// One call of a tool by the model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ToolCall {
    pub id: Option<String>,
    pub name: String,
    /// The arguments as JSON text, also from APIs that return an object. `None` without arguments or with null.
    pub arguments: Option<String>,
}

/// The result of one call of a tool.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CallResult {
    /// The text for the model.
    pub text: String,
    /// The text reports a problem.
    pub is_error: bool,
}

/// A whole answer: decoded from a body, or from all events of a stream.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The parsed body; for a stream, a body of the same shape as without streaming.
    pub raw: Value,
    /// The answer's text without reasoning parts; `None` without a text or with null.
    pub text: Option<String>,
    pub reasoning: Option<String>,
    pub tool_calls: Vec<ToolCall>,
    pub refusal: Option<String>,
    pub finish: Finish,
    /// The provider's finish reason, for example `tool_calls`, `end_turn` or `MAX_TOKENS`.
    pub finish_reason: Option<String>,
    /// The provider's usage object, unchanged.
    pub usage: Option<Value>,
    /// The name of the model, if the response has it.
    pub model: Option<String>,
}
