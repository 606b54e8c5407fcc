//! Answers with several calls: no call is lost silently.

use super::*;
use instructor_wasm::machinery::error::Issue;

fn calling(calls: &[(&str, Value)]) -> Value {
    let one = |(number, (name, arguments)): (usize, &(&str, Value))| {
        let arguments = arguments.to_string();
        json!({"id": format!("c{number}"), "type": "function", "function": {"name": name, "arguments": arguments}})
    };
    let calls: Vec<Value> = calls.iter().enumerate().map(one).collect();
    json!({"choices": [{"message": {"role": "assistant", "tool_calls": calls}, "finish_reason": "tool_calls"}]})
}

fn text(content: &str) -> Value {
    json!({"choices": [{"message": {"role": "assistant", "content": content}, "finish_reason": "stop"}]})
}

/// Runs a call with these answers; a person without an age is invalid. Returns the requests, the value and the
/// completion.
fn play(model: &Value, answers: &[Value]) -> (Vec<Value>, Result<Value, Error>, Value) {
    let mut call = call("openai/gpt-4o-mini", json!({}), json!({"responseModel": model, "maxRetries": 3})).unwrap();
    let (mut sent, mut answers) = (Vec::new(), answers.iter());
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                sent.push(serde_json::from_str(&request.body).unwrap());
                let body = answers.next().expect("one request too many").to_string();
                call.on_response(200, &[], body.as_bytes(), CLOCK);
            }
            Action::Validate(text) => {
                let value: Value = serde_json::from_str(&text).unwrap();
                let list = value.as_array().cloned().unwrap_or_else(|| vec![json!({"value": value})]);
                let wrong = |(number, one): (usize, &Value)| {
                    let person = one.get("value").unwrap_or(one);
                    let bad = person["age"].is_null() && person.get("name").is_some();
                    bad.then(|| Issue { path: vec![number.into(), "age".into()], message: "wanted".into() })
                };
                call.on_validated(list.iter().enumerate().filter_map(wrong).collect(), CLOCK);
            }
            Action::Done => {
                let value = serde_json::from_str(call.candidate()).unwrap();
                return (sent, Ok(value), call.completion());
            }
            Action::Failed(error) => return (sent, Err(error), Value::Null),
            _ => {}
        }
    }
}

fn jo() -> Value {
    json!({"name": "Jo", "age": 3})
}

fn al() -> Value {
    json!({"name": "Al", "age": 4})
}

#[test]
fn a_list_has_the_elements_of_all_calls() {
    let list = json!({"schema": {"type": "array", "items": user()["schema"]}, "name": "People"});
    let answer = calling(&[
        ("People", json!({"tasks": [jo()]})),
        ("Other", json!({})),
        ("People", json!({"tasks": [al(), jo()]})),
    ]);
    let (_, value, completion) = play(&list, &[answer]);
    assert_eq!(value.unwrap(), json!([jo(), al(), jo()]));
    assert_eq!(completion["calls"], json!([{"name": "People", "used": true}, {"name": "People", "used": true}]));
    // A malformed call is not skipped.
    let broken = calling(&[("People", json!({"tasks": [jo()]})), ("People", json!({"taks": [al()]}))]);
    let (sent, value, _) = play(&list, &[broken, calling(&[("People", json!({"tasks": [jo(), al()]}))])]);
    assert_eq!((sent.len(), value.unwrap()), (2, json!([jo(), al()])));
}

#[test]
fn of_several_calls_the_first_valid_one_is_the_value_and_the_others_are_reported() {
    let wrong = json!({"name": "No", "age": null});
    let (sent, value, completion) =
        play(&user(), &[calling(&[("User", wrong.clone()), ("User", jo()), ("User", al())])]);
    assert_eq!((sent.len(), value.unwrap()), (1, jo()));
    let reported = json!([
        {"name": "User", "used": false, "value": wrong}, {"name": "User", "used": true, "value": jo()},
        {"name": "User", "used": false, "value": al()},
    ]);
    assert_eq!(completion["calls"], reported);
    // A repeated call counts once.
    let (_, value, completion) = play(&user(), &[calling(&[("User", jo()), ("User", jo())])]);
    assert_eq!((value.unwrap(), completion.get("calls")), (jo(), None));
    // If none is valid, the reask is about the first.
    let other = json!({"name": "Nobody", "age": null});
    let (sent, value, _) = play(&user(), &[calling(&[("User", wrong), ("User", other)]), calling(&[("User", al())])]);
    assert_eq!((sent.len(), value.unwrap()), (2, al()));
    assert!(sent[1].to_string().contains("wanted"));
}

fn parallel() -> Value {
    json!({"parallel": [user(), {"name": "Search", "schema": {"type": "object", "properties": {"q": {"type": "string"}}}}]})
}

fn named(name: &str, value: &Value) -> Value {
    json!({"name": name, "tool": u8::from(name == "Search"), "value": value})
}

#[test]
fn calls_of_unknown_tools_are_reasked_and_the_others_are_kept() {
    let search = json!({"q": "x"});
    let first = calling(&[("User", jo()), ("Lookup", json!({"q": "x"}))]);
    for (second, expected) in [
        (calling(&[("Search", search.clone())]), vec![named("User", &jo()), named("Search", &search)]),
        // The answer repeats a kept call.
        (calling(&[("User", jo()), ("Search", search.clone())]), vec![named("User", &jo()), named("Search", &search)]),
        (text("That is all."), vec![named("User", &jo())]),
    ] {
        let (sent, value, completion) = play(&parallel(), &[first.clone(), second]);
        assert_eq!(value.unwrap(), json!(expected));
        let text = sent[1]["messages"].to_string();
        assert!(text.contains("calls Lookup, but the tools to call are User, Search"), "{text}");
        assert!(text.contains("accepted, do not repeat them") && text.contains("Jo"), "{text}");
        let names: Vec<&Value> = completion["calls"].as_array().unwrap().iter().map(|call| &call["name"]).collect();
        assert_eq!(names, expected.iter().map(|call| &call["name"]).collect::<Vec<_>>());
    }
    // A kept call that is invalid is dropped.
    let wrong = calling(&[("User", json!({"name": "No", "age": null})), ("Lookup", json!({}))]);
    let (sent, value, _) =
        play(&parallel(), &[wrong, calling(&[("Search", search.clone())]), calling(&[("User", al())])]);
    assert_eq!((sent.len(), value.unwrap()), (3, json!([named("User", &al())])));
    // Only an unknown one.
    let (sent, value, _) = play(&parallel(), &[calling(&[("Lookup", json!({}))]), calling(&[("User", al())])]);
    assert_eq!((sent.len(), value.unwrap()), (2, json!([named("User", &al())])));
}

#[test]
fn a_list_under_another_key_than_the_wrappers_is_read() {
    let list = json!({"schema": {"type": "array", "items": {"type": ["integer", "string"]}}, "name": "Numbers"});
    let read = |answer: Value| {
        play(&list, &[calling(&[("Numbers", answer)]), calling(&[("Numbers", json!({"content": []}))])]).1.unwrap()
    };
    assert_eq!(read(json!({"content": [1, "two"]})), json!([1, "two"]));
    assert_eq!(read(json!({"numbers": [1, "two"]})), json!([1, "two"]));
    // Two keys, or no list: the value is passed to the validation.
    assert_eq!(read(json!({"numbers": 1})), json!({"numbers": 1}));
    assert_eq!(read(json!({"a": [1], "b": [2]})), json!({"a": [1], "b": [2]}));
}
