//! What lenient reading changes, what it leaves unchanged, and the cost of hostile text.

use instructor_wasm::machinery::call::Client;
use instructor_wasm::machinery::json::lax;
use instructor_wasm::machinery::json::lenient::{Coercion, fit, read};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn object(properties: Value) -> Value {
    let required: Vec<&String> = properties.as_object().unwrap().keys().collect();
    json!({"type": "object", "properties": properties, "required": required})
}

/// The value as the schema reads it, and the coercions.
fn align(value: Value, schema: &Value) -> (Value, Vec<Coercion>) {
    let (value, made, _) = fit(value, schema);
    (value, made)
}

fn whys(made: &[Coercion]) -> Vec<&'static str> {
    made.iter().map(|c| c.why).collect()
}

/// One field aligned to the given schema: the field's value and the number of coercions.
fn field(schema: Value, value: Value) -> (Value, usize) {
    let (value, made) = align(json!({"v": value}), &object(json!({"v": schema})));
    (value["v"].clone(), made.len())
}

#[test]
fn a_valid_value_is_not_changed() {
    let value = json!({"v": {"b": 1, "a": [null, "x"]}});
    assert_eq!(align(value.clone(), &object(json!({"v": {"type": "object"}}))).0, value);
}

#[test]
fn text_becomes_the_number_in_it() {
    for (text, number) in [
        ("30", 30.0),
        ("1,234", 1234.0),
        ("1.234,5", 1234.5),
        ("$1,234.50", 1234.5),
        ("25 years", 25.0),
        ("-3", -3.0),
        ("1 000 000", 1e6),
    ] {
        let (value, made) = field(json!({"type": "number"}), json!(text));
        assert_eq!((value.as_f64(), made), (Some(number), 1), "{text}");
    }
}

#[test]
fn text_with_no_number_or_two_stays_text() {
    for text in ["5-10", "about five", "1,23,4", "3 of 4", "50%", "1/0", "", "12:30"] {
        assert_eq!(field(json!({"type": "number"}), json!(text)), (json!(text), 0), "{text}");
    }
    assert_eq!(field(json!({"type": "integer"}), json!("3.5")), (json!("3.5"), 0));
}

#[test]
fn an_enum_value_is_found_by_case_and_punctuation_but_not_by_guessing() {
    let role = json!({"enum": ["in_review", "done"]});
    assert_eq!(field(role.clone(), json!("In Review")), (json!("in_review"), 1));
    assert_eq!(field(role, json!("review")), (json!("review"), 0));
    let twins = json!({"enum": ["a-b", "a_b"]});
    assert_eq!(field(twins, json!("A B")), (json!("A B"), 0));
}

#[test]
fn yes_is_true_where_a_boolean_is_expected_and_text_otherwise() {
    assert_eq!(field(json!({"type": "boolean"}), json!("yes")), (json!(true), 1));
    assert_eq!(field(json!({"type": "string"}), json!("yes")), (json!("yes"), 0));
    assert_eq!(field(json!({"type": "boolean"}), json!(1)), (json!(true), 1));
    assert_eq!(field(json!({"type": "boolean"}), json!(2)), (json!(2), 0));
}

#[test]
fn a_single_item_becomes_a_list_and_a_wrapper_is_removed() {
    let strings = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(field(strings.clone(), json!("a")), (json!(["a"]), 1));
    assert_eq!(field(json!({"type": "integer"}), json!({"value": 3})), (json!(3), 1));
    let user = object(json!({"name": {"type": "string"}}));
    assert_eq!(align(json!({"User": {"name": "Jo"}}), &user).0, json!({"name": "Jo"}));
}

#[test]
fn keys_match_without_case_and_separators_unless_ambiguous() {
    let user = object(json!({"first_name": {"type": "string"}}));
    let (value, made) = align(json!({"firstName": "Jo", "x": 1}), &user);
    assert_eq!(value, json!({"first_name": "Jo", "x": 1}));
    assert_eq!((made.len(), &made[0].path[0]), (1, &json!("first_name")));
    let twins = object(json!({"a_b": {}, "a-b": {}}));
    assert_eq!(align(json!({"aB": 1}), &twins).0, json!({"aB": 1}));
}

