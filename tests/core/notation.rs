//! The notation of types for prompts: the text of each construct, and properties over real and generated schemas.

use crate::schema_property::schema_and_instance;
use crate::support::{json_files, read_json, small_stack};
use instructor_wasm::machinery::schema::{Dialect, ResponseModel, render_shared};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn notation(schema: &Value) -> Option<String> {
    let model = ResponseModel::new(schema, None, None).ok()?;
    Some(render_shared(&model, Dialect::Plain, false).expect("rendered").notation().to_owned())
}

/// The notation of the schema as the only key of an object, without the lines of the object.
fn member(schema: &Value) -> String {
    let whole = json!({ "type": "object", "properties": { "a": schema }, "required": ["a"] });
    let text = notation(&whole).expect("a model");
    text.trim_start_matches("{\n  \"a\": ").trim_end_matches("\n}").to_owned()
}

#[test]
fn each_type_of_one_line_has_its_words() {
    for (schema, wanted) in [
        (json!({ "type": "string" }), "string"),
        (json!({ "type": "integer" }), "integer"),
        (json!({ "type": "number" }), "number"),
        (json!({ "type": "boolean" }), "boolean"),
        (json!({ "type": "null" }), "null"),
        (json!({}), "any"),
        (json!(true), "any"),
        (json!({ "type": ["string", "null"] }), "string or null"),
        (json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }), "integer or null"),
        (json!({ "type": "string", "nullable": true }), "string or null"),
        (json!({ "enum": ["a", "b", 3, null] }), r#""a" or "b" or 3 or null"#),
        (json!({ "const": "x" }), r#""x""#),
        (json!({ "const": true }), "true"),
        (json!({ "enum": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13] }), "1|2|3|4|5|6|7|8|9|10|11|12|13"),
        (json!({ "anyOf": [{ "type": "string" }, { "type": "number" }, { "type": "string" }] }), "string or number"),
        (json!({ "type": "array", "items": { "type": "string" } }), "string[]"),
        (json!({ "type": "array" }), "any[]"),
        (json!({ "type": "array", "items": { "enum": ["a", "b"] } }), r#"("a" or "b")[]"#),
        (
            json!({ "type": "array", "items": { "type": "string" }, "minItems": 1, "maxItems": 3 }),
            "string[] (1 to 3 items)",
        ),
        (json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 }), "string[] (at least 1 item)"),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "number" }, { "type": "string" }], "items": false }),
            "[number, string]",
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "number" }], "items": { "type": "string" } }),
            "[number, string, ...]",
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "number" }, { "type": "number" }], "minItems": 2, "maxItems": 2 }),
            "[number, number]",
        ),
        (json!({ "type": "object", "additionalProperties": { "type": "integer" } }), "{string: integer, ...}"),
        (json!({ "type": "object" }), "{...}"),
        (json!({ "type": "object", "additionalProperties": true }), "{...}"),
        (json!({ "type": "object", "additionalProperties": false }), "{}"),
        (
            json!({ "type": "object", "propertyNames": { "enum": ["en", "fr"] }, "additionalProperties": { "type": "string" } }),
            r#"{"en" or "fr": string, ...}"#,
        ),
        (
            json!({ "type": "object", "patternProperties": { "^x-[a-z]+$": { "type": "string" } }, "additionalProperties": false }),
            r#"{string (matches ^x-[a-z]+$, like "x-a"): string, ...}"#,
        ),
        (
            json!({ "type": "object", "additionalProperties": { "type": "string" }, "minProperties": 1 }),
            "{string: string, ...} (at least 1 key)",
        ),
    ] {
        assert_eq!(member(&schema), wanted, "{schema}");
    }
}

