//! `src/ts/registry/rows.ts`: the registry as the browser entry has it.

use super::{read, updating};
use instructor_wasm::machinery::provider::registry;
use serde_json::Value;
use std::fmt::Write;

const FILE: &str = "src/ts/registry/rows.ts";
const HEAD: &str =
    "// Generated from src/provider/registry by tests/core/tables/rows.rs (CONTRIBUTING.md); do not edit.
import type { Pairs, Row, Rule, Variant } from './row.js'
";
const LISTS: &[(&str, &str, &str)] = &[
    ("rows", "ROWS", "readonly Row[]"),
    ("variants", "VARIANTS", "readonly Variant[]"),
    ("rules", "RULES", "readonly Rule[]"),
    ("otherNames", "OTHER_NAMES", "Pairs"),
    ("families", "FAMILIES", "Pairs"),
    ("hosts", "HOSTS", "readonly string[]"),
    ("modes", "MODES", "Pairs"),
];

/// One line for each element, so that a change of the registry is a change of one line.
fn written() -> String {
    let facts = registry::export();
    let mut out = HEAD.to_owned();
    for (field, name, kind) in LISTS {
        let list = facts.get(field).and_then(Value::as_array).unwrap();
        write!(out, "\nexport const {name}: {kind} = [\n").unwrap();
        list.iter().for_each(|element| writeln!(out, "  {element},").unwrap());
        out.push_str("]\n");
    }
    out
}

#[test]
fn the_browser_entry_has_the_rows_of_the_registry() {
    if updating() {
        std::fs::write(FILE, written()).unwrap();
    }
    assert_eq!(
        read(FILE),
        written(),
        "{FILE}: run UPDATE_TABLES=1 cargo test --features validator,template,schemars --test core tables::"
    );
}

#[test]
fn no_row_has_a_constant_header_that_authorizes() {
    // The browser entry does not have the constant headers; one of these would make a key unnecessary.
    for row in registry::ROWS {
        let mut names = row.headers.iter().chain(row.browser_headers).map(|(name, _)| *name);
        assert!(names.all(|name| !["authorization", "api-key", "x-api-key", "x-goog-api-key"].contains(&name)));
    }
}
