//! Schemas that are very deep, very long or recursive: each is rendered or refused in every dialect, on a stack of 1
//! MB like a wasm module's, and the rendered schema has a bounded size.

use crate::support::small_stack;
use instructor_wasm::machinery::json::incremental::{Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, Restoring, lint, render_shared};
use serde_json::{Map, Value, json};

fn nest(levels: usize, leaf: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(leaf, |inner, _| wrap(inner))
}

fn object(member: Value) -> Value {
    json!({ "type": "object", "properties": { "a": member } })
}

/// Definitions `a0`, `a1`, …, each made from the name of the next, and a last one.
fn chain(length: usize, last: Value, link: impl Fn(Value, Value) -> Value) -> Value {
    let mut defs = Map::new();
    for i in 0..length {
        for name in ["a", "b"] {
            let next = |name: &str| json!({ "$ref": format!("#/$defs/{name}{}", i + 1) });
            defs.insert(format!("{name}{i}"), link(next("a"), next("b")));
        }
    }
    defs.insert(format!("a{length}"), last.clone());
    defs.insert(format!("b{length}"), last);
    json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/a0" } }, "$defs": defs })
}

fn shapes() -> Vec<(String, Value)> {
    let text = json!({ "type": "string" });
    let mut out: Vec<(String, Value)> = vec![];
    let mut add = |name: &str, schema: Value| out.push((name.to_owned(), schema));

    // Circles at one place.
    add(
        "the root in its own allOf",
        json!({ "type": "object", "anyOf": [{ "allOf": [{ "$ref": "#" }] }, { "type": "object" }] }),
    );
    add(
        "the root in its own anyOf",
        json!({ "type": "object", "properties": { "a": text }, "anyOf": [{ "$ref": "#" }] }),
    );
    add(
        "the root in its own oneOf",
        json!({ "oneOf": [{ "$ref": "#" }, { "type": "object", "properties": { "a": text } }] }),
    );
    add("the root in its own $ref", json!({ "type": "object", "$ref": "#" }));
    add("inheritance", inheritance());
    add("inheritance, from the child", {
        let mut schema = inheritance();
        schema["$ref"] = "#/$defs/Cat".into();
        schema
    });
    add("inheritance, as a property", {
        let defs = inheritance()["$defs"].clone();
        json!({ "type": "object", "properties": { "pet": { "$ref": "#/$defs/Pet" }, "cat": { "$ref": "#/$defs/Cat" } }, "$defs": defs })
    });
    let circle =
        |a: Value, b: Value| object_of_defs(json!({ "A": a, "B": b, "C": object(json!({ "type": "string" })) }));
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    add("references to each other", circle(reference("B"), reference("A")));
    add("a reference to itself", circle(reference("A"), reference("A")));
    for (key, other) in
        [("allOf", "anyOf"), ("anyOf", "allOf"), ("oneOf", "anyOf"), ("allOf", "allOf"), ("anyOf", "oneOf")]
    {
        add(
            &format!("{key} to {other}"),
            circle(
                json!({ key: [reference("B"), reference("C")] }),
                json!({ other: [reference("A"), reference("C")] }),
            ),
        );
        add(
            &format!("{key} to {other} beside keywords"),
            circle(
                json!({ "type": "object", "properties": { "x": { "type": "string" } }, key: [reference("B"), { "required": ["x"] }] }),
                json!({ "type": "object", "properties": { "y": reference("A") }, other: [reference("A"), reference("B")] }),
            ),
        );
    }
    add(
        "then and else in a circle",
        circle(
            json!({ "type": "object", "properties": { "x": { "type": "string" } }, "if": { "required": ["x"] }, "then": { "allOf": [reference("A")] }, "else": reference("B") }),
            json!({ "properties": { "z": { "then": reference("B"), "else": { "allOf": [reference("A")] } } } }),
        ),
    );
    add(
        "dependentSchemas in a circle",
        circle(
            json!({ "type": "object", "dependentSchemas": { "x": reference("A"), "y": { "allOf": [reference("B")] } } }),
            json!({ "anyOf": [reference("A"), { "properties": { "z": reference("B") } }] }),
        ),
    );

    // Recursion.
    add(
        "recursion twice",
        circle(
            json!({ "type": "object", "properties": { "l": reference("A"), "r": reference("A"), "b": reference("B") } }),
            json!({ "type": "object", "properties": { "l": { "allOf": [reference("B"), { "minProperties": 1 }] }, "r": { "allOf": [reference("A")], "description": "r" } } }),
        ),
    );
    add(
        "recursion with constraints",
        circle(
            json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/A", "minProperties": 1 } }),
            json!({ "type": "array", "items": { "allOf": [reference("B"), reference("A")] }, "prefixItems": [reference("B")] }),
        ),
    );

    // Depth.
    type Wrap = fn(Value) -> Value;
    let wraps: Vec<(&str, Wrap)> = vec![
        ("anyOf", |s| json!({ "anyOf": [s, { "type": "integer" }] })),
        ("anyOf and keywords", |s| json!({ "title": "t", "minLength": 1, "anyOf": [s, { "type": "integer" }] })),
        ("oneOf and null", |s| json!({ "oneOf": [s, { "type": "null" }] })),
        ("allOf", |s| json!({ "allOf": [s, { "minLength": 1 }] })),
        ("allOf alone", |s| json!({ "allOf": [s] })),
        ("items", |s| json!({ "type": "array", "items": s })),
        ("prefixItems", |s| json!({ "type": "array", "prefixItems": [s] })),
        ("properties", object),
        (
            "a union of objects",
            |s| json!({ "anyOf": [object(s), { "type": "object", "properties": { "b": { "const": 1 } } }] }),
        ),
        ("additionalProperties", |s| json!({ "type": "object", "additionalProperties": s })),
        (
            "patternProperties",
            |s| json!({ "type": "object", "patternProperties": { "^a": s, "^b": { "type": "integer" } } }),
        ),
        ("dependentSchemas", |s| json!({ "type": "object", "dependentSchemas": { "a": s } })),
        ("then", |s| json!({ "if": { "required": ["a"] }, "then": { "properties": { "a": s } } })),
        ("not", |s| json!({ "type": "string", "not": s })),
        (
            "types",
            |s| json!({ "type": ["object", "array", "null"], "items": { "type": "string" }, "properties": { "a": s } }),
        ),
    ];
    for (name, wrap) in &wraps {
        for levels in [40, 95] {
            add(&format!("{levels} times {name}"), object(nest(levels, text.clone(), wrap)));
        }
        add(&format!("too often {name}"), object(nest(100, text.clone(), wrap)));
    }
    add(
        "deep data",
        object(
            json!({ "enum": [nest(100, json!(1), |v| json!([v])), 1], "default": nest(100, json!(1), |v| json!({ "a": v })) }),
        ),
    );

    // Long chains of definitions.
    type Link = fn(Value, Value) -> Value;
    let links: [(&str, Link); 9] = [
        ("references", |a, _| a),
        ("properties", |a, _| object(a)),
        ("lists", |a, _| json!({ "type": "array", "items": a })),
        ("anyOf", |a, _| json!({ "anyOf": [a, { "type": "string" }] })),
        ("allOf", |a, _| json!({ "allOf": [a, { "title": "t" }] })),
        ("two anyOf", |a, b| json!({ "anyOf": [a, b] })),
        (
            "two oneOf and keywords",
            |a, b| json!({ "type": "object", "properties": { "x": { "type": "string" } }, "oneOf": [a, b] }),
        ),
        ("two allOf", |a, b| json!({ "allOf": [a, b] })),
        (
            "two properties",
            |a, b| json!({ "type": "object", "properties": { "l": a, "r": b }, "additionalProperties": false }),
        ),
    ];
    for (name, link) in links {
        for length in [20, 300] {
            add(&format!("{length} definitions of {name}"), chain(length, object(json!({ "type": "string" })), link));
        }
    }
    add("the same definition twice, 64 times", chain(64, text.clone(), |a, _| json!({ "anyOf": [a, a] })));
    add("and all of it twice", chain(64, object(text.clone()), |a, _| json!({ "allOf": [a, a] })));

    // Width.
    let many = |n: usize, one: &dyn Fn(usize) -> Value| (0..n).map(one).collect::<Vec<Value>>();
    let named = |n: usize, one: &dyn Fn(usize) -> Value| -> Map<String, Value> {
        (0..n).map(|i| (format!("p{i}"), one(i))).collect()
    };
    add("many branches", object(json!({ "anyOf": many(300, &|i| object(json!({ "const": i }))) })));
    add(
        "many branches in branches",
        object(
            json!({ "anyOf": many(30, &|i| json!({ "anyOf": many(30, &|j| object(json!({ "const": i * 30 + j }))) })) }),
        ),
    );
    add(
        "many branches and alternatives",
        object(
            json!({ "anyOf": many(12, &|i| object(json!({ "const": i }))), "oneOf": many(12, &|i| json!({ "properties": { "b": { "const": i } } })) }),
        ),
    );
    let titled = |title: &str| {
        let mut properties = json!({ "x": { "type": "string", "maxLength": title.len() } });
        properties[title] = json!({ "const": 1 });
        json!({ "title": title, "type": "object", "properties": properties })
    };
    let branches = ["a_3", "a", "a", "a_4"].map(titled);
    add("titles like the names of others", object(json!({ "anyOf": branches })));
    add("many parts", object(json!({ "allOf": many(1000, &|_| object(json!({ "type": "string" }))) })));
    add("many parts of one property", object(json!({ "allOf": many(200, &|i| object(json!({ "minLength": i }))) })));
    add(
        "many values",
        object(json!({ "enum": many(3000, &|i| if i % 2 == 0 { json!(i) } else { json!(format!("{}", i - 1)) }) })),
    );
    add(
        "many properties",
        json!({ "type": "object", "properties": named(2000, &|i| json!({ "type": "string", "pattern": "a", "default": "x", "title": i.to_string() })), "required": named(2000, &|_| json!(1)).keys().rev().collect::<Vec<_>>() }),
    );
    add(
        "many defaults to look at",
        json!({ "type": "object", "properties": named(300, &|_| json!({ "$ref": "#/$defs/a0", "default": { "a": "x" } })), "$defs": chain(12, object(text.clone()), |a, b| json!({ "anyOf": [a, b] }))["$defs"] }),
    );
    add(
        "a long name around many",
        json!({ "type": "object", "properties": { "n".repeat(100_000): { "type": "object", "properties": named(2000, &|_| json!({ "type": "string", "minLength": 1 })) } } }),
    );
    out
}

