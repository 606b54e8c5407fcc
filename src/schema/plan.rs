//! The plan that restores an answer in the rendered form to the shape of the caller's schema.
//!
//! Rendering adds one node for each part of the schema that it changes. The nodes form a graph, with cycles for recursive
//! schemas; [`KEEP`] means that nothing below changed. [`Plan::restore`] walks the answer once along the graph. Parts of the
//! answer that do not have the rendered form are passed through unchanged, and the validation that follows reports them.
//!
//! ```text
//! node      rendered                             original
//! Object    every key, null for absent,          optional keys absent, defaults filled
//!           names the API accepts                the schema's own names
//!           + {entries: [{key, value}]}          additional keys
//! Record    [{key, value}]                       {key: value}
//! Tuple     {item_1, item_2, rest: [...]}        [...]
//! Values    "1", "true"                          1, true
//! Text      "{\"a\":1}"                          {"a": 1}
//! Union     the branch whose schema matches
//! ```

mod simplify;
#[cfg(feature = "machinery")]
mod transform;

pub(super) use simplify::simplify;

use super::matches::matches_rendered;
use super::refs::weight;
use crate::error::{Error, Issue, Kind};
use crate::json::wrapper::Wrapper;
use crate::jsontext;
use crate::obj;
use crate::schema::keywords::MAX_DEPTH;
use serde_json::{Map, Value};
use std::cell::Cell;

pub type NodeId = u32;

/// The node of unchanged parts.
pub const KEEP: NodeId = 0;

#[derive(Debug, Clone)]
pub enum Node {
    Keep,
    /// The same as another node: a reference to a definition.
    Same(NodeId),
    Object(Box<ObjectNode>),
    Record(NodeId),
    Array(NodeId),
    /// A tuple that stays an array: the nodes of its first items and of the rest.
    Prefix(Vec<NodeId>, NodeId),
    /// A tuple that is rendered as an object: for each item, its node and whether null means absent; the node of the
    /// remaining items.
    Tuple(Vec<(NodeId, bool)>, Option<NodeId>),
    Values(Vec<(String, Value)>),
    Text,
    /// `{"literal": …}`: distinguishes a string that encodes another value from a plain string.
    Boxed(NodeId),
    /// An object with an added key that identifies its branch, and the value of that key.
    Tagged(
        NodeId,
        String,
        #[cfg_attr(not(feature = "machinery"), expect(dead_code, reason = "only transform reads it"))] String,
    ),
    Union(Vec<Branch>),
}

#[derive(Debug, Clone, Default)]
pub struct ObjectNode {
    pub fields: Vec<Field>,
    pub entries: Option<Entries>,
    /// The node of all other keys, where the API accepts `additionalProperties`.
    pub rest: NodeId,
    /// Other keys are allowed.
    pub open: bool,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    /// The name in the rendered form.
    pub rendered_name: String,
    pub node: NodeId,
    /// Null means absent.
    pub null_is_absent: bool,
    /// Optional, but always present in the rendered form.
    pub always_rendered: bool,
    pub default: Option<Value>,
    /// The value of an added key that identifies a branch; restoring removes the key.
    pub tag: Option<Value>,
}

/// The member with the additional keys, which the API does not accept as keys.
#[derive(Debug, Clone)]
pub struct Entries {
    pub name: String,
    pub node: NodeId,
}

#[derive(Debug, Clone)]
pub struct Branch {
    pub node: NodeId,
    pub rendered: Value,
    pub original: Value,
}

/// Restores answers in the rendered form; see [`Plan::restore`].
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub(super) wrapper: Option<Wrapper>,
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// Nodes below which restoring changes nothing.
    pub(super) unchanged: Vec<bool>,
    /// The rendered and the original root, to which the schemas of unions refer. Empty without unions.
    pub(super) rendered: Map<String, Value>,
    pub(super) original: Map<String, Value>,
    pub(super) no_defaults: bool,
}

