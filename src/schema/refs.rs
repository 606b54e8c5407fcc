//! References within a normalised schema: `#/$defs/…`, found, followed, renamed.

use super::Put;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A key as a token of a JSON Pointer.
pub fn escaped(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1").into() } else { key.into() }
}

/// The definition that `#/$defs/Name` names.
pub fn definition<'a>(root: &'a Map<String, Value>, reference: &str) -> Option<&'a Value> {
    let token = reference.strip_prefix("#/$defs/")?;
    let defs = root.get("$defs")?;
    if token.contains('~') { defs.get(token.replace("~1", "/").replace("~0", "~")) } else { defs.get(token) }
}

/// Calls `seen` with every reference below `value`.
pub fn each_ref(value: &Value, seen: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match (key.as_str(), inner) {
                    ("$ref", Value::String(reference)) => seen(reference),
                    ("enum" | "const" | "default" | "examples" | "example", _) => {}
                    _ => each_ref(inner, seen),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|inner| each_ref(inner, seen)),
        _ => {}
    }
}

/// Drops the definitions that nothing refers to: they would only cost tokens.
pub fn prune(root: &mut Map<String, Value>) {
    let Some(Value::Object(defs)) = root.shift_remove("$defs") else { return };
    let mut wanted: Vec<String> = Vec::new();
    let mut add = |reference: &str| {
        if let Some(token) = reference.strip_prefix("#/$defs/") {
            let name = token.replace("~1", "/").replace("~0", "~");
            if !wanted.contains(&name) {
                wanted.push(name);
            }
        }
    };
    root.values().for_each(|value| each_ref(value, &mut add));
    if let Some(reference) = root.get("$ref").and_then(Value::as_str) {
        add(reference);
    }
    let mut done = 0;
    while let Some(name) = wanted.get(done).cloned() {
        done += 1;
        let Some(schema) = defs.get(&name) else { continue };
        each_ref(schema, &mut |reference| {
            if let Some(token) = reference.strip_prefix("#/$defs/") {
                let name = token.replace("~1", "/").replace("~0", "~");
                if !wanted.contains(&name) {
                    wanted.push(name);
                }
            }
        });
    }
    let kept: Map<String, Value> = defs.into_iter().filter(|(name, _)| wanted.contains(name)).collect();
    if !kept.is_empty() {
        let rest = std::mem::take(root);
        root.put("$defs", Value::Object(kept));
        root.extend(rest);
    }
}

/// Replaces every reference to the root by `target`, for a root that moves.
pub fn rebase(value: &mut Value, target: &str) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                match (key.as_str(), &mut *inner) {
                    ("$ref", Value::String(reference)) if reference == "#" => target.clone_into(reference),
                    ("enum" | "const" | "default" | "examples" | "example", _) => {}
                    _ => rebase(inner, target),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| rebase(inner, target)),
        _ => {}
    }
}
