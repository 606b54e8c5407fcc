//! Jinja in messages: every text of the caller's messages is a template, rendered once with the call's `context`.
//!
//! ```text
//! messages ─▶ each content string, each text part ─▶ refuse dunder names ─▶ render ─▶ dedent ─▶ messages
//! ```
//!
//! The caller's messages only: our own prompt text is added later and never rendered. Without a context (or with an
//! empty one) nothing is touched, so braces in ordinary prompts are safe. Undefined variables render as nothing.
//!
//! # What a template can reach
//! The context, which is JSON, and the filters below. There are no loaders, no macros from elsewhere, no calls into
//! the host; names that begin with two underscores are refused as Python's sandbox refuses them. Work is counted
//! ([`FUEL`]) and so is output ([`MAX_OUTPUT`]), since a message may hold text of an app's user.

mod filters;
mod json;
mod text;

use crate::error::Error;
use minijinja::{Environment, ErrorKind};
use serde_json::{Map, Value};
use std::io;

/// Instructions a message's templates may run.
const FUEL: u64 = 1_000_000;
/// Longest rendered text in bytes.
const MAX_OUTPUT: usize = 4 * 1024 * 1024;
/// Longest template in bytes.
const MAX_TEMPLATE: usize = 1024 * 1024;

/// How letters change case: Unicode's tables are 16 KB gzip that a JavaScript host has already.
#[derive(Clone, Copy)]
pub struct Case {
    pub upper: fn(&str) -> String,
    pub lower: fn(&str) -> String,
}

/// [`render_messages_with`] Rust's own case tables.
pub fn render_messages(messages: &mut Value, context: &Value) -> Result<(), Error> {
    render_messages_with(messages, context, Case { upper: str::to_uppercase, lower: str::to_lowercase })
}

/// Renders the texts of `messages` (an array of chat messages) with `context` (an object).
pub fn render_messages_with(messages: &mut Value, context: &Value, case: Case) -> Result<(), Error> {
    let context = match context {
        Value::Null => return Ok(()),
        Value::Object(context) if context.is_empty() => return Ok(()),
        Value::Object(context) => json::context(context),
        _ => return Err(Error::configuration("context is an object whose keys are the variables of the templates.")),
    };
    let Value::Array(messages) = messages else {
        return Err(Error::configuration("messages is an array of {role, content}."));
    };
    let renderer = Renderer { environment: environment(case), context };
    for (index, message) in messages.iter_mut().enumerate() {
        if let Value::Object(message) = message {
            renderer.message(message).map_err(|mut error| {
                error.message = ["messages[", &index.to_string(), "]: ", &error.message].concat();
                error.with("parameter", "messages").with("index", index)
            })?;
        }
    }
    Ok(())
}

struct Renderer {
    environment: Environment<'static>,
    context: minijinja::Value,
}

impl Renderer {
    fn message(&self, message: &mut Map<String, Value>) -> Result<(), Error> {
        // `parts` and `message` are what carried-over Gemini and Cohere code calls its content.
        for key in ["content", "parts", "message"] {
            match message.get_mut(key) {
                Some(Value::String(text)) => self.text(text)?,
                Some(Value::Array(parts)) => {
                    for part in parts {
                        match part {
                            Value::String(text) => self.text(text)?,
                            Value::Object(part) => self.part(part)?,
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Text parts only: an image's URL is not a template.
    fn part(&self, part: &mut Map<String, Value>) -> Result<(), Error> {
        let is_text = matches!(part.get("type").and_then(Value::as_str), None | Some("text" | "input_text"));
        match part.get_mut("text") {
            Some(Value::String(text)) if is_text => self.text(text),
            _ => Ok(()),
        }
    }

    fn text(&self, text: &mut String) -> Result<(), Error> {
        if text.len() > MAX_TEMPLATE {
            return Err(Error::configuration("The text is too long to be a template: send it without context."));
        }
        text::refuse_dunder(text)?;
        let mut out = Limited(Vec::new());
        let rendered = self
            .environment
            .template_from_str(text)
            .and_then(|template| template.render_captured_to(&self.context, &mut out).map(|_| ()));
        rendered.map_err(|error| problem(&error, text))?;
        *text = text::dedent(&String::from_utf8_lossy(&out.0));
        Ok(())
    }
}

fn environment(case: Case) -> Environment<'static> {
    let mut environment = Environment::empty();
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    filters::add(&mut environment, case);
    environment
}

/// Output that stops growing.
struct Limited(Vec<u8>);

impl io::Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A template's failure as a configuration error that names the line.
fn problem(error: &minijinja::Error, source: &str) -> Error {
    let what = match error.kind() {
        ErrorKind::SyntaxError => "the template cannot be read",
        ErrorKind::UndefinedError => "the template asks for a part of something that is not in context",
        ErrorKind::UnknownFilter => "the template uses a filter that does not exist here",
        ErrorKind::UnknownTest => "the template uses a test that does not exist here",
        ErrorKind::UnknownFunction | ErrorKind::UnknownMethod => "the template calls what does not exist here",
        ErrorKind::OutOfFuel => "the template runs too long",
        ErrorKind::WriteFailure => "the template makes too much text",
        _ => "the template fails",
    };
    let mut message = what.to_owned();
    if let Some(detail) = error.detail() {
        message.push_str(": ");
        message.push_str(detail);
    }
    let Some(line) = error.line() else { return Error::configuration(message) };
    message.push_str(" (line ");
    message.push_str(&line.to_string());
    if let Some(text) = source.lines().nth(line.saturating_sub(1)) {
        message.push_str(": ");
        message.extend(text.trim().chars().take(120));
    }
    message.push(')');
    Error::configuration(message).with("line", line)
}
