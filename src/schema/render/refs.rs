//! References and `allOf`: what a schema is made of, put together, kept as `$ref` where the dialect lets it, unrolled
//! where it does not.

use super::{ANNOTATIONS, MAX_MERGES, Out, Renderer, UNROLL};
use crate::error::Error;
use crate::schema::Level;
use crate::schema::Put;
use crate::schema::dialect::Refs;
use crate::schema::merge::merge;
use crate::schema::plan::Node;
use crate::schema::refs::{definition, each_ref, escaped, unescaped};
use serde_json::{Map, Value};

impl<'a> Renderer<'a> {
    pub(super) fn merge(
        &mut self,
        a: &Map<String, Value>,
        b: &Map<String, Value>,
    ) -> Result<Option<Map<String, Value>>, Error> {
        self.merges += 1;
        if self.merges > MAX_MERGES {
            return Err(self.refused("its allOf and $ref have too much to merge; write the merged schema out"));
        }
        Ok(merge(a, b))
    }

    /// A schema without `$ref` and `allOf` at its top. `None`: nothing satisfies it.
    pub(super) fn flat(&mut self, map: &Map<String, Value>, depth: usize) -> Result<Option<Map<String, Value>>, Error> {
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
        match self.joined(&parts, depth + 1)? {
            None => Ok(None),
            Some(None) => Ok(Some(own)),
            Some(Some(whole)) => self.merge(&whole, &own),
        }
    }

    /// The members of an `allOf` as one schema, if any of them says anything. `None`: nothing satisfies them all.
    pub(super) fn joined(
        &mut self,
        parts: &[Value],
        depth: usize,
    ) -> Result<Option<Option<Map<String, Value>>>, Error> {
        let mut whole: Option<Map<String, Value>> = None;
        for part in parts {
            let part = match part {
                Value::Bool(false) => return Ok(None),
                Value::Object(part) => self.flat(part, depth)?,
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
        Ok(Some(whole))
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
    ) -> Result<Option<Out>, Error> {
        let target = self.target(reference)?;
        let name = unescaped(reference.trim_start_matches("#/$defs/"));
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
    pub(super) fn is_circular(&mut self, name: &str) -> bool {
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
                let token = unescaped(reference.trim_start_matches("#/$defs/"));
                found |= token == name;
                if !reached.contains(&token) {
                    reached.push(token);
                }
            });
        }
        self.circular.push((name.to_owned(), found));
        found
    }
}
