//! The error type of the crate: a [`Kind`], a message with a remedy, and details.
//!
//! Every fallible function of the core returns `Result<_, Error>`. An error crosses to TypeScript as one JSON object
//! ([`Error::to_json`]) and becomes the class [`Kind::class`] there. It never contains a key: requests are redacted before they
//! are attached.

use crate::jsontext::ToText;
use serde_json::{Map, Value};
use std::fmt;

/// The kinds of failures, one for each public error class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An option or a parameter is wrong; nothing was sent.
    Configuration,
    /// The provider or the model does not support the requested mode.
    Mode,
    /// The provider returned an error: an HTTP status, or an error object with status 200.
    Provider,
    /// No complete response: connection refused, DNS, TLS, CORS, or a body that was cut off.
    Network,
    /// The call exceeded its timeout.
    Timeout,
    /// The answer is incomplete: a token limit, or a stream that ended early.
    IncompleteOutput,
    /// The model or a content filter refused.
    Refusal,
    /// The answer has no tool call, no JSON or no choices.
    ResponseParsing,
    /// The answer was read and does not match the response model.
    Validation,
    /// Every attempt failed; the detail `cause` is the last failure.
    Retry,
    /// The budget of tokens or time is used up.
    Budget,
    /// The caller aborted the call.
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

    /// Whether another attempt can help.
    pub fn is_reaskable(self) -> bool {
        matches!(self, Kind::ResponseParsing | Kind::Validation)
    }
}

/// One problem of an answer: its place, and what is expected there.
#[derive(Debug, Clone, PartialEq)]
pub struct Issue {
    /// Object keys (strings) and array indexes (numbers) from the root; empty for the root itself.
    pub path: Vec<Value>,
    /// One line for the model: what is expected, and what was found.
    pub message: String,
}

impl Issue {
    /// The path with dots, as in reask texts: `addresses.0.zip`; empty for the root.
    pub fn dotted(&self) -> String {
        let mut out = String::new();
        for step in &self.path {
            if !out.is_empty() {
                out.push('.');
            }
            match step {
                Value::String(key) => out.push_str(key),
                other => out.push_str(&other.to_text()),
            }
        }
        out
    }

    /// `{"path": [...], "message": "..."}`, the Standard Schema shape.
    pub fn to_json(&self) -> Value {
        Value::Object(Map::from_iter([
            ("path".to_owned(), Value::Array(self.path.clone())),
            ("message".to_owned(), Value::String(self.message.clone())),
        ]))
    }
}

/// A failure of any part of the crate.
#[derive(Debug, Clone)]
pub struct Error {
    /// The class of the failure.
    pub kind: Kind,
    /// What went wrong and what to do about it, in one or two sentences.
    pub message: String,
    /// Machine-readable details, which become properties of the TypeScript error: `status`, `code`, `retryAfter` in
    /// milliseconds, `requestId`, `body`, `provider`, `mode`, `validModes`, `parameter` and others.
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

    /// Adds one machine-readable detail.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(key.to_owned(), value.into());
        self
    }

    /// Sets the issues.
    pub fn with_issues(mut self, issues: Vec<Issue>) -> Self {
        self.issues = issues;
        self
    }

    /// The object that is passed to TypeScript: `{class, message, issues?, ...detail}`.
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