fn object_of_defs(defs: Value) -> Value {
    json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/A" } }, "$defs": defs })
}

/// The output of OpenAPI generators for a base class with a discriminator.
fn inheritance() -> Value {
    let child =
        |member: Value| json!({ "allOf": [{ "$ref": "#/$defs/Pet" }, { "type": "object", "properties": member }] });
    json!({
        "$ref": "#/$defs/Pet",
        "$defs": {
            "Pet": {
                "type": "object",
                "properties": { "kind": { "type": "string" } },
                "required": ["kind"],
                "discriminator": { "propertyName": "kind" },
                "oneOf": [{ "$ref": "#/$defs/Cat" }, { "$ref": "#/$defs/Dog" }],
            },
            "Cat": child(json!({ "lives": { "type": "integer" } })),
            "Dog": child(json!({ "friend": { "$ref": "#/$defs/Pet" } })),
        },
    })
}

fn answers() -> Vec<Value> {
    vec![
        Value::Null,
        json!({ "a": { "a": "x", "kind": "Cat", "lives": 9, "friend": { "kind": "Dog" } } }),
        nest(120, json!("x"), |v| json!({ "a": v })),
        nest(120, json!("x"), |v| json!([v])),
        nest(40, json!("x"), |v| json!([{ "key": "a", "value": { "item_1": v, "literal": 1 } }])),
        json!({ "a": Value::from(nest(60, json!("x"), |v| json!({ "a": v })).to_string()) }),
    ]
}

