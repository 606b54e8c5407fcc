//! `repair: 'part'`: after an answer that does not match the schema, only its failing parts are requested.

use super::faults::{Nothing, each};
use super::wire_answers::{Answer, WireFormat};
use super::*;
use instructor_wasm::call::SoFar;
use instructor_wasm::machinery::schema::{ResponseModel, parts};
use instructor_wasm::{Issue, Validator};

fn order() -> Value {
    json!({
        "type": "object",
        "required": ["customer", "items", "total"],
        "properties": {
            "customer": {"type": "object", "required": ["name", "email"], "properties": {
                "name": {"type": "string"}, "email": {"type": "string", "pattern": "@"}, "age": {"type": "integer"},
            }},
            "items": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
            "total": {"type": "number"},
            "notes": {"type": "array", "items": {"type": "string"}},
        },
        "$defs": {"Item": {"type": "object", "required": ["sku", "price"], "properties": {
            "sku": {"type": "string"}, "price": {"type": "number", "minimum": 0},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/Item"}},
        }}},
    })
}

pub fn good() -> Value {
    json!({
        "customer": {"name": "Ann Miller", "email": "ann@example.com"},
        "items": [{"sku": "A-1", "price": 3.5}, {"sku": "B-2", "price": 12, "parts": [{"sku": "C-3", "price": 1}]}],
        "total": 15.5,
        "notes": ["Leave it at the door, please.", "Ring twice.", "Thank you very much for the quick delivery."],
    })
}

/// `good` with these values at these JSON Pointers; null removes.
fn wrong(changes: &[(&str, Value)]) -> Value {
    let mut value = good();
    for (place, new) in changes {
        let (around, key) = place.rsplit_once('/').unwrap();
        match value.pointer_mut(around).unwrap() {
            Value::Object(members) if new.is_null() => {
                members.shift_remove(key);
            }
            Value::Object(members) => {
                members.insert(key.to_owned(), new.clone());
            }
            list => list[key.parse::<usize>().unwrap()] = new.clone(),
        }
    }
    value
}

pub struct Played {
    /// The text of each request.
    pub sent: Vec<String>,
    /// The size of each answer after the first, in bytes.
    output: usize,
    pub restarts: usize,
    pub corrections: Vec<Value>,
    pub outcome: Result<Value, Error>,
}

/// The end of a streamed answer at its first error: the path of the error, and the value at that time.
pub type Stop<'a> = (&'a [Value], SoFar);

/// Runs a call: the first answer is `first`, until its `stop`; a request for parts gets those of `good`, by the names in its
/// text, and any other request gets `good`.
pub fn play(api: &WireFormat, text: bool, stream: bool, first: &Value, more: Value, mut stop: Option<Stop>) -> Played {
    let validator = Validator::new(&order()).unwrap();
    let mut params = json!({"responseModel": {"name": "User", "schema": order()}, "repair": "part", "maxRetries": 3});
    for (key, value) in more.as_object().unwrap() {
        params[key] = value.clone();
    }
    let mut call = api.begin(text, stream, params);
    let mut played = Played { sent: vec![], output: 0, restarts: 0, corrections: vec![], outcome: Ok(Value::Null) };
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                let answer = match played.sent.is_empty() {
                    true => first.clone(),
                    false => parts_of_good(&request.body),
                };
                if !played.sent.is_empty() {
                    played.output += answer.to_string().len();
                }
                played.sent.push(request.body);
                let finish = api.finish_reasons[usize::from(!text)];
                let body = api.body(stream, &Answer { text: &answer.to_string(), call: !text, finish });
                if let Some((wrong, so_far)) = stop.take() {
                    assert!(call.on_head(200, &[]));
                    call.on_bytes(&body[..body.len() / 2], &mut Nothing, || CLOCK);
                    let issue = Issue { path: wrong.to_vec(), message: "is wrong".to_owned() };
                    call.on_early_violation(vec![issue], Some(so_far), CLOCK);
                } else if stream && call.on_head(200, &[]) {
                    body.chunks(1 << 20).any(|chunk| call.on_bytes(chunk, &mut Nothing, || CLOCK));
                    call.on_end(&mut Nothing, CLOCK);
                } else {
                    call.on_response(200, &[], &body, CLOCK);
                }
            }
            Action::Validate(value) => {
                let value: Value = serde_json::from_str(&value).unwrap();
                call.on_validated(validator.validate(&value), CLOCK);
            }
            Action::Restart => played.restarts += 1,
            Action::Correct(changes) => played.corrections.push(serde_json::from_str(&changes).unwrap()),
            Action::Done => {
                played.outcome = Ok(serde_json::from_str(call.candidate()).unwrap());
                return played;
            }
            Action::Failed(error) => {
                played.outcome = Err(error);
                return played;
            }
            _ => {}
        }
    }
}

