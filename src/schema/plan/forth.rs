//! The way forth: a value of the original's shape in the form a model would answer, for examples and tests.

use super::{KEEP, Node, NodeId, ObjectNode, Plan, item_name, steps};
use crate::obj;
use crate::schema::fits::{fits, fits_rendered, same};
use crate::schema::keywords::MAX_DEPTH;
use crate::schema::put::Put;
use serde_json::{Map, Value, json};
use std::cell::Cell;

impl Plan {
    /// A value of the original's shape → the rendered form, as a model would answer; `None` when the rendered form has
    /// no place for it (an undeclared key of an object that is closed for this API).
    pub fn transform(&self, value: &Value) -> Option<Value> {
        let wrapped;
        let value = match self.unwrap_key() {
            Some(key) => {
                wrapped = json!({ key: value });
                &wrapped
            }
            None => value,
        };
        self.forth(self.root, value, 0, &steps(value))
    }

    fn forth(&self, id: NodeId, value: &Value, depth: usize, left: &Cell<u32>) -> Option<Value> {
        if id == KEEP {
            return Some(value.clone());
        }
        if depth > MAX_DEPTH || left.get() == 0 {
            return None;
        }
        Some(match (self.node(id), value) {
            (Node::Object(object), Value::Object(map)) => {
                let ObjectNode { fields, entries, rest, .. } = &**object;
                let mut out = Map::new();
                for field in fields {
                    let rendered = match (map.get(&field.name), &field.mark) {
                        (_, Some(mark)) => mark.clone(),
                        // There null means absent, so a null that is given has no form.
                        (Some(Value::Null), _) if field.absent => return None,
                        (Some(value), _) => self.forth(field.node, value, depth + 1, left)?,
                        (None, _) if field.absent || field.filled => Value::Null,
                        (None, _) => continue,
                    };
                    out.insert(field.sent.clone(), rendered);
                }
                let mut further = Vec::new();
                for (key, value) in map.iter().filter(|(key, _)| !fields.iter().any(|field| field.name == **key)) {
                    match entries {
                        Some(entries) => {
                            further
                                .push(obj! { "key": key, "value": self.forth(entries.node, value, depth + 1, left)? });
                        }
                        None if object.open => {
                            out.insert(key.clone(), self.forth(*rest, value, depth + 1, left)?);
                        }
                        None => return None,
                    }
                }
                if let Some(entries) = entries {
                    out.insert(entries.name.clone(), Value::Array(further));
                }
                Value::Object(out)
            }
            (Node::Record(node), Value::Object(map)) => {
                let mut out = Vec::new();
                for (key, value) in map {
                    out.push(obj! { "key": key, "value": self.forth(*node, value, depth + 1, left)? });
                }
                Value::Array(out)
            }
            (Node::Array(node), Value::Array(list)) => {
                Value::Array(list.iter().map(|item| self.forth(*node, item, depth + 1, left)).collect::<Option<_>>()?)
            }
            (Node::Prefix(first, rest), Value::Array(list)) => {
                let item = |(i, item)| self.forth(first.get(i).copied().unwrap_or(*rest), item, depth + 1, left);
                Value::Array(list.iter().enumerate().map(item).collect::<Option<_>>()?)
            }
            (Node::Tuple(items, rest), Value::Array(list)) => {
                let mut out = Map::new();
                for (i, (node, absent)) in items.iter().enumerate() {
                    let item = match list.get(i) {
                        Some(item) => self.forth(*node, item, depth + 1, left)?,
                        None if *absent => Value::Null,
                        None => return None,
                    };
                    out.insert(item_name(i), item);
                }
                let further = list.get(items.len()..).unwrap_or_default();
                match rest {
                    Some(rest) => {
                        let further = further
                            .iter()
                            .map(|item| self.forth(*rest, item, depth + 1, left))
                            .collect::<Option<_>>()?;
                        out.put("rest", Value::Array(further));
                    }
                    None if !further.is_empty() => return None,
                    None => {}
                }
                Value::Object(out)
            }
            (Node::Values(_), Value::Null) => Value::Null,
            (Node::Values(values), value) => {
                // Another value has no name; written as it is it could be that of a listed one.
                let (name, _) = values.iter().find(|(_, one)| same(one, value))?;
                Value::String(name.clone())
            }
            (Node::Text, value) => Value::String(value.to_string()),
            (Node::Marked(node, key, mark), value) => {
                let mut out = Map::from_iter([(key.clone(), mark.as_str().into())]);
                let Value::Object(members) = self.forth(*node, value, depth + 1, left)? else { return None };
                out.extend(members);
                Value::Object(out)
            }
            (Node::Boxed(node), value) => obj! { "literal": self.forth(*node, value, depth + 1, left)? },
            (Node::Union(branches), value) => {
                let mut kept = None;
                let formed = branches
                    .iter()
                    .filter(|branch| fits(&self.original, &branch.original, value, left))
                    .find_map(|branch| {
                        let rendered = self.forth(branch.node, value, depth + 1, left)?;
                        if fits_rendered(&self.rendered, &branch.rendered, &rendered, left) {
                            return Some(rendered);
                        }
                        // It may have keys that the schema does not name.
                        if branch.node == KEEP && kept.is_none() {
                            kept = Some(rendered);
                        }
                        None
                    });
                formed.or(kept).or_else(|| value.is_null().then_some(Value::Null))?
            }
            // It would be read as what it is not.
            (Node::Record(_), Value::Array(_)) | (Node::Tuple(..), Value::Object(_)) => return None,
            (_, value) => value.clone(),
        })
    }
}
