//! DeepSeek's strict tools (beta).
//!
//! | | |
//! | --- | --- |
//! | kept | type, properties, items, anyOf, enum, `$ref`/`$defs`, number bounds, title, description |
//! | rewritten | as OpenAI strict; const → enum |
//! | described | minItems, maxItems, lengths, pattern, format (its pages disagree), default, examples |
//! | refused | nothing that can be expressed |

use super::openai_strict::RULES as OPENAI;
use crate::schema::dialect::rules::{NO_LIMITS, Null, Patterns, Rules};

pub const RULES: Rules = Rules {
    name: "deepseek",
    kept: &["title", "description"],
    formats: &[],
    patterns: Patterns::None,
    null: Null::AnyOf,
    type_lists: false,
    constants: false,
    distinct_branches: false,
    limits: NO_LIMITS,
    ..OPENAI
};
