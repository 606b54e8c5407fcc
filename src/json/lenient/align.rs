//! A value made to fit a schema, as far as the schema leaves no doubt; and how far it is from fitting.
//!
//! This is no validator: it looks at types, enums, keys and unions, which is what decides a reading. Of a union
//! the branch that fits best wins; where two fit equally well with different results, nothing is changed.

mod words;

use super::Coercion;
use super::scalar::{folded, is_whole};
use serde_json::{Map, Value};

/// How many values may be looked at, and how many copied to try the branches of unions: what the answer holds, some
/// times over, so that unions inside unions cannot multiply.
const STEPS: usize = 1_000_000;
const COPIES: usize = 50_000;
/// How much the list of coercions may hold, in bytes or so: behind that the values stay as they are.
const LISTED: usize = 8_000_000;
/// What a coercion takes besides its path.
const COERCION: usize = 128;
const MAX_DEPTH: usize = 128;
/// Longest text quoted in a coercion, in characters.
const MAX_SHORT: usize = 120;

#[derive(Clone, Copy, PartialEq)]
pub enum Rules {
    Lenient,
    /// Lenient, and the value is a whole answer in prose: a word of an enum is looked for inside it.
    Sentence,
    Lax,
}

pub struct Align<'a> {
    root: &'a Value,
    rules: Rules,
    steps: usize,
    copies: usize,
    listed: usize,
    path: Vec<Value>,
    pub made: Vec<Coercion>,
}

/// A value as a coercion quotes it.
pub fn short(value: &Value) -> Value {
    match value {
        Value::String(text) => short_text(text),
        Value::Array(_) => Value::from("[…]"),
        Value::Object(_) => Value::from("{…}"),
        other => other.clone(),
    }
}

pub fn short_text(text: &str) -> Value {
    Value::String(crate::validate::report::shorten(text, MAX_SHORT))
}

/// Why a list has one item.
pub const LONE_ITEM: &str = "a lone item read as a list of one";

/// Whether the root of a schema takes arrays.
pub fn wants_list(schema: &Value) -> bool {
    has_type(Align::new(schema, Rules::Lenient).resolve(schema), "array")
}

/// Whether the root of a schema takes something else than objects and arrays.
pub fn wants_scalar(schema: &Value) -> bool {
    let align = Align::new(schema, Rules::Lenient);
    let takes = |schema: &Value| {
        let schema = align.resolve(schema);
        schema.get("enum").is_some()
            || schema.get("const").is_some()
            || ["string", "number", "integer", "boolean", "null"].iter().any(|name| has_type(schema, name))
    };
    takes(schema) || branches(align.resolve(schema)).is_some_and(|branches| branches.iter().any(takes))
}

fn branches(schema: &Value) -> Option<&Vec<Value>> {
    schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array)
}

fn has_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(only)) => only == name,
        Some(Value::Array(names)) => names.iter().any(|known| known == name),
        _ => false,
    }
}

/// Whether the schema admits a value's kind, as far as its `type` says; without one the keywords tell.
fn admits(schema: &Value, value: &Value) -> bool {
    if schema.get("type").is_none() {
        return match value {
            Value::Object(_) | Value::Array(_) if schema.get("enum").is_some() => false,
            Value::Object(_) => schema.get("items").is_none(),
            Value::Array(_) => schema.get("properties").is_none(),
            _ => schema.get("properties").is_none() && schema.get("items").is_none(),
        };
    }
    match value {
        Value::Null => has_type(schema, "null"),
        Value::Bool(_) => has_type(schema, "boolean"),
        Value::Number(number) => has_type(schema, "number") || (has_type(schema, "integer") && is_whole(number)),
        Value::String(_) => has_type(schema, "string"),
        Value::Array(_) => has_type(schema, "array"),
        Value::Object(_) => has_type(schema, "object"),
    }
}

impl<'a> Align<'a> {
    pub fn new(root: &'a Value, rules: Rules) -> Self {
        Align { root, rules, steps: STEPS, copies: COPIES, listed: LISTED, path: Vec::new(), made: Vec::new() }
    }

    pub fn finish(mut self, value: Value) -> (Value, Vec<Coercion>) {
        let (value, _) = self.run(value);
        (value, self.made)
    }

    /// The value, and how many places of it do not fit.
    pub fn run(&mut self, value: Value) -> (Value, u32) {
        self.value(value, self.root, 0)
    }