/// The members that a request for parts lists as "- `name` (at place): problems", from `good`; the whole if it lists none.
fn parts_of_good(body: &str) -> Value {
    let mut parts = Map::new();
    for line in body.split("- `").skip(1) {
        let Some((name, rest)) = line.split_once("` (at ") else { continue };
        let (place, problems) = rest.split_once("): ").unwrap();
        let place = format!("/{}", place.replace('.', "/"));
        let value = if problems.starts_with("the further elements") {
            let (around, from) = place.rsplit_once('/').unwrap();
            let list = good().pointer(around).unwrap().as_array().unwrap().clone();
            Some(Value::from(list[from.parse().unwrap()..].to_vec()))
        } else {
            good().pointer(&place).cloned()
        };
        parts.extend(value.map(|value| (name.to_owned(), value)));
    }
    if parts.is_empty() && !body.contains("- `") { good() } else { Value::Object(parts) }
}

#[test]
fn every_api_and_mode_requests_only_the_failing_parts() {
    let first = wrong(&[("/customer/email", "none".into()), ("/items/1/price", "12".into()), ("/total", Value::Null)]);
    each(|api, text, stream, what| {
        let played = play(api, text, stream, &first, json!({}), None);
        assert_eq!(played.outcome.unwrap(), good(), "{what}");
        assert_eq!(played.sent.len(), 2, "{what}");
        for name in ["customer_email", "items_1_price", "total"] {
            assert!(played.sent[1].contains(name), "{what}: {}", played.sent[1]);
        }
        // Neither the answer nor the schema of the whole is sent again.
        assert!(!played.sent[1].contains("Ring twice"), "{what}");
        assert!(played.output * 3 < good().to_string().len(), "{what}: {} bytes", played.output);
        assert_eq!((played.restarts, played.corrections.len()), (0, usize::from(stream)), "{what}");
    });
}

#[test]
fn a_stream_reports_the_corrected_parts_by_their_places() {
    each(|api, text, stream, what| {
        if !stream {
            return;
        }
        let first = wrong(&[("/items/0/sku", 7.into()), ("/customer/age", "old".into())]);
        let played = play(api, text, stream, &first, json!({}), None);
        // An optional member that the model leaves out is removed.
        let expected = json!([
            {"path": ["customer"], "value": good()["customer"]}, {"path": ["items", 0, "sku"], "value": "A-1"},
        ]);
        assert_eq!((played.outcome.unwrap(), &played.corrections), (good(), &vec![expected]), "{what}");
    });
}

#[test]
fn the_whole_is_requested_where_parts_do_not_help() {
    let api = &super::wire_answers::apis()[0];
    // Most of the value fails.
    let most = wrong(&[("/notes", "x".repeat(300).into())]);
    // An issue of the root.
    let root = json!([1]);
    for first in [most, root] {
        let played = play(api, false, false, &first, json!({}), None);
        assert_eq!(played.outcome.unwrap(), good());
        assert!(played.sent[1].contains("Recall the function correctly"), "{}", played.sent[1]);
    }
    let played = play(api, false, false, &wrong(&[("/total", "x".into())]), json!({"repair": "whole"}), None);
    assert!(played.sent[1].contains("Recall the function correctly"), "{}", played.sent[1]);
}

