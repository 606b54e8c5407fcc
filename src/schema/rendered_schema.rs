//! A rendered schema for requests: all calls of its model share it, and it is serialised once.
//!
//! A request body is encoded with placeholders, which are replaced by the texts of the schemas when the body is serialised:
//!
//! ```text
//! placeholder 0 ─▶ provider::encode ─▶ {"tools": [{"parameters": "␀schema 0"}]} ─ substitute ─▶ the body as text
//! ```
//!
//! So a call with a known model neither copies nor serialises its schema.

use super::Plan;
use super::cache::CacheEntry;
use super::model::wrapper_description;
use super::refs::change_each;
use crate::jsontext::{self, ToText};
use crate::schema::{put::Put, rendered::Rendered};
use serde_json::Value;
use std::cell::Cell;
use std::sync::Arc;

/// One model in one dialect. As a tool's parameters the root has no title and description, because the tool has them, and
/// `required` is always present.
#[derive(Debug, Clone)]
pub struct RenderedSchema {
    pub(super) entry: Arc<CacheEntry>,
    pub(super) tool: bool,
    /// The formats of dates and times are in the prompt, and not in the schema that is sent.
    pub(super) dates_in_words: bool,
}

/// The start of each placeholder in JSON text. Other strings should not start with a zero character; if one does, [`substitute`]
/// finds more placeholders than schemas.
const PLACEHOLDER: &str = "\"\\u0000schema ";

impl RenderedSchema {
    /// The placeholder of the schema with this number.
    pub fn placeholder(number: usize) -> Value {
        format!("\u{0}schema {number}").into()
    }

    pub fn plan(&self) -> &Plan {
        &self.entry.rendered.plan
    }

    /// The schema, with the root's title and description even for a tool.
    pub fn schema(&self) -> &Value {
        &self.entry.rendered.schema
    }

    /// Whether a value matches the schema. A check past the steps that are `left` returns yes.
    pub fn matches(&self, value: &Value, left: &Cell<u32>) -> bool {
        self.schema().as_object().is_none_or(|root| super::matches::matches_rendered(root, self.schema(), value, left))
    }

    /// The same, with the formats of dates and times in the prompt alone. A grammar forces the text letter by letter, and a
    /// small model that begins with the day gives a date which is not in its text.
    pub fn with_dates_in_words(&self) -> RenderedSchema {
        RenderedSchema { dates_in_words: true, ..self.clone() }
    }

    /// The schema as it is sent.
    pub fn value(&self) -> Value {
        let mut schema = self.schema().clone();
        if self.tool {
            for_tool(&mut schema);
        }
        if self.dates_in_words {
            remove_dates(&mut schema);
        }
        schema
    }

    /// The schema as it is sent, as text.
    pub fn text(&self) -> &str {
        if self.dates_in_words {
            return self.entry.text_without_dates.get_or_init(|| self.value().to_text());
        }
        if self.tool { self.entry.tool_text.get_or_init(|| tool_text(self.schema())) } else { self.schema_text() }
    }

    /// The schema as text, with the root's title and description even for a tool.
    fn schema_text(&self) -> &str {
        self.entry.text.get_or_init(|| self.schema().to_text())
    }

    /// The schema for a prompt.
    pub fn pretty(&self) -> &str {
        self.entry.pretty.get_or_init(|| jsontext::to_string_pretty(self.schema()))
    }

    /// The schema as a notation of types, for a prompt.
    pub fn notation(&self) -> &str {
        self.entry.notation.get_or_init(|| {
            let Value::Object(root) = self.schema() else { return String::new() };
            // The wrapper's own descriptions repeat the names of its elements. Those of the caller stay.
            let own = self.plan().wrapper().map(|wrapper| {
                let member = root.get("properties").and_then(|properties| properties.get(wrapper.key()));
                [Some(self.schema()), member].map(|at| at.and_then(wrapper_description).unwrap_or_default())
            });
            super::notation::notation(root, &own.unwrap_or_default(), self.schema_text().len())
        })
    }

    /// The same, if a prompt has it.
    pub fn notation_if_made(&self) -> Option<&str> {
        self.entry.notation.get().map(String::as_str)
    }

    /// A copy of the schema, the plan and the notes.
    pub fn rendered(&self) -> Rendered {
        let mut rendered = self.entry.rendered.clone();
        if self.tool {
            for_tool(&mut rendered.schema);
        }
        rendered
    }
}

/// Removes the formats of dates and times from a schema and those in it.
fn remove_dates(schema: &mut Value) {
    change_each(schema, &mut |map| {
        let format = map.get("format").and_then(Value::as_str);
        if matches!(format, Some("date" | "time" | "date-time")) {
            map.shift_remove("format");
        }
    });
}

fn for_tool(schema: &mut Value) {
    if let Value::Object(map) = schema {
        map.shift_remove("title");
        map.shift_remove("description");
        if !map.contains_key("required") {
            map.put("required", Value::Array(Vec::new()));
        }
    }
}

