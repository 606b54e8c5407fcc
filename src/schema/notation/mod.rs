//! A schema as a compact notation of types, for prompts: a third of the tokens of JSON Schema, and small models copy it less
//! often than they copy a schema (docs/internals/notation.md).
//!
//! ```text
//! {
//!   "name": string, // The full name
//!   "age"?: integer (0 to 150),
//!   "kind": "person" or "company",
//!   "addresses": [Address, ...],
//! }
//! Address: {
//!   "city": string,
//!   "until": string ("YYYY-MM-DD") or null,
//! }
//! ```
//!
//! The text depends on the schema alone. A definition that is used once is written in place; the others, and those that
//! contain themselves, are named types after the root. So the text is linear in the size of the schema, except for merged
//! parts (`allOf`), whose number is limited. Where the text is not shorter than the schema, it is written again in the terse
//! form: without indentation and examples, and with names for parts that would be merged.

mod object;
mod sample;
mod words;

use super::keywords::BRANCH_CONSTRAINTS;
use super::merge::merge;
use super::names;
use super::refs::{definition, each_ref_of};
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// Limit of parts that are written; what is beyond becomes `any`.
const MAX_PARTS: usize = 200_000;

/// Limit of nested calls.
const MAX_LEVEL: usize = 128;

/// Limit of merged parts of all `allOf` of a schema; what is beyond is written as `A and B`.
const MAX_MERGED: usize = 2_000;

/// From this depth of calls on, a definition is a named type even if it is used once.
const MAX_INLINE: usize = 24;

/// The longest scalar definition that is written at each use instead of as a named type.
const MAX_REPEATED: usize = 60;

/// A schema shorter than this can be shorter than its notation, which has line breaks and indentation.
const SHORT: usize = 200;

/// The notation of a normalised schema. `skipped`: the description of a wrapper, which has no use for a model.
pub(super) fn notation(root: &Map<String, Value>, skipped: Option<&str>) -> String {
    let text = Writer::new(root, skipped, false).whole();
    if text.len() < SHORT {
        return text;
    }
    let length = serde_json::to_string(root).map_or(usize::MAX, |json| json.len());
    if text.len() < length { text } else { Writer::new(root, skipped, true).whole() }
}

/// A type, and sentences about it for a comment.
#[derive(Default)]
struct Type {
    text: String,
    notes: String,
}

impl Type {
    fn of(text: impl Into<String>) -> Type {
        Type { text: text.into(), notes: String::new() }
    }

    fn note(&mut self, sentence: &str) {
        add_sentence(&mut self.notes, sentence);
    }
}

/// Appends a sentence; line breaks become spaces, because a comment ends with its line.
fn add_sentence(notes: &mut String, sentence: &str) {
    for word in sentence.split_whitespace() {
        if !notes.is_empty() {
            notes.push(' ');
        }
        notes.push_str(word);
    }
}

struct Writer<'a> {
    root: &'a Map<String, Value>,
    skipped: Option<&'a str>,
    terse: bool,
    /// How often each reference occurs.
    uses: Map<String, Value>,
    /// The names of the types that are written after the root, by reference.
    named: Map<String, Value>,
    /// Their references, in the order of first use.
    queue: Vec<String>,
    /// Enclosing objects of the current part.
    indent: usize,
    /// Nested calls.
    level: usize,
    parts: usize,
    merged: usize,
}

impl<'a> Writer<'a> {
    fn new(root: &'a Map<String, Value>, skipped: Option<&'a str>, terse: bool) -> Self {
        let mut uses = Map::new();
        each_ref_of(root, &mut |reference| {
            let count = uses.get(reference).and_then(Value::as_u64).unwrap_or_default();
            uses.put(reference, (count + 1).into());
        });
        Writer {
            root,
            skipped,
            terse,
            uses,
            named: Map::new(),
            queue: Vec::new(),
            indent: 0,
            level: 0,
            parts: 0,
            merged: 0,
        }
    }

