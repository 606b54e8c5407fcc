//! The schema of some parts of a value: an object with a member for each part. With it, a request is for the failing
//! parts of an answer instead of the whole.
//!
//! ```text
//! {"addresses": [{"zip": 12}]}, issue at addresses.0.zip ─▶ {"properties": {"addresses_0_zip": <schema of zip>}}
//! {"addresses": [{"zip": 12}    stopped in addresses     ─▶ and {"addresses_rest": {"type": "array", "items": …}}
//! ```

use super::ResponseModel;
use super::names::free;
use super::put::Put;
use super::refs::{definition, each_ref, prune, rebase};
use crate::json::value_at;
use crate::jsontext::ToText;
use crate::obj;
use serde_json::{Map, Value};
use std::cell::Cell;

/// A longer path is not followed.
const MAX_STEPS: usize = 64;
/// A longer chain of references is a circle.
const MAX_REFS: usize = 32;
/// Maximum number of schemas to look at: branches that refer to their own schema would be followed without end.
const MAX_SCHEMAS: u32 = 10_000;
/// Maximum length of a member's name, in characters. The end of a path is more specific than its start.
const MAX_NAME: usize = 48;

/// A part of a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Keys and indices from the root of the caller's value; never empty.
    pub path: Vec<Value>,
    /// The name of its member in the schema of the parts.
    pub name: String,
    /// Whether the schema of its object requires it.
    pub required: bool,
    /// The elements of a list from the last index of the path on, as a list.
    pub rest: bool,
}

/// A part, before it has a name.
struct Found {
    path: Vec<Value>,
    schema: Value,
    required: bool,
    rest: bool,
}

/// The smallest parts with a known schema that contain `paths`, and the model for them. `None` if one of them is the whole
/// value. `open` is the path of the innermost container that had not ended, in a value that was stopped: what had not arrived
/// are parts, too.
pub fn parts(
    model: &ResponseModel,
    value: &Value,
    paths: &[&[Value]],
    open: Option<&[Value]>,
) -> Option<(Vec<Part>, ResponseModel)> {
    let mut found: Vec<Found> = Vec::new();
    for path in paths {
        let one = smallest(model, value, path)?;
        // A part inside another one is corrected with it.
        if found.iter().any(|known| one.path.starts_with(&known.path)) {
            continue;
        }
        found.retain(|known| !known.path.starts_with(&one.path));
        found.push(one);
    }
    if let Some(open) = open {
        let mut more = missing(model, value, open)?;
        more.retain(|one| !found.iter().any(|known| one.path.starts_with(&known.path)));
        found.extend(more);
    }
    let mut list: Vec<Part> = Vec::new();
    let mut members = Map::new();
    let mut needed = Vec::new();
    for Found { path, schema, required, rest } in found {
        let name = match path.split_last().filter(|_| rest) {
            Some((_, [])) => "rest".to_owned(),
            Some((_, around)) => [&member_name(around), "_rest"].concat(),
            None => member_name(&path),
        };
        let name = free(&members, &name);
        members.put(&name, schema);
        if required {
            needed.push(Value::from(name.as_str()));
        }
        list.push(Part { path, name, required, rest });
    }
    let schema = closed_object(model, members, needed);
    let model = ResponseModel::of_value(Value::Object(schema), Some(&model.name), None).ok()?;
    Some((list, model))
}

/// An object of these members only, with the definitions that they use.
fn closed_object(model: &ResponseModel, members: Map<String, Value>, required: Vec<Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    schema.put("type", "object".into());
    schema.put("properties", Value::Object(members));
    schema.put("required", Value::Array(required));
    schema.put("additionalProperties", false.into());
    let mut own = model.schema().clone();
    let mut defs = match own.shift_remove("$defs") {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    let mut refers_to_root = false;
    let mut seen = |reference: &str| refers_to_root |= reference == "#";
    schema.values().chain(defs.values()).for_each(|inner| each_ref(inner, &mut seen));
    if refers_to_root {
        // The root is another schema here.
        let name = free(&defs, &model.name);
        let target = ["#/$defs/", &name].concat();
        defs.insert(name, Value::Object(own));
        schema.values_mut().chain(defs.values_mut()).for_each(|inner| rebase(inner, &target));
    }
    schema.put("$defs", Value::Object(defs));
    prune(&mut schema);
    schema
}

/// A model's schema, and how many schemas may still be looked at.
struct Scope<'a> {
    root: &'a Map<String, Value>,
    left: Cell<u32>,
}