/// The limit of steps for selecting the branches of unions in one answer. Past it, the first branch of a type is selected.
pub(super) fn steps(answer: &Value) -> Cell<u32> {
    Cell::new(200_000 + 200 * weight(answer, 10_000_000) as u32)
}

/// The names of a tuple's members.
pub fn item_name(index: usize) -> String {
    format!("item_{}", index + 1)
}

impl Plan {
    /// Nothing was changed: the answer is the value.
    pub fn is_identity(&self) -> bool {
        self.wrapper.is_none() && self.is_unchanged(self.root)
    }

    /// Whether restoring changes nothing below this node.
    pub(super) fn is_unchanged(&self, id: NodeId) -> bool {
        id == KEEP || self.unchanged.get(id as usize) == Some(&true)
    }

    /// The wrapper around the answer.
    pub fn wrapper(&self) -> Option<Wrapper> {
        self.wrapper
    }

    /// The member of the wrapper that holds the answer.
    pub fn unwrap_key(&self) -> Option<&'static str> {
        self.wrapper.map(Wrapper::key)
    }

    /// The same plan, but absent properties stay absent even where the schema has a default.
    #[cfg(feature = "machinery")]
    pub fn without_defaults(mut self) -> Plan {
        self.no_defaults = true;
        self
    }

    pub(super) fn node(&self, mut id: NodeId) -> &Node {
        // References to references. The bound ends a cycle.
        for _ in 0..MAX_DEPTH {
            match self.nodes.get(id as usize) {
                Some(Node::Same(next)) => id = *next,
                Some(node) => return node,
                None => break,
            }
        }
        &Node::Keep
    }

    /// Turns an answer in the rendered form into a value of the original schema.
    ///
    /// # Errors
    /// [`Kind::Validation`] when the answer lacks the member that holds the value.
    pub fn restore(&self, value: Value) -> Result<Value, Error> {
        let left = steps(&value);
        let value = self.restore_node(self.root, value, 0, &left);
        let Some(wrapper) = self.wrapper else { return Ok(value) };
        let key = wrapper.key();
        match value {
            Value::Object(mut map) if map.contains_key(key) => Ok(map.shift_remove(key).unwrap_or_default()),
            // Some models omit the wrapper.
            other if !other.is_object() || wrapper == Wrapper::Content => Ok(other),
            _ => {
                let message = format!("The answer lacks the required property `{key}`.");
                let issue = Issue { path: Vec::new(), message: message.clone() };
                Err(Error::new(Kind::Validation, message).with_issues(vec![issue]))
            }
        }
    }

    pub(super) fn restore_node(&self, id: NodeId, value: Value, depth: usize, left: &Cell<u32>) -> Value {
        if depth > MAX_DEPTH || self.is_unchanged(id) {
            return value;
        }
        match (self.node(id), value) {
            (Node::Object(object), Value::Object(map)) => self.object(object, map, depth, left),
            (Node::Record(node), Value::Array(list)) => {
                let mut out = Map::new();
                for entry in list {
                    match key_and_value(entry) {
                        Ok((key, value)) => {
                            out.insert(key, self.restore_node(*node, value, depth + 1, left));
                        }
                        Err(entry) => {
                            out.insert(format!("{}", out.len()), entry);
                        }
                    }
                }
                Value::Object(out)
            }
            (Node::Array(node), Value::Array(list)) => {
                list.into_iter().map(|item| self.restore_node(*node, item, depth + 1, left)).collect()
            }
            (Node::Prefix(first, rest), Value::Array(list)) => list
                .into_iter()
                .enumerate()
                .map(|(i, item)| self.restore_node(first.get(i).copied().unwrap_or(*rest), item, depth + 1, left))
                .collect(),
            (Node::Tuple(items, rest), Value::Object(mut map)) => {
                let mut out = Vec::with_capacity(items.len());
                for (i, (node, null_is_absent)) in items.iter().enumerate() {
                    match map.shift_remove(&item_name(i)) {
                        None => break,
                        Some(Value::Null) if *null_is_absent => break,
                        Some(item) => out.push(self.restore_node(*node, item, depth + 1, left)),
                    }
                }
                if let (Some(rest), Some(Value::Array(list))) = (rest, map.shift_remove("rest")) {
                    out.extend(list.into_iter().map(|item| self.restore_node(*rest, item, depth + 1, left)));
                }
                Value::Array(out)
            }
            (Node::Values(values), Value::String(text)) => {
                values.iter().find(|(name, _)| *name == text).map_or(Value::String(text), |(_, value)| value.clone())
            }
            (Node::Text, Value::String(text)) => parse_text(text),
            (Node::Boxed(node), Value::Object(mut map)) => match map.shift_remove("literal") {
                Some(value) => self.restore_node(*node, value, depth + 1, left),
                None => Value::Object(map),
            },
            (Node::Tagged(node, key, _), Value::Object(mut map)) => {
                map.shift_remove(key);
                self.restore_node(*node, Value::Object(map), depth + 1, left)
            }
            (Node::Union(branches), value) => match self.branch(branches, &value, left) {
                Some(branch) => self.restore_node(branch.node, value, depth + 1, left),
                None => value,
            },
            (_, value) => value,
        }
    }

    /// The branch of a rendered value: the first that matches, else the first of its type.
    fn branch<'a>(&self, branches: &'a [Branch], value: &Value, left: &Cell<u32>) -> Option<&'a Branch> {
        let kind = |branch: &&Branch| {
            branch.rendered.get("type").and_then(Value::as_str) == Some(super::matches::type_of(value))
        };
        branches
            .iter()
            .find(|branch| left.get() > 0 && matches_rendered(&self.rendered, &branch.rendered, value, left))
            .or_else(|| branches.iter().find(kind))
    }

    fn object(&self, object: &ObjectNode, map: Map<String, Value>, depth: usize, left: &Cell<u32>) -> Value {
        let ObjectNode { fields, entries, rest, .. } = object;
        let mut out = Map::new();
        for (hint, (key, value)) in map.into_iter().enumerate() {
            // Keys mostly come in the schema's order.
            let field = match fields.get(hint).filter(|field| field.rendered_name == key) {
                Some(field) => Some(field),
                None => fields.iter().find(|field| field.rendered_name == key),
            };
            match (field, value) {
                (Some(field), _) if field.tag.is_some() => {}
                (Some(field), Value::Null) if field.null_is_absent => {}
                (Some(field), value) => {
                    let key = if field.rendered_name == field.name { key } else { field.name.clone() };
                    out.insert(key, self.restore_node(field.node, value, depth + 1, left));
                }
                (None, Value::Array(list)) if entries.as_ref().is_some_and(|entries| entries.name == key) => {
                    for entry in list {
                        if let (Ok((key, value)), Some(entries)) = (key_and_value(entry), entries) {
                            let value = self.restore_node(entries.node, value, depth + 1, left);
                            out.entry(key).or_insert(value);
                        }
                    }
                }
                (None, value) => {
                    out.insert(key, self.restore_node(*rest, value, depth + 1, left));
                }
            }
        }
        if !self.no_defaults {
            for field in fields {
                if let Some(default) = &field.default
                    && !out.contains_key(&field.name)
                {
                    out.insert(field.name.clone(), default.clone());
                }
            }
        }
        Value::Object(out)
    }
}

/// Parses JSON text in a string. Other text stays a string, because models write plain words unquoted.
pub(super) fn parse_text(text: String) -> Value {
    jsontext::from_str(&text).unwrap_or(Value::String(text))
}

fn key_and_value(entry: Value) -> Result<(String, Value), Value> {
    match entry {
        Value::Object(mut map) => match (map.shift_remove("key"), map.shift_remove("value")) {
            (Some(Value::String(key)), Some(value)) => Ok((key, value)),
            (key, value) => Err(obj! { "key": key, "value": value }),
        },
        other => Err(other),
    }
}