/// The text of [`for_tool`], written member by member to avoid a copy.
fn tool_text(schema: &Value) -> String {
    let Value::Object(map) = schema else { return schema.to_text() };
    let mut out = String::new();
    let mut member = |key: &str, value: &Value| {
        out.push(if out.is_empty() { '{' } else { ',' });
        jsontext::write_string(key, &mut out);
        out.push(':');
        jsontext::write(value, &mut out);
    };
    for (key, value) in map.iter().filter(|(key, _)| !matches!(key.as_str(), "title" | "description")) {
        member(key, value);
    }
    if !map.contains_key("required") {
        member("required", &Value::Array(Vec::new()));
    }
    out.push('}');
    out
}

/// Replaces each placeholder in `body` by the text of its schema. `None` unless each placeholder occurs once, and no other.
pub fn substitute(body: &str, schemas: &[RenderedSchema]) -> Option<String> {
    let mut out = String::with_capacity(body.len() + schemas.iter().map(|schema| schema.text().len()).sum::<usize>());
    let mut left: Vec<Option<&RenderedSchema>> = schemas.iter().map(Some).collect();
    let mut rest = body;
    while let Some((before, after)) = rest.split_once(PLACEHOLDER) {
        let (number, after) = after.split_once('"')?;
        let schema = left.get_mut(number.parse::<usize>().ok()?)?.take()?;
        out.push_str(before);
        out.push_str(schema.text());
        rest = after;
    }
    out.push_str(rest);
    left.iter().all(Option::is_none).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Dialect, ResponseModel, render_shared};
    use serde_json::json;

    fn schemas(names: &[&str]) -> Vec<RenderedSchema> {
        let one = |name: &&str| {
            let schema = json!({ "title": "T", "type": "object", "properties": { *name: { "type": "string" } } });
            let model = ResponseModel::new(&schema, None, None).unwrap();
            render_shared(&model, Dialect::Plain, true).unwrap()
        };
        names.iter().map(one).collect()
    }

    #[test]
    fn formats_of_dates_are_left_out_of_schemas_but_not_of_names_and_data() {
        let date = json!({ "type": "string", "format": "date" });
        let mut schema = json!({
            "properties": { "format": date, "date": { "anyOf": [date, { "format": "uuid" }] } },
            "$defs": { "format": date },
            "items": [{ "format": "time", "default": { "format": "time" } }, { "format": "date-time", "enum": [date] }],
        });
        remove_dates(&mut schema);
        let text = json!({ "type": "string" });
        let expected = json!({
            "properties": { "format": text, "date": { "anyOf": [text, { "format": "uuid" }] } },
            "$defs": { "format": text },
            "items": [{ "default": { "format": "time" } }, { "enum": [date] }],
        });
        assert_eq!(schema, expected);
    }

    #[test]
    fn each_mark_becomes_its_schema_in_any_order() {
        let schemas = schemas(&["a", "b"]);
        let body =
            json!({ "x": RenderedSchema::placeholder(1), "y": [{ "z": RenderedSchema::placeholder(0) }, "text"] });
        let whole = json!({ "x": schemas[1].value(), "y": [{ "z": schemas[0].value() }, "text"] });
        assert_eq!(substitute(&body.to_string(), &schemas).unwrap(), whole.to_string());
    }

    #[test]
    fn words_of_the_caller_that_look_like_a_mark_are_not_replaced() {
        let schemas = schemas(&["a"]);
        let placeholder = RenderedSchema::placeholder(0);
        for other in [
            placeholder.clone(),
            json!({ placeholder.as_str().unwrap(): 1 }),
            format!("\"{}", placeholder.as_str().unwrap()).into(),
            RenderedSchema::placeholder(1),
            json!("\"\u{0}schema x"),
        ] {
            let body = json!({ "messages": [other], "parameters": placeholder });
            assert!(substitute(&body.to_string(), &schemas).is_none(), "{body}");
        }
        assert!(substitute("{}", &schemas).is_none());
        let body = json!({ "messages": ["\\\u{0}schema 0"], "parameters": placeholder });
        assert!(substitute(&body.to_string(), &schemas).unwrap().contains("schema 0\""));
    }

    #[test]
    fn a_tool_has_no_name_inside_its_schema() {
        let schema = json!({ "title": "T", "type": "object", "properties": { "a": { "type": "string" } } });
        let model = ResponseModel::new(&schema, None, None).unwrap();
        let tool = render_shared(&model, Dialect::Plain, true).unwrap();
        assert_eq!(tool.text(), r#"{"type":"object","properties":{"a":{"type":"string"}},"required":[]}"#);
        assert_eq!(render_shared(&model, Dialect::Plain, true).unwrap().rendered().schema.to_string(), tool.text());
        assert!(render_shared(&model, Dialect::Plain, false).unwrap().text().contains("title"));
    }
}
