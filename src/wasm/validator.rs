//! The validator module: a class with one compiled schema.

use super::thrown;
use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::validate::{Options, Validator as Engine};
use serde_json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Validator(Engine);

#[wasm_bindgen]
impl Validator {
    /// `schemaJson`: the schema. `optionsJson`: `{draft?, formats?, resources?: {uri: schema}}`. Throws the JSON of a
    /// ConfigurationError if the schema is invalid.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(js_name = schemaJson)] schema: &str,
        #[wasm_bindgen(js_name = optionsJson)] options: Option<String>,
    ) -> Result<Validator, JsValue> {
        let schema = parse(schema, "The schema")?;
        let options = match options {
            Some(text) => parse(&text, "The validator's options")?,
            None => Value::Null,
        };
        let resources: Vec<(String, Value)> = match options.get("resources") {
            Some(Value::Object(map)) => map.iter().map(|(uri, schema)| (uri.clone(), schema.clone())).collect(),
            _ => Vec::new(),
        };
        let options = Options {
            draft: options.get("draft").and_then(Value::as_str),
            formats: options.get("formats").and_then(Value::as_bool).unwrap_or(true),
            resources: &resources,
        };
        Engine::with_options(&schema, &options).map(Validator).map_err(|error| thrown(&error))
    }

    /// Returns `""` for a valid value, or the JSON of its issues: `[{path, message}, …]`.
    pub fn validate(&self, #[wasm_bindgen(js_name = valueJson)] value: &str) -> Result<String, JsValue> {
        let issues = self.0.validate(&parse(value, "The value")?);
        if issues.is_empty() {
            return Ok(String::new());
        }
        Ok(Value::Array(issues.iter().map(crate::error::Issue::to_json).collect()).to_text())
    }
}

/// The host writes valid JSON, so only its depth can be wrong.
fn parse(text: &str, what: &str) -> Result<Value, JsValue> {
    jsontext::from_str(text).map_err(|_| {
        let advice = " is nested more than 128 levels deep. Give a flatter one (recursion through `$ref`).";
        thrown(&Error::configuration([what, advice].concat()))
    })
}
