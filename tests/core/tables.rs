//! The README's provider table and the facts on each provider's page are made from the registry, so they cannot lie.
//! `UPDATE_TABLES=1 cargo test --test tables` writes it anew.

use instructor_wasm::call::{Call, Defaults};
use instructor_wasm::error::Error;
use instructor_wasm::provider::registry::{Api, Cors, Key, ROWS, Row, StreamUsage};
use instructor_wasm::schema::Dialect;
use instructor_wasm::schema::dialect::{Null, Patterns, Refs};
use serde_json::{Value, json};
use std::fmt::Write;

const BEGIN: &str = "<!-- providers: made from the registry by tests/core/tables.rs -->";
const END: &str = "<!-- /providers -->";
const FACTS_BEGIN: &str = "<!-- facts: made from the registry by tests/core/tables.rs -->";
const FACTS_END: &str = "<!-- /facts -->";

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

fn browser(row: &Row) -> &'static str {
    match row.cors {
        Cors::Yes => "yes",
        Cors::WithHeader => "yes, a header is added",
        Cors::No => "no: use a server",
        Cors::Unknown => "not established",
        Cors::Local => "as the server allows",
        Cors::Inside => "runs there",
    }
}

/// The body that a call of this provider would send: what it takes is found out by trying.
fn body(row: &Row, part: Value) -> Result<Value, Error> {
    let options = json!({
        "apiKey": "k", "accessToken": "t", "project": "p", "accountId": "a", "region": "us-east-1",
        "baseURL": if row.base.is_empty() { "https://localhost/v1".into() } else { Value::Null },
    });
    let call = json!({ "responseModel": null, "messages": [{ "role": "user", "content": [part] }], "max_tokens": 77 });
    let defaults = Defaults::new(&format!("{}/m", row.id), options.as_object().unwrap().clone())?;
    let call = Call::new(defaults.setup(call.as_object().unwrap().clone(), false)?)?;
    Ok(serde_json::from_str(&call.request().body).unwrap())
}

/// Pictures, sounds and documents that are taken, and how.
fn parts(row: &Row) -> String {
    let kinds = [
        ("pictures", "image", "image/png"),
        ("sounds", "audio", "audio/wav"),
        ("documents", "document", "application/pdf"),
    ];
    let mut taken = Vec::new();
    for (name, kind, media) in kinds {
        let takes = |source: String| body(row, json!({ "type": kind, "source": source })).is_ok();
        match (takes(format!("data:{media};base64,AAAA")), takes("https://a.example/b".into())) {
            (true, true) => taken.push(format!("{name} (data, address)")),
            (true, false) => taken.push(format!("{name} (data)")),
            _ => {}
        }
    }
    if taken.is_empty() { "text only".into() } else { taken.join(", ") }
}

/// Where in the body the limit of tokens stands, and what it is when none is given.
fn limit(row: &Row) -> String {
    fn find(value: &Value, path: &str) -> Option<String> {
        match value {
            Value::Number(n) if n.as_u64() == Some(77) => Some(path.trim_start_matches('.').to_owned()),
            Value::Object(fields) => fields.iter().find_map(|(key, value)| find(value, &format!("{path}.{key}"))),
            _ => None,
        }
    }
    if row.id == "chrome" {
        return "none can be set".into();
    }
    let place = find(&body(row, json!("hi")).unwrap(), "").unwrap();
    match row.max_default {
        Some(limit) => format!("`maxTokens` is sent as `{place}`; {limit} when it is not given"),
        None => format!("`maxTokens` is sent as `{place}`"),
    }
}

fn streaming(row: &Row) -> String {
    let framing = match (row.cors, row.api) {
        (Cors::Inside, _) => "in the page",
        (_, Api::BedrockConverse) => "AWS's binary event stream",
        _ => "server-sent events",
    };
    let usage = match row.stream_usage {
        StreamUsage::Include => "usage is asked for",
        StreamUsage::Always => "usage as the provider sends it",
    };
    format!("{framing}; {usage}")
}

