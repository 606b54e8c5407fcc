//! Descriptions of the constraints that an API does not enforce. They are added to the description that the model reads.

use crate::jsontext::ToText;
use crate::schema::put::Put;
use serde_json::{Map, Value};
use std::fmt::Write as _;

/// Longer values are truncated.
const MAX_VALUE: usize = 160;

const PHRASES: &[(&str, &str, &str)] = &[
    ("minLength", "At least ", " characters."),
    ("maxLength", "At most ", " characters."),
    ("pattern", "Matches the regular expression ", "."),
    ("format", "Format: ", "."),
    ("minimum", "At least ", "."),
    ("maximum", "At most ", "."),
    ("exclusiveMinimum", "More than ", "."),
    ("exclusiveMaximum", "Less than ", "."),
    ("multipleOf", "A multiple of ", "."),
    ("minItems", "At least ", " items."),
    ("maxItems", "At most ", " items."),
    ("minProperties", "At least ", " properties."),
    ("maxProperties", "At most ", " properties."),
    ("default", "Default: ", "."),
    ("example", "Example: ", "."),
    ("examples", "Examples: ", "."),
    ("not", "Must not match the JSON Schema ", "."),
    ("dependentRequired", "Properties that require others: ", "."),
    ("contentEncoding", "Encoding: ", "."),
    ("contentMediaType", "Content: ", "."),
    ("propertyNames", "Its keys match the JSON Schema ", "."),
    ("contains", "Contains an item of the JSON Schema ", "."),
];

/// The sentence for a keyword that is not kept. Keywords without one are only validated.
pub fn phrase(key: &str, value: &Value) -> Option<String> {
    if key == "uniqueItems" {
        return (*value == Value::Bool(true)).then(|| "No item twice.".to_owned());
    }
    let (_, before, after) = PHRASES.iter().find(|(name, ..)| *name == key)?;
    let text = match value {
        Value::String(text) if key != "default" && key != "example" => format!("`{text}`"),
        Value::Array(list) if key == "examples" => {
            let list: Vec<String> = list.iter().map(ToText::to_text).collect();
            list.join(", ")
        }
        _ => value.to_text(),
    };
    if text.len() > MAX_VALUE
        && matches!(key, "not" | "propertyNames" | "contains" | "default" | "examples" | "example")
    {
        return None;
    }
    Some(format!("{before}{text}{after}"))
}

/// Adds a sentence to the description of `schema`.
pub fn describe(schema: &mut Map<String, Value>, sentence: &str) {
    match schema.get_mut("description") {
        Some(Value::String(text)) if !text.is_empty() => {
            let end = if text.ends_with(['.', '!', '?', ':', '\n']) { " " } else { ". " };
            let _ = write!(text, "{end}{sentence}");
        }
        _ => {
            schema.put("description", sentence.into());
        }
    }
}
