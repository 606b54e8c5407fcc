//! The keywords that hold schemas, those that constrain values, and how deep schemas may nest.

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

/// A root without any of these accepts every value.
pub const ROOT_CONSTRAINTS: &[&str] = &[
    "type",
    "properties",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "prefixItems",
    "additionalProperties",
    "patternProperties",
    "required",
    "not",
    "if",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// A branch of a union without any of these only annotates.
pub const BRANCH_CONSTRAINTS: &[&str] = &[
    "type",
    "properties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "pattern",
    "format",
    "additionalProperties",
    "patternProperties",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
];