/// What one provider's page says about it.
fn facts(row: &Row) -> String {
    let modes: Vec<&str> = row.modes.iter().map(|mode| mode.name()).collect();
    let variables: Vec<String> = row.base_env.iter().map(|name| format!("`{name}`")).collect();
    let base = match (row.base, variables.is_empty()) {
        ("chrome:" | "webllm:", _) => "none: nothing leaves the page".to_owned(),
        ("", true) => "`baseURL`, or made from the options".to_owned(),
        ("", false) => format!("`baseURL`, {}, or made from the options", variables.join(", ")),
        (base, true) => format!("`{base}`"),
        (base, false) => format!("`{base}`, or {}", variables.join(", ")),
    };
    format!(
        "| | |\n| --- | --- |\n| key | {} |\n| address | {base} |\n| default mode | {} |\n| modes | {} |\n| streaming | {} |\n| parts beside text | {} |\n| token limit | {} |\n| from a browser | {} |\n",
        key(row),
        row.default_mode.name(),
        modes.join(", "),
        streaming(row),
        parts(row),
        limit(row),
        browser(row)
    )
}

/// Checks (or writes) what is between two marks of a file.
fn settle(path: &str, begin: &str, end: &str, wanted: &str) {
    let text = std::fs::read_to_string(path).unwrap_or_else(|_| panic!("{path} is missing"));
    let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{path} has no begin mark"));
    let (inside, after) = rest.split_once(end).unwrap_or_else(|| panic!("{path} has no end mark"));
    if std::env::var_os("UPDATE_TABLES").is_some() {
        std::fs::write(path, format!("{before}{begin}{wanted}{end}{after}")).unwrap();
    } else {
        assert_eq!(inside, wanted, "{path}: run UPDATE_TABLES=1 cargo test --test tables");
    }
}

#[test]
fn every_provider_has_a_page_that_says_what_the_registry_says() {
    for row in ROWS {
        let path = format!("docs/providers/{}.md", row.id);
        settle(&path, FACTS_BEGIN, FACTS_END, &format!("\n\n{}\n", facts(row)));
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
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} | {usage} | {} |",
            row.id,
            row.title,
            key(row),
            row.default_mode.name(),
            modes.join(", "),
            browser(row)
        )
        .unwrap();
    }
    out
}

#[test]
fn the_readmes_provider_table_says_what_the_registry_says() {
    settle("README.md", BEGIN, END, &format!("\n\n{}\n", table()));
}

/// One row for each dialect's table: what passes, and the limits.
fn dialects() -> String {
    let mut out = String::from(
        "| dialect | optional keys | maps | tuples | `$ref` | any value | constraints that pass | limits |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for rules in Dialect::ALL.iter().filter_map(|dialect| dialect.rules()) {
        let null = match rules.null {
            Null::TypeList => "`type: [T, \"null\"]`",
            Null::AnyOf => "`anyOf` with null",
            Null::Flag => "`nullable`",
        };
        let optional = if rules.all_required { format!("required, {null}") } else { "stay".to_owned() };
        let refs = match rules.refs {
            Refs::Keep => "stay",
            Refs::KeepUnlessRecursive => "stay, recursion is unrolled",
            Refs::Inline => "inlined",
        };
        let stays = |stays: bool, other: &'static str| if stays { "stay" } else { other };
        let annotations = ["title", "description", "default", "examples", "example"];
        let mut kept: Vec<String> =
            rules.kept.iter().filter(|k| !annotations.contains(k)).map(|k| format!("`{k}`")).collect();
        if rules.patterns != Patterns::None {
            kept.push("simple `pattern`".into());
        }
        if !rules.formats.is_empty() {
            kept.push(format!("{} formats", rules.formats.len()));
        }
        let l = rules.limits;
        let limits: Vec<String> = [
            (l.properties, "properties"),
            (l.depth, "levels"),
            (l.enum_values, "enum values"),
            (l.characters, "characters"),
            (l.optional, "optional keys"),
            (l.unions, "unions"),
            (l.branches, "branches"),
        ]
        .into_iter()
        .filter(|(limit, _)| *limit > 0)
        .map(|(limit, what)| format!("{limit} {what}"))
        .collect();
        let or_none = |list: Vec<String>| if list.is_empty() { "none".to_owned() } else { list.join(", ") };
        writeln!(
            out,
            "| `{}` | {optional} | {} | {} | {refs} | {} | {} | {} |",
            rules.name,
            stays(rules.maps, "entries"),
            stays(rules.tuples, "objects"),
            stays(rules.any, "JSON text"),
            or_none(kept),
            or_none(limits),
        )
        .unwrap();
    }
    out
}

#[test]
fn the_table_of_dialects_says_what_their_rules_say() {
    let begin = "<!-- dialects: made from src/schema/dialect by tests/core/tables.rs -->";
    settle("docs/schemas.md", begin, "<!-- /dialects -->", &format!("\n\n{}\n", dialects()));
}