#[test]
fn constraints_are_words_after_the_type() {
    for (schema, wanted) in [
        (json!({ "type": "integer", "minimum": 0, "maximum": 150 }), "integer (0 to 150)"),
        (json!({ "type": "number", "exclusiveMinimum": 0 }), "number (more than 0)"),
        (json!({ "type": "number", "minimum": -1.5, "exclusiveMaximum": 9 }), "number (at least -1.5, less than 9)"),
        (json!({ "type": "integer", "multipleOf": 5 }), "integer (a multiple of 5)"),
        // The safe integers of JavaScript, which Zod writes.
        (
            json!({ "type": "integer", "minimum": -9_007_199_254_740_991_i64, "maximum": 9_007_199_254_740_991_i64 }),
            "integer",
        ),
        (json!({ "type": "integer", "format": "int32" }), "integer"),
        (json!({ "type": "string", "minLength": 2, "maxLength": 10 }), "string (2 to 10 characters)"),
        (json!({ "type": "string", "minLength": 2, "maxLength": 2 }), "string (2 characters)"),
        (json!({ "type": "string", "maxLength": 1 }), "string (at most 1 character)"),
        (json!({ "type": "string", "format": "date" }), r#"string ("YYYY-MM-DD")"#),
        (json!({ "type": "string", "format": "email", "pattern": "^.+@.+$" }), "string (an email address)"),
        (json!({ "type": "string", "format": "iri-reference" }), "string (format iri-reference)"),
        (
            json!({ "type": "string", "pattern": "^[A-Z]{3}-\\d{4}$" }),
            r#"string (matches ^[A-Z]{3}-\d{4}$, like "AAA-0000")"#,
        ),
        (json!({ "type": "string", "pattern": "^(?!x)" }), "string (matches ^(?!x))"),
        (json!({ "type": "string", "pattern": ".*" }), "string"),
        (json!({ "type": "array", "items": { "type": "string", "format": "uuid" } }), "(string (a UUID))[]"),
        (
            json!({ "anyOf": [{ "type": "string", "format": "date" }, { "type": "null" }] }),
            r#"string ("YYYY-MM-DD") or null"#,
        ),
        (
            json!({ "type": "string", "anyOf": [{ "format": "ipv4" }, { "format": "ipv6" }] }),
            "string (an IPv4 address) or string (an IPv6 address)",
        ),
    ] {
        assert_eq!(member(&schema), wanted, "{schema}");
    }
}

#[test]
fn descriptions_and_other_keywords_are_comments() {
    for (schema, wanted) in [
        (json!({ "type": "string", "description": "The full\nname" }), "string // The full name"),
        (json!({ "type": "integer", "default": 1 }), "integer // Default: 1."),
        (json!({ "type": "integer", "default": null }), "integer"),
        (json!({ "type": "integer", "description": "How many", "default": 1 }), "integer // How many. Default: 1."),
        (json!({ "type": "string", "examples": ["a", "b"] }), r#"string // Examples: "a", "b"."#),
        (
            json!({ "type": "array", "items": { "type": "string", "description": "A tag" }, "uniqueItems": true }),
            "string[] // No item twice. A tag",
        ),
        (
            json!({ "type": "integer", "not": { "const": 13 } }),
            r#"integer // Must not match the JSON Schema {"const":13}."#,
        ),
        // What documents an alternative stays next to it.
        (
            json!({ "oneOf": [{ "const": 1, "description": "low" }, { "const": 2, "description": "high" }] }),
            "1 (low) or 2 (high)",
        ),
    ] {
        assert_eq!(member(&schema), wanted, "{schema}");
    }
}

/// A schema and its notation, for the constructs of several lines.
fn documents() -> Vec<(&'static str, Value, &'static str)> {
    let address = json!({
        "type": "object",
        "properties": { "city": { "type": "string" }, "zip": { "type": "string", "description": "With the country" } },
        "required": ["city"],
    });
    let text = json!({ "type": "string" });
    vec![
        (
            "an object in an object, and optional keys",
            json!({
                "type": "object", "description": "A person", "required": ["name", "address"],
                "properties": { "name": text, "age": { "type": "integer" }, "address": address },
            }),
            "{ // A person\n  \"name\": string,\n  \"age\"?: integer,\n  \"address\": {\n    \"city\": string,\n    \"zip\"?: string // With the country\n  }\n}",
        ),
        (
            "a list of objects",
            json!({ "type": "object", "required": ["all"], "properties": {
                "all": { "type": "array", "items": address, "description": "Every one" } } }),
            "{\n  \"all\": [{ // Every one\n    \"city\": string,\n    \"zip\"?: string // With the country\n  }, ...]\n}",
        ),
        (
            "a definition that is used once is in its place",
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "$ref": "#/$defs/Address" } }, "$defs": { "Address": address } }),
            "{\n  \"a\": {\n    \"city\": string,\n    \"zip\"?: string // With the country\n  }\n}",
        ),
        (
            "a definition that is used twice is a named type",
            json!({
                "type": "object", "required": ["from", "to"],
                "properties": { "from": { "$ref": "#/$defs/my.Address" }, "to": { "$ref": "#/$defs/my.Address", "description": "The end" } },
                "$defs": { "my.Address": address },
            }),
            "{\n  \"from\": my_Address,\n  \"to\": my_Address // The end\n}\nmy_Address: {\n  \"city\": string,\n  \"zip\"?: string // With the country\n}",
        ),
        (
            "a short definition is repeated",
            json!({
                "type": "object", "required": ["a", "b"],
                "properties": { "a": { "$ref": "#/$defs/Unit" }, "b": { "$ref": "#/$defs/Unit" } },
                "$defs": { "Unit": { "enum": ["g", "kg"] } },
            }),
            "{\n  \"a\": \"g\" or \"kg\",\n  \"b\": \"g\" or \"kg\"\n}",
        ),
        (
            "a type that contains itself",
            json!({
                "type": "object", "required": ["root"], "properties": { "root": { "$ref": "#/$defs/Node" } },
                "$defs": { "Node": { "type": "object", "required": ["children"], "properties": {
                    "children": { "type": "array", "items": { "$ref": "#/$defs/Node" } } } } },
            }),
            "{\n  \"root\": Node\n}\nNode: {\n  \"children\": Node[]\n}",
        ),
        (
            "a root that contains itself",
            json!({ "title": "Node", "type": "object", "required": ["next"], "properties": {
                "next": { "anyOf": [{ "$ref": "#" }, { "type": "null" }] } } }),
            "Node: {\n  \"next\": Node or null\n}",
        ),
        (
            "a root that is a definition which contains itself",
            json!({
                "$ref": "#/$defs/Node",
                "$defs": { "Node": { "type": "object", "required": ["children"], "properties": {
                    "children": { "type": "array", "items": { "$ref": "#/$defs/Node" } } } } },
            }),
            "Node: {\n  \"children\": Node[]\n}",
        ),
        (
            "a discriminated union",
            json!({ "type": "object", "required": ["shape"], "properties": { "shape": { "oneOf": [
                { "type": "object", "required": ["kind", "radius"], "properties": { "kind": { "const": "circle" }, "radius": { "type": "number" } } },
                { "type": "object", "description": "All sides are equal", "required": ["kind", "side"], "properties": { "kind": { "const": "square" }, "side": { "type": "number" } } },
            ] } } }),
            "{\n  \"shape\": {\n    \"kind\": \"circle\",\n    \"radius\": number\n  } or { // All sides are equal\n    \"kind\": \"square\",\n    \"side\": number\n  }\n}",
        ),
        (
            "merged parts",
            json!({
                "type": "object", "required": ["a"],
                "properties": { "a": { "allOf": [{ "$ref": "#/$defs/Named" }, { "type": "object", "required": ["age"], "properties": { "age": { "type": "integer" } } }] } },
                "$defs": { "Named": { "type": "object", "required": ["name"], "properties": { "name": text } } },
            }),
            "{\n  \"a\": {\n    \"name\": string,\n    \"age\": integer\n  }\n}",
        ),
        (
            "known keys, required keys without a schema, and others",
            json!({
                "type": "object", "required": ["id", "extra"], "properties": { "id": text }, "additionalProperties": { "type": "number" },
            }),
            "{\n  \"id\": string,\n  \"extra\": number,\n  string: number\n}",
        ),
        (
            "alternatives that only require keys",
            json!({
                "type": "object", "properties": { "mail": text, "phone": text },
                "anyOf": [{ "required": ["mail"] }, { "required": ["phone"] }],
            }),
            // The wrapper of a root that is not a plain object.
            "{\n  \"content\": { // Requires \"mail\" or \"phone\".\n    \"mail\"?: string,\n    \"phone\"?: string\n  }\n}",
        ),
        (
            "a list at the root",
            json!({ "type": "array", "items": { "title": "Address", "type": "object", "required": ["city"], "properties": { "city": text } } }),
            "{\n  \"tasks\": [{\n    \"city\": string\n  }, ...]\n}",
        ),
    ]
}

