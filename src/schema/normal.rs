//! Any draft of JSON Schema in, one shape out: 2020-12, local `#/$defs/Name` references only, nothing unreachable.
//!
//! The rest of the room reads only this shape. What is written differently in older drafts (`definitions`, `id`,
//! boolean `exclusiveMinimum`, tuple `items`, `dependencies`) and in OpenAPI (`nullable`) is rewritten here; a
//! reference by pointer, anchor or id is followed and its target moved to `$defs`. Key order stays.

mod ids;

use self::ids::Ids;
use super::refs::{escaped, prune};
use crate::error::Error;
use crate::schema::Put;
use serde_json::{Map, Value, json};

/// Deeper schemas are refused: nobody's answer is that deep, and it bounds every recursion over the schema.
pub const MAX_DEPTH: usize = 96;

/// Keywords whose value is one schema, a list of schemas, a map of schemas.
pub const ONE: &[&str] = &[
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
];
pub const MANY: &[&str] = &["anyOf", "oneOf", "allOf", "prefixItems"];
pub const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "dependentSchemas"];

/// Keywords that count something.
const COUNTS: &[&str] =
    &["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];

const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];

/// Rewrites `root` into the one shape.
pub fn normalise(root: &Value) -> Result<Map<String, Value>, Error> {
    let Value::Object(map) = root else {
        return Err(not_a_schema("", "an object"));
    };
    let draft = map.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let lone_refs = ["draft-03", "draft-04", "draft-06", "draft-07"].iter().any(|old| draft.contains(old));
    let mut work = Normaliser { root, lone_refs, ids: None, defs: Map::new(), moved: Vec::new() };
    // Names of the definitions are taken first, so that a moved target never takes one of them.
    for key in ["$defs", "definitions"] {
        if let Some(defs) = map.get(key) {
            let Value::Object(defs) = defs else { return Err(not_a_schema(key, "an object of schemas")) };
            for name in defs.keys() {
                let pointer = format!("#/{key}/{}", escaped(name));
                let mut name = addressable(name);
                while work.moved.iter().any(|(_, taken)| *taken == name) {
                    name.push('_');
                }
                work.moved.push((pointer, name));
            }
        }
    }
    let mut out = work.schema(root, "", 0)?;
    let mut done = 0;
    // A moved target may move further ones.
    while let Some((pointer, name)) = work.moved.get(done).cloned() {
        done += 1;
        if work.defs.contains_key(&name) {
            continue;
        }
        if let Some(target) = work.root.pointer(pointer.trim_start_matches('#')) {
            let schema = match target {
                Value::Bool(_) => target.clone(),
                _ => Value::Object(work.schema(target, &pointer, 0)?),
            };
            work.defs.insert(name, schema);
        }
    }
    let defs = std::mem::take(&mut work.defs);
    if !defs.is_empty() {
        // `$defs` first, as pydantic writes it.
        let mut with = Map::new();
        with.put("$defs", Value::Object(defs));
        with.append(&mut out);
        out = with;
    }
    prune(&mut out);
    Ok(out)
}

fn not_a_schema(place: &str, wanted: &str) -> Error {
    let at = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
    Error::configuration(format!(
        "The response model is not a JSON Schema{at}: {wanted} is wanted there. Give a schema such as \
         {{\"type\": \"object\", \"properties\": {{\"name\": {{\"type\": \"string\"}}}}}}."
    ))
    .with("parameter", "responseModel")
}

struct Normaliser<'a> {
    root: &'a Value,
    /// The draft is one in which nothing beside a `$ref` constrains.
    lone_refs: bool,
    /// Read when the first reference is met.
    ids: Option<Ids>,
    defs: Map<String, Value>,
    /// Reference as written (as a pointer into `root`) → name in `$defs`.
    moved: Vec<(String, String)>,
}

