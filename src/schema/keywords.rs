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

/// Keywords without constraints.
pub const ANNOTATIONS: &[&str] = &[
    "title",
    "description",
    "default",
    "examples",
    "example",
    "deprecated",
    "readOnly",
    "writeOnly",
    "readonly",
    "$defs",
    "markdownDescription",
    "discriminator",
    "xml",
    "externalDocs",
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

/// A root without any of these and of [`BRANCH_CONSTRAINTS`] accepts every value.
pub const MORE_ROOT_CONSTRAINTS: &[&str] = &[
    "required",
    "not",
    "if",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
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
