//! Changes a value to fit a schema where the change is unambiguous, and counts the places that do not fit.
//!
//! It does not validate: it considers types, enums, keys and unions only. Of a union the branch that fits best is used;
//! if two branches fit equally well with different results, the value is not changed.

mod convert;
mod keys;
mod kinds;
mod union;
mod wrap;

use super::coercion::{Coercion, LEFT_OUT, short};
use super::date::iso_date;
use super::scalar::by_case;
pub use keys::Spellings;
pub use kinds::{accepts_any_text, accepts_list, accepts_object, accepts_scalar};
use kinds::{admits, branches, constants, resolve};
use serde_json::{Map, Value};
use std::rc::Rc;

type Members = Map<String, Value>;

/// Maximum number of values that are visited, and that are copied to try the branches of unions. The limits are a multiple
/// of the values in a large answer, so that nested unions do not multiply the work.
const STEPS: usize = 1_000_000;
const COPIES: usize = 50_000;
/// Maximum size of the list of coercions, in bytes, approximately; after that, values are not changed.
const LISTED: usize = 8_000_000;
/// The size of a coercion without its path.
const COERCION: usize = 128;
const MAX_DEPTH: usize = 128;

pub struct Align<'a> {
    root: &'a Value,
    /// The value is a whole answer in prose, which may mention a value of an enum.
    sentence: bool,
    /// Values are converted, and lists and objects put around them; otherwise keys are renamed and left out, and of values
    /// only the case of an enum's and the form of a date change.
    values: bool,
    steps: usize,
    copies: usize,
    listed: usize,
    path: Vec<Value>,
    /// The spellings of the properties visited so far.
    spelt: Vec<(&'a Members, Rc<Spellings>)>,
    /// A layer was removed or added; only one is.
    layered: bool,
    pub made: Vec<Coercion>,
}

impl<'a> Align<'a> {
    pub fn new(root: &'a Value, sentence: bool) -> Self {
        Align {
            root,
            sentence,
            values: true,
            steps: STEPS,
            copies: COPIES,
            listed: LISTED,
            path: Vec::new(),
            spelt: Vec::new(),
            layered: false,
            made: Vec::new(),
        }
    }

    /// Changes keys, the case of enum values and the form of dates.
    pub fn structural(root: &'a Value) -> Self {
        Align { values: false, ..Align::new(root, false) }
    }

    /// Returns the value, and the number of places that do not fit.
    pub fn run(&mut self, value: Value) -> (Value, u32) {
        self.value(value, self.root, 0)
    }

    fn resolve(&self, schema: &'a Value) -> &'a Value {
        resolve(self.root, schema)
    }

    fn note(&mut self, from: &Value, to: &Value, why: &'static str) {
        let keys: usize = self.path.iter().map(|step| COERCION / 4 + step.as_str().map_or(0, str::len)).sum();
        self.listed = self.listed.saturating_sub(COERCION + keys);
        self.made.push(Coercion { path: self.path.clone(), from: short(from), to: short(to), why });
    }

    fn value(&mut self, value: Value, schema: &'a Value, depth: usize) -> (Value, u32) {
        if self.steps == 0 || self.listed == 0 || depth > MAX_DEPTH {
            return (value, 1);
        }
        self.steps -= 1;
        let schema = self.resolve(schema);
        if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
            let mut value = value;
            let mut misfits = 0;
            for part in all {
                let (next, more) = self.value(value, part, depth + 1);
                value = next;
                misfits += more;
            }
            let (value, more) = self.plain(value, schema, depth);
            return (value, misfits + more);
        }
        match branches(schema) {
            Some(branches) => self.union(value, branches, depth),
            None => self.plain(value, schema, depth),
        }
    }

    /// Applies a schema that is not a union.
    fn plain(&mut self, value: Value, schema: &'a Value, depth: usize) -> (Value, u32) {
        if schema == &Value::Bool(false) {
            return (value, 1);
        }
        if let Some(constants) = constants(schema) {
            if constants.contains(&value) {
                return (value, 0);
            }
            let constant =
                if self.values { self.constant(&value, schema, constants) } else { by_case(&value, constants) };
            return match constant {
                Some((constant, why)) => {
                    self.note(&value, &constant, why);
                    (constant, 0)
                }
                None => self.unwrapped(value, schema, depth),
            };
        }
        if !admits(schema, &value) {
            if let Some((other, why)) = self.converted(&value, schema).filter(|_| self.values) {
                self.note(&value, &other, why);
                // The JSON inside a text is aligned too.
                return if other.is_object() || other.is_array() {
                    self.value(other, schema, depth + 1)
                } else {
                    (other, 0)
                };
            }
            return self.unwrapped(value, schema, depth);
        }
        match value {
            Value::Object(members) => self.object(members, schema, depth),
            Value::Array(items) => {
                let layered = std::mem::take(&mut self.layered);
                let list = self.array(items, schema, depth);
                self.layered = layered;
                list
            }
            Value::String(text) if schema.get("format").is_some_and(|format| format == "date") => {
                let written = iso_date(&text).filter(|date| *date != text);
                let value = Value::String(text);
                let Some(date) = written.map(Value::String) else { return (value, 0) };
                self.note(&value, &date, "a date in the form YYYY-MM-DD");
                (date, 0)
            }
            other => (other, 0),
        }
    }

