//! The response model compared with the requests of the Python library, and the inputs that it refuses.

use crate::support::{self, render_tool};

use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::json::wrapper::Wrapper;
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, render};
use serde_json::{Value, json};

/// `required` is a set in the comparison: Python sorts it, here it has the schema's order. In lists of tasks `tasks`
/// is required here.
fn comparable(mut schema: Value) -> Value {
    fn walk(value: &mut Value) {
        if let Value::Object(map) = value {
            if let Some(Value::Array(list)) = map.get_mut("required") {
                list.sort_by_key(|name| name.to_string());
            }
            map.values_mut().for_each(walk);
        } else if let Value::Array(list) = value {
            list.iter_mut().for_each(walk);
        }
    }
    walk(&mut schema);
    if schema.pointer("/properties/tasks").is_some() {
        schema["required"] = json!(["tasks"]);
    }
    schema
}

fn golden(name: &str) -> Option<(Value, Value, String)> {
    let case = support::read_json(&format!("golden/openai/{name}.json"))?;
    let schema = case["call"]["json_schema_of_model"].clone();
    Some((schema, case["requests"][0]["body"].clone(), name.to_owned()))
}

#[test]
fn tool_parameters_equal_pythons() {
    for name in [
        "TOOLS__A_simple",
        "TOOLS__B4_enum_constraints_examples",
        "TOOLS__B6_nested_no_optional",
        "TOOLS__L2_list_str",
        "TOOLS__L3_literal",
        "TOOLS__L4_enum",
        "TOOLS__L_int",
        "TOOLS__M2_union_field",
        "TOOLS__F3_iterable_nonstream",
    ] {
        let Some((schema, body, name)) = golden(name) else { return };
        let model = ResponseModel::new(&schema, None, None).expect(&name);
        let ours = render_tool(&model, Dialect::Plain).expect(&name);
        let theirs = &body["tools"][0]["function"];
        assert_eq!(model.name, theirs["name"], "{name}");
        assert_eq!(comparable(ours.schema), comparable(theirs["parameters"].clone()), "{name}");
        if let Some(description) = model.description {
            assert_eq!(description, theirs["description"], "{name}");
        }
    }
}

#[test]
fn a_response_format_equals_pythons() {
    for name in [
        "JSON_SCHEMA__A_simple",
        "JSON_SCHEMA__B3_recursive",
        "JSON_SCHEMA__B_nested",
        "JSON_SCHEMA__M_union",
        "JSON_SCHEMA__P_maybe",
        "JSON_SCHEMA__F4_list_nonstream",
        "JSON_SCHEMA__L5_bool_reask",
    ] {
        if support::testdata(&format!("golden/openai/{name}.json")).is_none() {
            continue;
        }
        let Some((schema, body, name)) = golden(name) else { return };
        let model = ResponseModel::new(&schema, None, None).expect(&name);
        let ours = render(&model, Dialect::Plain).expect(&name);
        let theirs = &body["response_format"]["json_schema"];
        assert_eq!(model.name, theirs["name"], "{name}");
        assert_eq!(comparable(ours.schema), comparable(theirs["schema"].clone()), "{name}");
    }
}

#[test]
fn an_iterable_of_a_model_equals_pythons() {
    for name in ["TOOLS__F_iterable", "JSON_SCHEMA__F2_iterable_union"] {
        if support::testdata(&format!("golden/openai/{name}.json")).is_none() {
            continue;
        }
        let Some((schema, body, name)) = golden(name) else { return };
        let model = ResponseModel::iterable(&schema, None, None).expect(&name);
        let (ours, theirs) = match body.pointer("/response_format/json_schema") {
            Some(format) => (render(&model, Dialect::Plain).expect(&name), &format["schema"]),
            None => (render_tool(&model, Dialect::Plain).expect(&name), &body["tools"][0]["function"]["parameters"]),
        };
        assert_eq!(comparable(ours.schema), comparable(theirs.clone()), "{name}");
    }
}

#[test]
fn maybe_equals_pythons() {
    let Some((schema, _, _)) = golden("JSON_SCHEMA__P_maybe") else { return };
    let mut user = schema["$defs"]["User"].clone();
    user["title"] = "User".into();
    let model = ResponseModel::maybe(&user, None).expect("a model");
    assert_eq!(model.name, "MaybeUser");
    assert_eq!(Value::Object(model.schema().clone()), schema);
}

