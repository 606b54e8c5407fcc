//! Constraints of scalars in words, and sentences for comments.

use super::sample::sample;
use super::written::Type;
use crate::schema::describe::phrase;
use serde_json::{Map, Value};

/// Names that types of the notation have.
pub(super) const RESERVED: &[&str] = &[
    "string", "number", "integer", "boolean", "null", "any", "nothing", "object", "array", "or", "and", "true", "false",
];

/// Keywords without constraints.
pub(super) const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "readonly",
    "markdownDescription",
    "discriminator",
    "xml",
    "externalDocs",
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
    let described = map.get("description").and_then(Value::as_str).filter(|text| !skipped.contains(text));
    if let Some(text) = described {
        out.note(text);
    }
    for (key, value) in map {
        if !NOTED.contains(&key.as_str()) || (key == "default" && value.is_null()) {
            continue;
        }
        if let Some(sentence) = phrase(key, value) {
            out.note(&sentence);
        }
    }
    if let Some(condition) = map.get("if") {
        let mut text = format!("If it matches {condition}");
        for (word, key) in [(", then ", "then"), (", else ", "else")] {
            if let Some(part) = map.get(key) {
                text.push_str(word);
                text.push_str(&part.to_string());
            }
        }
        text.push('.');
        out.note(&text);
    }
    if let Some(more) = map.get("dependentSchemas").filter(|_| !terse) {
        out.note(&format!("JSON Schemas by keys that require more: {more}."));
    }
}

/// `"a" or "b"`; many values are joined with a bar.
pub(super) fn choices(values: Vec<String>) -> String {
    values.join(if values.len() > MAX_SPOKEN { "|" } else { " or " })
}

/// Appends words in parentheses.
pub(super) fn qualify(text: &mut String, words: &str) {
    if !words.is_empty() {
        text.push_str(&[" (", words, ")"].concat());
    }
}

/// A string, number, boolean or null, with its constraints.
pub(super) fn scalar(map: &Map<String, Value>, name: &str, terse: bool) -> String {
    let mut out = name.to_owned();
    let mut words = Vec::new();
    match name {
        "string" => {
            let format = map.get("format").and_then(Value::as_str).filter(|format| !format.is_empty());
            let known = format.and_then(|format| FORMATS.iter().find(|(name, _)| *name == format));
            match (known, format) {
                (Some((_, text)), _) => words.push((*text).to_owned()),
                (None, Some(format)) => words.push(["format ", format].concat()),
                _ => {}
            }
            words.push(count(map, "minLength", "maxLength", "character"));
            if let Some(Value::String(text)) = map.get("pattern")
                && known.is_none()
            {
                words.push(pattern(text, terse));
            }
        }
        "number" | "integer" => {
            words.push(bounds(map));
            if let Some(step) = map.get("multipleOf") {
                words.push(["a multiple of ", &step.to_string()].concat());
            }
        }
        _ => {}
    }
    words.retain(|word| !word.is_empty());
    qualify(&mut out, &words.join(", "));
    out
}

/// A pattern, with a string that it matches; empty if it matches everything.
pub(super) fn pattern(pattern: &str, terse: bool) -> String {
    if matches!(pattern, "" | ".*" | "^.*$" | "^.*" | ".*$") {
        return String::new();
    }
    let sample = if terse { None } else { sample(pattern) };
    let like = sample.map_or_else(String::new, |sample| [", like ", &Value::from(sample).to_string()].concat());
    ["matches ", pattern, &like].concat()
}

/// `1 to 3 items`.
pub(super) fn count(map: &Map<String, Value>, least: &str, most: &str, unit: &str) -> String {
    let number = |key: &str| map.get(key).and_then(Value::as_f64).map(|number| number as u64);
    let (text, last) = match (number(least).filter(|least| *least > 0), number(most)) {
        (Some(least), Some(most)) if least == most => (format!("{least}"), least),
        (Some(least), Some(most)) => (format!("{least} to {most}"), most),
        (Some(least), None) => (format!("at least {least}"), least),
        (None, Some(most)) => (format!("at most {most}"), most),
        (None, None) => return String::new(),
    };
    [text.as_str(), " ", unit, if last == 1 { "" } else { "s" }].concat()
}

/// `0 to 150`, `more than 0`.
fn bounds(map: &Map<String, Value>) -> String {
    let number = |key: &str| map.get(key).filter(|value| value.as_f64().is_some_and(|n| n.abs() < LIMIT));
    if let (Some(least), Some(most)) = (number("minimum"), number("maximum")) {
        return format!("{least} to {most}");
    }
    let words = [
        ("minimum", "at least "),
        ("exclusiveMinimum", "more than "),
        ("maximum", "at most "),
        ("exclusiveMaximum", "less than "),
    ];
    let words = words.iter().filter_map(|(key, word)| Some([word, number(key)?.to_string().as_str()].concat()));
    words.collect::<Vec<String>>().join(", ")
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
    map.keys().any(|key| !matches!(key.as_str(), "$ref" | "allOf" | "$defs") && !ANNOTATIONS.contains(&key.as_str()))
}
