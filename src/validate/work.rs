//! The work of the engine for a value, estimated before the value is checked.
//!
//! The engine does not cache results: if two alternatives of `anyOf` both descend into the same member, each level of the
//! value doubles the work, and the model determines the number of levels. This module counts how often a schema is
//! applied to a value. It visits each pair of schema and value once, so it is cheap even if the result is large.

use super::table::{Table, address};
use serde_json::{Map, Value};

/// Maximum number of times that the engine applies a schema to a value; a million take about a second.
pub const MAX_WORK: u64 = 2_000_000;
/// With more than this the engine only checks whether the value is valid: it would create an error with a path in each
/// alternative.
pub const MAX_EXPLAINED: u64 = 50_000;

/// Maximum depth of schemas that are followed for one value, references included.
pub const MAX_DEPTH: usize = 600;

/// Keywords whose schema applies to the value itself.
pub const SAME: [&str; 4] = ["not", "if", "then", "else"];
pub const SAME_LISTS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Whether counting is needed: without references the work is at most the schema's size times the value's.
pub fn grows(schema: &Value) -> bool {
    let (mut refers, mut branches) = (false, false);
    let mut left = vec![schema];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    refers |= key == "$ref" || key == "$dynamicRef";
                    branches |= SAME.contains(&key.as_str()) || SAME_LISTS.contains(&key.as_str());
                    branches |= key == "dependentSchemas" || key == "dependencies";
                    left.push(value);
                }
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    refers && branches
}

/// How often a schema is applied to a value when `value` is checked against `root`.
pub fn work(root: &Value, value: &Value) -> u64 {
    Count { targets: Targets::new(root), known: Table::default() }.meet(root, value, 0)
}

/// The number of levels of a value.
pub fn levels(value: &Value) -> usize {
    let below = match value {
        Value::Array(items) => items.iter().map(levels).max(),
        Value::Object(members) => members.values().map(levels).max(),
        _ => return 0,
    };
    1 + below.unwrap_or(0)
}

/// The schemas that the references inside a schema refer to.
pub struct Targets<'a> {
    root: &'a Value,
    /// Indexes of `anchored`, by name.
    anchors: Map<String, Value>,
    anchored: Vec<&'a Value>,
}

impl<'a> Targets<'a> {
    pub fn new(root: &'a Value) -> Self {
        let (mut anchors, mut anchored) = (Map::new(), Vec::new());
        let mut left = vec![root];
        while let Some(value) = left.pop() {
            match value {
                Value::Object(members) => {
                    for name in ["$anchor", "$dynamicAnchor"] {
                        if let Some(Value::String(anchor)) = members.get(name) {
                            anchors.insert(anchor.clone(), Value::from(anchored.len()));
                            anchored.push(value);
                        }
                    }
                    left.extend(members.values());
                }
                Value::Array(items) => left.extend(items),
                _ => {}
            }
        }
        Targets { root, anchors, anchored }
    }

    /// The schema of `#/a/pointer` or `#anchor`.
    pub fn of(&self, reference: &str) -> Option<&'a Value> {
        let name = reference.strip_prefix('#')?;
        let anchored =
            self.anchors.get(name).and_then(Value::as_u64).and_then(|index| self.anchored.get(index as usize));
        anchored.copied().or_else(|| self.root.pointer(name))
    }
}

struct Count<'a> {
    targets: Targets<'a>,
    /// Counts by the addresses of schema and value. A pair under way has 0: the engine ends cycles itself.
    known: Table,
}

impl<'a> Count<'a> {
    fn meet(&mut self, schema: &'a Value, value: &'a Value, depth: usize) -> u64 {
        let Value::Object(members) = schema else { return 1 };
        // Each pair counts at least 1.
        if depth > MAX_DEPTH || self.known.len() as u64 > MAX_WORK {
            return u64::MAX;
        }
        let pair = (address(schema), address(value));
        if let Some(count) = self.known.get(pair) {
            return count;
        }
        self.known.set(pair, 0);
        let mut sum = 1u64;
        let mut add = |count: u64| sum = sum.saturating_add(count);
        for (key, part) in members {
            let key = key.as_str();
            match (key, part, value) {
                ("$ref" | "$dynamicRef", Value::String(reference), _) => {
                    if let Some(target) = self.targets.of(reference) {
                        add(self.meet(target, value, depth + 1));
                    }
                }
                (_, Value::Array(list), _) if SAME_LISTS.contains(&key) => {
                    for alternative in list {
                        add(self.meet(alternative, value, depth + 1));
                    }
                }
                (_, Value::Object(_), _) if SAME.contains(&key) => add(self.meet(part, value, depth + 1)),
                ("dependentSchemas" | "dependencies", Value::Object(list), Value::Object(given)) => {
                    for (_, schema) in list.iter().filter(|(name, _)| given.contains_key(*name)) {
                        add(self.meet(schema, value, depth + 1));
                    }
                }
                ("properties", Value::Object(list), Value::Object(given)) => {
                    for (schema, value) in list.iter().filter_map(|(name, schema)| Some((schema, given.get(name)?))) {
                        add(self.meet(schema, value, depth + 1));
                    }
                }
                // The number of additional members is not determined: at most all of them.
                ("additionalProperties" | "unevaluatedProperties", Value::Object(_), Value::Object(given)) => {
                    let named = members.get("properties").and_then(Value::as_object);
                    for (_, value) in given.iter().filter(|(name, _)| !named.is_some_and(|n| n.contains_key(*name))) {
                        add(self.meet(part, value, depth + 1));
                    }
                }
                ("patternProperties", Value::Object(list), Value::Object(given)) => {
                    for (schema, value) in list.values().flat_map(|schema| given.values().map(move |v| (schema, v))) {
                        add(self.meet(schema, value, depth + 1));
                    }
                }
                ("items" | "prefixItems", Value::Array(list), Value::Array(given)) => {
                    for (schema, value) in list.iter().zip(given) {
                        add(self.meet(schema, value, depth + 1));
                    }
                }
                (
                    "items" | "contains" | "additionalItems" | "unevaluatedItems",
                    Value::Object(_),
                    Value::Array(given),
                ) => {
                    for value in given {
                        add(self.meet(part, value, depth + 1));
                    }
                }
                _ => {}
            }
        }
        self.known.set(pair, sum);
        sum
    }
}
