//! Real tools and their accepted arguments through every dialect; and the findings of lint.

use crate::support::{self, render_tool};

use instructor_wasm::machinery::schema::{Dialect, Level, ResponseModel, lint};
use serde_json::{Map, Value, json};

/// The first accepted value of each argument; "" means "may be omitted". Members of object arguments are lists again.
fn arguments(schema: &Value, accepted: &Value) -> Value {
    let mut out = Map::new();
    for (name, values) in accepted.as_object().into_iter().flatten() {
        let Some(first) = values.as_array().and_then(|values| values.iter().find(|value| **value != "")) else {
            continue;
        };
        out.insert(name.clone(), argument(&schema["properties"][name], first));
    }
    Value::Object(out)
}

fn argument(schema: &Value, value: &Value) -> Value {
    match value {
        Value::Object(_) if schema["type"] == "object" => arguments(schema, value),
        Value::Array(list) => list.iter().map(|item| argument(&schema["items"], item)).collect(),
        other => other.clone(),
    }
}

#[test]
fn accepted_arguments_of_real_tools_are_restored_from_every_dialect() {
    let Some(file) = support::read_json("bfcl/bfcl-v4-sample.json") else { return };
    let (mut cases, mut rendered_tools, mut calls, mut unfit, mut failures) = (0, 0, 0, 0, Vec::new());
    for case in file["cases"].as_array().into_iter().flatten() {
        cases += 1;
        for tool in case["tools"].as_array().into_iter().flatten() {
            let name = tool["name"].as_str().unwrap_or_default();
            let schema = &tool["parameters"];
            let validator = jsonschema::options().build(schema).expect("the tool's schema");
            let model = ResponseModel::new(schema, Some(name), None).expect("a model");
            for dialect in Dialect::ALL {
                let rendered = match render_tool(&model, dialect) {
                    Ok(rendered) => rendered,
                    Err(error) => {
                        failures.push(format!("{} {}: {}", dialect.name(), case["id"], error.message));
                        continue;
                    }
                };
                rendered_tools += 1;
                let plan = rendered.plan.without_defaults();
                for accepted in case["accepted"].as_array().into_iter().flatten() {
                    let Some(accepted) = accepted.get(name) else { continue };
                    let given = arguments(schema, accepted);
                    if !validator.is_valid(&given) {
                        unfit += 1;
                        continue;
                    }
                    calls += 1;
                    let back = plan.transform(&given).map(|form| plan.restore(form));
                    match back {
                        Some(Ok(back)) if back == given && validator.is_valid(&back) => {}
                        other => {
                            failures.push(format!("{} {}: {given} came back as {other:?}", dialect.name(), case["id"]))
                        }
                    }
                }
            }
        }
    }
    println!(
        "schema bfcl: {cases} cases (all cases in the file), {rendered_tools} tools rendered over {} dialects, {calls} accepted \
         calls came back equal and valid, {} did not; {unfit} do not fit their own tool's schema",
        Dialect::ALL.len(),
        failures.len()
    );
    assert!(calls > 1000 && unfit * 10 < calls, "{calls} calls, {unfit} unfit");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn lint_reports_rewritten_described_and_impossible_keywords_with_pointers() {
    let schema = json!({
        "type": "object",
        "properties": {
            "name": { "type": "string", "minLength": 2 },
            "tags": { "type": "object", "additionalProperties": { "type": "string" } },
            "pick": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
        },
        "required": ["name", "tags", "pick"],
        "additionalProperties": false,
    });
    let findings = lint::report(&schema, Dialect::OpenaiStrict).0;
    let at = |pointer: &str| findings.iter().find(|finding| finding.pointer == pointer).map(|finding| finding.level);
    assert_eq!(at("/properties/name"), Some(Level::Described));
    assert_eq!(at("/properties/tags"), Some(Level::Rewritten));
    assert_eq!(at("/properties/pick"), Some(Level::Rewritten));
    assert!(lint::report(&schema, Dialect::Plain).0.is_empty());
}

#[test]
fn lint_reports_when_a_limit_makes_a_schema_impossible() {
    let properties: Map<String, Value> = (0..5001).map(|i| (format!("p{i}"), json!({ "type": "string" }))).collect();
    let schema = json!({ "type": "object", "properties": properties });
    let findings = lint::report(&schema, Dialect::OpenaiStrict).0;
    let impossible = findings.iter().find(|finding| finding.level == Level::Impossible).expect("a finding");
    assert!(impossible.what.contains("5001 properties") && impossible.what.contains("5000"), "{}", impossible.what);
}

#[test]
fn defaults_are_filled_in_when_they_fit() {
    let schema = json!({
        "type": "object",
        "properties": {
            "unit": { "type": "string", "default": "C" },
            "days": { "type": "integer", "default": "three" },
            "given": { "type": "integer", "default": 1 },
        },
    });
    let model = ResponseModel::new(&schema, None, None).expect("a model");
    for dialect in Dialect::ALL {
        let plan = render_tool(&model, dialect).expect("rendered").plan;
        let answer = plan.transform(&json!({ "given": 7 })).expect("a form");
        assert_eq!(plan.restore(answer).expect("restored"), json!({ "given": 7, "unit": "C" }), "{}", dialect.name());
    }
}
