//! The documented rules of each provider's schema subset, as a checker that is independent of the renderer.
//!
//! Written from the providers' documentation; the renderer's tables are written from it separately. By its
//! documentation, the API accepts a schema that passes here.

use serde_json::{Map, Value};

/// The rules of a dialect's documentation, in the checker's terms.
pub struct Documented {
    pub name: &'static str,
    /// Keywords that may appear in a schema node.
    pub keywords: &'static [&'static str],
    pub root_object: bool,
    /// Every object has `additionalProperties: false`.
    pub closed: bool,
    pub all_required: bool,
    /// `additionalProperties` may be a schema or true.
    pub maps: bool,
    pub references: References,
    pub formats: Option<&'static [&'static str]>,
    pub enums: fn(&Value) -> bool,
    pub pattern: fn(&str) -> bool,
    pub min_items_below_two: bool,
    pub type_lists: bool,
    /// No keywords next to `anyOf`.
    pub lone_any_of: bool,
    pub max_properties: usize,
    pub max_depth: usize,
    pub max_enum_values: usize,
    pub max_characters: usize,
    pub max_optional: usize,
    pub max_branches: usize,
    pub max_unions: usize,
    pub one_required: bool,
    /// Objects of an anyOf do not share their first key, unless its constants differ.
    pub first_keys: bool,
    /// A node must have a type, anyOf or reference.
    pub typed: bool,
}

#[derive(PartialEq)]
pub enum References {
    No,
    NotCircular,
    Any,
}

const CORE: &[&str] = &["type", "properties", "required", "items", "anyOf", "enum", "title", "description"];

fn scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn no_lookaround(pattern: &str) -> bool {
    !["(?=", "(?!", "(?<"].iter().any(|part| pattern.contains(part))
}

fn never(_: &str) -> bool {
    false
}

macro_rules! keywords {
    ($($more:literal),* $(,)?) => {
        &["type", "properties", "required", "items", "anyOf", "enum", "title", "description", $($more),*]
    };
}

const NOTHING: Documented = Documented {
    name: "",
    keywords: CORE,
    root_object: true,
    closed: false,
    all_required: false,
    maps: false,
    references: References::Any,
    formats: None,
    enums: scalar,
    pattern: no_lookaround,
    min_items_below_two: false,
    type_lists: true,
    lone_any_of: false,
    max_properties: usize::MAX,
    max_depth: usize::MAX,
    max_enum_values: usize::MAX,
    max_characters: usize::MAX,
    max_optional: usize::MAX,
    max_branches: usize::MAX,
    max_unions: usize::MAX,
    one_required: false,
    first_keys: false,
    typed: true,
};

