//! xAI structured outputs and tools.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, required, items, anyOf, enum, const, `$ref`/`$defs` (not circular), format (7), bounds ("best effort"), title, description |
//! | rewritten | oneOf → anyOf, allOf merged, maps → entries, tuples → objects, any value → JSON text, recursion unrolled; additionalProperties false is their default and is said |
//! | described | uniqueItems, other formats, default, examples |
//! | refused | nothing that can be said |

use crate::schema::dialect::rules::{Enums, NO_LIMITS, Names, Null, Patterns, Refs, Rules};

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
    names: Names::Any,
    formats: &["date", "time", "date-time", "email", "uuid", "ipv4", "ipv6"],
    patterns: Patterns::Simple,
    close: true,
    all_required: false,
    null: Null::TypeList,
    type_lists: true,
    refs: Refs::KeepUnlessRecursive,
    ref_siblings: false,
    constants: true,
    enums: Enums::Scalars,
    counts_below: 0,
    empty_properties: true,
    min_items_one: false,
    maps: false,
    tuples: false,
    any: false,
    distinct_branches: false,
    ordering: false,
    one_required: false,
    limits: NO_LIMITS,
};
