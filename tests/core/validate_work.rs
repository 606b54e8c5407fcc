//! Checking a value takes bounded time, whatever the schema's alternatives and references multiply to.

use instructor_wasm::validate::Validator;
use serde_json::{Map, Value, json};
use std::time::{Duration, Instant};

/// The issues' messages, found in time and on a stack of 1 MB.
fn check(schema: Value, value: Value) -> Vec<String> {
    let run = move || {
        let began = Instant::now();
        let issues = Validator::new(&schema).unwrap().validate(&value);
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        issues.into_iter().map(|issue| issue.message).collect()
    };
    std::thread::Builder::new().stack_size(1024 * 1024).spawn(run).unwrap().join().unwrap()
}

/// `A0` … `An`, each made by `link` of a reference to the next.
fn chain(count: usize, link: impl Fn(Value) -> Value, last: Value) -> Value {
    let next = |n: usize| json!({"$ref": format!("#/$defs/A{}", n + 1)});
    let mut defs: Map<String, Value> = (0..count).map(|n| (format!("A{n}"), link(next(n)))).collect();
    defs.insert(format!("A{count}"), last);
    json!({"$ref": "#/$defs/A0", "$defs": defs})
}

#[test]
fn references_that_multiply_in_alternatives_are_told_without_being_followed() {
    for keyword in ["anyOf", "oneOf", "allOf"] {
        for count in [20, 24, 64, 400] {
            let schema = chain(count, |next| json!({keyword: [next, next]}), json!({"type": "string"}));
            let said = check(schema, json!(1));
            assert!(said.len() == 1 && said[0].contains("too deeply"), "{keyword} {count}: {said:?}");
        }
    }
    let few = chain(5, |next| json!({"anyOf": [next, next]}), json!({"type": "string"}));
    assert!(check(few.clone(), json!("x")).is_empty());
    assert_eq!(check(few, json!(1)), ["fits none of the alternatives, got the number 1"]);
}

/// Two kinds of expressions, told apart by a constant, each with an expression in the same member.
fn expressions() -> Value {
    let kind = |name: &str| json!({"type": "object", "properties": {"of": {"$ref": "#/$defs/E"}, "kind": {"const": name}}, "required": ["kind"]});
    json!({"$ref": "#/$defs/E", "$defs": {"E": {"anyOf": [kind("a"), kind("b")]}}})
}

fn nested(levels: usize, innermost: &str) -> Value {
    let kind = |level: usize| if level.is_multiple_of(2) { "a" } else { "b" };
    (0..levels).fold(json!({"kind": innermost}), |of, level| json!({"of": of, "kind": kind(level)}))
}

#[test]
fn each_level_of_a_recursive_union_multiplies_and_a_model_chooses_the_levels() {
    for levels in [1, 4, 8, 10, 12, 14, 16, 30, 100] {
        let (fits, fails) = (check(expressions(), nested(levels, "a")), check(expressions(), nested(levels, "c")));
        assert!(!fails.is_empty(), "{levels} levels");
        if levels <= 14 {
            assert!(fits.is_empty(), "{levels} levels: {fits:?}");
        } else if levels >= 30 {
            assert!(fits.len() == 1 && fits[0].contains("too deeply"), "{levels} levels: {fits:?}");
        }
    }
    assert!(check(expressions(), nested(3, "c")).iter().any(|said| said.contains("\"a\", \"b\"")));
}

#[test]
fn a_large_value_of_an_ordinary_recursive_schema_is_checked_and_explained() {
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
    assert!(check(tree, deep).iter().any(|said| said.contains("number 5")));
}