pub const DOCUMENTED: &[Documented] = &[
    Documented {
        name: "openai_strict",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "pattern",
            "format",
            "minItems",
            "maxItems",
        ],
        closed: true,
        all_required: true,
        formats: Some(&["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]),
        max_properties: 5000,
        max_depth: 10,
        max_enum_values: 1000,
        max_characters: 120_000,
        first_keys: true,
        ..NOTHING
    },
    Documented {
        name: "anthropic_strict",
        keywords: keywords!["additionalProperties", "const", "$ref", "$defs", "allOf", "pattern", "format", "minItems"],
        closed: true,
        references: References::NotCircular,
        formats: Some(&["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"]),
        min_items_below_two: true,
        max_optional: 24,
        max_unions: 16,
        ..NOTHING
    },
    Documented {
        name: "gemini_json_schema",
        keywords: keywords![
            "additionalProperties",
            "$ref",
            "$defs",
            "prefixItems",
            "minItems",
            "maxItems",
            "minimum",
            "maximum",
            "format",
            "propertyOrdering",
        ],
        root_object: false,
        maps: true,
        // Recursion is allowed in optional properties; the checker allows none.
        references: References::NotCircular,
        enums: |value| value.is_string() || value.is_number() || value.is_null(),
        pattern: never,
        ..NOTHING
    },
    Documented {
        name: "gemini_openapi",
        keywords: keywords![
            "nullable",
            "format",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
            "minimum",
            "maximum",
            "pattern",
            "example",
            "default",
            "propertyOrdering",
            "minProperties",
            "maxProperties",
        ],
        root_object: false,
        references: References::No,
        enums: Value::is_string,
        type_lists: false,
        lone_any_of: true,
        ..NOTHING
    },
    Documented {
        name: "cohere",
        keywords: keywords!["additionalProperties", "const", "$ref", "$defs", "pattern", "format"],
        maps: true,
        formats: Some(&["date-time", "uuid", "date", "time"]),
        pattern: |pattern| no_lookaround(pattern) && !pattern.contains(['^', '$']),
        one_required: true,
        ..NOTHING
    },
    Documented {
        name: "cerebras",
        keywords: keywords!["additionalProperties", "const", "$ref", "$defs"],
        closed: true,
        all_required: true,
        references: References::NotCircular,
        type_lists: false,
        max_properties: 500,
        max_depth: 10,
        max_branches: 5,
        ..NOTHING
    },
    Documented {
        name: "groq",
        keywords: keywords!["additionalProperties", "const", "$ref", "$defs"],
        closed: true,
        all_required: true,
        ..NOTHING
    },
    Documented {
        name: "mistral",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "pattern",
            "format",
            "minItems",
            "maxItems",
        ],
        root_object: false,
        closed: true,
        all_required: true,
        ..NOTHING
    },
    Documented {
        name: "deepseek",
        keywords: keywords!["additionalProperties", "$ref", "$defs"],
        closed: true,
        all_required: true,
        ..NOTHING
    },
    Documented {
        name: "xai",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "exclusiveMinimum",
            "exclusiveMaximum",
            "multipleOf",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
        ],
        references: References::NotCircular,
        ..NOTHING
    },
    Documented {
        name: "fireworks",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
        ],
        maps: true,
        pattern: never,
        ..NOTHING
    },
    Documented {
        name: "grammar",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
        ],
        root_object: false,
        maps: true,
        pattern: |pattern| pattern.starts_with('^') && pattern.ends_with('$'),
        typed: false,
        ..NOTHING
    },
    Documented {
        name: "chrome",
        keywords: keywords![
            "additionalProperties",
            "const",
            "$ref",
            "$defs",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
        ],
        pattern: |pattern| pattern.starts_with('^') && pattern.ends_with('$'),
        ..NOTHING
    },
    Documented {
        name: "nova",
        keywords: keywords![
            "const",
            "format",
            "pattern",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "minLength",
            "maxLength",
        ],
        references: References::No,
        typed: false,
        ..NOTHING
    },
];

struct Check<'a> {
    rules: &'a Documented,
    root: &'a Value,
    problems: Vec<String>,
    properties: usize,
    enum_values: usize,
    characters: usize,
    optional: usize,
    unions: usize,
}

/// The violated rules; empty if the schema complies with all.
pub fn check(rules: &Documented, schema: &Value) -> Vec<String> {
    let mut check = Check {
        rules,
        root: schema,
        problems: Vec::new(),
        properties: 0,
        enum_values: 0,
        characters: 0,
        optional: 0,
        unions: 0,
    };
    if rules.root_object && (schema["type"] != "object" || schema.get("anyOf").is_some()) {
        check.problems.push("the root is not an object".into());
    }
    check.node(schema, "", 0);
    if let Some(Value::Object(defs)) = schema.get("$defs") {
        for (name, def) in defs {
            check.characters += name.len();
            check.node(def, &format!("/$defs/{name}"), 0);
            if rules.references == References::NotCircular && reaches(schema, def, name, &mut Vec::new()) {
                check.problems.push(format!("/$defs/{name} is circular"));
            }
        }
    }
    for (what, count, limit) in [
        ("properties", check.properties, rules.max_properties),
        ("enum values", check.enum_values, rules.max_enum_values),
        ("characters", check.characters, rules.max_characters),
        ("optional properties", check.optional, rules.max_optional),
        ("unions", check.unions, rules.max_unions),
    ] {
        if count > limit {
            check.problems.push(format!("{count} {what}, {limit} allowed"));
        }
    }
    check.problems
}

