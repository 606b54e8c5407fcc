//! Turns a validation error into one line, or a few, that a model can act on: the expected and the actual value.
//!
//! The engine reports a failed union as one error that contains the errors of every branch; only the errors of the
//! closest branch are kept. Each missing key is an issue at the key's path.

use super::describe::{count, either, found, join, list, quote, simple, values, wanted, with_article};
use super::suggest::closest;
use crate::error::Issue;
use crate::text::shorten;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::paths::LocationSegment;
use serde_json::Value;

/// Maximum nesting of unions.
const MAX_UNIONS: usize = 8;

pub fn explain(error: &ValidationError<'_>, schema: &Value, root: &Value, issues: &mut Vec<Issue>) {
    Explainer { schema, root }.add(error, MAX_UNIONS, issues);
}

/// Removes repeated issues: `allOf` and several references can lead to the same constraint.
pub fn tidy(issues: &mut Vec<Issue>) {
    let mut kept: Vec<Issue> = Vec::with_capacity(issues.len());
    for issue in issues.drain(..) {
        // The engine visits the schema in order, so repetitions are close to each other.
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
    fn add(&self, error: &ValidationError<'_>, unions: usize, issues: &mut Vec<Issue>) {
        let mut path = self.path(error);
        match error.kind() {
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
                return self.union(error, context, path, unions, issues);
            }
            Kind::Required { property: Value::String(key) } => {
                let message = self.missing(error, key);
                path.push(Value::String(key.clone()));
                return issues.push(Issue { path, message });
            }
            Kind::PropertyNames { error: inner } => {
                let message = join(&["the key ", &quote(inner.instance()), " is not allowed: ", &self.message(inner)]);
                return issues.push(Issue { path, message });
            }
            _ => {}
        }
        issues.push(Issue { path, message: self.message(error) });
    }

    fn message(&self, error: &ValidationError<'_>) -> String {
        let value = error.instance();
        let got = || join(&[", got ", &found(value)]);
        let limit = |what: &str, limit: &Value| join(&["wanted ", what, &quote(limit), &got()]);
        let length = |what: &str, limit: u64, noun: &str, is: usize| {
            join(&["wanted ", what, &count(limit, noun), ", got ", &is.to_string()])
        };
        match error.kind() {
            Kind::Type { kind } => {
                let types: Vec<String> = match kind {
                    TypeKind::Single(one) => vec![with_article(one.as_str())],
                    TypeKind::Multiple(set) => set.iter().map(|one| with_article(one.as_str())).collect(),
                };
                join(&["wanted ", &either(types), &got()])
            }
            Kind::Enum { options } => self.choice(options.as_array().map(Vec::as_slice).unwrap_or_default(), value),
            Kind::Constant { expected_value } => join(&["wanted ", &quote(expected_value), &got()]),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                self.unexpected(error, unexpected)
            }
            Kind::AdditionalItems { limit } => length("at most ", *limit as u64, "item", items(value)),
            Kind::MaxItems { limit } => length("at most ", *limit, "item", items(value)),
            Kind::MinItems { limit } => length("at least ", *limit, "item", items(value)),
            Kind::MaxLength { limit } => {
                join(&[&length("at most ", *limit, "character", letters(value)), ": ", &quote(value)])
            }
            Kind::MinLength { limit } => {
                join(&[&length("at least ", *limit, "character", letters(value)), ": ", &quote(value)])
            }
            Kind::MaxProperties { limit } => length("at most ", *limit, "key", items(value)),
            Kind::MinProperties { limit } => length("at least ", *limit, "key", items(value)),
            Kind::Maximum { limit: l } => limit("at most ", l),
            Kind::Minimum { limit: l } => limit("at least ", l),
            Kind::ExclusiveMaximum { limit: l } => limit("less than ", l),
            Kind::ExclusiveMinimum { limit: l } => limit("more than ", l),
            Kind::MultipleOf { multiple_of } => {
                let number = serde_json::Number::from_f64(*multiple_of).map(Value::Number).unwrap_or_default();
                // The engine stores 5 as 5.0.
                let number = quote(&number);
                join(&["wanted a multiple of ", number.strip_suffix(".0").unwrap_or(&number), &got()])
            }
            Kind::Pattern { pattern } => {
                let pattern = shorten(pattern, 200);
                join(&["wanted a string that matches the pattern ", &pattern, &got()])
            }
            Kind::Format { format } => join(&["wanted ", &format_words(format), &got()]),
            Kind::UniqueItems => self.repeated(value),
            Kind::Contains => match self.keyword_value(error).and_then(|schema| wanted(schema, self.schema)) {
                Some(what) => join(&["wanted an array that contains ", &what, &got()]),
                None => join(&["has no item, or too few or too many, of the kind that is required", &got()]),
            },
            Kind::Not { schema } => join(&["must not be ", &self.forbidden(schema), &got()]),
            Kind::FalseSchema => join(&["must not be there", &got()]),
            Kind::OneOfMultipleValid { .. } => {
                join(&["fits more than one of the alternatives of which exactly one is wanted", &got()])
            }
            Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
                "is too long to be checked against the pattern: make it shorter".into()
            }
            Kind::ContentEncoding { content_encoding } => {
                join(&["wanted a string in the encoding ", content_encoding, &got()])
            }
            Kind::ContentMediaType { content_media_type } => {
                join(&["wanted a string of the media type ", content_media_type, &got()])
            }
            Kind::UnevaluatedItems { .. } => join(&["has items that are not allowed there", &got()]),
            // Custom keywords are not registered. (The engine's `Display` would add 5 KB to the module.)
            _ => join(&["does not satisfy ", error.kind().keyword(), &got()]),
        }
    }

    /// The instance path as keys and indexes. The engine stores it as text, so the value decides whether `0` is an index.
    fn path(&self, error: &ValidationError<'_>) -> Vec<Value> {
        let mut at = Some(self.root);
        let mut path = Vec::new();
        for segment in error.instance_path().segments() {
            let text = match &segment {
                LocationSegment::Property(name) => name.as_ref().to_owned(),
                LocationSegment::Index(index) => index.to_string(),
            };
            match (at, &segment) {
                (Some(Value::Object(members)), _) => {
                    at = members.get(&text);
                    path.push(Value::String(text));
                }
                (Some(Value::Array(list)), LocationSegment::Index(index)) => {
                    at = list.get(*index);
                    path.push(Value::from(*index));
                }
                _ => path.push(Value::String(text)),
            }
        }
        path
    }

    /// The value of the failed keyword in the schema.
    fn keyword_value(&self, error: &ValidationError<'_>) -> Option<&Value> {
        self.schema.pointer(error.schema_path().as_str())
    }

    /// The schema that contains the failed keyword.
    fn holder(&self, error: &ValidationError<'_>) -> Option<&Value> {
        let (parent, _) = error.schema_path().as_str().rsplit_once('/')?;
        self.schema.pointer(parent)
    }

    fn missing(&self, error: &ValidationError<'_>, key: &str) -> String {
        let mut message = String::from("required, but missing");
        let properties = self.holder(error).and_then(|schema| schema.get("properties")).and_then(Value::as_object);
        if let Some(what) = properties.and_then(|p| p.get(key)).and_then(|schema| wanted(schema, self.schema)) {
            message.push_str(": wanted ");
            message.push_str(&what);
        }
        // An unknown key with a similar name is a misspelling of this one.
        if let Value::Object(members) = error.instance().as_ref() {
            let strangers =
                members.keys().map(String::as_str).filter(|k| properties.is_none_or(|p| !p.contains_key(*k)));
            if let Some(other) = closest(key, strangers) {
                message.push_str(&join(&[" (found ", &quote(&Value::from(other)), ": is that the one?)"]));
            }
        }
        message
    }

    fn unexpected(&self, error: &ValidationError<'_>, unexpected: &[String]) -> String {
        let noun = if unexpected.len() == 1 { "unexpected key " } else { "unexpected keys " };
        let mut message = join(&[noun, &list(unexpected.iter().map(String::as_str), unexpected.len())]);
        match self.holder(error).and_then(|schema| schema.get("properties")).and_then(Value::as_object) {
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
    fn union(
        &self,
        error: &ValidationError<'_>,
        branches: &[Vec<ValidationError<'static>>],
        path: Vec<Value>,
        unions: usize,
        issues: &mut Vec<Issue>,
    ) {
        let depth = path.len();
        let scores: Vec<u32> = branches.iter().map(|errors| self.score(errors, depth, unions)).collect();
        let best = scores.iter().copied().min().unwrap_or(FAR);
        if best >= FAR || unions == 0 {
            let schemas = self.keyword_value(error).and_then(Value::as_array);
            let words: Option<Vec<String>> =
                schemas.and_then(|all| all.iter().map(|branch| simple(branch, self.schema)).collect());
            let message = match words {
                Some(words) => join(&["wanted ", &either(words), ", got ", &found(error.instance())]),
                None => join(&["fits none of the alternatives, got ", &found(error.instance())]),
            };
            return issues.push(Issue { path, message });
        }
        // No discriminator matches: list all of them instead of the issues of one branch.
        if best >= TAG
            && let Some(issue) = self.tags(branches, &scores, depth)
        {
            return issues.push(issue);
        }
        for (errors, score) in branches.iter().zip(&scores) {
            if *score == best {
                return errors.iter().for_each(|inner| self.add(inner, unions - 1, issues));
            }
        }
    }

    /// The distance of a value from a branch; 0 if it is valid.
    fn score(&self, errors: &[ValidationError<'static>], depth: usize, unions: usize) -> u32 {
        let mut sum = 0u32;
        for error in errors {
            let here = error.instance_path().segments().count().saturating_sub(depth);
            let cost = match (error.kind(), here) {
                (Kind::Type { .. } | Kind::FalseSchema, 0) => FAR,
                (Kind::Constant { .. } | Kind::Enum { .. }, 0) => TAG,
                (Kind::Constant { .. }, 1) => TAG,
                (Kind::Enum { options }, 1) if options.as_array().is_some_and(|o| o.len() == 1) => TAG,
                (Kind::AnyOf { context } | Kind::OneOfNotValid { context }, 0) if unions > 0 => {
                    let inner = context.iter().map(|errors| self.score(errors, depth, unions - 1));
                    inner.min().unwrap_or(FAR)
                }
                (Kind::Required { .. }, 0) => 10,
                (Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected }, 0) => {
                    // An additional key costs as much as a missing one.
                    10u32.saturating_mul(unexpected.len() as u32)
                }
                (Kind::Type { .. }, 1) => 5,
                _ => 3,
            };
            sum = sum.saturating_add(cost);
        }
        sum
    }

    /// The discriminator's issue: the constants that the close branches expect at one place, each a different one.
    fn tags(&self, branches: &[Vec<ValidationError<'static>>], scores: &[u32], depth: usize) -> Option<Issue> {
        let mut place: Option<(Vec<Value>, Value)> = None;
        let mut options: Vec<Value> = Vec::new();
        for (errors, score) in branches.iter().zip(scores) {
            if *score >= FAR {
                continue;
            }
            let tag = errors.iter().find(|error| {
                matches!(error.kind(), Kind::Constant { .. } | Kind::Enum { .. })
                    && error.instance_path().segments().count().saturating_sub(depth) <= 1
            })?;
            let path = self.path(tag);
            match &place {
                Some((known, _)) if *known != path => return None,
                Some(_) => {}
                None => place = Some((path, tag.instance().as_ref().clone())),
            }
            let wants: &[Value] = match tag.kind() {
                Kind::Constant { expected_value } => std::slice::from_ref(expected_value.as_ref()),
                Kind::Enum { options } => options.as_array()?,
                _ => &[],
            };
            options.extend(wants.iter().filter(|want| !options.contains(want)).cloned().collect::<Vec<_>>());
        }
        let (path, value) = place?;
        Some(Issue { path, message: self.choice(&options, &value) })
    }
}

/// The distance of a value of another type.
const FAR: u32 = 100_000;
/// The distance of a value of the right type with another discriminator.
const TAG: u32 = 1_000;

fn items(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

fn letters(value: &Value) -> usize {
    value.as_str().map_or(0, |text| text.chars().count())
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
