//! `anyOf` and `oneOf`.
//!
//! The siblings of the alternatives are merged into each of them, because most APIs accept no siblings of `anyOf`. Alternatives
//! that only constrain (`{"required": ["a"]}`) are validated but not sent, to avoid a copy of the object for each.

use super::values::key_of;
use super::{ANNOTATIONS, Fragment, Level, Renderer};
use crate::error::Error;
use crate::obj;
use crate::schema::describe;
use crate::schema::dialect::rules::Null;
use crate::schema::keywords::BRANCH_CONSTRAINTS;
use crate::schema::plan::{Branch, Field, KEEP, Node};
use crate::schema::put::Put;
use crate::schema::refs::{definition_of, weight};
use serde_json::{Map, Value, json};

struct Choice {
    out: Fragment,
    original: Value,
    label: String,
}

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
        let mut rest = without(&|_| true);
        if !branches.iter().any(constrains) {
            let text = Value::Array(branches.to_vec()).to_string();
            if text.len() < 300 {
                let sentence = format!(
                    "Satisfies {} of the JSON Schemas {text}.",
                    if key == "anyOf" { "at least one" } else { "exactly one" }
                );
                describe::describe(&mut rest, &sentence);
            }
            self.note(Level::Described, format!("{key} of constraints is said in the description and validated by us"));
            return self.map(&rest, depth);
        }
        if key == "oneOf" {
            self.note(Level::Rewritten, "oneOf becomes anyOf; that only one matches is validated by us");
        }
        let limits = &self.rules.limits;
        let nulls = branches.iter().filter(|branch| branch.get("type").is_some_and(|kind| kind == "null")).count();
        let optional = branches.len() - nulls == 1;
        let many = limits.branches > 0 && branches.len() - nulls + 1 > limits.branches;
        if many || (!optional && self.unions_full()) {
            return Ok(Some(self.text(map, "more alternatives than this API takes")));
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
            return Ok(Some(self.text(map, "more alternatives than this API takes")));
        }
        self.separate(&mut choices);
        let mut choices = self.distinct(choices)?;
        let out = match choices.len() {
            0 => return Ok(nullable.then(|| self.null(&rest))),
            1 => {
                let Some(Choice { mut out, .. }) = choices.pop() else { return Ok(None) };
                for (key, text) in self.head(&rest) {
                    if !out.schema.contains_key("$ref") || self.rules.ref_siblings && key == "description" {
                        out.schema.entry(key).or_insert(text);
                    }
                }
                let told = Map::from_iter(annotations(&rest, out.schema.contains_key("$ref")));
                self.describe_unsupported(&mut out.schema, &told);
                out
            }
            _ => {
                let mut schema = if self.rules.null == Null::Flag { Map::new() } else { self.head(&rest) };
                let node = self.branches(&choices);
                let mut list: Vec<Value> = choices.into_iter().map(|choice| Value::Object(choice.out.schema)).collect();
                if self.rules.null == Null::Flag
                    && let (Some(Value::String(text)), Some(Value::Object(first))) =
                        (rest.get("description"), list.first_mut())
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
                    self.describe_unsupported(&mut schema, &rest);
                }
                Fragment { schema, node }
            }
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
                    let mut notes_size = branch.rendered.clone();
                    notes_size
                        .as_object_mut()
                        .filter(|_| self.rules.null == Null::Flag)
                        .map(|map| map.shift_remove("nullable"));
                    notes_size == rendered
                });
                let (node, original) =
                    known.map_or((KEEP, rendered.clone()), |known| (known.node, known.original.clone()));
                if let Value::Object(schema) = rendered {
                    choices.push(Choice { label: label(&original), out: Fragment { schema, node }, original });
                }
            }
            return Ok(());
        }
        if choices.iter().any(|choice| choice.out.node == node && choice.out.schema == schema) {
            return Ok(());
        }
        choices.push(Choice { label: label(&original), out: Fragment { schema, node }, original });
        Ok(())
    }

    /// A string that encodes another value (JSON text, an enum value) next to a plain string is ambiguous. So are the entries
    /// of an object next to a list, and an object of any keys next to another object. The first is then requested inside an
    /// object of its own. JSON text is last, for values that no other branch accepts.
    fn separate(&mut self, choices: &mut Vec<Choice>) {
        if choices.len() < 2 {
            return;
        }
        let node = |this: &Self, choice: &Choice| this.follow(choice.out.node) as usize;
        let (mut texts, rest): (Vec<Choice>, Vec<Choice>) = std::mem::take(choices)
            .into_iter()
            .partition(|choice| matches!(self.nodes.get(node(self, choice)), Some(Node::Text)));
        *choices = rest;
        let several = texts.len() > 1;
        if !texts.is_empty() {
            let mut text = texts.swap_remove(0);
            if several {
                text.original = Value::Bool(true);
            }
            choices.push(text);
        }
        for kind in ["string", "array", "object"] {
            let is_kind = |choice: &&Choice| self.may_have_type(&choice.out.schema, kind, &mut 200);
            if choices.iter().filter(is_kind).count() < 2 {
                continue;
            }
            // An object with any keys matches every other object, which matters if one of them is changed.
            let changed =
                |choice: &Choice| !matches!(self.nodes.get(self.follow(choice.out.node) as usize), Some(Node::Keep));
            let open = |choice: &Choice| {
                let schema = self.resolved(&choice.out.schema);
                schema.is_some_and(|schema| {
                    !matches!(schema.get("additionalProperties"), None | Some(Value::Bool(false)))
                })
            };
            let boxed: Vec<bool> = match kind {
                "object" if choices.iter().filter(is_kind).any(changed) => choices.iter().map(open).collect(),
                _ => vec![false; choices.len()],
            };
            for (choice, boxed) in choices.iter_mut().zip(boxed) {
                let node = self.follow(choice.out.node);
                match self.nodes.get(node as usize) {
                    Some(Node::Values(_) | Node::Text) if kind == "string" => {}
                    Some(Node::Record(_)) if kind == "array" => {}
                    _ if boxed => {}
                    _ => continue,
                }
                let inner = std::mem::take(&mut choice.out.schema);
                let mut schema = Map::new();
                schema.put("type", "object".into());
                schema.put("properties", obj! { "literal": inner });
                schema.put("required", json!(["literal"]));
                self.finish_object(&mut schema);
                choice.out = Fragment { schema, node: self.add(Node::Boxed(node)) };
            }
        }
    }

    fn branches(&mut self, choices: &[Choice]) -> u32 {
        let branches = choices
            .iter()
            .map(|choice| Branch {
                node: choice.out.node,
                rendered: Value::Object(choice.out.schema.clone()),
                original: choice.original.clone(),
            })
            .collect();
        self.add(Node::Union(branches))
    }

    /// OpenAI distinguishes the objects of one `anyOf` by their first key. Objects that share it get an added first key, with a
    /// different value each; restoring removes it.
    fn distinct(&mut self, mut choices: Vec<Choice>) -> Result<Vec<Choice>, Error> {
        if !self.rules.distinct_branches || choices.len() < 2 {
            return Ok(choices);
        }
        let firsts = choices.iter().filter_map(|choice| self.first_key(&choice.out.schema));
        let ambiguous = collide(firsts);
        if !ambiguous {
            return Ok(choices);
        }
        self.note(
            Level::Rewritten,
            "objects of one anyOf that share their first key get a key `variant` to tell them apart",
        );
        let mut labels: Map<String, Value> = Map::new();
        for choice in &mut choices {
            let node = self.follow(choice.out.node);
            if !matches!(self.nodes.get(node as usize), Some(Node::Object(_) | Node::Tuple(..) | Node::Boxed(_))) {
                continue;
            }
            let Some(schema) = self.resolved(&choice.out.schema) else { continue };
            let Some(Value::Object(properties)) = schema.get("properties") else { continue };
            let mut name = "variant".to_owned();
            while properties.contains_key(&name) {
                name.push('_');
            }
            let mut text = choice.label.clone();
            let mut number = labels.len();
            while labels.contains_key(&text) {
                number += 1;
                text = format!("{}_{number}", choice.label);
            }
            labels.put(&text, Value::Null);
            let mut with = Map::new();
            with.insert(name.clone(), obj! { "type": "string", "const": text });
            with.extend(properties.clone());
            let mut schema = schema.clone();
            schema.put("properties", Value::Object(with));
            let mut required = vec![Value::from(name.as_str())];
            if let Some(Value::Array(names)) = schema.get("required") {
                required.extend(names.iter().cloned());
            }
            schema.put("required", Value::Array(required));
            let node = self.tagged(choice.out.node, name, text);
            choice.out = Fragment { schema, node };
        }
        Ok(choices)
    }

    /// The node after following references.
    fn follow(&self, mut node: u32) -> u32 {
        // The bound ends a cycle of references.
        for _ in 0..self.nodes.len() {
            let Some(Node::Same(next)) = self.nodes.get(node as usize) else { break };
            node = *next;
        }
        node
    }

    /// The node of an object with a tag as its first key.
    fn tagged(&mut self, node: u32, name: String, tag: String) -> u32 {
        let node = self.follow(node);
        let Some(Node::Object(object)) = self.nodes.get(node as usize) else {
            return self.add(Node::Tagged(node, name, tag));
        };
        let mut object = object.clone();
        let tag = Field {
            rendered_name: name.clone(),
            name,
            node: KEEP,
            null_is_absent: false,
            always_rendered: false,
            default: None,
            tag: Some(tag.into()),
        };
        object.fields.insert(0, tag);
        self.add(Node::Object(object))
    }

    /// The rendered branch, or the definition it refers to, if that is complete.
    fn resolved<'b>(&'b self, schema: &'b Map<String, Value>) -> Option<&'b Map<String, Value>> {
        let Some(Value::String(reference)) = schema.get("$ref") else { return Some(schema) };
        definition_of(&self.defs, reference)?.as_object()
    }

    /// Whether a rendered branch may accept a value of this type.
    fn may_have_type(&self, schema: &Map<String, Value>, kind: &str, steps: &mut u32) -> bool {
        *steps = steps.saturating_sub(1);
        let Some(schema) = self.resolved(schema).filter(|_| *steps > 0) else { return false };
        let inner = schema.get("anyOf").and_then(Value::as_array);
        match schema.get("type") {
            Some(Value::String(name)) => name == kind,
            Some(Value::Array(names)) => names.iter().any(|name| name == kind),
            _ => inner.is_some_and(|list| {
                list.iter().filter_map(Value::as_object).any(|one| self.may_have_type(one, kind, steps))
            }),
        }
    }

    fn first_key<'b>(&'b self, schema: &'b Map<String, Value>) -> Option<(&'b String, &'b Value)> {
        self.resolved(schema)?.get("properties")?.as_object()?.iter().next()
    }
}

/// Whether two objects share the first key, with a value that both accept.
fn collide<'b>(firsts: impl Iterator<Item = (&'b String, &'b Value)>) -> bool {
    // By key: true if any value is accepted, else the accepted values.
    let mut known: Map<String, Value> = Map::new();
    for (name, schema) in firsts {
        let values = match (schema.get("const"), schema.get("enum")) {
            (Some(value), _) => Some(std::slice::from_ref(value)),
            (_, Some(Value::Array(list))) => Some(list.as_slice()),
            _ => None,
        };
        match (known.get_mut(name), values) {
            (None, Some(values)) => {
                let values = values.iter().map(|value| (key_of(value), Value::Null));
                known.put(name, Value::Object(values.collect()));
            }
            (None, None) => known.put(name, Value::Bool(true)),
            (Some(Value::Object(taken)), Some(values)) => {
                if values.iter().any(|value| taken.insert(key_of(value), Value::Null).is_some()) {
                    return true;
                }
            }
            _ => return true,
        }
    }
    false
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
