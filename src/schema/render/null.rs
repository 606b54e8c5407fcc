//! Null and nullable types, in the form of the dialect.

use super::{Fragment, Renderer};
use crate::obj;
use crate::pointer::unescaped;
use crate::schema::describe;
use crate::schema::dialect::rules::Null;
use crate::schema::matches::surely_matches;
use crate::schema::plan::{KEEP, Node};
use crate::schema::put::Put;
use crate::schema::render::limits::MAX_LEVEL;
use serde_json::{Map, Value};

impl Renderer<'_> {
    pub(super) fn null(&mut self, map: &Map<String, Value>) -> Fragment {
        let mut schema = self.head(map);
        if self.rules.null == Null::Flag {
            schema.put("type", "string".into());
            schema.put("nullable", true.into());
            describe::describe(&mut schema, "Always null.");
        } else {
            schema.put("type", "null".into());
        }
        Fragment { schema, node: KEEP }
    }

    /// Makes a rendered schema nullable; `map` is the original.
    pub(super) fn nullable(&mut self, out: Fragment, map: &Map<String, Value>) -> Fragment {
        if matches!(self.nodes.get(out.node as usize), Some(Node::Text)) {
            // JSON text includes null.
            return out;
        }
        if !out.schema.contains_key("anyOf") && self.unions_full() {
            return self.text(map, "more alternatives than this API accepts");
        }
        let Fragment { mut schema, node } = out;
        self.add_null(&mut schema);
        Fragment { schema, node }
    }

    /// The API accepts no more type lists and `anyOf`s.
    pub(super) fn unions_full(&self) -> bool {
        self.rules.limits.unions > 0 && self.unions >= self.rules.limits.unions
    }

    /// Adds null to a rendered schema, in the form of the dialect.
    pub(super) fn add_null(&mut self, schema: &mut Map<String, Value>) {
        if self.rules.null == Null::Flag {
            if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
                for branch in branches.iter_mut().filter_map(Value::as_object_mut) {
                    branch.put("nullable", true.into());
                }
            } else {
                schema.put("nullable", true.into());
            }
            return;
        }
        let nothing = obj! { "type": "null" };
        if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
            if !branches.contains(&nothing) {
                branches.push(nothing);
            }
            return;
        }
        self.unions += 1;
        if self.rules.null == Null::TypeList && !schema.contains_key("const") {
            let named = match schema.get_mut("type") {
                Some(Value::Array(list)) => {
                    if !list.iter().any(|name| name == "null") {
                        list.push("null".into());
                    }
                    true
                }
                Some(kind @ Value::String(_)) => {
                    if kind != "null" {
                        *kind = Value::Array(vec![kind.take(), "null".into()]);
                    }
                    true
                }
                _ => false,
            };
            if named {
                if let Some(Value::Array(list)) = schema.get_mut("enum")
                    && !list.contains(&Value::Null)
                {
                    list.push(Value::Null);
                }
                return;
            }
        }
        if *schema == *nothing.as_object().unwrap_or(&Map::new()) {
            return;
        }
        let mut outer = Map::new();
        let mut inner = std::mem::take(schema);
        for key in ["title", "description"] {
            if !inner.contains_key("$ref")
                && let Some(text) = inner.shift_remove(key)
            {
                outer.insert(key.into(), text);
            }
        }
        outer.put("anyOf", Value::Array(vec![inner.into(), nothing]));
        *schema = outer;
    }

    /// Whether both the original and the rendered form accept null.
    pub(super) fn accepts_null(&self, original: &Value, out: &Fragment) -> bool {
        !matches!(self.nodes.get(out.node as usize), Some(Node::Text))
            && self.allows_null(&out.schema)
            && self.surely_matches(original, &Value::Null)
    }

    /// Whether the value certainly matches. A check that gets too expensive returns no.
    pub(super) fn surely_matches(&self, schema: &Value, value: &Value) -> bool {
        surely_matches(self.root, schema, value, &self.fit_steps)
    }

    /// Whether a rendered schema accepts null; no for a definition that is not rendered yet.
    pub(super) fn allows_null(&self, schema: &Map<String, Value>) -> bool {
        self.allows_null_within(schema, 0, &mut 1000)
    }

    fn allows_null_within(&self, schema: &Map<String, Value>, depth: usize, steps: &mut u32) -> bool {
        if depth > MAX_LEVEL || *steps == 0 {
            return false;
        }
        *steps -= 1;
        let null = |value: &Value| value == "null";
        if schema.get("nullable") == Some(&Value::Bool(true)) {
            return true;
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            let target = reference.rsplit('/').next().map(unescaped).and_then(|name| self.defs.get(&name));
            let target = target.and_then(Value::as_object);
            return target.is_some_and(|target| self.allows_null_within(target, depth + 1, steps));
        }
        match (schema.get("type"), schema.get("anyOf")) {
            (Some(Value::Array(list)), _) => list.iter().any(null),
            (Some(one), _) => null(one),
            (None, Some(Value::Array(list))) => {
                list.iter().filter_map(Value::as_object).any(|one| self.allows_null_within(one, depth + 1, steps))
            }
            // Any value.
            (None, _) => !schema.contains_key("enum") && !schema.contains_key("const"),
        }
    }
}
