//! Turns a validation error into one line, or a few, that a model can act on: the expected and the actual value.
//!
//! A failed union contains the failures of every branch; only those of the closest branch are kept. Each missing key is an
//! issue at the key's path.

use super::describe::{count, either, found, join, list, quote, simple, values, wanted, with_article};
use super::failure::{Failure, Kind};
use super::suggest::closest;
use crate::error::Issue;
use crate::text::shorten;
use serde_json::Value;

/// Maximum nesting of unions.
const MAX_UNIONS: usize = 8;

/// Adds the issues of a failure. `schema` is the whole schema, `root` the whole value.
pub fn explain<F: Failure>(failure: &F, schema: &Value, root: &Value, issues: &mut Vec<Issue>) {
    Explainer { schema, root }.add(failure, MAX_UNIONS, issues);
}

/// The message of a failure, without its path.
#[cfg(any(all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
pub fn message<F: Failure>(failure: &F, schema: &Value) -> String {
    Explainer { schema, root: &Value::Null }.message(failure)
}

/// Removes repeated issues: `allOf` and several references can lead to the same constraint.
pub fn tidy(issues: &mut Vec<Issue>) {
    let mut kept: Vec<Issue> = Vec::with_capacity(issues.len());
    for issue in issues.drain(..) {
        // An engine visits the schema in order, so repetitions are close to each other.
        if !kept.iter().rev().take(20).any(|known| *known == issue) {
            kept.push(issue);
        }
    }
    *issues = kept;
}

struct Explainer<'a> {
    schema: &'a Value,
    root: &'a Value,
}

