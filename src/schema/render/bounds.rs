//! What rendering may cost. A schema is rendered or refused within these bounds, whatever refers to what in it; the
//! recursion fits a stack of 1 MB, in a debug build too.

use super::{Note, Renderer};
use crate::error::Error;
use crate::schema::Level;
use crate::schema::refs::{each_ref, unescaped, weight_of};
use serde_json::{Map, Value};

/// How often a circle of references is followed where the API takes none.
pub(super) const UNROLL: usize = 2;
/// Schema nodes rendered before the rest is asked for as JSON text.
pub(super) const MAX_NODES: usize = 12_000;
/// The same for copies of definitions: inlining multiplies, and an API compiles every copy.
pub(super) const MAX_INLINED: usize = 1_500;
/// Schemas within each other, counted as the renderer recurses; deeper ones are asked for as JSON text.
pub(super) const MAX_LEVEL: usize = 48;
/// A definition met deeper than this is rendered after the schema around it, so that a long chain of definitions is
/// no deep recursion.
pub(super) const DEFER: usize = 16;
/// `$ref` and `allOf` within each other at one place.
pub(super) const MAX_FLAT: usize = 64;
/// JSON values copied, merged and compared.
const MAX_WORK: usize = 3_000_000;
/// Characters of all findings together.
const MAX_NOTED: usize = 2_000_000;

impl Renderer<'_> {
    /// Counts work; an error when it is too much.
    pub(super) fn spend(&mut self, work: usize) -> Result<(), Error> {
        self.work = self.work.saturating_add(work);
        if self.work > MAX_WORK {
            return Err(self.refused(
                "it has too many references and alternatives to write out; use fewer alternatives, or one object with \
                 optional properties",
            ));
        }
        Ok(())
    }

    /// Counts a copy of this schema.
    pub(super) fn spend_copy(&mut self, map: &Map<String, Value>) -> Result<(), Error> {
        self.spend(weight_of(map, MAX_WORK))
    }

    pub(super) fn note(&mut self, level: Level, what: impl Into<String>) {
        self.note_at(self.path.clone(), level, what.into());
    }

    pub(super) fn note_at(&mut self, pointer: String, level: Level, what: String) {
        if self.noted > MAX_NOTED {
            return;
        }
        self.noted += pointer.len() + what.len();
        self.notes.push(Note { pointer, level, what });
        if self.noted > MAX_NOTED {
            let what = "further findings are not listed, there are too many".to_owned();
            self.notes.push(Note { pointer: String::new(), level: Level::Validated, what });
        }
    }
}

/// Calls its second argument with each reference of a schema.
type EachRef = fn(&Value, &mut dyn FnMut(&str));

/// Which definitions lead back to themselves.
pub(super) struct Circles {
    /// Position of a definition by its name.
    names: Map<String, Value>,
    anywhere: Vec<bool>,
    in_place: Vec<bool>,
}

impl Circles {
    pub fn of(root: &Map<String, Value>) -> Circles {
        let empty = Map::new();
        let defs = root.get("$defs").and_then(Value::as_object).unwrap_or(&empty);
        let names: Map<String, Value> = defs.keys().enumerate().map(|(i, name)| (name.clone(), i.into())).collect();
        let to = |reference: &str| {
            names.get(&unescaped(reference.strip_prefix("#/$defs/")?)).and_then(Value::as_u64).map(|at| at as usize)
        };
        let edges = |each: EachRef| -> Vec<Vec<usize>> {
            defs.values()
                .map(|schema| {
                    let mut out = Vec::new();
                    each(schema, &mut |reference| out.extend(to(reference)));
                    out
                })
                .collect()
        };
        let (anywhere, in_place) = (circular(&edges(each_ref)), circular(&edges(each_ref_in_place)));
        Circles { names, anywhere, in_place }
    }

    fn get(&self, list: &[bool], name: &str) -> bool {
        let at = self.names.get(name).and_then(Value::as_u64);
        at.and_then(|at| list.get(at as usize)).copied().unwrap_or(false)
    }

    /// Whether the definition refers to itself, directly or through others.
    pub fn anywhere(&self, name: &str) -> bool {
        self.get(&self.anywhere, name)
    }

    /// Whether it does so for the same value: through `$ref`, `allOf`, `anyOf` and `oneOf` alone.
    pub fn in_place(&self, name: &str) -> bool {
        self.get(&self.in_place, name)
    }
}

/// References that hold for the schema's own value.
fn each_ref_in_place(schema: &Value, seen: &mut dyn FnMut(&str)) {
    let Value::Object(map) = schema else { return };
    if let Some(Value::String(reference)) = map.get("$ref") {
        seen(reference);
    }
    for key in ["allOf", "anyOf", "oneOf"] {
        if let Some(Value::Array(list)) = map.get(key) {
            list.iter().for_each(|one| each_ref_in_place(one, seen));
        }
    }
}

/// The points of a graph that lie on a circle (Kosaraju's two passes, without recursion).
fn circular(edges: &[Vec<usize>]) -> Vec<bool> {
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, to) in edges.iter().enumerate() {
        for to in to {
            if let Some(list) = back.get_mut(*to) {
                list.push(from);
            }
        }
    }
    let mut order = Vec::new();
    let mut seen = vec![false; edges.len()];
    for start in 0..edges.len() {
        walk(edges, start, &mut seen, &mut order);
    }
    let mut out = vec![false; edges.len()];
    let mut seen = vec![false; edges.len()];
    let mut group = Vec::new();
    for start in order.into_iter().rev() {
        group.clear();
        walk(&back, start, &mut seen, &mut group);
        let lone = group.len() == 1 && !edges.get(start).is_some_and(|to| to.contains(&start));
        for at in group.iter().filter(|_| !lone) {
            if let Some(slot) = out.get_mut(*at) {
                *slot = true;
            }
        }
    }
    out
}

/// Everything that can be reached from `start` and was not seen, in the order in which it is done with.
fn walk(edges: &[Vec<usize>], start: usize, seen: &mut [bool], done: &mut Vec<usize>) {
    let mut visit = |at: usize, stack: &mut Vec<(usize, usize)>| {
        if let Some(seen) = seen.get_mut(at)
            && !std::mem::replace(seen, true)
        {
            stack.push((at, 0));
        }
    };
    let mut stack = Vec::new();
    visit(start, &mut stack);
    while let Some((at, next)) = stack.last_mut() {
        match edges.get(*at).and_then(|to| to.get(*next)) {
            Some(to) => {
                *next += 1;
                visit(*to, &mut stack);
            }
            None => {
                done.push(*at);
                stack.pop();
            }
        }
    }
}
