//! References and `allOf`: merges the parts of a schema. A reference is kept as `$ref` if the dialect supports it, else inlined
//! and unrolled.
//!
//! A definition that occurs again for the same value (`Pet: oneOf [Cat, Dog]`, `Cat: allOf [Pet, …]`) adds nothing and is left
//! out. A definition that occurs again inside its own value is unrolled.

use super::{Fragment, Renderer};
use crate::error::Error;
use crate::pointer::{escaped, unescaped};
use crate::schema::dialect::rules::Refs;
use crate::schema::keywords::ANNOTATIONS;
use crate::schema::merge::merge;
use crate::schema::plan::{Node, NodeId};
use crate::schema::put::Put;
use crate::schema::refs::definition;
use crate::schema::render::{
    cycles::Cycles,
    limits::{DEFER, MAX_FLAT, UNROLL},
};
use crate::schema::rendered::Level;
use serde_json::{Map, Value};

/// The members of an `allOf` as one schema.
enum Merged {
    /// No value satisfies all of them.
    Never,
    /// None of them constrains the value.
    Any,
    Schema(Map<String, Value>),
}

impl<'a> Renderer<'a> {
    pub(super) fn merge(
        &mut self,
        a: &Map<String, Value>,
        b: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Error> {
        self.spend_copy(a)?;
        self.spend_copy(b)?;
        for key in ["enum", "required"] {
            let length = |side: &Map<String, Value>| side.get(key).and_then(Value::as_array).map_or(0, Vec::len);
            self.spend(length(a) * length(b) / 16)?;
        }
        Ok(merge(a, b))
    }

    /// The definition of a reference, for merging into the current schema; `None` if it is merged already.
    fn enter(&mut self, reference: &str) -> Result<Option<&'a Value>, Error> {
        let target = self.target(reference)?;
        let name = name_of(reference);
        if self.chain.contains(&name) {
            return Ok(None);
        }
        if self.open_too_often(&name) {
            self.unroll_limit_reached = true;
            return Ok(None);
        }
        self.open.push(name.clone());
        self.chain.push(name);
        Ok(Some(target))
    }

    /// The schema without `$ref` and `allOf` at its root. `None`: no value satisfies it.
    pub(super) fn flatten(
        &mut self,
        map: &Map<String, Value>,
        depth: usize,
    ) -> Result<Option<Map<String, Value>>, Error> {
        if depth > MAX_FLAT {
            return Err(self.refused(&format!("its allOf and $ref are nested deeper than {MAX_FLAT} levels")));
        }
        self.spend_copy(map)?;
        let mut own = map.clone();
        let mut parts = Vec::new();
        if let Some(Value::String(reference)) = own.shift_remove("$ref")
            && let Some(target) = self.enter(&reference)?
        {
            parts.push(target.clone());
        }
        if let Some(Value::Array(list)) = own.shift_remove("allOf") {
            parts.extend(list);
        }
        match self.merge_all(&parts, depth + 1)? {
            Merged::Never => Ok(None),
            Merged::Any => Ok(Some(own)),
            Merged::Schema(whole) => self.merge(&whole, &own),
        }
    }

    /// The schema with its `allOf` merged. `None`: no value satisfies it.
    pub(super) fn all_of(
        &mut self,
        map: &Map<String, Value>,
        parts: &[Value],
    ) -> Result<Option<Map<String, Value>>, Error> {
        self.spend_copy(map)?;
        let mut own = map.clone();
        own.shift_remove("allOf");
        if parts.len() > 1 {
            self.note(Level::Rewritten, "allOf is merged into one schema");
        }
        // A reference with only annotations as siblings is kept.
        if let [Value::Object(only)] = parts
            && only.contains_key("$ref")
            && own.keys().all(|key| ANNOTATIONS.contains(&key.as_str()))
        {
            let mut only = only.clone();
            only.extend(own);
            return Ok(Some(only));
        }
        match self.merge_all(parts, 0)? {
            Merged::Never => Ok(None),
            Merged::Any => Ok(Some(own)),
            Merged::Schema(whole) => self.merge(&whole, &own),
        }
    }

    fn merge_all(&mut self, parts: &[Value], depth: usize) -> Result<Merged, Error> {
        let mut whole: Option<Map<String, Value>> = None;
        for part in parts {
            let part = match part {
                Value::Bool(false) => return Ok(Merged::Never),
                Value::Object(part) => self.flatten(part, depth)?,
                _ => continue,
            };
            let Some(part) = part else { return Ok(Merged::Never) };
            whole = match whole {
                None => Some(part),
                Some(whole) => match self.merge(&whole, &part)? {
                    None => return Ok(Merged::Never),
                    merge_all => merge_all,
                },
            };
        }
        Ok(whole.map_or(Merged::Any, Merged::Schema))
    }

