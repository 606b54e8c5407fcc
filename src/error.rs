//! The one error type of the crate: a [`Kind`], a message that says what to do, and what the wire gave.
//!
//! Every fallible function of the core answers `Result<_, Error>`. `wasm` turns an error into one JSON
//! object ([`Error::to_json`]) and the TypeScript side into the class that [`Kind::class`] names.
//! Nothing here ever holds a key: requests are redacted before they are attached.

use serde_json::{Map, Value, json};
use std::fmt;

/// What went wrong, in the words of the public error classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The call or the client was set up wrongly; nothing was sent.
    Configuration,
    /// The mode asked for is not one this provider or model accepts.
    Mode,
    /// The provider answered with an error (HTTP status, or an error inside a 200).
    Provider,
    /// No answer: connection refused, DNS, TLS, CORS, a body cut in the middle.
    Network,
    /// The time given ran out.
    Timeout,
    /// The answer stopped early (token limit, or a stream that ended in the middle).
    IncompleteOutput,
    /// The model refused, or a content filter did.
    Refusal,
    /// The answer holds no tool call, no JSON, no choices: nothing to read.
    ResponseParsing,
    /// The answer was read and does not fit the model.
    Validation,
    /// All attempts are used up; `cause` is the last failure.
    Retry,
    /// The token or money budget is used up.
    Budget,
    /// The caller aborted.
    Aborted,
}

impl Kind {
    /// The name of the TypeScript class.
    pub fn class(self) -> &'static str {
        match self {
            Kind::Configuration => "ConfigurationError",
            Kind::Mode => "ModeError",
            Kind::Provider => "ProviderError",
            Kind::Network => "NetworkError",
            Kind::Timeout => "TimeoutError",
            Kind::IncompleteOutput => "IncompleteOutputError",
            Kind::Refusal => "RefusalError",
            Kind::ResponseParsing => "ResponseParsingError",
            Kind::Validation => "ValidationError",
            Kind::Retry => "InstructorRetryError",
            Kind::Budget => "BudgetExceededError",
            Kind::Aborted => "AbortError",
        }
    }

    /// Whether asking the model again can help.
    pub fn is_reaskable(self) -> bool {
        matches!(self, Kind::ResponseParsing | Kind::Validation)
    }
}

/// One problem found in an answer: where, and what is wanted there.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Object keys (strings) and array indexes (numbers) from the root; empty for the root itself.
    pub path: Vec<Value>,
    /// One line a model can act on: what is wanted, what was found.
    pub message: String,
}

impl Issue {
    /// `addresses.0.zip`, empty for the root: the dotted form used in reask texts.
    pub fn dotted(&self) -> String {
        let mut out = String::new();
        for step in &self.path {
            if !out.is_empty() {
                out.push('.');
            }
            match step {
                Value::String(key) => out.push_str(key),
                other => out.push_str(&other.to_string()),
            }
        }
        out
    }

    /// `{"path": [...], "message": "..."}`, the Standard Schema shape.
    pub fn to_json(&self) -> Value {
        json!({ "path": self.path, "message": self.message })
    }
}

/// A failure of any room of the crate.
#[derive(Debug, Clone)]
pub struct Error {
    /// The class of the failure.
    pub kind: Kind,
    /// What went wrong and what to do about it, in one or two sentences.
    pub message: String,
    /// Machine-readable facts beside the message: `status`, `code`, `retryAfter` (ms), `requestId`, `body`,
    /// `provider`, `mode`, `validModes`, `parameter` … the properties of the TypeScript error.
    pub detail: Map<String, Value>,
    /// For [`Kind::Validation`]: every problem, in document order.
    pub issues: Vec<Issue>,
}

impl Error {
    /// An error without details and issues.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Error { kind, message: message.into(), detail: Map::new(), issues: Vec::new() }
    }

    /// An error of [`Kind::Configuration`].
    pub fn configuration(message: impl Into<String>) -> Self {
        Error::new(Kind::Configuration, message)
    }

    /// An error of [`Kind::ResponseParsing`].
    pub fn parsing(message: impl Into<String>) -> Self {
        Error::new(Kind::ResponseParsing, message)
    }

    /// An option or argument with a value that it does not accept; `expected` completes "… must be".
    pub fn invalid_parameter(name: &str, expected: &str) -> Self {
        Error::configuration(format!("{name} must be {expected}.")).with("parameter", name)
    }

    /// Adds one machine-readable fact.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }

    /// Sets the issues.
    pub fn with_issues(mut self, issues: Vec<Issue>) -> Self {
        self.issues = issues;
        self
    }

    /// The object that crosses to TypeScript: `{class, message, issues?, ...detail}`.
    pub fn to_json(&self) -> Value {
        let mut out = self.detail.clone();
        out.insert("class".into(), self.kind.class().into());
        out.insert("message".into(), self.message.clone().into());
        if !self.issues.is_empty() {
            out.insert("issues".into(), self.issues.iter().map(Issue::to_json).collect());
        }
        Value::Object(out)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
