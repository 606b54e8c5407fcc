//! Normalises any draft of JSON Schema: to 2020-12, with local `#/$defs/Name` references only, without unused definitions.
//!
//! All other files of this module read only this form. Older drafts (`definitions`, `id`, boolean `exclusiveMinimum`, tuple
//! `items`, `dependencies`) and OpenAPI (`nullable`) are rewritten here. A reference by pointer, anchor or id is followed,
//! and its target is moved to `$defs`. The order of keys does not change.

mod ids;

use self::ids::Ids;
use super::keywords::{MANY, MAX_DEPTH, NAMED, ONE};
use super::names::sanitise;
use super::refs::prune;
use crate::error::Error;
use crate::pointer::{escaped, unescaped};
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// Limit of keywords of a whole schema, including copied targets of references.
const MAX_KEYWORDS: usize = 500_000;

/// Keywords with a count as their value.
const COUNTS: &[&str] =
    &["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "minContains", "maxContains"];

const TYPES: &[&str] = &["object", "array", "string", "number", "integer", "boolean", "null"];

/// Normalises the schema.
pub fn normalise(root: &Value) -> Result<Map<String, Value>, Error> {
    let Value::Object(map) = root else {
        return Err(not_a_schema("", "an object"));
    };
    let draft = map.get("$schema").and_then(Value::as_str).unwrap_or_default();
    let lone_refs = ["draft-03", "draft-04", "draft-06", "draft-07"].iter().any(|old| draft.contains(old));
    let mut work = Normaliser {
        root,
        lone_refs,
        ids: None,
        defs: Map::new(),
        moved: Map::new(),
        targets: Vec::new(),
        names: Map::new(),
        at: String::new(),
        keywords: 0,
    };
    // The names of the definitions are reserved first, so that a moved target does not get one of them.
    for key in ["$defs", "definitions"] {
        if let Some(defs) = map.get(key) {
            let Value::Object(defs) = defs else { return Err(not_a_schema(key, "an object of schemas")) };
            for name in defs.keys() {
                let pointer = format!("#/{key}/{}", escaped(name));
                work.name(pointer, addressable(name));
            }
        }
    }
    let mut out = work.schema(root, 0)?;
    let mut done = 0;
    // A moved target can refer to more targets.
    while let Some((pointer, name)) = work.targets.get(done).cloned() {
        done += 1;
        work.at = pointer;
        if let Some(target) = work.root.pointer(work.at.trim_start_matches('#')) {
            let schema = match target {
                Value::Bool(_) => target.clone(),
                _ => Value::Object(work.schema(target, 0)?),
            };
            work.defs.insert(name, schema);
        }
    }
    let defs = std::mem::take(&mut work.defs);
    if !defs.is_empty() {
        // `$defs` comes first, as in the schemas of pydantic.
        let mut with = Map::new();
        with.put("$defs", Value::Object(defs));
        with.append(&mut out);
        out = with;
    }
    prune(&mut out);
    Ok(out)
}

#[inline(never)]
fn not_a_schema(place: &str, wanted: &str) -> Error {
    let at = if place.is_empty() { String::new() } else { format!(" at `{place}`") };
    Error::configuration(format!(
        "The response model is not a JSON Schema{at}: {wanted} is expected there. Give a schema such as \
         {{\"type\": \"object\", \"properties\": {{\"name\": {{\"type\": \"string\"}}}}}}."
    ))
    .with("parameter", "responseModel")
}

struct Normaliser<'a> {
    root: &'a Value,
    /// The draft ignores the siblings of `$ref`.
    lone_refs: bool,
    /// Collected at the first reference.
    ids: Option<Ids>,
    defs: Map<String, Value>,
    /// Names in `$defs` by reference, as a pointer into `root`.
    moved: Map<String, Value>,
    /// The same in order of discovery.
    targets: Vec<(String, String)>,
    /// The names in `moved`.
    names: Map<String, Value>,
    /// JSON Pointer of the current part.
    at: String,
    /// Number of keywords read.
    keywords: usize,
}

