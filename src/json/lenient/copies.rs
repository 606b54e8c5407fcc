//! Copies of the prompt in an answer: a placeholder or the list of choices in place of a value, and the schema or the form in
//! place of the data. They are never read as values.

use crate::pointer::resolve;
use serde_json::Value;

/// Placeholders of the notation of types, and of prompts in general.
const PLACEHOLDERS: [&str; 7] =
    ["string", "...", "…", "string or null", "string[]", "YYYY-MM-DD", "YYYY-MM-DDTHH:MM:SSZ"];
/// Words of the notation that may be in angle brackets.
const WORDS: [&str; 6] = ["string", "integer", "number", "boolean", "text", "value"];
/// The starts of texts with which [`placeholders`] may find something.
const STARTS: [&str; 5] = ["\"string", "\"...", "\"…", "\"<", "\"YYYY"];
/// Maximum number of problems.
const MAX_FOUND: usize = 16;
const MAX_DEPTH: usize = 128;

/// A placeholder in an answer.
pub struct Copied {
    pub path: Vec<Value>,
    pub text: String,
}

/// Whether a JSON text may have a placeholder; cheap for every answer.
pub fn may_have(text: &str) -> bool {
    STARTS.iter().any(|start| text.contains(start))
}

/// The texts of a value that are placeholders of the prompt. A text that the schema itself lists is a value.
pub fn placeholders(value: &Value, schema: &Value) -> Vec<Copied> {
    let mut finder = Finder { schema, path: Vec::new(), found: Vec::new() };
    finder.visit(value, "");
    finder.found
}

struct Finder<'a> {
    schema: &'a Value,
    path: Vec<Value>,
    found: Vec<Copied>,
}

impl Finder<'_> {
    fn visit(&mut self, value: &Value, key: &str) {
        if self.found.len() >= MAX_FOUND || self.path.len() > MAX_DEPTH {
            return;
        }
        match value {
            Value::Object(members) => {
                for (key, value) in members {
                    self.path.push(key.as_str().into());
                    self.visit(value, key);
                    self.path.pop();
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.path.push(index.into());
                    self.visit(item, key);
                    self.path.pop();
                }
            }
            Value::String(text) if is_placeholder(text, key) && !lists(self.schema, text, 0) => {
                self.found.push(Copied { path: self.path.clone(), text: text.clone() });
            }
            _ => {}
        }
    }
}

/// Whether a text is a placeholder for the value of this key.
fn is_placeholder(text: &str, key: &str) -> bool {
    let text = text.trim();
    if PLACEHOLDERS.contains(&text) || text.starts_with("string (") && text.ends_with(')') {
        return true;
    }
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|word| WORDS.contains(&word) || !key.is_empty() && word == key)
}

/// Whether a schema lists a text as one of its values: in an enum, a constant, a default or an example.
fn lists(schema: &Value, text: &str, depth: usize) -> bool {
    let holds =
        |value: &Value| value == text || value.as_array().is_some_and(|list| list.iter().any(|one| one == text));
    match schema {
        Value::Object(keywords) if depth <= MAX_DEPTH => {
            keywords.iter().any(|(keyword, value)| match keyword.as_str() {
                "enum" | "const" | "default" | "example" | "examples" if holds(value) => true,
                _ => lists(value, text, depth + 1),
            })
        }
        Value::Array(parts) if depth <= MAX_DEPTH => parts.iter().any(|part| lists(part, text, depth + 1)),
        _ => false,
    }
}

/// Whether a text is a list of the choices at this path, and not one of them: `"a" or "b"`.
pub fn is_choices(text: &str, schema: &Value, path: &[Value]) -> bool {
    let Some(choices) = choices(schema, path) else { return false };
    let mut text = text.trim();
    let mut count = 0;
    // Longer choices first would matter only if one starts with another; then the separator does not follow.
    loop {
        text = text.trim_start_matches(['"', '\'', '`', '(']);
        let rest = choices.iter().filter_map(|choice| text.strip_prefix(*choice)).find_map(|rest| {
            let rest = rest.trim_start_matches(['"', '\'', '`', ')']).trim_start();
            if rest.is_empty() { Some(rest) } else { after_separator(rest) }
        });
        count += 1;
        match rest {
            None => return false,
            Some("") => return count > 1,
            Some(rest) => text = rest,
        }
    }
}

/// The text after what separates two choices.
pub fn after_separator(text: &str) -> Option<&str> {
    let separators = ["or ", ", or ", "| ", "|", "/ ", "/", ", "];
    separators.iter().find_map(|separator| text.strip_prefix(separator)).map(str::trim_start)
}

/// The texts that a schema lists for the value at a path.
fn choices<'a>(root: &'a Value, path: &[Value]) -> Option<Vec<&'a str>> {
    let mut schemas = vec![root];
    for step in path {
        let mut next = Vec::new();
        for schema in alternatives(root, &schemas) {
            next.extend(match step {
                Value::String(key) => schema.get("properties").and_then(|properties| properties.get(key)),
                _ => schema.get("items"),
            });
        }
        schemas = next;
    }
    let texts = alternatives(root, &schemas).into_iter().flat_map(|schema| {
        let listed = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        listed.or_else(|| schema.get("const").map(std::slice::from_ref)).unwrap_or_default()
    });
    let texts: Vec<&str> = texts.filter_map(Value::as_str).filter(|text| !text.is_empty()).collect();
    (texts.len() > 1).then_some(texts)
}

/// The schemas and the branches of their unions.
fn alternatives<'a>(root: &'a Value, schemas: &[&'a Value]) -> Vec<&'a Value> {
    const MAX: usize = 256;
    let mut out = Vec::new();
    let mut waiting: Vec<&Value> = schemas.to_vec();
    while let Some(schema) = waiting.pop() {
        let Some(schema) = resolve(root, schema).filter(|_| out.len() < MAX) else { continue };
        for keyword in ["anyOf", "oneOf", "allOf"] {
            waiting.extend(schema.get(keyword).and_then(Value::as_array).into_iter().flatten());
        }
        out.push(schema);
    }
    out
}

/// Whether the text at a place where JSON is invalid is a word of the notation of types: `"name": string`.
pub fn is_type(text: &str) -> bool {
    let types = ["string", "integer", "number", "boolean", "any", "null or "];
    types.iter().any(|word| {
        let rest = text.strip_prefix(word);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}
