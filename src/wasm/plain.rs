//! The validator of common schemas, with the host's `RegExp` for patterns.

use crate::error::Issue;
use crate::jsontext::{self, ToText};
use crate::validate::plain::{Matcher, Plain};
use serde_json::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type RegExp;
    #[wasm_bindgen(constructor, catch)]
    fn new(pattern: &str, flags: &str) -> Result<RegExp, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn test(this: &RegExp, text: &str) -> Result<bool, JsValue>;
}

fn compile(pattern: &str) -> Option<Matcher> {
    let regexp = RegExp::new(pattern, "u").ok()?;
    Some(Box::new(move |text| regexp.test(text).ok()))
}

/// A schema that was read. A pointer, so that its destructor is called through the table and can be in the part.
#[wasm_bindgen]
pub struct PlainValidator(Box<dyn Reads>);

trait Reads {
    fn issues(&self, value: &str) -> Option<String>;
}

impl Reads for Plain {
    fn issues(&self, value: &str) -> Option<String> {
        let issues = self.validate(&jsontext::from_str(value).ok()?)?;
        if issues.is_empty() {
            return Some(String::new());
        }
        Some(Value::Array(issues.iter().map(Issue::to_json).collect()).to_text())
    }
}

#[wasm_bindgen]
impl PlainValidator {
    /// Reads a schema; `undefined` for one that the validator module must read.
    pub fn read(#[wasm_bindgen(js_name = schemaJson)] schema: &str) -> Option<PlainValidator> {
        let plain = Plain::new(jsontext::from_str(schema).ok()?, &compile)?;
        Some(PlainValidator(Box::new(plain)))
    }

    /// Returns `""` for a valid value, the JSON of its issues (`[{path, message}, …]`), or `undefined` for a value that the
    /// validator module must decide.
    pub fn validate(&self, #[wasm_bindgen(js_name = valueJson)] value: &str) -> Option<String> {
        self.0.issues(value)
    }
}
