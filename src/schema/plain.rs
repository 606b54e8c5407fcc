//! A schema that is sent as the caller wrote it.

use super::keywords::MAX_DEPTH;
use super::model::ResponseModel;
use super::plan::{Field, KEEP, Node, NodeId, ObjectNode, Plan, simplify};
use super::put::Put;
use super::rendered::Rendered;
use super::{matches, refs};
use serde_json::{Map, Value};
use std::cell::Cell;

/// The schema as the caller wrote it. The plan only unwraps the answer and fills in defaults.
pub fn plain(model: &ResponseModel) -> Rendered {
    let mut plan = Plan { wrapper: model.wrapper(), nodes: vec![Node::Keep], ..Plan::default() };
    let left = Cell::new(1_000_000);
    let mut defaults = Defaults { root: model.schema(), nodes: &mut plan.nodes, known: Map::new(), left: &left };
    plan.root = defaults.of(model.schema(), 0);
    simplify(&mut plan);
    Rendered { schema: Value::Object(model.schema().clone()), plan, notes: Vec::new() }
}

/// Nodes for the defaults of objects without alternatives.
struct Defaults<'a> {
    root: &'a Map<String, Value>,
    nodes: &'a mut Vec<Node>,
    /// The nodes of definitions, by reference.
    known: Map<String, Value>,
    left: &'a Cell<u32>,
}

impl Defaults<'_> {
    fn of(&mut self, schema: &Map<String, Value>, depth: usize) -> NodeId {
        if depth > MAX_DEPTH {
            return KEEP;
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            return self.reference(reference, depth);
        }
        if let Some(Value::Array(branches)) = schema.get("anyOf") {
            // `Optional[T]`: one branch and null.
            let mut others = branches.iter().filter(|branch| branch.get("type").is_none_or(|kind| kind != "null"));
            return match (others.next(), others.next()) {
                (Some(Value::Object(only)), None) => self.of(only, depth + 1),
                _ => KEEP,
            };
        }
        if let Some(Value::Object(properties)) = schema.get("properties") {
            return self.object(schema, properties, depth);
        }
        if let Some(Value::Object(items)) = schema.get("items")
            && !schema.contains_key("prefixItems")
        {
            let items = self.of(items, depth + 1);
            return if items == KEEP { KEEP } else { self.add(Node::Array(items)) };
        }
        KEEP
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }

    fn reference(&mut self, reference: &str, depth: usize) -> NodeId {
        if let Some(node) = self.known.get(reference).and_then(Value::as_u64) {
            return node as NodeId;
        }
        let Some(Value::Object(target)) = refs::definition(self.root, reference) else { return KEEP };
        let node = self.add(Node::Keep);
        self.known.put(reference, node.into());
        let target = self.of(target, depth + 1);
        if let Some(slot) = self.nodes.get_mut(node as usize) {
            *slot = Node::Same(target);
        }
        node
    }

    fn object(&mut self, schema: &Map<String, Value>, properties: &Map<String, Value>, depth: usize) -> NodeId {
        let required = schema.get("required").and_then(Value::as_array);
        let required = refs::set(required.into_iter().flatten().filter_map(Value::as_str));
        let delicate = ["not", "if", "allOf", "oneOf", "dependentRequired", "dependentSchemas", "maxProperties"];
        let fill = !delicate.iter().any(|key| schema.contains_key(*key));
        let mut object = ObjectNode { open: true, ..ObjectNode::default() };
        for (name, one) in properties {
            let default = one.get("default").filter(|_| fill && !required.contains_key(name));
            let default = default.filter(|value| matches::surely_matches(self.root, one, value, self.left)).cloned();
            let node = one.as_object().map_or(KEEP, |one| self.of(one, depth + 1));
            let (name, rendered_name) = (name.clone(), name.clone());
            object.fields.push(Field {
                name,
                rendered_name,
                node,
                null_is_absent: false,
                always_rendered: false,
                default,
                tag: None,
            });
        }
        self.add(Node::Object(Box::new(object)))
    }
}
