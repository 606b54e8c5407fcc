//! xAI structured outputs and tools.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, required, items, anyOf, enum, const, `$ref`/`$defs` (not circular), format (7), bounds ("best effort"), title, description |
//! | rewritten | oneOf → anyOf, allOf merged, maps → entries, tuples → objects, any value → JSON text, recursion unrolled; additionalProperties false is their default and is sent |
//! | described | uniqueItems, other formats, default, examples |
//! | refused | nothing that can be expressed |

use crate::schema::dialect::rules::{BASE, Null, Patterns, Refs, Rules};

pub const RULES: Rules = Rules {
    name: "xai",
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
        "minLength",
        "maxLength",
    ],
    formats: &["date", "time", "date-time", "email", "uuid", "ipv4", "ipv6"],
    patterns: Patterns::Simple,
    close: true,
    null: Null::TypeList,
    type_lists: true,
    refs: Refs::KeepUnlessRecursive,
    ..BASE
};
