//! The neutral words that every other room speaks: what a provider's answer means, whatever its wire form.
//!
//! Messages stay in the OpenAI chat shape (`serde_json::Value`) from the caller to `provider::encode`, so
//! that unknown keys survive on the wire that takes them; providers translate or refuse.

pub mod detect;
mod usage;

pub use usage::{UsageTotals, add_usage};

use serde_json::Value;

/// Why the model stopped, in neutral words; the provider's own word is kept in [`Answer::finish_reason`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Finish {
    Stop,
    /// The token limit (or the context window) cut the answer.
    Length,
    /// The provider ended the answer early for a reason of its own; `finish_reason` names it.
    Incomplete,
    ToolCalls,
    /// A filter removed or blocked the answer.
    ContentFilter,
    Refusal,
    /// The server failed while it wrote the answer: the same request can succeed.
    Failed,
    /// The answer was cancelled or is not written yet: the same request does not help.
    Unfinished,
    /// The provider named a reason we do not know.
    Other,
    #[default]
    Unknown,
}

impl Finish {
    /// The neutral word as it is shown.
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
    /// The arguments as JSON text. APIs that give an object have it printed here, so that one parser reads all.
    /// `None` when the API gave null or nothing.
    pub arguments: Option<String>,
}

/// A whole answer: what `decode` reads from a body, or a stream's decoder from the sum of its events.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The body as parsed; for streams a body of the non-streamed shape put together from the events.
    pub raw: Value,
    /// The answer's text without reasoning parts; `None` when the API gave none (or null).
    pub text: Option<String>,
    pub reasoning: Option<String>,
    pub tool_calls: Vec<ToolCall>,
    pub refusal: Option<String>,
    pub finish: Finish,
    /// The provider's own word, e.g. `tool_calls`, `end_turn`, `MAX_TOKENS`.
    pub finish_reason: Option<String>,
    /// The provider's usage object as it came.
    pub usage: Option<Value>,
    /// The model that answered, when the API says so.
    pub model: Option<String>,
}
