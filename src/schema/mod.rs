//! Schemas: the response model, rendering into an API dialect, restoring the answer.

mod model;

pub use model::ResponseModel;

use crate::error::Error;
use serde_json::{Value, json};

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

/// How an answer is turned back.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The key of the wrapper object.
    pub unwrap: Option<&'static str>,
}

impl Plan {
    pub fn restore(&self, value: Value) -> Result<Value, Error> {
        let Some(key) = self.unwrap else { return Ok(value) };
        match value {
            Value::Object(mut map) if map.contains_key(key) => Ok(map.shift_remove(key).unwrap_or_default()),
            other => Ok(other),
        }
    }
}

#[derive(Debug, Clone)]
pub struct Rendered {
    pub schema: Value,
    pub plan: Plan,
}

pub fn render(model: &ResponseModel, _dialect: Dialect) -> Result<Rendered, Error> {
    Ok(Rendered { schema: model.wrapped().clone(), plan: Plan { unwrap: model.unwrap() } })
}

pub fn render_tool(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    let mut rendered = render(model, dialect)?;
    if let Some(map) = rendered.schema.as_object_mut() {
        map.shift_remove("title");
        map.shift_remove("description");
        map.entry("required").or_insert(json!([]));
    }
    Ok(rendered)
}
