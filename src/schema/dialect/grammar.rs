//! Servers and runtimes that compile the schema to a grammar: llama.cpp, Ollama, vLLM; Fireworks; Chrome's built-in model.
//!
//! | | llama.cpp, Ollama, vLLM | Fireworks | Chrome |
//! | --- | --- | --- | --- |
//! | kept | type, properties, required, items, minItems, maxItems, lengths and counts below 1999, integer bounds, anyOf, enum, const, `$ref`/`$defs` (recursive too), `^...$` patterns (`\d`, `\w`, `\-` and the like written out), additionalProperties | the same less lengths and patterns | the same |
//! | rewritten | oneOf → anyOf with the node's own keywords inside, allOf merged, tuples → objects | the same | the same |
//! | described | formats beyond date and time, patterns that a grammar cannot express, multipleOf, uniqueItems, default, examples | also lengths, patterns | as llama.cpp |
//! | refused | nothing that can be expressed | | |

use crate::schema::dialect::rules::{BASE, Patterns, Rules};

pub const GRAMMAR: Rules = Rules {
    name: "grammar",
    kept: &["title", "description", "minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength"],
    formats: &["date", "time", "date-time", "uuid"],
    patterns: Patterns::Grammar,
    close: true,
    // llama.cpp refuses rules that repeat 2000 times; older builds from 1999 on.
    counts_below: 1999,
    empty_properties: false,
    maps: true,
    any: true,
    ..BASE
};

pub const FIREWORKS: Rules = Rules {
    name: "fireworks",
    kept: &["title", "description", "minimum", "maximum", "minItems", "maxItems"],
    formats: &[],
    patterns: Patterns::None,
    any: false,
    ..GRAMMAR
};

pub const CHROME: Rules = Rules { name: "chrome", any: false, maps: false, ..GRAMMAR };
