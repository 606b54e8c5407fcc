//! `jsontext` against serde_json: values, texts and errors are the same.

use crate::support::testdata;
use instructor_wasm::machinery::jsontext::{self, ToText};
use proptest::prelude::*;
use serde_json::{Map, Number, Value};

/// Compares both readers, and both writers on what was read.
fn same(text: &str) {
    match (jsontext::from_str(text), serde_json::from_str::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.to_text(), theirs.to_string(), "{text}");
            // Equality of maps ignores the order and `-0.0 == 0.0`; the texts do not.
            assert_eq!(serde_json::to_string(&ours).unwrap(), serde_json::to_string(&theirs).unwrap(), "{text}");
            assert_eq!(jsontext::to_string_pretty(&ours), serde_json::to_string_pretty(&theirs).unwrap(), "{text}");
            assert_eq!(ours, theirs, "{text}");
        }
        (Err(ours), Err(theirs)) => {
            assert_eq!(ours.to_string(), theirs.to_string(), "{text}");
            assert_eq!((ours.line(), ours.column()), (theirs.line(), theirs.column()), "{text}");
            assert_eq!(ours.is_eof(), theirs.is_eof(), "{text}");
            assert_eq!(ours.is_depth(), theirs.to_string().contains("recursion limit"), "{text}");
        }
        (ours, theirs) => panic!("{text}: {ours:?}, but serde_json {theirs:?}"),
    }
    let number = serde_json::from_str::<Number>(text).ok();
    assert_eq!(jsontext::number(text).map(|number| number.to_string()), number.map(|n| n.to_string()), "{text}");
}

fn same_bytes(bytes: &[u8]) {
    match (jsontext::from_slice(bytes), serde_json::from_slice::<Value>(bytes)) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Err(ours), Err(theirs)) => {
            // The place of a byte that is not UTF-8 is exact, serde_json's is approximate.
            let words = |error: String| error.split_once(" at line").map(|(words, _)| words.to_owned());
            assert_eq!(words(ours.to_string()), words(theirs.to_string()), "{bytes:?}");
            assert_eq!(ours.is_eof(), theirs.is_eof(), "{bytes:?}");
        }
        (ours, theirs) => panic!("{bytes:?}: {ours:?}, but serde_json {theirs:?}"),
    }
}

fn same_float(float: f64) {
    if let Some(number) = Number::from_f64(float) {
        let text = number.to_string();
        assert_eq!(number.to_text(), text);
        let read = jsontext::number(&text).and_then(|number| number.as_f64()).unwrap();
        assert_eq!(read.to_bits(), float.to_bits(), "{text}");
    }
}