    fn whole(mut self) -> String {
        let mut out = String::new();
        if self.uses.contains_key("#") {
            let name = self.root.get("title").and_then(Value::as_str).unwrap_or("Answer");
            let name = self.name("#", name);
            out.push_str(&name);
            out.push_str(": ");
        }
        let root = self.map(self.root);
        out.push_str(&with_comment(root, ""));
        let mut next = 0;
        while let Some(reference) = self.queue.get(next).cloned() {
            next += 1;
            let Some(target) = definition(self.root, &reference) else { continue };
            let written = self.schema(target);
            out.push('\n');
            out.push_str(self.named.get(&reference).and_then(Value::as_str).unwrap_or_default());
            out.push_str(": ");
            out.push_str(&with_comment(written, ""));
        }
        out
    }

    fn schema(&mut self, schema: &Value) -> Type {
        match schema {
            Value::Object(map) => self.map(map),
            Value::Bool(false) => Type::of("nothing"),
            _ => Type::of("any"),
        }
    }

    fn map(&mut self, map: &Map<String, Value>) -> Type {
        self.parts += 1;
        if self.parts > MAX_PARTS || self.level > MAX_LEVEL {
            return Type::of("any");
        }
        self.level += 1;
        let mut out = self.shape(map);
        self.level -= 1;
        let inner = std::mem::take(&mut out.notes);
        words::notes(map, self.skipped, self.terse, &mut out);
        // The description of a definition, or of merged parts, often contains that of its use.
        if inner.contains(&out.notes) {
            out.notes = inner;
        } else if !out.notes.contains(&inner) {
            add_sentence(&mut out.notes, &inner);
        }
        out
    }

    fn shape(&mut self, map: &Map<String, Value>) -> Type {
        let reference = map.get("$ref").and_then(Value::as_str);
        if map.contains_key("allOf") || (reference.is_some() && constrains(map)) {
            return self.all_of(map);
        }
        if let Some(reference) = reference {
            return self.reference(reference);
        }
        for key in ["anyOf", "oneOf"] {
            if let Some(Value::Array(branches)) = map.get(key) {
                return self.union(map, key, branches);
            }
        }
        if let Some(value) = map.get("const") {
            return Type::of(value.to_string());
        }
        if let Some(Value::Array(values)) = map.get("enum") {
            return Type::of(words::choices(values.iter().map(Value::to_string).collect()));
        }
        let types: Vec<&str> = match map.get("type") {
            Some(Value::String(one)) => vec![one],
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
            _ => words::inferred(map).into_iter().collect(),
        };
        let mut out = Type::default();
        for name in types {
            let one = match name {
                "object" => self.object(map),
                "array" => self.array(map),
                _ => Type::of(self.scalar(map, name)),
            };
            join(&mut out, one, " or ");
        }
        if out.text.is_empty() { Type::of("any") } else { out }
    }

    /// A definition: in place if it occurs once or is short, else its name.
    fn reference(&mut self, reference: &str) -> Type {
        if let Some(Value::String(name)) = self.named.get(reference) {
            return Type::of(name.as_str());
        }
        let Some(target) = definition(self.root, reference) else { return Type::of("any") };
        let once = self.occurs_once(reference);
        if (once && self.level < MAX_INLINE) || target.as_object().is_none_or(words::is_scalar) {
            let written = self.schema(target);
            if once || written.text.len() <= MAX_REPEATED {
                return written;
            }
        }
        let name = reference.rsplit('/').next().unwrap_or_default();
        self.queue.push(reference.to_owned());
        Type::of(self.name(reference, name))
    }

    fn occurs_once(&self, reference: &str) -> bool {
        self.uses.get(reference).and_then(Value::as_u64) == Some(1)
    }

    fn scalar(&self, map: &Map<String, Value>, name: &str) -> String {
        words::scalar(map, name, self.terse)
    }

    /// Reserves a name for the type of a reference.
    fn name(&mut self, reference: &str, wanted: &str) -> String {
        let mut name = names::sanitise(wanted);
        while words::RESERVED.contains(&name.as_str()) || self.named.values().any(|known| *known == name.as_str()) {
            name.push('_');
        }
        self.named.put(reference, name.as_str().into());
        name
    }