    fn resolve(&self, mut schema: &'a Value) -> &'a Value {
        for _ in 0..16 {
            let target = schema.get("$ref").and_then(Value::as_str).and_then(|r| r.strip_prefix('#'));
            match target.and_then(|pointer| self.root.pointer(pointer)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
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

    /// Whether `times` more copies of a value are within the allowance.
    fn affords(&mut self, value: &Value, times: usize) -> bool {
        let cost = size(value, self.copies).saturating_mul(times);
        let affords = cost <= self.copies;
        self.copies = self.copies.saturating_sub(cost);
        affords
    }

    fn union(&mut self, value: Value, branches: &'a [Value], depth: usize) -> (Value, u32) {
        if !self.affords(&value, branches.len()) {
            return (value, 1);
        }
        let noted = self.made.len();
        // (misfits, coercions, value, the coercions); `tied`: another branch is as good and says something else.
        let mut best: Option<(u32, usize, Value, Vec<Coercion>)> = None;
        let mut tied = false;
        for branch in branches {
            let (candidate, mut misfits) = self.value(value.clone(), branch, depth + 1);
            let made = self.made.split_off(noted);
            // A union of constants may name them by their titles.
            let candidate = match (misfits, self.titled(&value, branch)) {
                (1.., Some(constant)) => {
                    misfits = 0;
                    constant
                }
                _ => candidate,
            };
            let better = match &best {
                None => true,
                Some((least, count, known, _)) => match (misfits, made.len()).cmp(&(*least, *count)) {
                    std::cmp::Ordering::Less => true,
                    std::cmp::Ordering::Equal => {
                        tied |= !made.is_empty() && *known != candidate;
                        false
                    }
                    std::cmp::Ordering::Greater => false,
                },
            };
            if better {
                tied = false;
                let done = misfits == 0 && made.is_empty() && candidate == value;
                best = Some((misfits, made.len(), candidate, made));
                if done {
                    break;
                }
            }
        }
        match best {
            Some((misfits, _, candidate, made)) if !tied => {
                if made.is_empty() && candidate != value {
                    self.note(&value, &candidate, "read as the constant of this title");
                }
                self.made.extend(made);
                (candidate, misfits)
            }
            Some((misfits, ..)) => (value, misfits + 1),
            None => (value, 1),
        }
    }

    /// A schema without a union at its top.
    fn plain(&mut self, value: Value, schema: &'a Value, depth: usize) -> (Value, u32) {
        if schema == &Value::Bool(false) {
            return (value, 1);
        }
        if let Some(fits) = self.constant(&value, schema) {
            return match fits {
                Some((constant, why)) => {
                    if constant != value {
                        self.note(&value, &constant, why);
                    }
                    (constant, 0)
                }
                None => self.unwrapped(value, schema, depth),
            };
        }
        if !admits(schema, &value) {
            if let Some((other, why)) = self.converted(&value, schema) {
                self.note(&value, &other, why);
                return (other, 0);
            }
            return self.unwrapped(value, schema, depth);
        }
        match value {
            Value::Object(members) => self.object(members, schema, depth),
            Value::Array(items) => self.array(items, schema, depth),
            other => (other, 0),
        }
    }

    /// A lone item for an array, or what a wrapper of one holds.
    fn unwrapped(&mut self, value: Value, schema: &'a Value, depth: usize) -> (Value, u32) {
        if self.rules == Rules::Lax || !self.affords(&value, 2) {
            return (value, 1);
        }
        let noted = self.made.len();
        let (inner, why) = match &value {
            Value::Object(members) if members.len() == 1 => {
                (members.values().next().cloned().unwrap_or_default(), "unwrapped from an object of one key")
            }
            Value::Array(items) if items.len() == 1 && !has_type(schema, "array") => {
                (items.first().cloned().unwrap_or_default(), "unwrapped from an array of one")
            }
            _ => (Value::Null, ""),
        };
        if !why.is_empty() {
            let (inner, misfits) = self.value(inner, schema, depth + 1);
            if misfits == 0 {
                self.note(&value, &inner, why);
                return (inner, 0);
            }
            self.made.truncate(noted);
        }
        if has_type(schema, "array") && !value.is_null() && !value.is_array() {
            let item = schema.get("items").unwrap_or(&Value::Null);
            if item.is_object() {
                let (item, misfits) = self.value(value.clone(), item, depth + 1);
                if misfits == 0 {
                    let list = Value::Array(vec![item]);
                    self.note(&value, &list, LONE_ITEM);
                    return (list, 0);
                }
                self.made.truncate(noted);
            }
        }
        (value, 2)
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
        if self.rules != Rules::Lax
            && let Some(properties) = properties
        {
            members = self.renamed(members, properties);
        }
        let is_required = |key: &str| required.iter().any(|name| name == key);
        let mut missing = required.iter().filter_map(Value::as_str).filter(|key| !members.contains_key(*key)).count();
        // Nothing of it is known: perhaps it is all one level deeper.
        let knows =
            |members: &Map<String, Value>| properties.is_none_or(|p| members.keys().any(|key| p.contains_key(key)));
        if missing > 0 && members.len() == 1 && !knows(&members) && self.rules != Rules::Lax {
            let inner = members.values().next().cloned().unwrap_or_default();
            if inner.is_object() {
                let noted = self.made.len();
                let (inner, misfits) = self.value(inner, schema, depth + 1);
                if misfits == 0 {
                    self.note(&Value::Object(members), &inner, "unwrapped from an object of one key");
                    return (inner, 0);
                }
                self.made.truncate(noted);
            }
        }
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
                misfits += 1;
                out.insert(key, value);
                continue;
            }
            self.path.push(Value::String(key.clone()));
            let noted = self.made.len();
            let was_null = value.is_null();
            let (value, more) = self.value(value, schema_of, depth + 1);
            if was_null && more > 0 && own && !is_required(&key) && self.rules != Rules::Lax {
                // null where the key may be absent and may not be null.
                self.made.truncate(noted);
                self.note(&Value::Null, &Value::Null, "an optional key that is null was left out");
            } else {
                misfits += more;
                out.insert(key, value);
            }
            self.path.pop();
        }
        missing *= 3;
        (Value::Object(out), misfits + missing as u32)
    }

    /// Keys the schema knows under a spelling that differs in case and separators, or under an alias.
    fn renamed(&mut self, members: Map<String, Value>, properties: &'a Map<String, Value>) -> Map<String, Value> {
        if members.keys().all(|key| properties.contains_key(key)) {
            return members;
        }
        let spelt: Vec<(String, &'a str)> = properties
            .iter()
            .flat_map(|(name, schema)| {
                std::iter::once(name.as_str()).chain(words_of(schema)).map(move |word| (folded(word), name.as_str()))
            })
            .collect();
        let mut taken: Vec<&str> = Vec::new();
        let mut out = Map::new();
        for (key, value) in &members {
            let word = folded(key);
            let mut fits = spelt.iter().filter(|(known, _)| *known == word && !word.is_empty());
            let name = match (properties.contains_key(key), fits.next()) {
                (false, Some((_, name)))
                    if fits.all(|(_, other)| other == name)
                        && !members.contains_key(*name)
                        && !taken.contains(name) =>
                {
                    *name
                }
                _ => {
                    out.insert(key.clone(), value.clone());
                    continue;
                }
            };
            taken.push(name);
            self.path.push(Value::from(name));
            self.note(&Value::from(key.as_str()), &Value::from(name), "key by case, separators or alias");
            self.path.pop();
            out.insert(name.to_owned(), value.clone());
        }
        out
    }
}

/// How many values there are in `value`, up to a little over `most`.
fn size(value: &Value, most: usize) -> usize {
    let mut sum = 1;
    let mut add = |inner: &Value| {
        sum += if sum > most { 0 } else { size(inner, most - sum.min(most)) };
    };
    match value {
        Value::Array(items) => items.iter().for_each(&mut add),
        Value::Object(members) => members.values().for_each(&mut add),
        Value::String(text) => sum += text.len() / 64,
        _ => {}
    }
    sum
}

/// Other names of a property: what stands under keywords such as `x-alias` and `x-aliases`.
fn words_of(schema: &Value) -> impl Iterator<Item = &str> {
    let keywords = schema.as_object().into_iter().flatten();
    let named =
        keywords.filter(|(key, _)| key.starts_with("x-") && (key.ends_with("alias") || key.ends_with("aliases")));
    named
        .flat_map(|(_, value)| match value {
            Value::Array(words) => words.as_slice(),
            one => std::slice::from_ref(one),
        })
        .filter_map(Value::as_str)
}
