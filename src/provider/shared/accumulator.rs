//! Accumulates the events of a stream: the answer so far, while its pieces go to the sink.

use crate::chat::{Answer, Finish, ToolCall};
use crate::error::{Error, Kind};
use crate::json::escape::SurrogateJoiner;
use crate::json::extract::DeltaTemplate;
use crate::jsontext::{self, ToText};
use crate::provider::Sink;
use crate::provider::registry::Row;
use serde_json::Value;
use std::borrow::Cow;

/// The maximum number of calls, which bounds the memory for a hostile server's input.
pub const MAX_CALLS: usize = 256;

/// The target of the string of a repeated event.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum DeltaTarget {
    #[default]
    Text,
    Reasoning,
    Arguments(usize),
}

#[derive(Debug, Default)]
pub struct Call {
    pub id: Option<String>,
    pub name: String,
    pub arguments: String,
}

pub struct Accumulator {
    pub row: &'static Row,
    pub text: Option<String>,
    pub reasoning: String,
    pub refusal: String,
    pub calls: Vec<Call>,
    pub finish: Option<String>,
    pub usage: Option<Value>,
    pub model: Option<String>,
    pub id: Option<String>,
    /// The final event has arrived.
    pub done: bool,
    /// The last event with only one string, and the string's target.
    pub template: DeltaTemplate,
    pub target: DeltaTarget,
    surrogates: SurrogateJoiner,
}

impl Accumulator {
    pub fn new(row: &'static Row) -> Self {
        Accumulator {
            row,
            text: None,
            reasoning: String::new(),
            refusal: String::new(),
            calls: Vec::new(),
            finish: None,
            usage: None,
            model: None,
            id: None,
            done: false,
            template: DeltaTemplate::default(),
            target: DeltaTarget::Text,
            surrogates: SurrogateJoiner::default(),
        }
    }

    /// A piece of the answer.
    pub fn piece(&mut self, target: DeltaTarget, piece: &str, sink: &mut dyn Sink) {
        if target == DeltaTarget::Text {
            self.text.get_or_insert_default();
        }
        if piece.is_empty() {
            return;
        }
        match target {
            DeltaTarget::Text => {
                self.text.get_or_insert_default().push_str(piece);
                sink.text(piece);
            }
            DeltaTarget::Reasoning => {
                self.reasoning.push_str(piece);
                sink.reasoning(piece);
            }
            DeltaTarget::Arguments(index) => {
                if let Some(call) = self.calls.get_mut(index) {
                    call.arguments.push_str(piece);
                    sink.arguments(index, piece);
                }
            }
        }
    }

    /// Adds a call; returns its index for [`DeltaTarget::Arguments`].
    pub fn begin_call(&mut self, id: Option<&str>, name: &str, sink: &mut dyn Sink) -> Option<usize> {
        let index = self.calls.len();
        if index >= MAX_CALLS {
            return None;
        }
        self.calls.push(Call { id: id.map(str::to_owned), name: name.to_owned(), arguments: String::new() });
        sink.tool_start(index, id, name);
        Some(index)
    }

    /// Adds a complete call.
    pub fn whole_call(&mut self, id: Option<&str>, name: &str, arguments: &str, sink: &mut dyn Sink) {
        if let Some(index) = self.begin_call(id, name, sink) {
            self.piece(DeltaTarget::Arguments(index), arguments, sink);
        }
    }

    /// Reads an event that differs from the last one in its string only, by a comparison instead of parsing. `false`:
    /// it differs otherwise.
    pub fn repeated(&mut self, data: &str, sink: &mut dyn Sink) -> bool {
        let Some(raw) = self.template.matches(data) else { return false };
        self.repetition(raw, sink);
        true
    }

    /// The string of an event that differs in it only, still escaped.
    pub fn repetition(&mut self, raw: &str, sink: &mut dyn Sink) {
        self.raw(self.target, raw, sink);
        sink.delta_end();
    }

