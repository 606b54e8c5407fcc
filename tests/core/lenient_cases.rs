//! Lenient reading compared with the tests of three other projects: how many cases have the expected value.
//!
//! Their policies differ: a repairer guesses, this reader leaves ambiguous text unchanged, so that validation reports
//! it. So every miss is classed in `lenient_misses.json` (case id under the reason) as ambiguous on purpose or to do,
//! and the table has the number of each. A class that a case no longer needs fails the test, as does a count below
//! its minimum.

use crate::support;

use instructor_wasm::machinery::json::lenient;
use instructor_wasm::machinery::validate::Validator;
use serde_json::Value;
use std::collections::BTreeMap;

const CLASSES: [&str; 2] = ["ambiguous on purpose", "to do"];

/// Equality in JSON: 1 and 1.0 are one number; a null key equals an absent one where `expected` has null.
fn same(got: &Value, expected: &Value) -> bool {
    match (got, expected) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.keys().all(|key| b.contains_key(key))
                && b.iter().all(|(key, wanted)| match a.get(key) {
                    Some(found) => same(found, wanted),
                    None => wanted.is_null(),
                })
        }
        _ => got == expected,
    }
}

/// Every string without trailing white space.
fn trimmed(value: &Value) -> Value {
    match value {
        Value::String(text) => text.trim_end().into(),
        Value::Array(items) => items.iter().map(trimmed).collect(),
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), trimmed(value))).collect(),
        other => other.clone(),
    }
}

/// The value read from a text, unless the schema refuses it.
fn read(text: &str, schema: Option<&Value>) -> Option<Value> {
    let (value, _) = lenient::read(text, schema).ok()?;
    let fits = schema.and_then(|schema| Validator::new(schema).ok()).is_none_or(|v| v.validate(&value).is_empty());
    fits.then_some(value)
}

#[derive(Default)]
struct Count {
    right: usize,
    all: usize,
}

impl Count {
    fn percent(&self) -> usize {
        100 * self.right / self.all.max(1)
    }
}

/// Counts by group, and the misses by class and reason.
struct Table {
    suite: &'static str,
    classes: Value,
    groups: BTreeMap<String, Count>,
    misses: BTreeMap<(String, String), usize>,
    /// Classed as a miss, but read as expected.
    stale: Vec<String>,
}

impl Table {
    fn new(suite: &'static str) -> Self {
        let classes = serde_json::from_str(include_str!("lenient_misses.json")).expect("the table of misses is JSON");
        Table { suite, classes, groups: BTreeMap::new(), misses: BTreeMap::new(), stale: Vec::new() }
    }

    fn class(&self, id: &str) -> Option<(String, String)> {
        CLASSES.iter().find_map(|class| {
            let reasons = self.classes[self.suite][class].as_object()?;
            let named = |ids: &Value| ids.as_array().is_some_and(|ids| ids.iter().any(|known| known == id));
            let (reason, _) = reasons.iter().find(|(_, ids)| named(ids))?;
            Some((class.to_string(), reason.clone()))
        })
    }

    /// One case: `wanted` is `None` where the project also refuses the text. `rule` classes every miss of a group.
    fn case(&mut self, group: &str, case: &Value, schema: Option<&Value>, wanted: Option<&Value>, rule: Option<&str>) {
        let (id, input) = (case["id"].as_str().unwrap(), case["input"].as_str().unwrap_or_default());
        let got = read(input, schema);
        let right = match (&got, wanted) {
            (Some(got), Some(wanted)) => same(got, wanted),
            (got, wanted) => got.is_none() && wanted.is_none(),
        };
        let count = self.groups.entry(group.to_owned()).or_default();
        count.all += 1;
        count.right += usize::from(right);
        let class = self.class(id);
        if right {
            self.stale.extend(class.map(|_| id.to_owned()));
            return;
        }
        // json_repair removes the line end of a text in a fence or quotes.
        let rule = match (&got, wanted) {
            (Some(got), Some(wanted)) if same(&trimmed(got), &trimmed(wanted)) => {
                Some("the line end of a text is kept")
            }
            _ => rule,
        };
        let class = class.or(rule.map(|rule| (CLASSES[0].to_owned(), rule.to_owned())));
        if class.is_none() || std::env::var_os("SHOW_MISSES").is_some() {
            println!(
                "  missed {group} {id} {input:?}\n    wanted {}\n    got    {}",
                wanted.map(Value::to_string).unwrap_or_default(),
                got.map(|v| v.to_string()).unwrap_or_default()
            );
        }
        *self.misses.entry(class.unwrap_or_else(|| ("not classed".into(), "to be looked at".into()))).or_default() += 1;
    }

