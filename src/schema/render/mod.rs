//! The renderer: walks a normalised schema once and writes it by the [`Rules`] of a dialect. Each changed part gets a plan node
//! and a note for the caller.
//!
//! ```text
//! schema ─▶ $ref / allOf resolved (refs) ─▶ anyOf, oneOf (union) ─▶ enum, const (values) ─▶ one type:
//!           object (object) · array (array) · string, number, boolean (here);
//!           their constraints (constraints), and null (null)
//! ```
//!
//! Parts that a dialect cannot express (a value of any type, recursion past the unrolled depth, nesting past a limit) are
//! requested as JSON text in a string.

mod additional;
mod array;
mod budget;
mod choices;
mod constraints;
mod cycles;
mod limits;
mod null;
mod object;
mod pattern;
mod refs;
mod union;
mod values;

pub(super) use self::pattern::for_grammar;

use self::cycles::Cycles;
use self::limits::{MAX_INLINED, MAX_LEVEL, MAX_NODES};
use super::describe;
use super::plan::{KEEP, Node, NodeId};
use super::refs::weight_of;
use crate::error::Error;
use crate::json::object::ToJson;
use crate::jsontext::ToText;
use crate::pointer::escaped;
use crate::schema::dialect::rules::Rules;
use crate::schema::keywords::{ANNOTATIONS, MAX_DEPTH};
use crate::schema::put::Put;
use crate::schema::rendered::{Level, Note};
use serde_json::{Map, Value};
use std::cell::Cell;

pub(super) struct Renderer<'a> {
    rules: &'static Rules,
    root: &'a Map<String, Value>,
    pub nodes: Vec<Node>,
    pub notes: Vec<Note>,
    /// Rendered definitions, and their nodes by name.
    defs: Map<String, Value>,
    known: Map<String, Value>,
    /// Definitions that are rendered after the root, because they were found too deep, and their nodes.
    deferred: Vec<(String, NodeId)>,
    /// Definitions being inlined, outermost first.
    open: Vec<String>,
    /// Definitions that apply to the current value: each is merged into its schema once, so that a cycle of `allOf` and
    /// alternatives ends.
    chain: Vec<String>,
    /// A definition was not merged, because it is already unrolled often enough.
    unroll_limit_reached: bool,
    path: String,
    /// Nested calls of [`Renderer::map`].
    level: usize,
    nodes_seen: usize,
    inlined: usize,
    cycles: Option<Cycles>,
    work: usize,
    notes_size: usize,
    /// Steps left for checks whether a value matches.
    fit_steps: Cell<u32>,
    optional: usize,
    unions: usize,
    enum_values: usize,
}

/// A rendered schema and its node.
pub(super) struct Fragment {
    pub schema: Map<String, Value>,
    pub node: NodeId,
}

impl<'a> Renderer<'a> {
    pub fn new(rules: &'static Rules, root: &'a Map<String, Value>) -> Self {
        Renderer {
            rules,
            root,
            nodes: vec![Node::Keep],
            notes: Vec::new(),
            defs: Map::new(),
            known: Map::new(),
            deferred: Vec::new(),
            open: Vec::new(),
            chain: Vec::new(),
            unroll_limit_reached: false,
            path: String::new(),
            level: 0,
            nodes_seen: 0,
            inlined: 0,
            cycles: None,
            work: 0,
            notes_size: 0,
            fit_steps: Cell::new(1_000_000),
            optional: 0,
            unions: 0,
            enum_values: 0,
        }
    }

    /// Renders the root, with the definitions in `$defs`. `name`: the definition that equals the root.
    pub fn root(&mut self, name: Option<String>) -> Result<Fragment, Error> {
        self.chain.extend(name);
        let mut out = self.map(self.root, 0)?.ok_or_else(|| self.refused("no value can satisfy it"))?;
        if matches!(self.nodes.get(out.node as usize), Some(Node::Text)) {
            return Err(self.refused("no value can satisfy it"));
        }
        if out.schema.get("type").is_none_or(|kind| kind != "object") {
            return Err(
                self.refused("its root is not an object in this dialect; wrap it in an object with one property")
            );
        }
        while let Some((name, node)) = self.deferred.pop() {
            self.define(&name, node)?;
        }
        if !self.defs.is_empty() {
            let defs = std::mem::take(&mut self.defs);
            let rest = std::mem::take(&mut out.schema);
            out.schema.put("$defs", Value::Object(defs));
            out.schema.extend(rest);
        }
        Ok(out)
    }

