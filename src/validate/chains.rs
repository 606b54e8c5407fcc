//! The stack that the engine needs for a schema, bounded before the schema is compiled.
//!
//! The engine follows each `$ref` and each alternative by a recursive call without descending into the value. A long
//! chain of them (`a` → `b` → `c` …) overflows the stack for any value.

use super::table::{Table, address};
use super::work::{SAME, SAME_LISTS, Targets};
use crate::pointer::escaped;
use serde_json::Value;

/// Maximum number of steps from schema to schema for one value: references and alternatives.
pub const MAX_STEPS: usize = 500;
/// Maximum nesting of a schema. Parsed JSON has at most 128 levels; a Rust program can build more.
pub const MAX_LEVELS: usize = 128;

/// A schema that cannot be compiled: the problem, and a JSON pointer to its place.
#[cfg_attr(not(feature = "validator"), allow(dead_code, reason = "the validator module reports it"))]
pub struct Excess {
    pub problem: &'static str,
    pub pointer: String,
}

const NESTED: &str =
    "it is nested more than 128 levels deep. Move its parts to $defs and refer to them as #/$defs/Name.";
const CHAINED: &str = "more than 500 references and alternatives lead on from here, each to the next. Refer to the \
    schema at the end of the chain itself.";

/// The number of steps of the longest chain of `schema`.
pub fn longest(schema: &Value) -> Result<usize, Excess> {
    let mut pointer = String::new();
    if !levels(schema, MAX_LEVELS, &mut pointer) {
        return Err(Excess { problem: NESTED, pointer });
    }
    let mut chains = Chains { targets: Targets::new(schema), known: Table::default() };
    chains.visit(schema, &mut pointer)
}

/// Whether `value` has at most `left` levels; if not, `pointer` is the place that exceeds them.
fn levels(value: &Value, left: usize, pointer: &mut String) -> bool {
    each(value, pointer, &mut |value, pointer| left > 0 && levels(value, left - 1, pointer))
}

/// Calls `on` for each part of `value`, with its pointer, until it returns false.
fn each<'a>(value: &'a Value, pointer: &mut String, on: &mut dyn FnMut(&'a Value, &mut String) -> bool) -> bool {
    let length = pointer.len();
    let mut part = |key: &str, value: &'a Value| {
        pointer.push('/');
        pointer.push_str(&escaped(key));
        let more = on(value, pointer);
        if more {
            pointer.truncate(length);
        }
        more
    };
    match value {
        Value::Array(items) => items.iter().enumerate().all(|(index, item)| part(&index.to_string(), item)),
        Value::Object(members) => members.iter().all(|(key, member)| part(key, member)),
        _ => true,
    }
}

struct Chains<'a> {
    targets: Targets<'a>,
    /// Chain lengths by the address of a schema. A schema under measurement has 0: the engine ends cycles itself.
    known: Table,
}

impl<'a> Chains<'a> {
    fn visit(&mut self, schema: &'a Value, pointer: &mut String) -> Result<usize, Excess> {
        let mut longest = self.steps(schema, 0);
        if longest > MAX_STEPS {
            return Err(Excess { problem: CHAINED, pointer: pointer.clone() });
        }
        let mut excess = None;
        each(schema, pointer, &mut |part, pointer| match self.visit(part, pointer) {
            Ok(steps) => {
                longest = longest.max(steps);
                true
            }
            Err(error) => {
                excess = Some(error);
                false
            }
        });
        excess.map_or(Ok(longest), Err)
    }

    /// The longest chain that begins at `schema`, which is `depth` steps from the start.
    fn steps(&mut self, schema: &'a Value, depth: usize) -> usize {
        let Value::Object(members) = schema else { return 0 };
        if depth > MAX_STEPS {
            return depth;
        }
        let key = (address(schema), 0);
        if let Some(steps) = self.known.get(key) {
            return steps as usize;
        }
        self.known.set(key, 0);
        let mut most = 0;
        for (key, part) in members {
            match (key.as_str(), part) {
                ("$ref" | "$dynamicRef", Value::String(reference)) => {
                    if let Some(target) = self.targets.of(reference) {
                        most = most.max(1 + self.steps(target, depth + 1));
                    }
                }
                (key, Value::Array(list)) if SAME_LISTS.contains(&key) => {
                    for alternative in list {
                        most = most.max(1 + self.steps(alternative, depth + 1));
                    }
                }
                (key, Value::Object(_)) if SAME.contains(&key) => most = most.max(1 + self.steps(part, depth + 1)),
                ("dependentSchemas" | "dependencies", Value::Object(list)) => {
                    for schema in list.values() {
                        most = most.max(1 + self.steps(schema, depth + 1));
                    }
                }
                _ => {}
            }
        }
        self.known.set(key, most as u64);
        most
    }
}