#[test]
fn an_unconstrained_schema_is_refused_with_a_remedy() {
    for schema in
        [json!({}), json!({ "title": "X" }), json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" })]
    {
        let error = ResponseModel::new(&schema, None, None).expect_err("refused");
        assert_eq!(error.kind, Kind::Configuration);
        assert!(error.message.contains("\"type\""), "{}", error.message);
    }
}

#[test]
fn an_invalid_schema_is_refused_with_its_path() {
    for (schema, place) in [
        (json!(true), "object"),
        (json!("string"), "object"),
        (json!({ "type": "object", "properties": { "a": { "type": "strin" } } }), "/properties/a/type"),
        (json!({ "type": "object", "properties": { "a": "string" } }), "/properties/a"),
        (json!({ "type": "object", "properties": [] }), "/properties"),
        (json!({ "anyOf": [1] }), "/anyOf/0"),
        (json!({ "type": "object", "required": "name" }), "/required"),
        (json!({ "$ref": "https://example.com/x.json" }), "https://example.com/x.json"),
        (json!({ "$ref": "#/$defs/Gone" }), "#/$defs/Gone"),
    ] {
        let error = ResponseModel::new(&schema, None, None).expect_err("refused");
        assert_eq!(error.kind, Kind::Configuration);
        assert!(error.message.contains(place), "{}", error.message);
    }
}

#[test]
fn older_drafts_are_read_like_the_newest() {
    let schema = json!({
        "$schema": "http://json-schema.org/draft-04/schema#",
        "id": "http://example.com/root.json",
        "type": "object",
        "properties": {
            "pos": { "$ref": "http://example.com/root.json#/definitions/positive" },
            "pair": { "type": "array", "items": [{ "type": "string" }, { "type": "number" }], "additionalItems": false },
            "near": { "$ref": "#/properties/pair/items/0" },
            "maybe": { "type": "string", "nullable": true, "enum": ["a"] },
        },
        "dependencies": { "near": ["pos"] },
        "definitions": {
            "positive": { "type": "number", "minimum": 0, "exclusiveMinimum": true },
            "unused": { "type": "string" },
        },
    });
    let model = ResponseModel::new(&schema, Some("my model!"), None).expect("a model");
    assert_eq!(model.name, "my_model_");
    assert_eq!(
        Value::Object(model.schema().clone()),
        json!({
            "$defs": { "positive": { "type": "number", "exclusiveMinimum": 0 }, "Shared": { "type": "string" } },
            "type": "object",
            "properties": {
                "pos": { "$ref": "#/$defs/positive" },
                "pair": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "number" }], "items": false },
                "near": { "$ref": "#/$defs/Shared" },
                "maybe": { "type": ["string", "null"], "enum": ["a", null] },
            },
            "dependentRequired": { "near": ["pos"] },
        })
    );
}

#[test]
fn a_wrapped_root_keeps_its_references_to_itself() {
    let schema = json!({ "type": "array", "items": { "anyOf": [{ "type": "string" }, { "$ref": "#" }] } });
    let model = ResponseModel::new(&schema, None, None).expect("a model");
    assert_eq!(model.wrapper(), Some(Wrapper::Content));
    assert_eq!(model.schema()["properties"]["content"], json!({ "$ref": "#/$defs/Content" }));
    assert_eq!(model.schema()["$defs"]["Content"]["items"]["anyOf"][1], json!({ "$ref": "#/$defs/Content" }));
}

#[test]
fn a_wrapped_answer_is_unwrapped() {
    let model = ResponseModel::new(&json!({ "type": "integer" }), None, None).expect("a model");
    let plan = render(&model, Dialect::Plain).expect("rendered").plan;
    assert_eq!(plan.restore(json!({ "content": 25 })).expect("restored"), json!(25));
    assert_eq!(plan.restore(json!(25)).expect("restored"), json!(25));
}

#[test]
fn a_keyword_with_a_value_of_the_wrong_type_is_refused_with_its_path() {
    for (keyword, value) in [
        ("minimum", json!("5")),
        ("exclusiveMaximum", json!([])),
        ("multipleOf", json!(0)),
        ("minLength", json!(-1)),
        ("maxItems", json!(1.5)),
        ("pattern", json!(5)),
        ("format", json!({})),
        ("uniqueItems", json!("yes")),
        ("required", json!([1])),
    ] {
        let schema = json!({ "type": "object", "properties": { "a": { keyword: value } } });
        let error = ResponseModel::new(&schema, None, None).expect_err(keyword);
        assert!(error.message.contains(&format!("/properties/a/{keyword}")), "{}", error.message);
    }
}

#[test]
fn a_given_description_is_in_the_schema_and_in_the_notation() {
    let object =
        json!({"type": "object", "description": "its own", "properties": {"a": {"type": "string"}}, "required": ["a"]});
    for schema in [object, json!({"type": "array", "items": {"type": "string"}}), json!({"enum": ["a", "b"]})] {
        let model = ResponseModel::new(&schema, Some("Named"), Some("of the caller")).unwrap();
        assert_eq!(model.description.as_deref(), Some("of the caller"), "{schema}");
        assert_eq!(model.schema()["description"], "of the caller", "{schema}");
        // A tool has it next to its parameters, once.
        let parameters = render_tool(&model, Dialect::Plain).unwrap().schema;
        assert!(!parameters.to_string().contains("of the caller"), "{parameters}");
    }
}
