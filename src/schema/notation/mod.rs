//! A schema as a compact notation of types, for prompts: a third of the tokens of JSON Schema, and small models copy it less
//! often than they copy a schema (docs/internals/notation.md).
//!
//! ```text
//! {
//!   "name": string, // The full name
//!   "age"?: integer (0 to 150),
//!   "kind": "person" or "company",
//!   "addresses": Address[],
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

mod merged;
mod object;
mod sample;
mod several;
mod words;
mod written;

use self::written::{Type, add_sentence, join, with_comment};
use super::names;
use super::refs::{definition, each_ref_of};
use crate::pointer::escaped;
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

/// The notation of a normalised schema. `skipped`: descriptions that are left out, because they are those of a wrapper.
// Not inlined, because the build cuts the module into parts here (scripts/parts.mjs).
#[inline(never)]
pub(super) fn notation(root: &Map<String, Value>, skipped: &[&str]) -> String {
    let text = Writer::new(root, skipped, false).whole();
    if text.len() < SHORT {
        return text;
    }
    let length = serde_json::to_string(root).map_or(usize::MAX, |json| json.len());
    if text.len() < length { text } else { Writer::new(root, skipped, true).whole() }
}

struct Writer<'a> {
    root: &'a Map<String, Value>,
    skipped: &'a [&'a str],
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
    fn new(root: &'a Map<String, Value>, skipped: &'a [&'a str], terse: bool) -> Self {
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
        if let Some(reference) = self.reference_to_root() {
            let title = self.root.get("title").and_then(Value::as_str).unwrap_or("Answer");
            let name = self.name(&reference, reference.strip_prefix("#/$defs/").unwrap_or(title));
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

    /// The reference by which parts of the schema mean the root: `#`, or a definition that equals it.
    fn reference_to_root(&self) -> Option<String> {
        if self.uses.contains_key("#") {
            return Some("#".to_owned());
        }
        let defs = self.root.get("$defs")?.as_object()?;
        let is_root = |target: &Value| {
            target.as_object().is_some_and(|target| {
                target.len() + 1 == self.root.len() && target.iter().all(|(key, one)| self.root.get(key) == Some(one))
            })
        };
        let (name, _) = defs.iter().find(|(_, target)| is_root(target))?;
        Some(["#/$defs/", &escaped(name)].concat())
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
        if map.contains_key("allOf") || (reference.is_some() && words::constrains(map)) {
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
}
