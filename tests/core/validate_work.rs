//! Validating a value takes bounded time, whatever the schema's alternatives and references.

use crate::support::{chain, small_stack};
use instructor_wasm::machinery::error::{Error, Kind};
use instructor_wasm::machinery::validate::{Options, Validator};
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// The messages of the issues, found within the time limit and on a stack of 1 MB.
fn check(schema: Value, value: Value) -> Vec<String> {
    small_stack(move || {
        let began = Instant::now();
        let issues = Validator::new(&schema).unwrap().validate(&value);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        issues.into_iter().map(|issue| issue.message).collect()
    })
}

/// The error of a schema that cannot be compiled.
fn refused(schema: Value) -> Error {
    small_stack(move || Validator::new(&schema).err().expect("the schema is refused"))
}

#[test]
fn references_that_multiply_in_alternatives_are_reported_without_being_followed() {
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for count in [20, 24, 64, 240] {
            let schema = chain(count, |next| json!({keyword: [next, next]}), json!({"type": "string"}));
            let problems = check(schema, json!(1));
            assert!(problems.len() == 1 && problems[0].contains("too deeply"), "{keyword} {count}: {problems:?}");
        }
    }
    let few = chain(5, |next| json!({"anyOf": [next, next]}), json!({"type": "string"}));
    assert!(check(few.clone(), json!("x")).is_empty());
    assert_eq!(check(few, json!(1)), ["fits none of the alternatives, got the number 1"]);
}

/// Two kinds of expressions, distinguished by a constant, each with an expression in the same member.
fn expressions() -> Value {
    let kind = |name: &str| json!({"type": "object", "properties": {"of": {"$ref": "#/$defs/E"}, "kind": {"const": name}}, "required": ["kind"]});
    json!({"$ref": "#/$defs/E", "$defs": {"E": {"anyOf": [kind("a"), kind("b")]}}})
}

fn nested(levels: usize, innermost: &str) -> Value {
    let kind = |level: usize| if level.is_multiple_of(2) { "a" } else { "b" };
    (0..levels).fold(json!({"kind": innermost}), |of, level| json!({"of": of, "kind": kind(level)}))
}

#[test]
fn a_deep_value_of_a_recursive_union_takes_bounded_time() {
    for levels in [1, 4, 8, 10, 12, 14, 16, 30, 100] {
        let (fits, fails) = (check(expressions(), nested(levels, "a")), check(expressions(), nested(levels, "c")));
        assert!(!fails.is_empty(), "{levels} levels");
        if levels <= 14 {
            assert!(fits.is_empty(), "{levels} levels: {fits:?}");
        } else if levels >= 30 {
            assert!(fits.len() == 1 && fits[0].contains("too deeply"), "{levels} levels: {fits:?}");
        }
    }
    assert!(check(expressions(), nested(3, "c")).iter().any(|problems| problems.contains("\"a\", \"b\"")));
}

#[test]
fn a_large_value_of_an_ordinary_recursive_schema_is_validated_and_explained() {
    let tree = json!({
        "$ref": "#/$defs/Node",
        "$defs": {"Node": {
            "type": "object",
            "properties": {
                "name": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Node"}}
            },
            "required": ["name"]
        }}
    });
    let leaf = |name: Value| json!({"name": name, "children": []});
    let wide: Vec<Value> = (0..20_000).map(|n| leaf(json!(n.to_string()))).collect();
    assert!(check(tree.clone(), json!({"name": "root", "children": wide})).is_empty());
    let deep = (0..60).fold(leaf(json!(5)), |child, _| json!({"name": null, "children": [child]}));
    assert!(check(tree, deep).iter().any(|problems| problems.contains("number 5")));
}

