//! Constraints of scalars in words, and sentences for comments.

use super::sample::sample;
use super::written::{Type, put, text};
use crate::jsontext::{self, ToText};
use crate::schema::describe::phrase;
use crate::schema::keywords::ANNOTATIONS;
use serde_json::{Map, Value};

/// Names that types of the notation have.
pub(super) const RESERVED: &[&str] = &[
    "string", "number", "integer", "boolean", "null", "any", "nothing", "object", "array", "or", "and", "true", "false",
];

/// Formats in words. A pattern next to one of them is left out.
const FORMATS: &[(&str, &str)] = &[
    ("date", "\"YYYY-MM-DD\""),
    ("date-time", "\"YYYY-MM-DDThh:mm:ssZ\""),
    ("time", "\"hh:mm:ssZ\""),
    ("duration", "a duration like \"P1DT2H\""),
    ("email", "an email address"),
    ("idn-email", "an email address"),
    ("uri", "a URL"),
    ("url", "a URL"),
    ("iri", "a URL"),
    ("uuid", "a UUID"),
    ("ipv4", "an IPv4 address"),
    ("ipv6", "an IPv6 address"),
    ("hostname", "a host name"),
];

/// Sentences for keywords without a place in the notation.
const NOTED: &[&str] = &[
    "default",
    "example",
    "examples",
    "not",
    "contains",
    "uniqueItems",
    "dependentRequired",
    "contentEncoding",
    "contentMediaType",
];

/// More values are joined with a bar.
const MAX_SPOKEN: usize = 12;

/// Integers from here on are limits of a number type, not of the value.
const LIMIT: f64 = 2_147_483_647.0;

/// Adds the description and other sentences about `map`.
pub(super) fn notes(map: &Map<String, Value>, skipped: &[&str], terse: bool, out: &mut Type) {
    if let Some(description) = text(map, "description").filter(|text| !skipped.contains(text)) {
        out.note(description);
    }
    for (key, value) in map {
        if NOTED.contains(&key.as_str())
            && !(key == "default" && value.is_null())
            && let Some(sentence) = phrase(key, value)
        {
            out.note(&sentence);
        }
    }
    let mut rules = String::new();
    for (before, key) in [("If it matches ", "if"), (", then ", "then"), (", else ", "else")] {
        if let Some(part) = map.get(key).filter(|_| map.contains_key("if")) {
            put(&mut rules, &[before, &part.to_text()]);
        }
    }
    if let Some(more) = map.get("dependentSchemas").filter(|_| !terse) {
        put(&mut rules, &[" JSON Schemas by keys that require more: ", &more.to_text()]);
    }
    if !rules.is_empty() {
        rules.push('.');
        out.note(&rules);
    }
}

/// `"a" or "b"`; many values are joined with a bar.
pub(super) fn choices(values: &[Value]) -> String {
    let between = if values.len() > MAX_SPOKEN { "|" } else { " or " };
    let mut out = String::new();
    for value in values {
        add(&mut out, between, &value.to_text());
    }
    out
}

/// Appends a text, after `between` if it is not the first.
#[inline(never)]
fn add(out: &mut String, between: &str, one: &str) {
    if !one.is_empty() {
        put(out, &[if out.is_empty() { "" } else { between }, one]);
    }
}

/// Appends words in parentheses.
pub(super) fn qualify(out: &mut String, words: &str) {
    if !words.is_empty() {
        put(out, &[" (", words, ")"]);
    }
}

