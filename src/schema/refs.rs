//! References within a normalised schema (`#/$defs/…`): finds, follows and renames them.

use crate::pointer::unescaped;
use crate::schema::keywords::NAMED;
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// Keywords whose value is data. A `$ref` inside is not a reference.
const DATA: &[&str] = &["enum", "const", "default", "examples", "example"];

/// The definition to which `#/$defs/Name` refers.
pub fn definition<'a>(root: &'a Map<String, Value>, reference: &str) -> Option<&'a Value> {
    definition_of(root.get("$defs")?.as_object()?, reference)
}

/// The same where the definitions are given.
pub fn definition_of<'a>(defs: &'a Map<String, Value>, reference: &str) -> Option<&'a Value> {
    let token = reference.strip_prefix("#/$defs/")?;
    if token.contains('~') { defs.get(&unescaped(token)) } else { defs.get(token) }
}

/// Calls `seen` with every reference below a schema.
pub fn each_ref(schema: &Value, seen: &mut dyn FnMut(&str)) {
    match schema {
        Value::Object(map) => each_ref_of(map, seen),
        Value::Array(list) => list.iter().for_each(|inner| each_ref(inner, seen)),
        _ => {}
    }
}

pub fn each_ref_of(schema: &Map<String, Value>, seen: &mut dyn FnMut(&str)) {
    for (key, inner) in schema {
        match (key.as_str(), inner) {
            ("$ref", Value::String(reference)) => seen(reference),
            // The keys are names, and may equal the name of a keyword.
            (key, Value::Object(named)) if NAMED.contains(&key) => {
                named.values().for_each(|one| each_ref(one, seen));
            }
            (key, _) if DATA.contains(&key) => {}
            _ => each_ref(inner, seen),
        }
    }
}

/// Names to look up.
pub fn set<'a>(names: impl Iterator<Item = &'a str>) -> Map<String, Value> {
    names.map(|name| (name.to_owned(), Value::Null)).collect()
}

/// Removes unused definitions, which would only cost tokens.
pub fn prune(root: &mut Map<String, Value>) {
    let Some(Value::Object(mut defs)) = root.shift_remove("$defs") else { return };
    let mut wanted = Map::new();
    let mut next: Vec<String> = Vec::new();
    let mut add = |reference: &str, next: &mut Vec<String>| {
        if let Some(token) = reference.strip_prefix("#/$defs/") {
            let name = unescaped(token);
            if !wanted.contains_key(&name) {
                wanted.put(&name, Value::Null);
                next.push(name);
            }
        }
    };
    each_ref_of(root, &mut |reference| add(reference, &mut next));
    while let Some(schema) = next.pop().map(|name| defs.get(&name)) {
        if let Some(schema) = schema {
            each_ref(schema, &mut |reference| add(reference, &mut next));
        }
    }
    defs.retain(|name, _| wanted.contains_key(name));
    if !defs.is_empty() {
        let rest = std::mem::take(root);
        root.put("$defs", Value::Object(defs));
        root.extend(rest);
    }
}

/// Calls `change` with a schema and every schema below it, the outer ones first.
pub fn change_each(schema: &mut Value, change: &mut dyn FnMut(&mut Map<String, Value>)) {
    match schema {
        Value::Object(map) => {
            change(map);
            for (key, inner) in map.iter_mut() {
                match (key.as_str(), inner) {
                    // The keys are names, and may equal the name of a keyword.
                    (key, Value::Object(named)) if NAMED.contains(&key) => {
                        named.values_mut().for_each(|one| change_each(one, change));
                    }
                    (key, _) if DATA.contains(&key) => {}
                    (_, inner) => change_each(inner, change),
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|inner| change_each(inner, change)),
        _ => {}
    }
}

/// Replaces every reference to the root by `target`, when the root moves.
pub fn rebase(schema: &mut Value, target: &str) {
    change_each(schema, &mut |map| match map.get_mut("$ref") {
        Some(Value::String(reference)) if reference == "#" => target.clone_into(reference),
        _ => {}
    });
}

/// The number of values in a value, counted up to `most`.
pub fn weight(value: &Value, most: usize) -> usize {
    match value {
        Value::Object(map) => weight_of(map, most),
        Value::Array(list) => {
            list.iter().fold(1, |sum, one| if sum > most { sum } else { sum + weight(one, most - sum) })
        }
        _ => 1,
    }
}

pub fn weight_of(map: &Map<String, Value>, most: usize) -> usize {
    map.values().fold(1, |sum, one| if sum > most { sum } else { sum + weight(one, most - sum) })
}
