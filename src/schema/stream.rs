//! Restoring during a stream: a layer between the parser and the packed ops that turns the events of the rendered form into
//! those of the original, each as it arrives, in time linear in the answer.
//!
//! ```text
//! parser ─▶ Restoring::to(out) ─▶ Packed, Tree
//! ```
//!
//! Most events pass at once. These are buffered until they are complete: JSON text, enum values that became strings, tuples
//! that became objects, and objects of a union with an unknown branch. A discriminator as the first key (OpenAI's `variant`,
//! or the model's own) identifies the branch. A wrapper (`content`, `tasks`) is kept, and the consumer removes it. Defaults
//! are filled in at the end, by [`Plan::restore`].

mod emit;
mod ops;

use super::matches::equal;
use super::plan::{Branch, KEEP, Node, NodeId, Plan, simplify, steps};
use super::refs::{definition, weight};
use crate::json::ops::{Ops, Tree};
use serde_json::{Map, Value};
use std::cell::Cell;

impl Plan {
    /// The plan for a stream, without defaults. `None` if there is nothing to restore.
    pub fn streaming(&self) -> Option<Restoring> {
        if self.is_unchanged(self.root) {
            return None;
        }
        let mut plan = self.clone();
        for node in &mut plan.nodes {
            if let Node::Object(object) = node {
                object.fields.iter_mut().for_each(|field| (field.default, field.always_rendered) = (None, false));
            }
        }
        simplify(&mut plan);
        (plan.root != KEEP).then(|| Restoring {
            plan,
            frames: Vec::new(),
            string: Text::Pass,
            held: None,
            left: steps(&Value::Null),
        })
    }
}

pub struct Restoring {
    plan: Plan,
    /// The open containers of the rendered form.
    frames: Vec<Frame>,
    /// The target of the open string's text.
    string: Text,
    held: Option<Held>,
    /// Steps left for selecting branches, see [`steps`].
    left: Cell<u32>,
}

enum Frame {
    /// Passed through.
    Keep,
    /// Dropped.
    Skip,
    Object(NodeId, String),
    Array(NodeId),
    Prefix(NodeId, usize),
    /// A list of entries; `true` if it is a separate object.
    Entries(NodeId, bool),
    Entry(Box<Entry>),
}

struct Entry {
    node: NodeId,
    member: String,
    key: Option<String>,
    /// A value that arrived before its key.
    early: Option<Value>,
}

enum Text {
    Pass,
    Drop,
    /// The key of an entry.
    Key(String),
}

struct Held {
    tree: Tree,
    depth: usize,
    node: NodeId,
    key: Option<String>,
    /// Number of started members of the outermost object.
    members: usize,
    first: String,
}

/// The role of the next value.
enum Next {
    Drop,
    /// At this key of the output, or in a list, with its node; `true`: null is dropped.
    Value(Option<String>, NodeId, bool),
    /// The list of an object's additional keys.
    Further(NodeId),
    Entry(NodeId),
    EntryKey,
    /// The value of an entry whose key has not arrived.
    Early(NodeId),
}

impl Restoring {
    /// The receiver of events that restores into `out`.
    pub fn to<'a>(&'a mut self, out: &'a mut dyn Ops) -> Restorer<'a> {
        Restorer { state: self, out }
    }

    fn clear(&mut self) {
        self.frames.clear();
        self.string = Text::Pass;
        self.held = None;
    }

    fn next(&mut self) -> Next {
        match self.frames.last_mut() {
            None => Next::Value(None, self.plan.root, false),
            Some(Frame::Keep) => Next::Value(None, KEEP, false),
            Some(Frame::Skip) => Next::Drop,
            Some(Frame::Array(node)) => Next::Value(None, *node, false),
            Some(Frame::Prefix(node, index)) => {
                let at = *index;
                *index += 1;
                let node = match self.plan.node(*node) {
                    Node::Prefix(first, rest) => first.get(at).copied().unwrap_or(*rest),
                    _ => KEEP,
                };
                Next::Value(None, node, false)
            }
            Some(Frame::Entries(node, _)) => Next::Entry(*node),
            Some(Frame::Entry(entry)) => match (entry.member.as_str(), &entry.key) {
                ("key", _) => Next::EntryKey,
                ("value", Some(key)) => Next::Value(Some(key.clone()), entry.node, false),
                ("value", None) => Next::Early(entry.node),
                _ => Next::Drop,
            },
            Some(Frame::Object(node, key)) => {
                let Node::Object(object) = self.plan.node(*node) else { return Next::Value(None, KEEP, false) };
                if let Some(field) = object.fields.iter().find(|field| field.rendered_name == *key) {
                    if field.tag.is_some() {
                        return Next::Drop;
                    }
                    let name = if field.rendered_name == field.name { std::mem::take(key) } else { field.name.clone() };
                    return Next::Value(Some(name), field.node, field.null_is_absent);
                }
                match &object.entries {
                    Some(entries) if entries.name == *key => Next::Further(entries.node),
                    _ => Next::Value(Some(std::mem::take(key)), object.rest, false),
                }
            }
        }
    }

    /// The node of a value whose first event is known: the type narrows a union; `None` if several branches remain.
    fn narrow(&self, mut node: NodeId, kind: &str) -> Option<NodeId> {
        for _ in 0..8 {
            let Node::Union(branches) = self.plan.node(node) else { return Some(node) };
            let mut of_kind =
                branches.iter().filter(|branch| self.may_have_type(branch, kind)).map(|branch| branch.node);
            let first = of_kind.next().unwrap_or(KEEP);
            if of_kind.any(|other| other != first) {
                return None;
            }
            node = first;
        }
        None
    }