fn stream(restoring: &mut Restoring, answer: &Value) {
    let mut tree = Tree::new();
    let mut parser = Parser::new(Options::default());
    let _ = parser.push(&answer.to_string(), &mut restoring.to(&mut tree));
}

/// All operations on a schema in one dialect.
fn use_of(schema: &Value, dialect: Dialect, answers: &[Value]) -> bool {
    let findings = lint::report(schema, dialect).0;
    let form = ResponseModel::new(schema, None, None).and_then(|model| render_shared(&model, dialect, true));
    let Ok(form) = form else {
        assert!(!findings.is_empty(), "a refusal has findings");
        return false;
    };
    assert!(form.text().len() < 8_000_000, "{} bytes in {}", form.text().len(), dialect.name());
    let mut parser = Parser::new(Options { max_depth: 1000, ..Options::default() });
    let mut sent = Tree::new();
    parser.push(form.text(), &mut sent).expect("the rendered schema is valid JSON");
    assert!(sent.into_complete().is_some(), "the rendered schema is complete");
    let _ = form.pretty();
    assert!(form.notation().len() < 8_000_000, "{} bytes of notation", form.notation().len());
    let plan = form.plan();
    for answer in answers {
        let _ = plan.restore(answer.clone());
        if let Some(sent) = plan.transform(answer) {
            plan.restore(sent).expect("restored");
        }
        if let Some(mut restoring) = plan.streaming() {
            stream(&mut restoring, answer);
        }
    }
    true
}

