//! The tables and lists of facts in README.md and docs/ are generated from the registry and compared with it here.
//! `UPDATE_TABLES=1 cargo test --features validator,template,schemars --test core tables::` writes them.

use instructor_wasm::machinery::call::{Call, Client};
use instructor_wasm::machinery::error::Error;
use instructor_wasm::machinery::output::Mode;
use instructor_wasm::machinery::provider::registry::{self, Address, Api, Cors, Force, Key, ROWS, Row, StreamUsage};
use instructor_wasm::machinery::schema::Dialect;
use instructor_wasm::machinery::schema::dialect::{Null, Patterns, Refs};
use serde_json::{Value, json};
use std::fmt::Write;

#[path = "tables/rows.rs"]
mod rows;

const PAGES: &str = "docs/providers";
const FACTS_BEGIN: &str = "<!-- facts: ";
const FACTS_END: &str = "<!-- /facts -->";

fn codes<'a>(names: impl IntoIterator<Item = &'a &'static str>, between: &str) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(between)
}

fn names(modes: &[Mode]) -> String {
    modes.iter().map(|mode| mode.name()).collect::<Vec<_>>().join(", ")
}

fn key(row: &Row) -> String {
    match (row.key, row.key_env) {
        (Key::None, _) => "none".into(),
        (Key::Optional, []) => "`apiKey`, if the server requires one".into(),
        (Key::Optional, [name, ..]) => format!("`{name}`, if the server requires one"),
        (Key::Aws, _) => "AWS credentials or `AWS_BEARER_TOKEN_BEDROCK`".into(),
        (Key::GoogleCloud, _) => "Google Cloud credentials".into(),
        (_, names) => codes(names, " or "),
    }
}

fn browser(row: &Row) -> &'static str {
    match row.cors {
        Cors::Yes => "yes",
        Cors::WithHeader => "yes, with a header that is added",
        Cors::No => "no: use a server",
        Cors::Unknown => "untested",
        Cors::Local => "depends on the server's CORS settings",
        Cors::Inside => "runs in the page",
    }
}

fn usage(row: &Row) -> &'static str {
    match row.stream_usage {
        StreamUsage::Include => "requested",
        StreamUsage::Always => "provider default",
    }
}

/// The body of a call to this provider, or the error of what the provider does not accept.
fn body(row: &Row, part: Value) -> Result<Value, Error> {
    let options = json!({
        "apiKey": "k", "accessToken": "t", "project": "p", "accountId": "a", "region": "us-east-1",
        "baseURL": if row.base.is_none() { "https://localhost/v1".into() } else { Value::Null },
    });
    let call = json!({ "responseModel": null, "messages": [{ "role": "user", "content": [part] }], "max_tokens": 77 });
    let client = Client::new(&format!("{}/m", row.id), options.as_object().unwrap().clone())?;
    let call = Call::new(client.setup(call.as_object().unwrap().clone(), false)?)?;
    Ok(serde_json::from_str(&call.request().body).unwrap())
}

/// The media that messages may contain, each with its accepted forms.
fn media(row: &Row) -> String {
    let kinds =
        [("images", "image", "image/png"), ("audio", "audio", "audio/wav"), ("PDF", "document", "application/pdf")];
    let mut accepted = Vec::new();
    for (name, kind, media) in kinds {
        let accepts = |source: String| body(row, json!({ "type": kind, "source": source })).is_ok();
        match (accepts(format!("data:{media};base64,AAAA")), accepts("https://a.example/b".into())) {
            (true, true) => accepted.push(format!("{name} (base64, URL)")),
            (true, false) => accepted.push(format!("{name} (base64)")),
            _ => {}
        }
    }
    if accepted.is_empty() { "none".into() } else { accepted.join(", ") }
}

/// The body's field for `maxTokens`, and its default.
fn limit(row: &Row) -> String {
    fn find(value: &Value, path: &str) -> Option<String> {
        match value {
            Value::Number(n) if n.as_u64() == Some(77) => Some(path.trim_start_matches('.').to_owned()),
            Value::Object(fields) => fields.iter().find_map(|(key, value)| find(value, &format!("{path}.{key}"))),
            _ => None,
        }
    }
    if row.id == "chrome" {
        return "cannot be set".into();
    }
    let place = find(&body(row, json!("hi")).unwrap(), "").unwrap();
    match row.max_default {
        Some(limit) => format!("`{place}`, default {limit}"),
        None => format!("`{place}`"),
    }
}