#[test]
fn a_union_keeps_a_value_that_one_branch_accepts_and_changes_nothing_when_two_branches_match() {
    let either = json!({"anyOf": [{"type": "integer"}, {"type": "string"}]});
    assert_eq!(field(either, json!("30")), (json!("30"), 0));
    let both =
        json!({"anyOf": [{"type": "integer"}, {"type": "boolean"}, {"type": "array", "items": {"type": "string"}}]});
    assert_eq!(field(both, json!("30")), (json!("30"), 0));
}

#[test]
fn every_coercion_is_listed_with_path_values_and_reason() {
    let (_, made) = align(json!({"v": "30"}), &object(json!({"v": {"type": "integer"}})));
    assert_eq!(made[0].to_json(), json!({"path": ["v"], "from": "30", "to": 30, "why": "text read as a number"}));
}

#[test]
fn of_several_objects_the_one_that_matches_the_schema_is_the_answer() {
    let user = object(json!({"name": {"type": "string"}, "age": {"type": "integer"}}));
    let text = "Given {\"query\": \"who\"} I found:\n```json\n{name: 'Jo', \"age\": 3,}\n```\nSee [1] and {\"x\": 2}.";
    let (value, made) = read(text, Some(&user)).unwrap();
    assert_eq!(value, json!({"name": "Jo", "age": 3}));
    assert_eq!(whys(&made), ["repaired the JSON's syntax"]);
}

#[test]
fn a_part_of_an_object_does_not_replace_it_where_every_key_is_optional() {
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}, "home": {"type": "object"}}});
    let value = read("{name: 'Jo', home: {\"city\": \"Ulm\"}}", Some(&schema)).unwrap().0;
    assert_eq!(value, json!({"name": "Jo", "home": {"city": "Ulm"}}));
}

#[test]
fn malformed_syntax_is_repaired() {
    for (text, wanted) in [
        ("{'a': 'it\\'s', b: True, c: None,}", json!({"a": "it's", "b": true, "c": null})),
        ("{\"a\": \"line\nend\", // note\n \"b\": 1", json!({"a": "line\nend", "b": 1})),
        ("{\"a\": \"say \"hi\" to\", \"b\": [1, 2}", json!({"a": "say \"hi\" to", "b": [1, 2]})),
        ("{\"a\": 1 \"b\": 2}", json!({"a": 1, "b": 2})),
        ("<think>{\"a\": 0}</think>{\"a\": .5}", json!({"a": 0.5})),
        ("{\"city\": \"New York, \"age\": 3}", json!({"city": "New York", "age": 3})),
        ("{\"a\": \"no end\n  \"b\": 2}", json!({"a": "no end", "b": 2})),
        ("{\"a\": [\"no end]}", json!({"a": ["no end"]})),
        ("```json\n{\"a\": \"no end}\n```", json!({"a": "no end"})),
        ("{\"a\": \"it has {\"b\": \"c\"}, you see\"}", json!({"a": "it has {\"b\": \"c\"}, you see"})),
        ("{\"a\": \"x, {\"k\": 1}, \"b\": 2}", json!({"a": "x, {\"k\": 1}", "b": 2})),
        ("{\"a\" {\"b\"2}}", json!({"a": {"b": 2}})),
        ("{a\": foo\", \"b\": 1, ...}", json!({"a": "foo", "b": 1})),
        ("[\"a\" \"b\"]", json!(["a", "b"])),
        ("{\"a\":\u{202f}1}", json!({"a": 1})),
        ("{\"a\": \"x\\u00", json!({"a": "x"})),
        ("{\\\"a\\\": \\\"b\\\"}", json!({"a": "b"})),
    ] {
        assert_eq!(read(text, None).unwrap().0, wanted, "{text}");
    }
}

