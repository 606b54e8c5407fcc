//! The keywords that hold schemas, and how deep schemas may nest.

/// Limit of nesting in a schema. It bounds every recursion over the schema.
pub const MAX_DEPTH: usize = 96;

/// Keywords whose value is one schema.
pub const ONE: &[&str] = &[
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
];
pub const MANY: &[&str] = &["anyOf", "oneOf", "allOf", "prefixItems"];
pub const NAMED: &[&str] = &["properties", "patternProperties", "$defs", "dependentSchemas"];