    pub fn refused(&self, why: &str) -> Error {
        let at = if self.path.is_empty() { "/" } else { &self.path };
        Error::configuration(format!("The schema cannot be sent to this API ({}) at `{at}`: {why}.", self.rules.name))
            .with("pointer", at)
            .with("dialect", self.rules.name)
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }

    /// Renders the schema of a nested value, at these tokens of the path.
    fn child(&mut self, tokens: &[&str], schema: &Value, depth: usize) -> Result<Option<Fragment>, Error> {
        let chain = std::mem::take(&mut self.chain);
        let out = self.under(tokens, schema, depth);
        self.chain = chain;
        out
    }

    /// Renders a schema of the same value, at these tokens of the path.
    fn under(&mut self, tokens: &[&str], schema: &Value, depth: usize) -> Result<Option<Fragment>, Error> {
        let length = self.path.len();
        for token in tokens {
            self.path.push('/');
            self.path.push_str(&escaped(token));
        }
        let out = self.schema(schema, depth);
        self.path.truncate(length);
        out
    }

    /// `None`: no value satisfies it. `depth` counts the enclosing objects and arrays.
    fn schema(&mut self, schema: &Value, depth: usize) -> Result<Option<Fragment>, Error> {
        match schema {
            Value::Object(map) => self.map(map, depth),
            Value::Bool(false) => Ok(None),
            _ => Ok(Some(self.any(&Map::new()))),
        }
    }