fn base(row: &Row) -> String {
    if row.cors == Cors::Inside {
        return "none: no request leaves the page".to_owned();
    }
    let mut out: Vec<String> = row.base_env.iter().map(|name| format!("`{name}`")).collect();
    out.insert(0, row.base.map_or("`baseURL`".to_owned(), |base| format!("`{base}`")));
    match (row.key, row.address) {
        (Key::Aws, _) => out.push("the region's host".to_owned()),
        (Key::GoogleCloud, _) => out.push("the location's host".to_owned()),
        (_, Address::Azure) => out.insert(1, "`azureEndpoint`".to_owned()),
        _ => {}
    }
    out.join(", or ")
}

fn default_mode(row: &Row) -> String {
    let mode = row.default_mode.name();
    match row.fallback_mode {
        Some((parts, other)) => {
            format!("{mode} for models with {} in their name, {} for others", codes(parts, ", "), other.name())
        }
        None => mode.to_owned(),
    }
}

fn modes(row: &Row) -> String {
    let mut out = names(row.modes);
    if !row.unstreamed.is_empty() {
        write!(out, "; not in streams: {}", names(row.unstreamed)).unwrap();
    }
    if !row.schema_models.is_empty() {
        write!(out, "; JSON_SCHEMA only for models with {} in their name", codes(row.schema_models, ", ")).unwrap();
    }
    if row.format_excludes_tools {
        out.push_str("; JSON and JSON_SCHEMA not together with `tools`");
    }
    out
}

fn choice(row: &Row) -> String {
    if !row.modes.contains(&Mode::Tools) {
        return "no tools".into();
    }
    let how = match row.force {
        Force::Named => "by name",
        Force::Any => "`any`",
        Force::Required => "`required`",
        Force::No => return "cannot be forced".into(),
    };
    match row.force_models {
        [] => how.to_owned(),
        models => format!("{how}, for models with {} in their name", codes(models, ", ")),
    }
}

fn streams(row: &Row) -> String {
    let framing = match (row.cors, row.api) {
        (Cors::Inside, _) => "in the page",
        (_, Api::BedrockConverse) => "AWS event stream",
        _ => "server-sent events",
    };
    format!("{framing}; usage: {}", usage(row))
}

/// The facts of one provider. Those that it has in common with `other` are left out.
fn facts(row: &Row, other: Option<&Row>) -> String {
    let list = |row: &Row| {
        [
            ("key", key(row)),
            ("base URL", base(row)),
            ("default mode", default_mode(row)),
            ("modes", modes(row)),
            ("forced tool", choice(row)),
            ("streams", streams(row)),
            ("media in messages", media(row)),
            ("`maxTokens` is sent as", limit(row)),
            ("from a browser", browser(row).to_owned()),
        ]
    };
    let common = other.map(list);
    let mut out = String::new();
    for (place, (name, text)) in list(row).into_iter().enumerate() {
        let same = common.as_ref().is_some_and(|common| common[place].1 == text);
        if !same || place < 2 {
            writeln!(out, "- {name}: {text}").unwrap();
        }
    }
    out
}

fn updating() -> bool {
    std::env::var_os("UPDATE_TABLES").is_some()
}

fn read(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|_| panic!("{path} is missing"))
}

/// Checks (or writes) the text between two marks of a file.
fn settle(path: &str, begin: &str, end: &str, expected: &str) {
    let text = read(path);
    let (before, rest) = text.split_once(begin).unwrap_or_else(|| panic!("{path} has no {begin}"));
    let (inside, after) = rest.split_once(end).unwrap_or_else(|| panic!("{path} has no {end}"));
    if updating() {
        std::fs::write(path, format!("{before}{begin}{expected}{end}{after}")).unwrap();
    } else {
        assert_eq!(
            inside, expected,
            "{path}: run UPDATE_TABLES=1 cargo test --features validator,template,schemars --test core tables::"
        );
    }
}

/// Where a provider is described: the page below `docs/providers` and the heading before its facts.
struct Place {
    id: String,
    page: String,
    anchor: String,
}