impl Normaliser<'_> {
    /// The schema at `self.at`.
    fn schema(&mut self, schema: &Value, depth: usize) -> Result<Map<String, Value>, Error> {
        let Value::Object(map) = schema else { return Err(not_a_schema(&self.at, "an object, true or false")) };
        self.keywords += map.len();
        if depth > MAX_DEPTH || self.keywords > MAX_KEYWORDS {
            return Err(self.too_much(depth));
        }
        let mut out = Map::new();
        let lone = self.lone_refs && map.get("$ref").is_some_and(Value::is_string);
        let own = self.at.len();
        for (key, value) in map {
            if lone && !matches!(key.as_str(), "$ref" | "title" | "description" | "default" | "examples") {
                continue;
            }
            self.at.push('/');
            self.at.push_str(key);
            match key.as_str() {
                "$ref" | "$dynamicRef" | "$recursiveRef" => {
                    let target = self.reference(value, own, key != "$ref")?;
                    out.put("$ref", target);
                }
                "items" if value.is_array() => self.tuple(map, value, depth, &mut out)?,
                "additionalItems" | "$defs" | "definitions" => {}
                "dependencies" => self.dependencies(value, depth, &mut out)?,
                key if ONE.contains(&key) => {
                    let one = self.any(value, depth)?;
                    if key != "propertyNames" || constrains_names(&one) {
                        out.put(key, one);
                    }
                }
                key if MANY.contains(&key) => {
                    let list = self.list(value, depth)?;
                    if list.as_array().is_some_and(|list| !list.is_empty()) {
                        out.put(key, list);
                    }
                }
                key if NAMED.contains(&key) => {
                    let named = self.named(value, depth)?;
                    out.put(key, named);
                }
                _ => leaf(&self.at, map, key, value, &mut out)?,
            }
            self.at.truncate(own);
        }
        if map.get("nullable") == Some(&Value::Bool(true)) {
            out = nullable(out);
        }
        Ok(out)
    }

    #[inline(never)]
    fn too_much(&self, depth: usize) -> Error {
        let what = if depth > MAX_DEPTH {
            format!("nested deeper than {MAX_DEPTH} levels at `{}`", self.at)
        } else {
            format!("larger than {MAX_KEYWORDS} keywords; its references count as often as they are written out")
        };
        Error::configuration(format!("The schema is {what}. Split the model into smaller ones."))
            .with("parameter", "responseModel")
    }

    fn any(&mut self, schema: &Value, depth: usize) -> Result<Value, Error> {
        match schema {
            Value::Bool(_) => Ok(schema.clone()),
            _ => self.schema(schema, depth + 1).map(Value::Object),
        }
    }

    /// The schema one token below `self.at`.
    fn under(&mut self, token: &str, schema: &Value, depth: usize) -> Result<Value, Error> {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&escaped(token));
        let out = self.any(schema, depth);
        if out.is_ok() {
            self.at.truncate(length);
        }
        out
    }

    fn list(&mut self, list: &Value, depth: usize) -> Result<Value, Error> {
        let Value::Array(list) = list else { return Err(not_a_schema(&self.at, "a list of schemas")) };
        let mut out = Vec::with_capacity(list.len());
        for (i, entry) in list.iter().enumerate() {
            out.push(self.under(&i.to_string(), entry, depth)?);
        }
        Ok(Value::Array(out))
    }

    fn named(&mut self, named: &Value, depth: usize) -> Result<Value, Error> {
        let Value::Object(entries) = named else { return Err(not_a_schema(&self.at, "an object of schemas")) };
        let mut out = Map::new();
        for (name, entry) in entries {
            out.insert(name.clone(), self.under(name, entry, depth)?);
        }
        Ok(Value::Object(out))
    }

    /// A tuple in `items`, as in older drafts.
    #[inline(never)]
    fn tuple(
        &mut self,
        map: &Map<String, Value>,
        first: &Value,
        depth: usize,
        out: &mut Map<String, Value>,
    ) -> Result<(), Error> {
        let first = self.list(first, depth)?;
        if first.as_array().is_some_and(|first| !first.is_empty()) {
            out.put("prefixItems", first);
        }
        if let Some(rest) = map.get("additionalItems") {
            let rest = self.any(rest, depth)?;
            out.put("items", rest);
        }
        Ok(())
    }

    #[inline(never)]
    fn dependencies(&mut self, entries: &Value, depth: usize, out: &mut Map<String, Value>) -> Result<(), Error> {
        let Value::Object(entries) = entries else { return Err(not_a_schema(&self.at, "an object")) };
        for (name, entry) in entries {
            let (key, entry) = match entry {
                Value::Array(_) => ("dependentRequired", entry.clone()),
                Value::String(_) => ("dependentRequired", Value::Array(vec![entry.clone()])),
                _ => ("dependentSchemas", self.any(entry, depth)?),
            };
            let map = out.entry(key).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(map) = map {
                map.insert(name.clone(), entry);
            }
        }
        Ok(())
    }

    /// The normalised form of a `$ref`: `#`, or `#/$defs/Name` after moving the target there. `own` is the length of the
    /// pointer to the schema with the reference.
    #[inline(never)]
    fn reference(&mut self, reference: &Value, own: usize, dynamic: bool) -> Result<Value, Error> {
        let Some(text) = reference.as_str() else { return Err(not_a_schema(&self.at, "a string")) };
        let at = self.at.get(..own).unwrap_or_default();
        let root = self.root;
        let ids = self.ids.get_or_insert_with(|| Ids::of(root));
        let there =
            |pointer: &String| root.pointer(pointer).is_some_and(|target| target.is_object() || target.is_boolean());
        let found = ids.find(text, at.trim_start_matches('#'), dynamic).filter(there);
        // Many schemas have a pointer relative to the root instead of the enclosing part with an `$id`.
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
            return Ok("#".into());
        }
        let pointer = format!("#{pointer}");
        let known = self.moved.get(&pointer).and_then(Value::as_str).map(str::to_owned);
        let name = known.unwrap_or_else(|| {
            let last = pointer.rsplit('/').next().unwrap_or_default();
            let name = if last.is_empty() || last.bytes().all(|b| b.is_ascii_digit()) {
                "Shared".to_owned()
            } else {
                sanitise(&unescaped(last))
            };
            self.name(pointer, name)
        });
        Ok(format!("#/$defs/{}", escaped(&name)).into())
    }

    /// Reserves a name for the target at this pointer; adds a suffix if the name is in use.
    #[inline(never)]
    fn name(&mut self, pointer: String, name: String) -> String {
        let mut free = name.clone();
        let mut taken = self.names.get(&name).and_then(Value::as_u64).unwrap_or(0);
        while self.names.contains_key(&free) {
            // After a few underscores, a number.
            free = if taken < 3 { format!("{free}_") } else { format!("{name}_{taken}") };
            taken += 1;
        }
        self.names.insert(free.clone(), 0.into());
        if free != name {
            self.names.insert(name, taken.into());
        }
        self.targets.push((pointer.clone(), free.clone()));
        self.moved.insert(pointer, free.clone().into());
        free
    }
}

