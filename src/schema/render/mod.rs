//! The renderer: walks a normalised schema once and writes it as one dialect's [`Rules`] say, leaving a plan node for
//! each part that changed and a note for the user of what was done.
//!
//! ```text
//! schema ─▶ $ref / allOf resolved (here) ─▶ anyOf, oneOf (union) ─▶ enum, const (values) ─▶ one type:
//!           object (object) · array (array) · string, number, boolean (here)
//! ```
//!
//! What a dialect cannot say at all (a value of any type, recursion beyond the unrolled depth, nesting beyond a limit)
//! is asked for as JSON text in a string, so that nothing is lost and nothing is refused that could be asked.

mod array;
mod object;
mod union;
mod values;

use super::dialect::{Null, Patterns, Refs, Rules};
use super::fits::fits;
use super::normal::{MAX_DEPTH, definition, each_ref, escaped};
use super::plan::{KEEP, Node, NodeId};
use super::{Level, Note, merge::merge, words};
use crate::error::Error;
use crate::obj;
use crate::schema::Put;
use serde_json::{Map, Value, json};

/// How often a circle of references is followed where the API takes none.
const UNROLL: usize = 2;
/// Schema nodes rendered before the rest is asked for as JSON text.
const MAX_NODES: usize = 12_000;
/// The same for copies of definitions: inlining multiplies, and an API compiles every copy.
const MAX_INLINED: usize = 1_500;
/// Merges of `allOf`, `$ref` and siblings in one schema.
const MAX_MERGES: usize = 4_000;

pub(super) struct Renderer<'a> {
    rules: &'static Rules,
    root: &'a Map<String, Value>,
    pub nodes: Vec<Node>,
    pub notes: Vec<Note>,
    /// Definitions as rendered, and their nodes by name.
    defs: Map<String, Value>,
    known: Vec<(String, NodeId)>,
    /// Definitions being inlined, outermost first.
    open: Vec<String>,
    path: String,
    nodes_seen: usize,
    inlined: usize,
    /// Definitions asked about by [`Renderer::is_circular`].
    circular: Vec<(String, bool)>,
    merges: usize,
    optional: usize,
    unions: usize,
    enum_values: usize,
}

/// A rendered schema and its node.
pub(super) struct Out {
    pub schema: Map<String, Value>,
    pub node: NodeId,
}

/// Keywords that only tell: they constrain nothing.
const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "readonly",
    "$defs",
    "markdownDescription",
];

/// Keywords that constrain values, apart from those that have a renderer of their own.
const CONSTRAINTS: &[(&str, &[&str])] = &[
    ("string", &["minLength", "maxLength", "pattern", "format", "contentEncoding", "contentMediaType"]),
    ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"]),
    ("array", &["minItems", "maxItems", "uniqueItems", "contains"]),
    ("object", &["minProperties", "maxProperties", "propertyNames", "dependentRequired"]),
];

/// Keywords that make a schema say something of its own.
const SAYING: &[&str] = &[
    "type",
    "properties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "pattern",
    "format",
    "additionalProperties",
    "patternProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
];

impl<'a> Renderer<'a> {
    pub fn new(rules: &'static Rules, root: &'a Map<String, Value>) -> Self {
        Renderer {
            rules,
            root,
            nodes: vec![Node::Keep],
            notes: Vec::new(),
            defs: Map::new(),
            known: Vec::new(),
            open: Vec::new(),
            path: String::new(),
            nodes_seen: 0,
            inlined: 0,
            circular: Vec::new(),
            merges: 0,
            optional: 0,
            unions: 0,
            enum_values: 0,
        }
    }

