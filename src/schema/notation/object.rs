//! Objects: known keys one per line, then keys by pattern and other keys.

use super::written::{Type, list, object, put};
use super::{Writer, words};
use crate::jsontext;
use serde_json::{Map, Value};

impl Writer<'_> {
    pub(super) fn object(&mut self, map: &Map<String, Value>) -> Type {
        let required = list(map, "required");
        let properties = object(map, "properties");
        let is_known = |key: &str| properties.is_some_and(|properties| properties.contains_key(key));
        let others = self.other_keys(map);
        let mut members: Vec<(String, &Value)> = Vec::new();
        for (key, schema) in properties.into_iter().flatten() {
            let mut quoted = jsontext::quoted(key);
            if !required.iter().any(|name| name == key) {
                quoted.push('?');
            }
            members.push((quoted, schema));
        }
        for key in required {
            if let Value::String(name) = key
                && !is_known(name)
            {
                members
                    .push((jsontext::quoted(name), others.first().map_or(&Value::Bool(true), |(_, schema)| *schema)));
            }
        }
        if members.is_empty() {
            return self.dictionary(map, &others);
        }
        members.extend(others.into_iter().filter(|(_, schema)| !accepts_everything(schema)));
        self.indent += 1;
        let mut out = Type::of(&["{"]);
        let last = members.len() - 1;
        for (at, (key, schema)) in members.iter().enumerate() {
            let written = self.schema(schema);
            self.new_line(&mut out.text);
            // No comma after the last key: small models read it as a request for more keys.
            let written = written.commented(if at == last { "" } else { "," });
            put(&mut out.text, &[key, ": ", &written]);
        }
        self.indent -= 1;
        self.new_line(&mut out.text);
        out.text.push('}');
        out
    }

    /// An object without known keys.
    fn dictionary(&mut self, map: &Map<String, Value>, others: &[(String, &Value)]) -> Type {
        if others.iter().all(|(key, schema)| key == "string" && accepts_everything(schema)) {
            let closed = map.get("additionalProperties") == Some(&Value::Bool(false));
            return Type::of(&[if closed { "{}" } else { "{...}" }]);
        }
        let mut out = Type::of(&["{"]);
        for (key, schema) in others {
            let mut one = self.schema(schema);
            if others.len() > 1 {
                one = one.settled();
            }
            put(&mut out.text, &[key, ": ", &one.text, ", "]);
            out.note(&one.notes);
        }
        out.text.push_str("...}");
        words::qualify(&mut out.text, &words::count(map, "minProperties", "maxProperties", "key"));
        out
    }

    /// The keys that are not listed, in words, with their schemas.
    fn other_keys<'s>(&self, map: &'s Map<String, Value>) -> Vec<(String, &'s Value)> {
        let mut out: Vec<(String, &Value)> = Vec::new();
        for (pattern, schema) in object(map, "patternProperties").into_iter().flatten() {
            let mut key = "string".to_owned();
            words::qualify(&mut key, &words::pattern(pattern, self.terse));
            out.push((key, schema));
        }
        if let Some(schema) = map.get("additionalProperties").filter(|schema| **schema != Value::Bool(false)) {
            let key = match object(map, "propertyNames") {
                Some(names) if names.contains_key("enum") => words::choices(list(names, "enum")),
                Some(names) => words::scalar(names, "string", self.terse),
                None => "string".to_owned(),
            };
            out.push((key, schema));
        }
        out
    }

    fn new_line(&self, out: &mut String) {
        out.push('\n');
        if !self.terse {
            (0..self.indent).for_each(|_| out.push_str("  "));
        }
    }
}

fn accepts_everything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}
