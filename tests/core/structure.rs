//! Reading by structure: where the answer is looked for, what is read of a cut answer, and what is never taken for a value.

use instructor_wasm::machinery::call::{Action, Call, Client, Clock};
use instructor_wasm::machinery::error::{Error, Issue, Kind};
use instructor_wasm::machinery::json::lenient::{copies, structure};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn user() -> Value {
    json!({
        "title": "User", "type": "object", "additionalProperties": false, "required": ["first_name", "age"],
        "properties": {
            "first_name": {"type": "string"}, "age": {"type": "integer"},
            "role": {"enum": ["admin", "guest"]}, "home": {"type": "object", "properties": {"zip_code": {"type": "string"}}},
        },
    })
}

/// The value and the reasons of the changes; `None` if nothing fits.
fn read(text: &str) -> Option<(Value, Vec<&'static str>)> {
    let found = structure(text, &user(), "User").filter(|found| found.fits)?;
    Some((found.value, found.made.iter().map(|made| made.why).collect()))
}

const UNDER: &str = "read from the object under this key";
const KEY: &str = "key by case, separators or alias";
const INSIDE: &str = "read from the schema that the answer repeats";
const LEFT_OUT: &str = "a key that the schema does not have was left out";
const EARLY: &str = "the answer ends early; all required keys were complete";

