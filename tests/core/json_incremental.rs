//! The incremental parser: its value after every byte, the errors, and independence of the chunking.

use crate::support::{cut, parse, read_json, testdata};
use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use proptest::prelude::*;
use serde_json::{Value, json};

fn parser(leniency: Leniency) -> Parser {
    Parser::new(Options { leniency, ..Options::default() })
}

/// The value after a text that may continue.
fn shown(text: &str, leniency: Leniency) -> Option<Value> {
    let mut tree = Tree::new();
    parser(leniency).push(text, &mut tree).unwrap_or_else(|error| panic!("{text}: {error}"));
    tree.snapshot()
}

fn strict(text: &str) -> Option<Value> {
    shown(text, Leniency::Strict)
}

fn value(text: &str, leniency: Leniency) -> Option<Value> {
    parse(text, leniency)
}

#[test]
fn strings_are_shown_as_they_grow_and_numbers_and_literals_once_complete() {
    assert_eq!(strict(""), None);
    assert_eq!(strict("{"), Some(json!({})));
    assert_eq!(strict(r#"{"a"#), Some(json!({})));
    assert_eq!(strict(r#"{"a":"#), Some(json!({})));
    assert_eq!(strict(r#"{"a":"he"#), Some(json!({"a": "he"})));
    assert_eq!(strict(r#"{"a":12"#), Some(json!({})));
    assert_eq!(strict(r#"{"a":12,"#), Some(json!({"a": 12})));
    assert_eq!(strict(r#"{"a":tru"#), Some(json!({})));
    assert_eq!(strict(r#"{"a":true"#), Some(json!({"a": true})));
    assert_eq!(strict(r#"{"a":[[1,[2"#), Some(json!({"a": [[1, []]]})));
    assert_eq!(strict(r#"{"a":1}"#), Some(json!({"a": 1})));
    assert_eq!(strict(r#""x"#), Some(json!("x")));
}

#[test]
fn half_an_escape_and_half_a_surrogate_pair_are_not_shown() {
    assert_eq!(strict(r#"["x\"#), Some(json!(["x"])));
    assert_eq!(strict(r#"["x\u00"#), Some(json!(["x"])));
    assert_eq!(strict(r#"["x\ud83d"#), Some(json!(["x"])));
    assert_eq!(strict(r#"["x\ud83d\ude"#), Some(json!(["x"])));
    assert_eq!(strict(r#"["x\ud83d\ude00"#), Some(json!(["x😀"])));
    assert_eq!(strict(r#"["x\ud83dy"#), Some(json!(["x\u{fffd}y"])));
    assert_eq!(strict(r#"["\ud83d\ud83d\ude00\ude00\n"#), Some(json!(["\u{fffd}😀\u{fffd}\n"])));
    assert_eq!(strict(r#"["\ud83d\n"#), Some(json!(["\u{fffd}\n"])));
    assert_eq!(strict(r#"["\ud83d"]"#), Some(json!(["\u{fffd}"])));
    assert_eq!(strict(r#"{"\ud83d\ude00\ud83d":1}"#), Some(json!({"😀\u{fffd}": 1})));
}

#[test]
fn a_duplicate_key_has_its_last_value_and_proto_is_plain_data() {
    assert_eq!(strict(r#"{"a":1,"b":2,"a":3}"#), Some(json!({"a": 3, "b": 2})));
    assert_eq!(strict(r#"{"__proto__":{"x":1}}"#), Some(json!({"__proto__": {"x": 1}})));
}

#[test]
fn nesting_deeper_than_the_limit_is_refused_with_its_position() {
    let mut tree = Tree::new();
    assert!(parser(Leniency::Strict).push(&"[".repeat(128), &mut tree).is_ok());
    let error = parser(Leniency::Strict).push(&"[".repeat(129), &mut Tree::new()).unwrap_err();
    assert!(error.message.contains("byte 128") && error.message.contains("too deep"), "{error}");
    let mut shallow = Parser::new(Options { max_depth: 0, leniency: Leniency::Text, ..Options::default() });
    assert!(shallow.push("{[{[[[", &mut Tree::new()).is_ok());
}

#[test]
fn text_over_the_size_limit_is_refused() {
    let mut small = Parser::new(Options { max_bytes: 10, ..Options::default() });
    let mut tree = Tree::new();
    assert!(small.push("[\"123456", &mut tree).is_ok());
    assert!(small.push("789", &mut tree).is_err());
    assert!(small.push("\"]", &mut tree).is_err(), "the error persists");
}

#[test]
fn the_end_distinguishes_complete_truncated_and_absent_values() {
    let end = |text: &str, leniency| {
        let mut parser = parser(leniency);
        let mut tree = Tree::new();
        parser.push(text, &mut tree).and_then(|()| parser.finish(&mut tree)).map_err(|error| error.kind)
    };
    assert_eq!(end("12", Leniency::Strict), Ok(()));
    assert_eq!(end("{\"a\":1} ", Leniency::Strict), Ok(()));
    assert_eq!(end("{\"a\":1", Leniency::Strict), Err(Kind::IncompleteOutput));
    assert_eq!(end("Here: {\"a\":1", Leniency::Text), Err(Kind::IncompleteOutput));
    assert_eq!(end("", Leniency::Strict), Err(Kind::ResponseParsing));
    assert_eq!(end("I can't", Leniency::Text), Err(Kind::ResponseParsing));
    assert_eq!(end("{oops!}", Leniency::Text), Err(Kind::ResponseParsing));
}

#[test]
fn relaxed_forms_are_read_and_refused_when_strict() {
    let cases = [
        (r#"{"a":[1,2,],}"#, json!({"a": [1, 2]})),
        ("{\"a\":1, // one\n\"b\":/* two */2 /**/}", json!({"a": 1, "b": 2})),
        ("// first\n{\"a\":1}", json!({"a": 1})),
        (r#"{'a':'it\'s "so"'}"#, json!({"a": "it's \"so\""})),
        ("{a:1, $b_2: 2, c-d : 3}", json!({"a": 1, "$b_2": 2, "c-d": 3})),
        ("[True, False, None]", json!([true, false, null])),
        ("[\"two\nlines\"]", json!(["two\nlines"])),
        (r#"{"a":1}{"b":2}"#, json!({"b": 2})),
        (r#"{"a":1}}"#, json!({"a": 1})),
        ("\"so\" // that is all", json!("so")),
        ("5 /* five */ ", json!(5)),
        ("{\"a\":1}\n```\nThat is all [really].", json!({"a": 1})),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text, Leniency::Relaxed), Some(expected.clone()), "{text}");
        assert_eq!(value(text, Leniency::Strict), None, "{text}");
        let mut tree = Tree::new();
        let mut parser = parser(Leniency::Relaxed);
        text.chars().for_each(|piece| parser.push(piece.encode_utf8(&mut [0; 4]), &mut tree).unwrap());
        parser.finish(&mut tree).unwrap();
        assert_eq!(tree.into_complete(), Some(expected), "{text} by characters");
    }
}

#[test]
fn malformed_text_is_also_refused_when_relaxed() {
    for text in [
        "{\"a\" 1}",
        "[1 2]",
        "[,]",
        "{,}",
        "[1,,2]",
        "{\"a\":}",
        "{1:2}",
        "[01]",
        "[1.]",
        "[NaN]",
        "[\"say \"hi\"\"]",
        "[tru]",
        "[truE]",
        "\"24\" screen\"",
        "true north",
        "1\n2",
        "1 /* open",
        "\"a\" /",
        r#"["\x"]"#,
        "[1/2]",
        "Here: [1]",
        "]",
    ] {
        assert_eq!(value(text, Leniency::Relaxed), None, "{text}");
    }
}

#[test]
fn json_is_found_in_prose_fences_and_after_thinking() {
    let cases = [
        ("Sure! Here it is:\n```json\n{\"a\":1}\n```\nAnything else?", json!({"a": 1})),
        ("<think>maybe {\"a\":0}? or <b>[1]</b></think>\n{\"a\":1}", json!({"a": 1})),
        ("<<think>{}</think>{\"a\":1}", json!({"a": 1})),
        ("<thinking>{}</thinking>[1]", json!([1])),
        ("Use {braces} and {more: } like {\"a\":1}", json!({"a": 1})),
        ("{\"a\":1} or rather {\"a\":2}", json!({"a": 2})),
        ("{\"a\":1} and {\"b\":", json!({"a": 1})),
        ("{\"a\":1} and {not json", json!({"a": 1})),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text, Leniency::Text), Some(expected), "{text}");
    }
}

#[test]
fn json_in_a_fence_is_shown_as_it_grows() {
    assert_eq!(shown("Sure:\n```json\n{\"a\":\"he", Leniency::Text), Some(json!({"a": "he"})));
    assert_eq!(shown("Sure:\n```js", Leniency::Text), None);
    assert_eq!(
        shown("{x:1} {oops!", Leniency::Text),
        Some(json!({"x": 1})),
        "the first value wins over a malformed second one"
    );
}

#[test]
fn every_prefix_has_the_value_of_jiter_except_for_open_numbers() {
    let Some(oracle) = read_json("lenient/jiter-prefix-oracle.json") else { return };
    let (mut equal, mut numbers) = (0, 0);
    for case in oracle["cases"].as_array().unwrap() {
        let document = case["document"].as_str().unwrap();
        for prefix in case["prefixes"].as_array().unwrap() {
            let length = prefix["n"].as_u64().unwrap() as usize;
            let text: String = document.chars().take(length).collect();
            let expected = &prefix["trailing-strings"];
            let ours = strict(&text);
            if expected.get("$error").is_some() && ours.is_none() || ours.as_ref() == Some(expected) {
                equal += 1;
                continue;
            }
            // The number rule: the only difference is a number that is still open.
            assert!(text.ends_with(|last: char| last.is_ascii_digit() || ".eE+-".contains(last)), "{text}");
            let mut without = expected.clone();
            assert!(remove_last_number(&mut without), "{text}");
            assert_eq!(ours, Some(without), "{text}");
            numbers += 1;
        }
    }
    println!("prefix oracle: {equal} prefixes equal, {numbers} differ by the number rule only");
    assert!(equal > 1000 && numbers > 0);
}

fn remove_last_number(value: &mut Value) -> bool {
    match value {
        Value::Array(list) => match list.last_mut() {
            Some(Value::Number(_)) => list.pop().is_some(),
            Some(last) => remove_last_number(last),
            None => false,
        },
        Value::Object(members) => match members.iter_mut().last() {
            Some((key, Value::Number(_))) => {
                let key = key.clone();
                members.remove(&key).is_some()
            }
            Some((_, last)) => remove_last_number(last),
            None => false,
        },
        _ => false,
    }
}

#[test]
fn the_json_test_suite_byte_by_byte() {
    let Some(folder) = testdata("jsontestsuite/test_parsing") else { return };
    let mut counts = [0; 3];
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        let mut utf8 = crate::utf8::Utf8::default();
        // The suite nests one accepted file deeper than the default limit allows.
        let mut parser = Parser::new(Options { max_depth: 1000, ..Options::default() });
        let mut tree = Tree::new();
        let mut outcome = Ok(());
        for byte in bytes.chunks(1) {
            utf8.push(byte, &mut |text| outcome = outcome.clone().and(parser.push(text, &mut tree)));
        }
        utf8.finish(&mut |text| outcome = outcome.clone().and(parser.push(text, &mut tree)));
        let outcome = outcome.and_then(|()| parser.finish(&mut tree));
        match name.as_bytes()[0] {
            b'y' => {
                outcome.unwrap_or_else(|error| panic!("{name}: {error}"));
                let expected: Value = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
                if !expected.is_null() {
                    assert_eq!(tree.into_complete(), Some(expected), "{name}");
                }
                counts[0] += 1;
            }
            b'n' => {
                assert!(outcome.is_err(), "{name} must be refused");
                counts[1] += 1;
            }
            _ => counts[2] += usize::from(outcome.is_ok()),
        }
    }
    println!("JSONTestSuite: {} accepted, {} refused, {} of the free ones accepted", counts[0], counts[1], counts[2]);
    assert!(counts[0] > 0 && counts[1] > 0);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
        "[🙂é\\\\\"\n]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((".*", inner), 0..6).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// JSON text with every character beyond ASCII escaped.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for unit in text.encode_utf16() {
        match char::from_u32(unit.into()) {
            Some(character) if character.is_ascii() => out.push(character),
            _ => out.push_str(&format!("\\u{unit:04x}")),
        }
    }
    out
}

/// The final value of the parser, and all intermediate values.
fn run(pieces: &[&[u8]], leniency: Leniency) -> (Result<(), Kind>, Option<Value>) {
    let mut parser = parser(leniency);
    let mut tree = Tree::new();
    let mut utf8 = crate::utf8::Utf8::default();
    let mut outcome = Ok(());
    for piece in pieces {
        utf8.push(piece, &mut |text| {
            if outcome.is_ok() {
                outcome = parser.push(text, &mut tree);
            }
        });
    }
    let outcome = outcome.and_then(|()| parser.finish(&mut tree)).map_err(|error| error.kind);
    (outcome, tree.snapshot())
}

proptest! {
    #[test]
    fn the_final_value_equals_serdes(value in any_json(), pretty: bool, ascii: bool, at in prop::collection::vec(any::<usize>(), 0..8)) {
        let mut text = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        if ascii {
            text = escaped(&text);
        }
        let expected: Value = serde_json::from_str(&text).unwrap();
        for leniency in [Leniency::Strict, Leniency::Relaxed] {
            prop_assert_eq!(run(&cut(text.as_bytes(), &at), leniency), (Ok(()), Some(expected.clone())));
        }
        if value.is_object() || value.is_array() {
            let text = format!("Sure:\n```json\n{text}\n```");
            prop_assert_eq!(run(&cut(text.as_bytes(), &at), Leniency::Text), (Ok(()), Some(expected)));
        }
    }

    #[test]
    fn chunking_never_changes_the_values(
        parts in prop::collection::vec(prop::sample::select(vec![
            "{", "}", "[", "]", "\"", "'", ":", ",", "a", "key", "1", "-", ".5", "e3", "true", "None", "\\", "\\u", "d83d", "\\ude00",
            " ", "\n", "//", "/*", "*/", "```", "<think>", "</think>", "é🙂", "{\"a\":", "\"b\":",
        ]), 0..40),
        at in prop::collection::vec(any::<usize>(), 0..12),
    ) {
        let text = parts.concat();
        let bytes = text.as_bytes();
        for leniency in [Leniency::Strict, Leniency::Relaxed, Leniency::Text] {
            let whole = run(&[bytes], leniency);
            prop_assert_eq!(&run(&cut(bytes, &at), leniency), &whole);
            prop_assert_eq!(&run(&bytes.chunks(1).collect::<Vec<_>>(), leniency), &whole);
        }
    }

    #[test]
    fn strict_accepts_exactly_what_serde_accepts(text in r#"[\[\]{},:"\\ntrue0-9.eE+ -]{0,20}"#) {
        let serde = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
        prop_assert_eq!(run(&[text.as_bytes()], Leniency::Strict).0.is_ok(), serde, "{}", text);
    }

    #[test]
    fn noise_never_panics_and_utf8_is_decoded_like_std(bytes in prop::collection::vec(any::<u8>(), 0..100), at in prop::collection::vec(any::<usize>(), 0..8)) {
        let mut text = String::new();
        let mut utf8 = crate::utf8::Utf8::default();
        for piece in cut(&bytes, &at) {
            utf8.push(piece, &mut |piece| text.push_str(piece));
        }
        utf8.finish(&mut |piece| text.push_str(piece));
        prop_assert_eq!(&text, &String::from_utf8_lossy(&bytes));
        let _ = run(&[&bytes], Leniency::Text);
    }
}
