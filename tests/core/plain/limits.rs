//! Schemas and values that are made to be expensive.

use super::read;
use instructor_wasm::machinery::validate::Validator;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{chain, small_stack};

/// Compares on a stack of 1 MB, within the time limit.
fn same(schema: Value, value: Value) {
    small_stack(move || {
        let began = Instant::now();
        let issues = read(&schema).map(|plain| plain.validate(&value));
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        if let Some(Some(issues)) = issues {
            assert_eq!(issues, Validator::new(&schema).unwrap().validate(&value));
        }
    });
}

#[test]
fn references_that_multiply_take_bounded_time() {
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for count in [5, 20, 64, 240] {
            same(chain(count, |next| json!({keyword: [next, next]}), json!({"type": "string"})), json!(1));
        }
    }
    let kind = |name: &str| json!({"type": "object", "properties": {"of": {"$ref": "#/$defs/E"}, "kind": {"const": name}}, "required": ["kind"]});
    let expressions = json!({"$ref": "#/$defs/E", "$defs": {"E": {"anyOf": [kind("a"), kind("b")]}}});
    for levels in [1, 4, 8, 12, 16, 30, 100] {
        let nested = (0..levels)
            .fold(json!({"kind": "c"}), |of, level| json!({"of": of, "kind": if level % 2 == 0 { "a" } else { "b" }}));
        same(expressions.clone(), nested);
    }
}

#[test]
fn long_chains_and_deep_values_need_a_small_stack() {
    for count in [100, 300, 480, 600] {
        same(chain(count, |next| next, json!({"type": "string"})), json!(1));
        same(chain(count, |next| json!({"allOf": [next]}), json!({"type": "string"})), json!(1));
        same(
            chain(count, |next| next, json!({"properties": {"x": {"$ref": "#/$defs/A0"}}, "type": "object"})),
            json!({"x": {"x": 1}}),
        );
    }
    let tree = json!({"$ref": "#/$defs/N", "$defs": {"N": {"properties": {"c": {"items": {"$ref": "#/$defs/N"}}, "n": {"type": "string"}}}}});
    let deep = (0..60).fold(json!({"n": 1}), |child, _| json!({"c": [child]}));
    same(tree, deep);
    // A schema that refers to itself in many alternatives of the same value.
    same(
        json!({"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}]}}}),
        json!(1),
    );
}

#[test]
fn large_values_take_bounded_time() {
    let many: Vec<Value> = (0..20_000).map(|n| json!(n.to_string())).collect();
    same(json!({"type": "array", "uniqueItems": true, "items": {"type": "string"}}), many.clone().into());
    same(json!({"type": "array", "items": {"type": "integer"}}), many.clone().into());
    let names: serde_json::Map<String, Value> =
        (0..2000).map(|n| (format!("k{n}"), json!({"type": "integer"}))).collect();
    let members: serde_json::Map<String, Value> = (0..20_000).map(|n| (format!("k{n}"), json!(n))).collect();
    same(json!({"properties": names, "additionalProperties": false}), members.into());
    let required: Vec<String> = (0..20_000).map(|n| n.to_string()).collect();
    same(json!({"required": required}), json!({}));
    same(json!({"enum": many}), json!("x"));
    same(json!({"pattern": "a*a*a*b"}), json!("a".repeat(100_000)));
}
