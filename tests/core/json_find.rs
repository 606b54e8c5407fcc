//! Finding the JSON in a text: the candidate that looks like the answer wins, and a stream ends with the same value.

use crate::support::cut;
use instructor_wasm::machinery::json::find::{Shape, find, misplaced, opened};
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::json::wrapper::Wrapper;
use proptest::prelude::*;
use serde_json::{Value, json};

fn user() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "age"],
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}, "friend": {"$ref": "#/$defs/Friend"}},
        "$defs": {"Friend": {"type": "object", "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}}},
    })
}

fn fitting(shape: Shape, schema: Value) -> Shape {
    let types = move |value: &Value| {
        schema["properties"].as_object().unwrap().iter().all(|(key, part)| {
            match (value.get(key), part["type"].as_str()) {
                (Some(value), Some("string")) => value.is_string(),
                (Some(value), Some("integer")) => value.is_i64(),
                _ => true,
            }
        })
    };
    shape.fitting(types)
}

fn one() -> Shape {
    fitting(Shape::of(&user(), None, "User"), user())
}

fn users() -> Shape {
    let list = json!({
        "type": "object", "required": ["tasks"],
        "properties": {"tasks": {"type": "array", "items": {"$ref": "#/$defs/User"}}}, "$defs": {"User": user()},
    });
    Shape::of(&list, Some(Wrapper::Tasks), "IterableUser")
}

fn list_of(kind: &str) -> Shape {
    let list = json!({"type": "object", "properties": {"content": {"type": "array", "items": {"type": kind}}}});
    Shape::of(&list, Some(Wrapper::Content), "Response")
}

fn whole(text: &str, shape: &Shape) -> String {
    find(text, shape).unwrap().into_owned()
}

/// The final value of a stream that is cut at these places.
fn streamed(shape: &Shape, pieces: &[&[u8]]) -> Option<Value> {
    let mut parser = Parser::new(Options { leniency: Leniency::Text, shape: shape.clone(), ..Options::default() });
    let mut tree = Tree::new();
    let mut utf8 = crate::utf8::Utf8::default();
    for piece in pieces {
        utf8.push(piece, &mut |text| parser.push(text, &mut tree).unwrap());
    }
    let _ = parser.finish(&mut tree);
    tree.into_complete()
}

/// Both readers; the stream is read by characters and in one piece.
fn read(text: &str, shape: &Shape) -> Option<Value> {
    let found = serde_json::from_str::<Value>(&whole(text, shape)).ok();
    let bytes = text.as_bytes();
    for pieces in [vec![bytes], bytes.chunks(1).collect(), bytes.chunks(7).collect()] {
        if let Some(found) = &found {
            assert_eq!(streamed(shape, &pieces).as_ref(), Some(found), "streamed: {text}");
        }
    }
    found
}

const JASON: &str = r#"{"name": "Jason", "age": 25}"#;

fn jason() -> Value {
    json!({"name": "Jason", "age": 25})
}

/// Texts with brackets that are not the answer.
const AROUND: &[&str] = &[
    "",
    "Here it is:",
    "As the sources show [1], [2, 3] and [see note]:",
    "[1] Wikipedia\n[2] The Times, {2024}\n",
    "Sources: [{\"url\": \"http://a.example\", \"title\": \"A\"}]",
    "{\"citations\": [1, 2], \"confidence\": 0.9}",
    "Fill {name} and {age} in `{placeholder}`.",
    "fn main() { println!(\"{}\", [1, 2][0]); }",
    "```js\nconst x = {a: 1, b: [2]}\n```",
    "```json\n{\"type\": \"object\", \"properties\": {}}\n```",
    "{}",
    "[]",
    "{ \" and [ \" are brackets",
    "<think>{\"name\": \"Bob\", \"age\": 1}</think>",
    "[link](http://a.example/{id})",
    "{'source': 'x'}",
];

