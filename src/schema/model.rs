//! The response model: a JSON Schema with the name and description a tool gets, wrapped when its root is no object.

use crate::error::Error;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone)]
pub struct ResponseModel {
    pub name: String,
    pub description: Option<String>,
    original: Value,
    wrapped: Value,
    unwrap: Option<&'static str>,
}

impl ResponseModel {
    pub fn new(schema: &Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        let Some(root) = schema.as_object() else {
            return Err(Error::configuration("The response model's schema must be a JSON Schema object."));
        };
        let known = ["type", "properties", "items", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "prefixItems", "additionalProperties"];
        if !root.keys().any(|k| known.contains(&k.as_str())) {
            return Err(Error::configuration("The response model's schema says nothing: give it a `type` or `properties`."));
        }
        let resolved = resolve(root);
        let title = |m: &Map<String, Value>| m.get("title").and_then(Value::as_str).map(str::to_owned);
        let text = |m: &Map<String, Value>| m.get("description").and_then(Value::as_str).map(str::to_owned);
        let is_object = resolved.get("type") == Some(&json!("object")) || resolved.contains_key("properties");
        if is_object {
            let name = name.map(str::to_owned).or_else(|| title(&resolved)).unwrap_or_else(|| "Response".into());
            return Ok(ResponseModel {
                name: sanitize(&name),
                description: description.map(str::to_owned).or_else(|| text(&resolved)),
                original: schema.clone(),
                wrapped: Value::Object(resolved),
                unwrap: None,
            });
        }
        let mut inner = root.clone();
        let defs = inner.shift_remove("$defs");
        let items = element_names(root);
        let (wrapper_name, wrapper_description, key, key_description) = match &items {
            Some(names) => (
                format!("Iterable{names}"),
                format!("Correct segmentation of `{names}` tasks"),
                "tasks",
                Some(format!("Correctly segmented list of `{names}` tasks")),
            ),
            None => ("Response".to_owned(), "Correctly Formatted and Extracted Response.".to_owned(), "content", None),
        };
        if let Some(text) = key_description {
            inner.entry("description").or_insert(text.into());
        }
        inner.insert("title".into(), if key == "tasks" { "Tasks" } else { "Content" }.into());
        let mut wrapped = Map::new();
        if let Some(defs) = defs {
            wrapped.insert("$defs".into(), defs);
        }
        let description = description.map(str::to_owned).unwrap_or(wrapper_description);
        let name = sanitize(name.unwrap_or(&wrapper_name));
        wrapped.insert("description".into(), description.clone().into());
        wrapped.insert("properties".into(), json!({ key: inner }));
        wrapped.insert("required".into(), json!([key]));
        wrapped.insert("title".into(), name.clone().into());
        wrapped.insert("type".into(), "object".into());
        Ok(ResponseModel {
            name,
            description: Some(description),
            original: schema.clone(),
            wrapped: Value::Object(wrapped),
            unwrap: Some(key),
        })
    }

    pub fn original(&self) -> &Value {
        &self.original
    }

    pub fn wrapped(&self) -> &Value {
        &self.wrapped
    }

    pub fn unwrap(&self) -> Option<&'static str> {
        self.unwrap
    }
}

fn target<'a>(root: &'a Map<String, Value>, reference: &str) -> Option<&'a Map<String, Value>> {
    let name = reference.strip_prefix("#/$defs/").or_else(|| reference.strip_prefix("#/definitions/"))?;
    root.get("$defs").or_else(|| root.get("definitions"))?.get(name)?.as_object()
}

/// A root that is only a reference gets its target's fields, so that it has properties of its own.
fn resolve(root: &Map<String, Value>) -> Map<String, Value> {
    let Some(found) = root.get("$ref").and_then(Value::as_str).and_then(|r| target(root, r)) else { return root.clone() };
    let mut out = found.clone();
    for (key, value) in root {
        if key != "$ref" {
            out.insert(key.clone(), value.clone());
        }
    }
    out
}

/// The names of an array's object elements, joined by `Or`; `None` when it is not an array of models.
fn element_names(root: &Map<String, Value>) -> Option<String> {
    if root.get("type") != Some(&json!("array")) {
        return None;
    }
    let items = root.get("items")?.as_object()?;
    let members: Vec<&Map<String, Value>> = match items.get("anyOf").or_else(|| items.get("oneOf")).and_then(Value::as_array) {
        Some(list) => list.iter().filter_map(Value::as_object).collect(),
        None => vec![items],
    };
    let mut names = Vec::new();
    for member in members {
        let found = match member.get("$ref").and_then(Value::as_str) {
            Some(reference) => target(root, reference)?,
            None => member,
        };
        if found.get("type") != Some(&json!("object")) && !found.contains_key("properties") {
            return None;
        }
        names.push(found.get("title").and_then(Value::as_str).unwrap_or("Item").to_owned());
    }
    Some(names.join("Or"))
}

/// Names that every API takes: `^[A-Za-z0-9_-]{1,64}$`.
fn sanitize(name: &str) -> String {
    let clean: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).take(64).collect();
    if clean.is_empty() { "Response".to_owned() } else { clean }
}
