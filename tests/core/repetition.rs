//! Loops of a model are recognised, and no recorded answer counts as one.

use crate::support;
use instructor_wasm::machinery::json::repetition::{Repetition, ends_in_repetition};

/// Whether a text counts as a loop, read in pieces of this many characters.
fn loops(text: &str, size: usize) -> bool {
    let mut repetition = Repetition::default();
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(size).any(|piece| repetition.push(&piece.iter().collect::<String>()))
}

#[test]
fn elements_periods_digits_and_white_space_without_end_are_loops() {
    for (start, period) in [
        (r#"{"items":["#, r#"{"name":"apple","price":1},"#),
        (r#"{"text":"It was "#, "very, "),
        (r#"{"n":1."#, "0"),
        (r#"{"n":1."#, "3145"),
        (r#"{"name":"Ann""#, "\n"),
        (r#"{"name":"Ann""#, " \t"),
        (r#"{"text":"-"#, "-"),
        (r#"{"text":""#, "日本"),
    ] {
        for size in [1, 7, 4096] {
            let text = format!("{start}{}", period.repeat(20_000 / period.len()));
            assert!(loops(&text, size), "{period:?} in pieces of {size}");
        }
    }
}

/// `{"data": {"type": "x", "data": {…`, each level on new lines with a larger indent.
fn nested(levels: usize) -> String {
    (0..levels).map(|level| format!("{{\n{0}\"type\": \"x\",\n{0}\"data\": ", " ".repeat(2 * level))).collect()
}

#[test]
fn objects_inside_objects_with_a_growing_indent_are_a_loop() {
    assert!(loops(&nested(400), 7));
    assert!(!loops(&nested(100), 7));
    assert!(ends_in_repetition(&nested(12)));
    assert!(!ends_in_repetition(&nested(3)));
    // White space of more than one kind, as pieces deliver it.
    assert!(loops(&" \n".repeat(2_000), 3));
    assert!(!loops(&format!("{}1", " \n".repeat(1_000)).repeat(20), 3));
}

#[test]
fn a_letter_and_a_period_below_the_bound_are_not_loops() {
    let filler = format!(r#"{{"text":"{}"}}"#, "w".repeat(1_000_000));
    let ruled = format!(r#"{{"text":"{}"}}"#, "-".repeat(8_000));
    let table = format!(r#"{{"rows":[{}]}}"#, "[0,0,0],".repeat(300));
    let counted: String = (0..20_000).map(|n| format!(r#"{{"id":{n},"name":"apple"}},"#)).collect();
    for text in [filler, ruled, table, counted] {
        for size in [5, 4096] {
            assert!(!loops(&text, size), "{:.40} in pieces of {size}", text);
        }
    }
}

#[test]
fn a_cut_text_is_judged_by_its_end() {
    assert!(ends_in_repetition(&format!(r#"{{"a":"{}"#, "very, ".repeat(50))));
    assert!(ends_in_repetition(&format!(r#"{{"a":{}"#, "10".repeat(100))));
    assert!(!ends_in_repetition(&format!(r#"{{"a":"{}once more and then the end of it"#, "very, ".repeat(50))));
    assert!(!ends_in_repetition(""));
}

#[test]
fn no_recorded_answer_is_a_loop_and_no_document_but_one_of_equal_records() {
    let mut texts: Vec<(String, String)> = Vec::new();
    for (name, recorded) in support::json_files("traffic").unwrap_or_default() {
        let derived = &recorded["derived"];
        let calls = derived["tool_calls"].as_array().into_iter().flatten();
        texts.extend(derived["text"].as_str().map(|text| (name.clone(), text.to_owned())));
        texts.extend(calls.map(|call| (name.clone(), call.to_string())));
    }
    let answers = texts.len();
    for (name, document) in ["perf", "bfcl", "jsonschemabench"].into_iter().flat_map(support::json_files).flatten() {
        texts.push((format!("{name}, indented"), serde_json::to_string_pretty(&document).unwrap()));
        texts.push((name, document.to_string()));
    }
    assert!(texts.is_empty() || answers > 1000 && texts.len() > answers + 500, "{answers} of {}", texts.len());
    let found: Vec<&String> = texts.iter().filter(|(_, text)| loops(text, 4096)).map(|(name, _)| name).collect();
    // 226 records without data, which only their names would tell apart: 16 KB of one period.
    let equal = |name: &&&String| name.contains("instruments.json");
    assert_eq!(found.iter().filter(equal).count(), found.len(), "{found:?}");
}