    pub(super) fn target(&self, reference: &str) -> Result<&'a Value, Error> {
        definition(self.root, reference)
            .ok_or_else(|| self.refused("a reference leads nowhere; put its target into $defs"))
    }

    pub(super) fn reference(
        &mut self,
        map: &Map<String, Value>,
        reference: &str,
        depth: usize,
    ) -> Result<Option<Fragment>, Error> {
        let target = self.target(reference)?;
        let name = name_of(reference);
        let constrained = map.keys().any(|key| key != "$ref" && !ANNOTATIONS.contains(&key.as_str()));
        if self.chain.contains(&name) {
            if !constrained {
                return Err(self.refused("its references only lead in a circle"));
            }
            let mut own = map.clone();
            own.shift_remove("$ref");
            return self.map(&own, depth);
        }
        let told = map.contains_key("description");
        let circular = self.cycles().anywhere(&name);
        // In a cycle for one value, only the first reference is kept.
        let in_place = !self.chain.is_empty() && self.cycles().in_place(&name);
        let inline = match self.rules.refs {
            Refs::Inline => true,
            Refs::KeepUnlessRecursive => circular,
            Refs::Keep => in_place,
        } || constrained
            || !target.is_object()
            // A small target is copied, to keep a description next to the reference.
            || (told && !self.rules.ref_siblings && !circular);
        if inline {
            if self.open_too_often(&name) {
                return Ok(Some(self.unrolled_as_text(map)));
            }
            let mut own = map.clone();
            own.shift_remove("$ref");
            let whole = match target {
                Value::Object(target) => self.merge(target, &own)?,
                Value::Bool(false) => None,
                _ => Some(own),
            };
            let Some(whole) = whole else { return Ok(None) };
            self.open.push(name.clone());
            self.chain.push(name);
            return self.map(&whole, depth);
        }
        let node = match self.known.get(&name).and_then(Value::as_u64) {
            Some(node) => node as NodeId,
            None => {
                // Registered before rendering, for references from inside.
                let node = self.add(Node::Keep);
                self.known.insert(name.clone(), node.into());
                self.defs.insert(name.clone(), Value::Null);
                if self.level >= DEFER {
                    self.deferred.push((name.clone(), node));
                } else {
                    self.define(&name, node)?;
                }
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
        Ok(Some(Fragment { schema, node }))
    }

    /// Renders a definition into `$defs`.
    pub(super) fn define(&mut self, name: &str, node: NodeId) -> Result<(), Error> {
        let Some(target) = self.root.get("$defs").and_then(|defs| defs.get(name)) else { return Ok(()) };
        let path = std::mem::replace(&mut self.path, format!("/$defs/{}", escaped(name)));
        let chain = std::mem::replace(&mut self.chain, vec![name.to_owned()]);
        let out = self.schema(target, 0)?;
        self.path = path;
        self.chain = chain;
        let out = out.unwrap_or_else(|| self.any(&Map::new()));
        if let Some(slot) = self.nodes.get_mut(node as usize) {
            *slot = Node::Same(out.node);
        }
        self.defs.insert(name.to_owned(), Value::Object(out.schema));
        Ok(())
    }

    fn open_too_often(&self, name: &str) -> bool {
        self.open.iter().filter(|one| *one == name).count() >= UNROLL
    }

    /// Recursion past the unrolled depth.
    pub(super) fn unrolled_as_text(&mut self, map: &Map<String, Value>) -> Fragment {
        self.note(Level::Rewritten, format!("recursion is unrolled {UNROLL} times, deeper values are JSON text"));
        self.text(map, "")
    }

    fn cycles(&mut self) -> &Cycles {
        let root = self.root;
        self.cycles.get_or_insert_with(|| Cycles::of(root))
    }

    /// The reference of a branch, if its definition already applies to the current value.
    pub(super) fn in_chain(&self, branch: &Value) -> Option<&str> {
        let mut branch = branch;
        while let Some(Value::Array(parts)) = branch.get("allOf")
            && let [only] = parts.as_slice()
            && branch.as_object().is_some_and(|map| map.len() == 1)
        {
            branch = only;
        }
        let name = name_of(branch.get("$ref")?.as_str()?);
        let alone = branch.as_object()?.keys().all(|key| key == "$ref" || ANNOTATIONS.contains(&key.as_str()));
        self.chain.iter().find(|one| alone && **one == name).map(String::as_str)
    }
}

fn name_of(reference: &str) -> String {
    unescaped(reference.strip_prefix("#/$defs/").unwrap_or(reference))
}