#[test]
fn a_long_chain_of_references_is_a_configuration_error_with_its_path() {
    let text = || json!({"type": "string"});
    let links: [fn(Value) -> Value; 5] = [
        |next| next,
        |next| json!({"allOf": [next]}),
        |next| json!({"if": next}),
        |next| json!({"dependentSchemas": {"x": next}}),
        |next| json!({"anyOf": [{"type": "null"}, {"oneOf": [next]}]}),
    ];
    for (which, link) in links.iter().enumerate() {
        for count in [600, 10_000] {
            let whole = chain(count, link, text());
            let inside = json!({"properties": {"x/y": {"items": whole["$defs"]["A0"]}}, "$defs": whole["$defs"]});
            for (schema, pointer) in [(whole, ""), (inside, "/properties/x~1y/items")] {
                let error = refused(schema);
                assert_eq!((error.kind, &error.detail["pointer"]), (Kind::Configuration, &json!(pointer)), "{which}");
                assert!(error.message.contains("more than 500 references"), "{error}");
            }
        }
    }
    // A chain within the limit, with its end validated; by pointer and by anchor.
    assert_eq!(check(chain(480, |next| next, text()), json!(1)), ["wanted a string, got the number 1"]);
    let anchored = |count: usize| {
        let next = |n: usize| json!({"$anchor": format!("a{n}"), "$ref": format!("#a{}", n + 1)});
        let mut defs: Map<String, Value> = (0..count).map(|n| (format!("A{n}"), next(n))).collect();
        defs.insert("end".into(), json!({"$anchor": format!("a{count}"), "type": "string"}));
        json!({"$ref": "#a0", "$defs": defs})
    };
    assert_eq!(check(anchored(100), json!(1)), ["wanted a string, got the number 1"]);
    assert!(refused(anchored(10_000)).message.contains("more than 500 references"));
    // A document that the schema may refer to.
    let resources = [("https://a.example/long".to_owned(), chain(10_000, |next| next, text()))];
    let error = small_stack(move || {
        let options = Options { resources: &resources, ..Options::default() };
        Validator::with_options(&json!({"$ref": "https://a.example/long"}), &options).err().unwrap()
    });
    assert!(error.message.contains("more than 500 references"), "{error}");
}

#[test]
fn references_that_a_nested_value_repeats_are_counted() {
    // 100 references for each level of the value, without any alternative.
    let schema = chain(100, |next| next, json!({"properties": {"x": {"$ref": "#/$defs/A0"}}, "type": "object"}));
    let nest = |levels: usize, innermost: Value| (0..levels).fold(innermost, |of, _| json!({"x": of}));
    assert_eq!(check(schema.clone(), nest(3, json!(1))), ["wanted an object, got the number 1"]);
    let problems = check(schema, nest(120, json!({})));
    assert!(problems.len() == 1 && problems[0].contains("too deeply"), "{problems:?}");
}

#[test]
fn a_union_that_is_reached_through_an_anchor_is_counted() {
    let kind =
        |name: &str| json!({"properties": {"of": {"$ref": "#e"}, "kind": {"const": name}}, "required": ["kind"]});
    let schema = json!({"$ref": "#e", "$defs": {"E": {"$anchor": "e", "anyOf": [kind("a"), kind("b")]}}});
    let problems = check(schema, nested(60, "c"));
    assert!(problems.len() == 1 && problems[0].contains("too deeply"), "{problems:?}");
}

#[test]
fn a_schema_with_too_many_levels_is_a_configuration_error() {
    let deep = |levels: usize| (0..levels).fold(json!({"type": "string"}), |of, _| json!({"properties": {"x": of}}));
    assert!(check(deep(30), json!({})).is_empty());
    let error = refused(deep(400));
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.message.contains("128 levels") && error.message.contains("/properties/x/properties"), "{error}");
    // References into nested schemas.
    let nested = |next: Value| (0..8).fold(next, |of, _| json!({"properties": {"x": of}}));
    assert!(check(chain(100, nested, json!({"type": "string"})), json!({"x": {"x": 1}})).is_empty());
}
