//! Schemas: the response model, rendering into an API dialect, restoring the answer.
//!
//! ```text
//! any JSON Schema ─▶ normal (one draft) ─▶ model (object root, name) ─▶ render by a dialect's table ─▶ the API
//!                                                                            │
//!                                                    value ◀─ plan.restore ◀─┴─ the answer
//!                                             packed ops  ◀─ stream::Restoring ◀─ the answer's events, as they come
//! ```
//!
//! The restored value is what is validated, against the schema as the caller gave it
//! ([`ResponseModel::original`]); so a constraint that an API does not know is still kept.

mod cache;
pub mod dialect;
mod fits;
mod form;
mod keywords;
pub(crate) mod lint;
mod merge;
mod model;
mod names;
mod normal;
mod plan;
mod refs;
mod render;
mod stream;
#[cfg(feature = "schemars")]
mod types;
mod words;

pub use cache::Models;
pub use dialect::Dialect;
pub use form::{Form, splice};
pub use lint::{Finding, lint};
pub use model::ResponseModel;
pub use plan::Plan;
pub use stream::Restoring;

use crate::error::Error;
use dialect::{Limits, Rules};
use plan::{Field, KEEP, Node, NodeId, ObjectNode, simplify};
use refs::{each_ref_of, rebase};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::cell::Cell;

/// Inserts under a literal key; one function, because every insertion written out costs size.
trait Put {
    fn put(&mut self, key: &str, value: Value);
}

impl Put for Map<String, Value> {
    #[inline(never)]
    fn put(&mut self, key: &str, value: Value) {
        self.insert(key.to_owned(), value);
    }
}

/// What was done to a part of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Written differently; the answer is turned back.
    Rewritten,
    /// Told to the model in the description, validated by us.
    Described,
    /// Not sent, validated by us.
    Validated,
    /// It cannot be sent to this API.
    Impossible,
}

impl Level {
    pub fn name(self) -> &'static str {
        match self {
            Level::Rewritten => "rewritten",
            Level::Described => "described",
            Level::Validated => "validated",
            Level::Impossible => "impossible",
        }
    }
}

/// One thing done, with the JSON Pointer of the part (in the model's schema).
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    pub pointer: String,
    pub level: Level,
    pub what: String,
}

/// A schema in an API's dialect, the way back, and what was done.
#[derive(Debug, Clone)]
pub struct Rendered {
    pub schema: Value,
    pub plan: Plan,
    pub notes: Vec<Note>,
}

/// The schema as an API of this dialect takes it, for a response format or for a tool's parameters. A model is rendered
/// once per dialect, for all its clones.
pub fn form(model: &ResponseModel, dialect: Dialect, tool: bool) -> Result<Form, Error> {
    let dialect = dialect.of(model.schema());
    let kept = model.rendered.get(dialect, || match dialect.rules() {
        None => Ok(plain(model)),
        Some(rules) => render_by(model, rules),
    })?;
    Ok(Form { kept, tool })
}

/// A copy of the form for a response format.
pub fn render(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    Ok(form(model, dialect, false)?.rendered())
}

/// A copy of the form for a tool's parameters: the tool has name and description, so the root has none.
pub fn render_tool(model: &ResponseModel, dialect: Dialect) -> Result<Rendered, Error> {
    Ok(form(model, dialect, true)?.rendered())
}

fn render_by(model: &ResponseModel, rules: &'static Rules) -> Result<Rendered, Error> {
    let mut refers_to_root = false;
    each_ref_of(model.schema(), &mut |reference| refers_to_root |= reference == "#");
    let (root, name) = match refers_to_root {
        true => {
            let (root, name) = with_own_definition(model);
            (Cow::Owned(root), Some(name))
        }
        false => (Cow::Borrowed(model.schema()), None),
    };
    let mut renderer = render::Renderer::new(rules, &root);
    let out = renderer.root(name)?;
    check_limits(&out.schema, &rules.limits, &renderer)?;
    let (nodes, notes) = (renderer.nodes, renderer.notes);
    let mut plan = Plan { wrapper: model.wrapper(), nodes, root: out.node, ..Plan::default() };
    if simplify(&mut plan) {
        plan.rendered = out.schema.clone();
        plan.original = root.into_owned();
    }
    Ok(Rendered { schema: Value::Object(out.schema), plan, notes })
}