/// A string, number, boolean or null, with its constraints.
pub(super) fn scalar(map: &Map<String, Value>, name: &str, terse: bool) -> String {
    let mut words = String::new();
    match name {
        "string" => {
            let format = text(map, "format").filter(|format| !format.is_empty());
            let known = format.and_then(|format| FORMATS.iter().find(|(name, _)| *name == format));
            match (known, format) {
                (Some((_, known)), _) => words.push_str(known),
                (None, Some(format)) => put(&mut words, &["format ", format]),
                _ => {}
            }
            add(&mut words, ", ", &count(map, "minLength", "maxLength", "character"));
            if let Some(regex) = text(map, "pattern").filter(|_| known.is_none()) {
                add(&mut words, ", ", &pattern(regex, terse));
            }
        }
        "number" | "integer" => {
            bounds(map, &mut words);
            if let Some(step) = map.get("multipleOf") {
                add(&mut words, ", ", "a multiple of ");
                words.push_str(&step.to_text());
            }
        }
        _ => {}
    }
    let mut out = name.to_owned();
    qualify(&mut out, &words);
    out
}

/// A pattern, with a string that it matches; empty if it matches everything.
pub(super) fn pattern(pattern: &str, terse: bool) -> String {
    let mut out = String::new();
    if matches!(pattern, "" | ".*" | "^.*$" | "^.*" | ".*$") {
        return out;
    }
    put(&mut out, &["matches ", pattern]);
    if !terse && let Some(sample) = sample(pattern) {
        put(&mut out, &[", like ", &jsontext::quoted(&sample)]);
    }
    out
}

/// `1 to 3 items`.
pub(super) fn count(map: &Map<String, Value>, least: &str, most: &str, unit: &str) -> String {
    let number = |key: &str| map.get(key).and_then(Value::as_f64).map(|number| (number as u64).to_string());
    let (least, most) = (number(least).filter(|least| least != "0"), number(most));
    let mut out = String::new();
    match (&least, &most) {
        (Some(least), Some(most)) if least == most => out.push_str(least),
        (Some(least), Some(most)) => put(&mut out, &[least, " to ", most]),
        (Some(least), None) => put(&mut out, &["at least ", least]),
        (None, Some(most)) => put(&mut out, &["at most ", most]),
        (None, None) => return out,
    }
    let one = most.or(least).is_some_and(|last| last == "1");
    put(&mut out, &[" ", unit, if one { "" } else { "s" }]);
    out
}

/// `0 to 150`, `more than 0`.
fn bounds(map: &Map<String, Value>, out: &mut String) {
    let number = |key: &str| map.get(key).filter(|value| value.as_f64().is_some_and(|n| n.abs() < LIMIT));
    if let (Some(least), Some(most)) = (number("minimum"), number("maximum")) {
        return put(out, &[&least.to_text(), " to ", &most.to_text()]);
    }
    for (key, word) in [
        ("minimum", "at least "),
        ("exclusiveMinimum", "more than "),
        ("maximum", "at most "),
        ("exclusiveMaximum", "less than "),
    ] {
        if let Some(number) = number(key) {
            add(out, ", ", word);
            out.push_str(&number.to_text());
        }
    }
}

/// Whether a definition is a scalar, an enum or a constant.
pub(super) fn is_scalar(map: &Map<String, Value>) -> bool {
    let nested = ["$ref", "allOf", "anyOf", "oneOf", "properties", "items", "prefixItems", "additionalProperties"];
    !nested.iter().any(|key| map.contains_key(*key))
        && (map.contains_key("enum")
            || map.contains_key("const")
            || map.get("type").is_some_and(|kind| kind != "object" && kind != "array" && kind.is_string()))
}

/// The type that keywords imply.
pub(super) fn inferred(map: &Map<String, Value>) -> Option<&'static str> {
    const SIGNS: &[(&str, &[&str])] = &[
        ("object", &["properties", "required", "additionalProperties", "patternProperties", "propertyNames"]),
        ("array", &["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]),
        ("string", &["minLength", "maxLength", "pattern", "format"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    SIGNS.iter().find(|(_, keys)| keys.iter().any(|key| map.contains_key(*key))).map(|(name, _)| *name)
}

/// Whether a schema has constraints other than its reference and its `allOf`.
pub(super) fn constrains(map: &Map<String, Value>) -> bool {
    map.keys().any(|key| !matches!(key.as_str(), "$ref" | "allOf") && !ANNOTATIONS.contains(&key.as_str()))
}
