//! Merges two schemas that both apply: the parts of `allOf`, `$ref` and its siblings, `anyOf` and its siblings.
//!
//! Parts that cannot be merged stay a nested `allOf`, which is merged when the renderer reaches it. If two constraints of one
//! kind cannot be merged (two patterns), the first is sent and both are validated.

use super::matches::equal;
use crate::obj;
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// `None`: no value satisfies both.
pub fn merge(a: &Map<String, Value>, b: &Map<String, Value>) -> Option<Map<String, Value>> {
    let mut out = a.clone();
    for (key, right) in b {
        let Some(left) = a.get(key) else {
            if !matches!(key.as_str(), "properties" | "additionalProperties") {
                out.insert(key.clone(), right.clone());
            }
            continue;
        };
        let merged = match (key.as_str(), left, right) {
            ("type", ..) => Some(types(left, right)?),
            ("properties" | "additionalProperties", ..) => None,
            ("required", Value::Array(left), Value::Array(right)) => {
                let mut names = left.clone();
                names.extend(right.iter().filter(|name| !left.contains(name)).cloned());
                Some(Value::Array(names))
            }
            ("enum", Value::Array(left), Value::Array(right)) => {
                let both: Vec<Value> =
                    left.iter().filter(|one| right.iter().any(|two| equal(one, two))).cloned().collect();
                if both.is_empty() {
                    return None;
                }
                Some(Value::Array(both))
            }
            ("const", ..) => {
                if !equal(left, right) {
                    return None;
                }
                Some(left.clone())
            }
            ("minimum" | "exclusiveMinimum" | "minLength" | "minItems" | "minProperties", ..) => {
                Some(if right.as_f64() > left.as_f64() { right.clone() } else { left.clone() })
            }
            ("maximum" | "exclusiveMaximum" | "maxLength" | "maxItems" | "maxProperties", ..) => {
                Some(if right.as_f64() < left.as_f64() { right.clone() } else { left.clone() })
            }
            ("items" | "propertyNames" | "contains", ..) => Some(both(left, right)),
            ("prefixItems", Value::Array(left), Value::Array(right)) => {
                let (long, short) = if left.len() < right.len() { (right, left) } else { (left, right) };
                let merged = long.iter().enumerate().map(|(i, one)| match short.get(i) {
                    Some(two) => both(one, two),
                    None => one.clone(),
                });
                Some(Value::Array(merged.collect()))
            }
            ("patternProperties" | "dependentSchemas", Value::Object(left), Value::Object(right)) => {
                let mut named = left.clone();
                for (name, one) in right {
                    let one = named.get(name).map_or_else(|| one.clone(), |two| both(two, one));
                    named.insert(name.clone(), one);
                }
                Some(Value::Object(named))
            }
            ("allOf", Value::Array(left), Value::Array(right)) => {
                Some(Value::Array(left.iter().chain(right).cloned().collect()))
            }
            ("anyOf" | "oneOf", ..) if left == right => None,
            // Two unions that both apply: one becomes `anyOf`, the other `oneOf`; a third is only validated.
            ("anyOf", ..) => {
                if !a.contains_key("oneOf") && !b.contains_key("oneOf") {
                    out.put("oneOf", right.clone());
                }
                None
            }
            ("oneOf", ..) => {
                if !a.contains_key("anyOf") && !b.contains_key("anyOf") {
                    out.put("anyOf", right.clone());
                }
                None
            }
            ("title" | "description" | "default" | "examples" | "deprecated", ..) => Some(right.clone()),
            _ => None,
        };
        if let Some(merged) = merged {
            out.insert(key.clone(), merged);
        }
    }
    objects(a, b, &mut out);
    Some(out)
}

/// `properties` and `additionalProperties` are merged together: a key that one side does not declare is subject to its
/// `additionalProperties`.
fn objects(a: &Map<String, Value>, b: &Map<String, Value>, out: &mut Map<String, Value>) {
    let empty = Map::new();
    let named = |side: &Map<String, Value>| side.get("properties").and_then(Value::as_object).cloned();
    let (left, right) = (named(a), named(b));
    if left.is_some() || right.is_some() {
        let (left, right) = (left.as_ref().unwrap_or(&empty), right.as_ref().unwrap_or(&empty));
        let mut properties = Map::new();
        for (name, one) in left {
            let other = right.get(name).or_else(|| beyond(b));
            if let Some(merged) = join(one, other) {
                properties.insert(name.clone(), merged);
            }
        }
        for (name, one) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
            if let Some(merged) = join(one, beyond(a)) {
                properties.insert(name.clone(), merged);
            }
        }
        out.put("properties", Value::Object(properties));
    }
    let additional_properties = match (a.get("additionalProperties"), b.get("additionalProperties")) {
        (Some(left), Some(right)) => Some(both(left, right)),
        (one, two) => one.or(two).cloned(),
    };
    if let Some(additional_properties) = additional_properties {
        out.put("additionalProperties", additional_properties);
    }
}

/// The schema of undeclared keys; unknown with patterns.
fn beyond(side: &Map<String, Value>) -> Option<&Value> {
    if side.contains_key("patternProperties") { None } else { side.get("additionalProperties") }
}

fn join(one: &Value, other: Option<&Value>) -> Option<Value> {
    match other {
        None | Some(Value::Bool(true)) => Some(one.clone()),
        Some(Value::Bool(false)) => None,
        Some(other) => Some(both(one, other)),
    }
}

fn both(left: &Value, right: &Value) -> Value {
    match (left, right) {
        (Value::Bool(false), _) | (_, Value::Bool(false)) => Value::Bool(false),
        (Value::Bool(true), one) | (one, Value::Bool(true)) => one.clone(),
        _ if left == right => left.clone(),
        _ => {
            let mut parts = Vec::new();
            members(left, &mut parts);
            members(right, &mut parts);
            obj! { "allOf": parts }
        }
    }
}

/// The members of a schema that is only an `allOf`, so that a long list of parts does not become deeply nested.
fn members(schema: &Value, parts: &mut Vec<Value>) {
    match schema.get("allOf") {
        Some(Value::Array(list)) if schema.as_object().is_some_and(|map| map.len() == 1) => {
            parts.extend_from_slice(list)
        }
        _ => parts.push(schema.clone()),
    }
}

fn types(left: &Value, right: &Value) -> Option<Value> {
    let list = |value: &Value| match value {
        Value::Array(list) => list.clone(),
        one => vec![one.clone()],
    };
    let (left, right) = (list(left), list(right));
    let mut common: Vec<Value> = Vec::new();
    for one in &left {
        if right.contains(one) || (one == "integer" && right.iter().any(|two| two == "number")) {
            common.push(one.clone());
        } else if one == "number" && right.iter().any(|two| two == "integer") {
            common.push("integer".into());
        }
    }
    match common.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        _ => Some(Value::Array(common)),
    }
}
