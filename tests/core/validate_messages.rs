//! The validation messages that a model receives for an invalid answer.

use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::validate::{Options, Validator, report};
use serde_json::{Value, json};

/// The problems of `value` as lines `path: message`.
fn lines(schema: Value, value: Value) -> Vec<String> {
    let issues = Validator::new(&schema).unwrap().validate(&value);
    if let Some(found) = crate::plain::read(&schema).and_then(|plain| plain.validate(&value)) {
        assert_eq!(found, issues, "{value} by {schema}");
    }
    issues
        .iter()
        .map(|issue| {
            let path = issue.dotted();
            if path.is_empty() { issue.message.clone() } else { format!("{path}: {}", issue.message) }
        })
        .collect()
}

fn user() -> Value {
    json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 2},
            "age": {"type": "integer", "minimum": 0},
            "role": {"enum": ["admin", "guest", "in_review"]},
            "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": true, "maxItems": 3}
        },
        "required": ["name", "age"],
        "additionalProperties": false
    })
}

#[test]
fn a_valid_value_has_no_problems() {
    assert_eq!(lines(user(), json!({"name": "Jo", "age": 3, "role": "guest", "tags": []})), Vec::<String>::new());
}

#[test]
fn all_problems_are_reported_at_once_with_expected_and_actual_values() {
    let messages = lines(user(), json!({"name": "J", "age": "30", "role": "In Review", "tags": ["a", 2, "a"]}));
    assert_eq!(
        messages,
        [
            "name: wanted at least 2 characters, got 1: \"J\"",
            "age: wanted an integer, got the string \"30\"",
            "role: wanted one of \"admin\", \"guest\", \"in_review\", got the string \"In Review\" (did you mean \"in_review\"?)",
            "tags: wanted items that are all different: \"a\" is at 0 and at 2",
            "tags.1: wanted a string, got the number 2",
        ]
    );
}

#[test]
fn a_missing_key_is_reported_with_its_type_and_a_misspelt_key() {
    let messages = lines(user(), json!({"name": "Jo", "Age": 3}));
    assert_eq!(
        messages,
        [
            "age: required, but missing: wanted an integer (found \"Age\": is that the one?)",
            "unexpected key \"Age\": allowed are \"name\", \"age\", \"role\", \"tags\"",
        ]
    );
}

#[test]
fn a_union_reports_the_problems_of_the_closest_branch() {
    let schema = json!({
        "anyOf": [
            {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"type": "string"}}, "required": ["city", "zip"]},
            {"type": "string"},
            {"type": "null"}
        ]
    });
    assert_eq!(
        lines(schema.clone(), json!({"city": "Bonn", "zip": 53111})),
        ["zip: wanted a string, got the number 53111"]
    );
    let nested = json!({"type": "object", "properties": {"home": schema}});
    assert_eq!(lines(nested, json!({"home": {"city": "Bonn"}})), ["home.zip: required, but missing: wanted a string"]);
}

#[test]
fn a_union_without_a_close_branch_lists_the_expected_types() {
    let schema = json!({"properties": {"x": {"anyOf": [{"type": "integer"}, {"type": "null"}]}}});
    assert_eq!(lines(schema, json!({"x": "a"})), ["x: wanted an integer or null, got the string \"a\""]);
}

#[test]
fn an_unknown_discriminator_is_reported_with_the_known_ones() {
    let branch = |kind: &str, key: &str| json!({"type": "object", "properties": {"kind": {"const": kind}, key: {"type": "number"}}, "required": ["kind", key]});
    let schema = json!({"oneOf": [branch("circle", "radius"), branch("square", "side")]});
    assert_eq!(
        lines(schema.clone(), json!({"kind": "Circel", "radius": 1})),
        ["kind: wanted one of \"circle\", \"square\", got the string \"Circel\" (did you mean \"circle\"?)"]
    );
    assert_eq!(lines(schema, json!({"kind": "square", "radius": 1})), ["side: required, but missing: wanted a number"]);
}

#[test]
fn a_key_that_is_a_number_stays_a_key() {
    let schema = json!({"additionalProperties": {"type": "array", "items": {"type": "integer"}}});
    let issues = Validator::new(&schema).unwrap().validate(&json!({"0": [1, "x"]}));
    assert_eq!(issues[0].path, [json!("0"), json!(1)]);
}