/// Not every API knows `#`, and the rendered root is not always the root's schema: a definition is certain.
fn with_own_definition(model: &ResponseModel) -> (Map<String, Value>, String) {
    let name = match model.schema().get("$defs") {
        Some(Value::Object(defs)) => names::free(defs, &model.name),
        _ => model.name.clone(),
    };
    let target = format!("#/$defs/{name}");
    let mut whole = Value::Object(model.schema().clone());
    rebase(&mut whole, &target);
    let Value::Object(mut map) = whole else { return Default::default() };
    let mut own = map.clone();
    let mut defs = match own.shift_remove("$defs") {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    defs.insert(name.clone(), Value::Object(own));
    map.put("$defs", Value::Object(defs));
    (map, name)
}

/// Numbers of a rendered schema that APIs limit.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    properties: usize,
    enum_values: usize,
    characters: usize,
}

fn measure(schema: &Value, size: &mut Size) {
    match schema {
        Value::Object(map) => measure_map(map, size),
        Value::Array(list) => list.iter().for_each(|one| measure(one, size)),
        _ => {}
    }
}

fn measure_map(map: &Map<String, Value>, size: &mut Size) {
    for (key, value) in map {
        match (key.as_str(), value) {
            ("properties" | "$defs", Value::Object(named)) => {
                if key == "properties" {
                    size.properties += named.len();
                }
                size.characters += named.keys().map(|name| name.chars().count()).sum::<usize>();
                named.values().for_each(|one| measure(one, size));
            }
            ("enum", Value::Array(list)) => {
                size.enum_values += list.len();
                let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
                size.characters += list.iter().map(length).sum::<usize>();
            }
            ("const", Value::String(text)) => size.characters += text.chars().count(),
            ("description" | "title" | "default" | "example", _) => {}
            _ => measure(value, size),
        }
    }
}

fn check_limits(schema: &Map<String, Value>, limits: &Limits, renderer: &render::Renderer) -> Result<(), Error> {
    if limits.properties == 0 && limits.enum_values == 0 && limits.characters == 0 {
        return Ok(());
    }
    let mut size = Size::default();
    measure_map(schema, &mut size);
    let over = |count: usize, limit: usize, what: &str| {
        (limit > 0 && count > limit).then(|| {
            renderer.refused(&format!(
                "it has {count} {what} and the API takes {limit}; split the model into smaller calls"
            ))
        })
    };
    over(size.properties, limits.properties, "properties")
        .or_else(|| over(size.enum_values, limits.enum_values, "enum values"))
        .or_else(|| over(size.characters, limits.characters, "characters of names and values"))
        .map_or(Ok(()), Err)
}

/// As the user wrote it; the plan only unwraps and fills defaults.
fn plain(model: &ResponseModel) -> Rendered {
    let mut plan = Plan { wrapper: model.wrapper(), nodes: vec![Node::Keep], ..Plan::default() };
    let left = Cell::new(1_000_000);
    let mut defaults = Defaults { root: model.schema(), nodes: &mut plan.nodes, known: Map::new(), left: &left };
    plan.root = defaults.of(model.schema(), 0);
    simplify(&mut plan);
    Rendered { schema: Value::Object(model.schema().clone()), plan, notes: Vec::new() }
}

/// Nodes for the defaults of plainly written objects; what has alternatives is left as it is.
struct Defaults<'a> {
    root: &'a Map<String, Value>,
    nodes: &'a mut Vec<Node>,
    /// The nodes of definitions, by reference.
    known: Map<String, Value>,
    left: &'a Cell<u32>,
}

impl Defaults<'_> {
    fn of(&mut self, schema: &Map<String, Value>, depth: usize) -> NodeId {
        if depth > keywords::MAX_DEPTH {
            return KEEP;
        }
        if let Some(Value::String(reference)) = schema.get("$ref") {
            return self.reference(reference, depth);
        }
        if let Some(Value::Array(branches)) = schema.get("anyOf") {
            // Optional[T]: one branch beside null.
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
            let default = default.filter(|value| fits::surely_fits(self.root, one, value, self.left)).cloned();
            let node = one.as_object().map_or(KEEP, |one| self.of(one, depth + 1));
            let (name, sent) = (name.clone(), name.clone());
            object.fields.push(Field { name, sent, node, absent: false, filled: false, default, mark: None });
        }
        self.add(Node::Object(Box::new(object)))
    }
}
