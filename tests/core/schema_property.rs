//! Generated schemas and instances: every valid instance has a rendered form that is restored, in every dialect.

use crate::schema_rules as rules;
use crate::support::small_stack;

use instructor_wasm::machinery::schema::{Dialect, ResponseModel, lint, render};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A schema and one instance of it, generated together.
pub fn schema_and_instance() -> impl Strategy<Value = (Value, Value)> {
    let leaf = prop_oneof![
        "[a-z]{0,6}".prop_map(|text| (json!({ "type": "string", "minLength": 0 }), json!(text))),
        (-1000i64..1000).prop_map(|n| (json!({ "type": "integer" }), json!(n))),
        any::<bool>().prop_map(|b| (json!({ "type": "boolean" }), json!(b))),
        Just((json!({ "type": ["string", "null"] }), Value::Null)),
        (0i64..5).prop_map(|n| (json!({ "enum": [0, 1, 2, 3, 4, "a", true, null] }), json!(n))),
        Just((json!({ "const": "k" }), json!("k"))),
        Just((json!({ "const": 3 }), json!(3))),
        "[a-z]{0,4}".prop_map(|text| (json!({}), json!({ "free": [text, 1] }))),
        "[a-z]{1,4}".prop_map(|text| (json!(true), json!(text))),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            // Objects: each property required or not, present or not.
            prop::collection::vec(("[a-e]", inner.clone(), any::<bool>(), any::<bool>()), 0..5).prop_map(|members| {
                let (mut properties, mut required, mut value) = (Map::new(), Vec::new(), Map::new());
                for (name, (schema, instance), must, given) in members {
                    if properties.contains_key(&name) {
                        continue;
                    }
                    if must {
                        required.push(json!(name));
                    }
                    if must || given {
                        value.insert(name.clone(), instance);
                    }
                    properties.insert(name, schema);
                }
                let schema = json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
                (schema, Value::Object(value))
            }),
            // Records.
            (inner.clone(), prop::collection::vec("[a-z]{1,3}", 0..3)).prop_map(|((schema, instance), keys)| {
                let value: Map<String, Value> = keys.into_iter().map(|key| (key, instance.clone())).collect();
                (json!({ "type": "object", "additionalProperties": schema }), Value::Object(value))
            }),
            // Lists.
            (inner.clone(), 0usize..3).prop_map(|((schema, instance), length)| {
                (json!({ "type": "array", "items": schema }), Value::Array(vec![instance; length]))
            }),
            // Tuples.
            (prop::collection::vec(inner.clone(), 1..4)).prop_map(|items| {
                let (schemas, values): (Vec<Value>, Vec<Value>) = items.into_iter().unzip();
                let length = schemas.len();
                (json!({ "type": "array", "prefixItems": schemas, "items": false, "minItems": length }), Value::Array(values))
            }),
            // Unions, and null.
            (prop::collection::vec(inner.clone(), 1..4), 0usize..3, any::<bool>()).prop_map(|(branches, pick, null)| {
                let pick = pick.min(branches.len() - 1);
                let value = branches[pick].1.clone();
                let mut schemas: Vec<Value> = branches.into_iter().map(|branch| branch.0).collect();
                if null {
                    schemas.push(json!({ "type": "null" }));
                }
                (json!({ "anyOf": schemas }), value)
            }),
            // allOf.
            inner.prop_map(|(schema, instance)| (json!({ "allOf": [schema, { "description": "both" }] }), instance)),
        ]
    })
}

fn object_root((schema, instance): (Value, Value)) -> (Value, Value) {
    (json!({ "type": "object", "properties": { "it": schema }, "required": ["it"] }), json!({ "it": instance }))
}

/// Absent and null are equivalent for an optional nullable key.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(key, value)| (key.clone(), without_nulls(value)))
            .collect(),
        Value::Array(list) => list.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn a_valid_instance_is_restored_from_every_dialect() {
    small_stack(|| {
        proptest!(config(), |((schema, instance) in schema_and_instance().prop_map(object_root))| {
        let model = ResponseModel::new(&schema, None, None).expect("a model");
        for dialect in Dialect::ALL {
            let Ok(rendered) = render(&model, dialect) else {
                prop_assert!(dialect == Dialect::Cerebras, "{} refuses {schema}", dialect.name());
                continue;
            };
            let plan = rendered.plan;
            let form = plan.transform(&instance);
            prop_assert!(form.is_some(), "{}: {instance} has no form for {schema} as {}", dialect.name(), rendered.schema);
            let back = plan.restore(form.clone().expect("checked")).expect("restored");
            // Two alternatives may have the same form: `["3"]` for a list of strings and for a list of the number 3.
            if without_nulls(&back) != without_nulls(&instance) && plan.transform(&back) == form {
                prop_assert!(jsonschema::is_valid(&schema, &back), "{}: {instance} comes back as {back} of {schema}", dialect.name());
                continue;
            }
            prop_assert_eq!(
                without_nulls(&back), without_nulls(&instance),
                "{}: {} via {} of {}", dialect.name(), schema, form.expect("checked"), rendered.schema
            );
        }
        });
    });
}

#[test]
fn rendered_schemas_comply_with_the_documented_rules() {
    small_stack(|| {
        proptest!(config(), |((schema, _) in schema_and_instance().prop_map(object_root))| {
        let model = ResponseModel::new(&schema, None, None).expect("a model");
        for documented in rules::DOCUMENTED {
            let dialect = Dialect::named(documented.name).expect("a dialect");
            if let Ok(rendered) = render(&model, dialect) {
                let problems = rules::check(documented, &rendered.schema);
                prop_assert!(problems.is_empty(), "{}: {:?} in {} of {}", documented.name, problems, rendered.schema, schema);
            }
        }
        });
    });
}

#[test]
fn any_json_as_a_schema_never_panics() {
    small_stack(|| {
        proptest!(config(), |(schema in arbitrary_json(), answer in arbitrary_json())| {
        for dialect in Dialect::ALL {
            lint::report(&schema, dialect);
            if let Ok(rendered) = ResponseModel::new(&schema, None, None).and_then(|model| render(&model, dialect)) {
                let _ = rendered.plan.restore(answer.clone());
                let _ = rendered.plan.transform(&answer);
            }
        }
        });
    });
}

/// JSON made from the keywords of schemas, so that it is often nearly a schema.
fn arbitrary_json() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "type",
        "properties",
        "items",
        "anyOf",
        "oneOf",
        "allOf",
        "$ref",
        "#",
        "#/$defs/A",
        "$defs",
        "A",
        "object",
        "array",
        "string",
        "required",
        "enum",
        "const",
        "additionalProperties",
        "prefixItems",
        "not",
        "if",
        "then",
        "default",
        "patternProperties",
        "key",
        "value",
        "entries",
        "item_1",
        "nullable",
        "minimum",
        "#/properties/A",
        "definitions",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-5i64..5).prop_map(Value::from),
        words.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((words.clone(), inner), 0..6).prop_map(|members| Value::Object(
                members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            )),
        ]
    })
}