fn reaches(root: &Value, from: &Value, name: &str, seen: &mut Vec<String>) -> bool {
    match from {
        Value::Object(map) => map.iter().any(|(key, value)| match (key.as_str(), value) {
            ("$ref", Value::String(reference)) => {
                let target = reference.trim_start_matches("#/$defs/").replace("~1", "/").replace("~0", "~");
                if target == name {
                    return true;
                }
                if seen.contains(&target) {
                    return false;
                }
                seen.push(target.clone());
                root["$defs"].get(&target).is_some_and(|next| reaches(root, next, name, seen))
            }
            ("enum" | "const", _) => false,
            _ => reaches(root, value, name, seen),
        }),
        Value::Array(list) => list.iter().any(|one| reaches(root, one, name, seen)),
        _ => false,
    }
}

impl Check<'_> {
    fn problem(&mut self, at: &str, what: impl std::fmt::Display) {
        self.problems.push(format!("{at}: {what}"));
    }

    fn node(&mut self, schema: &Value, at: &str, depth: usize) {
        let rules = self.rules;
        let Value::Object(map) = schema else {
            return self.problem(at, "not a schema object");
        };
        for key in map.keys() {
            if !rules.keywords.contains(&key.as_str()) {
                self.problem(at, format!("{key} is not supported"));
            }
        }
        if rules.typed && !["type", "anyOf", "$ref"].iter().any(|key| map.contains_key(*key)) {
            self.problem(at, "has no type");
        }
        if let Some(Value::Array(_)) = map.get("type") {
            self.unions += 1;
            if !rules.type_lists {
                self.problem(at, "a list of types");
            }
        }
        if let Some(reference) = map.get("$ref") {
            let name = reference.as_str().unwrap_or_default();
            let local = name.strip_prefix("#/$defs/").map(|name| name.replace("~1", "/").replace("~0", "~"));
            if rules.references == References::No {
                self.problem(at, "$ref");
            } else if local.is_none_or(|name| self.root["$defs"].get(&name).is_none()) {
                self.problem(at, format!("{name} leads nowhere"));
            }
            if rules.name != "anthropic_strict" && map.len() > 1 {
                self.problem(at, "keywords beside $ref");
            }
        }
        if let Some(Value::String(format)) = map.get("format")
            && let Some(known) = rules.formats
            && !known.contains(&format.as_str())
        {
            self.problem(at, format!("format {format}"));
        }
        if let Some(Value::String(pattern)) = map.get("pattern")
            && !(rules.pattern)(pattern)
        {
            self.problem(at, format!("pattern {pattern}"));
        }
        if let Some(Value::Array(list)) = map.get("enum") {
            self.enum_values += list.len();
            self.characters += list.iter().filter_map(Value::as_str).map(|text| text.chars().count()).sum::<usize>();
            if list.is_empty() || !list.iter().all(rules.enums) {
                self.problem(at, "values that an enum may not list");
            }
            let strings: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            let length: usize = strings.iter().map(|text| text.chars().count()).sum();
            if rules.name == "openai_strict" && strings.len() > 250 && length > 15_000 {
                self.problem(at, "an enum of more than 15,000 characters");
            }
        }
        if let Some(value) = map.get("const") {
            self.characters += value.as_str().map_or(0, |text| text.chars().count());
            if !scalar(value) {
                self.problem(at, "const that is not a scalar");
            }
        }
        if rules.min_items_below_two && map.get("minItems").is_some_and(|n| n.as_u64() > Some(1)) {
            self.problem(at, "minItems above 1");
        }
        let kind = map.get("type").cloned().unwrap_or_default();
        let is = |name: &str| kind == name || kind.as_array().is_some_and(|list| list.iter().any(|one| one == name));
        let level = depth + usize::from(is("object") || is("array"));
        if level > rules.max_depth {
            self.problem(at, format!("nested {level} levels deep"));
        }
        if is("object") {
            self.object(map, at);
        }
        if is("array") && !map.contains_key("items") && !map.contains_key("prefixItems") {
            self.problem(at, "an array without items");
        }
        if let Some(Value::Array(branches)) = map.get("anyOf") {
            self.unions += 1;
            self.any_of(map, branches, at);
            for (i, branch) in branches.iter().enumerate() {
                self.node(branch, &format!("{at}/anyOf/{i}"), level);
            }
        }
        if let Some(Value::Object(properties)) = map.get("properties") {
            self.properties += properties.len();
            for (name, one) in properties {
                self.characters += name.chars().count();
                self.node(one, &format!("{at}/properties/{name}"), level);
            }
        }
        if let Some(items) = map.get("items") {
            self.node(items, &format!("{at}/items"), level);
        }
        if let Some(Value::Array(list)) = map.get("prefixItems") {
            for (i, one) in list.iter().enumerate() {
                self.node(one, &format!("{at}/prefixItems/{i}"), level);
            }
        }
        if let Some(one @ Value::Object(_)) = map.get("additionalProperties") {
            self.node(one, &format!("{at}/additionalProperties"), level);
        }
    }

    fn object(&mut self, map: &Map<String, Value>, at: &str) {
        let rules = self.rules;
        let additional = map.get("additionalProperties");
        if rules.closed && additional != Some(&Value::Bool(false)) {
            self.problem(at, "not closed by additionalProperties: false");
        }
        if !rules.maps && additional.is_some_and(|one| *one != Value::Bool(false)) {
            self.problem(at, "additionalProperties is not false");
        }
        let empty = Map::new();
        let properties = map.get("properties").and_then(Value::as_object).unwrap_or(&empty);
        let required: Vec<&str> = map
            .get("required")
            .and_then(Value::as_array)
            .map(|list| list.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        for name in &required {
            if !properties.contains_key(*name) {
                self.problem(at, format!("required {name} is not a property"));
            }
        }
        let left_out = properties.keys().filter(|name| !required.contains(&name.as_str())).count();
        self.optional += left_out;
        if rules.all_required && left_out > 0 {
            self.problem(at, format!("{left_out} properties are not required"));
        }
        if rules.one_required && required.is_empty() && !properties.is_empty() {
            self.problem(at, "no required property");
        }
    }

    fn any_of(&mut self, map: &Map<String, Value>, branches: &[Value], at: &str) {
        let rules = self.rules;
        if branches.len() > rules.max_branches {
            self.problem(at, format!("{} branches", branches.len()));
        }
        if rules.lone_any_of && map.len() > 1 {
            self.problem(at, "keywords next to anyOf");
        }
        if !rules.first_keys {
            return;
        }
        let first = |branch: &Value| {
            let mut branch = branch;
            while let Some(reference) = branch.get("$ref").and_then(Value::as_str) {
                let name = reference.trim_start_matches("#/$defs/").replace("~1", "/").replace("~0", "~");
                branch = self.root["$defs"].get(&name)?;
            }
            let (name, schema) = branch.get("properties")?.as_object()?.iter().next()?;
            let values = match (schema.get("const"), schema.get("enum")) {
                (Some(value), _) => vec![value.clone()],
                (_, Some(Value::Array(list))) => list.clone(),
                _ => Vec::new(),
            };
            Some((name.clone(), values))
        };
        let firsts: Vec<_> = branches.iter().filter_map(first).collect();
        for (i, (name, values)) in firsts.iter().enumerate() {
            for (other, others) in &firsts[i + 1..] {
                let apart =
                    !values.is_empty() && !others.is_empty() && !values.iter().any(|value| others.contains(value));
                if name == other && !apart {
                    self.problem(at, format!("branches share the first key {name}"));
                }
            }
        }
    }
}
