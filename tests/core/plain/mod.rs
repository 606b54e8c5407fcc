//! The validator in the core gives the issues that jsonschema gives: the same paths and words in the same order, or it
//! hands the schema or the value over.

pub mod generate;
mod limits;

use crate::support::{json_files, read_json, small_stack};
use generate::Choices;
use instructor_wasm::machinery::validate::plain::{Matcher, Plain};
use instructor_wasm::machinery::validate::{Options, Validator};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// The host's engine, natively.
pub fn compile(pattern: &str) -> Option<Matcher> {
    let regex = regress::Regex::with_flags(pattern, "u").ok()?;
    Some(Box::new(move |text| Some(regex.find(text).is_some())))
}

pub fn read(schema: &Value) -> Option<Plain> {
    Plain::new(schema.clone(), &compile)
}

/// How many were compared, and how many were handed over.
#[derive(Default, Debug)]
struct Tally {
    schemas: usize,
    taken: usize,
    values: usize,
    invalid: usize,
    unsure: usize,
}

impl Tally {
    /// Compares both validators. A schema that is read must be valid for jsonschema, too.
    fn compare(&mut self, schema: &Value, options: &Options, values: &[Value]) {
        self.schemas += 1;
        let Some(plain) = read(schema) else { return };
        self.taken += 1;
        let known = Validator::with_options(schema, options).unwrap_or_else(|error| panic!("{error}: {schema}"));
        for value in values {
            self.values += 1;
            match plain.validate(value) {
                Some(issues) => {
                    assert_eq!(issues, known.validate(value), "{value} by {schema}");
                    self.invalid += usize::from(!issues.is_empty());
                }
                None => self.unsure += 1,
            }
        }
    }
}

/// The cases of one draft of JSON-Schema-Test-Suite, with the optional ones; and those of formats alone.
fn suite(folder: &str, draft: &str) -> Option<[Tally; 2]> {
    let mut tallies = [Tally::default(), Tally::default()];
    for (name, file) in json_files(&format!("json-schema-test-suite/{folder}"))? {
        let of_formats = name.contains("format");
        let tally = &mut tallies[usize::from(of_formats)];
        for group in file.as_array().expect("groups") {
            // The suite's schemas name their draft; without it the newest one that accepts the schema is used.
            let mut schema = group["schema"].clone();
            if let Some(members) = schema.as_object_mut() {
                let uri = if draft == "7" {
                    "http://json-schema.org/draft-07/schema#"
                } else {
                    "https://json-schema.org/draft/2020-12/schema"
                };
                members.entry("$schema").or_insert(json!(uri));
            }
            let tests = group["tests"].as_array().expect("tests");
            let values: Vec<Value> = tests.iter().map(|test| test["data"].clone()).collect();
            tally.compare(&schema, &Options::default(), &values);
            // `format` is asserted here, and only described in the required part of the suite.
            if let Some(plain) = read(&schema).filter(|_| !of_formats) {
                for (test, value) in tests.iter().zip(&values) {
                    let found = plain.validate(value);
                    assert!(found.is_none_or(|issues| issues.is_empty() == test["valid"]), "{name}: {test}");
                }
            }
        }
    }
    println!("plain: json-schema-test-suite {folder}: {:?}, formats: {:?}", tallies[0], tallies[1]);
    Some(tallies)
}

#[test]
fn the_test_suite_of_both_drafts_gives_the_same_issues_or_is_handed_over() {
    let Some(seven) = suite("draft7", "7") else { return };
    let Some(newest) = suite("draft2020-12", "2020-12") else { return };
    for [tally, _] in [seven, newest] {
        assert!(tally.taken * 2 > tally.schemas && tally.unsure * 20 < tally.values, "{tally:?}");
    }
}

/// Values for a schema: most of them fit in most places.
fn values_for(name: &str, schema: &Value) -> Vec<Value> {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    let mut state = hasher.finish() | 1;
    let mut values = Vec::new();
    for _ in 0..20 {
        let mut bytes = Vec::new();
        for _ in 0..600 {
            // xorshift
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            bytes.push((state >> 24) as u8);
        }
        values.push(generate::value_of(schema, schema, &mut Choices(&bytes), 12));
    }
    values
}

