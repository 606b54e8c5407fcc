//! Amazon Nova's tools on Bedrock: `inputSchema` has three keys at its top, `type`, `properties` and `required`.
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, required, items, anyOf, enum, const, format, pattern, bounds |
//! | rewritten | `$ref` inlined, recursion unrolled, maps → entries, oneOf → anyOf, allOf merged, tuples → objects |
//! | described | uniqueItems, multipleOf, default, examples |
//! | refused | nothing that can be expressed |
//!
//! Source: Amazon's "Using tools with Nova": the top level may hold no other keys (`$defs`, `additionalProperties`).

use super::grammar::GRAMMAR;
use crate::schema::dialect::rules::{Patterns, Refs, Rules};

pub const RULES: Rules = Rules {
    name: "nova",
    formats: &["date", "time", "date-time", "uuid", "email", "uri"],
    patterns: Patterns::Simple,
    close: false,
    maps: false,
    refs: Refs::Inline,
    counts_below: 0,
    empty_properties: true,
    ..GRAMMAR
};