#[test]
fn literals_of_other_languages_are_read() {
    for (text, wanted) in [
        ("{\"t\": (1, 'b'), \"e\": (), \"n\": (5)}", json!({"t": [1, "b"], "e": [], "n": 5})),
        ("('a', ('b', 1))", json!(["a", ["b", 1]])),
        ("{'red', 'green'}", json!(["red", "green"])),
        ("{\"id\": ObjectId(\"a1\"), \"n\": Decimal(2.5)}", json!({"id": "a1", "n": 2.5})),
        ("{\"sql\": 'select ' +\n 'one'}", json!({"sql": "select one"})),
        ("{n: 1_000_000, f: 5.e2, m: -.5, x: 0xFF}", json!({"n": 1_000_000, "f": 500.0, "m": -0.5, "x": 255})),
        ("{\"key\": Null}", json!({"key": null})),
        ("{\"\"name\"\": \"\"Jo\"\"}", json!({"name": "Jo"})),
        ("{\"code\": \"\"\"\n    if a:\n      b()\n    \"\"\"}", json!({"code": "if a:\n  b()"})),
        ("{\"code\": ```python app.py\nprint('x')\n```}", json!({"code": "print('x')"})),
        ("{\"call\": print(\"x\")}", json!({"call": "print(\"x\")"})),
        ("{\"note\": (see below), \"b\": 1}", json!({"note": "(see below)", "b": 1})),
    ] {
        assert_eq!(read(text, None).unwrap().0, wanted, "{text}");
    }
}

#[test]
fn missing_and_extra_ends_do_not_affect_other_values() {
    for (text, wanted) in [
        ("{\"a\": 1}, \"b\": 2}", json!({"a": 1, "b": 2})),
        ("[{\"a\": 1{\"a\": 2}]", json!([{"a": 1}, {"a": 2}])),
        ("{\"l\": [1, 2], [3], \"b\": 4}", json!({"l": [1, 2, 3], "b": 4})),
        ("[\"k\": \"v\", \"w\": 1]", json!([{"k": "v", "w": 1}])),
        ("{\"l\": [\"a\",\"b\" sic],\"m\": [\"c\"]}", json!({"l": ["a", "b", "sic"], "m": ["c"]})),
        ("[\n  \"one,\n  \"two\"\n]", json!(["one", "two"])),
        ("[\"a\" 2, \"b\"]", json!(["a", 2, "b"])),
        ("{\"a: \"x\", \"b\" true}", json!({"a": "x", "b": true})),
        ("{\"a\": true, NOTE \"b\": 1}", json!({"a": true, "b": 1})),
        ("{\"a\": \"x\" \"b\": \"y\"}", json!({"a": "x", "b": "y"})),
        ("{a: words {in braces} here, b: 2}", json!({"a": "words {in braces} here", "b": 2})),
        ("{```\n{\"a\": 1}\n```}", json!({"a": 1})),
        ("{\"a\": null,\n\nAnything else?", json!({"a": null})),
        ("{\"a\": \"cut off\n", json!({"a": "cut off\n"})),
        ("{\"n\": 1,200 and more}", json!({"n": "1,200 and more"})),
    ] {
        assert_eq!(read(text, None).unwrap().0, wanted, "{text}");
    }
}

#[test]
fn without_a_schema_a_quoted_text_is_a_value_and_prose_is_not() {
    for (text, wanted) in [
        ("'it\\'s'", json!("it's")),
        ("\"The 24\" screen\"", json!("The 24\" screen")),
        ("\"cut off", json!("cut off")),
        ("True", json!(true)),
        ("done(-.5);", json!(-0.5)),
        ("{\"n\": 1}\n{\"n\": 2}\n", json!([{"n": 1}, {"n": 2}])),
    ] {
        assert_eq!(read(text, None).unwrap().0, wanted, "{text}");
    }
    for prose in ["hello", "(1) Keep this.", "\"Yes\" is what I'd say", "\"\\u26\""] {
        assert!(read(prose, None).is_err(), "{prose}");
    }
    assert_eq!(read("{\"n\": 1} or {\"n\": 2}", None).unwrap().0, json!({"n": 1}));
}

#[test]
fn a_list_of_many_consecutive_objects_is_read_completely() {
    let list = json!({"type": "array", "items": object(json!({"n": {"type": "integer"}}))});
    let text: String = (0..500).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    assert_eq!(read(&text, Some(&list)).unwrap().0.as_array().unwrap().len(), 500);
}

#[test]
fn a_scalar_in_a_fence_is_found_where_one_is_expected_and_text_stays_text_otherwise() {
    let maybe = json!({"anyOf": [{"enum": ["a-1", "a"]}, {"type": "null"}]});
    let text = "Neither a nor a-1 fits:\n```json\nnull\n```\nThere is none.";
    assert_eq!(read(text, Some(&maybe)).unwrap().0, json!(null));
    assert_eq!(read("```\n42\n```", Some(&json!({"type": "integer"}))).unwrap().0, json!(42));
    for text in ["None", "```\n42\n```", "\"cut off", "1 cup"] {
        let either = json!({"type": ["string", "null"]});
        assert_eq!(read(text, Some(&either)).unwrap(), (json!(text), vec![]), "{text}");
    }
}

