//! The root of a normalised schema.

use crate::error::Error;
use crate::schema::keywords::{BRANCH_CONSTRAINTS, MORE_ROOT_CONSTRAINTS};
use crate::schema::merge::merge;
use crate::schema::put::Put;
use crate::schema::refs::{definition, prune};
use serde_json::{Map, Value};

#[inline(never)]
pub(super) fn unconstrained() -> Error {
    Error::configuration(
        "The response model does not constrain the answer (an empty schema accepts anything), so it is not sent. Give it a \
         `type`, `properties`, `enum`, `anyOf` or `$ref`; for free JSON use {\"type\": \"object\", \
         \"additionalProperties\": true}, for the raw answer no response model at all.",
    )
    .with("parameter", "responseModel")
}

pub(super) fn constrains(root: &Map<String, Value>) -> bool {
    let mut keywords = BRANCH_CONSTRAINTS.iter().chain(MORE_ROOT_CONSTRAINTS);
    keywords.any(|key| root.get(*key).is_some_and(|value| !value.as_object().is_some_and(Map::is_empty)))
        || root.get("type").is_some()
}

pub(super) fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// Replaces a reference at the root by the keywords of its target, because APIs require properties there.
pub(super) fn resolved(mut root: Map<String, Value>) -> Map<String, Value> {
    // Each step follows one reference; the bound ends a cycle.
    for _ in 0..16 {
        let Some(reference) = root.get("$ref").and_then(Value::as_str) else { break };
        let Some(Value::Object(target)) = definition(&root, reference) else { break };
        // The siblings of the reference apply too.
        let own = root.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "$defs"));
        let own: Map<String, Value> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        let Some(whole) = merge(target, &own) else { break };
        let mut out = Map::new();
        if let Some(defs) = root.get("$defs") {
            out.put("$defs", defs.clone());
        }
        out.extend(whole);
        root = out;
    }
    prune(&mut root);
    root
}

/// Whether every API accepts the schema at the root: an object without alternatives.
pub(super) fn is_object(map: &Map<String, Value>) -> bool {
    if ["anyOf", "oneOf", "enum", "const", "not", "$ref"].iter().any(|key| map.contains_key(*key)) {
        return false;
    }
    match map.get("type") {
        Some(name) => name == "object",
        None => ["properties", "additionalProperties", "patternProperties", "required"]
            .iter()
            .any(|key| map.contains_key(*key)),
    }
}
