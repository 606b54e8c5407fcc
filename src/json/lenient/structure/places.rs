//! Where the answer may be inside an object of the text.

use super::nodes::{Kind, Node};
use crate::json::lenient::scalar::folded;

/// Keys of objects around an answer.
const AROUND: [&str; 9] = ["properties", "data", "result", "response", "output", "answer", "instance", "value", "json"];
/// Maximum number of layers around the answer, and of places in one object.
const MAX_LAYERS: usize = 4;
const MAX_PLACES: usize = 32;

/// An object that may be the answer.
pub struct Place<'a> {
    pub members: &'a [(String, Node)],
    pub complete: bool,
    /// The key of the object around it, if it is not at the root.
    pub under: Option<&'a str>,
}

/// The places in a value, outermost first. `known` are the keys of the answer: what is under them belongs to it.
pub fn places<'a>(root: &'a Node, known: &dyn Fn(&str) -> bool, name: &str) -> Vec<Place<'a>> {
    let name = folded(name);
    let around = |key: &str| {
        let key = folded(key);
        AROUND.contains(&key.as_str()) || !key.is_empty() && key == name
    };
    let mut out = Vec::new();
    let mut waiting: Vec<(&Node, Option<&str>, usize)> = vec![(root, None, 0)];
    let mut at = 0;
    while let Some((node, under, depth)) = waiting.get(at).copied() {
        at += 1;
        match &node.kind {
            Kind::Object(members) => {
                out.push(Place { members, complete: node.complete, under });
                let only = members.len() == 1;
                for (key, inner) in members {
                    if depth < MAX_LAYERS && waiting.len() < MAX_PLACES && !known(key) && (only || around(key)) {
                        waiting.push((inner, Some(key), depth + 1));
                    }
                }
            }
            // A list of one object.
            Kind::List(items) => {
                if let ([only], true) = (items.as_slice(), node.complete && depth < MAX_LAYERS) {
                    waiting.push((only, under, depth + 1));
                }
            }
            Kind::Scalar(_) => {}
        }
    }
    out
}
