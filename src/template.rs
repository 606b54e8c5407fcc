//! Jinja in messages: every text of the caller's messages is a template that is rendered once with the call's `context`
//! (docs/internals/behaviour.md#templates).
//!
//! ```text
//! messages ─▶ each content string, each text part ─▶ scan ─▶ parse ─▶ meter ─▶ render ─▶ dedent ─▶ messages
//! ```
//!
//! Only the caller's messages are rendered; the prompts of this crate are added later. Without a context, or with an
//! empty one, messages are not changed, so braces in other prompts are safe. An undefined variable renders as an empty
//! text.
//!
//! # What a template can access
//! The context, which is JSON, and the filters, methods, tests and functions of `filters.rs`. There are no loaders, no
//! imported macros and no calls to the host. Names that begin with two underscores are refused, as in Python's sandbox. [`limits`] bounds the cost of a
//! template, since a message may contain text of an app's user.

mod call;
mod case;
mod checks;
mod filters;
mod format;
mod group;
mod json;
pub mod limits;
mod lists;
mod metered;
mod numbers;
mod objects;
mod python;
mod scan;
mod strings;
mod text;

use crate::error::Error;
use call::Tools;
pub use case::Case;
use limits::{Account, MAX_STEPS, MAX_TEMPLATE};
use minijinja::machinery::{self, CodeGenerator};
use minijinja::{AutoEscape, Environment, ErrorKind};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Renders the texts of `messages` (an array of chat messages) with `context` (an object of variables), in place.
///
/// # Errors
/// [`Kind::Configuration`](crate::Kind::Configuration) for a template that fails, with the index of its message.
pub fn render_messages(messages: &mut Value, context: &Value) -> Result<(), Error> {
    render_messages_with(messages, context, Case { upper: str::to_uppercase, lower: str::to_lowercase })
}

/// Renders the texts of `messages` (an array of chat messages) with `context` (an object).
pub fn render_messages_with(messages: &mut Value, context: &Value, case: Case) -> Result<(), Error> {
    let context = match context {
        Value::Null => return Ok(()),
        Value::Object(context) if context.is_empty() => return Ok(()),
        Value::Object(context) => json::context(context)
            .ok_or_else(|| Error::configuration("context is nested more than 128 levels deep."))?,
        _ => return Err(Error::configuration("context is an object whose keys are the variables of the templates.")),
    };
    let Value::Array(messages) = messages else {
        return Err(Error::configuration("messages is an array of {role, content}."));
    };
    let mut renderer = Renderer::new(case, context);
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

/// The names that templates can use, by their section of docs/templating.md.
#[cfg(feature = "machinery")]
pub fn names() -> [(&'static str, Vec<&'static str>); 4] {
    filters::names()
}

struct Renderer {
    environment: Environment<'static>,
    context: minijinja::Value,
    account: Account,
    steps: u64,
}

impl Renderer {
    fn new(case: Case, context: minijinja::Value) -> Self {
        let account = Account::default();
        let mut environment = Environment::empty();
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_recursion_limit(limits::MAX_CALLS);
        filters::add(&mut environment, &Tools { account: account.clone(), case });
        let own = account.clone();
        environment.set_formatter(move |out, _, value| {
            own.output(value)?;
            let written = match value.as_str() {
                Some(text) => out.write_str(text),
                None => out.write_str(&python::text(value)),
            };
            written.map_err(|_| ErrorKind::WriteFailure.into())
        });
        Renderer { environment, context, account, steps: MAX_STEPS }
    }

    fn message(&mut self, message: &mut Map<String, Value>) -> Result<(), Error> {
        // Code written for Gemini or Cohere names the content `parts` or `message`.
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

    /// Renders a text part; an image's URL is not a template.
    fn part(&mut self, part: &mut Map<String, Value>) -> Result<(), Error> {
        let is_text = matches!(part.get("type").and_then(Value::as_str), None | Some("text" | "input_text"));
        match part.get_mut("text") {
            Some(Value::String(text)) if is_text => self.text(text),
            _ => Ok(()),
        }
    }

    fn text(&mut self, text: &mut String) -> Result<(), Error> {
        if text.len() > MAX_TEMPLATE {
            return Err(Error::configuration("The text is too long to be a template: send it without context."));
        }
        scan::scan(text)?;
        let rendered = self.render(text).map_err(|error| problem(&error, text))?;
        *text = text::dedent(&rendered);
        Ok(())
    }

    fn render(&mut self, text: &str) -> Result<String, minijinja::Error> {
        let parsed = machinery::parse(text, "", Default::default())?;
        let mut code = CodeGenerator::new("", text);
        code.compile_stmt(&metered::statement(&parsed)?);
        let (instructions, _) = code.finish();
        self.account.begin_text();
        self.environment.set_fuel(Some(self.steps));
        let mut rendered = String::new();
        let mut output = machinery::make_string_output(&mut rendered);
        let (context, blocks) = (self.context.clone(), BTreeMap::new());
        let (_, state) =
            machinery::eval(&self.environment, &instructions, context, &blocks, &mut output, AutoEscape::None)?;
        self.steps = state.fuel_levels().map_or(0, |(_, left)| left);
        drop(output);
        Ok(rendered)
    }
}

/// A template's failure as a configuration error with the line.
fn problem(error: &minijinja::Error, source: &str) -> Error {
    let what = match error.kind() {
        ErrorKind::SyntaxError => "the template cannot be read",
        ErrorKind::UndefinedError => "the template uses a member of a value that is not in the context",
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
