//! Whether a value matches a schema: selects the branch of a union, and checks a default before it is filled in.
//!
//! This is not the validator: it ignores regular expressions and formats, and returns yes when the check gets too
//! expensive. The validation follows after restoring.

use super::refs::definition;
use serde_json::{Map, Value};
use std::cell::Cell;

/// Limit of steps for one check.
const STEPS: u32 = 20_000;

/// Whether the value matches. `root` has the `$defs` that `schema` refers to; `left` is the limit of steps for all checks
/// together.
#[cfg(feature = "machinery")]
pub fn matches(root: &Map<String, Value>, schema: &Value, value: &Value, left: &Cell<u32>) -> bool {
    evaluate(root, schema, value, left, false).0
}

/// As [`matches_rendered`] for a schema as the caller gave it, but a check with too many steps returns false.
pub fn surely_matches(root: &Map<String, Value>, schema: &Value, value: &Value, left: &Cell<u32>) -> bool {
    evaluate(root, schema, value, left, false) == (true, true)
}

/// Whether the value matches a rendered schema, whose objects have only the declared keys, with or without
/// `additionalProperties: false`.
pub fn matches_rendered(root: &Map<String, Value>, schema: &Value, value: &Value, left: &Cell<u32>) -> bool {
    evaluate(root, schema, value, left, true).0
}

/// Whether the value matches, and whether that is certain.
fn evaluate(root: &Map<String, Value>, schema: &Value, value: &Value, left: &Cell<u32>, closed: bool) -> (bool, bool) {
    let steps = STEPS.min(left.get());
    let mut fit = Matcher { root, steps, closed };
    let matches = fit.schema(schema, value, 0);
    left.set(left.get() - (steps - fit.steps));
    (matches, fit.steps > 0)
}

struct Matcher<'a> {
    root: &'a Map<String, Value>,
    steps: u32,
    closed: bool,
}

impl Matcher<'_> {
    fn schema(&mut self, schema: &Value, value: &Value, depth: usize) -> bool {
        let Value::Object(map) = schema else { return *schema != Value::Bool(false) };
        if self.steps == 0 || depth > super::keywords::MAX_DEPTH {
            return true;
        }
        self.steps -= 1;
        if value.is_null() && map.get("nullable") == Some(&Value::Bool(true)) {
            return true;
        }
        let kind = match map.get("type") {
            Some(Value::String(name)) => is_type(name, value),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).any(|name| is_type(name, value)),
            _ => true,
        };
        kind && map.iter().all(|(key, keyword)| self.keyword(map, key, keyword, value, depth + 1))
    }

    fn keyword(&mut self, map: &Map<String, Value>, key: &str, keyword: &Value, value: &Value, depth: usize) -> bool {
        match (key, keyword) {
            ("$ref", Value::String(reference)) if reference == "#" => {
                let root = self.root;
                root.iter().all(|(key, keyword)| self.keyword(root, key, keyword, value, depth))
            }
            ("$ref", Value::String(reference)) => {
                let root = self.root;
                definition(root, reference).is_none_or(|target| self.schema(target, value, depth))
            }
            ("enum", Value::Array(list)) => list.iter().any(|one| equal(one, value)),
            ("const", one) => equal(one, value),
            ("anyOf" | "oneOf", Value::Array(list)) => list.iter().any(|one| self.schema(one, value, depth)),
            ("allOf", Value::Array(list)) => list.iter().all(|one| self.schema(one, value, depth)),
            ("not", one) => {
                // Unknown keywords count as a match, so only simple schemas are negated.
                !matches!(one, Value::Object(inner) if inner.keys().all(|key| matches!(key.as_str(), "type" | "enum" | "const" | "required")))
                    || !self.schema(one, value, depth)
            }
            _ => match value {
                Value::Object(members) => self.members(map, key, keyword, members, depth),
                Value::Array(items) => match (key, keyword) {
                    ("items", one) => {
                        let skip = map.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                        items.iter().skip(skip).all(|item| self.schema(one, item, depth))
                    }
                    ("prefixItems", Value::Array(list)) => {
                        list.iter().zip(items).all(|(one, item)| self.schema(one, item, depth))
                    }
                    ("minItems", limit) => limit.as_f64().is_none_or(|limit| items.len() as f64 >= limit),
                    ("maxItems", limit) => limit.as_f64().is_none_or(|limit| items.len() as f64 <= limit),
                    _ => true,
                },
                Value::Number(number) => {
                    let (Some(number), Some(limit)) = (number.as_f64(), keyword.as_f64()) else { return true };
                    match key {
                        "minimum" => number >= limit,
                        "maximum" => number <= limit,
                        "exclusiveMinimum" => number > limit,
                        "exclusiveMaximum" => number < limit,
                        _ => true,
                    }
                }
                Value::String(text) => {
                    let Some(limit) = keyword.as_f64() else { return true };
                    match key {
                        "minLength" => text.chars().count() as f64 >= limit,
                        "maxLength" => text.chars().count() as f64 <= limit,
                        _ => true,
                    }
                }
                _ => true,
            },
        }
    }

    fn members(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        keyword: &Value,
        members: &Map<String, Value>,
        depth: usize,
    ) -> bool {
        match (key, keyword) {
            ("properties", Value::Object(properties)) => {
                let open = !self.closed || map.contains_key("additionalProperties");
                (open || members.keys().all(|name| properties.contains_key(name)))
                    && properties
                        .iter()
                        .all(|(name, one)| members.get(name).is_none_or(|member| self.schema(one, member, depth)))
            }
            ("required", Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).all(|name| members.contains_key(name))
            }
            // Patterns are ignored, so with them every additional key counts as matched.
            ("additionalProperties", one) if !map.contains_key("patternProperties") => {
                let known = map.get("properties");
                members.iter().all(|(name, member)| {
                    known.is_some_and(|known| known.get(name).is_some()) || self.schema(one, member, depth)
                })
            }
            ("minProperties", limit) => limit.as_f64().is_none_or(|limit| members.len() as f64 >= limit),
            ("maxProperties", limit) => limit.as_f64().is_none_or(|limit| members.len() as f64 <= limit),
            _ => true,
        }
    }
}

/// The name of the value's JSON Schema type; a float with an integral value is an integer.
pub fn is_type(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("integer", Value::Number(number)) => {
            number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|number| number % 1.0 == 0.0)
        }
        _ => name == type_of(value),
    }
}

pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// Equality of JSON Schema: 1 and 1.0 are the same number, at any depth.
pub fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(one), Value::Number(two)) => a == b || one.as_f64() == two.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, one)| b.get(key).is_some_and(|two| equal(one, two)))
        }
        _ => a == b,
    }
}