    /// A list at the root where an object is expected: the wrapper was omitted.
    fn unwrapped(&self, node: NodeId) -> NodeId {
        match (self.plan.unwrap_key(), self.plan.node(node)) {
            (Some(key), Node::Object(object)) if self.frames.is_empty() => {
                object.fields.iter().find(|field| field.name == key).map_or(node, |field| field.node)
            }
            _ => node,
        }
    }

    fn schema<'a>(&'a self, branch: &'a Branch) -> Option<&'a Map<String, Value>> {
        let mut schema = branch.rendered.as_object()?;
        // The bound ends a cycle of references.
        for _ in 0..8 {
            let Some(Value::String(reference)) = schema.get("$ref") else { break };
            schema = definition(&self.plan.rendered, reference)?.as_object()?;
        }
        Some(schema)
    }

    fn may_have_type(&self, branch: &Branch, kind: &str) -> bool {
        match self.schema(branch).and_then(|schema| schema.get("type")) {
            Some(Value::String(name)) => name == kind,
            Some(Value::Array(names)) => names.iter().any(|name| name == kind),
            _ => true,
        }
    }

    /// The only branch of an open union that accepts this value of the first member.
    fn decided(&self, node: NodeId, key: &str, value: &Value) -> Option<NodeId> {
        let Node::Union(branches) = self.plan.node(node) else { return None };
        let is_branch = |branch: &&Branch| {
            let schema = self.schema(branch)?.get("properties")?.get(key)?;
            let allowed = match (schema.get("const"), schema.get("enum")) {
                (Some(one), _) => equal(one, value),
                (_, Some(Value::Array(list))) => list.iter().any(|one| equal(one, value)),
                // Not a discriminator: the branch stays unknown.
                _ => return None,
            };
            Some(allowed)
        };
        let mut found = None;
        for branch in branches.iter().filter(|branch| self.may_have_type(branch, "object")) {
            match is_branch(&branch) {
                None => return None,
                Some(true) if found.is_some() => return None,
                Some(true) => found = Some(branch.node),
                Some(false) => {}
            }
        }
        found
    }
}

/// See [`Restoring::to`].
pub struct Restorer<'a> {
    state: &'a mut Restoring,
    out: &'a mut dyn Ops,
}

impl Restorer<'_> {
    fn emit_key(&mut self, key: Option<String>) {
        if let Some(key) = key {
            self.out.key(&key);
        }
    }

    fn hold(&mut self, node: NodeId, key: Option<String>) {
        let mut tree = Tree::new();
        tree.root();
        self.state.held = Some(Held { tree, depth: 0, node, key, members: 0, first: String::new() });
    }

    /// The buffered value is complete: emits it restored.
    fn release(&mut self) {
        if self.state.held.as_ref().is_none_or(|held| held.depth > 0) {
            return;
        }
        let Some(held) = self.state.held.take() else { return };
        let Some(value) = held.tree.into_complete() else { return };
        self.state.left.set(self.state.left.get().saturating_add(200 * weight(&value, 100_000) as u32));
        let value = self.state.plan.restore_node(held.node, value, 0, &self.state.left);
        match (held.key, self.state.frames.last_mut()) {
            (None, Some(Frame::Entry(entry))) if entry.key.is_none() => entry.early = Some(value),
            (key, _) => {
                self.emit_key(key);
                emit::emit(&value, self.out);
            }
        }
    }

    /// The first member of a buffered object of a union is complete: the branch may be known now.
    fn decide(&mut self) {
        let Some(held) = &self.state.held else { return };
        if held.depth != 1 || held.members != 1 {
            return;
        }
        let Some(Value::Object(so_far)) = held.tree.snapshot() else { return };
        let Some(value) = so_far.get(&held.first) else { return };
        let Some(node) = self.state.decided(held.node, &held.first, value) else { return };
        let Some(held) = self.state.held.take() else { return };
        self.begin(node, held.key, true);
        self.key(&held.first);
        emit::emit(value, self);
    }

    /// Begins a container with a known node.
    fn begin(&mut self, node: NodeId, key: Option<String>, object: bool) {
        let kind = if object { "object" } else { "array" };
        let node = if object { node } else { self.state.unwrapped(node) };
        let Some(node) = self.state.narrow(node, kind) else {
            self.hold(node, key);
            return self.open(object);
        };
        let frame = match (self.state.plan.node(node), object) {
            (Node::Object(_), true) => Frame::Object(node, String::new()),
            (Node::Array(items), false) => Frame::Array(*items),
            (Node::Prefix(..), false) => Frame::Prefix(node, 0),
            (Node::Record(value), false) => Frame::Entries(*value, true),
            (Node::Tuple(..) | Node::Boxed(_) | Node::Tagged(..), true) => {
                self.hold(node, key);
                return self.open(object);
            }
            _ => Frame::Keep,
        };
        self.emit_key(key);
        self.out.open(object || matches!(frame, Frame::Entries(..)));
        self.state.frames.push(frame);
    }

    /// A number or a literal.
    fn scalar(&mut self, null: bool, say: &mut dyn FnMut(&mut dyn Ops)) {
        if let Some(held) = &mut self.state.held {
            say(&mut held.tree);
            self.release();
            return self.decide();
        }
        match self.state.next() {
            Next::Value(_, _, true) if null => {}
            Next::Value(key, ..) => {
                self.emit_key(key);
                say(self.out);
            }
            Next::Early(node) => {
                self.hold(node, None);
                self.scalar(null, say);
            }
            Next::Drop | Next::Further(_) | Next::Entry(_) | Next::EntryKey => {}
        }
    }
}
