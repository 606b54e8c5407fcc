//! `anyOf` and `oneOf`.
//!
//! The siblings of the alternatives are merged into each of them, because most APIs accept no siblings of `anyOf`. Alternatives
//! that only constrain (`{"required": ["a"]}`) are validated but not sent, to avoid a copy of the object for each.

use super::choices::Choice;
use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::jsontext::ToText;
use crate::obj;
use crate::schema::describe;
use crate::schema::dialect::rules::Null;
use crate::schema::keywords::{ANNOTATIONS, BRANCH_CONSTRAINTS};
use crate::schema::plan::{Branch, KEEP, Node};
use crate::schema::put::Put;
use crate::schema::refs::weight;
use serde_json::{Map, Value};

impl Renderer<'_> {
    pub(super) fn union(
        &mut self,
        map: &Map<String, Value>,
        key: &str,
        branches: &[Value],
        depth: usize,
    ) -> Result<Option<Fragment>, Error> {
        let without = |wanted: &dyn Fn(&str) -> bool| -> Map<String, Value> {
            let kept = map.iter().filter(|(name, _)| *name != key && wanted(name));
            kept.map(|(name, value)| (name.clone(), value.clone())).collect()
        };
        let rest = without(&|_| true);
        if !branches.iter().any(constrains) {
            return self.constraints_as_text(rest, key, branches, depth);
        }
        if key == "oneOf" {
            self.note(Level::Rewritten, "oneOf becomes anyOf; that only one matches is validated by us");
        }
        let limits = &self.rules.limits;
        let nulls = branches.iter().filter(|branch| branch.get("type").is_some_and(|kind| kind == "null")).count();
        let optional = branches.len() - nulls == 1;
        let many = limits.branches > 0 && branches.len() - nulls + 1 > limits.branches;
        if many || (!optional && self.unions_full()) {
            return Ok(Some(self.text(map, "more alternatives than this API accepts")));
        }
        if !optional {
            self.unions += 1;
        }
        let base = without(&|name| !ANNOTATIONS.contains(&name));
        self.spend_copy(map)?;
        let mut choices: Vec<Choice> = Vec::new();
        let mut nullable = false;
        for (i, branch) in branches.iter().enumerate() {
            if let Some(name) = self.in_chain(branch) {
                // The siblings of an enclosing definition's alternatives are already merged.
                if constrains_in(&base) && self.chain.last().is_some_and(|last| last != name) {
                    return self.map(&rest, depth);
                }
                // It adds nothing to the other alternatives.
                continue;
            }
            let (open, chain) = (self.open.len(), self.chain.len());
            let merged = self.with_base(&base, branch)?;
            let Some(original) = merged else { continue };
            let out = match std::mem::take(&mut self.unroll_limit_reached) {
                true => Some(self.unrolled_as_text(branch.as_object().unwrap_or(&base))),
                false => self.under(&[key, &i.to_string()], &original, depth)?,
            };
            self.open.truncate(open);
            self.chain.truncate(chain);
            let Some(out) = out else { continue };
            self.add_choice(out, original, &mut choices, &mut nullable)?;
        }
        if limits.branches > 0 && choices.len() + 1 > limits.branches {
            return Ok(Some(self.text(map, "more alternatives than this API accepts")));
        }
        if choices.len() > 1 {
            self.separate(&mut choices);
            choices = self.distinct(choices)?;
        }
        let out = match choices.len() {
            0 => return Ok(nullable.then(|| self.null(&rest))),
            1 => {
                let Some(Choice { out, .. }) = choices.pop() else { return Ok(None) };
                self.lone_choice(out, &rest)
            }
            _ => self.any_of(choices, &rest),
        };
        let mut out = if nullable { self.nullable(out, map) } else { out };
        // A reference must not have annotations, but the enclosing alternatives can.
        if self.rules.null != Null::Flag
            && out.schema.contains_key("anyOf")
            && let Some(text) = rest.get("description")
        {
            out.schema.entry("description").or_insert_with(|| text.clone());
        }
        Ok(Some(out))
    }

    /// Alternatives that only constrain are described, because a copy of the object for each of them adds no information.
    #[inline(never)]
    fn constraints_as_text(
        &mut self,
        mut rest: Map<String, Value>,
        key: &str,
        branches: &[Value],
        depth: usize,
    ) -> Result<Option<Fragment>, Error> {
        let text = Value::Array(branches.to_vec()).to_text();
        if text.len() < 300 {
            let sentence = format!(
                "Satisfies {} of the JSON Schemas {text}.",
                if key == "anyOf" { "at least one" } else { "exactly one" }
            );
            describe::describe(&mut rest, &sentence);
        }
        self.note(Level::Described, format!("{key} of constraints is stated in the description and validated locally"));
        self.map(&rest, depth)
    }

    /// The only alternative, with the annotations of its siblings.
    #[inline(never)]
    fn lone_choice(&mut self, mut out: Fragment, rest: &Map<String, Value>) -> Fragment {
        for (key, text) in self.head(rest) {
            if !out.schema.contains_key("$ref") || self.rules.ref_siblings && key == "description" {
                out.schema.entry(key).or_insert(text);
            }
        }
        let described = Map::from_iter(annotations(rest, out.schema.contains_key("$ref")));
        self.describe_unsupported(&mut out.schema, &described);
        out
    }

    #[inline(never)]
    fn any_of(&mut self, choices: Vec<Choice>, rest: &Map<String, Value>) -> Fragment {
        let mut schema = if self.rules.null == Null::Flag { Map::new() } else { self.head(rest) };
        let node = self.branches(&choices);
        let mut list: Vec<Value> = choices.into_iter().map(|choice| Value::Object(choice.out.schema)).collect();
        if self.rules.null == Null::Flag
            && let (Some(Value::String(text)), Some(Value::Object(first))) = (rest.get("description"), list.first_mut())
        {
            // `anyOf` must not have siblings.
            let own = first.insert("description".to_owned(), text.clone().into());
            if let Some(Value::String(own)) = own
                && own != *text
            {
                describe::describe(first, &own);
            }
        }
        list.dedup();
        schema.put("anyOf", Value::Array(list));
        if self.rules.null != Null::Flag {
            self.describe_unsupported(&mut schema, rest);
        }
        Fragment { schema, node }
    }

    /// A branch merged with the siblings of the alternatives.
    fn with_base(&mut self, base: &Map<String, Value>, branch: &Value) -> Result<Option<Value>, Error> {
        if base.is_empty() {
            return Ok(Some(branch.clone()));
        }
        let branch = match branch {
            Value::Bool(false) => return Ok(None),
            Value::Object(branch) => {
                // A `type` that the branch repeats adds nothing, so a reference is kept.
                if base.len() == 1 && base.get("type").is_some_and(|kind| branch.get("type") == Some(kind)) {
                    return Ok(Some(Value::Object(branch.clone())));
                }
                let Some(flatten) = self.flatten(branch, 0)? else { return Ok(None) };
                flatten
            }
            _ => Map::new(),
        };
        Ok(self.merge(base, &branch)?.map(Value::Object))
    }

    /// Adds a rendered branch. Null and nested alternatives are flattened.
    fn add_choice(
        &mut self,
        out: Fragment,
        original: Value,
        choices: &mut Vec<Choice>,
        nullable: &mut bool,
    ) -> Result<(), Error> {
        self.spend(choices.len())?;
        if original.get("type").is_some_and(|kind| kind == "null") && !original.is_boolean() {
            *nullable = true;
            return Ok(());
        }
        let Fragment { mut schema, node } = out;
        // One alternative and null.
        if schema.len() == 1
            && let Some(Value::Array(list)) = schema.get("anyOf")
            && let [Value::Object(only), null] = list.as_slice()
            && null.get("type").is_some_and(|kind| kind == "null")
        {
            *nullable = true;
            schema = only.clone();
        }
        let inner = match (schema.len(), schema.get_mut("anyOf"), self.nodes.get(node as usize)) {
            (1, Some(Value::Array(list)), Some(Node::Union(branches))) => {
                Some((std::mem::take(list), branches.clone()))
            }
            _ => None,
        };
        if let Some((list, branches)) = inner {
            return self.add_nested(list, &branches, choices, nullable);
        }
        if choices.iter().any(|choice| choice.out.node == node && choice.out.schema == schema) {
            return Ok(());
        }
        choices.push(Choice { label: label(&original), out: Fragment { schema, node }, original });
        Ok(())
    }

    #[inline(never)]
    fn add_nested(
        &mut self,
        list: Vec<Value>,
        branches: &[Branch],
        choices: &mut Vec<Choice>,
        nullable: &mut bool,
    ) -> Result<(), Error> {
        let copied = branches.iter().map(|branch| weight(&branch.rendered, 1000)).sum::<usize>();
        self.spend(copied * list.len())?;
        for mut rendered in list {
            if rendered == obj! { "type": "null" } {
                *nullable = true;
                continue;
            }
            // The flag was added to each alternative after its original was recorded.
            let flag = rendered.as_object_mut().filter(|_| self.rules.null == Null::Flag);
            *nullable |= flag.is_some_and(|map| map.shift_remove("nullable").is_some());
            let known = branches.iter().find(|branch| {
                let mut unflagged = branch.rendered.clone();
                unflagged
                    .as_object_mut()
                    .filter(|_| self.rules.null == Null::Flag)
                    .map(|map| map.shift_remove("nullable"));
                unflagged == rendered
            });
            let (node, original) = known.map_or((KEEP, rendered.clone()), |known| (known.node, known.original.clone()));
            if let Value::Object(schema) = rendered {
                choices.push(Choice { label: label(&original), out: Fragment { schema, node }, original });
            }
        }
        Ok(())
    }
}

/// The name of a branch, for the model.
fn label(original: &Value) -> String {
    let title = original.get("title").and_then(Value::as_str);
    let named = original.get("$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next());
    title.or(named).unwrap_or("option").to_owned()
}

/// Whether a branch constrains values.
fn constrains(branch: &Value) -> bool {
    match branch {
        Value::Object(map) => constrains_in(map),
        _ => false,
    }
}

fn constrains_in(map: &Map<String, Value>) -> bool {
    BRANCH_CONSTRAINTS.iter().any(|key| map.contains_key(*key))
}

fn annotations(map: &Map<String, Value>, reference: bool) -> Vec<(String, Value)> {
    if reference {
        return Vec::new();
    }
    map.iter()
        .filter(|(key, _)| matches!(key.as_str(), "default" | "examples" | "example"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}
