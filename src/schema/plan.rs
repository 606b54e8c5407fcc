//! The way back: how an answer in the rendered form is turned into the shape the caller wrote.
//!
//! Rendering leaves one node for each part of the schema it changed; the nodes form a graph (recursion is a circle) in
//! which [`KEEP`] means that nothing below changed. [`Plan::restore`] walks the answer once along the graph. An answer
//! that does not have the rendered form is passed through where it is off: the validation that follows says so better.
//!
//! ```text
//! node      rendered                             original
//! Object    every key, null for absent           optional keys absent, defaults filled
//!           + {entries: [{key, value}]}          further keys
//! Record    [{key, value}]                       {key: value}
//! Tuple     {item_1, item_2, rest: [...]}        [...]
//! Values    "1", "true"                          1, true
//! Text      "{\"a\":1}"                          {"a": 1}
//! Union     the branch whose schema fits decides
//! ```

use super::fits::{fits, fits_rendered, same};
use super::normal::MAX_DEPTH;
use crate::error::{Error, Issue, Kind};
use crate::obj;
use crate::schema::Put;
use serde_json::{Map, Value, json};

pub type NodeId = u32;

/// The node of everything that stays as it is.
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
    /// A tuple that is an object: for each item its node and whether null stands for absent; the rest's node.
    Tuple(Vec<(NodeId, bool)>, Option<NodeId>),
    Values(Vec<(String, Value)>),
    Text,
    /// `{"literal": …}`: a string that stands for something, apart from one that is one.
    Boxed(NodeId),
    /// An object with a key of ours, that tells branches apart, and its value.
    Marked(NodeId, String, String),
    Union(Vec<Branch>),
}

#[derive(Debug, Clone, Default)]
pub struct ObjectNode {
    pub fields: Vec<Field>,
    pub entries: Option<Entries>,
    /// Every other key, where the API takes `additionalProperties`.
    pub rest: NodeId,
    /// It takes other keys at all.
    pub open: bool,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub node: NodeId,
    /// Null stands for absent.
    pub absent: bool,
    /// Optional, yet always there in the rendered form.
    pub filled: bool,
    pub default: Option<Value>,
    /// A key of ours that tells branches apart, with its value; it is taken out again.
    pub mark: Option<Value>,
}

/// The member that holds the keys the API cannot have as keys.
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

#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub(super) unwrap: Option<&'static str>,
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
    /// What the unions' schemas refer to: the rendered and the original root, when there are unions.
    pub(super) rendered: Map<String, Value>,
    pub(super) original: Map<String, Value>,
    pub(super) no_defaults: bool,
}

/// The names of a tuple's members.
pub fn item_name(index: usize) -> String {
    format!("item_{}", index + 1)
}

impl Plan {
    /// Nothing was changed: the answer is the value.
    pub fn is_identity(&self) -> bool {
        self.unwrap.is_none() && self.root == KEEP
    }

