//! Schemas as people write them: references by URI, keys named like keywords, definitions with odd names; and answers
//! restored by their plans.

use instructor_wasm::machinery::schema::{Dialect, ResponseModel, render};
use serde_json::{Value, json};

fn model(schema: Value) -> ResponseModel {
    ResponseModel::new(&schema, None, None).expect("a model")
}

fn schema(schema: Value) -> Value {
    Value::Object(model(schema).schema().clone())
}

/// A value of the model in the form of a dialect, and the restored value.
fn trip(schema: &Value, dialect: Dialect, value: &Value) -> Option<(Value, Value)> {
    let plan = render(&model(schema.clone()), dialect).expect("a rendered schema").plan;
    let form = plan.transform(value)?;
    let back = plan.restore(form.clone()).expect("a value");
    Some((form, back))
}

#[test]
fn a_reference_is_resolved_by_its_uri() {
    let read = schema(json!({
        "$id": "https://example.com/all/root.json",
        "type": "object",
        "properties": {
            "relative": { "$ref": "item.json" },
            "absolute": { "$ref": "https://example.com/all/item.json" },
            "up": { "$ref": "../other.json#/$defs/in" },
            "anchor": { "$ref": "#here" },
            "their_anchor": { "$ref": "item.json#here" },
        },
        "$defs": {
            "mine": { "$anchor": "here", "type": "integer" },
            "item": { "$id": "item.json", "type": "string", "$defs": { "theirs": { "$anchor": "here", "type": "boolean" } } },
            "other": { "$id": "/other.json", "type": "null", "$defs": { "in": { "type": "number" } } },
        },
    }));
    let kind = |name: &str| {
        let reference = read["properties"][name]["$ref"].as_str().expect("a reference");
        read.pointer(reference.trim_start_matches('#')).expect("its target")["type"].clone()
    };
    let kinds = ["relative", "absolute", "up", "anchor", "their_anchor"].map(kind);
    assert_eq!(kinds, ["string", "string", "number", "integer", "boolean"]);
}

#[test]
fn an_id_inside_an_enum_is_not_an_identifier() {
    let read = schema(json!({
        "type": "object",
        "properties": { "a": { "$ref": "https://a.b/c" } },
        "$defs": { "data": { "enum": [{ "$id": "https://a.b/c" }] }, "real": { "$id": "https://a.b/c", "type": "string" } },
    }));
    assert_eq!(read["properties"]["a"]["$ref"], "#/$defs/real");
}

#[test]
fn the_roots_own_anchor_has_precedence_over_the_extended_schemas() {
    let read = schema(json!({
        "$id": "https://a.b/strict", "$dynamicAnchor": "node", "$ref": "tree", "unevaluatedProperties": false,
        "$defs": { "tree": {
            "$id": "tree", "$dynamicAnchor": "node", "type": "object",
            "properties": { "children": { "type": "array", "items": { "$dynamicRef": "#node" } } },
        } },
    }));
    assert_eq!(read["properties"]["children"]["items"]["$ref"], "#");
}

#[test]
fn definitions_with_names_that_a_reference_cannot_contain_are_renamed() {
    let read = schema(json!({
        "type": "object",
        "properties": {
            "a": { "$ref": "#/$defs/List%3CUser%3E" }, "b": { "$ref": "#/$defs/a%25b" }, "c": { "$ref": "#/$defs/a_b" },
            "d": { "$ref": "#/$defs/x~1y" }, "e": { "$ref": "#/$defs/%C3%BC" },
        },
        "$defs": {
            "List<User>": { "type": "array" }, "a%b": { "type": "string" }, "a_b": { "type": "integer" },
            "x/y": { "type": "null" }, "ü": { "type": "boolean" },
        },
    }));
    assert_eq!(read["properties"]["a"]["$ref"], "#/$defs/List_User_");
    assert_eq!(read["properties"]["b"]["$ref"], "#/$defs/a_b");
    assert_eq!(read["properties"]["c"]["$ref"], "#/$defs/a_b_");
    assert_eq!(read["$defs"]["a_b"]["type"], "string");
    assert_eq!(read["$defs"]["x/y"]["type"], "null");
    assert_eq!(read["properties"]["e"]["$ref"], "#/$defs/_");
    assert_eq!(read["$defs"]["_"]["type"], "boolean");
}

#[test]
fn a_property_may_have_the_name_of_any_keyword() {
    let t = json!({ "type": "object", "properties": { "x": { "type": "integer" } }, "required": ["x"], "additionalProperties": false });
    let given = json!({
        "type": "object",
        "properties": {
            "default": { "$ref": "#/$defs/T" }, "enum": { "$ref": "#/$defs/enum" }, "const": { "$ref": "#" },
            "$ref": { "type": "string" }, "examples": { "type": "array", "items": { "$ref": "#/$defs/T" } },
        },
        "additionalProperties": false,
        "$defs": { "T": t, "enum": t },
    });
    let value =
        json!({ "default": { "x": 1 }, "enum": { "x": 2 }, "const": { "$ref": "r" }, "examples": [{ "x": 3 }] });
    for dialect in Dialect::ALL {
        let (form, back) = trip(&given, dialect, &value).expect("a form");
        assert_eq!(back, value, "{} via {form}", dialect.name());
    }
}

