//! Schemas and values made of bytes, for the property test and the fuzz target: every byte is one choice.

use serde_json::{Map, Value, json};

/// The choices that are left; without any, everything is the first alternative.
pub struct Choices<'a>(pub &'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> usize {
        match self.0.split_first() {
            Some((byte, rest)) => {
                self.0 = rest;
                usize::from(*byte)
            }
            None => 0,
        }
    }

    fn below(&mut self, end: usize) -> usize {
        self.byte() % end
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.byte() % count == 1
    }

    fn of<'o, T>(&mut self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }
}

const KEYS: [&str; 8] = ["a", "b", "kind", "name", "a/b", "x~y", "ü", ""];
const TYPES: [&str; 7] = ["string", "integer", "number", "boolean", "null", "array", "object"];
const PATTERNS: [&str; 9] =
    ["^a", "b$", "^[a-z]+$", "\\d{2,4}", "^kind$", "^.{2}$", "^(?:a|b)?x*$", "[\\w-]+@", "^\\p{Lu}"];
const FORMATS: [&str; 11] =
    ["date", "date-time", "time", "email", "uuid", "uri", "ipv4", "hostname", "int32", "ipv6", ""];
const TEXTS: [&str; 22] = [
    "",
    "a",
    "b",
    "abc",
    "kind",
    "12",
    "ü",
    "Ü",
    "a b",
    "2024-02-29",
    "2023-02-29",
    "2024-02-29T10:00:00Z",
    "10:00:00+01:00",
    "23:59:60Z",
    "name@example.com",
    "a@b",
    "123e4567-e89b-12d3-a456-426614174000",
    "https://example.com/a?b=c",
    "127.0.0.1",
    "127.0.0.01",
    "www.example.com",
    "xn--a",
];

fn number(choices: &mut Choices) -> Value {
    let numbers = [
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(-1),
        json!(10),
        json!(1.0),
        json!(1.5),
        json!(0.1),
        json!(0.3),
        json!(-0.0),
        json!(9_007_199_254_740_993_u64),
        json!(9_007_199_254_740_992.0),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(19.99),
        json!(0.01),
        json!(1e-7),
    ];
    choices.of(&numbers).clone()
}

fn count(choices: &mut Choices) -> Value {
    choices.of(&[json!(1), json!(0), json!(2), json!(3), json!(2.0), json!(5)]).clone()
}

/// Any value, of a few levels.
pub fn value(choices: &mut Choices, depth: usize) -> Value {
    match choices.below(if depth == 0 { 6 } else { 9 }) {
        0 | 1 => json!(choices.of(&TEXTS)),
        2 | 3 => number(choices),
        4 => json!(choices.one_in(2)),
        5 => Value::Null,
        6 => {
            let length = choices.below(4);
            (0..length).map(|_| value(choices, depth - 1)).collect()
        }
        _ => {
            let length = choices.below(5);
            (0..length).map(|_| ((*choices.of(&KEYS)).to_owned(), value(choices, depth - 1))).collect()
        }
    }
}

/// A schema with definitions.
pub fn schema(choices: &mut Choices) -> Value {
    let mut whole = match part(choices, 3) {
        Value::Object(members) => members,
        other => return other,
    };
    if choices.one_in(2) {
        let definitions = json!({"A": part(choices, 2), "B/c": part(choices, 1)});
        whole.insert("$defs".into(), definitions);
    }
    match choices.below(8) {
        1 => _ = whole.insert("$schema".into(), "http://json-schema.org/draft-07/schema#".into()),
        2 => _ = whole.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into()),
        3 => _ = whole.insert("$schema".into(), "http://json-schema.org/draft-06/schema#".into()),
        4 => _ = whole.insert("$schema".into(), "https://json-schema.org/draft/2019-09/schema".into()),
        _ => {}
    }
    whole.into()
}

fn parts(choices: &mut Choices, depth: usize) -> Value {
    let length = 1 + choices.below(3);
    (0..length).map(|_| part(choices, depth)).collect()
}

fn named(choices: &mut Choices, names: &[&str], depth: usize) -> Map<String, Value> {
    let length = choices.below(4);
    (0..length).map(|_| ((*choices.of(names)).to_owned(), part(choices, depth))).collect()
}

fn names(choices: &mut Choices) -> Value {
    let mut names: Vec<&str> = Vec::new();
    for _ in 0..choices.below(4) {
        let name = choices.of(&KEYS);
        if !names.contains(name) {
            names.push(name);
        }
    }
    json!(names)
}

/// A schema of some keywords.
fn part(choices: &mut Choices, depth: usize) -> Value {
    if choices.one_in(20) {
        return json!(choices.one_in(2));
    }
    let mut schema = Map::new();
    for _ in 0..choices.below(5) {
        let (key, value) = if depth > 0 && choices.one_in(2) { nested(choices, depth - 1) } else { flat(choices) };
        schema.insert(key.into(), value);
    }
    schema.into()
}