/// Runs a call of the first API with these answers; returns the requests and the value.
fn scripted(answers: &[Value], params: Value) -> (Vec<Value>, Result<Value, Error>) {
    let validator = Validator::new(&order()).unwrap();
    let mut all = json!({"responseModel": {"name": "User", "schema": order()}, "repair": "part", "maxRetries": 3});
    for (key, value) in params.as_object().unwrap() {
        all[key] = value.clone();
    }
    let api = &super::wire_answers::apis()[0];
    let mut call = api.begin(false, false, all);
    let mut sent: Vec<Value> = Vec::new();
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                let answer = answers[sent.len()].to_string();
                sent.push(serde_json::from_str(&request.body).unwrap());
                let body = api.body(false, &Answer { text: &answer, call: true, finish: api.finish_reasons[1] });
                call.on_response(200, &[], &body, CLOCK);
            }
            Action::Validate(value) => {
                let value: Value = serde_json::from_str(&value).unwrap();
                call.on_validated(validator.validate(&value), CLOCK);
            }
            Action::Done => return (sent, Ok(serde_json::from_str(call.candidate()).unwrap())),
            Action::Failed(error) => return (sent, Err(error)),
            _ => {}
        }
    }
}

#[test]
fn a_part_that_fails_twice_is_followed_by_a_request_for_the_whole() {
    let first = wrong(&[("/total", "much".into())]);
    let (sent, value) = scripted(&[first.clone(), json!({"total": "more"}), good()], json!({}));
    assert_eq!(value.unwrap(), good());
    // The last request continues after the first answer, as without a repair.
    let (whole, _) = scripted(&[first, good()], json!({"repair": "whole"}));
    assert_eq!(sent[2], whole[1]);
}

#[test]
fn another_part_that_fails_after_a_correction_is_requested_too() {
    let answers = [
        wrong(&[("/customer", "Ann".into())]),
        json!({"customer": {"name": "Ann Miller", "email": "none"}}),
        json!({"customer_email": "ann@example.com"}),
    ];
    let (sent, value) = scripted(&answers, json!({}));
    assert_eq!((sent.len(), value.unwrap()), (3, good()));
    // Each request for parts follows the caller's messages.
    assert_eq!(sent[2]["messages"].as_array().unwrap().len(), sent[0]["messages"].as_array().unwrap().len() + 1);
}

#[test]
fn a_whole_answer_to_a_request_for_parts_is_used() {
    let (sent, value) = scripted(&[wrong(&[("/total", "much".into())]), good()], json!({}));
    assert_eq!((sent.len(), value.unwrap()), (2, good()));
}

#[test]
fn a_text_instead_of_parts_is_followed_by_a_request_for_the_whole() {
    let (sent, value) = scripted(&[wrong(&[("/total", "much".into())]), json!([]), good()], json!({}));
    assert_eq!((sent.len(), value.unwrap()), (3, good()));
    assert_eq!(sent[2]["tools"], sent[0]["tools"]);
}

#[test]
fn the_word_of_repair_is_checked() {
    assert!(refusal("openai/gpt-4o", json!({"repair": "all"})).contains("'part' or 'whole'"));
}

fn parts_at(schema: Value, value: Value, paths: &[Value]) -> Option<Vec<(String, Value)>> {
    let model = ResponseModel::new(&schema, Some("M"), None).unwrap();
    let paths: Vec<Vec<Value>> = paths.iter().map(|path| path.as_array().unwrap().clone()).collect();
    let paths: Vec<&[Value]> = paths.iter().map(Vec::as_slice).collect();
    let (parts, made) = parts(&model, &value, &paths, None)?;
    let members = &made.schema()["properties"];
    Some(
        parts
            .into_iter()
            .map(|part| (part.name.clone(), json!([part.path, members[&part.name], part.required])))
            .collect(),
    )
}