#[test]
fn the_instance_is_read_where_it_is() {
    let jo = json!({"first_name": "Jo", "age": 3});
    for (text, whys) in [
        (r#"{"type": "object", "properties": {"first_name": "Jo", "age": 3}}"#, vec![UNDER]),
        (r#"{"data": {"first_name": "Jo", "age": 3}, "type": "user"}"#, vec![UNDER]),
        (r#"{"user": {"first_name": "Jo", "age": 3}, "note": 1}"#, vec![UNDER]),
        (r#"{"anything": {"first_name": "Jo", "age": 3}}"#, vec![UNDER]),
        (r#"{"response": {"result": [{"first_name": "Jo", "age": 3}]}}"#, vec![UNDER]),
        (r#"{"firstName": "Jo", "AGE": 3}"#, vec![KEY, KEY]),
        (r#"{"first_name": "Jo", "age": 3, "mood": "good"}"#, vec![LEFT_OUT]),
        (
            r#"{"first_name": "Jo", "age": 3} {"type": "object", "properties": {"first_name": {"type": "string"}}}"#,
            vec![],
        ),
        (
            r#"{"properties": {"first_name": {"type": "string", "value": "Jo"}, "age": {"type": "integer", "default": 3}}}"#,
            vec![UNDER, INSIDE, INSIDE],
        ),
        (r#"{"first_name": {"const": "Jo"}, "age": {"example": 3}}"#, vec![INSIDE, INSIDE]),
    ] {
        assert_eq!(read(text), Some((jo.clone(), whys)), "{text}");
    }
}

#[test]
fn enum_values_in_another_case_and_dates_in_words_are_read() {
    let schema = json!({
        "type": "object", "required": ["value"],
        "properties": {"value": true},
    });
    let read = |wanted: Value, text: Value| {
        let mut schema = schema.clone();
        schema["properties"]["value"] = wanted;
        let found = structure(&json!({ "value": text }).to_string(), &schema, "User")?;
        found.fits.then(|| (found.value["value"].clone(), found.made.len()))
    };
    for (wanted, text, value) in [
        (json!({"enum": ["Admin", "guest"]}), json!("admin "), json!("Admin")),
        (json!({"type": "string", "format": "date"}), json!("14 March 2026"), json!("2026-03-14")),
        (
            json!({"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}),
            json!("May 2, 2025"),
            json!("2025-05-02"),
        ),
    ] {
        assert_eq!(read(wanted.clone(), text.clone()), Some((value, 1)), "{text} as {wanted}");
    }
    // Another type is left to `strict: false`; a list around the value or another word for it would be a guess.
    for (wanted, text) in [
        (json!({"type": "integer"}), json!("1998")),
        (json!({"type": "string"}), json!(55012)),
        (json!({"type": "boolean"}), json!("yes")),
        (json!({"type": "boolean"}), json!(1)),
        (json!({"type": "string"}), json!(1.5)),
        (json!({"type": "string"}), json!(true)),
        (json!({"type": "array", "items": {"type": "string"}}), json!("small")),
        (json!({"enum": ["Admin", "guest"]}), json!("an admin")),
        (json!({"enum": ["a", "A"]}), json!("a ")),
    ] {
        assert_eq!(read(wanted.clone(), text.clone()), None, "{text} as {wanted}");
    }
    let stays = json!({"type": "string", "format": "date"});
    for text in ["03/04/2026", "next Friday", "2026-03-14"] {
        assert_eq!(read(stays.clone(), json!(text)), Some((json!(text), 0)));
    }
}

#[test]
fn nested_keys_are_read_in_another_case_too() {
    let (value, whys) = read(r#"{"first_name": "Jo", "age": 3, "home": {"zipCode": "1", "zip code": "2"}}"#).unwrap();
    assert_eq!(value["home"]["zip_code"], "1");
    assert!(whys.contains(&KEY));
}

#[test]
fn the_first_complete_value_of_a_repeated_key_is_read() {
    let (value, whys) = read(r#"{"first_name": "Jo", "age": 3, "age": 4, "first_name": "Al"}"#).unwrap();
    assert_eq!(value, json!({"first_name": "Jo", "age": 3}));
    assert_eq!(whys, ["a repeated key: the first value was read"; 2]);
}

#[test]
fn a_cut_object_is_read_once_its_required_keys_are_complete() {
    let whole = r#"{"first_name": "Jo", "age": 31, "mood": "good", "age": 5, "home": {"zip_code": "12"}, "x": 1}"#;
    for cut in 0..whole.len() {
        let text = &whole[..cut];
        let found = read(text);
        // The age ends with the comma; `home` begins with its key and ends with its bracket.
        let begins = whole.find("\"home\":").unwrap() + "\"home\"".len();
        let ends = whole.find(", \"x\"").unwrap();
        let wanted = (cut > whole.find(", \"mood").unwrap()) && !(begins..ends).contains(&cut);
        assert_eq!(found.is_some(), wanted, "{text}");
        if let Some((value, whys)) = found {
            assert_eq!((&value["age"], whys[0]), (&json!(31), EARLY), "{text}");
        }
    }
}

#[test]
fn types_are_not_converted_and_defaults_of_the_schema_are_not_values() {
    for text in [
        r#"{"firstName": "Jo", "age": "3"}"#,
        r#"{"data": {"first_name": "Jo", "age": 3, "role": "an admin"}}"#,
        r#"{"first_name": ["Jo"], "age": 3}"#,
        r#"{"type": "object", "properties": {"first_name": {"type": "string"}, "age": {"type": "integer"}}}"#,
        r#"{"first_name": "Jo", "age": 3 or 4}"#,
        r#"{"first_name": "Jo", "age": 3, "role": "admin" or "guest"}"#,
        r#"no JSON at all"#,
        r#"[{"first_name": "Jo", "age": 3}, {"first_name": "Al", "age": 4}]"#,
    ] {
        assert_eq!(read(text), None, "{text}");
    }
    let schema =
        json!({"type": "object", "required": ["unit"], "properties": {"unit": {"type": "string", "default": "kg"}}});
    let echo = r#"{"properties": {"unit": {"type": "string", "default": "kg"}}}"#;
    assert!(structure(echo, &schema, "").is_none_or(|found| !found.fits));
}

#[test]
fn a_placeholder_is_not_taken_for_a_value() {
    let found = |value: Value| copies::placeholders(&value, &user()).len();
    for text in
        ["string", "<string>", "...", "…", "<first_name>", "string or null", "string (\"YYYY-MM-DD\")", "YYYY-MM-DD"]
    {
        let value = json!({"first_name": text});
        assert_eq!((found(value.clone()), copies::may_have(&value.to_string())), (1, true), "{text}");
    }
    for text in ["strings", "a string", "<b>", "Jo...", "integer", "", "2026-01-01", "<age>"] {
        assert_eq!(found(json!({"first_name": text})), 0, "{text}");
    }
    let listed = json!({"properties": {"kind": {"enum": ["string", "number"]}}});
    assert!(copies::placeholders(&json!({"kind": "string"}), &listed).is_empty());
}

#[test]
fn a_list_of_choices_is_not_taken_for_a_choice() {
    let role = ["role".into()];
    for text in
        ["admin or guest", "\"admin\" or \"guest\"", "admin | guest", "admin|guest", "admin, guest", "guest/admin"]
    {
        assert!(copies::is_choices(text, &user(), &role), "{text}");
    }
    for text in ["admin", "Admin or guest?", "admin or", "", "neither", "admin and guest"] {
        assert!(!copies::is_choices(text, &user(), &role), "{text}");
    }
    assert!(!copies::is_choices("a or b", &user(), &["first_name".into()]));
}

proptest! {
    /// A valid instance of the schema with anything around it is not changed.
    #[test]
    fn an_instance_is_read_as_it_is(name in "\\PC{0,12}", age in any::<i64>(), around in 0..4_u8) {
        let value = json!({"first_name": name, "age": age});
        let text = match around {
            0 => value.to_string(),
            1 => json!({"data": value}).to_string(),
            2 => format!("Here it is: {value}"),
            _ => format!("{value} {{\"properties\": {{}}}}"),
        };
        let found = structure(&text, &user(), "User").filter(|found| found.fits);
        prop_assert_eq!(found.map(|found| found.value), Some(value));
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,80}", unit in prop::sample::select(vec!["{\"first_name\":", "\"age\":1,", "{\"data\":", "[", "}"])) {
        for text in [text.clone(), [&unit.repeat(9), &*text].concat(), ["{\"first_name\":\"", &text].concat()] {
            if let Some(found) = structure(&text, &user(), "User") {
                let _ = copies::placeholders(&found.value, &user());
            }
        }
    }
}

/// A call in a mode with these answers, `(text, finish reason)`: the result, the completion and the requests.
fn called(options: Value, answers: &[(&str, &str)]) -> (Result<Value, Error>, Value, Vec<Value>) {
    let client = Client::new("openai/gpt-4o-mini", json!({"apiKey": "k"}).as_object().unwrap().clone()).unwrap();
    let mut params = json!({
        "responseModel": {"schema": user()}, "mode": "JSON", "maxRetries": answers.len() - 1,
        "messages": [{"role": "user", "content": "Jo is 3."}],
    });
    params.as_object_mut().unwrap().extend(options.as_object().unwrap().clone());
    let mut call = Call::new(client.setup(params.as_object().unwrap().clone(), false).unwrap()).unwrap();
    let clock = Clock { now_ms: 0.0, random: 0.0 };
    let (mut answers, mut requests) = (answers.iter(), Vec::new());
    let validator = |value: &Value| -> Vec<Issue> {
        let known: Map<String, Value> = user()["properties"].as_object().unwrap().clone();
        let object = value.as_object().cloned().unwrap_or_default();
        let issue = |key: &str, message: &str| Issue { path: vec![key.into()], message: message.into() };
        let mut issues: Vec<Issue> =
            object.keys().filter(|key| !known.contains_key(*key)).map(|key| issue(key, "Unexpected")).collect();
        if !value["first_name"].is_string() {
            issues.push(issue("first_name", "Expected a string"));
        }
        if !value["age"].is_i64() {
            issues.push(issue("age", "Expected an integer"));
        }
        if value.get("role").is_some_and(|role| role != "admin" && role != "guest") {
            issues.push(issue("role", "Expected one of 2 values"));
        }
        issues
    };
    loop {
        match call.poll(clock) {
            Action::Send { request, .. } => {
                requests.push(serde_json::from_str(&request.body).unwrap());
                let (text, finish) = answers.next().expect("an answer for every request");
                let choice =
                    json!({"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text}});
                call.on_response(200, &[], json!({"choices": [choice]}).to_string().as_bytes(), clock);
            }
            Action::Validate(text) => call.on_validated(validator(&serde_json::from_str(&text).unwrap()), clock),
            Action::Done => return (Ok(serde_json::from_str(call.candidate()).unwrap()), call.completion(), requests),
            Action::Failed(error) => return (Err(error), call.completion(), requests),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_answer_under_another_key_costs_no_second_request_and_is_listed() {
    let text = r#"{"properties": {"firstName": "Jo", "age": 3}}"#;
    let (value, completion, _) = called(json!({}), &[(text, "stop")]);
    assert_eq!(value.unwrap(), json!({"first_name": "Jo", "age": 3}));
    assert_eq!(completion["coercions"][0], json!({"path": [], "from": "properties", "to": null, "why": UNDER}));
    assert_eq!(completion["coercions"].as_array().unwrap().len(), 2);
    assert!(called(json!({"parse": "strict"}), &[(text, "stop")]).0.is_err());
}

#[test]
fn an_answer_that_the_token_limit_cut_is_read_if_it_has_what_is_required() {
    let text = r#"{"first_name": "Jo", "age": 3, "mood": "good", "mood": "go"#;
    let (value, completion, _) = called(json!({}), &[(text, "length")]);
    assert_eq!(value.unwrap(), json!({"first_name": "Jo", "age": 3}));
    assert_eq!(completion["coercions"][0]["why"], EARLY);
    for (options, text) in [(json!({"parse": "strict"}), text), (json!({}), r#"{"first_name": "Jo", "age": 3"#)] {
        assert_eq!(called(options, &[(text, "length")]).0.unwrap_err().kind, Kind::IncompleteOutput);
    }
    let refused = called(json!({}), &[(text, "content_filter")]).0.unwrap_err();
    assert_eq!(refused.kind, Kind::Refusal);
}

#[test]
fn a_copy_of_the_schema_or_the_form_is_reported_with_the_form() {
    for text in [
        r#"{"type": "object", "properties": {"first_name": {"type": "string"}, "age": {"type": "integer"}}}"#,
        "{\n  \"first_name\": string,\n  \"age\": integer\n}",
    ] {
        let (value, _, requests) = called(json!({}), &[(text, "stop"), (r#"{"first_name": "Jo", "age": 3}"#, "stop")]);
        assert_eq!(value.unwrap(), json!({"first_name": "Jo", "age": 3}));
        let told = requests[1]["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned();
        assert!(
            told.contains("You returned the form instead of the data") && told.contains("\"age\": integer"),
            "{told}"
        );
    }
}

#[test]
fn copied_choices_and_placeholders_are_problems_with_a_text() {
    let good = (r#"{"first_name": "Jo", "age": 3}"#, "stop");
    for (text, words) in [
        (
            r#"{"first_name": "Jo", "age": 3, "role": "admin" or "guest"}"#,
            "`role` is the list of the choices. Give one of them.",
        ),
        (r#"{"first_name": "Jo", "age": 3, "role": "admin or guest"}"#, "role: This is the list of the choices."),
        (r#"{"first_name": "string", "age": 3}"#, "first_name: `string` is a placeholder."),
        (r#"{"first_name": "...", "age": 3}"#, "first_name: `...` is a placeholder."),
    ] {
        let (value, _, requests) = called(json!({}), &[(text, "stop"), good]);
        assert_eq!(value.unwrap(), json!({"first_name": "Jo", "age": 3}), "{text}");
        let told = requests[1].to_string();
        assert!(told.contains(words), "{told}");
    }
    // A word that the caller's text has is data.
    let said = json!({"messages": [{"role": "user", "content": "Its name is string, it is 3."}]});
    let (value, ..) = called(said, &[(r#"{"first_name": "string", "age": 3}"#, "stop")]);
    assert_eq!(value.unwrap()["first_name"], "string");
}