fn flat(choices: &mut Choices) -> (&'static str, Value) {
    match choices.below(24) {
        0..=4 => ("type", json!(choices.of(&TYPES))),
        5 => ("type", json!(["string", "null", "integer"])),
        6 => ("const", value(choices, 1)),
        7 => ("enum", json!([value(choices, 1), value(choices, 1), value(choices, 0)])),
        8 => ("minimum", number(choices)),
        9 => ("maximum", number(choices)),
        10 => ("exclusiveMinimum", number(choices)),
        11 => ("exclusiveMaximum", number(choices)),
        12 => ("multipleOf", choices.of(&[json!(2), json!(0.1), json!(0.01), json!(3.0), json!(0.5)]).clone()),
        13 => ("minLength", count(choices)),
        14 => ("maxLength", count(choices)),
        15 => ("minItems", count(choices)),
        16 => ("maxItems", count(choices)),
        17 => ("minProperties", count(choices)),
        18 => ("maxProperties", count(choices)),
        19 => ("required", names(choices)),
        20 => ("pattern", json!(choices.of(&PATTERNS))),
        21 => ("format", json!(choices.of(&FORMATS))),
        22 => ("uniqueItems", json!(choices.one_in(2))),
        _ => ("title", json!("T")),
    }
}

fn nested(choices: &mut Choices, depth: usize) -> (&'static str, Value) {
    match choices.below(26) {
        0..=4 => {
            let mut members = named(choices, &KEYS, depth);
            if choices.one_in(6) {
                members.extend((0..16).map(|n| (format!("k{n}"), json!({"type": "integer"}))));
            }
            ("properties", members.into())
        }
        5 | 6 => ("additionalProperties", json!(false)),
        7 => ("additionalProperties", part(choices, depth)),
        8 => ("patternProperties", named(choices, &PATTERNS, depth).into()),
        9 => ("propertyNames", part(choices, depth)),
        10 | 11 => ("items", part(choices, depth)),
        12 => ("prefixItems", parts(choices, depth)),
        13 => ("contains", part(choices, depth)),
        14 => ("minContains", count(choices)),
        15 => ("maxContains", count(choices)),
        16 | 17 => ("anyOf", parts(choices, depth)),
        18 | 19 => ("oneOf", parts(choices, depth)),
        20 => ("allOf", parts(choices, depth)),
        21 => ("not", part(choices, depth)),
        22 => (*choices.of(&["if", "then", "else"]), part(choices, depth)),
        23 => ("dependentRequired", json!({(*choices.of(&KEYS)): names(choices)})),
        24 => ("dependentSchemas", named(choices, &KEYS, depth).into()),
        _ => ("$ref", json!(choices.of(&["#/$defs/A", "#/$defs/B~1c", "#", "#/properties/a"]))),
    }
}

/// A value that fits a schema in most places: `root` is the whole schema.
pub fn value_of(root: &Value, schema: &Value, choices: &mut Choices, depth: usize) -> Value {
    let Some(members) = schema.as_object().filter(|_| depth > 0 && !choices.one_in(8)) else {
        return value(choices, 1);
    };
    let mut follow = |schema: &Value| value_of(root, schema, choices, depth - 1);
    if let Some(target) = members.get("$ref").and_then(Value::as_str).and_then(|r| root.pointer(r.strip_prefix('#')?)) {
        return follow(target);
    }
    if let Some(constant) = members.get("const") {
        return constant.clone();
    }
    if let Some(Value::Array(options)) = members.get("enum") {
        return choices.of(options).clone();
    }
    for key in ["anyOf", "oneOf", "allOf"] {
        if let Some(Value::Array(branches)) = members.get(key)
            && !branches.is_empty()
            && !members.contains_key("properties")
        {
            let branch = choices.of(branches);
            return value_of(root, branch, choices, depth - 1);
        }
    }
    let kind = match members.get("type") {
        Some(Value::Array(kinds)) if !kinds.is_empty() => choices.of(kinds).as_str().unwrap_or_default(),
        Some(kind) => kind.as_str().unwrap_or_default(),
        None if members.contains_key("properties") || members.contains_key("patternProperties") => "object",
        None if members.contains_key("items") || members.contains_key("prefixItems") => "array",
        None => "",
    };
    match kind {
        "string" => json!(choices.of(&TEXTS)),
        "integer" => json!(choices.below(20) as i64 - 2),
        "number" => number(choices),
        "boolean" => json!(choices.one_in(2)),
        "null" => Value::Null,
        "array" => {
            let length = choices.below(4);
            let prefix = members.get("prefixItems").and_then(Value::as_array);
            let item = |index| prefix.and_then(|prefix| prefix.get(index)).or(members.get("items"));
            (0..length).map(|index| value_of(root, item(index).unwrap_or(&Value::Null), choices, depth - 1)).collect()
        }
        "object" => {
            let mut object = Map::new();
            let known = members.get("properties").and_then(Value::as_object);
            let required: Vec<&str> = members
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            for (key, schema) in known.into_iter().flatten() {
                let wanted = required.contains(&key.as_str());
                if if wanted { !choices.one_in(10) } else { choices.one_in(3) } {
                    object.insert(key.clone(), value_of(root, schema, choices, depth - 1));
                }
            }
            if choices.one_in(4) {
                object.insert((*choices.of(&KEYS)).to_owned(), value(choices, 1));
            }
            if choices.one_in(4) {
                let mut members: Vec<_> = object.into_iter().collect();
                members.reverse();
                object = members.into_iter().collect();
            }
            object.into()
        }
        _ => value(choices, 2),
    }
}
