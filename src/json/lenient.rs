//! Lenient reading against a schema.

use crate::error::Error;
use serde_json::Value;

/// One change made to a value, so that nothing changes silently.
pub struct Coercion;

impl Coercion {
    pub fn to_json(&self) -> Value {
        Value::Null
    }
}

pub fn read(_text: &str, _schema: Option<&Value>) -> Result<(Value, Vec<Coercion>), Error> {
    Err(Error::parsing("The answer holds no JSON."))
}

pub fn align(value: Value, _schema: &Value) -> (Value, Vec<Coercion>) {
    (value, Vec::new())
}

pub fn coerce_lax(value: Value, _schema: &Value) -> (Value, Vec<Coercion>) {
    (value, Vec::new())
}