/// Texts around every rule of the grammar.
const TEXTS: &[&str] = &[
    // Nothing, white space, literals.
    "",
    " ",
    "\n\n",
    "\u{feff}1",
    "null",
    " true\r\n",
    "fals",
    "falsy",
    "nul",
    "nulll",
    "n\n",
    "tru\u{e9}",
    "None",
    "null null",
    // Lists and objects.
    "[",
    "[ ",
    "[]",
    "[ ]",
    "[1",
    "[1 ",
    "[1,",
    "[1,]",
    "[1, ]",
    "[1 2]",
    "[,]",
    "[,1]",
    "[1}",
    "]",
    "[[],[[]]]",
    "[1]]",
    "{",
    "{ ",
    "{}",
    "{ }",
    "{1",
    "{1:2}",
    "{\"a\"",
    "{\"a\" ",
    "{\"a\":",
    "{\"a\":1",
    "{\"a\":1 ",
    "{\"a\":1,",
    "{\"a\":1,}",
    "{\"a\":1, }",
    "{\"a\":1,2",
    "{\"a\" 1}",
    "{\"a\":}",
    "{\"a\":1 \"b\":2}",
    "{,}",
    "{\"a\":1]",
    "{'a':1}",
    "{a:1}",
    "{\"a\",1}",
    "{\"a\":1,\"b\":2,\"a\":3}",
    "{\"\":{\"\":[]}}",
    "[\n1,\n2\n,x]",
    "{\n \"a\": 1,\n \"b\": ?\n}",
    "/* c */ 1",
    "[1]//",
    // Strings.
    "\"",
    "\"a",
    "\"a\nb\"",
    "\"a\tb\"",
    "\"\0\"",
    "\"\u{7f}\u{80}\u{2028}\u{ffff}😀\"",
    "\"é",
    "\"\\",
    "\"\\\"",
    "\"\\x\"",
    "\"\\é\"",
    "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
    "\"\\u\"",
    "\"\\u1\"",
    "\"\\u12",
    "\"\\u123",
    "\"\\u1234",
    "\"\\u12G4\"",
    "\"\\u00é9\"",
    "\"\\u0000\\u001f\"",
    "\"\\u+123\"",
    "\"\\uD83D\\uDE00\"",
    "\"\\ud83d\"",
    "\"\\ud83d",
    "\"\\ud83d\\",
    "\"\\ud83d\\u",
    "\"\\ud83d\\ude0",
    "\"\\ud83dx\"",
    "\"\\ud83d\\n\"",
    "\"\\ud83d\\ud83d\"",
    "\"\\ud83d\\u0041\"",
    "\"\\ud83d\\ue000\"",
    "\"\\ude00\"",
    "\"\\udc00\\ud800\"",
    "\"\\uffff\"",
    // Numbers.
    "-",
    "- 1",
    "-x",
    "+1",
    ".5",
    "0",
    "-0",
    "00",
    "01",
    "-01",
    "1.",
    "1.x",
    "1.e1",
    "1e",
    "1e+",
    "1e-",
    "1ex",
    "1e+x",
    "1E5",
    "1e-5",
    "0e5",
    "-0e-5",
    "0.0",
    "-0.0",
    "1.0",
    "1.50",
    "0.1",
    "1x",
    "1.2.3",
    "1e5.5",
    "--1",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "18446744073709551615",
    "18446744073709551616",
    "18446744073709551615.9",
    "18446744073709551616.25e-3",
    "-9223372036854775808",
    "-9223372036854775809",
    "-18446744073709551615",
    "-18446744073709551616",
    "9007199254740993",
    "9007199254740993.0",
    "9007199254740993e0",
    "123456789012345678901234567890",
    "0.1234567890123456789012345",
    "1e22",
    "1e23",
    "8.5e22",
    "9007199254740992e22",
    "1e308",
    "1.8e308",
    "-1.8e308",
    "1e309",
    "1e400",
    "-1e400x",
    "1e-307",
    "5e-324",
    "2e-324",
    "3e-324",
    "1e-400",
    "0e400",
    "1e2147483647",
    "1e2147483648",
    "1e99999999999999",
    "-1e99999999999999",
    "1e-2147483648",
    "1e-99999999999999",
    "-1e-99999999999999",
    "0e99999999999999",
    "-0.0e99999999999999",
    "123456789012345678901234567890e99999999999999",
    "1000000000000000000000e-99999999999999",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "2.2250738585072011e-308",
    "4.35",
    "0.3",
    "2.675",
];

#[test]
fn every_rule_of_the_grammar_has_serde_jsons_result_and_error() {
    for text in TEXTS {
        same(text);
        same_bytes(text.as_bytes());
        for around in [("[", "]"), (" [0, ", " ,1]"), ("{\"k\":", "}"), ("[\n\"é\",\n ", "\n]")] {
            same(&[around.0, text, around.1].concat());
            same(&[around.0, text].concat());
        }
    }
}

#[test]
fn every_prefix_of_a_text_has_the_same_error() {
    let text = "{\"a\": [1, -2.5e+3, true, null],\n \"b\\u00e9\\ud83d\\ude00\": {\"c\": \"d\\n\", \"é😀\": [[], {}]}} ";
    for end in (0..text.len()).filter(|end| text.is_char_boundary(*end)) {
        same(&text[..end]);
        same(&[&text[..end], "?"].concat());
    }
    for end in 0..text.len() {
        same_bytes(&text.as_bytes()[..end]);
        same_bytes(&[&text.as_bytes()[..end], &[0xff], &text.as_bytes()[end..]].concat());
        same_bytes(&[&text.as_bytes()[..end], &[0xed, 0xa0, 0x80]].concat());
    }
}

