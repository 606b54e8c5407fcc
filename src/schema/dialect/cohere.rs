//! Cohere v2, `response_format` with a schema and strict tools.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, required, items, anyOf, enum, const, `$ref`/`$defs`, additionalProperties, format (4), pattern without `^ $` and lookaround, title, description |
//! | rewritten | oneOf → anyOf, allOf merged, an object without a required property gets its first one nullable and required, tuples → objects, any value → JSON text |
//! | described | all number, length and array bounds, uniqueItems, other formats and patterns, default, examples |
//! | refused | nothing that can be said |

use crate::schema::dialect::rules::{Enums, NO_LIMITS, Names, Null, Patterns, Refs, Rules};

pub const RULES: Rules = Rules {
    name: "cohere",
    kept: &["title", "description"],
    names: Names::Any,
    formats: &["date-time", "uuid", "date", "time"],
    patterns: Patterns::Unanchored,
    close: false,
    all_required: false,
    null: Null::AnyOf,
    type_lists: false,
    refs: Refs::Keep,
    ref_siblings: false,
    constants: true,
    enums: Enums::Scalars,
    counts_below: 0,
    empty_properties: true,
    min_items_one: false,
    // "Supported, loosely": entries are certain.
    maps: false,
    tuples: false,
    any: false,
    distinct_branches: false,
    ordering: false,
    one_required: true,
    limits: NO_LIMITS,
};
