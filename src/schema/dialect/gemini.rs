//! Gemini's two ways to take a schema.
//!
//! | | `responseJsonSchema`, `parametersJsonSchema` | `responseSchema`, `parameters` (OpenAPI) |
//! | --- | --- | --- |
//! | kept | type, properties, required, items, prefixItems, minItems, maxItems, anyOf, enum (strings, numbers),
//! minimum, maximum, format, `$ref`/`$defs`, additionalProperties, title, description | type, properties, required,
//! items, minItems, maxItems, anyOf (alone in its node), enum (strings), minimum, maximum, format, pattern, lengths,
//! title, description, example, default |
//! | rewritten | oneOf → anyOf, allOf merged, const → enum, other enums → strings, any value → JSON text, recursion
//! through required properties unrolled | all references inlined, recursion unrolled, names of properties that are
//! not identifiers, null → nullable, const and numeric enums → string enums, maps → entries, tuples → objects, any
//! value → JSON text |
//! | described | pattern, lengths, exclusive bounds, multipleOf, uniqueItems, default, examples | exclusive bounds,
//! multipleOf, uniqueItems, examples |
//! | refused | nothing that can be expressed | nothing that can be expressed |

use crate::schema::dialect::rules::{BASE, Enums, Names, Null, Patterns, Refs, Rules};

pub const JSON_SCHEMA: Rules = Rules {
    name: "gemini_json_schema",
    kept: &["title", "description", "minimum", "maximum", "minItems", "maxItems"],
    formats: &["date-time", "time", "date", "duration"],
    null: Null::TypeList,
    type_lists: true,
    // Circles pass only in optional properties; unrolling is right everywhere.
    refs: Refs::KeepUnlessRecursive,
    constants: false,
    enums: Enums::StringsAndNumbers,
    maps: true,
    tuples: true,
    ..BASE
};

pub const OPENAPI: Rules = Rules {
    name: "gemini_openapi",
    kept: &["title", "description", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength", "example"],
    names: Names::Identifier,
    formats: &["date-time", "date", "time", "duration", "email", "uri", "uuid", "int32", "int64", "float", "double"],
    patterns: Patterns::Simple,
    null: Null::Flag,
    type_lists: false,
    refs: Refs::Inline,
    enums: Enums::Strings,
    maps: false,
    tuples: false,
    ordering: true,
    ..JSON_SCHEMA
};
