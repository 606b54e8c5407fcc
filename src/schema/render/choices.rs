//! The alternatives of a union, made distinct for the APIs that require it.

use super::values::key_of;
use super::{Fragment, Level, Renderer};
use crate::error::Error;
use crate::obj;
use crate::schema::plan::{Branch, Field, KEEP, Node};
use crate::schema::put::Put;
use crate::schema::refs::definition_of;
use serde_json::{Map, Value};

pub(super) struct Choice {
    pub out: Fragment,
    pub original: Value,
    pub label: String,
}

impl Renderer<'_> {
    /// A string that encodes another value (JSON text, an enum value) next to a plain string is ambiguous. So are the
    /// entries of an object next to a list, and an object of any keys next to another object. The first is then
    /// requested inside a separate object. JSON text is last, for values that no other branch accepts.
    #[inline(never)]
    pub(super) fn separate(&mut self, choices: &mut Vec<Choice>) {
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
                schema.put("required", Value::Array(vec!["literal".into()]));
                self.finish_object(&mut schema);
                choice.out = Fragment { schema, node: self.add(Node::Boxed(node)) };
            }
        }
    }

    #[inline(never)]
    pub(super) fn branches(&mut self, choices: &[Choice]) -> u32 {
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

    /// OpenAI distinguishes the objects of one `anyOf` by their first key. Objects that share it get an added first
    /// key, with a different value each; restoring removes it.
    #[inline(never)]
    pub(super) fn distinct(&mut self, mut choices: Vec<Choice>) -> Result<Vec<Choice>, Error> {
        if !self.rules.distinct_branches {
            return Ok(choices);
        }
        let firsts = choices.iter().filter_map(|choice| self.first_key(&choice.out.schema));
        let ambiguous = collide(firsts);
        if !ambiguous {
            return Ok(choices);
        }
        self.note(
            Level::Rewritten,
            "objects of one anyOf that share their first key get a key `variant` to distinguish them",
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