/// The scope of a model, and the schema of the caller's value.
fn start(model: &ResponseModel) -> Option<(Scope<'_>, Node<'_>)> {
    let root = model.schema();
    let node = match model.wrapper() {
        Some(wrapper) => Node::At(root.get("properties")?.get(wrapper.key())?),
        None => Node::Root(root),
    };
    Some((Scope { root, left: Cell::new(MAX_SCHEMAS) }, node))
}

/// What had not arrived of the containers that were open, the innermost first: keys of objects, and the further elements of
/// lists. `None` where the schema leaves it open.
fn missing(model: &ResponseModel, value: &Value, open: &[Value]) -> Option<Vec<Found>> {
    let (scope, mut schema) = start(model)?;
    let mut here = value;
    let mut levels: Vec<Vec<Found>> = Vec::new();
    if open.len() > MAX_STEPS {
        return None;
    }
    for at in 0..=open.len() {
        let around = open.get(..at)?;
        let path = |last: Value| around.iter().cloned().chain([last]).collect::<Vec<_>>();
        levels.push(match here {
            Value::Object(members) => {
                let mut keys = Vec::new();
                schema.keys(&scope, here, 0, &mut keys)?;
                // Keys that the schema does not name may follow.
                if keys.is_empty() {
                    return None;
                }
                keys.retain(|(key, ..)| !members.contains_key(*key));
                let found = |(key, schema, required): (&str, &Value, bool)| {
                    let (path, schema) = (path(key.into()), schema.clone());
                    Found { path, schema, required, rest: false }
                };
                keys.into_iter().map(found).collect()
            }
            Value::Array(list) => {
                let next = |index: usize| Some(schema.member(&scope, here, &index.into(), 0)?.0);
                let (items, after) = (next(list.len())?, next(list.len() + 1)?);
                if !std::ptr::eq(items, after) {
                    return None;
                }
                let schema = obj! { "type": "array", "items": items.clone() };
                vec![Found { path: path(list.len().into()), schema, required: true, rest: true }]
            }
            _ => return None,
        });
        let Some(step) = open.get(at) else { break };
        schema = Node::At(schema.member(&scope, here, step, 0)?.0);
        here = value_at(here, std::slice::from_ref(step))?;
    }
    Some(levels.into_iter().rev().flatten().collect())
}

/// The longest start of the path with a known schema, inside the value; its schema; and whether it is required.
fn smallest(model: &ResponseModel, value: &Value, path: &[Value]) -> Option<Found> {
    let (scope, mut schema) = start(model)?;
    let mut at = Some(value);
    let mut best = None;
    for (number, step) in path.iter().take(MAX_STEPS).enumerate() {
        let here = at?;
        let Some((inner, required)) = schema.member(&scope, here, step, 0) else { break };
        at = match (here, step) {
            (Value::Object(members), Value::String(key)) => members.get(key),
            (Value::Array(list), index) => {
                let element = index.as_u64().and_then(|index| list.get(index as usize));
                // An element that is not there has no place.
                if element.is_none() {
                    break;
                }
                element
            }
            _ => break,
        };
        best = Some(Found { path: path.get(..=number)?.to_vec(), schema: inner.clone(), required, rest: false });
        schema = Node::At(inner);
        if at.is_none() {
            break;
        }
    }
    best
}