#[test]
fn text_is_read_up_to_serde_jsons_depth() {
    for depth in [126, 127, 128, 129, 100_000] {
        same(&"[".repeat(depth));
        same(&["{\"a\":".repeat(depth), "1".into(), "}".repeat(depth)].concat());
        same(&["[".repeat(depth), "]".repeat(depth)].concat());
        same(&["[{\"a\":[1],\"b\":".repeat(depth / 2), "1".into(), "}]".repeat(depth / 2)].concat());
    }
    // Levels that are closed do not count.
    same(&["[", &"[[]],".repeat(1000), "{}]"].concat());
}

#[test]
fn a_small_stack_is_enough_for_the_deepest_text() {
    let deep = ["[{\"a\":".repeat(63), "[]".into(), "}]".repeat(63)].concat();
    let run = move || {
        let value = jsontext::from_str(&deep).unwrap();
        assert_eq!(value.to_text(), deep);
        assert!(!jsontext::to_string_pretty(&value).is_empty());
    };
    // WebAssembly has 1 MB for everything; debug builds need several times the stack of release builds.
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();
}

#[test]
fn the_json_test_suite_has_serde_jsons_results() {
    let Some(folder) = testdata("jsontestsuite/test_parsing") else { return };
    let mut count = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        same_bytes(&bytes);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            same(text);
        }
        count += 1;
    }
    assert!(count > 100, "{count} files");
}

#[test]
fn floats_of_every_size_have_the_shortest_text() {
    let mut float = 1e-323;
    while float < f64::MAX / 1.7 {
        for near in [float, float.next_up(), float.next_down(), -float, float.trunc(), float.round() + 0.5] {
            same_float(near);
        }
        float *= 1.37;
    }
    for power in -330..310 {
        for digits in
            ["1", "15", "123456789", "999999999999999", "123456789012345", "1234567890123456", "9007199254740993"]
        {
            same(&format!("{digits}e{power}"));
            same(&format!("-0.{digits}e{power}"));
        }
    }
    for cents in 0..20_000 {
        same_float(f64::from(cents) / 100.0);
        same_float(f64::from(cents) / 4096.0);
    }
    for float in [
        0.0,
        -0.0,
        f64::MIN_POSITIVE,
        f64::MAX,
        f64::EPSILON,
        0.1 + 0.2,
        1e15,
        1e16,
        1e21,
        999999999999999.9,
        1e-5,
        9.9e-6,
    ] {
        same_float(float);
    }
}

/// Values of any shape, with the texts and numbers that are written in more than one way.
fn values() -> impl Strategy<Value = Value> {
    let text = prop_oneof![".*", "[\"\\\\/\\x00-\\x1f a-c\u{e9}\u{2028}\u{1f600}]{0,12}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-1_000_000i64..1_000_000, 0i32..12).prop_map(|(digits, power)| Value::from(digits as f64 / 10f64.powi(power))),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..8)
                .prop_map(|members| Value::from(members.into_iter().collect::<Map<String, Value>>())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_is_written_and_read_like_serde_json(value in values()) {
        let text = value.to_string();
        prop_assert_eq!(value.to_text(), &text[..]);
        same(&text);
        same(&serde_json::to_string_pretty(&value).unwrap());
    }

    #[test]
    fn any_float_is_written_and_read_like_serde_json(bits in any::<u64>()) {
        same_float(f64::from_bits(bits));
    }

    #[test]
    fn a_broken_text_has_serde_jsons_error(value in values(), at in any::<prop::sample::Index>(), put in "[\\[\\]{}:,\"\\\\0-9eE+.\\-truefalsn \n\u{e9}]{0,3}", drop in 0usize..3) {
        let text: Vec<char> = value.to_string().chars().collect();
        let at = at.index(text.len() + 1);
        let rest = text.iter().skip((at + drop).min(text.len()));
        let broken: String = text[..at].iter().copied().chain(put.chars()).chain(rest.copied()).collect();
        same(&broken);
    }

    #[test]
    fn any_number_like_text_has_serde_jsons_result(text in "-?[0-9]{0,25}(\\.[0-9]{0,25})?([eE][+-]?[0-9]{0,4})?") {
        same(&text);
    }

    #[test]
    fn any_bytes_have_serde_jsons_verdict(bytes in prop::collection::vec(prop_oneof![any::<u8>(), Just(b'"'), Just(b'['), Just(b',')], 0..24)) {
        same_bytes(&bytes);
        same_bytes(&[&b"\""[..], &bytes, b"\""].concat());
    }
}
