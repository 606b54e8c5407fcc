//! The registry as data for the browser entry, which checks the options of a client while the core is being loaded.
//! `tests/core/tables/rows.rs` writes it to `src/ts/registry/rows.ts`.

use super::base::{CHAT_AND_RESPONSES, OPENAI_LIKE};
use super::models::{ChatTools, Match, ModelRule, RULES};
use super::name::HOSTS;
use super::row::*;
use super::rows::ROWS;
use super::suggest::{FAMILIES, OTHER_NAMES};
use super::variants::{Models, VARIANTS};
use crate::output::Mode;
use serde_json::{Map, Value, json};

/// `{rows, variants, rules, otherNames, families, hosts, modes}`; fields with the usual value are left out.
pub fn export() -> Value {
    let rules = RULES.iter().filter_map(|(matcher, known)| {
        let facts = model(known);
        (!facts.is_empty()).then(|| json!([matches(matcher), facts]))
    });
    let variants = VARIANTS.iter().map(|variant| {
        let mut out = Map::new();
        out.insert("of".into(), json!(variant.of));
        set(&mut out, "option", variant.option, None);
        set(&mut out, "variables", variant.variables, &[]);
        match variant.models {
            Models::Every => {}
            Models::Named(parts) => _ = out.insert("has".into(), json!(parts)),
            Models::WithToolRule => _ = out.insert("toolRule".into(), true.into()),
        }
        out.insert("row".into(), row(variant.row));
        Value::Object(out)
    });
    json!({
        "rows": ROWS.iter().map(row).collect::<Vec<_>>(),
        "variants": variants.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
        "otherNames": OTHER_NAMES,
        "families": FAMILIES,
        "hosts": HOSTS,
        "modes": CHAT_AND_RESPONSES.iter().map(|mode| [mode.name(), mode.value()]).collect::<Vec<_>>(),
    })
}

fn row(row: &Row) -> Value {
    let usual = &OPENAI_LIKE;
    let names = |modes: &[Mode]| modes.iter().map(|mode| mode.name()).collect::<Vec<_>>();
    let mut out = Map::new();
    out.insert("id".into(), row.id.into());
    set(&mut out, "api", format!("{:?}", row.api), format!("{:?}", usual.api));
    set(&mut out, "part", row.api.part(), None);
    set(&mut out, "base", row.base, None);
    set(&mut out, "path", row.path, usual.path);
    set(&mut out, "streamPath", row.stream_path, None);
    match row.key {
        Key::Bearer => {}
        Key::Header(name) => _ = out.insert("keyHeader".into(), name.into()),
        key => _ = out.insert("key".into(), format!("{key:?}").into()),
    }
    set(&mut out, "keyEnv", row.key_env, &[]);
    set(&mut out, "tokenEnv", row.token_env, None);
    set(&mut out, "baseEnv", row.base_env, &[]);
    set(&mut out, "baseEnvEnding", row.base_env_ending, "");
    match row.address {
        Address::AsGiven => {}
        Address::Ending(ending) => _ = out.insert("ending".into(), ending.into()),
        Address::Filled { option, variables, default } => {
            out.insert("filled".into(), json!([option, variables, default]));
        }
        Address::Azure => _ = out.insert("azure".into(), true.into()),
    }
    set(&mut out, "missingBase", row.missing_base_variable, None);
    set(&mut out, "optionHeaders", row.option_headers, &[]);
    set(&mut out, "mode", row.default_mode.name(), usual.default_mode.name());
    if let Some((known, other)) = row.fallback_mode {
        out.insert("fallback".into(), json!([known, other.name()]));
    }
    set(&mut out, "toolRules", row.chat_tool_rules, false);
    set(&mut out, "modes", names(row.modes), names(usual.modes));
    set(&mut out, "formatExcludesTools", row.format_excludes_tools, false);
    set(&mut out, "schemaModels", row.schema_models, &[]);
    set(&mut out, "legacy", row.legacy, &[]);
    set(&mut out, "structured", row.structured_outputs.name(), usual.structured_outputs.name());
    set(&mut out, "forceModels", row.force_models, &[]);
    set(&mut out, "noFormat", row.schema_format == SchemaFormat::No, false);
    Value::Object(out)
}

fn matches(matcher: &Match) -> Value {
    match matcher {
        Match::Has(parts) => json!({ "has": parts }),
        Match::Starts(starts) => json!({ "starts": starts }),
        Match::Version(family, from, u32::MAX) => json!({ "version": [family, from] }),
        Match::Version(family, from, below) => json!({ "version": [family, from, below] }),
        Match::OSeries => json!({ "oSeries": true }),
        Match::Openai(words) => json!({ "openai": words }),
        Match::Both(one, other) => json!({ "both": [matches(one), matches(other)] }),
    }
}

/// The facts that decide about modes.
fn model(known: &ModelRule) -> Map<String, Value> {
    let mut out = Map::new();
    set(&mut out, "forcedTool", known.forced_tool, None);
    set(&mut out, "thinks", known.thinks, None);
    set(&mut out, "effortThinks", known.effort_thinks, None);
    set(&mut out, "textOnly", known.text_only, None);
    set(&mut out, "nativeSchema", known.native_schema, None);
    set(&mut out, "unconstrained", known.unconstrained, None);
    let tools = known.chat_tools.map(|tools| match tools {
        ChatTools::Yes => "yes",
        ChatTools::WithoutEffort => "withoutEffort",
        ChatTools::EffortNone => "effortNone",
        ChatTools::ResponsesOnly => "responsesOnly",
    });
    set(&mut out, "chatTools", tools, None);
    out
}

fn set<T: PartialEq + serde::Serialize>(out: &mut Map<String, Value>, name: &str, value: T, usual: T) {
    if value != usual {
        out.insert(name.to_owned(), json!(value));
    }
}