/// Every second shape, so that the two halves run in parallel.
fn use_half(first: usize) {
    let (answers, shapes) = (answers(), shapes());
    small_stack(move || {
        for (name, schema) in shapes.into_iter().skip(first).step_by(2) {
            if std::env::var_os("SHOW_SHAPES").is_some() {
                println!("{name}");
            }
            let _ = ResponseModel::iterable(&schema, None, None);
            let _ = ResponseModel::maybe(&schema, None);
            for dialect in Dialect::ALL {
                use_of(&schema, dialect, &answers);
            }
        }
    });
}

#[test]
fn no_schema_ends_in_a_stack_overflow() {
    use_half(0);
}

#[test]
fn no_schema_ends_in_a_stack_overflow_either() {
    use_half(1);
}

#[test]
fn a_base_class_with_its_children_is_rendered_in_every_dialect() {
    let pet = json!({ "kind": "Dog", "friend": { "kind": "Cat", "lives": 9 } });
    let mut child = inheritance();
    child["$ref"] = "#/$defs/Cat".into();
    for (schema, answer) in [(inheritance(), pet), (child, json!({ "kind": "Cat", "lives": 9 }))] {
        let model = ResponseModel::new(&schema, None, None).expect("a model");
        for dialect in Dialect::ALL {
            let name = dialect.name();
            let form =
                render_shared(&model, dialect, false).unwrap_or_else(|error| panic!("{name}: {}", error.message));
            let text = form.text();
            assert!(text.contains("lives") && text.contains("kind"), "{name}: {text}");
            assert!(text.len() < 5000, "{name}: {} characters", text.len());
            let sent =
                form.plan().transform(&answer).unwrap_or_else(|| panic!("{name}: no form of {answer} in {text}"));
            let back = form.plan().restore(sent).expect("restored");
            assert_eq!(back, answer, "{name}: {text}");
        }
    }
}

#[test]
fn a_schema_of_only_circular_references_is_refused() {
    let reference = |name: &str| json!({ "$ref": format!("#/$defs/{name}") });
    let schema = object_of_defs(json!({ "A": reference("B"), "B": { "allOf": [reference("A")] } }));
    let model = ResponseModel::new(&schema, None, None).expect("a model");
    for dialect in Dialect::ALL.into_iter().filter(|dialect| *dialect != Dialect::Plain) {
        let error = render_shared(&model, dialect, false).expect_err(dialect.name());
        assert_eq!(error.kind, instructor_wasm::machinery::error::Kind::Configuration);
        assert!(error.message.contains("circle"), "{}: {}", dialect.name(), error.message);
    }
}
