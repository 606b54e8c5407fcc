//! Constraints of one type, and keywords for every type: kept if the dialect supports them, else added to the description or
//! only validated.

use super::Renderer;
use super::pattern::for_grammar;
use crate::schema::describe;
use crate::schema::dialect::rules::Patterns;
use crate::schema::rendered::Level;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Constraints without a separate renderer, by type.
const CONSTRAINTS: &[(&str, &[&str])] = &[
    ("string", &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    ("array", &["minItems", "maxItems", "uniqueItems", "contains"]),
    ("object", &["minProperties", "maxProperties", "propertyNames", "dependentRequired"]),
];

impl Renderer<'_> {
    /// Keeps or describes the constraints of one type.
    pub(super) fn constrain(&mut self, schema: &mut Map<String, Value>, map: &Map<String, Value>, name: &str) {
        let name = if name == "integer" { "number" } else { name };
        let Some((_, keys)) = CONSTRAINTS.iter().find(|(kind, _)| *kind == name) else { return };
        for (key, value) in map {
            if !keys.contains(&key.as_str()) || schema.contains_key(key) {
                continue;
            }
            let kept = match key.as_str() {
                "format" => value.as_str().is_some_and(|format| self.rules.formats.contains(&format)),
                "pattern" => match value.as_str().and_then(|pattern| supported_pattern(self.rules.patterns, pattern)) {
                    Some(pattern) => {
                        if value != &*pattern {
                            self.note(Level::Rewritten, "pattern is written as a grammar reads it");
                        }
                        schema.insert(key.clone(), pattern.into_owned().into());
                        continue;
                    }
                    None => false,
                },
                "minLength" | "maxLength" | "minItems" | "maxItems" if self.too_large(value) => false,
                "minItems" if self.rules.min_items_one => value.as_u64().is_some_and(|n| n < 2),
                _ => self.rules.kept.contains(&key.as_str()) && value.is_number(),
            };
            if kept {
                schema.insert(key.clone(), value.clone());
            } else if let Some(sentence) = describe::phrase(key, value) {
                describe::describe(schema, &sentence);
                self.note(Level::Described, format!("{key} is stated in the description and validated locally"));
            } else {
                self.note(Level::Validated, format!("{key} is only validated by us"));
            }
        }
    }

    fn too_large(&self, count: &Value) -> bool {
        let limit = self.rules.counts_below;
        limit > 0 && count.as_f64().is_some_and(|count| count >= limit as f64)
    }

    /// Describes the constraints of one type, for a value that is sent in another form.
    #[inline(never)]
    pub(super) fn constrain_in_words(
        &mut self,
        schema: &mut Map<String, Value>,
        map: &Map<String, Value>,
        keys: &[&str],
    ) {
        for key in keys {
            let Some(value) = map.get(*key) else { continue };
            match describe::phrase(key, value) {
                Some(sentence) => {
                    describe::describe(schema, &sentence);
                    self.note(Level::Described, [*key, " is stated in the description and validated locally"].concat());
                }
                None if *key == "uniqueItems" => {}
                None => self.note(Level::Validated, [*key, " is only validated by us"].concat()),
            }
        }
    }

    /// Describes the keywords for every type: default, examples and `not`, and notes what is only validated.
    pub(super) fn describe_unsupported(&mut self, schema: &mut Map<String, Value>, map: &Map<String, Value>) {
        for (key, value) in map {
            match key.as_str() {
                "default" if value.is_null() => {}
                "default" | "examples" | "example" => {
                    if self.rules.kept.contains(&key.as_str()) {
                        schema.insert(key.clone(), value.clone());
                    } else if let Some(sentence) = describe::phrase(key, value) {
                        describe::describe(schema, &sentence);
                        self.note(Level::Described, format!("{key} is stated in the description"));
                    }
                }
                "not" => {
                    if let Some(sentence) = describe::phrase(key, value) {
                        describe::describe(schema, &sentence);
                    }
                    self.note(Level::Described, "not is stated in the description and validated locally");
                }
                "if" => self.note(Level::Validated, "if, then and else are only validated by us"),
                "dependentSchemas" | "unevaluatedProperties" | "unevaluatedItems" => {
                    self.note(Level::Validated, format!("{key} is only validated by us"));
                }
                _ => {}
            }
        }
    }
}

/// A regular expression in the form that the API supports.
fn supported_pattern(patterns: Patterns, pattern: &str) -> Option<Cow<'_, str>> {
    if patterns == Patterns::Grammar {
        return for_grammar(pattern).map(Cow::Owned);
    }
    let simple = !pattern.contains("(?")
        && !pattern.contains("\\p")
        && !pattern.contains("\\b")
        && !pattern.contains("\\B")
        && !pattern.as_bytes().windows(2).any(|pair| matches!(pair, [b'\\', b'1'..=b'9']));
    let passes = simple
        && match patterns {
            Patterns::None | Patterns::Grammar => false,
            Patterns::Simple => true,
            Patterns::Unanchored => !pattern.contains(['^', '$']),
        };
    passes.then_some(Cow::Borrowed(pattern))
}