#[test]
fn the_schemas_of_real_programs_give_the_same_issues_or_are_handed_over() {
    let Some(files) = json_files("jsonschemabench") else { return };
    let mut tally = Tally::default();
    small_stack(move || {
        for (name, schema) in files {
            tally.compare(&schema, &Options::default(), &values_for(&name, &schema));
        }
        println!("plain: jsonschemabench: {tally:?}");
        assert!(tally.taken * 3 > tally.schemas && tally.unsure * 20 < tally.values, "{tally:?}");
        assert!(tally.invalid * 4 > tally.values, "{tally:?}");
    });
}

#[test]
fn the_schemas_of_tools_give_the_same_issues_and_none_is_handed_over() {
    let Some(file) = read_json("bfcl/bfcl-v4-sample.json") else { return };
    let mut tally = Tally::default();
    for case in file["cases"].as_array().expect("cases") {
        for tool in case["tools"].as_array().expect("tools") {
            let name = tool["name"].to_string();
            let mut values = values_for(&name, &tool["parameters"]);
            values.extend(
                case["accepted"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(|call| call.get(tool["name"].as_str()?))
                    .cloned(),
            );
            tally.compare(&tool["parameters"], &Options::default(), &values);
        }
    }
    println!("plain: bfcl: {tally:?}");
    assert!(tally.taken == tally.schemas && tally.unsure == 0 && tally.invalid > 100, "{tally:?}");
}

#[test]
fn generated_schemas_and_values_give_the_same_issues() {
    let config = ProptestConfig { cases: 6000, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(schema in prop::collection::vec(any::<u8>(), 0..120), value in prop::collection::vec(any::<u8>(), 0..120))| {
        let schema = generate::schema(&mut Choices(&schema));
        let fitting = generate::value_of(&schema, &schema, &mut Choices(&value), 6);
        let any = generate::value(&mut Choices(&value), 3);
        Tally::default().compare(&schema, &Options::default(), &[fitting, any]);
    });
}

#[test]
fn a_schema_that_it_does_not_know_is_handed_over() {
    for schema in [
        json!([]),
        json!({"type": "strnig"}),
        json!({"type": []}),
        json!({"required": ["a", "a"]}),
        json!({"items": [{}]}),
        json!({"$ref": "https://example.com/other"}),
        json!({"$ref": "#/$defs/missing"}),
        json!({"$ref": "#anchor"}),
        json!({"$ref": "#/$defs/a%20b", "$defs": {"a b": {}}}),
        json!({"properties": {"a": {"$id": "b"}}}),
        json!({"$id": "relative"}),
        json!({"$schema": "http://json-schema.org/draft-04/schema#"}),
        json!({"$schema": "https://example.com/own"}),
        json!({"unevaluatedProperties": false}),
        json!({"$dynamicRef": "#a"}),
        json!({"format": "iri"}),
        json!({"pattern": "(a+)+"}),
        json!({"pattern": "(?=a)b"}),
        json!({"pattern": "(a)\\1"}),
        json!({"pattern": "["}),
        json!({"multipleOf": 0}),
        json!({"minLength": -1}),
        json!({"exclusiveMinimum": true, "minimum": 1}),
        json!({"$defs": {"a": {"type": 1}}}),
        json!({"$schema": "http://json-schema.org/draft-07/schema#", "dependentRequired": {}}),
        json!({"description": 1}),
    ] {
        assert!(read(&schema).is_none(), "{schema}");
    }
}

#[test]
fn a_value_that_it_does_not_decide_is_handed_over() {
    for (schema, value) in [
        (json!({"pattern": "a*b*c*d"}), json!("a".repeat(300))),
        (json!({"const": 9_007_199_254_740_992.0}), json!(9_007_199_254_740_993_u64)),
        (json!({"uniqueItems": true}), (0..400).map(|n| json!([n])).collect()),
        (json!({"multipleOf": 0.01}), json!(1e18)),
        (json!({"format": "email"}), json!("\"a b\"@example.com")),
        (json!({"format": "date-time"}), json!("2016-12-31T23:59:60Z")),
        // A circle that no value ends.
        (json!({"$ref": "#/$defs/A", "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]}}}), json!(1)),
    ] {
        assert_eq!(read(&schema).expect("it is read").validate(&value), None, "{value} by {schema}");
    }
}
