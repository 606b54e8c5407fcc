//! Reads an answer by its structure: the keys of the schema in any place, whatever is around them.
//!
//! ```text
//! text ─▶ the objects at its root ─▶ places: the object, the one under `properties`, `data`, the model's name …
//!      ─▶ the first complete value of each known key ─▶ the place that fits the schema
//! ```
//!
//! No value is converted: what does not fit stays as it is, and validation reports it. Every difference from the text is
//! listed. An object that is cut off is read if all required keys are complete, and no other known key has begun.

mod nodes;
mod places;

use super::align::{Align, Spellings, accepts_object};
use super::coercion::{Coercion, LEFT_OUT, short, short_text};
use super::copies;
use crate::pointer::resolve;
use nodes::{Kind, Node, put_new, roots};
use places::{Place, places};
use serde_json::{Map, Value};

/// Longer texts are not read: their nodes would take a multiple of their size.
const MAX_TEXT: usize = 4 << 20;
/// Keys of a value inside a schema.
const VALUES: [&str; 5] = ["value", "default", "const", "example", "examples"];
/// Maximum number of unknown keys that are listed.
const MAX_LEFT_OUT: usize = 32;
/// Maximum depth of a schema with values inside.
const MAX_DEPTH: usize = 16;

/// What the structure of a text gives.
pub struct Structured {
    pub value: Value,
    pub made: Vec<Coercion>,
    /// All required keys are there, and every value has a type of its place.
    pub fits: bool,
}

/// What a text has in place of the data.
pub enum Instead {
    /// The schema, or the form of the prompt.
    Schema,
    /// The list of choices as the value of this key; the JSON is invalid there.
    Choices(String),
}

/// What the text has in place of the data, if [`structure`] finds nothing that fits.
pub fn instead(text: &str, schema: &Value) -> Option<Instead> {
    let text = super::without_thoughts(text);
    let root = resolve(schema, schema)?;
    let properties = root.get("properties").and_then(Value::as_object).filter(|_| text.len() <= MAX_TEXT)?;
    roots(text).into_iter().find_map(|found| {
        let rest = found.broken.and_then(|place| text.get(place..)).map(str::trim_start);
        let Kind::Object(members) = &found.node.kind else { return None };
        let repeats = members.iter().any(|(key, node)| {
            key == "properties" && !properties.contains_key(key) && matches!(node.kind, Kind::Object(_))
        });
        let is_type = || text.get(found.broken?.saturating_sub(1)..).filter(|rest| copies::is_type(rest));
        match rest {
            _ if repeats => Some(Instead::Schema),
            Some(rest) if copies::is_type(rest) || is_type().is_some() => Some(Instead::Schema),
            Some(rest) => {
                copies::after_separator(rest).filter(|rest| rest.starts_with('"'))?;
                last_key(&found.node).map(|key| Instead::Choices(key.to_owned()))
            }
            None => None,
        }
    })
}

/// The key of the value at which a text is cut off.
fn last_key(mut node: &Node) -> Option<&str> {
    let mut last = None;
    loop {
        node = match &node.kind {
            Kind::Object(members) => {
                let (key, node) = members.last()?;
                last = Some(key.as_str());
                node
            }
            Kind::List(items) if !items.is_empty() => items.last()?,
            _ => return last,
        };
        if node.complete {
            return last;
        }
    }
}

/// The value of the place in a text that fits the schema best. `name` is the model's name. `None` if no place has a known
/// key, or only objects that are cut off too early.
pub fn structure(text: &str, schema: &Value, name: &str) -> Option<Structured> {
    let text = super::without_thoughts(text);
    let root = resolve(schema, schema)?;
    let properties = root.get("properties").and_then(Value::as_object).filter(|_| text.len() <= MAX_TEXT)?;
    let reader = Reader { schema, root, properties, spelt: Spellings::of(properties) };
    let mut best: Option<(u32, Structured)> = None;
    for found in roots(text) {
        for place in places(&found.node, &|key| reader.known(key).is_some(), name) {
            let Some((value, mut made)) = reader.object(&place) else { continue };
            let mut align = Align::structural(schema);
            let (value, misfits) = align.run(Value::Object(value));
            made.append(&mut align.made);
            if !found.node.complete {
                made.insert(0, cut(text, found.broken));
            }
            if best.as_ref().is_none_or(|(least, _)| misfits < *least) {
                best = Some((misfits, Structured { value, made, fits: misfits == 0 }));
            }
            if misfits == 0 {
                return best.map(|(_, structured)| structured);
            }
        }
    }
    best.map(|(_, structured)| structured)
}

/// The coercion that states the end of a text.
fn cut(text: &str, broken: Option<usize>) -> Coercion {
    const SHOWN: usize = 60;
    let why = match broken {
        None => "the answer ends early; all required keys were complete",
        Some(_) => "the answer is invalid JSON after its required keys",
    };
    let place = broken.unwrap_or(text.len()).min(text.len());
    let mut from = place.saturating_sub(SHOWN);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    Coercion { path: Vec::new(), from: short_text(text.get(from..).unwrap_or_default()), to: Value::Null, why }
}

