//! Other projects' suites of lenient JSON: which texts this parser reads and refuses, compared with their results;
//! printed as a table.
//!
//! Their policies differ (a repairer guesses, this parser does not), so agreement is counted, not required. Required:
//! JSON is read, nothing panics, and the results for each suite's simple cases do not get worse.

use crate::support::{parse, read_json, testdata};
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use serde_json::Value;
use std::path::Path;

/// The comparison of our results with those of one suite.
#[derive(Default)]
struct Row {
    /// Both read it, with the same value.
    equal: usize,
    /// Both read it, with different values.
    differs: usize,
    /// They read it, this parser refuses it.
    refused: usize,
    /// This parser reads it, they refuse it.
    read: usize,
    /// Both refuse it.
    neither: usize,
}

impl Row {
    fn count(&mut self, ours: Option<Value>, theirs: Option<Value>) {
        match (ours, theirs) {
            (Some(ours), Some(theirs)) if same(&ours, &theirs) => self.equal += 1,
            (Some(_), Some(_)) => self.differs += 1,
            (None, Some(_)) => self.refused += 1,
            (Some(_), None) => self.read += 1,
            (None, None) => self.neither += 1,
        }
    }

    fn print(&self, name: &str) {
        println!(
            "{name:<44} {:>5} {:>8} {:>8} {:>9} {:>8}",
            self.equal, self.differs, self.refused, self.read, self.neither
        );
    }
}

fn header() {
    println!(
        "{:<44} {:>5} {:>8} {:>8} {:>9} {:>8}",
        "suite, our leniency", "equal", "differs", "we don't", "they don't", "neither"
    );
}

/// Equality with numbers compared by value (1 and 1.0 are one number in JSON).
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, left)| right.get(key).is_some_and(|right| same(left, right)))
        }
        _ => left == right,
    }
}

fn ours(text: &str, leniency: Leniency) -> Option<Value> {
    parse(text, leniency)
}

/// The value after a text that may continue.
fn shown(text: &str, leniency: Leniency) -> Option<Value> {
    let mut tree = Tree::new();
    Parser::new(Options { leniency, ..Options::default() }).push(text, &mut tree).ok()?;
    tree.snapshot()
}

/// The recorded output of a repairer: JSON text, or the value itself.
fn output(case: &Value) -> Option<Value> {
    match case.get("output")? {
        Value::String(text) if !text.is_empty() => {
            serde_json::from_str(text).ok().or_else(|| Some(Value::from(text.as_str())))
        }
        Value::String(_) => None,
        other => Some(other.clone()),
    }
}

const BOTH: [Leniency; 2] = [Leniency::Relaxed, Leniency::Text];

#[test]
fn json5_suite_json_is_read_and_text_that_is_not_json5_is_refused() {
    let Some(folder) = testdata("json5-tests") else { return };
    header();
    let mut seen = 0;
    for extension in ["json", "json5", "js", "txt"] {
        let mut files = Vec::new();
        collect(&folder, extension, &mut files);
        seen += files.len();
        for leniency in [Leniency::Strict, Leniency::Relaxed] {
            let mut row = Row::default();
            for (name, text) in &files {
                let theirs = match extension {
                    "json" => serde_json::from_str(text).ok(),
                    // Valid JSON5 without a value in the suite: our own result is used.
                    "json5" => Some(ours(text, leniency).unwrap_or(Value::Null)),
                    _ => None,
                };
                let ours = ours(text, leniency);
                match extension {
                    "json" => assert_eq!(ours, theirs, "{name}"),
                    "json5" => {}
                    _ => assert_eq!(ours, None, "{name} is not JSON5"),
                }
                row.count(ours, theirs);
            }
            row.print(&format!("json5 .{extension}, {leniency:?}"));
        }
    }
    assert!(seen > 20);
}

fn collect(folder: &Path, extension: &str, files: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, extension, files);
        } else if path.extension().is_some_and(|found| found == extension)
            && !path.to_string_lossy().contains("LICENSE")
        {
            files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn repairers_agree_where_no_guess_is_needed() {
    header();
    for (suite, at_least) in [("jsonrepair-js", 40), ("json_repair-py", 30)] {
        let Some(data) = read_json(&format!("lenient/{suite}.json")) else { return };
        let cases = data["cases"].as_array().unwrap();
        for leniency in BOTH {
            let mut row = Row::default();
            for case in cases.iter().filter(|case| case["input"].is_string()) {
                let input = case["input"].as_str().unwrap();
                let ours = ours(input, leniency);
                if let Ok(plain) = serde_json::from_str::<Value>(input)
                    && (leniency == Leniency::Relaxed
                        || !(plain.is_string() || plain.is_number() || plain.is_null() || plain.is_boolean()))
                {
                    assert_eq!(ours, Some(plain), "{input} is JSON");
                }
                if std::env::var_os("SHOW_DIFFERENCES").is_some()
                    && let (Some(ours), Some(theirs)) = (&ours, output(case))
                    && !same(ours, &theirs)
                {
                    println!("{input:?}: ours {ours}, theirs {theirs}");
                }
                row.count(ours, output(case));
            }
            row.print(&format!("{suite}, {leniency:?}"));
            assert!(row.equal >= at_least, "{suite}: only {} equal", row.equal);
        }
    }
}

#[test]
fn partial_parsers_agree_except_for_open_values() {
    header();
    for suite in ["partial-json-js", "partial-json-py"] {
        let Some(data) = read_json(&format!("lenient/{suite}.json")) else { return };
        let mut row = Row::default();
        for case in data["cases"].as_array().unwrap() {
            row.count(shown(case["input"].as_str().unwrap(), Leniency::Strict), case.get("output").cloned());
        }
        row.print(&format!("{suite}, prefixes, Strict"));
        // Nearly all of these are open numbers and options of the suite; each of them must be counted.
        assert!(row.equal + row.differs + row.refused + row.read + row.neither > 0);
    }
}

#[test]
fn baml_cases_that_need_no_schema_are_read() {
    let Some(data) = read_json("lenient/baml-jsonish.json") else { return };
    header();
    for kind in ["strict-json", "json-inside-text", "repairable(json_repair agrees)", "needs-schema-guidance"] {
        let mut row = Row::default();
        let of_kind = |case: &&Value| case["leniency"] == kind && case["mode"] == "complete";
        for case in data["cases"].as_array().unwrap().iter().filter(of_kind) {
            let input = case["input"].as_str().unwrap();
            row.count(
                ours(input, Leniency::Relaxed).or_else(|| ours(input, Leniency::Text)),
                case.get("expected").cloned(),
            );
        }
        row.print(&format!("baml {kind}"));
        if kind == "strict-json" {
            assert_eq!(row.refused, 0, "JSON is read");
        }
    }
}
