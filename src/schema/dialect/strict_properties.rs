//! APIs that want OpenAI's strict shape (objects closed, all required) with fewer keywords: Mistral, Groq, Cerebras.
//!
//! | | Mistral `json_schema` strict | Groq `strict: true` | Cerebras `strict: true` |
//! | --- | --- | --- | --- |
//! | kept | as OpenAI | as OpenAI less bounds | type, properties, items, anyOf (5 branches), enum, const, `$ref`, title, description |
//! | optional | nullable by type list | nullable by type list | nullable by anyOf |
//! | described | lengths, uniqueItems, … | all bounds, pattern, formats | all bounds, pattern, formats |
//! | refused | as OpenAI less the numbers | as OpenAI | more than 500 properties; deeper than 10 levels becomes JSON text, recursion is unrolled |

use super::openai_strict::RULES as OPENAI;
use crate::schema::dialect::rules::{Limits, NO_LIMITS, Null, Patterns, Refs, Rules};

pub const MISTRAL: Rules = Rules { name: "mistral", distinct_branches: false, limits: NO_LIMITS, ..OPENAI };

pub const GROQ: Rules = Rules {
    name: "groq",
    kept: &["title", "description"],
    formats: &[],
    patterns: Patterns::None,
    limits: NO_LIMITS,
    ..OPENAI
};

pub const CEREBRAS: Rules = Rules {
    name: "cerebras",
    kept: &["title", "description"],
    formats: &[],
    patterns: Patterns::None,
    null: Null::AnyOf,
    type_lists: false,
    refs: Refs::KeepUnlessRecursive,
    distinct_branches: false,
    limits: Limits { properties: 500, depth: 10, branches: 5, ..NO_LIMITS },
    ..OPENAI
};
