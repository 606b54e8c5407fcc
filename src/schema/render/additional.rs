//! Keys that an object's schema does not declare: a schema for their values where the dialect keeps
//! `additionalProperties`, else a list of entries.

use super::object::Draft;
use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::json::object::ToJson;
use crate::jsontext::ToText;
use crate::obj;
use crate::schema::describe;
use crate::schema::plan::{Entries, Node, NodeId};
use crate::schema::put::Put;
use serde_json::{Map, Value};

impl Renderer<'_> {
    /// Additional keys where the dialect keeps `additionalProperties`: its schema.
    #[inline(never)]
    pub(super) fn additional(
        &mut self,
        draft: &mut Draft,
        additional_properties: Option<Value>,
    ) -> Result<Option<Value>, Error> {
        let Some(value) = additional_properties else { return Ok(None) };
        let Some(out) = self.child(&["additionalProperties"], &value, draft.depth + 1)? else { return Ok(None) };
        draft.node.rest = out.node;
        draft.node.open = true;
        if let Some(patterns) = key_patterns(draft.map) {
            describe::describe(&mut draft.schema, &patterns);
            self.note(Level::Described, "patternProperties is stated in the description and validated locally");
        }
        Ok(Some(if out.schema.is_empty() { Value::Bool(true) } else { Value::Object(out.schema) }))
    }

    /// Additional keys and `spilled` properties as a list of `{key, value}`: a property of the object, or, where it has no
    /// other properties, the fragment in its place.
    #[inline(never)]
    pub(super) fn as_entries(
        &mut self,
        draft: &mut Draft,
        additional_properties: Option<Value>,
        spilled: &[(String, Value)],
    ) -> Result<Option<Fragment>, Error> {
        let value = match additional_properties {
            Some(value) if spilled.is_empty() => self.child(&["additionalProperties"], &value, draft.depth + 3)?,
            _ => Some(self.any_text()),
        };
        let Some(value) = value else { return Ok(None) };
        if spilled.is_empty() {
            self.note(Level::Rewritten, "keys that are not named become a list of {key, value}");
        } else {
            let what =
                format!("{} optional properties beyond the API's limit become {{key, value}} entries", spilled.len());
            self.note(Level::Rewritten, what);
        }
        let mut list = self.entries(draft.map, value.schema, spilled)?;
        if draft.properties.is_empty() && draft.depth > 0 {
            self.constrain_in_words(&mut list, draft.map, &["minProperties", "maxProperties", "dependentRequired"]);
            if let (Some(own), Some(text)) = (
                draft.schema.get("description").and_then(Value::as_str),
                list.get("description").and_then(Value::as_str),
            ) {
                let both = format!("{own} {text}");
                list.put("description", both.into());
            }
            let node = self.add(Node::Record(value.node));
            return Ok(Some(Fragment { schema: list, node }));
        }
        let mut name = "entries".to_owned();
        while draft.properties.contains_key(&name) {
            name.push('_');
        }
        draft.properties.insert(name.clone(), Value::Object(list));
        draft.required.push(name.clone().into());
        draft.node.entries = Some(Entries { name, node: value.node });
        Ok(None)
    }

    fn any_text(&mut self) -> Fragment {
        let schema = Map::from_iter([
            ("type".to_owned(), Value::from("string")),
            ("description".to_owned(), Value::from("The value as JSON text.")),
        ]);
        let node: NodeId = self.add(Node::Text);
        Fragment { schema, node }
    }

    /// `[{key, value}]`
    fn entries(
        &mut self,
        map: &Map<String, Value>,
        value: Map<String, Value>,
        spilled: &[(String, Value)],
    ) -> Result<Map<String, Value>, Error> {
        let key = self.key(map)?;
        let mut list = Map::new();
        let mut text = "Entries of an object, each with its key and value.".to_owned();
        if let Some(patterns) = key_patterns(map) {
            text.push(' ');
            text.push_str(&patterns);
        }
        if !spilled.is_empty() {
            text.push_str(" Optional keys:");
            for (name, schema) in spilled {
                let schema = schema.to_text();
                let shown = if schema.len() > 160 { "…" } else { schema.as_str() };
                text.push_str(&format!(" `{name}` {shown};"));
            }
        }
        describe::describe(&mut list, &text);
        list.put("type", "array".into());
        let mut entry = Map::new();
        entry.put("type", "object".into());
        entry.put("properties", obj! { "key": key, "value": value });
        entry.put("required", ["key", "value"].to_json());
        self.finish_object(&mut entry);
        list.put("items", Value::Object(entry));
        Ok(list)
    }

    /// The key of an entry: a string with the constraints of `propertyNames`.
    fn key(&mut self, map: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
        let mut key = Map::from_iter([("type".to_owned(), Value::from("string"))]);
        let Some(Value::Object(names)) = map.get("propertyNames") else { return Ok(key) };
        let chain = self.chain.len();
        let names = self.flatten(names, 0)?;
        self.chain.truncate(chain);
        self.unroll_limit_reached = false;
        let Some(names) = names else { return Ok(key) };
        let allowed = match (names.get("const"), names.get("enum")) {
            (Some(one), _) => std::slice::from_ref(one),
            (_, Some(Value::Array(list))) => list.as_slice(),
            _ => &[],
        };
        let allowed: Vec<&Value> = allowed.iter().filter(|one| one.is_string()).collect();
        if !allowed.is_empty() {
            self.note(Level::Rewritten, "propertyNames becomes the enum of the entries' key");
            key.put("enum", allowed.to_json());
        } else {
            self.note(Level::Rewritten, "propertyNames constrains the entries' key");
            self.constrain(&mut key, &names, "string");
        }
        Ok(key)
    }
}

/// A description of the patterns of `patternProperties`.
#[inline(never)]
fn key_patterns(map: &Map<String, Value>) -> Option<String> {
    let patterns = map.get("patternProperties")?.as_object()?;
    let mut text = String::new();
    for pattern in patterns.keys() {
        text.push_str(if text.is_empty() { "Keys match `" } else { " or `" });
        text.push_str(pattern);
        text.push('`');
    }
    text.push('.');
    (!patterns.is_empty()).then_some(text)
}
