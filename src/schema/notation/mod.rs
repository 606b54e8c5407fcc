//! A schema as a compact notation of types, for prompts: a third of the tokens of JSON Schema, and small models copy it less
//! often than they copy a schema (docs/internals/notation.md).
//!
//! ```text
//! {
//!   "name": string, // The full name
//!   "age"?: integer (0 to 150),
//!   "kind": "person" or "company",
//!   "addresses": Address[]
//! }
//! Address: {
//!   "city": string,
//!   "until": string ("YYYY-MM-DD") or null
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

use self::written::{Type, object, put, text};
use super::names;
use super::refs::{definition, each_ref_of};
use crate::jsontext::ToText;
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
/// `length`: that of the schema as JSON text.
// Not inlined, because the build cuts the module into parts here (scripts/parts.mjs).
#[inline(never)]
pub(super) fn notation(root: &Map<String, Value>, skipped: &[&str], length: usize) -> String {
    let text = Writer::new(root, skipped, false).whole();
    if text.len() < length.max(SHORT) { text } else { Writer::new(root, skipped, true).whole() }
}

/// The notation of a part of a schema, in the short form; types that are named stay names.
#[inline(never)]
pub(super) fn part(root: &Map<String, Value>, schema: &Map<String, Value>) -> String {
    Writer::new(root, &[], true).map(schema).commented("")
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
            let title = text(self.root, "title").unwrap_or("Answer");
            let name = self.name(&reference, reference.strip_prefix("#/$defs/").unwrap_or(title));
            put(&mut out, &[&name, ": "]);
        }
        out.push_str(&self.map(self.root).commented(""));
        let mut next = 0;
        while let Some(reference) = self.queue.get(next).cloned() {
            next += 1;
            let Some(target) = definition(self.root, &reference) else { continue };
            let written = self.schema(target).commented("");
            put(&mut out, &["\n", text(&self.named, &reference).unwrap_or_default(), ": ", &written]);
        }
        out
    }

    /// The reference by which parts of the schema mean the root: `#`, or a definition that equals it.
    fn reference_to_root(&self) -> Option<String> {
        if self.uses.contains_key("#") {
            return Some("#".to_owned());
        }
        let is_root = |target: &Value| {
            target.as_object().is_some_and(|target| {
                target.len() + 1 == self.root.len() && target.iter().all(|(key, one)| self.root.get(key) == Some(one))
            })
        };
        let (name, _) = object(self.root, "$defs")?.iter().find(|(_, target)| is_root(target))?;
        let mut out = String::from("#/$defs/");
        out.push_str(&escaped(name));
        Some(out)
    }

    fn schema(&mut self, schema: &Value) -> Type {
        match schema {
            Value::Object(map) => self.map(map),
            Value::Bool(false) => Type::of(&["nothing"]),
            _ => Type::of(&["any"]),
        }
    }

    fn map(&mut self, map: &Map<String, Value>) -> Type {
        self.parts += 1;
        if self.parts > MAX_PARTS || self.level > MAX_LEVEL {
            return Type::of(&["any"]);
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
            out.note(&inner);
        }
        out
    }

    fn shape(&mut self, map: &Map<String, Value>) -> Type {
        let reference = text(map, "$ref");
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
            return Type::of(&[&value.to_text()]);
        }
        if let Some(Value::Array(values)) = map.get("enum") {
            return Type::of(&[&words::choices(values)]);
        }
        let mut out = Type::default();
        match map.get("type") {
            Some(Value::Array(names)) => {
                for name in names {
                    let one = self.one_type(map, name.as_str().unwrap_or_default());
                    out.join(&one, " or ");
                }
            }
            kind => out = self.one_type(map, kind.and_then(Value::as_str).or(words::inferred(map)).unwrap_or_default()),
        }
        out
    }

    fn one_type(&mut self, map: &Map<String, Value>, name: &str) -> Type {
        match name {
            "object" => self.object(map),
            "array" => self.array(map),
            "" => Type::of(&["any"]),
            _ => Type::of(&[&words::scalar(map, name, self.terse)]),
        }
    }

    /// A definition: in place if it occurs once or is short, else its name.
    fn reference(&mut self, reference: &str) -> Type {
        if let Some(name) = text(&self.named, reference) {
            return Type::of(&[name]);
        }
        let Some(target) = definition(self.root, reference) else { return Type::of(&["any"]) };
        let once = self.occurs_once(reference);
        if (once && self.level < MAX_INLINE) || target.as_object().is_none_or(words::is_scalar) {
            let written = self.schema(target);
            if once || written.text.len() <= MAX_REPEATED {
                return written;
            }
        }
        self.queue.push(reference.to_owned());
        Type::of(&[&self.name(reference, reference.rsplit('/').next().unwrap_or_default())])
    }

    fn occurs_once(&self, reference: &str) -> bool {
        self.uses.get(reference).and_then(Value::as_u64) == Some(1)
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