#[test]
fn the_only_property_of_an_object_may_be_written_without_the_object_unless_it_is_text() {
    let count = object(json!({"count": {"type": "integer"}}));
    let (value, made) = read("12", Some(&count)).unwrap();
    assert_eq!((value, whys(&made)), (json!({"count": 12}), vec!["read as what the object's only property holds"]));
    let users = object(json!({"users": {"type": "array", "items": object(json!({"name": {"type": "string"}}))}}));
    assert_eq!(read("[{\"name\": \"Jo\"}]", Some(&users)).unwrap().0, json!({"users": [{"name": "Jo"}]}));
    let name = object(json!({"name": {"type": "string"}}));
    assert_eq!(align(json!("Jo"), &name).0, json!("Jo"));
    let two = object(json!({"a": {"type": "integer"}, "b": {"type": "integer"}}));
    assert_eq!(align(json!(12), &two).0, json!(12));
    let numbers = object(json!({"n": {"type": "array", "items": {"type": "integer"}}}));
    assert!(read("As shown in [1].", Some(&numbers)).is_ok_and(|(value, _)| value == json!([1])));
}

#[test]
fn one_wrapper_is_removed_or_added_and_never_two() {
    let status = json!({"enum": [1, "THREE"]});
    assert_eq!(align(json!({"status": 1}), &status).0, json!(1));
    assert_eq!(align(json!({"status": {"code": 1}}), &status).0, json!({"status": {"code": 1}}));
    assert_eq!(align(json!({"values": [1]}), &status).0, json!({"values": [1]}));
    // A schema for any JSON: nothing is wrapped in lists to improve the match.
    let any = json!({"$ref": "#/$defs/any", "$defs": {"any": {"anyOf": [
        {"type": "integer"}, {"type": "string"}, {"type": "array", "items": {"$ref": "#/$defs/any"}},
        {"type": "object", "additionalProperties": {"$ref": "#/$defs/any"}},
    ]}}});
    let value = json!({"a": {"b": [1, {"c": "d"}]}, "e": ["f", ["g"]]});
    assert_eq!(align(value.clone(), &any), (value, vec![]));
}

#[test]
fn json_inside_a_string_is_aligned_as_well() {
    let schema = object(json!({"user": object(json!({"age": {"type": "integer"}}))}));
    assert_eq!(align(json!({"user": "{\"Age\": \"3\"}"}), &schema).0, json!({"user": {"age": 3}}));
}

#[test]
fn an_enum_value_in_capitals_is_distinguished_from_a_word_of_the_sentence() {
    let number = json!({"type": "string", "enum": ["ONE", "TWO"]});
    assert_eq!(read("TWO is one of the answers", Some(&number)).unwrap().0, json!("TWO"));
    for unclear in ["Two is one of the answers", "ONE or TWO", "ONE it is, not TWO"] {
        assert_eq!(read(unclear, Some(&number)).unwrap().0, json!(unclear));
    }
    let level = json!({"type": "string", "enum": ["low", "high"]});
    assert_eq!(read("Risk is Low, confidence high", Some(&level)).unwrap().0, json!("Risk is Low, confidence high"));
}

#[test]
fn text_without_json_is_an_error() {
    assert!(read("I cannot help with that.", Some(&object(json!({"a": {}})))).is_err());
    assert!(read("", None).is_err());
}

#[test]
fn strict_false_coerces_like_pydantics_lax_table_and_no_further() {
    let lax = |schema: Value, value: Value| {
        let mut made = Vec::new();
        let value = lax::coerce(json!({"v": value}), &object(json!({"v": schema})), &mut made);
        (value["v"].clone(), made.len())
    };
    assert_eq!(lax(json!({"type": "integer"}), json!("3")), (json!(3), 1));
    assert_eq!(lax(json!({"type": "number"}), json!("1")), (json!(1), 1));
    assert_eq!(lax(json!({"type": "boolean"}), json!("true")), (json!(true), 1));
    assert_eq!(lax(json!({"type": "boolean"}), json!(1)), (json!(true), 1));
    assert_eq!(lax(json!({"type": "string"}), json!(1)), (json!(1), 0));
    assert_eq!(lax(json!({"type": "integer"}), json!("3 years")), (json!("3 years"), 0));
    assert_eq!(lax(json!({"enum": ["a"]}), json!("A")), (json!("A"), 0));
    assert_eq!(lax(json!({"type": "array", "items": {"type": "integer"}}), json!("1")), (json!("1"), 0));
}

