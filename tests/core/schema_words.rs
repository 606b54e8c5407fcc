//! Constraints that a dialect does not support are described in words or written in another form, and lint reports
//! them; none is lost silently.

use instructor_wasm::machinery::json::incremental::{Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, lint, render, render_shared};
use serde_json::{Value, json};

fn rendered() -> impl Iterator<Item = Dialect> {
    Dialect::ALL.into_iter().filter(|dialect| *dialect != Dialect::Plain)
}

fn model(schema: &Value) -> ResponseModel {
    ResponseModel::new(schema, None, None).expect("a model")
}

fn object(member: Value) -> Value {
    json!({ "type": "object", "properties": { "a": member }, "required": ["a"] })
}

#[test]
fn every_constraint_is_sent_or_described_and_reported_by_lint() {
    // The subschema with one constraint, the keyword, and the required text of the request.
    let cases = [
        (json!({ "type": "string", "minLength": 17 }), "minLength", "17"),
        (json!({ "type": "string", "maxLength": 17 }), "maxLength", "17"),
        (json!({ "type": "string", "maxLength": 2017 }), "maxLength", "2017"),
        (json!({ "type": "string", "pattern": "^q{17}(?=x)$" }), "pattern", "q{17}(?=x)"),
        (json!({ "type": "string", "pattern": "q17" }), "pattern", "q17"),
        (json!({ "type": "string", "format": "iri-reference" }), "format", "iri-reference"),
        (json!({ "type": "string", "contentEncoding": "base16" }), "contentEncoding", "base16"),
        (json!({ "type": "string", "contentMediaType": "text/x17" }), "contentMediaType", "text/x17"),
        (json!({ "type": "number", "minimum": 17 }), "minimum", "17"),
        (json!({ "type": "number", "maximum": 17 }), "maximum", "17"),
        (json!({ "type": "integer", "exclusiveMinimum": 17 }), "exclusiveMinimum", "17"),
        (json!({ "type": "integer", "exclusiveMaximum": 17 }), "exclusiveMaximum", "17"),
        (json!({ "type": "integer", "multipleOf": 17 }), "multipleOf", "17"),
        (json!({ "type": "array", "items": { "type": "string" }, "minItems": 17 }), "minItems", "17"),
        (json!({ "type": "array", "items": { "type": "string" }, "maxItems": 17 }), "maxItems", "17"),
        (
            json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true }),
            "uniqueItems",
            "No item twice",
        ),
        (json!({ "type": "array", "items": { "type": "string" }, "contains": { "const": "q17" } }), "contains", "q17"),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }], "uniqueItems": true }),
            "uniqueItems",
            "No item twice",
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }], "items": { "type": "integer" }, "maxItems": 17 }),
            "maxItems",
            "17",
        ),
        (
            json!({ "type": "object", "properties": { "x": { "type": "string" } }, "minProperties": 17 }),
            "minProperties",
            "17",
        ),
        (
            json!({ "type": "object", "properties": { "x": { "type": "string" } }, "dependentRequired": { "x": ["q17"] } }),
            "dependentRequired",
            "q17",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "minProperties": 17 }),
            "minProperties",
            "17",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "maxProperties": 17 }),
            "maxProperties",
            "17",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": { "enum": ["q17"] } }),
            "propertyNames",
            "q17",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": { "pattern": "^q17" } }),
            "propertyNames",
            "^q17",
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": { "maxLength": 17 } }),
            "propertyNames",
            "17",
        ),
        (
            json!({ "type": "object", "properties": { "x": { "type": "string" } }, "additionalProperties": { "type": "string" }, "propertyNames": { "pattern": "^q17" } }),
            "propertyNames",
            "^q17",
        ),
        (json!({ "type": "object", "patternProperties": { "^q17": { "type": "string" } } }), "", "^q17"),
        (json!({ "type": "string", "not": { "const": "q17" } }), "not", "q17"),
        (json!({ "type": "string", "default": "q17" }), "", "q17"),
    ];
    for (part, keyword, wanted) in cases {
        let schema = object(part.clone());
        for dialect in rendered() {
            let name = dialect.name();
            let sent = render_shared(&model(&schema), dialect, false).expect(name).text().to_owned();
            assert!(sent.contains(wanted), "{name}: {wanted} of {part} is lost in {sent}");
            let same = !keyword.is_empty()
                && sent.contains(&json!({ keyword: part[keyword] }).to_string()[1..].replace('}', ""));
            let reported = lint::report(&schema, dialect)
                .0
                .iter()
                .any(|finding| finding.what.contains(keyword) && finding.pointer.starts_with("/properties/a"));
            assert!(reported || same, "{name}: lint does not report {keyword} of {part}, sent as {sent}");
        }
    }
}

