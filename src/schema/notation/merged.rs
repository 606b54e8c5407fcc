//! `allOf`, and a reference with other constraints: the merged schema, or `A and B`.

use super::written::{Type, join};
use super::{MAX_MERGED, Writer, words};
use crate::schema::merge::merge;
use crate::schema::refs::definition;
use serde_json::{Map, Value};

impl Writer<'_> {
    /// Parts that all apply: merged into one schema, as far as possible.
    pub(super) fn all_of(&mut self, map: &Map<String, Value>) -> Type {
        let mut parts = Vec::new();
        let mut seen = Vec::new();
        self.collect(map, &mut parts, &mut seen, 0);
        if let [reference] = seen.as_slice()
            && parts.is_empty()
        {
            // One reference with a description, as older versions of pydantic write it.
            return self.reference(&reference.clone());
        }
        self.merged += parts.len() + seen.len();
        let mut targets: Vec<Map<String, Value>> = Vec::new();
        for reference in &seen {
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && !target.contains_key("allOf")
                && !target.contains_key("$ref")
            {
                targets.push(target.clone());
            }
        }
        let named = self.terse && seen.iter().any(|reference| !self.occurs_once(reference));
        if self.merged <= MAX_MERGED && !named {
            let mut all = targets.into_iter().chain(parts.iter().map(|part| (*part).clone()));
            let first = all.next().unwrap_or_default();
            if let Some(whole) = all.try_fold(first, |whole, part| merge(&whole, &part)) {
                return self.map(&whole);
            }
        }
        let mut out = Type::default();
        for reference in &seen {
            let one = self.reference(reference);
            join(&mut out, one, " and ");
        }
        for part in parts {
            let one = self.map(&part);
            join(&mut out, one, " and ");
        }
        out
    }

    /// The parts of `allOf` without references and nested `allOf`, and the references, each once.
    fn collect(
        &self,
        map: &Map<String, Value>,
        parts: &mut Vec<Map<String, Value>>,
        seen: &mut Vec<String>,
        depth: usize,
    ) {
        if let Some(Value::String(reference)) = map.get("$ref")
            && !seen.contains(reference)
            && seen.len() < 64
        {
            seen.push(reference.clone());
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && depth < 64
                && (target.contains_key("allOf") || target.contains_key("$ref"))
            {
                self.collect(target, parts, seen, depth + 1);
            }
        }
        for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(part) = part
                && depth < 64
            {
                self.collect(part, parts, seen, depth + 1);
            }
        }
        if words::constrains(map) {
            let mut own = map.clone();
            own.retain(|key, _| !matches!(key.as_str(), "$ref" | "allOf" | "$defs"));
            parts.push(own);
        }
    }
}
