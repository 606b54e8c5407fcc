//! Lenient reading against what three other projects' tests expect: how many give the expected value. The counts are
//! floors: an answer read worse than before fails the test.

#[path = "json_support.rs"]
mod json_support;

use instructor_wasm::json::lenient;
use serde_json::Value;
use std::collections::BTreeMap;

/// Equal as JSON means it: 1 and 1.0 are one number; keys that are null and absent are one where `expected` has null.
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

fn percent(part: usize, of: usize) -> usize {
    100 * part / of.max(1)
}

#[test]
fn baml_cases_are_read_as_expected_where_the_schema_leaves_no_doubt() {
    let Some(file) = json_support::read_json("lenient/baml-jsonish.json") else { return };
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for case in file["cases"].as_array().unwrap() {
        if case["mode"] != "complete" {
            continue;
        }
        let class = case["leniency"].as_str().unwrap().to_owned();
        let count = counts.entry(class.clone()).or_default();
        count.1 += 1;
        let got = lenient::read(case["input"].as_str().unwrap(), Some(&case["schema"]));
        match got {
            Ok((value, _)) if same(&value, &case["expected"]) => count.0 += 1,
            other => println!(
                "  missed ({class}) {}: got {}",
                case["id"].as_str().unwrap_or_default(),
                other.map_or_else(|e| e.message, |(v, _)| v.to_string().chars().take(160).collect())
            ),
        }
    }
    for (class, (right, all)) in &counts {
        println!("baml-jsonish {class}: {right} of {all}");
    }
    for (class, (right, all)) in &counts {
        let floor = if class == "needs-schema-guidance" { 85 } else { 100 };
        assert!(percent(*right, *all) >= floor, "{class}: {right} of {all}");
    }
}

/// Cases of a repairing library whose output is JSON: how many we read alike (no schema is given).
fn repairs(file: &str, floor: usize) {
    let Some(file_json) = json_support::read_json(file) else { return };
    let (mut right, mut all) = (0, 0);
    for case in file_json["cases"].as_array().unwrap() {
        let (Some(input), Some(output)) = (case["input"].as_str(), case["output"].as_str()) else { continue };
        let Ok(expected @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str::<Value>(output) else {
            continue;
        };
        all += 1;
        match lenient::read(input, None) {
            Ok((value, _)) if same(&value, &expected) => right += 1,
            other if std::env::var_os("SHOW_MISSES").is_some() => {
                println!(
                    "  missed {input:?}\n    wanted {output}\n    got {:?}",
                    other.map(|(v, _)| v.to_string()).ok()
                )
            }
            _ => {}
        }
    }
    println!("{file}: {right} of {all} objects and arrays read alike");
    assert!(percent(right, all) >= floor, "{file}: {right} of {all}");
}

#[test]
fn what_jsonrepair_mends_is_mostly_read_alike() {
    repairs("lenient/jsonrepair-js.json", 50);
}

#[test]
fn what_json_repair_mends_is_mostly_read_alike() {
    repairs("lenient/json_repair-py.json", 50);
}
