//! The keywords, in the order in which jsonschema runs them.

use serde_json::{Map, Value};

#[derive(Clone, Copy, PartialEq)]
pub enum Keyword {
    Type,
    Const,
    Enum,
    Minimum,
    Maximum,
    ExclusiveMinimum,
    ExclusiveMaximum,
    MultipleOf,
    MinLength,
    MaxLength,
    MinItems,
    MaxItems,
    MinProperties,
    MaxProperties,
    Required,
    DependentRequired,
    Pattern,
    Format,
    UniqueItems,
    Properties,
    PatternProperties,
    AdditionalProperties,
    PropertyNames,
    Items,
    PrefixItems,
    Contains,
    DependentSchemas,
    AllOf,
    AnyOf,
    OneOf,
    Not,
    If,
    Ref,
}

use Keyword as K;

const NAMES: [(&str, Keyword); 33] = [
    ("type", K::Type),
    ("const", K::Const),
    ("enum", K::Enum),
    ("minimum", K::Minimum),
    ("maximum", K::Maximum),
    ("exclusiveMinimum", K::ExclusiveMinimum),
    ("exclusiveMaximum", K::ExclusiveMaximum),
    ("multipleOf", K::MultipleOf),
    ("minLength", K::MinLength),
    ("maxLength", K::MaxLength),
    ("minItems", K::MinItems),
    ("maxItems", K::MaxItems),
    ("minProperties", K::MinProperties),
    ("maxProperties", K::MaxProperties),
    ("required", K::Required),
    ("dependentRequired", K::DependentRequired),
    ("pattern", K::Pattern),
    ("format", K::Format),
    ("uniqueItems", K::UniqueItems),
    ("properties", K::Properties),
    ("patternProperties", K::PatternProperties),
    ("additionalProperties", K::AdditionalProperties),
    ("propertyNames", K::PropertyNames),
    ("items", K::Items),
    ("prefixItems", K::PrefixItems),
    ("contains", K::Contains),
    ("dependentSchemas", K::DependentSchemas),
    ("allOf", K::AllOf),
    ("anyOf", K::AnyOf),
    ("oneOf", K::OneOf),
    ("not", K::Not),
    ("if", K::If),
    ("$ref", K::Ref),
];

/// From this number of properties on, jsonschema visits the members in the order of the value.
pub const MANY_PROPERTIES: usize = 15;

/// A keyword of a schema, and its value there.
pub type Entry<'p> = (Keyword, &'p Value);

/// The keywords of a schema in the order in which jsonschema runs them.
pub fn ordered(schema: &Map<String, Value>) -> Vec<Entry<'_>> {
    let mut ranks: Vec<u8> = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    for (key, operand) in schema {
        let Some((_, keyword)) = NAMES.iter().find(|(name, _)| name == key) else { continue };
        let Some(rank) = rank(*keyword, schema) else { continue };
        let place = ranks.iter().position(|other| *other > rank).unwrap_or(ranks.len());
        ranks.insert(place, rank);
        entries.insert(place, (*keyword, operand));
    }
    entries
}

/// The place of a keyword. jsonschema checks some keywords together, which moves them; `None` for one that another has.
fn rank(keyword: Keyword, schema: &Map<String, Value>) -> Option<u8> {
    let usual = |keyword: Keyword| keyword as u8 * 4;
    Some(match keyword {
        K::Type | K::MinItems | K::MaxItems if is_array_shape(schema) => {
            usual(K::Items)
                - if keyword == K::Type {
                    3
                } else if keyword == K::MinItems {
                    2
                } else {
                    1
                }
        }
        K::Required => match required_place(schema) {
            RequiredPlace::After => usual(K::AdditionalProperties) + 1,
            RequiredPlace::Before => usual(K::Properties) - 1,
            RequiredPlace::Usual => usual(keyword),
        },
        K::Properties | K::PatternProperties if takes_members(schema) => return None,
        _ => usual(keyword),
    })
}

/// Whether the type and the number of items are checked together with the items.
fn is_array_shape(schema: &Map<String, Value>) -> bool {
    let others = ["prefixItems", "additionalItems", "contains", "unevaluatedItems", "uniqueItems"];
    matches!(schema.get("items"), Some(Value::Object(_) | Value::Bool(false)))
        && schema.get("type").and_then(Value::as_str) == Some("array")
        && !others.iter().any(|key| schema.contains_key(*key))
}

/// Whether `additionalProperties` checks all members.
fn takes_members(schema: &Map<String, Value>) -> bool {
    matches!(schema.get("additionalProperties"), Some(Value::Object(_) | Value::Bool(false)))
}

#[derive(PartialEq)]
pub enum RequiredPlace {
    Usual,
    /// Directly before `properties`.
    Before,
    /// Directly after `additionalProperties`.
    After,
}

pub fn required_place(schema: &Map<String, Value>) -> RequiredPlace {
    let count = schema.get("required").and_then(Value::as_array).map_or(0, Vec::len);
    let named = schema.get("properties").and_then(Value::as_object);
    match named {
        Some(_) if schema.contains_key("patternProperties") => RequiredPlace::Usual,
        Some(_) if count == 1 && schema.get("additionalProperties") == Some(&Value::Bool(false)) => {
            RequiredPlace::After
        }
        Some(named) if count == 2 && named.len() < MANY_PROPERTIES && !takes_members(schema) => RequiredPlace::Before,
        _ => RequiredPlace::Usual,
    }
}

/// The names of types, in the order in which jsonschema lists them.
pub const TYPES: [&str; 7] = ["null", "boolean", "integer", "number", "string", "array", "object"];

/// The indexes of the types that `type` lists, as bits; `None` if it is not valid.
pub fn types(types: &Value) -> Option<u8> {
    let names = match types {
        Value::Array(names) if !names.is_empty() => names.as_slice(),
        name => std::slice::from_ref(name),
    };
    let mut bits = 0;
    for name in names {
        let bit = 1 << TYPES.iter().position(|known| name == known)?;
        if bits & bit != 0 {
            return None;
        }
        bits |= bit;
    }
    Some(bits)
}

/// A number of things, if it has this form.
pub fn limit(value: &Value) -> Option<u64> {
    let whole = |float: &f64| *float >= 0.0 && float.trunc() == *float && *float < 9e15;
    value.as_u64().or_else(|| value.as_f64().filter(whole).map(|float| float as u64))
}