#[test]
fn text_around_the_answer_never_wins_over_it() {
    for before in AROUND {
        for behind in AROUND {
            for answer in [JASON.to_owned(), format!("```json\n{JASON}\n```"), format!("**{JASON}**")] {
                let text = format!("{before}\n{answer}\n{behind}");
                assert_eq!(read(&text, &one()), Some(jason()), "{text}");
                let list = format!("{before}\n{{\"tasks\": [{answer}]}}\n{behind}")
                    .replace("```json\n", "")
                    .replace("\n```", "");
                if !list.contains('*') {
                    assert_eq!(read(&list, &users()), Some(json!({"tasks": [jason()]})), "{list}");
                    let bare = format!("{before}\n[{JASON}, {JASON}]\n{behind}");
                    assert_eq!(read(&bare, &users()), Some(json!([jason(), jason()])), "{bare}");
                    let lines = format!("{before}\n{JASON}\n{JASON}\n{behind}");
                    assert_eq!(read_list(&lines), Some(json!({"tasks": [jason(), jason()]})), "{lines}");
                    let colours = format!("{before}\n[\"red\", \"green\"]\n{behind}");
                    assert_eq!(read(&colours, &list_of("string")), Some(json!(["red", "green"])), "{colours}");
                }
            }
        }
    }
}

/// A list written as consecutive objects: a stream returns each of them as a root.
fn read_list(text: &str) -> Option<Value> {
    serde_json::from_str(&whole(text, &users())).ok()
}

#[test]
fn references_are_not_a_list_of_numbers() {
    for (text, expected) in [
        ("[3, 5]\n\n[1] A source", json!([3, 5])),
        ("[1] A source\n[2] Another\n\n[3, 5]", json!([3, 5])),
        ("As in [1] and [2]: [3, 5].", json!([3, 5])),
        ("The numbers are `[3, 5]`, see [7].", json!([3, 5])),
        ("```json\n[3, 5]\n```\n[1]: http://a.example", json!([3, 5])),
        ("Draft: [1, 2]\nFinal: [3, 5]", json!([3, 5])),
    ] {
        assert_eq!(read(text, &list_of("integer")), Some(expected), "{text}");
    }
    for text in ["Nothing was found [1].", "[1] is empty", "See [1][2]"] {
        assert_eq!(whole(text, &list_of("integer")), text);
    }
}