/// Whether `propertyNames` constrains more than the type `string`, which every name has.
fn constrains_names(names: &Value) -> bool {
    match names {
        Value::Object(map) => map.iter().any(|(key, value)| !(key == "type" && value == "string")),
        other => *other == Value::Bool(false),
    }
}

/// A keyword without nested schemas: checked, and rewritten as in 2020-12.
fn leaf(
    at: &str,
    map: &Map<String, Value>,
    key: &str,
    value: &Value,
    out: &mut Map<String, Value>,
) -> Result<(), Error> {
    match key {
        "$schema" | "$id" | "$comment" | "$anchor" | "$dynamicAnchor" | "$recursiveAnchor" | "$vocabulary" => {}
        "id" if value.is_string() => {}
        "nullable" if value.is_boolean() => {}
        "type" => {
            let known = |t: &Value| t.as_str().is_some_and(|t| TYPES.contains(&t));
            match value {
                Value::String(name) if name == "any" => {}
                Value::String(_) if known(value) => {
                    out.put(key, value.clone());
                }
                Value::Array(list) if !list.is_empty() && list.iter().all(known) => {
                    let only = if let [one] = list.as_slice() { one.clone() } else { value.clone() };
                    out.put(key, only);
                }
                _ => {
                    return Err(not_a_schema(at, "one of object, array, string, number, integer, boolean, null"));
                }
            }
        }
        "exclusiveMinimum" | "exclusiveMaximum" if value.is_boolean() => {
            let bound = if key == "exclusiveMinimum" { "minimum" } else { "maximum" };
            if let (Some(limit), true) = (map.get(bound), *value == Value::Bool(true)) {
                out.shift_remove(bound);
                out.put(key, limit.clone());
            }
        }
        "minimum" | "maximum"
            if map.get(if key == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" })
                == Some(&Value::Bool(true)) => {}
        "required" => match value {
            Value::Array(names) if names.iter().all(Value::is_string) => {
                out.put(key, value.clone());
            }
            // In draft 3, the property itself has `required`.
            Value::Bool(_) => {}
            _ => return Err(not_a_schema(at, "a list of property names")),
        },
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" if !value.is_number() => {
            return Err(not_a_schema(at, "a number"));
        }
        "multipleOf" if !value.as_f64().is_some_and(|n| n > 0.0) => {
            return Err(not_a_schema(at, "a number above 0"));
        }
        _ if COUNTS.contains(&key) && !value.as_f64().is_some_and(|n| n >= 0.0 && n.fract() == 0.0) => {
            return Err(not_a_schema(at, "a whole number, 0 or more"));
        }
        "pattern" | "format" if !value.is_string() => return Err(not_a_schema(at, "a string")),
        "uniqueItems" if !value.is_boolean() => return Err(not_a_schema(at, "true or false")),
        "enum" if !value.is_array() => return Err(not_a_schema(at, "a list of values")),
        _ => {
            out.put(key, value.clone());
        }
    }
    Ok(())
}

/// The name of a definition without characters that need escaping in a reference, as in pydantic.
fn addressable(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric() && !"-._~/$!&'()*+,;=:@?".contains(c), "_")
}

/// OpenAPI's `nullable: true`.
#[inline(never)]
fn nullable(mut map: Map<String, Value>) -> Map<String, Value> {
    let null = Value::from("null");
    let has_enum = map.contains_key("enum");
    match map.get_mut("type") {
        Some(Value::Array(list)) => {
            if !list.contains(&null) {
                list.push(null);
            }
        }
        Some(Value::String(name)) => {
            let name = Value::String(name.clone());
            map.put("type", Value::Array(vec![name, null]));
        }
        _ if has_enum => {}
        _ => {
            return Map::from_iter([(
                "anyOf".to_owned(),
                Value::Array(vec![map.into(), Map::from_iter([("type".to_owned(), null)]).into()]),
            )]);
        }
    }
    if let Some(Value::Array(list)) = map.get_mut("enum")
        && !list.contains(&Value::Null)
    {
        list.push(Value::Null);
    }
    map
}
