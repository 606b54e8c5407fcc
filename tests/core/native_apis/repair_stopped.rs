//! `repair: 'part'` with `validate: 'early'`: a stream that is stopped at its first error continues with the failing part and what
//! had not arrived.

use super::faults::each;
use super::repair::{good, play};
use super::*;
use instructor_wasm::call::SoFar;
use instructor_wasm::machinery::schema::{ResponseModel, parts};

/// The paths of all leaves, in the order of the text.
fn leaves(value: &Value, path: &[Value], out: &mut Vec<Vec<Value>>) {
    let below = |step: Value| [path, &[step]].concat();
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| leaves(value, &below(key.as_str().into()), out))
        }
        Value::Array(list) => list.iter().enumerate().for_each(|(i, value)| leaves(value, &below(i.into()), out)),
        _ => out.push(path.to_vec()),
    }
}

fn pointer(path: &[Value]) -> String {
    path.iter().map(|step| format!("/{}", step.as_str().map_or_else(|| step.to_string(), str::to_owned))).collect()
}

/// `value` as it is before the leaf `at` has arrived; its containers are open.
fn before(value: &Value, at: &[Value]) -> Value {
    let Some((step, rest)) = at.split_first() else { return value.clone() };
    match (value, step) {
        (Value::Object(members), Value::String(key)) => {
            let mut kept: Map<String, Value> =
                members.iter().take_while(|(name, _)| *name != key).map(|(k, v)| (k.clone(), v.clone())).collect();
            if !rest.is_empty() {
                kept.insert(key.clone(), before(&members[key], rest));
            }
            Value::Object(kept)
        }
        (Value::Array(list), index) => {
            let index = index.as_u64().unwrap() as usize;
            let mut kept = list[..index].to_vec();
            if !rest.is_empty() {
                kept.push(before(&list[index], rest));
            }
            Value::Array(kept)
        }
        _ => unreachable!(),
    }
}

/// The value so far with the corrections applied, as a consumer does it.
fn corrected(mut value: Value, corrections: &[Value]) -> Value {
    for change in corrections.iter().flat_map(|list| list.as_array().unwrap()) {
        let path = change["path"].as_array().unwrap();
        let (last, around) = path.split_last().unwrap();
        match value.pointer_mut(&pointer(around)).unwrap() {
            Value::Object(members) => {
                members.insert(last.as_str().unwrap().to_owned(), change["value"].clone());
            }
            Value::Array(list) if last.as_u64() == Some(list.len() as u64) => list.push(change["value"].clone()),
            list => list[last.as_u64().unwrap() as usize] = change["value"].clone(),
        }
    }
    value
}

/// The value before the leaf `at` with a wrong value at `wrong`; with `cut`, the first letters of the leaf have arrived.
fn stopped(wrong: &[Value], at: &[Value], cut: bool) -> SoFar {
    let mut value = before(&good(), at);
    *value.pointer_mut(&pointer(wrong)).unwrap() = json!({"wrong": true});
    let (last, around) = at.split_last().unwrap();
    if cut {
        match value.pointer_mut(&pointer(around)).unwrap() {
            Value::Object(members) => {
                members.insert(last.as_str().unwrap().to_owned(), "cu".into());
            }
            list => list.as_array_mut().unwrap().push("cu".into()),
        }
    }
    SoFar { value, open: Some(around.to_vec()), cut: cut.then(|| last.clone()) }
}

