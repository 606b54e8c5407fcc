//! The README's provider table is made from the registry, so it cannot lie.
//! `UPDATE_TABLES=1 cargo test --test tables` writes it anew.

use instructor_wasm::provider::registry::{Cors, Key, ROWS, Row, StreamUsage};
use std::fmt::Write;

const BEGIN: &str = "<!-- providers: made from the registry by tests/core/tables.rs -->";
const END: &str = "<!-- /providers -->";

fn key(row: &Row) -> String {
    match (row.key, row.key_env) {
        (Key::None, _) => "none".into(),
        (Key::Optional, []) => "`apiKey`, if the server wants one".into(),
        (Key::Optional, [name, ..]) => format!("`{name}`, if the server wants one"),
        (Key::Aws, _) => "AWS credentials or `AWS_BEARER_TOKEN_BEDROCK`".into(),
        (Key::GoogleCloud, _) => "Google Cloud credentials".into(),
        (_, names) => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or "),
    }
}

fn table() -> String {
    let mut out = String::from(
        "| `fromProvider('…/model')` | provider | key | default mode | modes | usage in streams | from a browser |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in ROWS {
        let modes: Vec<&str> = row.modes.iter().map(|mode| mode.name()).collect();
        let usage = match row.stream_usage {
            StreamUsage::Include => "asked for",
            StreamUsage::Always => "as the provider sends it",
        };
        let browser = match row.cors {
            Cors::Yes => "yes",
            Cors::WithHeader => "yes, a header is added",
            Cors::No => "no: use a server",
            Cors::Unknown => "not established",
            Cors::Local => "as the server allows",
        };
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {usage} | {browser} |",
            row.id,
            row.title,
            key(row),
            row.default_mode.name(),
            modes.join(", ")
        )
        .unwrap();
    }
    out
}

#[test]
fn the_readmes_provider_table_says_what_the_registry_says() {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let (before, rest) = readme.split_once(BEGIN).expect("the README has the table's begin mark");
    let (inside, after) = rest.split_once(END).expect("the README has the table's end mark");
    let wanted = format!("\n\n{}\n", table());
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write("README.md", format!("{before}{BEGIN}{wanted}{END}{after}")).unwrap();
    } else {
        assert_eq!(inside, wanted, "run UPDATE_TABLES=1 cargo test --test tables");
    }
}
