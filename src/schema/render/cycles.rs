//! Definitions that refer to themselves.

use crate::pointer::unescaped;
use crate::schema::refs::each_ref;
use serde_json::{Map, Value};

/// Calls its second argument with each reference of a schema.
type EachRef = fn(&Value, &mut dyn FnMut(&str));

/// The definitions that refer to themselves.
pub(super) struct Cycles {
    /// Positions of the definitions by name.
    names: Map<String, Value>,
    anywhere: Vec<bool>,
    in_place: Vec<bool>,
}

impl Cycles {
    pub fn of(root: &Map<String, Value>) -> Cycles {
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
        Cycles { names, anywhere, in_place }
    }

    fn get(&self, list: &[bool], name: &str) -> bool {
        let at = self.names.get(name).and_then(Value::as_u64);
        at.and_then(|at| list.get(at as usize)).copied().unwrap_or(false)
    }

    /// Whether the definition refers to itself, directly or through others.
    pub fn anywhere(&self, name: &str) -> bool {
        self.get(&self.anywhere, name)
    }

    /// Whether it does so for the same value: only through `$ref`, `allOf`, `anyOf` and `oneOf`.
    pub fn in_place(&self, name: &str) -> bool {
        self.get(&self.in_place, name)
    }
}

/// References that apply to the schema's own value.
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

/// The points of a graph that are in a cycle (Kosaraju's algorithm, without recursion).
fn circular(edges: &[Vec<usize>]) -> Vec<bool> {
    let mut reverse: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
    for (from, to) in edges.iter().enumerate() {
        for to in to {
            if let Some(list) = reverse.get_mut(*to) {
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
        walk(&reverse, start, &mut seen, &mut group);
        let lone = group.len() == 1 && !edges.get(start).is_some_and(|to| to.contains(&start));
        for at in group.iter().filter(|_| !lone) {
            if let Some(slot) = out.get_mut(*at) {
                *slot = true;
            }
        }
    }
    out
}

/// Visits every unseen point that is reachable from `start`, in postorder.
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
