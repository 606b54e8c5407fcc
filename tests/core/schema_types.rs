//! Rust types as response models: described by schemars, rendered in every dialect, deserialized by serde.

use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, render};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An order from a mail.
#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
struct Order {
    /// The order's number.
    id: String,
    #[serde(default = "one")]
    copies: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    /// Keyed by article.
    prices: BTreeMap<String, f64>,
    at: (i32, i32),
    #[serde(rename = "payBy")]
    pay_by: Payment,
    parts: Vec<Order>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Payment {
    Cash,
    Card { number: String },
}

fn one() -> u32 {
    1
}

fn order(parts: Vec<Order>) -> Order {
    Order {
        id: "A-1".into(),
        copies: 2,
        note: None,
        prices: BTreeMap::from([("pen".into(), 1.5)]),
        at: (3, 4),
        pay_by: Payment::Card { number: "42".into() },
        parts,
    }
}

#[test]
fn a_value_of_a_type_is_restored_from_every_dialect() {
    let model = ResponseModel::of::<Order>().expect("a model");
    let given = order(vec![order(Vec::new())]);
    for dialect in Dialect::ALL {
        let rendered = render(&model, dialect).expect("rendered");
        let form = rendered.plan.transform(&serde_json::to_value(&given).unwrap());
        let answer = form.unwrap_or_else(|| panic!("{} has no form for it", dialect.name())).to_string();
        assert_eq!(rendered.read::<Order>(&answer).ok().as_ref(), Some(&given), "{}", dialect.name());
    }
}

#[test]
fn names_descriptions_and_the_order_of_fields_are_the_types() {
    let model = ResponseModel::of::<Order>().expect("a model");
    assert_eq!(model.name, "Order");
    assert_eq!(model.description.as_deref(), Some("An order from a mail."));
    let Some(Value::Object(properties)) = model.schema().get("properties") else { panic!("an object") };
    let names: Vec<&str> = properties.keys().map(String::as_str).collect();
    assert_eq!(names, ["id", "copies", "note", "prices", "at", "payBy", "parts"]);
    assert_eq!(properties["id"]["description"], "The order's number.");
}

#[test]
fn defaults_of_the_type_are_filled_in() {
    let model = ResponseModel::of::<Order>().expect("a model");
    let rendered = render(&model, Dialect::OpenaiStrict).expect("rendered");
    let mut value = serde_json::to_value(order(Vec::new())).unwrap();
    value.as_object_mut().unwrap().shift_remove("copies");
    let answer = rendered.plan.transform(&value).expect("a form").to_string();
    assert_eq!(rendered.read::<Order>(&answer).expect("an order").copies, 1);
}

#[test]
fn a_list_and_an_enum_are_wrapped_and_unwrapped() {
    let lists = render(&ResponseModel::of::<Vec<u8>>().expect("a model"), Dialect::OpenaiStrict).expect("rendered");
    assert_eq!(lists.schema["type"], "object");
    let answer = lists.plan.transform(&json!([1, 2])).expect("a form").to_string();
    assert_eq!(lists.read::<Vec<u8>>(&answer).expect("a list"), [1, 2]);
}

#[test]
fn an_invalid_answer_is_an_error() {
    let rendered = render(&ResponseModel::of::<Order>().expect("a model"), Dialect::Plain).expect("rendered");
    let error = rendered.read::<Order>("{\"id\": 5}").expect_err("no order");
    assert_eq!(error.kind, Kind::Validation);
    assert!(error.message.contains("expected a string"), "{}", error.message);
    let error = rendered.read::<Order>("{\"id\": ").expect_err("no JSON");
    assert!(error.kind == Kind::Validation && error.message.contains("not JSON"), "{}", error.message);
}
