//! OpenAI and Azure, `strict: true` on tools and on `json_schema`.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, items, anyOf, enum, const, `$ref`/`$defs` (recursive too), number bounds, multipleOf, minItems, maxItems, pattern, format (9), title, description |
//! | rewritten | every object closed, every property required, optional → nullable, oneOf → anyOf, allOf merged, maps and patternProperties → entries, tuples → objects, any value → JSON text, `$ref` with siblings inlined |
//! | described | minLength, maxLength, uniqueItems, minProperties, maxProperties, other formats, default, examples, not, dependentRequired |
//! | refused | more than 5,000 properties, 1,000 enum values, 120,000 characters of names and values |

use crate::schema::dialect::rules::{BASE, Limits, NO_LIMITS, Null, Patterns, Rules};

pub const RULES: Rules = Rules {
    name: "openai_strict",
    kept: &[
        "title",
        "description",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
    ],
    formats: &["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"],
    patterns: Patterns::Simple,
    close: true,
    all_required: true,
    null: Null::TypeList,
    type_lists: true,
    distinct_branches: true,
    limits: Limits { properties: 5000, depth: 10, enum_values: 1000, characters: 120_000, ..NO_LIMITS },
    ..BASE
};
