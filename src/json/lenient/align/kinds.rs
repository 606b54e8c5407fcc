//! What a schema says of the kinds of values it takes.

use super::super::scalar::is_whole;
use super::{Align, Rules};
use serde_json::Value;

/// Whether the root of a schema takes arrays.
pub fn wants_list(schema: &Value) -> bool {
    has_type(Align::new(schema, Rules::Lenient).resolve(schema), "array")
}

/// Whether the root of a schema takes something else than objects and arrays.
pub fn wants_scalar(schema: &Value) -> bool {
    let align = Align::new(schema, Rules::Lenient);
    let takes = |schema: &Value| {
        let schema = align.resolve(schema);
        schema.get("enum").is_some()
            || schema.get("const").is_some()
            || ["string", "number", "integer", "boolean", "null"].iter().any(|name| has_type(schema, name))
    };
    takes(schema) || branches(align.resolve(schema)).is_some_and(|branches| branches.iter().any(takes))
}

/// Whether the root of a schema takes any text: then a bare word is that text, whatever else it could mean.
pub fn takes_text(schema: &Value) -> bool {
    let align = Align::new(schema, Rules::Lenient);
    let takes = |schema: &Value| {
        let schema = align.resolve(schema);
        has_type(schema, "string") && schema.get("enum").is_none() && schema.get("const").is_none()
    };
    takes(schema) || branches(align.resolve(schema)).is_some_and(|branches| branches.iter().any(takes))
}

pub(super) fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

pub(super) fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(names)) => names.iter().any(|known| known == name),
        _ => false,
    }
}

/// Whether the schema admits a value's kind, as far as its `type` says; without one the keywords tell.
pub(super) fn admits(schema: &Value, value: &Value) -> bool {
    if schema.get("type").is_none() {
        return match value {
            Value::Object(_) | Value::Array(_) if schema.get("enum").is_some() => false,
            Value::Object(_) => schema.get("items").is_none(),
            Value::Array(_) => schema.get("properties").is_none(),
            _ => schema.get("properties").is_none() && schema.get("items").is_none(),
        };
    }
    match value {
        Value::Null => has_type(schema, "null"),
        Value::Bool(_) => has_type(schema, "boolean"),
        Value::Number(number) => has_type(schema, "number") || (has_type(schema, "integer") && is_whole(number)),
        Value::String(_) => has_type(schema, "string"),
        Value::Array(_) => has_type(schema, "array"),
        Value::Object(_) => has_type(schema, "object"),
    }
}
