//! Alternatives, lists and tuples.

use super::written::{Type, join, with_comment};
use super::{MAX_REPEATED, Writer, words};
use crate::schema::keywords::BRANCH_CONSTRAINTS;
use crate::schema::put::Put;
use serde_json::{Map, Value};

impl Writer<'_> {
    /// Alternatives. What is required in addition to each of them is written once, before them.
    pub(super) fn union(&mut self, map: &Map<String, Value>, key: &str, branches: &[Value]) -> Type {
        let mut own = map.clone();
        own.retain(|name, _| name != key && name != "$defs" && !words::ANNOTATIONS.contains(&name.as_str()));
        // Branches that only require keys of the object next to them.
        let names_only = |branch: &Value| {
            branch.as_object().is_some_and(|branch| {
                branch.contains_key("required") && !branch.keys().any(|key| BRANCH_CONSTRAINTS.contains(&key.as_str()))
            })
        };
        if !own.is_empty() && branches.iter().all(names_only) {
            let names = branches.iter().map(|branch| {
                let names = branch.get("required").and_then(Value::as_array).into_iter().flatten();
                names.map(Value::to_string).collect::<Vec<String>>().join(" and ")
            });
            let mut out = self.map(&own);
            out.note(&["Requires ", &words::choices(names.collect()), "."].concat());
            return out;
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
            // What documents one alternative stays next to it.
            if !one.text.contains('\n') && !one.notes.is_empty() && one.notes.len() <= MAX_REPEATED {
                let notes = std::mem::take(&mut one.notes);
                one.text.push_str(&[" (", &notes, ")"].concat());
            } else if one.text.contains('\n') {
                one = Type::of(with_comment(one, ""));
            }
            join(&mut out, one, " or ");
        }
        if own.is_empty() {
            return out;
        }
        let mut both = self.map(&own);
        if out.text.contains(" or ") {
            out.text = ["(", &out.text, ")"].concat();
        }
        join(&mut both, out, " and ");
        both
    }

    pub(super) fn array(&mut self, map: &Map<String, Value>) -> Type {
        let mut out = Type::of("[");
        let mut items: Vec<&Value> = map.get("prefixItems").and_then(Value::as_array).into_iter().flatten().collect();
        let length = items.len() as u64;
        let closed = map.get("maxItems").and_then(Value::as_u64).is_some_and(|most| most <= length);
        let any = Value::Bool(true);
        match map.get("items") {
            Some(Value::Bool(false)) => {}
            _ if length > 0 && closed => {}
            rest => items.push(rest.unwrap_or(&any)),
        }
        for (at, item) in items.iter().enumerate() {
            let mut one = self.schema(item);
            if at > 0 {
                out.text.push_str(", ");
            }
            if items.len() > 1 && one.text.contains('\n') {
                one = Type::of(with_comment(one, ""));
            }
            out.text.push_str(&one.text);
            out.note(&one.notes);
        }
        let tuple = items.len() as u64 == length;
        let one_line = length == 0 && !out.text.contains('\n');
        if one_line {
            out.text.remove(0);
            let several = out.text.contains(" or ") || out.text.contains('|') || out.text.ends_with(')');
            out.text = if several { ["(", &out.text, ")[]"].concat() } else { out.text + "[]" };
        } else {
            out.text.push_str(if tuple { "]" } else { ", ...]" });
        }
        if !tuple {
            words::qualify(&mut out.text, &words::count(map, "minItems", "maxItems", "item"));
        }
        out
    }
}