    /// Parts that all apply: merged into one schema, as far as possible.
    fn all_of(&mut self, map: &Map<String, Value>) -> Type {
        let mut parts = Vec::new();
        let mut seen = Vec::new();
        self.collect(map, &mut parts, &mut seen, 0);
        if let [reference] = seen.as_slice()
            && parts.is_empty()
        {
            // One reference with a description, as older versions of pydantic write it.
            return self.reference(&reference.clone());
        }
        self.merged += parts.len() + seen.len();
        let mut targets: Vec<Map<String, Value>> = Vec::new();
        for reference in &seen {
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && !target.contains_key("allOf")
                && !target.contains_key("$ref")
            {
                targets.push(target.clone());
            }
        }
        let named = self.terse && seen.iter().any(|reference| !self.occurs_once(reference));
        if self.merged <= MAX_MERGED && !named {
            let mut all = targets.into_iter().chain(parts.iter().map(|part| (*part).clone()));
            let first = all.next().unwrap_or_default();
            if let Some(whole) = all.try_fold(first, |whole, part| merge(&whole, &part)) {
                return self.map(&whole);
            }
        }
        let mut out = Type::default();
        for reference in &seen {
            let one = self.reference(reference);
            join(&mut out, one, " and ");
        }
        for part in parts {
            let one = self.map(&part);
            join(&mut out, one, " and ");
        }
        out
    }

    /// The parts of `allOf` without references and nested `allOf`, and the references, each once.
    fn collect(
        &self,
        map: &Map<String, Value>,
        parts: &mut Vec<Map<String, Value>>,
        seen: &mut Vec<String>,
        depth: usize,
    ) {
        if let Some(Value::String(reference)) = map.get("$ref")
            && !seen.contains(reference)
            && seen.len() < 64
        {
            seen.push(reference.clone());
            if let Some(Value::Object(target)) = definition(self.root, reference)
                && depth < 64
                && (target.contains_key("allOf") || target.contains_key("$ref"))
            {
                self.collect(target, parts, seen, depth + 1);
            }
        }
        for part in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            if let Value::Object(part) = part
                && depth < 64
            {
                self.collect(part, parts, seen, depth + 1);
            }
        }
        if constrains(map) {
            let mut own = map.clone();
            own.retain(|key, _| !matches!(key.as_str(), "$ref" | "allOf" | "$defs"));
            parts.push(own);
        }
    }

    /// Alternatives. What is required in addition to each of them is written once, before them.
    fn union(&mut self, map: &Map<String, Value>, key: &str, branches: &[Value]) -> Type {
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

    fn array(&mut self, map: &Map<String, Value>) -> Type {
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
            if one.text.contains('\n') {
                one = Type::of(with_comment(one, ""));
            }
            out.text.push_str(&one.text);
            out.note(&one.notes);
        }
        let tuple = items.len() as u64 == length;
        out.text.push_str(if tuple { "]" } else { ", ...]" });
        if !tuple {
            words::qualify(&mut out.text, &words::count(map, "minItems", "maxItems", "item"));
        }
        out
    }
}

/// Whether a schema has constraints other than its reference and its `allOf`.
fn constrains(map: &Map<String, Value>) -> bool {
    map.keys()
        .any(|key| !matches!(key.as_str(), "$ref" | "allOf" | "$defs") && !words::ANNOTATIONS.contains(&key.as_str()))
}

/// Appends an alternative that is not there yet.
fn join(out: &mut Type, one: Type, word: &str) {
    if out.text.split(word).any(|known| known == one.text) {
        return;
    }
    if !out.text.is_empty() {
        out.text.push_str(word);
    }
    out.text.push_str(&one.text);
    out.note(&one.notes);
}

/// The text with its notes as a comment at the end of its first line, after `end`.
fn with_comment(written: Type, end: &str) -> String {
    let Type { text, notes } = written;
    if notes.is_empty() {
        return text + end;
    }
    match text.split_once('\n') {
        Some((first, rest)) => [first, " // ", &notes, "\n", rest, end].concat(),
        None => [&text, end, " // ", &notes].concat(),
    }
}
