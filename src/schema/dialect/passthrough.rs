//! Tools without strict mode: whether a schema can be sent as the user wrote it.

use super::grammar;
use crate::schema::dialect::rules::Names;
use crate::schema::keywords::{MANY, NAMED, ONE};
use crate::schema::render::for_grammar;
use serde_json::{Map, Value};

/// Whether every schema inside, and the schema itself, passes.
pub fn every_schema(schema: &Map<String, Value>, one: &dyn Fn(&Map<String, Value>) -> bool) -> bool {
    let inner = |schema: &Value| schema.as_object().is_none_or(|map| every_schema(map, one));
    one(schema)
        && schema.iter().all(|(key, value)| match value {
            Value::Object(named) if NAMED.contains(&key.as_str()) => named.values().all(inner),
            Value::Array(list) if MANY.contains(&key.as_str()) => list.iter().all(inner),
            value => !ONE.contains(&key.as_str()) || inner(value),
        })
}

/// The names of the properties.
pub fn names_supported(schema: &Map<String, Value>, names: Names) -> bool {
    let Some(Value::Object(properties)) = schema.get("properties") else { return true };
    properties.keys().all(|name| names.accepts(name))
}

/// What llama.cpp cannot put into a grammar: patterns that it reads otherwise, large bounds, no properties.
pub fn grammar_supports(schema: &Map<String, Value>) -> bool {
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let large = |key: &&str| {
        schema.get(*key).and_then(Value::as_f64).is_some_and(|count| count >= grammar::GRAMMAR.counts_below as f64)
    };
    pattern.is_none_or(|pattern| for_grammar(pattern).as_deref() == Some(pattern))
        && !["minLength", "maxLength", "minItems", "maxItems"].iter().any(large)
        && !schema.get("properties").and_then(Value::as_object).is_some_and(Map::is_empty)
}
