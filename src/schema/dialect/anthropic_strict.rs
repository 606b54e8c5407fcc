//! Anthropic `output_config.format` and strict tools; Bedrock's native structured output is of the same family.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, items, anyOf, enum, const, `$ref`/`$defs` (not recursive), required, format (10), simple pattern, minItems 0 or 1, title, description |
//! | rewritten | every object closed, oneOf → anyOf, allOf merged, names of properties beyond `^[a-zA-Z0-9_.-]{1,64}$`, maps → entries, tuples → objects, any value → JSON text, recursion unrolled; optional properties beyond 24 → nullable up to 16 unions, beyond → entries |
//! | described | every number, length and size bound, uniqueItems, other formats, default, examples |
//! | refused | nothing that can be expressed |

use crate::schema::dialect::rules::{BASE, Limits, NO_LIMITS, Names, Patterns, Refs, Rules};

pub const RULES: Rules = Rules {
    name: "anthropic_strict",
    kept: &["title", "description", "minItems"],
    names: Names::Word,
    formats: &["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"],
    patterns: Patterns::Simple,
    close: true,
    refs: Refs::KeepUnlessRecursive,
    ref_siblings: true,
    min_items_one: true,
    limits: Limits { optional: 24, unions: 16, ..NO_LIMITS },
    ..BASE
};