/// A schema, or the root, which is a map.
#[derive(Clone, Copy)]
enum Node<'a> {
    Root(&'a Map<String, Value>),
    At(&'a Value),
}

impl<'a> Node<'a> {
    /// After its references.
    fn resolved(self, root: &'a Map<String, Value>) -> Option<&'a Map<String, Value>> {
        let mut map = match self {
            Node::Root(map) => map,
            Node::At(value) => value.as_object()?,
        };
        for _ in 0..MAX_REFS {
            map = match map.get("$ref").and_then(Value::as_str) {
                None => return Some(map),
                Some("#") => root,
                Some(reference) => definition(root, reference)?.as_object()?,
            };
        }
        None
    }

    /// The schema of a member or an element, and whether it is required. `None` if the schema does not contain it, or if
    /// several branches do.
    fn member(self, scope: &Scope<'a>, value: &Value, step: &Value, depth: usize) -> Option<(&'a Value, bool)> {
        let map = self.resolved(scope.root).filter(|_| depth < MAX_REFS)?;
        scope.left.set(scope.left.get().checked_sub(1)?);
        let own = match step {
            Value::String(key) => property(map, key),
            index => index.as_u64().and_then(|index| element(map, index as usize)).map(|schema| (schema, true)),
        };
        if own.is_some() {
            return own;
        }
        let mut only = None;
        for branches in ["anyOf", "oneOf", "allOf"].iter().filter_map(|word| map.get(*word)?.as_array()) {
            for branch in branches.iter().map(Node::At) {
                let Some(inner) = branch.resolved(scope.root) else { continue };
                if excluded(inner, value) {
                    continue;
                }
                if let Some(found) = branch.member(scope, value, step, depth + 1)
                    && only.replace(found).is_some()
                {
                    return None;
                }
            }
        }
        only
    }

    /// The keys that an object may have, with their schemas and whether they are required. `None` if several branches have
    /// different ones, or if there may be other keys with a schema.
    fn keys(
        self,
        scope: &Scope<'a>,
        value: &Value,
        depth: usize,
        found: &mut Vec<(&'a str, &'a Value, bool)>,
    ) -> Option<()> {
        let map = self.resolved(scope.root).filter(|_| depth < MAX_REFS)?;
        scope.left.set(scope.left.get().checked_sub(1)?);
        if map.contains_key("patternProperties") || map.get("additionalProperties").is_some_and(Value::is_object) {
            return None;
        }
        for key in map.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys) {
            let (schema, required) = property(map, key)?;
            found.push((key, schema, required));
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            let branches = map.get(word).and_then(Value::as_array).into_iter().flatten().map(Node::At);
            let possible = |branch: &Node| branch.resolved(scope.root).is_none_or(|inner| is_possible(inner, value));
            let mut branches = branches.filter(possible);
            let first = branches.next();
            let others: Vec<Node> = branches.collect();
            if word != "allOf" && !others.is_empty() {
                return None;
            }
            for branch in first.into_iter().chain(others) {
                branch.keys(scope, value, depth + 1, found)?;
            }
        }
        Some(())
    }
}

/// Whether the branch may be that of this object.
fn is_possible(branch: &Map<String, Value>, object: &Value) -> bool {
    let is_object = match branch.get("type") {
        None => true,
        Some(Value::Array(types)) => types.iter().any(|one| one == "object"),
        Some(one) => one == "object",
    };
    is_object && !excluded(branch, object)
}

fn property<'a>(map: &'a Map<String, Value>, key: &str) -> Option<(&'a Value, bool)> {
    let required =
        || map.get("required").and_then(Value::as_array).is_some_and(|names| names.iter().any(|name| name == key));
    match map.get("properties").and_then(|members| members.get(key)) {
        Some(schema) => schema.is_object().then(|| (schema, required())),
        // A pattern may be about this key.
        None if map.contains_key("patternProperties") => None,
        None => map.get("additionalProperties").filter(|schema| schema.is_object()).map(|schema| (schema, false)),
    }
}

fn element(map: &Map<String, Value>, index: usize) -> Option<&Value> {
    let first = map.get("prefixItems").and_then(Value::as_array);
    let schema = match first.and_then(|list| list.get(index)) {
        Some(schema) => schema,
        None => map.get("items")?,
    };
    schema.is_object().then_some(schema)
}

/// Whether a constant of the branch differs from the value's member, as in a discriminated union.
fn excluded(branch: &Map<String, Value>, value: &Value) -> bool {
    let Some(members) = branch.get("properties").and_then(Value::as_object) else { return false };
    members.iter().any(|(key, schema)| {
        let only = schema.get("const").or_else(|| match schema.get("enum")?.as_array()?.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        only.is_some_and(|only| value.get(key).is_some_and(|given| given != only))
    })
}

/// `addresses_0_zip`.
fn member_name(path: &[Value]) -> String {
    let mut name = String::new();
    for step in path {
        if !name.is_empty() {
            name.push('_');
        }
        match step {
            Value::String(key) => name.extend(key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })),
            index => name.push_str(&index.to_text()),
        }
    }
    let from = name.len().saturating_sub(MAX_NAME);
    let name = name.get(from..).unwrap_or_default();
    match name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => name.to_owned(),
        false => ["part_", name.trim_start_matches('_')].concat(),
    }
}
