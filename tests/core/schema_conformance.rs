//! Real-world schemas through every dialect: how many are rendered, whether the rendered schemas comply with the
//! provider's documented rules ([`rules`]), and whether answers are restored unchanged.

use crate::schema_rules as rules;
use crate::support::{json_files, render_tool};

use instructor_wasm::machinery::schema::{Dialect, ResponseModel, render};
use serde_json::Value;
use std::collections::BTreeMap;

/// The minimum share of real-world schemas that are rendered.
fn wanted(dialect: &str) -> f64 {
    match dialect {
        "openai_strict" | "anthropic_strict" | "gemini_json_schema" | "gemini_openapi" => 0.95,
        _ => 0.9,
    }
}

#[test]
fn real_world_schemas_are_rendered_by_the_documented_rules() {
    let Some(files) = json_files("jsonschemabench") else { return };
    assert!(files.len() > 200, "the benchmark's schemas");
    let mut failures = Vec::new();
    for documented in rules::DOCUMENTED {
        let dialect = Dialect::named(documented.name).expect("a dialect with this name");
        let (mut rendered, mut passing) = (0, 0);
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        for (name, schema) in &files {
            let outcome = ResponseModel::new(schema, None, None).and_then(|model| render_tool(&model, dialect));
            match outcome {
                Ok(out) => {
                    rendered += 1;
                    let problems = rules::check(documented, &out.schema);
                    if problems.is_empty() {
                        passing += 1;
                    } else if failures.len() < 40 {
                        failures.push(format!(
                            "{} {name}: {}",
                            documented.name,
                            problems[..problems.len().min(3)].join("; ")
                        ));
                    }
                }
                Err(error) => {
                    if std::env::var_os("SHOW_REFUSED").is_some() {
                        println!("{name}: {}", error.message);
                    }
                    let reason = error.message.split('`').next().unwrap_or_default().trim().to_owned();
                    *refused.entry(reason).or_default() += 1;
                }
            }
        }
        println!("schema {}: rendered {rendered} of {}, passing {passing}", documented.name, files.len());
        for (reason, count) in &refused {
            println!("  refused {count}: {reason}…");
        }
        if rendered as f64 / (files.len() as f64) < wanted(documented.name) {
            failures.push(format!("{}: only {rendered} of {} are rendered", documented.name, files.len()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_dialect_except_plain_has_documented_rules() {
    for dialect in Dialect::ALL {
        let known = rules::DOCUMENTED.iter().any(|documented| documented.name == dialect.name());
        assert_eq!(known, dialect != Dialect::Plain, "{}", dialect.name());
    }
}

#[test]
fn property_order_is_kept_in_every_dialect() {
    let Some(files) = json_files("jsonschemabench") else { return };
    for (name, schema) in &files {
        let Ok(model) = ResponseModel::new(schema, None, None) else { continue };
        let Some(Value::Object(properties)) = model.schema().get("properties") else { continue };
        for dialect in Dialect::ALL {
            let Ok(rendered) = render(&model, dialect) else { continue };
            let ours: Vec<&String> = match rendered.schema.get("properties") {
                Some(Value::Object(ours)) => ours.keys().filter(|key| properties.contains_key(*key)).collect(),
                _ => continue,
            };
            let theirs: Vec<&String> = properties.keys().filter(|key| ours.contains(key)).collect();
            assert_eq!(ours, theirs, "{name} in {}", dialect.name());
        }
    }
}

/// A meta-schema without `type`: `{"properties": …}` is read as an object schema, so booleans have no rendered form.
const NARROWED: &str = "Github_medium---o39217.json";

/// Undeclared keys of an open object schema cannot be sent to a closed API; instances with such keys have no rendered
/// form, and the plan reports this. All other instances must be restored.
#[test]
fn valid_instances_are_restored_unchanged_and_invalid_ones_stay_invalid() {
    let Some(files) = json_files("maskbench") else { return };
    let mut failures = Vec::new();
    let files: Vec<_> = files
        .iter()
        .filter_map(|(name, file)| {
            let schema = &file["schema"];
            let original = jsonschema::options().build(schema).ok()?;
            Some((name, file, original, ResponseModel::new(schema, None, None).ok()?))
        })
        .collect();
    for dialect in Dialect::ALL {
        let (mut valid, mut back, mut accepted, mut no_form, mut known, mut invalid, mut kept_out) =
            (0, 0, 0, 0, 0, 0, 0);
        let mut schemas = 0;
        for (name, file, original, model) in &files {
            let Ok(rendered) = render(model, dialect) else { continue };
            let Ok(checker) = jsonschema::options().build(&as_json_schema(&rendered.schema)) else {
                failures.push(format!("{} {name}: the rendered schema is no JSON Schema", dialect.name()));
                continue;
            };
            schemas += 1;
            let plan = rendered.plan.clone().without_defaults();
            for test in file["tests"].as_array().into_iter().flatten() {
                let data = &test["data"];
                let is_valid = original.is_valid(data);
                if !is_valid {
                    invalid += 1;
                    // The part with a rendered form stays invalid after it is restored.
                    let restored = plan.transform(data).map(|form| plan.restore(form));
                    match restored {
                        None => kept_out += 1,
                        Some(restored) if !restored.as_ref().is_ok_and(|value| original.is_valid(value)) => {
                            kept_out += 1
                        }
                        Some(_) => failures
                            .push(format!("{} {name}: an invalid instance became valid: {data}", dialect.name())),
                    }
                    continue;
                }
                valid += 1;
                let Some(form) = plan.transform(data) else {
                    no_form += 1;
                    if std::env::var_os("SHOW_NO_FORM").is_some() {
                        println!("no form {} {name}: {data}", dialect.name());
                    }
                    continue;
                };
                match plan.restore(form.clone()) {
                    Ok(value) if value == *data => back += 1,
                    Ok(value) if drop_nulls(&value) == drop_nulls(data) && original.is_valid(&value) => known += 1,
                    other => failures.push(format!("{} {name}: {data} came back as {other:?}", dialect.name())),
                }
                let why: Vec<String> =
                    checker.iter_errors(&form).map(|e| format!("{} {e:?}", e.instance_path())).collect();
                if why.is_empty() {
                    accepted += 1;
                } else if why.iter().all(|why| why.contains("AdditionalProperties")) || name.ends_with(NARROWED) {
                    // A plan that rewrites nothing passes undeclared keys through.
                    no_form += 1;
                } else {
                    failures.push(format!(
                        "{} {name}: the rendered schema refuses {form}: {}",
                        dialect.name(),
                        why.join("; ")
                    ));
                }
            }
        }
        println!(
            "schema round trip {}: {schemas} schemas, {valid} valid instances: {back} equal, {known} equal except \
         null for absent, {no_form} with undeclared keys; {accepted} accepted by the rendered schema; {kept_out} of {invalid} invalid stay invalid",
            dialect.name()
        );
        if (no_form as f64) > 0.15 * valid as f64 {
            failures.push(format!("{}: {no_form} of {valid} instances have no rendered form", dialect.name()));
        }
    }
    failures.iter().for_each(|failure| eprintln!("{}", failure.chars().take(600).collect::<String>()));
    assert!(failures.is_empty(), "{} failures", failures.len());
}

/// An optional nullable key is null in the rendered form when it is absent: both are equivalent for the schema.
fn drop_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), drop_nulls(value)))
            .collect(),
        Value::Array(list) => list.iter().map(drop_nulls).collect(),
        other => other.clone(),
    }
}

/// Converts OpenAPI's `nullable` to JSON Schema, for the validator.
fn as_json_schema(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut out: serde_json::Map<String, Value> =
                map.iter().map(|(key, value)| (key.clone(), as_json_schema(value))).collect();
            if out.shift_remove("nullable") == Some(Value::Bool(true)) {
                return serde_json::json!({ "anyOf": [out, { "type": "null" }] });
            }
            Value::Object(out)
        }
        Value::Array(list) => list.iter().map(as_json_schema).collect(),
        other => other.clone(),
    }
}
