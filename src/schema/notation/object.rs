//! Objects: known keys one per line, then keys by pattern and other keys.

use super::written::{Type, with_comment};
use super::{Writer, words};
use serde_json::{Map, Value};

impl Writer<'_> {
    pub(super) fn object(&mut self, map: &Map<String, Value>) -> Type {
        let empty = Map::new();
        let properties = map.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required: Vec<&str> =
            map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let others: Vec<(String, &Value)> = self.other_keys(map);
        let undeclared: Vec<&str> = required.iter().copied().filter(|key| !properties.contains_key(*key)).collect();
        if properties.is_empty() && undeclared.is_empty() {
            return self.dictionary(map, &others);
        }
        self.indent += 1;
        let mut out = String::from("{");
        for (key, schema) in properties {
            let mark = if required.contains(&key.as_str()) { "" } else { "?" };
            let written = self.schema(schema);
            self.line(&mut out, &[&quoted(key), mark].concat(), written);
        }
        let any = Value::Bool(true);
        for key in undeclared {
            let schema = others.first().map_or(&any, |(_, schema)| *schema);
            let written = self.schema(schema);
            self.line(&mut out, &quoted(key), written);
        }
        for (key, schema) in others.iter().filter(|(_, schema)| !accepts_everything(schema)) {
            let written = self.schema(schema);
            self.line(&mut out, key, written);
        }
        self.indent -= 1;
        self.new_line(&mut out);
        out.push('}');
        Type::of(out)
    }

    /// An object without known keys.
    fn dictionary(&mut self, map: &Map<String, Value>, others: &[(String, &Value)]) -> Type {
        let free = others.iter().all(|(key, schema)| key == "string" && accepts_everything(schema));
        if free {
            let closed = map.get("additionalProperties") == Some(&Value::Bool(false));
            return Type::of(if closed { "{}" } else { "{...}" });
        }
        let mut out = Type::of("{");
        for (key, schema) in others {
            let mut one = self.schema(schema);
            if others.len() > 1 && one.text.contains('\n') {
                one = Type::of(with_comment(one, ""));
            }
            out.text.push_str(&[key, ": ", &one.text, ", "].concat());
            out.note(&one.notes);
        }
        out.text.push_str("...}");
        words::qualify(&mut out.text, &words::count(map, "minProperties", "maxProperties", "key"));
        out
    }

    /// The keys that are not listed, in words, with their schemas.
    fn other_keys<'s>(&self, map: &'s Map<String, Value>) -> Vec<(String, &'s Value)> {
        let patterns = map.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        let mut out: Vec<(String, &Value)> = Vec::new();
        for (pattern, schema) in patterns {
            let mut key = "string".to_owned();
            words::qualify(&mut key, &words::pattern(pattern, self.terse));
            out.push((key, schema));
        }
        if let Some(schema) = map.get("additionalProperties").filter(|schema| **schema != Value::Bool(false)) {
            let names = map.get("propertyNames").and_then(Value::as_object);
            let key = match names.and_then(|names| names.get("enum")).and_then(Value::as_array) {
                Some(values) => words::choices(values.iter().map(Value::to_string).collect()),
                None => names.map_or_else(|| "string".to_owned(), |names| self.scalar(names, "string")),
            };
            out.push((key, schema));
        }
        out
    }

    fn line(&self, out: &mut String, key: &str, written: Type) {
        self.new_line(out);
        out.push_str(key);
        out.push_str(": ");
        out.push_str(&with_comment(written, ","));
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

fn quoted(key: &str) -> String {
    Value::from(key).to_string()
}
