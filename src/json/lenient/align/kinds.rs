//! The types of values that a schema accepts.

use super::super::scalar::is_whole;
use crate::pointer;
use serde_json::Value;

/// The schema at the end of a chain of `$ref`s.
pub(super) fn resolve<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    pointer::resolve(root, schema).unwrap_or(schema)
}

/// Whether the root of a schema accepts arrays.
pub fn accepts_list(schema: &Value) -> bool {
    has_type(resolve(schema, schema), "array")
}

/// Whether the root of a schema accepts other values than objects and arrays.
pub fn accepts_scalar(root: &Value) -> bool {
    let takes = |schema: &Value| {
        let schema = resolve(root, schema);
        schema.get("enum").is_some()
            || schema.get("const").is_some()
            || ["string", "number", "integer", "boolean", "null"].iter().any(|name| has_type(schema, name))
    };
    takes(root) || branches(resolve(root, root)).is_some_and(|branches| branches.iter().any(takes))
}

/// Whether the root of a schema accepts any text: then a bare word is read as text.
pub fn accepts_any_text(root: &Value) -> bool {
    let takes = |schema: &Value| {
        let schema = resolve(root, schema);
        has_type(schema, "string") && schema.get("enum").is_none() && schema.get("const").is_none()
    };
    takes(root) || branches(resolve(root, root)).is_some_and(|branches| branches.iter().any(takes))
}

/// Whether a schema accepts an object.
pub fn accepts_object(root: &Value, schema: &Value) -> bool {
    let takes = |schema: &Value| {
        let schema = resolve(root, schema);
        constants(schema).is_none() && admits(schema, &Value::Object(serde_json::Map::new()))
    };
    match branches(resolve(root, schema)) {
        Some(branches) => branches.iter().any(takes),
        None => takes(schema),
    }
}

pub(super) fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

/// The constants that a schema lists.
pub(super) fn constants(schema: &Value) -> Option<&[Value]> {
    match (schema.get("enum"), schema.get("const")) {
        (Some(Value::Array(constants)), _) => Some(constants),
        (_, Some(constant)) => Some(std::slice::from_ref(constant)),
        _ => None,
    }
}

pub(super) fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(names)) => names.iter().any(|known| known == name),
        _ => false,
    }
}

/// Whether the schema accepts the type of a value. Without `type` the other keywords decide.
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
