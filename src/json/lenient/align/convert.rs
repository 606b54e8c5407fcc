//! Converts a scalar: to the constant of an enum that it names, or to a number, a boolean or a text.

use super::super::repair;
use super::super::scalar::{folded, mentions, number, truth, whole, words};
use super::Align;
use super::keys::words_of;
use super::kinds::has_type;
use crate::json::lax;
use crate::jsontext::ToText;
use serde_json::Value;

/// Maximum length of a text that is searched for an enum value.
const MAX_SENTENCE: usize = 20_000;
const DENIALS: [&str; 6] = ["not", "no", "never", "neither", "isn", "nor"];

impl<'a> Align<'a> {
    pub(super) fn titled(&self, value: &Value, branch: &'a Value) -> Option<Value> {
        let branch = self.resolve(branch);
        let title = folded(branch.get("title")?.as_str()?);
        let constant = branch.get("const")?;
        (folded(value.as_str()?) == title).then(|| constant.clone())
    }

    /// The constant of a schema that a value means, and the reason.
    pub(super) fn constant(
        &self,
        value: &Value,
        schema: &'a Value,
        options: &'a [Value],
    ) -> Option<(Value, &'static str)> {
        let Value::String(text) = value else {
            // The number 1 for the text "1".
            let text = value.to_text();
            let same = options.iter().find(|option| option.as_str() == Some(text.as_str()));
            return same.map(|option| (option.clone(), "read as the enum's text"));
        };
        let names = |option: &'a Value| -> Vec<&'a str> {
            option.as_str().into_iter().chain(aliases(schema, option)).collect()
        };
        let only = |fits: &dyn Fn(&str) -> bool| -> Option<Value> {
            let mut found = options.iter().filter(|option| names(option).into_iter().any(fits));
            found.next().filter(|_| found.next().is_none()).cloned()
        };
        let word = folded(text);
        if let Some(option) = only(&|name| !word.is_empty() && folded(name) == word) {
            return Some((option, "enum value by case, punctuation or alias"));
        }
        // The text "3" for the number 3, "yes" for true.
        let mut meant = options.iter().filter(|option| match option {
            Value::Number(wanted) => number(text).is_some_and(|n| n.as_f64() == wanted.as_f64()),
            Value::Bool(wanted) => truth(text) == Some(*wanted),
            Value::Null => word == "null" || word == "none",
            _ => false,
        });
        if let Some(option) = meant.next().filter(|_| meant.next().is_none()) {
            return Some((option.clone(), "text read as the enum's value"));
        }
        let sentence = self.sentence && text.len() < MAX_SENTENCE;
        if sentence || (text.len() < 200 && text.contains(['*', '"', '.', ':', '-'])) {
            // A word among others, if only one option occurs and no word negates it. In capitals it counts even if it is also a common word.
            let words = words(text);
            let denied = DENIALS.iter().any(|word| mentions(&words, word, false));
            let marked = |option: &Value| {
                option.as_str().is_some_and(|name| name.len() > 1 && !name.contains(|c: char| c.is_ascii_lowercase()))
            };
            let found = only(&|name| mentions(&words, name, false))
                .or_else(|| only(&|name| mentions(&words, name, true)).filter(marked));
            if let Some(option) = found.filter(|_| !denied) {
                return Some((option, "the only enum value that the text mentions"));
            }
        }
        None
    }

    /// The value as a scalar of the type that the schema accepts, and the reason.
    pub(super) fn converted(&self, value: &Value, schema: &Value) -> Option<(Value, &'static str)> {
        let wants = |name: &str| has_type(schema, name);
        match value {
            Value::String(text) => {
                if wants("null") && matches!(folded(text).as_str(), "null" | "none") {
                    return Some((Value::Null, "text read as null"));
                }
                if wants("boolean") {
                    let truth = truth(text).or_else(|| self.sentence_truth(text));
                    if let Some(truth) = truth {
                        return Some((Value::Bool(truth), "text read as a boolean"));
                    }
                }
                if (wants("number") || wants("integer"))
                    && let Some(number) = number(text)
                {
                    return match whole(&number) {
                        _ if wants("number") => Some((Value::Number(number), "text read as a number")),
                        Some(whole) => Some((Value::Number(whole), "text read as a number")),
                        None => None,
                    };
                }
                if wants("object") || wants("array") {
                    let text = text.trim();
                    let open = if wants("object") { '{' } else { '[' };
                    if text.starts_with(open) {
                        let found = repair::value_at(text, 0);
                        return found.value.filter(|_| found.end == text.len()).map(|v| (v, "JSON inside a string"));
                    }
                }
                None
            }
            Value::Number(_) if wants("boolean") => {
                Some((Value::Bool(lax::boolean(value)?), "0 or 1 read as a boolean"))
            }
            Value::Number(_) | Value::Bool(_) if wants("string") => {
                Some((Value::String(value.to_text()), "read as text"))
            }
            _ => None,
        }
    }

    fn sentence_truth(&self, text: &str) -> Option<bool> {
        if !self.sentence || text.len() > MAX_SENTENCE {
            return None;
        }
        let words = words(text);
        let says = |word| mentions(&words, word, false);
        match (says("true"), says("false")) {
            (true, false) if !says("not") => Some(true),
            (false, true) if text.len() < 40 && !says("not") => Some(false),
            _ => None,
        }
    }
}

/// The aliases of an enum value: `x-…-values: [{const, x-…-alias}]` next to the enum.
fn aliases<'a>(schema: &'a Value, option: &'a Value) -> impl Iterator<Item = &'a str> {
    let keywords = schema.as_object().into_iter().flatten();
    let lists = keywords.filter(|(key, _)| key.starts_with("x-") && key.ends_with("values"));
    lists
        .filter_map(|(_, list)| list.as_array())
        .flatten()
        .filter(move |entry| entry.get("const") == Some(option))
        .flat_map(words_of)
}