#[test]
fn property_names_that_an_api_refuses_are_replaced_and_restored() {
    let long = "n".repeat(80);
    let schema = json!({
        "type": "object",
        "properties": {
            "姓名": { "type": "string" },
            "年齢": { "type": "integer" },
            "a b": { "type": "string", "description": "Two words" },
            "a_b": { "type": "string" },
            &long: { "$ref": "#/$defs/Inner" },
        },
        "required": ["姓名", "a_b", &long],
        "$defs": { "Inner": { "anyOf": [
            { "type": "object", "properties": { "größe": { "const": 1 } }, "required": ["größe"] },
            { "type": "array", "items": { "type": "object", "properties": { "x/y": { "type": "string" } } } },
        ] } },
    });
    let answers = [
        json!({ "姓名": "张三", "年齢": 3, "a b": "x", "a_b": "y", &long: { "größe": 1 } }),
        json!({ "姓名": "张三", "a_b": "y", &long: [{ "x/y": "z" }, {}] }),
    ];
    let word = |name: &str| {
        (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
    };
    for dialect in Dialect::ALL.into_iter().chain([Dialect::AnthropicTools]) {
        let form = render_shared(&model(&schema), dialect, true).expect("rendered");
        let refusing = matches!(dialect, Dialect::AnthropicStrict | Dialect::AnthropicTools | Dialect::GeminiOpenapi);
        if refusing {
            let mut names = Vec::new();
            property_names(form.schema(), &mut names);
            assert!(names.len() > 5 && names.iter().all(|name| word(name)), "{names:?}");
            assert!(form.text().contains("`姓名`"), "the description contains the name");
            let findings = lint::report(
                &schema,
                if dialect == Dialect::AnthropicTools { Dialect::AnthropicStrict } else { dialect },
            )
            .0;
            assert!(
                findings
                    .iter()
                    .any(|finding| finding.pointer == "/properties/姓名" && finding.what.contains("sent as"))
            );
        } else {
            assert!(form.text().contains("\"姓名\""), "{}", dialect.name());
        }
        for answer in &answers {
            let plan = form.plan();
            let sent = plan.transform(answer).expect("a form");
            assert_eq!(refusing, sent.get("姓名").is_none(), "{sent}");
            assert_eq!(plan.restore(sent.clone()).expect("restored"), *answer, "{}", dialect.name());
            let mut tree = Tree::new();
            let mut parser = Parser::new(Options::default());
            let text = sent.to_string();
            let pushed = match plan.streaming() {
                Some(mut restoring) => parser.push(&text, &mut restoring.to(&mut tree)),
                None => parser.push(&text, &mut tree),
            };
            pushed.expect("JSON");
            assert_eq!(tree.into_complete().as_ref(), Some(answer), "streamed, {}", dialect.name());
        }
    }
    // Valid names are sent unchanged; in tools that are not strict, the whole schema.
    let plain = object(json!({ "type": "string", "default": "x" }));
    let sent = render_shared(&model(&plain), Dialect::AnthropicTools, true).expect("rendered");
    assert_eq!(sent.text(), render_shared(&model(&plain), Dialect::Plain, true).expect("rendered").text());
}

fn property_names(schema: &Value, out: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if key == "properties" {
                    out.extend(value.as_object().into_iter().flat_map(|map| map.keys().cloned()));
                }
                property_names(value, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|one| property_names(one, out)),
        _ => {}
    }
}