#[test]
fn keywords_next_to_the_roots_reference_apply_as_well() {
    let read = schema(json!({
        "$ref": "#/$defs/Base", "properties": { "extra": { "type": "integer" } }, "required": ["extra"],
        "$defs": { "Base": { "title": "Base", "type": "object", "properties": { "id": { "type": "string" } }, "required": ["id"] } },
    }));
    assert_eq!(read["properties"], json!({ "id": { "type": "string" }, "extra": { "type": "integer" } }));
    assert_eq!(read["required"], json!(["id", "extra"]));
}

#[test]
fn in_the_older_drafts_keywords_next_to_a_reference_are_ignored() {
    let read = schema(json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/Base", "additionalProperties": false, "description": "Mine",
        "definitions": { "Base": { "type": "object", "properties": { "id": { "type": "string" } } } },
    }));
    assert_eq!(read, json!({ "type": "object", "properties": { "id": { "type": "string" } }, "description": "Mine" }));
}

#[test]
fn a_definition_with_the_models_name_is_unchanged() {
    let given = json!({
        "title": "Node",
        "type": "object",
        "properties": { "next": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] }, "label": { "$ref": "#/$defs/Node" } },
        "required": ["next", "label"],
        "additionalProperties": false,
        "$defs": { "Node": { "type": "string", "enum": ["a", "b"] } },
    });
    let value = json!({ "next": { "next": null, "label": "b" }, "label": "a" });
    for dialect in Dialect::ALL {
        let rendered = render(&model(given.clone()), dialect).expect("a rendered schema");
        assert!(rendered.schema.to_string().contains("[\"a\",\"b\"]"), "{}: {}", dialect.name(), rendered.schema);
        assert_eq!(trip(&given, dialect, &value).expect("a form").1, value, "{}", dialect.name());
    }
}

#[test]
fn a_single_constraint_is_enough_for_a_schema() {
    for given in [
        json!({ "minItems": 1 }),
        json!({ "dependentRequired": { "a": ["b"] } }),
        json!({ "multipleOf": 2 }),
        json!({ "dependentSchemas": { "a": { "required": ["b"] } } }),
    ] {
        assert!(ResponseModel::new(&given, None, None).is_ok(), "{given}");
    }
    assert!(ResponseModel::new(&json!({ "name": "string" }), None, None).is_err());
}

#[test]
fn null_is_written_for_an_absent_key_only_where_the_rendered_schema_allows_it() {
    // Without a type the original accepts null, which the rendered object does not.
    let given = json!({ "type": "object", "properties": { "a": { "properties": { "b": { "type": "string" } } } } });
    let rendered = render(&model(given.clone()), Dialect::OpenaiStrict).expect("a rendered schema");
    assert_eq!(rendered.schema["properties"]["a"]["type"], json!(["object", "null"]));
    let (form, back) = trip(&given, Dialect::OpenaiStrict, &json!({})).expect("a form");
    assert_eq!((form, back), (json!({ "a": null }), json!({})));
}

#[test]
fn a_forbidden_key_is_not_requested() {
    for never in [json!({ "not": {} }), json!({ "not": true }), json!(false), json!({ "enum": [] })] {
        let given = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": never } });
        for dialect in Dialect::ALL.into_iter().filter(|dialect| *dialect != Dialect::Plain) {
            let rendered = render(&model(given.clone()), dialect).expect("a rendered schema");
            assert!(rendered.schema["properties"].get("b").is_none(), "{}: {}", dialect.name(), rendered.schema);
        }
    }
}

#[test]
fn listed_values_are_distinguished_by_type() {
    let given =
        json!({ "type": "object", "properties": { "v": { "enum": [[0, { "x": 1 }], 3, "s"] } }, "required": ["v"] });
    let (form, back) = trip(&given, Dialect::OpenaiStrict, &json!({ "v": [0.0, { "x": 1.0 }] })).expect("a form");
    assert_eq!(form, json!({ "v": "[0,{\"x\":1}]" }));
    assert_eq!(back, json!({ "v": [0, { "x": 1 }] }));
    assert!(trip(&given, Dialect::OpenaiStrict, &json!({ "v": "3" })).is_none());
}

#[test]
fn an_unchanged_branch_of_a_union_has_null_for_its_absent_keys() {
    let given = json!({
        "type": "object",
        "properties": { "v": { "anyOf": [
            { "type": "object", "properties": { "a": { "type": ["string", "null"] } }, "additionalProperties": false },
            { "type": "array", "items": { "type": "object", "additionalProperties": { "type": "integer" } } },
        ] } },
        "required": ["v"],
    });
    let (form, back) = trip(&given, Dialect::OpenaiStrict, &json!({ "v": {} })).expect("a form");
    assert_eq!(form, json!({ "v": { "a": null } }));
    assert_eq!(back, json!({ "v": { "a": null } }));
}

#[test]
fn a_schema_that_no_value_satisfies_is_refused() {
    for given in [json!({ "enum": [] }), json!({ "type": "object", "properties": { "a": false }, "required": ["a"] })] {
        let error = render(&model(given), Dialect::OpenaiStrict).expect_err("no value");
        assert!(error.message.contains("no value can satisfy it"), "{}", error.message);
    }
}