#[test]
fn a_long_value_is_not_quoted_in_full() {
    let messages = lines(json!({"type": "integer"}), json!("x".repeat(100_000)));
    assert!(messages[0].chars().count() < 120, "{messages:?}");
}

#[test]
fn a_failing_list_of_two_hundred_sends_five_lines() {
    let schema = json!({"items": {"type": "object", "properties": {"n": {"type": "integer"}}}});
    let value: Value = (0..200).map(|i| json!({"n": i.to_string()})).collect();
    let issues = Validator::new(&schema).unwrap().validate(&value);
    assert_eq!(issues.len(), 200);
    assert_eq!(report::error_text("Rows", &issues).lines().count(), 5);
}

#[test]
fn formats_are_checked_unless_disabled() {
    let schema = json!({"format": "date"});
    let messages = lines(schema.clone(), json!("31.1.2024"));
    assert_eq!(messages, ["wanted a string of the format date such as 2024-01-31, got the string \"31.1.2024\""]);
    let annotation = Options { formats: false, ..Options::default() };
    assert!(Validator::with_options(&schema, &annotation).unwrap().validate(&json!("31.1.2024")).is_empty());
}

#[test]
fn an_invalid_schema_is_a_configuration_error_with_its_path() {
    let error = Validator::new(&json!({"properties": {"a": {"type": "strin"}}})).err().unwrap();
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.message.contains("/properties/a/type"), "{error}");
    let error = Validator::new(&json!("object")).err().unwrap();
    assert!(error.message.contains("A JSON Schema is an object"), "{error}");
}

#[test]
fn an_invalid_pattern_is_a_configuration_error() {
    let error = Validator::new(&json!({"pattern": "("})).err().unwrap();
    assert_eq!(error.kind, Kind::Configuration);
    assert!(error.message.contains("/pattern"), "{error}");
    for schema in [json!({"pattern": "^(a+)+$"}), json!({"patternProperties": {"^(a+)+$": true}})] {
        let error = Validator::new(&schema).err().unwrap();
        assert_eq!(error.kind, Kind::Configuration);
        assert!(error.message.contains("exponential time"), "{error}");
    }
}

#[test]
fn a_remote_reference_is_never_fetched_but_may_be_supplied() {
    let schema = json!({"$ref": "http://127.0.0.1:9/x.json"});
    let error = Validator::new(&schema).err().unwrap();
    assert!(error.message.contains("References are never fetched"), "{error}");
    let resources = [("http://127.0.0.1:9/x.json".to_owned(), json!({"type": "integer"}))];
    let given = Options { resources: &resources, ..Options::default() };
    assert_eq!(Validator::with_options(&schema, &given).unwrap().validate(&json!("a")).len(), 1);
}

#[test]
fn a_broken_reference_and_an_unknown_dialect_are_reported() {
    let error = Validator::new(&json!({"$ref": "#/$defs/Gone"})).err().unwrap();
    assert!(error.message.contains("/$defs/Gone"), "{error}");
    let error = Validator::new(&json!({"$schema": "https://example.com/mine"})).err().unwrap();
    assert!(error.message.contains("https://example.com/mine"), "{error}");
}

#[test]
fn a_schema_without_a_dialect_may_use_the_tuples_of_draft_7_or_the_limits_of_draft_4() {
    assert_eq!(lines(json!({"items": [{"type": "string"}], "additionalItems": false}), json!([1])).len(), 1);
    assert_eq!(lines(json!({"minimum": 3, "exclusiveMinimum": true}), json!(3)).len(), 1);
}

#[test]
fn a_recursive_schema_ends() {
    let list = json!({"$defs": {"l": {"properties": {"next": {"$ref": "#/$defs/l"}, "v": {"type": "integer"}}}}, "$ref": "#/$defs/l"});
    let mut value = json!({"v": "x"});
    for _ in 0..100 {
        value = json!({"next": value, "v": 1});
    }
    assert_eq!(lines(list, value).len(), 1);
    // Only a reference to itself: refused or satisfied, but it ends.
    if let Ok(validator) = Validator::new(&json!({"$ref": "#"})) {
        validator.validate(&json!(1));
    }
}

