//! `allOf`, and a reference with other constraints: the merged schema, or `A and B`.

use super::written::{Type, list, text, without};
use super::{MAX_MERGED, Writer, words};
use crate::schema::merge::merge;
use crate::schema::refs::definition;
use serde_json::{Map, Value};

/// Limit of references that are collected for one `allOf`, and of their nesting.
const MAX_COLLECTED: usize = 64;

/// What applies together.
#[derive(Default)]
struct Parts {
    references: Vec<String>,
    /// Schemas without references and `allOf`.
    schemas: Vec<Map<String, Value>>,
}

impl Writer<'_> {
    /// Parts that all apply: merged into one schema, as far as possible.
    pub(super) fn all_of(&mut self, map: &Map<String, Value>) -> Type {
        let mut parts = Parts::default();
        self.collect(map, &mut parts, 0);
        if let ([reference], []) = (parts.references.as_slice(), parts.schemas.as_slice()) {
            // One reference with a description, as older versions of pydantic write it.
            return self.reference(reference);
        }
        if let Some(whole) = self.merged(&parts) {
            return self.map(&whole);
        }
        let mut out = Type::default();
        for reference in &parts.references {
            let one = self.reference(reference);
            out.join(&one, " and ");
        }
        for part in &parts.schemas {
            let one = self.map(part);
            out.join(&one, " and ");
        }
        out
    }

    fn merged(&mut self, parts: &Parts) -> Option<Map<String, Value>> {
        self.merged += parts.references.len() + parts.schemas.len();
        let named = self.terse && parts.references.iter().any(|reference| !self.occurs_once(reference));
        if self.merged > MAX_MERGED || named {
            return None;
        }
        let mut whole = Map::new();
        for reference in &parts.references {
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && !refers(target)
            {
                whole = merge(&whole, target)?;
            }
        }
        for part in &parts.schemas {
            whole = merge(&whole, part)?;
        }
        Some(whole)
    }

    fn collect(&self, map: &Map<String, Value>, parts: &mut Parts, depth: usize) {
        if depth > MAX_COLLECTED {
            return;
        }
        if let Some(reference) = text(map, "$ref")
            && !parts.references.iter().any(|known| known == reference)
            && parts.references.len() < MAX_COLLECTED
        {
            parts.references.push(reference.to_owned());
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && refers(target)
            {
                self.collect(target, parts, depth + 1);
            }
        }
        for part in list(map, "allOf") {
            if let Value::Object(part) = part {
                self.collect(part, parts, depth + 1);
            }
        }
        if words::constrains(map) {
            parts.schemas.push(without(map, &|key| matches!(key, "$ref" | "allOf" | "$defs")));
        }
    }
}

fn refers(schema: &Map<String, Value>) -> bool {
    schema.contains_key("allOf") || schema.contains_key("$ref")
}
