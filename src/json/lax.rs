//! `strict: false`: the coercions of pydantic's lax table, guided by a schema (docs/internals/behaviour.md#lax-coercion).
//!
//! Only the coercions of the table are applied: numeric strings and booleans to numbers, floats without a fraction to
//! integers, 0, 1 and common words to booleans. No other type becomes a string. Every change is listed as
//! `{path, from, to, why}`.

use crate::jsontext;
use crate::obj;
use crate::pointer::resolve;
use serde_json::{Map, Number, Value};

/// Deeper values are not changed; the validation has its own limit of depth.
const MAX_DEPTH: usize = 128;

/// Coerces `value` to `schema` and appends the changes to `made`.
pub fn coerce(value: Value, schema: &Value, made: &mut Vec<Value>) -> Value {
    let mut walk = Walk { root: schema, path: Vec::new(), made };
    walk.value(value, schema, 0)
}

struct Walk<'a> {
    root: &'a Value,
    path: Vec<Value>,
    made: &'a mut Vec<Value>,
}

impl Walk<'_> {
    fn value(&mut self, value: Value, schema: &Value, depth: usize) -> Value {
        if depth > MAX_DEPTH {
            return value;
        }
        let Some(schema) = resolve(self.root, schema) else { return value };
        for key in ["anyOf", "oneOf"] {
            if let Some(branches) = schema.get(key).and_then(Value::as_array) {
                return self.union(value, branches, depth);
            }
        }
        let mut value = value;
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            value = self.value(value, part, depth + 1);
        }
        match value {
            Value::Object(map) => Value::Object(self.object(map, schema, depth)),
            Value::Array(list) => {
                let items = schema.get("items");
                let first = schema.get("prefixItems").and_then(Value::as_array);
                let walked =
                    list.into_iter().enumerate().map(|(i, item)| match first.and_then(|f| f.get(i)).or(items) {
                        Some(inner) => {
                            self.path.push(i.into());
                            let item = self.value(item, inner, depth + 1);
                            self.path.pop();
                            item
                        }
                        None => item,
                    });
                Value::Array(walked.collect())
            }
            scalar => self.scalar(scalar, schema),
        }
    }

    fn object(&mut self, map: Map<String, Value>, schema: &Value, depth: usize) -> Map<String, Value> {
        let properties = schema.get("properties");
        let rest = schema.get("additionalProperties").filter(|s| s.is_object());
        map.into_iter()
            .map(|(key, value)| match properties.and_then(|p| p.get(&key)).or(rest) {
                Some(inner) => {
                    self.path.push(key.as_str().into());
                    let value = self.value(value, inner, depth + 1);
                    self.path.pop();
                    (key, value)
                }
                None => (key, value),
            })
            .collect()
    }

    /// A value of the type of any branch is not changed; otherwise the first branch that the value can be coerced to applies.
    fn union(&mut self, value: Value, branches: &[Value], depth: usize) -> Value {
        let own: Vec<&Value> = branches.iter().filter_map(|b| resolve(self.root, b)).collect();
        if let Some(branch) = own.iter().find(|b| is_of(&value, b)) {
            return if value.is_object() || value.is_array() { self.value(value, branch, depth + 1) } else { value };
        }
        for branch in own {
            if lax(&value, branch).is_some() {
                return self.value(value, branch, depth + 1);
            }
        }
        value
    }

    fn scalar(&mut self, value: Value, schema: &Value) -> Value {
        if is_of(&value, schema) {
            return value;
        }
        match lax(&value, schema) {
            Some((new, why)) => {
                self.made.push(obj! { "path": self.path, "from": value, "to": new, "why": why });
                new
            }
            None => value,
        }
    }
}

fn types(schema: &Value) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Whether the value is of a type of the schema; a schema without types accepts every type.
fn is_of(value: &Value, schema: &Value) -> bool {
    let types = types(schema);
    types.is_empty()
        || types.iter().any(|kind| match (*kind, value) {
            ("null", Value::Null)
            | ("boolean", Value::Bool(_))
            | ("string", Value::String(_))
            | ("number", Value::Number(_))
            | ("array", Value::Array(_))
            | ("object", Value::Object(_)) => true,
            // 3.0 is an integer in JSON Schema, but it is written as one only after coercion.
            ("integer", Value::Number(n)) => n.is_i64() || n.is_u64(),
            _ => false,
        })
}

fn lax(value: &Value, schema: &Value) -> Option<(Value, &'static str)> {
    for kind in types(schema) {
        let new = match kind {
            "integer" => integer(value).map(|v| (v, "read as an integer")),
            "number" => number(value).map(|v| (v, "read as a number")),
            "boolean" => boolean(value).map(|v| (Value::Bool(v), "read as a boolean")),
            _ => None,
        };
        if new.is_some() {
            return new;
        }
    }
    None
}

fn integer(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(b) => Some(i64::from(*b).into()),
        Value::Number(n) => whole(n.as_f64()?),
        Value::String(text) => {
            let text = text.trim();
            text.parse::<i64>().ok().map(Value::from).or_else(|| whole(decimal(text)?.as_f64()?))
        }
        _ => None,
    }
}

fn whole(n: f64) -> Option<Value> {
    (n.fract() == 0.0 && n.abs() < 9.0e15).then(|| (n as i64).into())
}

fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Bool(b) => Some(i64::from(*b).into()),
        Value::String(text) => decimal(text.trim()).map(Value::Number),
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Number> {
    jsontext::number(text)
}

/// The boolean for a number or a text in the table.
pub fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Number(n) => match n.as_f64()? {
            0.0 => Some(false),
            1.0 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Some(true),
            "false" | "f" | "no" | "n" | "off" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn made(value: Value, schema: Value) -> (Value, Vec<Value>) {
        let mut list = Vec::new();
        (coerce(value, &schema, &mut list), list)
    }

    #[test]
    fn the_lax_table_is_followed_and_strings_are_never_made() {
        for (kind, from, to) in [
            ("integer", json!(3.0), json!(3)),
            ("integer", json!("3"), json!(3)),
            ("integer", json!("abc"), json!("abc")),
            ("integer", json!(2.5), json!(2.5)),
            ("number", json!("1.5"), json!(1.5)),
            ("boolean", json!(1), json!(true)),
            ("boolean", json!("off"), json!(false)),
            ("boolean", json!("maybe"), json!("maybe")),
            ("string", json!(1), json!(1)),
        ] {
            assert_eq!(made(from, json!({"type": kind})).0, to, "{kind}");
        }
    }

    #[test]
    fn every_change_is_listed_with_its_path() {
        let schema = json!({"type": "object", "properties": {"a": {"type": "array", "items": {"$ref": "#/$defs/n"}}},
            "$defs": {"n": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}});
        let (value, list) = made(json!({"a": [1, "2", null], "b": "3"}), schema);
        assert_eq!(value, json!({"a": [1, 2, null], "b": "3"}));
        assert_eq!(list, [json!({"path": ["a", 1], "from": "2", "to": 2, "why": "read as an integer"})]);
    }

    #[test]
    fn references_in_a_circle_end() {
        let schema = json!({"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}});
        assert_eq!(made(json!("1"), schema).0, json!("1"));
    }
}
