//! Cohere v2, `response_format` with a schema and strict tools.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, required, items, anyOf, enum, const, `$ref`/`$defs`, additionalProperties, format (4), pattern without `^ $` and lookaround, title, description |
//! | rewritten | oneOf → anyOf, allOf merged, an object without a required property gets its first one nullable and required, tuples → objects, any value → JSON text |
//! | described | all number, length and array bounds, uniqueItems, other formats and patterns, default, examples |
//! | refused | nothing that can be expressed |

use crate::schema::dialect::rules::{BASE, Patterns, Rules};

pub const RULES: Rules = Rules {
    name: "cohere",
    formats: &["date-time", "uuid", "date", "time"],
    patterns: Patterns::Unanchored,
    // Cohere documents that maps pass "loosely"; entries are exact.
    maps: false,
    one_required: true,
    ..BASE
};