#[test]
fn the_number_of_problems_is_bounded() {
    let value: Value = (0..5000).map(|i| json!(i.to_string())).collect();
    let issues = Validator::new(&json!({"items": {"type": "integer"}})).unwrap().validate(&value);
    assert!(issues.len() <= 500, "{}", issues.len());
}

#[test]
fn problems_below_a_key_of_a_megabyte_are_bounded_as_well() {
    let schema = json!({"additionalProperties": {"items": {"type": "integer"}}});
    for (key, items) in [(1_000_000, 5000), (100_000, 500), (1, 500_000)] {
        let value = json!({"k".repeat(key): vec!["x"; items]});
        let issues = Validator::new(&schema).unwrap().validate(&value);
        let size: usize = issues.iter().map(|issue| issue.dotted().len()).sum();
        assert!(!issues.is_empty() && size < 2_000_000, "{size}");
        let text = report::error_text("Rows", &issues);
        assert!(text.len() < 2_000, "{}", text.len());
    }
    // A path that is too large to report does not make the value invalid.
    let fits = json!({"k": vec![1; 500_000]});
    assert!(Validator::new(&schema).unwrap().validate(&fits).is_empty());
}

#[test]
fn every_problem_of_a_reask_is_one_line_with_path_and_values_for_any_nesting() {
    let part = |kind: &str, key: &str| {
        json!({"type": "object", "required": ["kind", key],
               "properties": {"kind": {"const": kind}, key: {"type": "integer"}}})
    };
    let schema = json!({"type": "object", "required": ["parts"], "properties": {
        "parts": {"type": "array", "items": {"anyOf": [part("disc", "radius"), part("box", "side")]}},
        "mood": {"anyOf": [{"enum": ["happy", "sad"]}, {"type": "null"}]},
        "sizes": {"additionalProperties": {"type": "number"}}
    }});
    let parts: Vec<Value> = (0..200).map(|i| json!({"kind": "box", "side": i.to_string()})).collect();
    let value = json!({"parts": parts, "mood": "Happy!", "sizes": {"a b": "x\ny"}});
    let issues = Validator::new(&schema).unwrap().validate(&value);
    let text = report::error_text("Order", &issues);
    let messages: Vec<&str> = text.lines().collect();
    assert_eq!(
        messages,
        [
            "202 validation errors for Order",
            "parts.0.side: wanted an integer, got the string \"0\"",
            "parts.1.side: wanted an integer, got the string \"1\"",
            "parts.2.side: wanted an integer, got the string \"2\"",
            "mood: wanted one of \"happy\", \"sad\", got the string \"Happy!\" (did you mean \"happy\"?)",
            "sizes.a b: wanted a number, got the string \"x\\ny\"",
            "parts.*.side: and 197 more with the same problem",
        ]
    );
}

#[test]
fn a_union_without_a_discriminator_reports_the_branch_with_the_closest_shape() {
    let shape = |keys: &[&str]| {
        let properties: serde_json::Map<String, Value> =
            keys.iter().map(|key| (key.to_string(), json!({"type": "string"}))).collect();
        json!({"type": "object", "properties": properties, "required": keys, "additionalProperties": false})
    };
    let schema = json!({"oneOf": [shape(&["street", "city", "zip"]), shape(&["lat", "lon"])]});
    assert_eq!(
        lines(schema.clone(), json!({"street": "A 1", "city": "Ulm"})),
        ["zip: required, but missing: wanted a string"]
    );
    assert_eq!(lines(schema, json!({"lat": "1", "lon": 2})), ["lon: wanted a string, got the number 2"]);
}

#[test]
fn a_large_enum_is_reported_with_a_few_values_and_the_closest() {
    let words: Vec<String> = (0..300).map(|i| format!("country_{i:03}")).collect();
    let messages = lines(json!({"enum": words}), json!("Country 250"));
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].contains("(300 in all)") && messages[0].ends_with("(did you mean \"country_250\"?)"),
        "{messages:?}"
    );
    assert!(messages[0].len() < 500, "{messages:?}");
}