    fn map(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Fragment>, Error> {
        self.nodes_seen += 1;
        self.inlined += usize::from(!self.open.is_empty());
        if self.nodes_seen > MAX_NODES || self.inlined > MAX_INLINED {
            return Ok(Some(self.text(map, "it is too large")));
        }
        if self.level >= MAX_LEVEL || depth > MAX_DEPTH {
            return Ok(Some(self.text(map, "it is nested too deep")));
        }
        let (open, chain) = (self.open.len(), self.chain.len());
        self.level += 1;
        let out = self.render_map(map, depth);
        self.level -= 1;
        self.open.truncate(open);
        self.chain.truncate(chain);
        out
    }

    fn render_map(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Fragment>, Error> {
        if map.get("not").is_some_and(accepts_everything) {
            return Ok(None);
        }
        if let Some(Value::Array(parts)) = map.get("allOf") {
            return match self.all_of(map, parts)? {
                Some(_) if std::mem::take(&mut self.unroll_limit_reached) => Ok(Some(self.unrolled_as_text(map))),
                Some(whole) => self.map(&whole, depth),
                None => Ok(None),
            };
        }
        if let Some(Value::String(reference)) = map.get("$ref") {
            return self.reference(map, reference, depth);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = map.get(key) {
                return self.union(map, key, branches, depth);
            }
        }
        if let Some(value) = map.get("const") {
            return self.values(map, std::slice::from_ref(value), depth);
        }
        if let Some(Value::Array(list)) = map.get("enum") {
            return self.values(map, list, depth);
        }
        self.by_type(map, depth)
    }

    /// A value of any type.
    fn any(&mut self, map: &Map<String, Value>) -> Fragment {
        if self.rules.any {
            return Fragment { schema: self.head(map), node: KEEP };
        }
        self.text(map, "a value of any type")
    }

    /// A string with JSON text, described by the schema, for what this dialect cannot express.
    fn text(&mut self, map: &Map<String, Value>, why: &str) -> Fragment {
        let mut schema = self.head(map);
        schema.put("type", "string".into());
        // Larger schemas are too long for a description.
        let mut own_schema = String::new();
        if weight_of(map, 100) <= 100 {
            let mut own = map.clone();
            own.retain(|key, _| !ANNOTATIONS.contains(&key.as_str()) && key != "$ref");
            own_schema = Value::Object(own).to_text();
        }
        let sentence = if own_schema.len() > 2 && own_schema.len() < 400 {
            format!("JSON text of a value of the JSON Schema {own_schema}.")
        } else {
            "Any JSON value, written as JSON text.".to_owned()
        };
        describe::describe(&mut schema, &sentence);
        if !why.is_empty() {
            self.note(Level::Rewritten, format!("requested as JSON text in a string ({why})"));
        }
        let node = self.add(Node::Text);
        Fragment { schema, node }
    }

    /// Title and description, if the dialect keeps them.
    fn head(&self, map: &Map<String, Value>) -> Map<String, Value> {
        let mut out = Map::new();
        for key in ["title", "description"] {
            if let Some(Value::String(text)) = map.get(key)
                && self.rules.kept.contains(&key)
            {
                out.insert(key.into(), text.clone().into());
            }
        }
        out
    }

    /// A schema without references, alternatives and enums.
    fn by_type(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Fragment>, Error> {
        let mut types: Vec<&str> = match map.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => match inferred_type(map) {
                Some(name) => vec![name],
                None => return Ok(Some(self.any(map))),
            },
        };
        if types.contains(&"number") {
            types.retain(|name| *name != "integer");
        }
        let nullable = types.len() > 1 && types.contains(&"null");
        if nullable {
            types.retain(|name| *name != "null");
        }
        let out = match types.as_slice() {
            [only] => self.one_type(map, only, depth)?,
            many => self.several_types(map, many, depth)?,
        };
        Ok(out.map(|out| if nullable { self.nullable(out, map) } else { out }))
    }

    #[inline(never)]
    fn several_types(
        &mut self,
        map: &Map<String, Value>,
        types: &[&str],
        depth: usize,
    ) -> Result<Option<Fragment>, Error> {
        let scalar = |name: &&str| matches!(*name, "string" | "number" | "integer" | "boolean");
        if self.rules.type_lists && types.iter().all(scalar) {
            let mut schema = self.head(map);
            schema.put("type", types.to_json());
            for name in types {
                self.constrain(&mut schema, map, name);
            }
            self.describe_unsupported(&mut schema, map);
            self.unions += 1;
            return Ok(Some(Fragment { schema, node: KEEP }));
        }
        let branches: Vec<Value> = types
            .iter()
            .map(|name| {
                let mut branch = map.clone();
                branch.retain(|key, _| !ANNOTATIONS.contains(&key.as_str()));
                branch.put("type", (*name).into());
                Value::Object(branch)
            })
            .collect();
        let mut own = map.clone();
        own.retain(|key, _| ANNOTATIONS.contains(&key.as_str()));
        self.note(Level::Rewritten, "several types become anyOf");
        self.union(&own, "anyOf", &branches, depth)
    }

    fn one_type(&mut self, map: &Map<String, Value>, name: &str, depth: usize) -> Result<Option<Fragment>, Error> {
        match name {
            "object" => self.object(map, depth).map(Some),
            "array" => self.array(map, depth).map(Some),
            "null" => Ok(Some(self.null(map))),
            _ => {
                let mut schema = self.head(map);
                schema.put("type", name.into());
                self.constrain(&mut schema, map, name);
                self.describe_unsupported(&mut schema, map);
                Ok(Some(Fragment { schema, node: KEEP }))
            }
        }
    }
}

/// `true` and `{}`.
fn accepts_everything(schema: &Value) -> bool {
    *schema == Value::Bool(true) || schema.as_object().is_some_and(Map::is_empty)
}

/// The type that the keywords imply.
fn inferred_type(map: &Map<String, Value>) -> Option<&'static str> {
    const SIGNS: &[(&str, &[&str])] = &[
        (
            "object",
            &[
                "properties",
                "required",
                "additionalProperties",
                "patternProperties",
                "minProperties",
                "maxProperties",
                "propertyNames",
                "dependentRequired",
                "dependentSchemas",
                "unevaluatedProperties",
            ],
        ),
        ("array", &["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"]),
        ("string", &["minLength", "maxLength", "pattern", "format"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    SIGNS.iter().find(|(_, keys)| keys.iter().any(|key| map.contains_key(*key))).map(|(name, _)| *name)
}