struct Reader<'a> {
    /// The whole schema, and the one of its root.
    schema: &'a Value,
    root: &'a Value,
    properties: &'a Map<String, Value>,
    spelt: Spellings,
}

impl Reader<'_> {
    /// The property that a key names, as it is written or in another case.
    fn known(&self, key: &str) -> Option<&str> {
        match self.properties.get_key_value(key) {
            Some((name, _)) => Some(name),
            None => self.spelt.get(key),
        }
    }

    /// The object at a place; `None` if it has no known key, or is cut off too early.
    fn object(&self, place: &Place) -> Option<(Map<String, Value>, Vec<Coercion>)> {
        let mut value = Map::new();
        let mut made = Vec::new();
        if let Some(key) = place.under {
            made.push(Coercion {
                path: Vec::new(),
                from: short_text(key),
                to: Value::Null,
                why: "read from the object under this key",
            });
        }
        let mut begun = Vec::new();
        let open = self.root.get("additionalProperties") != Some(&Value::Bool(false)) && place.complete;
        // The properties that are given by their own names.
        let mut given = Map::new();
        for (key, _) in place.members.iter().filter(|(key, _)| self.properties.contains_key(key)) {
            given.insert(key.clone(), Value::Null);
        }
        let mut known = 0;
        let mut left_out = Vec::new();
        for (key, node) in place.members {
            let name = self.known(key).filter(|name| *name == key || !given.contains_key(*name));
            let schema = name.and_then(|name| self.properties.get(name));
            let (Some(name), Some(schema)) = (name, schema) else {
                if open {
                    put_new(&mut value, key, || node.value());
                } else if left_out.len() < MAX_LEFT_OUT {
                    left_out.push((key, node));
                }
                continue;
            };
            let mut note = |from: Value, to: Value, why: &'static str| {
                made.push(Coercion { path: vec![name.into()], from, to, why });
            };
            let inside = self.inside(node, schema, 0);
            let found = match inside {
                Some(inner) => {
                    note("{…}".into(), short(&inner), "read from the schema that the answer repeats");
                    inner
                }
                None if !node.complete => {
                    begun.push(name);
                    continue;
                }
                None => node.value(),
            };
            known += 1;
            match value.get(name) {
                Some(first) if *first != found => {
                    note(short(&found), short(first), "a repeated key: the first value was read");
                }
                Some(_) => {}
                None => {
                    if name != key {
                        note(key.as_str().into(), name.into(), "key by case, separators or alias");
                    }
                    value.insert(name.to_owned(), found);
                }
            }
        }
        if known == 0 || !place.complete && !self.is_whole(&value, &begun) {
            return None;
        }
        made.extend(left_out.into_iter().map(|(key, node)| Coercion {
            path: vec![key.as_str().into()],
            from: node.short(),
            to: Value::Null,
            why: LEFT_OUT,
        }));
        Some((value, made))
    }

    /// Whether an object that is cut off has what the schema requires, and lacks no value that had begun.
    fn is_whole(&self, value: &Map<String, Value>, begun: &[&str]) -> bool {
        let required = self.root.get("required").and_then(Value::as_array).filter(|names| !names.is_empty());
        let has = |name: &str| value.contains_key(name);
        let complete = match required {
            Some(names) => names.iter().filter_map(Value::as_str).all(has),
            None => self.properties.keys().all(|name| has(name)),
        };
        complete && begun.iter().all(|name| has(name))
    }

    /// The value inside a repetition of the key's schema: `{"type": "string", "value": "Ada"}`. A value that the schema itself
    /// has there is not the answer.
    fn inside(&self, node: &Node, schema: &Value, depth: usize) -> Option<Value> {
        let Kind::Object(members) = &node.kind else { return None };
        let own = resolve(self.schema, schema)?;
        let accepts = accepts_object(self.schema, own);
        let named = |name: &str| members.iter().find(|(key, _)| key == name).map(|(_, node)| node);
        let is_schema = named("type").is_some_and(|node| matches!(&node.kind, Kind::Scalar(Value::String(_))));
        if !accepts {
            return VALUES.iter().find_map(|key| {
                let found = named(key).filter(|node| node.complete)?.value();
                let found = match (*key, found) {
                    ("examples", Value::Array(list)) => list.into_iter().next()?,
                    (_, found) => found,
                };
                let repeated = own
                    .get(*key)
                    .is_some_and(|own| *own == found || own.as_array().is_some_and(|list| list.contains(&found)));
                (!repeated).then_some(found)
            });
        }
        // An object: its properties have the values inside.
        let properties = own.get("properties").and_then(Value::as_object)?;
        let Some(Kind::Object(inner)) = named("properties").map(|node| &node.kind) else { return None };
        if !is_schema || depth >= MAX_DEPTH || properties.contains_key("properties") {
            return None;
        }
        let mut value = Map::new();
        for (key, node) in inner {
            let schema = properties.get(key)?;
            match self.inside(node, schema, depth + 1) {
                Some(found) => put_new(&mut value, key, || found),
                None if node.complete && !matches!(node.kind, Kind::Object(_)) => {
                    put_new(&mut value, key, || node.value())
                }
                None => return None,
            }
        }
        Some(Value::Object(value))
    }
}

#[cfg(test)]
mod tests;