#[test]
fn parts_are_the_smallest_places_with_a_known_schema() {
    let text = json!({"type": "string"});
    let member = json!({"type": "object", "properties": {"a": text}, "required": ["a"]});
    let one = |schema: &Value, value: Value, path: Value| {
        let found = parts_at(schema.clone(), value, &[path])?;
        Some(found[0].1.clone())
    };
    // Objects, dictionaries, lists, tuples.
    let schema = json!({"type": "object", "properties": {
        "object": member, "map": {"type": "object", "additionalProperties": text}, "list": {"type": "array", "items": member},
        "tuple": {"type": "array", "prefixItems": [text, {"type": "integer"}]},
        "either": {"anyOf": [member, {"type": "object", "properties": {"a": {"type": "integer"}}}]},
        "maybe": {"anyOf": [member, {"type": "null"}]},
        "tagged": {"oneOf": [
            {"type": "object", "properties": {"kind": {"const": "x"}, "a": text}},
            {"type": "object", "properties": {"kind": {"const": "y"}, "a": {"type": "integer"}}},
        ]},
        "pattern": {"type": "object", "patternProperties": {"^x": text}},
    }});
    assert_eq!(one(&schema, json!({"object": {}}), json!(["object", "a"])), Some(json!([["object", "a"], text, true])));
    assert_eq!(one(&schema, json!({"map": {"k": 1}}), json!(["map", "k"])), Some(json!([["map", "k"], text, false])));
    assert_eq!(
        one(&schema, json!({"list": [{}]}), json!(["list", 0, "a"])),
        Some(json!([["list", 0, "a"], text, true]))
    );
    assert_eq!(one(&schema, json!({"list": []}), json!(["list", 4, "a"])).unwrap()[0], json!(["list"]));
    assert_eq!(one(&schema, json!({"tuple": ["", ""]}), json!(["tuple", 1])).unwrap()[1], json!({"type": "integer"}));
    assert_eq!(one(&schema, json!({"maybe": {"a": 1}}), json!(["maybe", "a"])).unwrap()[1], text);
    // A union of which several branches have the member is a part as a whole, unless a constant decides.
    assert_eq!(one(&schema, json!({"either": {"a": null}}), json!(["either", "a"])).unwrap()[0], json!(["either"]));
    let tagged = json!({"tagged": {"kind": "y", "a": ""}});
    assert_eq!(one(&schema, tagged, json!(["tagged", "a"])).unwrap()[1], json!({"type": "integer"}));
    assert_eq!(one(&schema, json!({"pattern": {"x": 1}}), json!(["pattern", "x"])).unwrap()[0], json!(["pattern"]));
    // The root and what the schema does not know.
    assert_eq!(one(&schema, json!({}), json!([])), None);
    assert_eq!(one(&schema, json!({"extra": 1}), json!(["extra"])), None);
}

#[test]
fn overlapping_parts_are_one_and_names_are_unique() {
    let schema = json!({"type": "object", "properties": {
        "a": {"type": "object", "properties": {"b": {"type": "string"}, "c d": {"type": "string"}, "c_d": {"type": "string"}}},
    }});
    let value = json!({"a": {}});
    let names = |paths: &[Value]| -> Vec<String> {
        parts_at(schema.clone(), value.clone(), paths).unwrap().into_iter().map(|(name, _)| name).collect()
    };
    assert_eq!(names(&[json!(["a", "b"]), json!(["a"]), json!(["a", "b"])]), ["a"]);
    assert_eq!(names(&[json!(["a", "c d"]), json!(["a", "c_d"])]), ["a_c_d", "a_c_d_"]);
}

#[test]
fn references_to_the_root_and_wrapped_lists_have_parts() {
    let node = json!({"type": "object", "properties": {
        "label": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#"}},
    }});
    let model = ResponseModel::new(&node, Some("Node"), None).unwrap();
    let path = [json!("children"), json!(0), json!("children")];
    let value = json!({"children": [{"children": 1}]});
    let (_, made) = parts(&model, &value, &[&path], None).unwrap();
    let items = &made.schema()["properties"]["children_0_children"]["items"];
    assert_eq!(items, &json!({"$ref": "#/$defs/Node"}));
    assert!(made.schema()["$defs"]["Node"]["properties"].get("label").is_some());
    // A list at the root has a wrapper on the wire, and none in the caller's value.
    let list = json!({"type": "array", "items": {"type": "object", "properties": {"a": {"type": "string"}}}});
    let found = parts_at(list, json!([{"a": 1}, {}]), &[json!([0, "a"])]).unwrap();
    assert_eq!(found, [("part_0_a".to_owned(), json!([[0, "a"], {"type": "string"}, false]))]);
}