    /// A piece of the answer from an event's string, still escaped.
    pub fn raw(&mut self, target: DeltaTarget, raw: &str, sink: &mut dyn Sink) {
        if target == DeltaTarget::Text {
            self.text.get_or_insert_default();
        }
        if target != self.target {
            self.end_half(sink);
            self.target = target;
        }
        let mut surrogates = std::mem::take(&mut self.surrogates);
        surrogates.unescape(raw, &mut |piece| self.piece(target, piece, sink));
        self.surrogates = surrogates;
    }

    /// Ends a surrogate pair without a second half.
    pub fn end_half(&mut self, sink: &mut dyn Sink) {
        let target = self.target;
        let mut surrogates = std::mem::take(&mut self.surrogates);
        surrogates.finish(&mut |piece| self.piece(target, piece, sink));
        self.surrogates = surrogates;
    }

    /// The answer, with the body in its non-streamed form and the neutral finish reason.
    pub fn answer(&mut self, raw: Value, finish: Finish) -> Answer {
        let calls = std::mem::take(&mut self.calls);
        Answer {
            raw,
            text: self.text.take(),
            reasoning: (!self.reasoning.is_empty()).then(|| std::mem::take(&mut self.reasoning)),
            tool_calls: calls
                .into_iter()
                .map(|c| ToolCall { id: c.id, name: c.name, arguments: Some(c.arguments) })
                .collect(),
            refusal: (!self.refusal.is_empty()).then(|| std::mem::take(&mut self.refusal)),
            finish,
            finish_reason: self.finish.take(),
            usage: self.usage.take(),
            model: self.model.take(),
        }
    }
}

/// The stream ended before the answer was complete.
pub fn cut() -> Error {
    Error::new(
        Kind::IncompleteOutput,
        "The stream ended in the middle of the answer: the connection was cut, or the server gave up. Try again, or \
         raise `httpRetries`.",
    )
}

/// The result at the end of a body. `last` is the framing's result for the remaining bytes: an incomplete event means a
/// truncated body, an error of the server stays an error. A body that ends after the answer is complete (`whole`), but
/// before the stream's final event, is not truncated.
pub fn ended(last: Result<(), Error>, whole: bool) -> Result<(), Error> {
    match last {
        Err(error) if error.kind == Kind::Provider && !whole => Err(error),
        _ if whole => Ok(()),
        _ => Err(cut()),
    }
}

/// The error for an event that reports a failure.
pub fn failed(row: &'static Row, body: &Value) -> Error {
    crate::provider::error_body::in_stream(row, body)
}

/// The error of an SSE event with the name `error`: an object with the error in it, the error itself, or text.
pub fn failed_event(row: &'static Row, data: &str) -> Error {
    let told: Value = jsontext::from_str(data).unwrap_or_else(|_| data.into());
    let told = match told {
        Value::Array(list) => list.into_iter().next().unwrap_or_default(),
        told => told,
    };
    if told.get("error").is_some_and(|error| !error.is_null()) {
        return failed(row, &told);
    }
    failed(row, &crate::obj! { "error": told })
}

/// Removes the value at a path of keys; null if there is none. (Indexing would panic on a value that is not an object.)
pub fn take_at(value: &mut Value, path: &[&str]) -> Value {
    path.iter().try_fold(value, |value, key| value.get_mut(*key)).map(Value::take).unwrap_or_default()
}

/// A text: a string, or a number or boolean that a server wrote without quotes.
pub fn scalar_text(value: Option<&Value>) -> Option<Cow<'_, str>> {
    match value? {
        Value::String(text) => Some(Cow::Borrowed(text)),
        other @ (Value::Number(_) | Value::Bool(_)) => Some(Cow::Owned(other.to_text())),
        _ => None,
    }
}

/// The text of a JSON string at a path of keys.
pub fn text_at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a str> {
    path.iter().try_fold(value, |value, key| value.get(*key))?.as_str()
}
