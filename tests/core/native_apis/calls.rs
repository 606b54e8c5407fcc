//! Answers with several calls: no call is lost silently.

use super::*;

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
    let judge = |value: &Value| {
        let list = value.as_array().cloned().unwrap_or_else(|| vec![json!({"value": value})]);
        let wrong = |(number, one): (usize, &Value)| {
            let person = one.get("value").unwrap_or(one);
            let bad = person["age"].is_null() && person.get("name").is_some();
            bad.then(|| no_age(vec![number.into(), "age".into()]))
        };
        list.iter().enumerate().filter_map(wrong).collect()
    };
    let (sent, outcome) = drive(&mut call, &accepted(answers), judge, |_| panic!("no tool should run"));
    let completion = if outcome.is_ok() { call.completion() } else { Value::Null };
    (sent, outcome, completion)
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

/// `tools({…})`: the calls that are valid are kept, each of the others is requested again.
fn own_names() -> Value {
    let mut model = parallel();
    model["named"] = true.into();
    model
}

/// The results of the last turn's calls.
fn results(sent: &Value) -> Vec<&str> {
    let turns = sent["messages"].as_array().unwrap();
    let last = turns.iter().rposition(|turn| turn["role"] == "assistant").unwrap();
    turns[last + 1..].iter().map(|turn| turn["content"].as_str().unwrap()).collect()
}

#[test]
fn an_invalid_call_is_corrected_in_its_place_and_the_valid_ones_are_kept() {
    let (x, y) = (json!({"q": "x"}), json!({"q": "y"}));
    let wrong = json!({"name": "No", "age": null});
    let first = calling(&[("Search", x.clone()), ("User", wrong), ("Search", y.clone())]);
    let whole = json!([named("Search", &x), named("User", &al()), named("Search", &y)]);
    for second in [
        calling(&[("User", al())]),
        // The answer repeats the kept calls.
        calling(&[("Search", y.clone()), ("User", al()), ("Search", x.clone())]),
    ] {
        let (sent, value, completion) = play(&own_names(), &[first.clone(), second]);
        assert_eq!((sent.len(), value.unwrap()), (2, whole.clone()));
        assert_eq!(completion["calls"].as_array().unwrap().len(), 3);
        let results = results(&sent[1]);
        assert_eq!((results[0], results[2]), ("Accepted: do not repeat this call.", results[0]));
        assert!(results[1].contains("1 validation error for User\nage: wanted\nRecall"), "{}", results[1]);
    }
    // The first answer's equal calls are two calls.
    let (_, value, _) = play(&own_names(), &[calling(&[("User", jo()), ("User", jo())])]);
    assert_eq!(value.unwrap(), json!([named("User", &jo()), named("User", &jo())]));
    // A new call follows the others.
    let (_, value, _) = play(&own_names(), &[first, calling(&[("User", al()), ("User", jo())])]);
    assert_eq!(value.unwrap().as_array().unwrap()[3], named("User", &jo()));
}

#[test]
fn calls_of_unknown_tools_and_malformed_arguments_are_requested_again_one_by_one() {
    let search = json!({"q": "x"});
    let mut first = calling(&[("Lookup", json!({})), ("User", jo()), ("Search", search.clone())]);
    first["choices"][0]["message"]["tool_calls"][2]["function"]["arguments"] = "{\"q\": ".into();
    let answers = [first.clone(), calling(&[("Search", search.clone())]), calling(&[("User", al())])];
    let (sent, value, _) = play(&own_names(), &answers);
    let results = results(&sent[1]);
    assert!(results[0].contains("calls Lookup, but the tools to call are User, Search"), "{}", results[0]);
    assert!(results[1].starts_with("Accepted"), "{}", results[1]);
    assert!(results[2].contains("Invalid JSON") && results[2].contains("{\"q\": "), "{}", results[2]);
    // What the model leaves out of unknown tools is not wanted.
    assert_eq!((sent.len(), value.unwrap()), (2, json!([named("User", &jo()), named("Search", &search)])));
    // An answer without the call that is to be corrected is not the end.
    let broken = |answers: &[Value]| play(&own_names(), answers);
    let only = [first.clone(), calling(&[("User", al())]), calling(&[("Search", search.clone())])];
    let (sent, value, _) = broken(&only);
    assert!(sent[2].to_string().contains("The call of Search is still to be corrected."));
    // The call of the second answer takes the place of the unknown one.
    assert_eq!(value.unwrap(), json!([named("User", &al()), named("User", &jo()), named("Search", &search)]));
    let (sent, value, _) = broken(&[first, text("That is all."), calling(&[("Search", search.clone())])]);
    assert!(sent[2].to_string().contains("No tool calls in response"));
    assert_eq!(value.unwrap(), json!([named("User", &jo()), named("Search", &search)]));
    // An answer with unknown tools only, and one with prose only.
    let (sent, value, _) = broken(&[calling(&[("Lookup", json!({}))]), text("No."), calling(&[("User", al())])]);
    assert_eq!((sent.len(), value.unwrap()), (3, json!([named("User", &al())])));
}

#[test]
fn one_named_tool_is_several_calls_as_well() {
    let one = json!({"parallel": [user()], "named": true});
    for options in [json!({}), json!({"strict": false}), json!({"parse": "lenient"})] {
        let wrong = calling(&[("User", json!({"name": "No", "age": null})), ("User", jo())]);
        let mut params = json!({"responseModel": one, "maxRetries": 1});
        params.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
        let mut call = call("openai/gpt-4o-mini", json!({}), params).unwrap();
        let mut answers = [wrong, calling(&[("User", al())])].into_iter();
        loop {
            match call.poll(CLOCK) {
                Action::Send { .. } => {
                    call.on_response(200, &[], answers.next().unwrap().to_string().as_bytes(), CLOCK);
                }
                Action::Validate(text) => {
                    let value: Value = serde_json::from_str(&text).unwrap();
                    let bad = value[0]["value"]["age"].is_null() && value[0].get("value").is_some();
                    let issue = Issue { path: vec![0.into(), "age".into()], message: "wanted".into() };
                    call.on_validated(if bad { vec![issue] } else { vec![] }, CLOCK);
                }
                Action::Done => break,
                other => panic!("{other:?}"),
            }
        }
        let value: Value = serde_json::from_str(call.candidate()).unwrap();
        assert_eq!(value, json!([named("User", &al()), named("User", &jo())]));
    }
}