#[test]
fn constructs_of_several_lines_are_written_like_this() {
    for (name, schema, wanted) in documents() {
        assert_eq!(notation(&schema).expect("a model"), wanted, "{name}");
    }
}

#[test]
fn a_comment_and_a_key_cannot_end_their_line() {
    let text = notation(&json!({
        "type": "object", "required": ["a\n\"b"],
        "properties": { "a\n\"b": { "type": "string", "description": "one\r\n\ntwo\u{2028}three" } },
    }));
    assert_eq!(text.as_deref(), Some("{\n  \"a\\n\\\"b\": string // one two three\n}"));
}

/// The keys that a schema requires of values that it allows. An object schema with `items` allows no items.
fn required_keys(root: &Value, schema: &Value, seen: &mut Vec<String>, out: &mut Vec<String>) {
    let Value::Object(map) = schema else { return };
    let kinds = map.get("type").map(Value::to_string);
    let excluded = |kind: &str| kinds.as_ref().is_some_and(|kinds| !kinds.contains(kind));
    for (key, value) in map {
        match (key.as_str(), value) {
            ("required" | "properties" | "patternProperties" | "additionalProperties", _) if excluded("object") => {}
            ("items" | "prefixItems", _) if excluded("array") => {}
            ("required", Value::Array(names)) => {
                out.extend(names.iter().filter_map(Value::as_str).map(|name| Value::from(name).to_string()));
            }
            ("$ref", Value::String(reference)) if !seen.contains(reference) => {
                seen.push(reference.clone());
                let target = root.pointer(reference.trim_start_matches('#')).expect("a definition");
                required_keys(root, target, seen, out);
            }
            ("properties" | "patternProperties", Value::Object(named)) => {
                named.values().for_each(|one| required_keys(root, one, seen, out));
            }
            ("anyOf" | "oneOf" | "allOf" | "prefixItems", Value::Array(list)) => {
                list.iter().for_each(|one| required_keys(root, one, seen, out));
            }
            ("items" | "additionalProperties" | "then" | "else", one) => required_keys(root, one, seen, out),
            _ => {}
        }
    }
}

