//! Schemas: the response model, rendering into an API dialect, restoring the answer.

mod model;
mod normal;

pub use model::ResponseModel;

use crate::error::{Error, Kind};
use serde_json::{Value, json};

/// The subset of JSON Schema an API takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    Plain,
    OpenaiStrict,
    AnthropicStrict,
    GeminiJsonSchema,
    GeminiOpenapi,
    Cohere,
    Mistral,
    Groq,
    Cerebras,
    Fireworks,
    Xai,
    DeepSeek,
    Grammar,
    Chrome,
}

/// How an answer in the rendered form is turned back into the original's.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    unwrap: Option<&'static str>,
}

impl Plan {
    pub fn is_identity(&self) -> bool {
        self.unwrap.is_none()
    }

    /// The member that holds the answer, when the root was wrapped.
    pub fn unwrap_key(&self) -> Option<&'static str> {
        self.unwrap
    }

    pub fn restore(&self, value: Value) -> Result<Value, Error> {
        let Some(key) = self.unwrap else { return Ok(value) };
        match value {
            Value::Object(mut map) if map.contains_key(key) => Ok(map.shift_remove(key).unwrap_or_default()),
            // Some models leave the wrapper out.
            other if !other.is_object() || key == "content" => Ok(other),
            _ => Err(Error::new(Kind::Validation, format!("The answer lacks the required property `{key}`."))),
        }
    }
}

/// A schema in an API's dialect, and the way back.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub schema: Value,
    pub plan: Plan,
}

/// The schema as an API of this dialect takes it, e.g. for a response format.
pub fn render(model: &ResponseModel, _dialect: Dialect) -> Result<Rendered, Error> {
    Ok(Rendered { schema: Value::Object(model.schema().clone()), plan: Plan { unwrap: model.unwrap() } })
}

/// The same for a tool's parameters: the tool has name and description, so the root has none; `required` is always there.
pub fn render_tool(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    let mut rendered = render(model, dialect)?;
    if let Value::Object(map) = &mut rendered.schema {
        map.shift_remove("title");
        map.shift_remove("description");
        map.entry("required").or_insert_with(|| json!([]));
    }
    Ok(rendered)
}
