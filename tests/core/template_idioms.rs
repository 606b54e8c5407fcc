//! Idioms of prompts, each rendered as Python's jinja2 renders it. `template_idioms.py` writes what jinja2 renders into
//! `template_idioms.json`; an idiom with `here` renders differently or fails, and docs/templating.md has the reason.

use instructor_wasm::machinery::template::{names, render_messages};
use serde_json::{Value, json};

fn corpus() -> Value {
    serde_json::from_str(include_str!("template_idioms.json")).unwrap()
}

fn render(template: &str, context: &Value) -> String {
    let mut messages = json!([{"role": "user", "content": template}]);
    match render_messages(&mut messages, context) {
        Ok(()) => messages[0]["content"].as_str().unwrap().to_owned(),
        Err(error) => format!("error: {}", error.message),
    }
}

#[test]
fn idioms_of_prompts_render_as_in_jinja2_or_are_named_in_the_docs() {
    let corpus = corpus();
    let docs = include_str!("../../docs/templating.md");
    let mut wrong = Vec::new();
    for idiom in corpus["idioms"].as_array().unwrap() {
        let template = idiom["template"].as_str().unwrap();
        let text = render(template, &corpus["context"]);
        let jinja2 = idiom["jinja2"].as_str().unwrap();
        match idiom["here"].as_str() {
            None if text != jinja2 => wrong.push(format!("{template}\n  jinja2: {jinja2:?}\n  here:   {text:?}")),
            Some(here) if !text.contains(here) => wrong.push(format!("{template}\n  {here:?} is not in {text:?}")),
            Some(_) if text == jinja2 => wrong.push(format!("{template}\n  renders as in jinja2, so it has no `here`")),
            Some(_) => {
                let named = idiom["docs"].as_str().unwrap();
                assert!(docs.contains(named), "docs/templating.md does not have {named:?} ({template})");
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{} idioms:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_docs_list_every_filter_method_test_and_function() {
    let docs = include_str!("../../docs/templating.md");
    for (section, names) in names() {
        let (_, after) =
            docs.split_once(&format!("\n## {section}\n")).unwrap_or_else(|| panic!("no section {section}"));
        let (text, _) = after.split_once("\n## ").unwrap_or((after, ""));
        let listed: Vec<&str> = text.split('`').skip(1).step_by(2).collect();
        for name in names {
            assert!(listed.contains(&name), "docs/templating.md, {section}: `{name}` is missing");
        }
    }
}