#[test]
fn a_stopped_stream_continues_with_the_failing_part_and_what_had_not_arrived() {
    let mut all = Vec::new();
    leaves(&good(), &[], &mut all);
    let mut continued = 0;
    each(|api, text, stream, what| {
        if !stream {
            return;
        }
        for (number, at) in all.iter().enumerate().skip(3) {
            for cut in [false, true].into_iter().filter(|cut| !cut || good().pointer(&pointer(at)).unwrap().is_string())
            {
                // The error is the second last leaf before it, so that it is less than half of what has arrived.
                let wrong = &all[number - 2];
                let so_far = stopped(wrong, at, cut);
                let shown = so_far.value.clone();
                let played = play(api, text, true, &good(), json!({}), Some((wrong, so_far)));
                let what = format!("{what}, stopped at {}, cut {cut}", pointer(at));
                assert_eq!(played.outcome.as_ref().ok(), Some(&good()), "{what}: {:?}", played.outcome);
                assert_eq!(played.sent.len(), 2, "{what}");
                assert_eq!(played.restarts + played.corrections.len(), 1, "{what}");
                if played.restarts == 0 {
                    continued += 1;
                    assert_eq!(corrected(shown, &played.corrections), good(), "{what}");
                }
            }
        }
    });
    assert!(continued > 200, "{continued} calls continued without a restart");
}

fn names(schema: Value, value: Value, open: &[Value]) -> Option<Vec<String>> {
    let model = ResponseModel::new(&schema, Some("M"), None).unwrap();
    let (parts, made) = parts(&model, &value, &[], Some(open))?;
    let required = made.schema()["required"].as_array().unwrap().len();
    assert_eq!(required, parts.iter().filter(|part| part.required).count());
    Some(parts.into_iter().map(|part| part.name).collect())
}

#[test]
fn what_had_not_arrived_are_keys_and_further_elements() {
    let item =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}, "b": {"type": "string"}}});
    let list = json!({"type": "array", "items": item});
    let schema = json!({"type": "object", "properties": {"list": list, "last": {"type": "number"}, "maybe": {"anyOf": [item, {"type": "null"}]}}});
    let found = |value: Value, open: Value| names(schema.clone(), value, open.as_array().unwrap());
    let of = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(found(json!({}), json!([])), of(&["list", "last", "maybe"]));
    assert_eq!(found(json!({"list": []}), json!(["list"])), of(&["list_rest", "last", "maybe"]));
    let inside = json!({"list": [{"a": "", "b": ""}, {"b": ""}]});
    assert_eq!(found(inside, json!(["list", 1])), of(&["list_1_a", "list_rest", "last", "maybe"]));
    assert_eq!(found(json!({"maybe": {}}), json!(["maybe"])), of(&["maybe_a", "maybe_b", "list", "last"]));
    // A list at the root.
    assert_eq!(names(list, json!([{"a": ""}]), &[]), of(&["rest"]));
}

#[test]
fn the_whole_is_requested_where_the_schema_leaves_open_what_follows() {
    let text = json!({"type": "string"});
    for (schema, value) in [
        (json!({"type": "object", "additionalProperties": text}), json!({"x": ""})),
        (json!({"type": "object"}), json!({})),
        (json!({"type": "object", "properties": {"a": text}, "patternProperties": {"^x": text}}), json!({})),
        (json!({"type": "array", "prefixItems": [text, {"type": "number"}]}), json!([])),
        (
            json!({"anyOf": [{"type": "object", "properties": {"a": text}}, {"type": "object", "properties": {"b": text}}]}),
            json!({}),
        ),
    ] {
        let inner = json!({"type": "object", "properties": {"in": schema}});
        assert_eq!(names(inner, json!({"in": value}), &["in".into()]), None, "{schema}");
    }
}

#[test]
fn schemas_that_refer_to_themselves_in_several_branches_are_followed_within_a_limit() {
    let twice = json!([{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/A"}]);
    for word in ["anyOf", "oneOf", "allOf"] {
        let schema = json!({
            "type": "object", "properties": {"in": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "object", word: twice}},
        });
        let Ok(model) = ResponseModel::new(&schema, Some("M"), None) else { continue };
        let (value, open) = (json!({"in": {"a": 1}}), [Value::from("in")]);
        assert!(parts(&model, &value, &[], Some(&open)).is_none(), "{word}");
        let path = ["in".into(), "a".into()];
        assert_eq!(parts(&model, &value, &[&path], None).unwrap().0[0].path, open, "{word}");
    }
}