fn places() -> Vec<Place> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(PAGES).unwrap() {
        let page = entry.unwrap().file_name().into_string().unwrap();
        let mut anchor = String::new();
        for line in read(&format!("{PAGES}/{page}")).lines() {
            if let Some(title) = line.strip_prefix('#') {
                let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
                let title = title.trim_start_matches('#').trim().to_lowercase();
                anchor = title.chars().filter(kept).collect::<String>().replace(' ', "-");
            } else if let Some(id) = line.strip_prefix(FACTS_BEGIN).and_then(|rest| rest.strip_suffix(" -->")) {
                out.push(Place { id: id.to_owned(), page: page.clone(), anchor: anchor.clone() });
            }
        }
    }
    out
}

/// Each provider's facts, on the page and after the heading where its mark is.
fn pages(places: &[Place]) {
    let common = registry::row("openai-compatible").unwrap();
    for row in ROWS {
        let own: Vec<&Place> = places.iter().filter(|place| place.id == row.id).collect();
        let [place] = own.as_slice() else { panic!("{} is described in {} places", row.id, own.len()) };
        let other = (place.page == "openai-compatible.md" && row.id != common.id).then_some(common);
        let (path, begin) = (format!("{PAGES}/{}", place.page), format!("{FACTS_BEGIN}{} -->", row.id));
        settle(&path, &begin, FACTS_END, &format!("\n\n{}\n", facts(row, other)));
    }
    assert_eq!(places.len(), ROWS.len());
}

fn link(row: &Row, places: &[Place], folder: &str) -> String {
    let place = places.iter().find(|place| place.id == row.id).unwrap();
    format!("[{}]({folder}{}#{})", row.title, place.page, place.anchor)
}

fn index(places: &[Place]) -> String {
    let mut out = String::from(
        "| `fromProvider('…/model')` | provider | key | default mode | modes | usage in streams | from a browser |\n| --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for row in ROWS {
        let (default, modes) = (row.default_mode.name(), names(row.modes));
        let (id, link, key) = (row.id, link(row, places, ""), key(row));
        let (usage, browser) = (usage(row), browser(row));
        writeln!(out, "| `{id}` | {link} | {key} | {default} | {modes} | {usage} | {browser} |").unwrap();
    }
    out
}

/// The titles of all providers, each with a link.
fn list(places: &[Place]) -> String {
    let mut rows: Vec<&Row> = ROWS.iter().collect();
    rows.sort_by_key(|row| row.title.to_lowercase());
    rows.dedup_by_key(|row| row.title);
    let links = rows.iter().map(|row| link(row, places, "docs/providers/"));
    links.collect::<Vec<_>>().join(",\n")
}

#[test]
fn every_provider_is_described_once_and_listed_with_the_facts_of_its_row() {
    let places = places();
    pages(&places);
    let (begin, end) = ("<!-- providers -->", "<!-- /providers -->");
    settle(&format!("{PAGES}/README.md"), begin, end, &format!("\n\n{}\n", index(&places)));
    settle("README.md", begin, end, &format!("\n\n{}.\n\n", list(&places)));
}

/// One row for each dialect's table: what passes, and the limits.
fn dialects() -> String {
    let mut out = String::from(
        "| dialect | optional keys | maps | tuples | `$ref` | any value | supported constraints | limits |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for rules in Dialect::ALL.iter().filter_map(|dialect| dialect.rules()) {
        let null = match rules.null {
            Null::TypeList => "`type: [T, \"null\"]`",
            Null::AnyOf => "`anyOf` with null",
            Null::Flag => "`nullable`",
        };
        let optional = if rules.all_required { format!("required, {null}") } else { "kept".to_owned() };
        let refs = match rules.refs {
            Refs::Keep => "kept",
            Refs::KeepUnlessRecursive => "kept, recursion is unrolled",
            Refs::Inline => "inlined",
        };
        let kept_or = |kept: bool, other: &'static str| if kept { "kept" } else { other };
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
            kept_or(rules.maps, "entries"),
            kept_or(rules.tuples, "objects"),
            kept_or(rules.any, "JSON text"),
            or_none(kept),
            or_none(limits),
        )
        .unwrap();
    }
    out
}

#[test]
fn the_table_of_dialects_shows_their_rules() {
    let begin = "<!-- dialects -->";
    settle("docs/schemas.md", begin, "<!-- /dialects -->", &format!("\n\n{}\n", dialects()));
}