    /// The member that holds the answer, when the root was wrapped.
    pub fn unwrap_key(&self) -> Option<&'static str> {
        self.unwrap
    }

    /// The same plan, but absent properties stay absent even where the schema has a default.
    pub fn without_defaults(mut self) -> Plan {
        self.no_defaults = true;
        self
    }

    pub(super) fn node(&self, mut id: NodeId) -> &Node {
        // References to references; a circle of them alone ends by the bound.
        for _ in 0..MAX_DEPTH {
            match self.nodes.get(id as usize) {
                Some(Node::Same(next)) => id = *next,
                Some(node) => return node,
                None => break,
            }
        }
        &Node::Keep
    }

    /// An answer in the rendered form → the original's.
    pub fn restore(&self, value: Value) -> Result<Value, Error> {
        let value = self.back(self.root, value, 0);
        let Some(key) = self.unwrap else { return Ok(value) };
        match value {
            Value::Object(mut map) if map.contains_key(key) => Ok(map.shift_remove(key).unwrap_or_default()),
            // Some models leave the wrapper out.
            other if !other.is_object() || key == "content" => Ok(other),
            _ => {
                let message = format!("The answer lacks the required property `{key}`.");
                let issue = Issue { path: Vec::new(), message: message.clone() };
                Err(Error::new(Kind::Validation, message).with_issues(vec![issue]))
            }
        }
    }

    pub(super) fn back(&self, id: NodeId, value: Value, depth: usize) -> Value {
        if id == KEEP || depth > MAX_DEPTH {
            return value;
        }
        match (self.node(id), value) {
            (Node::Object(object), Value::Object(map)) => self.object(object, map, depth),
            (Node::Record(node), Value::Array(list)) => {
                let mut out = Map::new();
                for entry in list {
                    match key_and_value(entry) {
                        Ok((key, value)) => {
                            out.insert(key, self.back(*node, value, depth + 1));
                        }
                        Err(entry) => {
                            out.insert(format!("{}", out.len()), entry);
                        }
                    }
                }
                Value::Object(out)
            }
            (Node::Array(node), Value::Array(list)) => {
                list.into_iter().map(|item| self.back(*node, item, depth + 1)).collect()
            }
            (Node::Prefix(first, rest), Value::Array(list)) => list
                .into_iter()
                .enumerate()
                .map(|(i, item)| self.back(first.get(i).copied().unwrap_or(*rest), item, depth + 1))
                .collect(),
            (Node::Tuple(items, rest), Value::Object(mut map)) => {
                let mut out = Vec::with_capacity(items.len());
                for (i, (node, absent)) in items.iter().enumerate() {
                    match map.shift_remove(&item_name(i)) {
                        None => break,
                        Some(Value::Null) if *absent => break,
                        Some(item) => out.push(self.back(*node, item, depth + 1)),
                    }
                }
                if let (Some(rest), Some(Value::Array(list))) = (rest, map.shift_remove("rest")) {
                    out.extend(list.into_iter().map(|item| self.back(*rest, item, depth + 1)));
                }
                Value::Array(out)
            }
            (Node::Values(values), Value::String(text)) => {
                values.iter().find(|(name, _)| *name == text).map_or(Value::String(text), |(_, value)| value.clone())
            }
            (Node::Text, Value::String(text)) => read_text(text),
            (Node::Boxed(node), Value::Object(mut map)) => match map.shift_remove("literal") {
                Some(value) => self.back(*node, value, depth + 1),
                None => Value::Object(map),
            },
            (Node::Marked(node, key, _), Value::Object(mut map)) => {
                map.shift_remove(key);
                self.back(*node, Value::Object(map), depth + 1)
            }
            (Node::Union(branches), value) => match self.branch(branches, &value) {
                Some(branch) => self.back(branch.node, value, depth + 1),
                None => value,
            },
            (_, value) => value,
        }
    }

    /// The branch that a rendered value is of: the first that fits, else the one of its type.
    fn branch<'a>(&self, branches: &'a [Branch], value: &Value) -> Option<&'a Branch> {
        let kind =
            |branch: &&Branch| branch.rendered.get("type").and_then(Value::as_str) == Some(super::fits::type_of(value));
        branches
            .iter()
            .find(|branch| fits_rendered(&self.rendered, &branch.rendered, value))
            .or_else(|| branches.iter().find(kind))
    }

    fn object(&self, object: &ObjectNode, map: Map<String, Value>, depth: usize) -> Value {
        let ObjectNode { fields, entries, rest, .. } = object;
        let mut out = Map::new();
        for (hint, (key, value)) in map.into_iter().enumerate() {
            // Keys mostly come in the schema's order.
            let field = match fields.get(hint).filter(|field| field.name == key) {
                Some(field) => Some(field),
                None => fields.iter().find(|field| field.name == key),
            };
            match (field, value) {
                (Some(field), _) if field.mark.is_some() => {}
                (Some(field), Value::Null) if field.absent => {}
                (Some(field), value) => {
                    out.insert(key, self.back(field.node, value, depth + 1));
                }
                (None, Value::Array(list)) if entries.as_ref().is_some_and(|entries| entries.name == key) => {
                    for entry in list {
                        if let (Ok((key, value)), Some(entries)) = (key_and_value(entry), entries) {
                            let value = self.back(entries.node, value, depth + 1);
                            out.entry(key).or_insert(value);
                        }
                    }
                }
                (None, value) => {
                    out.insert(key, self.back(*rest, value, depth + 1));
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

    /// A value of the original's shape → the rendered form, as a model would answer; `None` when the rendered form has
    /// no place for it (an undeclared key of an object that is closed for this API).
    pub fn transform(&self, value: &Value) -> Option<Value> {
        let wrapped;
        let value = match self.unwrap {
            Some(key) => {
                wrapped = json!({ key: value });
                &wrapped
            }
            None => value,
        };
        self.forth(self.root, value, 0)
    }

    fn forth(&self, id: NodeId, value: &Value, depth: usize) -> Option<Value> {
        if id == KEEP {
            return Some(value.clone());
        }
        if depth > MAX_DEPTH {
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
                        (Some(value), _) => self.forth(field.node, value, depth + 1)?,
                        (None, _) if field.absent || field.filled => Value::Null,
                        (None, _) => continue,
                    };
                    out.insert(field.name.clone(), rendered);
                }
                let mut further = Vec::new();
                for (key, value) in map.iter().filter(|(key, _)| !fields.iter().any(|field| field.name == **key)) {
                    match entries {
                        Some(entries) => {
                            further.push(obj! { "key": key, "value": self.forth(entries.node, value, depth + 1)? });
                        }
                        None if object.open => {
                            out.insert(key.clone(), self.forth(*rest, value, depth + 1)?);
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
                    out.push(obj! { "key": key, "value": self.forth(*node, value, depth + 1)? });
                }
                Value::Array(out)
            }
            (Node::Array(node), Value::Array(list)) => {
                Value::Array(list.iter().map(|item| self.forth(*node, item, depth + 1)).collect::<Option<_>>()?)
            }
            (Node::Prefix(first, rest), Value::Array(list)) => {
                let item = |(i, item)| self.forth(first.get(i).copied().unwrap_or(*rest), item, depth + 1);
                Value::Array(list.iter().enumerate().map(item).collect::<Option<_>>()?)
            }
            (Node::Tuple(items, rest), Value::Array(list)) => {
                let mut out = Map::new();
                for (i, (node, absent)) in items.iter().enumerate() {
                    let item = match list.get(i) {
                        Some(item) => self.forth(*node, item, depth + 1)?,
                        None if *absent => Value::Null,
                        None => return None,
                    };
                    out.insert(item_name(i), item);
                }
                let further = list.get(items.len()..).unwrap_or_default();
                match rest {
                    Some(rest) => {
                        let further =
                            further.iter().map(|item| self.forth(*rest, item, depth + 1)).collect::<Option<_>>()?;
                        out.put("rest", Value::Array(further));
                    }
                    None if !further.is_empty() => return None,
                    None => {}
                }
                Value::Object(out)
            }
            (Node::Values(values), value) => match values.iter().find(|(_, one)| same(one, value)) {
                Some((name, _)) => Value::String(name.clone()),
                None => value.clone(),
            },
            (Node::Text, value) => Value::String(value.to_string()),
            (Node::Marked(node, key, mark), value) => {
                let mut out = Map::from_iter([(key.clone(), mark.as_str().into())]);
                let Value::Object(members) = self.forth(*node, value, depth + 1)? else { return None };
                out.extend(members);
                Value::Object(out)
            }
            (Node::Boxed(node), value) => obj! { "literal": self.forth(*node, value, depth + 1)? },
            (Node::Union(branches), value) => branches
                .iter()
                .filter(|branch| fits(&self.original, &branch.original, value))
                .find_map(|branch| {
                    let rendered = self.forth(branch.node, value, depth + 1)?;
                    // What stays as it is may lack the keys that are null in the rendered form.
                    let formed = branch.node == KEEP || fits_rendered(&self.rendered, &branch.rendered, &rendered);
                    formed.then_some(rendered)
                })
                .or_else(|| value.is_null().then_some(Value::Null))?,
            (_, value) => value.clone(),
        })
    }
}

/// JSON text in a string; what is not JSON stays the string it is, as models write plain words unquoted.
pub(super) fn read_text(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
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

/// Replaces by [`KEEP`] every node below which nothing changes.
pub(super) fn simplify(plan: &mut Plan) {
    let mut changes: Vec<bool> = plan.nodes.iter().map(changes_itself).collect();
    loop {
        let mut moved = false;
        for (i, node) in plan.nodes.iter().enumerate() {
            if changes.get(i) == Some(&true) {
                continue;
            }
            let mut below = false;
            each_child(node, &mut |child| below |= changes.get(child as usize).copied().unwrap_or(false));
            if below && let Some(slot) = changes.get_mut(i) {
                *slot = true;
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    let settle = |id: &mut NodeId| {
        if !changes.get(*id as usize).copied().unwrap_or(false) {
            *id = KEEP;
        }
    };
    let mut unions = false;
    for (node, changed) in plan.nodes.iter_mut().zip(&changes) {
        if !changed {
            *node = Node::Keep;
            continue;
        }
        unions |= matches!(node, Node::Union(_));
        match node {
            Node::Same(child)
            | Node::Record(child)
            | Node::Array(child)
            | Node::Boxed(child)
            | Node::Marked(child, ..) => {
                settle(child);
            }
            Node::Object(object) => {
                object.fields.iter_mut().for_each(|field| settle(&mut field.node));
                settle(&mut object.rest);
                if let Some(entries) = &mut object.entries {
                    settle(&mut entries.node);
                }
            }
            Node::Prefix(first, rest) => {
                first.iter_mut().for_each(settle);
                settle(rest);
            }
            Node::Tuple(items, rest) => {
                items.iter_mut().for_each(|(child, _)| settle(child));
                if let Some(rest) = rest {
                    settle(rest);
                }
            }
            Node::Union(branches) => branches.iter_mut().for_each(|branch| settle(&mut branch.node)),
            Node::Keep | Node::Values(_) | Node::Text => {}
        }
    }
    settle(&mut plan.root);
    if !unions {
        plan.rendered = Map::new();
        plan.original = Map::new();
    }
}

fn changes_itself(node: &Node) -> bool {
    match node {
        Node::Object(object) => {
            object.entries.is_some()
                || object.fields.iter().any(|field| field.absent || field.default.is_some() || field.mark.is_some())
        }
        Node::Record(_) | Node::Tuple(..) | Node::Values(_) | Node::Text | Node::Boxed(_) | Node::Marked(..) => true,
        _ => false,
    }
}

fn each_child(node: &Node, seen: &mut dyn FnMut(NodeId)) {
    match node {
        Node::Same(child) | Node::Record(child) | Node::Array(child) | Node::Boxed(child) | Node::Marked(child, ..) => {
            seen(*child);
        }
        Node::Object(object) => {
            object.fields.iter().for_each(|field| seen(field.node));
            seen(object.rest);
            if let Some(entries) = &object.entries {
                seen(entries.node);
            }
        }
        Node::Prefix(first, rest) => {
            first.iter().for_each(|child| seen(*child));
            seen(*rest);
        }
        Node::Tuple(items, rest) => {
            items.iter().for_each(|(child, _)| seen(*child));
            rest.iter().for_each(|child| seen(*child));
        }
        Node::Union(branches) => branches.iter().for_each(|branch| seen(branch.node)),
        Node::Keep | Node::Values(_) | Node::Text => {}
    }
}
