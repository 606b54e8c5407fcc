//! Restoring an answer while it streams has the same result as restoring it at the end.

use crate::support;

use instructor_wasm::machinery::json::incremental::{Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::schema::{Dialect, Plan, ResponseModel, render};
use serde_json::{Value, json};

/// The restored value after each piece of `text`.
fn snapshots(plan: &Plan, text: &str, piece: usize) -> Vec<Value> {
    let mut restoring = plan.streaming();
    let mut parser = Parser::new(Options::default());
    let mut tree = Tree::new();
    let mut out = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    for piece in chars.chunks(piece) {
        let piece: String = piece.iter().collect();
        match &mut restoring {
            Some(restoring) => parser.push(&piece, &mut restoring.to(&mut tree)).expect("JSON"),
            None => parser.push(&piece, &mut tree).expect("JSON"),
        }
        out.extend(tree.snapshot());
    }
    out
}

/// A stream keeps the wrapper.
fn unwrapped(plan: &Plan, value: &Value) -> Value {
    plan.unwrap_key().and_then(|key| value.get(key)).unwrap_or(value).clone()
}

fn plan(schema: Value, dialect: Dialect) -> Plan {
    let model = ResponseModel::new(&schema, None, None).expect("a model");
    render(&model, dialect).expect("rendered").plan
}

#[test]
fn a_streamed_answer_ends_with_the_value_of_the_whole_answer() {
    let Some(root) = support::testdata("maskbench") else { return };
    let mut compared = 0;
    for entry in std::fs::read_dir(root).expect("readable") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("readable");
        let file: Value = serde_json::from_str(&text).expect("JSON");
        let Ok(model) = ResponseModel::new(&file["schema"], None, None) else { continue };
        for dialect in [Dialect::OpenaiStrict, Dialect::AnthropicStrict, Dialect::GeminiOpenapi] {
            let Ok(rendered) = render(&model, dialect) else { continue };
            let plan = rendered.plan.without_defaults();
            for test in file["tests"].as_array().into_iter().flatten().filter(|test| test["valid"] == true) {
                let Some(form) = plan.transform(&test["data"]) else { continue };
                let last = snapshots(&plan, &form.to_string(), 7).pop().unwrap_or_default();
                let whole = plan.restore(form).expect("restored");
                assert_eq!(unwrapped(&plan, &last), whole, "{}", file["description"]);
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared} answers compared");
}

#[test]
fn an_absent_optional_key_is_never_shown_and_strings_grow() {
    let schema = json!({
        "type": "object",
        "properties": { "name": { "type": "string" }, "nick": { "type": "string" }, "age": { "type": "integer" } },
        "required": ["name", "age"],
    });
    let plan = plan(schema, Dialect::OpenaiStrict);
    let shown = snapshots(&plan, r#"{"name":"Jason","nick":null,"age":25}"#, 1);
    assert!(shown.contains(&json!({ "name": "Ja" })), "{shown:?}");
    assert!(shown.iter().all(|value| value.get("nick").is_none()), "{shown:?}");
    assert_eq!(shown.last(), Some(&json!({ "name": "Jason", "age": 25 })));
}

#[test]
fn entries_become_keys_as_they_arrive() {
    let schema = json!({
        "type": "object",
        "properties": { "scores": { "type": "object", "additionalProperties": { "type": "string" } } },
        "required": ["scores"],
    });
    let plan = plan(schema, Dialect::OpenaiStrict);
    let text = r#"{"scores":[{"key":"a","value":"long text"},{"value":"early","key":"b"}]}"#;
    let shown = snapshots(&plan, text, 1);
    assert!(shown.contains(&json!({ "scores": { "a": "long t" } })), "{shown:?}");
    assert_eq!(shown.last(), Some(&json!({ "scores": { "a": "long text", "b": "early" } })));
}

#[test]
fn a_branch_streams_after_a_leading_discriminator() {
    let schema = json!({
        "type": "object",
        "properties": { "shape": { "anyOf": [
            { "type": "object", "title": "Circle", "properties": { "name": { "type": "string" }, "r": { "type": "number" } },
              "required": ["name"] },
            { "type": "object", "title": "Square", "properties": { "name": { "type": "string" }, "side": { "type": "number" } },
              "required": ["name"] },
        ] } },
        "required": ["shape"],
    });
    let plan = plan(schema, Dialect::OpenaiStrict);
    let text = r#"{"shape":{"variant":"Square","name":"big one","side":null}}"#;
    let shown = snapshots(&plan, text, 1);
    assert!(shown.iter().any(|value| value["shape"]["name"].as_str().is_some_and(|name| name.len() < 7)), "{shown:?}");
    assert!(shown.iter().all(|value| value["shape"].get("variant").is_none()), "{shown:?}");
    assert_eq!(shown.last(), Some(&json!({ "shape": { "name": "big one" } })));
}

#[test]
fn tuples_enum_values_and_json_text_are_shown_when_complete() {
    let schema = json!({
        "type": "object",
        "properties": {
            "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "number" }], "minItems": 2, "items": false },
            "level": { "enum": [1, 2, "x"] },
            "any": {},
        },
        "required": ["pair", "level", "any"],
    });
    let plan = plan(schema, Dialect::GeminiOpenapi);
    let text = r#"{"pair":{"item_1":"a","item_2":2},"level":"2","any":"{\"deep\":[1]}"}"#;
    let shown = snapshots(&plan, text, 1);
    for value in &shown {
        assert!(value.get("pair").is_none_or(Value::is_array), "{value}");
        assert!(value.get("level").is_none_or(Value::is_number), "{value}");
        assert!(value.get("any").is_none_or(Value::is_object), "{value}");
    }
    assert_eq!(shown.last(), Some(&json!({ "pair": ["a", 2], "level": 2, "any": { "deep": [1] } })));
}

#[test]
fn a_plan_without_changes_is_not_used_in_a_stream() {
    let schema = json!({ "type": "object", "properties": { "a": { "type": "string", "default": "x" } } });
    assert!(plan(schema, Dialect::Plain).streaming().is_none());
}

#[test]
fn answers_in_another_form_pass_through_and_never_panic() {
    let schema = json!({
        "type": "object",
        "properties": {
            "map": { "type": "object", "additionalProperties": { "type": "array", "prefixItems": [{}, {}] } },
            "one": { "anyOf": [{ "enum": [1, 2] }, { "type": "object", "additionalProperties": true }, { "type": "array" }] },
        },
    });
    let plan = plan(schema, Dialect::GeminiOpenapi);
    for text in [
        r#"{"map":{"a":1},"one":{"x":[]}}"#,
        r#"{"map":[1,[2],{"key":3,"value":4},{"value":{"item_1":"x"}},{"key":"k"}],"one":[[[]]]}"#,
        r#"[1,{"map":null}]"#,
        r#"{"map":[{"value":[{"value":[]}],"key":{}}],"one":"1"}"#,
        r#""text""#,
        r#"{"one":{"entries":[{"value":1,"key":"a"}],"entries":[]}}"#,
    ] {
        snapshots(&plan, text, 2);
        let _ = plan.restore(serde_json::from_str(text).expect("JSON"));
    }
}

#[test]
fn a_list_without_its_wrapper_is_restored_while_it_streams() {
    let model = json!({"type": "array", "items": {"type": "object", "additionalProperties": {"type": "number"}}});
    let plan = plan(model, Dialect::OpenaiStrict);
    assert!(plan.unwrap_key().is_some());
    let bare = r#"[[{"key":"a","value":1},{"key":"b","value":2}],[{"key":"c","value":3}]]"#;
    let seen = snapshots(&plan, bare, 3);
    assert_eq!(seen.last(), Some(&json!([{"a": 1, "b": 2}, {"c": 3}])));
    assert!(seen.contains(&json!([{"a": 1}])));
}
