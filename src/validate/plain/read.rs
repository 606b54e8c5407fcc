//! Whether a schema is understood, or handed over.
//!
//! Every keyword must have the form that the meta-schema of its draft requires: jsonschema refuses an invalid schema with a
//! reason, or reads it by an older draft. Keywords that no draft has are annotations.

use super::draft::Draft;
use super::formats;
use super::keywords::{RequiredPlace, limit, required_place, types};
use super::patterns::{Compile, Patterns};
use crate::validate::table::{Table, address};
use serde_json::{Map, Value};

/// Keywords that change how references are resolved. They are for jsonschema wherever they are, even as names of members.
const REFERRING: [&str; 8] =
    ["$id", "$schema", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveAnchor", "$recursiveRef", "$vocabulary"];

/// Reads `schema`; `None`: it is for jsonschema.
pub fn read(schema: &Value, patterns: &mut Patterns, compile: Compile<'_>) -> Option<Draft> {
    let draft = Draft::of(schema)?;
    if has_referring(schema, true) {
        return None;
    }
    let mut reader = Reader { root: schema, draft, open: vec![schema] };
    let mut known = Table::default();
    // No recursion: a schema may be nested deeply, and refer to itself.
    while let Some(schema) = reader.open.pop() {
        let key = (address(schema), 0);
        if known.get(key).is_some() {
            continue;
        }
        known.set(key, 1);
        match schema {
            Value::Bool(_) => {}
            Value::Object(members) => {
                for (key, value) in members {
                    if !reader.knows(key, value, patterns, compile)? {
                        return None;
                    }
                }
                // A required key that may not be there counts as missing even where it is there.
                if required_place(members) == RequiredPlace::After {
                    let key = members.get("required")?.get(0)?.as_str()?;
                    members.get("properties")?.get(key)?;
                }
            }
            _ => return None,
        }
    }
    Some(draft)
}

fn has_referring(value: &Value, is_root: bool) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has_referring(item, false)),
        Value::Object(members) => members.iter().any(|(key, value)| {
            let allowed = is_root && (key == "$schema" || key == "$id" && is_plain_address(value));
            !allowed && REFERRING.contains(&key.as_str()) || has_referring(value, false)
        }),
        _ => false,
    }
}

/// An address that changes nothing for references inside the schema.
fn is_plain_address(id: &Value) -> bool {
    let Some(id) = id.as_str() else { return false };
    let path = id.strip_prefix("https://").or_else(|| id.strip_prefix("http://"));
    path.is_some_and(|path| {
        !path.is_empty()
            && !path.starts_with('/')
            && !path.contains("json-schema.org")
            && path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/.-_".contains(&byte))
    })
}

struct Reader<'s> {
    root: &'s Value,
    draft: Draft,
    /// Schemas that are not read yet.
    open: Vec<&'s Value>,
}

impl<'s> Reader<'s> {
    /// Whether the keyword has a form that is understood; `None` means no, too.
    fn knows(&mut self, key: &'s str, value: &'s Value, patterns: &mut Patterns, compile: Compile<'_>) -> Option<bool> {
        Some(match key {
            "title" | "description" | "$comment" => value.is_string(),
            "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => value.is_boolean(),
            "examples" => value.is_array(),
            "contentMediaType" | "contentEncoding" => value.is_string() && self.draft >= Draft::Year2019,
            "additionalItems" | "dependencies" | "unevaluatedItems" | "unevaluatedProperties" | "contentSchema" => {
                false
            }
            "type" => types(value).is_some(),
            "enum" => !value.as_array()?.is_empty(),
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => value.is_number(),
            "multipleOf" => {
                let divisor = value.as_f64()?;
                divisor > 0.0 && (divisor.trunc() != divisor || divisor <= 9e15)
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                limit(value).is_some()
            }
            "minContains" | "maxContains" => limit(value).is_some() && self.draft >= Draft::Year2019,
            "required" => are_strings(value),
            "dependentRequired" => value.as_object()?.values().all(are_strings) && self.draft >= Draft::Year2019,
            "pattern" => patterns.add(value.as_str()?, compile)?,
            "format" => formats::is_known(value.as_str()?, self.draft),
            "additionalProperties" | "propertyNames" | "items" | "contains" | "not" => {
                self.open.push(value);
                true
            }
            "if" | "then" | "else" => {
                self.open.push(value);
                self.draft >= Draft::Seven
            }
            "$defs" | "definitions" | "properties" => self.members(value.as_object()?),
            "dependentSchemas" => self.members(value.as_object()?) && self.draft >= Draft::Year2019,
            "patternProperties" => {
                let members = value.as_object()?;
                for source in members.keys() {
                    patterns.add(source, compile)?;
                }
                self.members(members)
            }
            "prefixItems" | "allOf" | "anyOf" | "oneOf" => {
                self.open.extend(value.as_array()?);
                value.get(0).is_some() && (key != "prefixItems" || self.draft >= Draft::Year2020)
            }
            "$ref" => {
                self.open.push(target(self.root, value)?);
                true
            }
            _ => true,
        })
    }

    fn members(&mut self, members: &'s Map<String, Value>) -> bool {
        self.open.extend(members.values());
        true
    }
}

/// The schema that a reference inside the schema leads to.
pub fn target<'s>(root: &'s Value, reference: &Value) -> Option<&'s Value> {
    let pointer = reference.as_str()?.strip_prefix('#')?;
    // What may be written in a fragment without being encoded.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte);
    root.pointer(pointer).filter(|_| pointer.bytes().all(plain))
}

/// Whether it is a list of different strings.
fn are_strings(list: &Value) -> bool {
    let mut known = Map::new();
    let mut is_new =
        |item: &Value| item.as_str().is_some_and(|text| known.insert(text.to_owned(), Value::Null).is_none());
    list.as_array().is_some_and(|list| list.iter().all(&mut is_new))
}