#[test]
fn the_keys_of_a_dictionary_are_an_enum_where_they_are_listed() {
    let keys = json!({ "$ref": "#/$defs/Keys" });
    let mut schema = object(
        json!({ "type": "object", "additionalProperties": { "type": "integer" }, "propertyNames": keys, "maxProperties": 2 }),
    );
    schema["$defs"] = json!({ "Keys": { "enum": ["alpha", "beta"] } });
    for dialect in [Dialect::OpenaiStrict, Dialect::AnthropicStrict, Dialect::Mistral, Dialect::GeminiOpenapi] {
        let rendered = render(&model(&schema), dialect).expect("rendered");
        let list = &rendered.schema["properties"]["a"];
        assert_eq!(list["items"]["properties"]["key"]["enum"], json!(["alpha", "beta"]), "{}", dialect.name());
        assert!(list["description"].as_str().is_some_and(|text| text.contains("At most 2 properties.")), "{list}");
        let answer = json!({ "a": { "beta": 1 } });
        assert_eq!(rendered.plan.restore(rendered.plan.transform(&answer).expect("a form")).expect("restored"), answer);
    }
}

#[test]
fn unconstrained_property_names_are_dropped() {
    for names in [json!(true), json!({}), json!({ "type": "string" })] {
        let schema =
            object(json!({ "type": "object", "additionalProperties": { "type": "string" }, "propertyNames": names }));
        for dialect in Dialect::ALL {
            let text = render_shared(&model(&schema), dialect, false).expect("rendered").text().to_owned();
            assert!(!text.contains("propertyNames") && !text.contains("keys match"), "{}: {text}", dialect.name());
        }
    }
}

#[test]
fn a_described_union_keeps_the_description_of_its_first_branch() {
    let schema = object(json!({
        "description": "About the union",
        "anyOf": [{ "type": "string", "description": "About the text" }, { "type": "integer", "description": "About the number" }],
    }));
    for dialect in rendered() {
        let text = render_shared(&model(&schema), dialect, false).expect("rendered").text().to_owned();
        for words in ["About the union", "About the text", "About the number"] {
            assert!(text.contains(words), "{}: {words} is lost in {text}", dialect.name());
        }
    }
}

#[test]
fn grammar_servers_receive_only_keywords_that_their_grammars_support() {
    let schema = json!({
        "type": "object",
        "properties": {
            "code": { "type": "string", "pattern": "^(anon-)?\\d{11,}$" },
            "word": { "type": "string", "pattern": "^\\S+$" },
            "note": { "type": "string", "maxLength": 5000, "minLength": 3 },
            "list": { "type": "array", "items": { "type": "object", "properties": {}, "additionalProperties": false }, "maxItems": 3000 },
        },
    });
    for (dialect, tool) in [(Dialect::Grammar, false), (Dialect::GrammarTools, true), (Dialect::Chrome, false)] {
        let form = render_shared(&model(&schema), dialect, tool).expect("rendered");
        let properties = &form.schema()["properties"];
        assert_eq!(properties["code"]["pattern"], "^(anon-)?[0-9]{11,}$");
        assert_eq!(properties["word"].get("pattern"), None);
        assert!(properties["word"]["description"].as_str().is_some_and(|text| text.contains("\\S+")));
        assert_eq!((properties["note"].get("maxLength"), &properties["note"]["minLength"]), (None, &json!(3)));
        assert!(properties["note"]["description"].as_str().is_some_and(|text| text.contains("5000")));
        assert_eq!(properties["list"].get("maxItems"), None);
        assert!(!form.text().contains("\"properties\":{}"), "{}", form.text());
    }
    // Supported keywords are sent unchanged.
    let plain = object(json!({ "type": "string", "pattern": "^[a-z]+$", "maxLength": 20, "default": "x" }));
    let sent = render_shared(&model(&plain), Dialect::GrammarTools, true).expect("rendered");
    assert_eq!(sent.text(), render_shared(&model(&plain), Dialect::Plain, true).expect("rendered").text());
}

#[test]
fn names_of_models_stay_distinct() {
    let named =
        |name: &str| ResponseModel::new(&object(json!({ "type": "string" })), Some(name), None).expect("a model").name;
    assert_eq!(named("foo/bar"), "foo_bar");
    assert_eq!(named("__"), "__");
    assert_ne!(named("用户"), named("公司"));
    assert_eq!(named("用户"), named("用户"));
    for name in ["用户", "", "/", &"x".repeat(100)] {
        let name = named(name);
        assert!(
            (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)),
            "{name}"
        );
    }
}