    fn array(&mut self, items: Vec<Value>, schema: &'a Value, depth: usize) -> (Value, u32) {
        let (tuple, rest) = match (schema.get("prefixItems"), schema.get("items")) {
            (Some(Value::Array(tuple)), rest) => (tuple.as_slice(), rest),
            (_, Some(Value::Array(tuple))) => (tuple.as_slice(), schema.get("additionalItems")),
            (_, rest) => (&[][..], rest),
        };
        let mut misfits = 0;
        let mut out = Vec::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            match tuple.get(index).or(rest) {
                Some(schema) => {
                    self.path.push(Value::from(index));
                    let (item, more) = self.value(item, schema, depth + 1);
                    self.path.pop();
                    misfits += more;
                    out.push(item);
                }
                None => out.push(item),
            }
        }
        (Value::Array(out), misfits)
    }

    fn object(&mut self, mut members: Map<String, Value>, schema: &'a Value, depth: usize) -> (Value, u32) {
        let none = Vec::new();
        let properties = schema.get("properties").and_then(Value::as_object);
        let required = schema.get("required").and_then(Value::as_array).unwrap_or(&none);
        if let Some(properties) = properties {
            members = self.renamed(members, properties);
        }
        let is_required = |key: &str| required.iter().any(|name| name == key);
        let mut missing = required.iter().filter_map(Value::as_str).filter(|key| !members.contains_key(*key)).count();
        // No key is known: the object may be one level deeper.
        let knows =
            |members: &Map<String, Value>| properties.is_none_or(|p| members.keys().any(|key| p.contains_key(key)));
        if missing > 0 && members.len() == 1 && !knows(&members) {
            let inner = members.values().next().cloned().unwrap_or_default();
            if inner.is_object() && self.affords(&inner, 1) {
                let noted = self.made.len();
                let (inner, misfits) = self.value(inner, schema, depth + 1);
                if misfits == 0 {
                    self.note(&Value::Object(members), &inner, "unwrapped from an object of one key");
                    return (inner, 0);
                }
                self.made.truncate(noted);
            }
        }
        if self.values && missing > 0 && !knows(&members) && !members.is_empty() {
            let whole = Value::Object(members);
            if let Some(object) = self.implied(&whole, schema, depth) {
                return (object, 0);
            }
            let Value::Object(back) = whole else { return (whole, 1) };
            members = back;
        }
        let known = knows(&members);
        let layered = std::mem::take(&mut self.layered);
        let mut misfits = 0;
        let mut out = Map::new();
        for (key, value) in members {
            let own = properties.is_some_and(|known| known.contains_key(&key));
            let schema_of = properties.and_then(|p| p.get(&key)).or_else(|| schema.get("additionalProperties"));
            let Some(schema_of) = schema_of else {
                out.insert(key, value);
                continue;
            };
            if !own && schema_of == &Value::Bool(false) {
                if !self.values && known {
                    self.path.push(Value::String(key));
                    self.note(&value, &Value::Null, LEFT_OUT);
                    self.path.pop();
                    continue;
                }
                misfits += 1;
                out.insert(key, value);
                continue;
            }
            self.path.push(Value::String(key.clone()));
            let noted = self.made.len();
            let was_null = value.is_null();
            let (value, more) = self.value(value, schema_of, depth + 1);
            if was_null && more > 0 && own && !is_required(&key) {
                // null, but the key is optional and its value not nullable.
                self.made.truncate(noted);
                self.note(&Value::Null, &Value::Null, "an optional key that is null was left out");
            } else {
                misfits += more;
                out.insert(key, value);
            }
            self.path.pop();
        }
        self.layered = layered;
        missing *= 3;
        (Value::Object(out), misfits + missing as u32)
    }
}