#[test]
fn hostile_text_is_read_in_bounded_time() {
    let schema = object(json!({"a": {"anyOf": [{"type": "string"}, {"type": "array", "items": {"$ref": "#"}}]}}));
    for unit in [
        "{",
        "[",
        "{\"",
        "\"",
        "{\"a\":",
        "[{",
        "{a:'",
        "/*",
        "\\",
        "{\"a\": \"x\", \"",
        "'''",
        "{}",
        "[1,",
        "` ",
        "((\"a\"",
        "\\\\\"",
        "{x{",
        "\"a\"+",
    ] {
        let text = unit.repeat(100_000 / unit.len());
        let _ = read(&text, Some(&schema));
        let _ = read(&["{\"a\": \"", &text].concat(), Some(&schema));
    }
}

#[test]
fn the_list_of_coercions_is_bounded_and_further_values_are_not_changed() {
    let schema = json!({"additionalProperties": {"type": "array", "items": {"type": "integer"}}});
    let key = "k".repeat(300_000);
    let (value, made) = align(json!({&key: vec!["1"; 70_000]}), &schema);
    let listed: usize = made.iter().map(|coercion| coercion.to_json().to_string().len()).sum();
    assert!(listed < 10_000_000, "{listed}");
    let items = value[&key].as_array().unwrap();
    assert_eq!(items.iter().filter(|item| item.is_number()).count(), made.len());
}

#[test]
fn a_schema_of_nested_unions_takes_bounded_time() {
    // Each level refers to the next one twice: 2^30 paths.
    let level = |next: usize| json!({"type": "object", "properties": {"n": {"$ref": format!("#/$defs/l{next}")}}});
    let mut definitions: serde_json::Map<String, Value> =
        (0..30).map(|i| (format!("l{i}"), json!({"anyOf": [level(i + 1), level(i + 1)]}))).collect();
    definitions.insert("l30".into(), json!({"type": "integer"}));
    let schema = json!({"$ref": "#/$defs/l0", "$defs": definitions});
    let mut value = json!("x");
    for _ in 0..30 {
        value = json!({"n": value});
    }
    assert_eq!(align(value.clone(), &schema).0, value);
}

proptest! {
    #[test]
    fn any_json_is_read_as_itself_without_a_schema(text in "[a-z\"\\\\\n{}\\[\\],:' ]{0,40}", number in any::<i64>()) {
        let value = json!({"t": text, "n": [number, null, true], "o": {"": text}});
        let (got, made) = read(&value.to_string(), None).unwrap();
        prop_assert_eq!(got, value);
        prop_assert!(made.is_empty());
    }

    #[test]
    fn no_text_makes_it_panic(text in "[\\[\\]{}:,\"'`/*#\\\\ \na1.…é-]{0,60}") {
        let _ = read(&text, None);
        let _ = read(&text, Some(&object(json!({"a": {"type": "integer"}, "b": {"enum": ["x", "y"]}}))));
    }
}

#[test]
fn malformed_json_in_a_rendered_form_is_repaired_and_restored() {
    let client = Client::new("openai/gpt-4o-mini", Map::from_iter([("apiKey".to_owned(), json!("sk-test"))]));
    let schema = json!({
        "type": "object",
        "properties": {
            "scores": { "type": "object", "additionalProperties": { "type": "integer" } },
            "nick": { "type": "string" },
        },
        "required": ["scores"],
    });
    let call =
        json!({ "responseModel": { "schema": schema }, "prompt": "x", "mode": "JSON_SCHEMA", "parse": "lenient" });
    let setup = client.unwrap().setup(call.as_object().unwrap().clone(), false).unwrap();
    let mut coercions = Vec::new();
    let text = "{scores: [{key: 'a', value: '1,200'},], nick: null";
    let value = setup.read(text, text, 0, &mut coercions);
    assert_eq!(value.unwrap(), json!({ "scores": { "a": 1200 } }));
    assert!(!coercions.is_empty());
}
