//! The opposite of restoring: a value of the original schema in the rendered form, for examples and tests.

use super::{Branch, KEEP, Node, NodeId, ObjectNode, Plan, item_name, steps};
use crate::jsontext::ToText;
use crate::obj;
use crate::schema::keywords::MAX_DEPTH;
use crate::schema::matches::{equal, matches, matches_rendered};
use crate::schema::put::Put;
use serde_json::{Map, Value};
use std::cell::Cell;

impl Plan {
    /// Turns a value of the original schema into the rendered form. `None` if the rendered form cannot represent it, such as an
    /// undeclared key of an object that is closed for this API.
    pub fn transform(&self, value: &Value) -> Option<Value> {
        let wrapped;
        let value = match self.unwrap_key() {
            Some(key) => {
                wrapped = Value::Object(Map::from_iter([(key.to_owned(), value.clone())]));
                &wrapped
            }
            None => value,
        };
        self.transform_node(self.root, value, 0, &steps(value))
    }

    fn transform_node(&self, id: NodeId, value: &Value, depth: usize, left: &Cell<u32>) -> Option<Value> {
        if id == KEEP {
            return Some(value.clone());
        }
        if depth > MAX_DEPTH || left.get() == 0 {
            return None;
        }
        Some(match (self.node(id), value) {
            (Node::Object(object), Value::Object(map)) => self.transform_object(object, map, depth, left)?,
            (Node::Record(node), Value::Object(map)) => {
                let mut out = Vec::new();
                for (key, value) in map {
                    out.push(obj! { "key": key, "value": self.transform_node(*node, value, depth + 1, left)? });
                }
                Value::Array(out)
            }
            (Node::Array(node), Value::Array(list)) => Value::Array(
                list.iter().map(|item| self.transform_node(*node, item, depth + 1, left)).collect::<Option<_>>()?,
            ),
            (Node::Prefix(first, rest), Value::Array(list)) => {
                let item =
                    |(i, item)| self.transform_node(first.get(i).copied().unwrap_or(*rest), item, depth + 1, left);
                Value::Array(list.iter().enumerate().map(item).collect::<Option<_>>()?)
            }
            (Node::Tuple(items, rest), Value::Array(list)) => self.transform_tuple(items, *rest, list, depth, left)?,
            (Node::Values(_), Value::Null) => Value::Null,
            (Node::Values(values), value) => {
                // A value outside the enum has no name, and its own text could be the name of a listed value.
                let (name, _) = values.iter().find(|(_, one)| equal(one, value))?;
                Value::String(name.clone())
            }
            (Node::Text, value) => Value::String(value.to_text()),
            (Node::Tagged(node, key, tag), value) => {
                let mut out = Map::from_iter([(key.clone(), tag.as_str().into())]);
                let Value::Object(members) = self.transform_node(*node, value, depth + 1, left)? else { return None };
                out.extend(members);
                Value::Object(out)
            }
            (Node::Boxed(node), value) => obj! { "literal": self.transform_node(*node, value, depth + 1, left)? },
            (Node::Union(branches), value) => self.transform_union(branches, value, depth, left)?,
            // It would be restored to a different value.
            (Node::Record(_), Value::Array(_)) | (Node::Tuple(..), Value::Object(_)) => return None,
            (_, value) => value.clone(),
        })
    }

    fn transform_object(
        &self,
        object: &ObjectNode,
        map: &Map<String, Value>,
        depth: usize,
        left: &Cell<u32>,
    ) -> Option<Value> {
        let ObjectNode { fields, entries, rest, .. } = object;
        let mut out = Map::new();
        for field in fields {
            let rendered = match (map.get(&field.name), &field.tag) {
                (_, Some(tag)) => tag.clone(),
                // Null encodes "absent" here, so an explicit null cannot be represented.
                (Some(Value::Null), _) if field.null_is_absent => return None,
                (Some(value), _) => self.transform_node(field.node, value, depth + 1, left)?,
                (None, _) if field.null_is_absent || field.always_rendered => Value::Null,
                (None, _) => continue,
            };
            out.insert(field.rendered_name.clone(), rendered);
        }
        let mut rest_items = Vec::new();
        for (key, value) in map.iter().filter(|(key, _)| !fields.iter().any(|field| field.name == **key)) {
            match entries {
                Some(entries) => {
                    rest_items
                        .push(obj! { "key": key, "value": self.transform_node(entries.node, value, depth + 1, left)? });
                }
                None if object.open => {
                    out.insert(key.clone(), self.transform_node(*rest, value, depth + 1, left)?);
                }
                None => return None,
            }
        }
        if let Some(entries) = entries {
            out.insert(entries.name.clone(), Value::Array(rest_items));
        }
        Some(Value::Object(out))
    }

    /// A tuple is sent as an object with a member for each item.
    fn transform_tuple(
        &self,
        items: &[(NodeId, bool)],
        rest: Option<NodeId>,
        list: &[Value],
        depth: usize,
        left: &Cell<u32>,
    ) -> Option<Value> {
        let mut out = Map::new();
        for (i, (node, null_is_absent)) in items.iter().enumerate() {
            let item = match list.get(i) {
                Some(item) => self.transform_node(*node, item, depth + 1, left)?,
                None if *null_is_absent => Value::Null,
                None => return None,
            };
            out.insert(item_name(i), item);
        }
        let rest_items = list.get(items.len()..).unwrap_or_default();
        match rest {
            Some(rest) => {
                let rest_items = rest_items
                    .iter()
                    .map(|item| self.transform_node(rest, item, depth + 1, left))
                    .collect::<Option<_>>()?;
                out.put("rest", Value::Array(rest_items));
            }
            None if !rest_items.is_empty() => return None,
            None => {}
        }
        Some(Value::Object(out))
    }

    /// The form of the first branch that the value fits, before and after.
    fn transform_union(&self, branches: &[Branch], value: &Value, depth: usize, left: &Cell<u32>) -> Option<Value> {
        let mut kept = None;
        let formed = branches.iter().filter(|branch| matches(&self.original, &branch.original, value, left)).find_map(
            |branch| {
                let rendered = self.transform_node(branch.node, value, depth + 1, left)?;
                if matches_rendered(&self.rendered, &branch.rendered, &rendered, left) {
                    return Some(rendered);
                }
                // The value may have keys that the schema does not declare.
                if branch.node == KEEP && kept.is_none() {
                    kept = Some(rendered);
                }
                None
            },
        );
        formed.or(kept).or_else(|| value.is_null().then_some(Value::Null))
    }
}