#[test]
fn of_similar_candidates_the_last_that_fits_wins() {
    for (text, expected) in [
        (r#"{"name": "A", "age": 1} no: {"name": "B", "age": 2}"#, json!({"name": "B", "age": 2})),
        (r#"{"name": "A", "age": 1}. Without an age: {"name": "A", "age": null}"#, json!({"name": "A", "age": 1})),
        (r#"{"name": "string", "age": "integer"} {"name": "B", "age": 2}"#, json!({"name": "B", "age": 2})),
        (r#"{"name": "B", "age": 2} in {"name": "string", "age": "integer"}"#, json!({"name": "B", "age": 2})),
        (r#"{"name": "B", "age": 2}, {"name": "C"} lacks one"#, json!({"name": "B", "age": 2})),
        (r#"{"name": "B", "age": 2} {name: "C", age: 3}"#, json!({"name": "B", "age": 2})),
        (r#"thoughts {"name": "A", "age": 1} </think> {"name": "B"}"#, json!({"name": "B"})),
        (r#"<think>{"name": "A", "age": 1}"#, json!({"name": "A", "age": 1})),
    ] {
        assert_eq!(read(text, &one()), Some(expected), "{text}");
    }
}

#[test]
fn a_part_of_a_malformed_answer_is_not_the_answer() {
    for text in [
        r#"{"name": "Bob "the" Builder", "friend": {"name": "Ann", "age": 3}}"#,
        r#"{"name": "Bob", "friend": {"name": "Ann", "age": 3}"#,
        r#"{"result": {"name": "Bob", "friend": {"name": "Ann", "age": 3}"#,
        "{\"tasks\": [{\"name\": \"A\", \"age\": 1}, {\"name\" \"B\"}]}",
    ] {
        for shape in if text.contains("tasks") { vec![users()] } else { vec![one(), users()] } {
            assert!(serde_json::from_str::<Value>(&whole(text, &shape)).is_err(), "{text}");
            assert_eq!(streamed(&shape, &[text.as_bytes()]), None, "{text}");
        }
    }
    for text in [
        r#"{"name": "Bob "the" Builder", "age": 1} Corrected: {"name": "Bob", "age": 2}"#,
        "{\"name\": \"Bob\" \"age\": 1\n``` Corrected:\n```\n{\"name\": \"Bob\", \"age\": 2}\n```",
        r#"{broken {"name": "Bob", "age": 2}"#,
        r#"{ " {"name": "Bob", "age": 2}"#,
        r#"[see {"name": "Bob", "age": 2}]"#,
    ] {
        assert_eq!(read(text, &one()), Some(json!({"name": "Bob", "age": 2})), "{text}");
    }
}

#[test]
fn an_element_of_a_list_is_not_the_answer_for_a_single_model() {
    let two = r#"[{"name": "A", "age": 1}, {"name": "B", "age": 2}]"#;
    assert_eq!(whole(&format!("Two: {two}"), &one()), two);
    assert_eq!(streamed(&one(), &[two.as_bytes()]), None);
}

#[test]
fn a_list_with_a_malformed_element_is_not_shortened() {
    let ok = "{\"name\": \"A\", \"age\": 1}\n";
    for rest in ["{\"name\": \"B\" \"age\": 2}", "{name: \"B\", age: 2}", "{\"name\": \"B\", \"a"] {
        assert_eq!(read_list(&[ok, rest].concat()), None, "{rest}");
    }
    for rest in ["{then}", "[1]", "{\"url\": \"x\"}", ""] {
        assert_eq!(read_list(&[ok, rest].concat()), Some(json!({"tasks": [{"name": "A", "age": 1}]})), "{rest}");
    }
}

#[test]
fn a_call_that_is_written_as_text_is_opened() {
    for text in [
        r#"{"name": "User", "parameters": {"name": "Jason", "age": 25}}"#,
        r#"{"name": "User", "arguments": "{\"name\": \"Jason\", \"age\": 25}"}"#,
        r#"{"parameters": {"name": "Jason", "age": 25}, "name": "functions.User"}"#,
        r#"<tool_call>{"type": "function", "function": {"name": "User", "parameters": {"name": "Jason", "age": 25}}}</tool_call>"#,
        r#"[{"name": "User", "arguments": {"name": "Jason", "age": 25}}]"#,
        r#"I call {"tool_calls": [{"tool": "User", "args": {"name": "Jason", "age": 25}}]} now."#,
        r#"{"User": {"name": "Jason", "age": 25}}"#,
    ] {
        let bytes = text.as_bytes();
        for pieces in [vec![bytes], bytes.chunks(1).collect()] {
            assert_eq!(streamed(&one(), &pieces), Some(jason()), "{text}");
        }
    }
    let other = r#"{"name": "Weather", "parameters": {"name": "Jason", "age": 25}}"#;
    assert_eq!(whole(other, &one()), other);
    let own = Shape::of(&json!({"properties": {"name": {}, "parameters": {}}}), None, "User");
    assert_eq!(read(r#"{"name": "User", "parameters": {}} ."#, &own), Some(json!({"name": "User", "parameters": {}})));
}

#[test]
fn an_empty_key_is_not_the_name_of_a_model_without_one() {
    let text = r#"{"": {"a": 1}}"#;
    for around in ["", "Sure: "] {
        assert_eq!(read(&[around, text].concat(), &Shape::default()), Some(json!({"": {"a": 1}})));
        let bytes = [around, text].concat().into_bytes();
        assert_eq!(streamed(&Shape::default(), &[&bytes]), Some(json!({"": {"a": 1}})));
    }
}

#[test]
fn an_answer_below_an_extra_key_is_found_unless_the_schema_allows_other_keys() {
    let below = |schema: &Value, value: Value| misplaced(&value, &Shape::of(schema, None, "User")).map(str::to_owned);
    assert_eq!(below(&user(), json!({"answer": {"name": "Jason"}})), Some("answer".into()));
    assert_eq!(below(&user(), json!({"note": "x", "answer": {"name": "Jason"}})), Some("answer".into()));
    assert_eq!(below(&user(), json!({"name": "Jason", "answer": {"age": 25}})), None);
    let optional = json!({"type": "object", "properties": {"name": {"type": "string"}}});
    assert_eq!(below(&optional, json!({"answer": {"name": "Jason"}})), Some("answer".into()));
    assert_eq!(below(&optional, json!({"note": "x", "answer": {"name": "Jason"}})), None);
}

#[test]
fn text_without_an_answer_is_returned() {
    assert_eq!(whole(" {\"a\":\"{}\"}\n", &Shape::default()), "{\"a\":\"{}\"}");
    assert_eq!(whole("5", &one()), "5");
    assert_eq!(whole("```json\n{\"a\":1,}\n```", &Shape::default()), "{\"a\":1,}");
    assert_eq!(whole("I can't do that", &one()), "I can't do that");
    assert_eq!(whole("", &one()), "");
    assert_eq!(whole("It is {\"nme\": 1}.", &one()), "{\"nme\": 1}", "for the error that reports the missing key");
}

#[test]
fn a_text_may_be_as_long_as_arguments() {
    let long = format!("Here:\n{{\"name\": \"{}\", \"age\": 1}}", "é".repeat(2 * 1024 * 1024));
    assert!(read(&long, &one()).is_some());
}

/// The expected final value of a stream, if the whole text has an answer that a stream can return.
fn expected(text: &str, shape: &Shape) -> Option<Value> {
    let found = find(text, shape).unwrap();
    let value: Value = serde_json::from_str(&found).ok()?;
    // Consecutive elements are separate roots in a stream.
    let object = value.is_object() && matches!(found, std::borrow::Cow::Borrowed(_));
    // A text that is only a list is passed to the validation, whatever its elements.
    let list = value.as_array().is_some_and(|list| !list.is_empty() && found != text.trim());
    match shape.wrapper() {
        None if object => Some(opened(&value, shape).unwrap_or(value)),
        Some(key) if list || object && value.get(key).is_some() => Some(value),
        _ => None,
    }
}

fn parts() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "{\"name\": \"Jason\", \"age\": 25}",
        "{\"name\": \"Bob\"}",
        "{\"name\": \"string\", \"age\": \"integer\"}",
        "{\"tasks\": [{\"name\": \"A\", \"age\": 1}]}",
        "{\"tasks\": []}",
        "[{\"name\": \"A\", \"age\": 1}]",
        "{\"name\": \"User\", \"parameters\": {\"name\": \"J\", \"age\": 2}}",
        "{\"User\": {\"name\": \"J\", \"age\": 2}}",
        "{name: 'x', age: 3,}",
        "{\"name\": \"cut",
        "{\"name\" \"broken\"}",
        "{\"name\": \"a\", \"friend\": {\"name\": \"b\", \"age\": 1}",
        "[1]",
        "[1, 2]",
        "[\"a\"]",
        "[]",
        "{}",
        "{x}",
        "{\"url\": 1}",
        "[{\"url\": 1}]",
        "{",
        "}",
        "[",
        "]",
        "\"",
        "'",
        ":",
        ",",
        "\\",
        "```",
        "```json\n",
        "\n",
        " ",
        "text",
        "é🙂",
        "<think>",
        "</think>",
        "<thin",
        "//",
        "/*",
        "name",
        "1",
    ]);
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_stream_ends_with_the_value_of_the_whole_text(text in parts(), at in prop::collection::vec(any::<usize>(), 0..10)) {
        for shape in [one(), users(), list_of("string"), list_of("integer"), Shape::default()] {
            let bytes = text.as_bytes();
            let once = streamed(&shape, &[bytes]);
            prop_assert_eq!(&streamed(&shape, &cut(bytes, &at)), &once, "cut: {}", text);
            prop_assert_eq!(&streamed(&shape, &bytes.chunks(1).collect::<Vec<_>>()), &once, "by bytes: {}", text);
            if shape.name() != "" && let Some(expected) = expected(&text, &shape) {
                prop_assert_eq!(&once, &Some(expected), "whole and streamed: {}", text);
            }
        }
    }

    #[test]
    fn an_answer_in_prose_is_found_whole_and_streamed(
        before in "[^{\\[<`\"']{0,40}", behind in "[^{\\[<`\"']{0,40}", name in ".{0,12}", age: i32, pretty: bool,
        at in prop::collection::vec(any::<usize>(), 0..10),
    ) {
        let value = json!({"name": name, "age": age});
        let json = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let text = format!("{before}{json}{behind}");
        prop_assert_eq!(whole(&text, &one()), json);
        prop_assert_eq!(streamed(&one(), &cut(text.as_bytes(), &at)), Some(value));
    }

    #[test]
    fn noise_never_panics(text in ".{0,80}", marks in "[\\[\\]{}:,\"'`<>/a1 \\n]{0,60}") {
        for text in [text, marks] {
            for shape in [one(), users(), list_of("integer"), Shape::default()] {
                let _ = whole(&text, &shape);
                let _ = streamed(&shape, &text.as_bytes().chunks(3).collect::<Vec<_>>());
            }
        }
    }
}