impl Normaliser<'_> {
    fn schema(&mut self, schema: &Value, at: &str, depth: usize) -> Result<Map<String, Value>, Error> {
        let Value::Object(map) = schema else { return Err(not_a_schema(at, "an object, true or false")) };
        if depth > MAX_DEPTH {
            return Err(Error::configuration(format!(
                "The schema is nested deeper than {MAX_DEPTH} levels at `{at}`."
            )));
        }
        let mut out = Map::new();
        let lone = self.lone_refs && map.get("$ref").is_some_and(Value::is_string);
        for (key, value) in map {
            if lone && !matches!(key.as_str(), "$ref" | "title" | "description" | "default" | "examples") {
                continue;
            }
            let here = || format!("{at}/{key}");
            match key.as_str() {
                "$schema" | "$id" | "$comment" | "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" | "$defs"
                | "definitions" | "$vocabulary" => {}
                "id" if value.is_string() => {}
                "additionalItems" if map.get("items").is_some_and(Value::is_array) => {}
                "additionalItems" => {}
                "nullable" if value.is_boolean() => {}
                "$ref" | "$dynamicRef" | "$recursiveRef" => {
                    let Some(text) = value.as_str() else { return Err(not_a_schema(&here(), "a string")) };
                    let target = self.reference(text, at, key != "$ref")?;
                    out.put("$ref", target.into());
                }
                "type" => {
                    let known = |t: &Value| t.as_str().is_some_and(|t| TYPES.contains(&t));
                    match value {
                        Value::String(name) if name == "any" => {}
                        Value::String(_) if known(value) => {
                            out.insert(key.clone(), value.clone());
                        }
                        Value::Array(list) if !list.is_empty() && list.iter().all(known) => {
                            let only = if let [one] = list.as_slice() { one.clone() } else { value.clone() };
                            out.insert(key.clone(), only);
                        }
                        _ => {
                            return Err(not_a_schema(
                                &here(),
                                "one of object, array, string, number, integer, boolean, null",
                            ));
                        }
                    }
                }
                "items" => {
                    if let Value::Array(list) = value {
                        if !list.is_empty() {
                            out.put("prefixItems", self.list(list, &here(), depth)?);
                        }
                        if let Some(rest) = map.get("additionalItems") {
                            out.put("items", self.any(rest, &here(), depth)?);
                        }
                    } else {
                        out.insert(key.clone(), self.any(value, &here(), depth)?);
                    }
                }
                "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => {
                    let bound = if key == "exclusiveMinimum" { "minimum" } else { "maximum" };
                    if let (Some(limit), true) = (map.get(bound), *value == Value::Bool(true)) {
                        out.shift_remove(bound);
                        out.insert(key.clone(), limit.clone());
                    }
                }
                "minimum" | "maximum"
                    if map.get(if key == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" })
                        == Some(&Value::Bool(true)) => {}
                "required" => match value {
                    Value::Array(names) if names.iter().all(Value::is_string) => {
                        out.insert(key.clone(), value.clone());
                    }
                    // Draft 3 marks the property itself.
                    Value::Bool(_) => {}
                    _ => return Err(not_a_schema(&here(), "a list of property names")),
                },
                "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" if !value.is_number() => {
                    return Err(not_a_schema(&here(), "a number"));
                }
                "multipleOf" if !value.as_f64().is_some_and(|n| n > 0.0) => {
                    return Err(not_a_schema(&here(), "a number above 0"));
                }
                _ if COUNTS.contains(&key.as_str())
                    && !value.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0) =>
                {
                    return Err(not_a_schema(&here(), "a whole number, 0 or more"));
                }
                "pattern" | "format" if !value.is_string() => return Err(not_a_schema(&here(), "a string")),
                "uniqueItems" if !value.is_boolean() => return Err(not_a_schema(&here(), "true or false")),
                "enum" if !value.is_array() => return Err(not_a_schema(&here(), "a list of values")),
                "dependencies" => {
                    let Value::Object(entries) = value else { return Err(not_a_schema(&here(), "an object")) };
                    for (name, entry) in entries {
                        let (key, entry) = match entry {
                            Value::Array(_) => ("dependentRequired", entry.clone()),
                            Value::String(_) => ("dependentRequired", json!([entry])),
                            _ => ("dependentSchemas", self.any(entry, &here(), depth)?),
                        };
                        let map = out.entry(key).or_insert_with(|| json!({}));
                        if let Value::Object(map) = map {
                            map.insert(name.clone(), entry);
                        }
                    }
                }
                key if ONE.contains(&key) => {
                    out.insert(key.to_owned(), self.any(value, &here(), depth)?);
                }
                key if MANY.contains(&key) => {
                    let Value::Array(list) = value else { return Err(not_a_schema(&here(), "a list of schemas")) };
                    if !list.is_empty() {
                        out.insert(key.to_owned(), self.list(list, &here(), depth)?);
                    }
                }
                key if NAMED.contains(&key) => {
                    let Value::Object(entries) = value else {
                        return Err(not_a_schema(&here(), "an object of schemas"));
                    };
                    let mut named = Map::new();
                    for (name, entry) in entries {
                        let entry = self.any(entry, &format!("{}/{}", here(), escaped(name)), depth)?;
                        named.insert(name.clone(), entry);
                    }
                    out.insert(key.to_owned(), Value::Object(named));
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                }
            }
        }
        if map.get("nullable") == Some(&Value::Bool(true)) {
            out = nullable(out);
        }
        Ok(out)
    }

    fn any(&mut self, schema: &Value, at: &str, depth: usize) -> Result<Value, Error> {
        match schema {
            Value::Bool(_) => Ok(schema.clone()),
            _ => self.schema(schema, at, depth + 1).map(Value::Object),
        }
    }

    fn list(&mut self, list: &[Value], at: &str, depth: usize) -> Result<Value, Error> {
        list.iter().enumerate().map(|(i, entry)| self.any(entry, &format!("{at}/{i}"), depth)).collect()
    }

    /// The `$ref` to write for one as found: `#`, or `#/$defs/Name` with the target moved there.
    fn reference(&mut self, text: &str, at: &str, dynamic: bool) -> Result<String, Error> {
        let root = self.root;
        let ids = self.ids.get_or_insert_with(|| Ids::of(root));
        let there =
            |pointer: &String| root.pointer(pointer).is_some_and(|target| target.is_object() || target.is_boolean());
        let found = ids.find(text, at.trim_start_matches('#'), dynamic).filter(there);
        // Many write a pointer from the root where it should be from the part with an `$id` around it.
        let found = found.or_else(|| ids.find(text, "", false).filter(there));
        let found = found.or_else(|| (text == "#/").then(String::new));
        let Some(pointer) = found else {
            return Err(Error::configuration(format!(
                "The schema refers to `{text}` at `{at}`, which is not inside it. Copy the schema meant into `$defs` and \
                 refer to it as `#/$defs/Name`."
            ))
            .with("parameter", "responseModel"));
        };
        if pointer.is_empty() {
            return Ok("#".to_owned());
        }
        let pointer = format!("#{pointer}");
        let known = self.moved.iter().find(|(from, _)| *from == pointer).map(|(_, name)| name.clone());
        let name = known.unwrap_or_else(|| {
            let last = pointer.rsplit('/').next().unwrap_or_default();
            let mut name = if last.is_empty() || last.bytes().all(|b| b.is_ascii_digit()) {
                "Shared".to_owned()
            } else {
                super::model::sanitise(&last.replace("~1", "/").replace("~0", "~"))
            };
            while self.moved.iter().any(|(_, taken)| *taken == name) {
                name.push('_');
            }
            self.moved.push((pointer, name.clone()));
            name
        });
        Ok(format!("#/$defs/{}", escaped(&name)))
    }
}

/// A definition's name without what a reference cannot hold as it is; pydantic does the same.
fn addressable(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && !"-._~/$!&'()*+,;=:@?".contains(c), "_")
}

/// OpenAPI's `nullable: true`.
fn nullable(mut map: Map<String, Value>) -> Map<String, Value> {
    let null = json!("null");
    let listed = map.contains_key("enum");
    match map.get_mut("type") {
        Some(Value::Array(list)) => {
            if !list.contains(&null) {
                list.push(null);
            }
        }
        Some(Value::String(name)) => {
            let name = name.clone();
            map.put("type", json!([name, "null"]));
        }
        _ if listed => {}
        _ => return Map::from_iter([("anyOf".to_owned(), json!([map, { "type": "null" }]))]),
    }
    if let Some(Value::Array(list)) = map.get_mut("enum")
        && !list.contains(&Value::Null)
    {
        list.push(Value::Null);
    }
    map
}