    /// Renders the root; the definitions follow in `$defs`.
    pub fn root(&mut self) -> Result<Out, Error> {
        let mut out = self.map(self.root, 0)?.ok_or_else(|| self.refused("no value can satisfy it"))?;
        if out.schema.get("type").is_none_or(|kind| kind != "object") {
            return Err(
                self.refused("its root is not an object in this dialect; wrap it in an object with one property")
            );
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

    fn note(&mut self, level: Level, what: impl Into<String>) {
        self.notes.push(Note { pointer: self.path.clone(), level, what: what.into() });
    }

    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        (self.nodes.len() - 1) as NodeId
    }

    /// Renders the schema under `token` of the current one.
    fn under(&mut self, token: &str, schema: &Value, depth: usize) -> Result<Option<Out>, Error> {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(token);
        let out = self.schema(schema, depth);
        self.path.truncate(length);
        out
    }

    /// `None`: no value satisfies it. `depth` counts the objects and arrays around it.
    fn schema(&mut self, schema: &Value, depth: usize) -> Result<Option<Out>, Error> {
        match schema {
            Value::Object(map) => self.map(map, depth),
            Value::Bool(false) => Ok(None),
            _ => Ok(Some(self.any(&Map::new()))),
        }
    }

    fn map(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Out>, Error> {
        self.nodes_seen += 1;
        self.inlined += usize::from(!self.open.is_empty());
        if self.nodes_seen > MAX_NODES || self.inlined > MAX_INLINED || depth > MAX_DEPTH {
            return Ok(Some(self.text(map, "it is too large")));
        }
        if let Some(Value::Array(parts)) = map.get("allOf") {
            let mut whole: Option<Map<String, Value>> = None;
            let mut own = map.clone();
            own.shift_remove("allOf");
            for part in parts {
                let part = match part {
                    Value::Bool(false) => return Ok(None),
                    Value::Object(part) => self.flat(part, 0)?,
                    _ => continue,
                };
                let Some(part) = part else { return Ok(None) };
                whole = match whole {
                    None => Some(part),
                    Some(whole) => match self.merge(&whole, &part)? {
                        None => return Ok(None),
                        joined => joined,
                    },
                };
            }
            let Some(whole) = whole else { return self.map(&own, depth) };
            if parts.len() > 1 {
                self.note(Level::Rewritten, "allOf is merged into one schema");
            }
            return match self.merge(&whole, &own)? {
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
        self.typed(map, depth)
    }

    fn merge(&mut self, a: &Map<String, Value>, b: &Map<String, Value>) -> Result<Option<Map<String, Value>>, Error> {
        self.merges += 1;
        if self.merges > MAX_MERGES {
            return Err(self.refused("its allOf and $ref have too much to merge; write the merged schema out"));
        }
        Ok(merge(a, b))
    }

    /// A schema without `$ref` and `allOf` at its top. `None`: nothing satisfies it.
    fn flat(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Map<String, Value>>, Error> {
        if depth > 24 {
            return Err(self.refused("its references only lead in a circle"));
        }
        let mut own = map.clone();
        let mut parts = Vec::new();
        if let Some(Value::String(reference)) = own.shift_remove("$ref") {
            let target = self.target(&reference)?;
            parts.push(target.clone());
        }
        if let Some(Value::Array(list)) = own.shift_remove("allOf") {
            parts.extend(list);
        }
        let mut whole: Option<Map<String, Value>> = None;
        for part in &parts {
            let part = match part {
                Value::Bool(false) => return Ok(None),
                Value::Object(part) => self.flat(part, depth + 1)?,
                _ => continue,
            };
            let Some(part) = part else { return Ok(None) };
            whole = match whole {
                None => Some(part),
                Some(whole) => match self.merge(&whole, &part)? {
                    None => return Ok(None),
                    joined => joined,
                },
            };
        }
        match whole {
            None => Ok(Some(own)),
            Some(whole) => self.merge(&whole, &own),
        }
    }

    fn target(&self, reference: &str) -> Result<&'a Value, Error> {
        definition(self.root, reference)
            .ok_or_else(|| self.refused("a reference leads nowhere; put its target into $defs"))
    }

    fn reference(&mut self, map: &Map<String, Value>, reference: &str, depth: usize) -> Result<Option<Out>, Error> {
        let target = self.target(reference)?;
        let name = reference.trim_start_matches("#/$defs/").replace("~1", "/").replace("~0", "~");
        let constrained = map.keys().any(|key| key != "$ref" && !ANNOTATIONS.contains(&key.as_str()));
        let told = map.contains_key("description");
        let circular = self.rules.refs != Refs::Keep || told || constrained;
        let circular = circular && self.is_circular(&name);
        let inline = match self.rules.refs {
            Refs::Inline => true,
            Refs::KeepUnlessRecursive => circular,
            Refs::Keep => false,
        } || constrained
            || !target.is_object()
            // A description beside the reference is worth a copy of a small target.
            || (told && !self.rules.ref_siblings && !circular);
        if inline {
            if self.open.iter().filter(|one| **one == name).count() >= UNROLL {
                let what = format!("recursion is unrolled {UNROLL} times, deeper values are JSON text");
                self.note(Level::Rewritten, what);
                return Ok(Some(self.text(map, "")));
            }
            let mut own = map.clone();
            own.shift_remove("$ref");
            let whole = match target {
                Value::Object(target) => self.merge(target, &own)?,
                Value::Bool(false) => None,
                _ => Some(own),
            };
            let Some(whole) = whole else { return Ok(None) };
            self.open.push(name);
            let out = self.map(&whole, depth);
            self.open.pop();
            return out;
        }
        let node = match self.known.iter().find(|(known, _)| *known == name) {
            Some((_, node)) => *node,
            None => {
                // Known before it is rendered, for references from inside.
                let node = self.add(Node::Keep);
                self.known.push((name.clone(), node));
                let slot = self.defs.len();
                self.defs.insert(name.clone(), Value::Null);
                let length = self.path.len();
                let path = std::mem::replace(&mut self.path, format!("/$defs/{}", escaped(&name)));
                let out = self.schema(target, 0)?;
                self.path = path;
                debug_assert!(self.path.len() == length && slot < self.defs.len());
                let out = out.unwrap_or_else(|| self.any(&Map::new()));
                if let Some(slot) = self.nodes.get_mut(node as usize) {
                    *slot = Node::Same(out.node);
                }
                self.defs.insert(name.clone(), Value::Object(out.schema));
                node
            }
        };
        let mut schema = Map::new();
        schema.put("$ref", format!("#/$defs/{}", escaped(&name)).into());
        if self.rules.ref_siblings
            && let Some(text) = map.get("description")
        {
            schema.put("description", text.clone());
        }
        Ok(Some(Out { schema, node }))
    }

    /// Whether the definition refers to itself, directly or through others.
    fn is_circular(&mut self, name: &str) -> bool {
        if let Some((_, known)) = self.circular.iter().find(|(known, _)| known == name) {
            return *known;
        }
        let mut reached: Vec<String> = vec![name.to_owned()];
        let mut done = 0;
        let mut found = false;
        while let Some(next) = reached.get(done).cloned() {
            done += 1;
            let Some(schema) = self.root.get("$defs").and_then(|defs| defs.get(&next)) else { continue };
            each_ref(schema, &mut |reference| {
                let token = reference.trim_start_matches("#/$defs/").replace("~1", "/").replace("~0", "~");
                found |= token == name;
                if !reached.contains(&token) {
                    reached.push(token);
                }
            });
        }
        self.circular.push((name.to_owned(), found));
        found
    }

    /// A value of any type.
    fn any(&mut self, map: &Map<String, Value>) -> Out {
        if self.rules.any {
            return Out { schema: self.head(map), node: KEEP };
        }
        self.text(map, "a value of any type")
    }

    /// What cannot be said in this dialect: JSON text in a string, with the schema in words.
    fn text(&mut self, map: &Map<String, Value>, why: &str) -> Out {
        let mut schema = self.head(map);
        schema.put("type", "string".into());
        let mut own = map.clone();
        own.retain(|key, _| !ANNOTATIONS.contains(&key.as_str()) && key != "$ref");
        let says = Value::Object(own).to_string();
        let sentence = if says.len() > 2 && says.len() < 400 {
            format!("JSON text of a value of the JSON Schema {says}.")
        } else {
            "Any JSON value, written as JSON text.".to_owned()
        };
        words::describe(&mut schema, &sentence);
        if !why.is_empty() {
            self.note(Level::Rewritten, format!("asked for as JSON text in a string ({why})"));
        }
        let node = self.add(Node::Text);
        Out { schema, node }
    }

    /// Title and description, where they pass.
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

    /// A schema without references, alternatives and listed values: it has types.
    fn typed(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Out>, Error> {
        let mut types: Vec<&str> = match map.get("type") {
            Some(Value::String(name)) => vec![name],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => match inferred(map) {
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
        let scalar = |name: &&str| matches!(*name, "string" | "number" | "integer" | "boolean");
        let out = match types.as_slice() {
            [only] => self.one_type(map, only, depth)?,
            many if self.rules.type_lists && many.iter().all(scalar) => {
                let mut schema = self.head(map);
                schema.put("type", json!(many));
                for name in many {
                    self.constrain(&mut schema, map, name);
                }
                self.tell(&mut schema, map);
                self.unions += 1;
                Some(Out { schema, node: KEEP })
            }
            many => {
                let branches: Vec<Value> = many
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
                self.union(&own, "anyOf", &branches, depth)?
            }
        };
        Ok(out.map(|out| if nullable { self.nullable(out, map) } else { out }))
    }

    fn one_type(&mut self, map: &Map<String, Value>, name: &str, depth: usize) -> Result<Option<Out>, Error> {
        match name {
            "object" => self.object(map, depth).map(Some),
            "array" => self.array(map, depth).map(Some),
            "null" => Ok(Some(self.null(map))),
            _ => {
                let mut schema = self.head(map);
                schema.put("type", name.into());
                self.constrain(&mut schema, map, name);
                self.tell(&mut schema, map);
                Ok(Some(Out { schema, node: KEEP }))
            }
        }
    }

    fn null(&mut self, map: &Map<String, Value>) -> Out {
        let mut schema = self.head(map);
        if self.rules.null == Null::Flag {
            schema.put("type", "string".into());
            schema.put("nullable", true.into());
            words::describe(&mut schema, "Always null.");
        } else {
            schema.put("type", "null".into());
        }
        Out { schema, node: KEEP }
    }

    /// The constraints of one type: kept, or said in words.
    fn constrain(&mut self, schema: &mut Map<String, Value>, map: &Map<String, Value>, name: &str) {
        let name = if name == "integer" { "number" } else { name };
        let Some((_, keys)) = CONSTRAINTS.iter().find(|(kind, _)| *kind == name) else { return };
        for (key, value) in map {
            if !keys.contains(&key.as_str()) || schema.contains_key(key) {
                continue;
            }
            let kept = match key.as_str() {
                "format" => value.as_str().is_some_and(|format| self.rules.formats.contains(&format)),
                "pattern" => value.as_str().is_some_and(|pattern| passes(self.rules.patterns, pattern)),
                "minItems" if self.rules.min_items_one => value.as_u64().is_some_and(|n| n < 2),
                _ => self.rules.kept.contains(&key.as_str()) && value.is_number(),
            };
            if kept {
                schema.insert(key.clone(), value.clone());
            } else if let Some(sentence) = words::phrase(key, value) {
                words::describe(schema, &sentence);
                self.note(Level::Described, format!("{key} is said in the description and validated by us"));
            } else {
                self.note(Level::Validated, format!("{key} is only validated by us"));
            }
        }
    }

    /// What belongs to every type: default, examples, not, and what is only validated.
    fn tell(&mut self, schema: &mut Map<String, Value>, map: &Map<String, Value>) {
        for (key, value) in map {
            match key.as_str() {
                "default" if value.is_null() => {}
                "default" | "examples" | "example" => {
                    if self.rules.kept.contains(&key.as_str()) {
                        schema.insert(key.clone(), value.clone());
                    } else if let Some(sentence) = words::phrase(key, value) {
                        words::describe(schema, &sentence);
                        self.note(Level::Described, format!("{key} is said in the description"));
                    }
                }
                "not" => {
                    if let Some(sentence) = words::phrase(key, value) {
                        words::describe(schema, &sentence);
                    }
                    self.note(Level::Described, "not is said in the description and validated by us");
                }
                "if" => self.note(Level::Validated, "if, then and else are only validated by us"),
                "dependentSchemas" | "unevaluatedProperties" | "unevaluatedItems" => {
                    self.note(Level::Validated, format!("{key} is only validated by us"));
                }
                _ => {}
            }
        }
    }

    /// Also null; `map` is the original.
    fn nullable(&mut self, out: Out, map: &Map<String, Value>) -> Out {
        if matches!(self.nodes.get(out.node as usize), Some(Node::Text)) {
            // JSON text can say null itself.
            return out;
        }
        if !out.schema.contains_key("anyOf") && self.unions_full() {
            return self.text(map, "more alternatives than this API takes");
        }
        let Out { mut schema, node } = out;
        self.add_null(&mut schema);
        Out { schema, node }
    }

    /// The API takes no further type lists and `anyOf`s.
    fn unions_full(&self) -> bool {
        self.rules.limits.unions > 0 && self.unions >= self.rules.limits.unions
    }

    /// Writes null into a rendered schema, in this dialect's way.
    fn add_null(&mut self, schema: &mut Map<String, Value>) {
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
                        *kind = json!([kind, "null"]);
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
        outer.put("anyOf", json!([inner, nothing]));
        *schema = outer;
    }

    /// Whether the original accepts null there, and the rendered form says so itself.
    fn accepts_null(&self, original: &Value, out: &Out) -> bool {
        !matches!(self.nodes.get(out.node as usize), Some(Node::Text)) && fits(self.root, original, &Value::Null)
    }
}

/// The type that keywords without `type` speak of.
fn inferred(map: &Map<String, Value>) -> Option<&'static str> {
    const SIGNS: &[(&str, &[&str])] = &[
        (
            "object",
            &["properties", "required", "additionalProperties", "patternProperties", "minProperties", "propertyNames"],
        ),
        ("array", &["items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains"]),
        ("string", &["minLength", "maxLength", "pattern", "format"]),
        ("number", &["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    ];
    SIGNS.iter().find(|(_, keys)| keys.iter().any(|key| map.contains_key(*key))).map(|(name, _)| *name)
}

/// Whether a regular expression is of the kind the API takes.
fn passes(patterns: Patterns, pattern: &str) -> bool {
    let simple = !pattern.contains("(?")
        && !pattern.contains("\\p")
        && !pattern.contains("\\b")
        && !pattern.contains("\\B")
        && !pattern.as_bytes().windows(2).any(|pair| matches!(pair, [b'\\', b'1'..=b'9']));
    simple
        && match patterns {
            Patterns::None => false,
            Patterns::Simple => true,
            Patterns::Unanchored => !pattern.contains(['^', '$']),
            Patterns::Anchored => pattern.starts_with('^') && pattern.ends_with('$'),
        }
}