impl Explainer<'_> {
    fn add<F: Failure>(&self, failure: &F, unions: usize, issues: &mut Vec<Issue>) {
        let mut path = failure.path(self.root);
        let message = match failure.kind() {
            Kind::Union(_, branches) => return self.union(failure, branches, path, unions, issues),
            Kind::Required(key) => {
                path.push(Value::from(key));
                self.missing(failure, key)
            }
            #[cfg(feature = "validator")]
            Kind::Name(inner) => name_message(inner.value(), &self.message(inner)),
            _ => self.message(failure),
        };
        issues.push(Issue { path, message });
    }

    fn message<F: Failure>(&self, failure: &F) -> String {
        let value = failure.value();
        let got = || join(&[", got ", &found(value)]);
        let what: String = match failure.kind() {
            Kind::Type(names) => join(&["wanted ", &either(names.into_iter().map(with_article).collect())]),
            Kind::Enum(options) => return self.choice(options, value),
            Kind::Constant(constant) => join(&["wanted ", &quote(constant)]),
            Kind::Unexpected(keys) => return self.unexpected(failure, keys),
            Kind::Size(words, limit, noun) => {
                let is = size(value);
                let mut message = join(&["wanted ", words, &count(limit, noun), ", got ", &is.to_string()]);
                if value.is_string() {
                    message.push_str(": ");
                    message.push_str(&quote(value));
                }
                return message;
            }
            Kind::Bound(words, limit) => join(&["wanted ", words, &quote(limit)]),
            Kind::MultipleOf(number) => {
                let number = serde_json::Number::from_f64(number).map(Value::Number).unwrap_or_default();
                // The engines store 5 as 5.0.
                let number = quote(&number);
                join(&["wanted a multiple of ", number.strip_suffix(".0").unwrap_or(&number)])
            }
            Kind::Pattern(pattern) => join(&["wanted a string that matches the pattern ", &shorten(pattern, 200)]),
            Kind::Format(format) => join(&["wanted ", &format_words(format)]),
            Kind::Repeated => return self.repeated(value),
            Kind::Contains => match failure.keyword(self.schema).and_then(|schema| wanted(schema, self.schema)) {
                Some(what) => join(&["wanted an array that contains ", &what]),
                None => "has no item, or too few or too many, of the kind that is required".into(),
            },
            Kind::Not(schema) => join(&["must not be ", &self.forbidden(schema)]),
            Kind::Never => "must not be there".into(),
            #[cfg(feature = "validator")]
            Kind::TooLong => return "is too long to be checked against the pattern: make it shorter".into(),
            Kind::Says(words) => words.into_owned(),
            #[cfg(any(all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
            Kind::Message(message) => return message.to_owned(),
            Kind::Union(keyword, _) => unsatisfied(keyword),
            Kind::Required(_) => unsatisfied("required"),
            #[cfg(feature = "validator")]
            Kind::Name(_) => unsatisfied("propertyNames"),
        };
        join(&[&what, &got()])
    }

    fn missing<F: Failure>(&self, failure: &F, key: &str) -> String {
        let mut message = String::from("required, but missing");
        let properties =
            failure.holder(self.schema).and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        if let Some(what) = properties.and_then(|p| p.get(key)).and_then(|schema| wanted(schema, self.schema)) {
            message.push_str(": wanted ");
            message.push_str(&what);
        }
        // An unknown key with a similar name is a misspelling of this one.
        if let Value::Object(members) = failure.value() {
            let strangers =
                members.keys().map(String::as_str).filter(|k| properties.is_none_or(|p| !p.contains_key(*k)));
            if let Some(other) = closest(key, strangers) {
                message.push_str(&join(&[" (found ", &quote(&Value::from(other)), ": is that the one?)"]));
            }
        }
        message
    }

    fn unexpected<F: Failure>(&self, failure: &F, unexpected: &[String]) -> String {
        let noun = if unexpected.len() == 1 { "unexpected key " } else { "unexpected keys " };
        let mut message = join(&[noun, &list(unexpected.iter().map(String::as_str), unexpected.len())]);
        match failure.holder(self.schema).and_then(|schema| schema.get("properties")).and_then(Value::as_object) {
            Some(known) if !known.is_empty() => {
                message.push_str(": allowed are ");
                message.push_str(&list(known.keys().map(String::as_str), known.len()));
            }
            _ => message.push_str(": leave out what is not asked for"),
        }
        message
    }

    fn choice(&self, options: &[Value], value: &Value) -> String {
        let mut message = join(&["wanted one of ", &values(options), ", got ", &found(value)]);
        if let Value::String(word) = value
            && let Some(meant) = closest(word, options.iter().filter_map(Value::as_str))
        {
            message.push_str(&join(&[" (did you mean ", &quote(&Value::from(meant)), "?)"]));
        }
        message
    }

    fn repeated(&self, value: &Value) -> String {
        let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
        // Quadratic, so only the first items are compared.
        let items = items.get(..200.min(items.len())).unwrap_or_default();
        let twice = items.iter().enumerate().find_map(|(i, item)| {
            let first = items.iter().take(i).position(|other| other == item)?;
            Some(join(&[": ", &quote(item), " is at ", &first.to_string(), " and at ", &i.to_string()]))
        });
        join(&["wanted items that are all different", &twice.unwrap_or_default()])
    }

    fn forbidden(&self, schema: &Value) -> String {
        wanted(schema, self.schema).unwrap_or_else(|| join(&["what this schema describes: ", &quote(schema)]))
    }

    /// A failed union: the issues of the closest branch, or the expected alternatives if no branch is close.
    fn union<F: Failure>(
        &self,
        failure: &F,
        branches: &[Vec<F::Inner>],
        path: Vec<Value>,
        unions: usize,
        issues: &mut Vec<Issue>,
    ) {
        let depth = path.len();
        let scores: Vec<u32> = branches.iter().map(|failures| score(failures, depth, unions)).collect();
        let best = scores.iter().copied().min().unwrap_or(FAR);
        if best >= FAR || unions == 0 {
            let schemas = failure.keyword(self.schema).and_then(Value::as_array);
            let words: Option<Vec<String>> =
                schemas.and_then(|all| all.iter().map(|branch| simple(branch, self.schema)).collect());
            let message = match words {
                Some(words) => join(&["wanted ", &either(words), ", got ", &found(failure.value())]),
                None => join(&["fits none of the alternatives, got ", &found(failure.value())]),
            };
            return issues.push(Issue { path, message });
        }
        // No discriminator matches: list all of them instead of the issues of one branch.
        if best >= TAG
            && let Some(issue) = self.tags(branches, &scores, depth)
        {
            return issues.push(issue);
        }
        for (failures, score) in branches.iter().zip(&scores) {
            if *score == best {
                return failures.iter().for_each(|inner| self.add(inner, unions - 1, issues));
            }
        }
    }

    /// The discriminator's issue: the constants that the close branches expect at one place, each a different one.
    fn tags<F: Failure>(&self, branches: &[Vec<F>], scores: &[u32], depth: usize) -> Option<Issue> {
        let mut place: Option<(Vec<Value>, Value)> = None;
        let mut options: Vec<Value> = Vec::new();
        for (failures, score) in branches.iter().zip(scores) {
            if *score >= FAR {
                continue;
            }
            let tag = failures.iter().find(|failure| {
                matches!(failure.kind(), Kind::Constant(_) | Kind::Enum(_))
                    && failure.steps().saturating_sub(depth) <= 1
            })?;
            let path = tag.path(self.root);
            match &place {
                Some((known, _)) if *known != path => return None,
                Some(_) => {}
                None => place = Some((path, tag.value().clone())),
            }
            let wants: &[Value] = match tag.kind() {
                Kind::Constant(constant) => std::slice::from_ref(constant),
                Kind::Enum(options) => options,
                _ => &[],
            };
            options.extend(wants.iter().filter(|want| !options.contains(want)).cloned().collect::<Vec<_>>());
        }
        let (path, value) = place?;
        Some(Issue { path, message: self.choice(&options, &value) })
    }
}