    /// Prints the table and checks the minimum share of each group, in percent.
    fn demand(&self, floors: &[(&str, usize)]) {
        for ((class, reason), count) in &self.misses {
            println!("miss {:<13} {count:>3} {class}: {reason}", self.suite);
        }
        for (group, Count { right, all }) in &self.groups {
            println!("lenient {} {group}: {right} of {all}", self.suite);
        }
        let of = |wanted: &str| -> usize {
            self.misses.iter().filter(|((class, _), _)| class == wanted).map(|(_, count)| count).sum()
        };
        println!(
            "lenient {} misses: {} ambiguous on purpose, {} to do, {} not classed",
            self.suite,
            of(CLASSES[0]),
            of(CLASSES[1]),
            of("not classed")
        );
        for (group, floor) in floors {
            let count = self.groups.get(*group).unwrap_or_else(|| panic!("no cases in {group}"));
            assert!(count.percent() >= *floor, "{} {group}: {} of {}", self.suite, count.right, count.all);
        }
        assert!(self.stale.is_empty(), "read as expected, yet classed as missed: {:?}", self.stale);
    }
}

#[test]
fn baml_cases_are_read_as_expected_where_the_schema_leaves_no_doubt() {
    let Some(file) = support::read_json("lenient/baml-jsonish.json") else { return };
    let mut table = Table::new("baml-jsonish");
    for case in file["cases"].as_array().unwrap() {
        let group = match (case["mode"].as_str().unwrap(), case["leniency"].as_str()) {
            ("complete", Some("strict-json")) => "strict JSON",
            ("complete", Some("json-inside-text")) => "JSON inside text",
            ("complete", Some("needs-schema-guidance")) => "schema-guided",
            ("complete", _) => "json_repair agrees",
            ("must-fail", _) => "must fail",
            // Truncated texts are tested with streams; a score has no value to compare.
            _ => continue,
        };
        let wanted = (group != "must fail").then(|| &case["expected"]);
        table.case(group, case, Some(&case["schema"]), wanted, None);
    }
    let whole = ["strict JSON", "JSON inside text", "json_repair agrees"].map(|group| (group, 100));
    table.demand(&[&whole[..], &[("schema-guided", 60), ("must fail", 60)]].concat());
}

/// Without a schema, a text without brackets is not known to be data.
const LONE: &str = "a text without an object or array is prose unless a schema requires a scalar";
const REFUSED: &str = "a text that one project refuses is read where the object is unambiguous";

#[test]
fn text_that_jsonrepair_repairs_is_mostly_read_alike() {
    let Some(file) = support::read_json("lenient/jsonrepair-js.json") else { return };
    let mut table = Table::new("jsonrepair-js");
    for case in file["cases"].as_array().unwrap() {
        match case["output"].as_str().map(serde_json::from_str::<Value>) {
            Some(Ok(wanted @ (Value::Object(_) | Value::Array(_)))) => {
                table.case("objects and arrays", case, None, Some(&wanted), None);
            }
            Some(Ok(wanted)) => table.case("lone scalars", case, None, Some(&wanted), Some(LONE)),
            Some(Err(_)) => {}
            None => table.case("refused", case, None, None, Some(REFUSED)),
        }
    }
    table.demand(&[("objects and arrays", 60)]);
}

#[test]
fn text_that_json_repair_repairs_is_mostly_read_alike() {
    let Some(file) = support::read_json("lenient/json_repair-py.json") else { return };
    let mut table = Table::new("json_repair-py");
    for case in file["cases"].as_array().unwrap() {
        let options = &case["kwargs"];
        let schema = options.get("schema").filter(|schema| schema.is_object() || schema.is_boolean());
        let group = if schema.is_some() { "schema-guided" } else { "objects and arrays" };
        let text = case["output"].as_str();
        // The text of the value, or the value itself; with `logging`, also the steps.
        let wanted = match options["return_objects"] == true || options["logging"] == true || case["fn"] == "loads" {
            true => Some(case["output"].clone()),
            false => text.and_then(|text| serde_json::from_str(text).ok()),
        };
        let wanted = match (options["logging"] == true, wanted) {
            (true, Some(Value::Array(pair))) => pair.into_iter().next(),
            (_, wanted) => wanted,
        };
        match wanted {
            _ if case.get("error").is_some() => table.case("refused", case, schema, None, Some(REFUSED)),
            None => table.case("refused", case, schema, None, Some(REFUSED)),
            Some(Value::String(empty)) if empty.is_empty() => {
                table.case("refused", case, schema, None, Some(REFUSED));
            }
            Some(wanted @ (Value::Object(_) | Value::Array(_))) => table.case(group, case, schema, Some(&wanted), None),
            Some(wanted) if schema.is_some() => table.case(group, case, schema, Some(&wanted), None),
            Some(wanted) => table.case("lone scalars", case, None, Some(&wanted), Some(LONE)),
        }
    }
    table.demand(&[("objects and arrays", 50), ("schema-guided", 40)]);
}