/// What is wrong with the notation of a schema.
fn problem(schema: &Value) -> Option<String> {
    let model = ResponseModel::new(schema, None, None).ok()?;
    let rendered = render_shared(&model, Dialect::Plain, false).expect("rendered");
    let text = rendered.notation();
    if notation(schema).as_deref() != Some(text) {
        return Some("it is not stable".to_owned());
    }
    let mut keys = Vec::new();
    required_keys(rendered.schema(), rendered.schema(), &mut Vec::new(), &mut keys);
    if let Some(key) = keys.iter().find(|key| !text.contains(*key)) {
        return Some(format!("it does not mention {key}"));
    }
    let json = rendered.text();
    (json.len() > 200 && text.len() >= json.len()).then(|| format!("{} bytes of {}", text.len(), json.len()))
}

#[test]
fn real_schemas_have_a_stable_shorter_notation_with_every_required_key() {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut check = |name: &str, schema: &Value| {
        count += 1;
        if let Some(problem) = problem(schema) {
            failures.push(format!("{name}: {problem}"));
        }
    };
    for (name, schema) in json_files("jsonschemabench").unwrap_or_default() {
        check(&name, &schema);
    }
    for (name, file) in json_files("maskbench").unwrap_or_default() {
        check(&name, &file["schema"]);
    }
    if let Some(bfcl) = read_json("bfcl/bfcl-v4-sample.json") {
        for case in bfcl["cases"].as_array().into_iter().flatten() {
            for tool in case["tools"].as_array().into_iter().flatten() {
                check(&case["id"].to_string(), &tool["parameters"]);
            }
        }
    }
    for (name, case) in json_files("golden").unwrap_or_default() {
        if let Some(schema) = case.pointer("/call/json_schema_of_model") {
            check(&name, schema);
        }
    }
    println!("notation: {count} schemas, {} failures", failures.len());
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn generated_schemas_have_a_stable_notation_with_every_required_key() {
    small_stack(|| {
        let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
        proptest!(config, |((schema, _) in schema_and_instance())| {
            let schema = json!({ "type": "object", "properties": { "it": schema }, "required": ["it"] });
            let problem = problem(&schema);
            prop_assert!(problem.is_none(), "{}: {:?}\n{}", schema, problem, notation(&schema).unwrap_or_default());
        });
    });
}

#[test]
fn the_example_of_a_pattern_matches_it() {
    let patterns = json_files("jsonschemabench").unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    patterns.iter().for_each(|(_, schema)| each_pattern(schema, &mut found));
    let own =
        ["^[A-Z]{3}-\\d{4}$", "^a|b$", "^(?:x|y)+z?$", "^\\w+@\\w+\\.com$", "[0-9]{2,5}", "^[^a]$", "^a$b", "a{3}"];
    found.extend(own.map(str::to_owned));
    let mut examples = 0;
    for pattern in &found {
        let schema = json!({ "type": "string", "pattern": pattern });
        let text = member(&schema);
        let Some((_, example)) = text.rsplit_once(", like ") else { continue };
        let example: Value = serde_json::from_str(example.trim_end_matches(')')).expect("JSON");
        let Ok(validator) = jsonschema::validator_for(&schema) else { continue };
        assert!(validator.is_valid(&example), "{example} for {pattern}");
        examples += 1;
    }
    assert!(examples >= 5, "{examples} examples of {} patterns", found.len());
}

fn each_pattern(schema: &Value, out: &mut Vec<String>) {
    match schema {
        Value::Object(map) => {
            out.extend(map.get("pattern").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|one| each_pattern(one, out));
        }
        Value::Array(list) => list.iter().for_each(|one| each_pattern(one, out)),
        _ => {}
    }
}

#[test]
fn deep_and_large_schemas_have_a_bounded_notation() {
    small_stack(|| {
        let leaf = json!({ "type": "string" });
        let deep = (0..90).fold(leaf.clone(), |inner, _| json!({ "type": "object", "properties": { "a": inner } }));
        assert!(notation(&deep).is_some_and(|text| text.contains("string")));
        // A chain of definitions that are used once, and one in which each is merged with the one before.
        for link in ["$ref", "allOf"] {
            let mut defs = Map::new();
            for at in 0..3000 {
                let next = json!({ "$ref": format!("#/$defs/d{}", at + 1) });
                let own = json!({ "type": "object", "properties": { format!("k{at}"): leaf } });
                let one = match link {
                    "$ref" => json!({ "type": "object", "properties": { "a": next } }),
                    _ => json!({ "allOf": [next, own] }),
                };
                defs.insert(format!("d{at}"), one);
            }
            defs.insert("d3000".to_owned(), leaf.clone());
            let schema = json!({ "type": "object", "properties": { "a": { "$ref": "#/$defs/d0" } }, "$defs": defs });
            let (text, json) = (notation(&schema).expect("a model"), schema.to_string());
            assert!(text.len() < json.len(), "{link}: {} of {}", text.len(), json.len());
        }
    });
}
