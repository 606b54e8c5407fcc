//! Alternatives, lists and tuples.

use super::written::{Type, list, put, without};
use super::{MAX_REPEATED, Writer, words};
use crate::jsontext::ToText;
use crate::schema::keywords::{ANNOTATIONS, BRANCH_CONSTRAINTS};
use crate::schema::put::Put;
use serde_json::{Map, Value};

impl Writer<'_> {
    /// Alternatives. What is required in addition to each of them is written once, before them.
    pub(super) fn union(&mut self, map: &Map<String, Value>, key: &str, branches: &[Value]) -> Type {
        let mut own = without(map, &|name| name == key || ANNOTATIONS.contains(&name));
        if !own.is_empty() && branches.iter().all(only_requires) {
            return self.requiring(&own, branches);
        }
        let kind = own.get("type").cloned();
        if own.len() == 1 && kind.is_some() {
            own.clear();
        }
        let mut out = Type::default();
        for branch in branches {
            let mut one = match (branch, &kind) {
                (Value::Object(branch), Some(kind)) if !branch.contains_key("type") && !branch.contains_key("$ref") => {
                    let mut typed = branch.clone();
                    typed.put("type", kind.clone());
                    self.map(&typed)
                }
                _ => self.schema(branch),
            };
            // What documents one alternative follows it.
            if !one.is_long() && one.notes.len() <= MAX_REPEATED {
                words::qualify(&mut one.text, &std::mem::take(&mut one.notes));
            }
            out.join(&one.settled(), " or ");
        }
        if own.is_empty() {
            return out;
        }
        let mut both = self.map(&own);
        if out.text.contains(" or ") {
            out.text.insert(0, '(');
            out.text.push(')');
        }
        both.join(&out, " and ");
        both
    }

    /// A schema, and alternatives that only require keys of it.
    fn requiring(&mut self, own: &Map<String, Value>, branches: &[Value]) -> Type {
        let mut out = self.map(own);
        let mut names = String::from("Requires ");
        for (at, branch) in branches.iter().enumerate() {
            let required = branch.as_object().map_or(&[] as &[Value], |branch| list(branch, "required"));
            for (number, name) in required.iter().enumerate() {
                let word = if number > 0 {
                    " and "
                } else if at > 0 {
                    " or "
                } else {
                    ""
                };
                put(&mut names, &[word, &name.to_text()]);
            }
        }
        names.push('.');
        out.note(&names);
        out
    }

    pub(super) fn array(&mut self, map: &Map<String, Value>) -> Type {
        let mut out = Type::default();
        let any = Value::Bool(true);
        let mut items: Vec<&Value> = list(map, "prefixItems").iter().collect();
        let length = items.len();
        let closed = map.get("maxItems").and_then(Value::as_u64).is_some_and(|most| most as usize <= length);
        let rest = map.get("items").unwrap_or(&any);
        let tuple = *rest == Value::Bool(false) || (length > 0 && closed);
        if !tuple {
            items.push(rest);
        }
        for (at, item) in items.iter().enumerate() {
            let mut one = self.schema(item);
            if items.len() > 1 {
                one = one.settled();
            }
            put(&mut out.text, &[if at > 0 { ", " } else { "" }, &one.text]);
            out.note(&one.notes);
        }
        let several = out.text.contains(" or ") || out.text.contains('|') || out.text.ends_with(')');
        let (before, after) = match (tuple || length > 0 || out.is_long(), tuple) {
            (true, true) => ("[", "]"),
            (true, false) => ("[", ", ...]"),
            _ if several => ("(", ")[]"),
            _ => ("", "[]"),
        };
        out.text.insert_str(0, before);
        out.text.push_str(after);
        if !tuple {
            words::qualify(&mut out.text, &words::count(map, "minItems", "maxItems", "item"));
        }
        out
    }
}

/// Whether a branch only requires keys of the object that it belongs to.
fn only_requires(branch: &Value) -> bool {
    branch.as_object().is_some_and(|branch| {
        branch.contains_key("required") && !branch.keys().any(|key| BRANCH_CONSTRAINTS.contains(&key.as_str()))
    })
}