/// The distance of a value from a branch; 0 if it is valid.
fn score<F: Failure>(failures: &[F], depth: usize, unions: usize) -> u32 {
    let mut sum = 0u32;
    for failure in failures {
        let here = failure.steps().saturating_sub(depth);
        let cost = match (failure.kind(), here) {
            (Kind::Type(_) | Kind::Never, 0) => FAR,
            (Kind::Constant(_) | Kind::Enum(_), 0) => TAG,
            (Kind::Constant(_) | Kind::Enum([_]), 1) => TAG,
            (Kind::Union(_, branches), 0) if unions > 0 => {
                let inner = branches.iter().map(|failures| score(failures, depth, unions - 1));
                inner.min().unwrap_or(FAR)
            }
            (Kind::Required(_), 0) => 10,
            // An additional key costs as much as a missing one.
            (Kind::Unexpected(keys), 0) => 10u32.saturating_mul(keys.len() as u32),
            (Kind::Type(_), 1) => 5,
            _ => 3,
        };
        sum = sum.saturating_add(cost);
    }
    sum
}

/// Why a key is not allowed.
pub fn name_message(name: &Value, why: &str) -> String {
    join(&["the key ", &quote(name), " is not allowed: ", why])
}

fn unsatisfied(keyword: &str) -> String {
    join(&["does not satisfy ", keyword])
}

/// The distance of a value of another type.
const FAR: u32 = 100_000;
/// The distance of a value of the right type with another discriminator.
const TAG: u32 = 1_000;

/// The number of items, keys or characters.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        Value::String(text) => text.chars().count(),
        _ => 0,
    }
}

fn format_words(format: &str) -> String {
    let example = match format {
        "date" => "2024-01-31",
        "date-time" => "2024-01-31T12:00:00Z",
        "time" => "12:00:00Z",
        "duration" => "P1DT2H",
        "email" => "name@example.com",
        "uri" => "https://example.com/page",
        "uuid" => "123e4567-e89b-12d3-a456-426614174000",
        "ipv4" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "hostname" => "www.example.com",
        _ => return join(&["a string of the format ", format]),
    };
    join(&["a string of the format ", format, " such as ", example])
}
