//! The validator: a schema that is compiled once and checks any number of values.

use super::{chains, explain, work};
use crate::error::{Error, Issue};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, ValidationError};
use serde_json::Value;

/// Maximum number of issues of one value; a hostile answer can cause millions.
const MAX_ISSUES: usize = 500;
/// Maximum length of all their paths together, in bytes: a key of an answer may have a megabyte.
const MAX_PATHS: usize = 500_000;

/// Maximum memory of the errors of a value, and the size of one error without its path, in bytes.
const MAX_VOLUME: usize = 100_000_000;
const ERROR: usize = 256;

const PATTERN: &str = "the pattern is not of ECMA-262, or can take exponential time: in a repeated group, something must show \
    where a part of variable length ends, as the comma in (\\w+,)*. Write a+ for (a+)+, and (\\w+ )*\\w+ for (\\w+ ?)*.";

/// Options of [`Validator::new`].
pub struct Options<'a> {
    /// `4`, `6`, `7`, `2019-09` or `2020-12`, for schemas without `$schema`. By default 2020-12 is tried first, then 7 and
    /// 4: many libraries omit `$schema` and write `items: [...]` or `exclusiveMinimum: true`.
    pub draft: Option<&'a str>,
    /// Whether `format` is checked. The specification makes this optional.
    pub formats: bool,
    /// Documents that a `$ref` may refer to, by URI. Nothing is fetched.
    pub resources: &'a [(String, Value)],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { draft: None, formats: true, resources: &[] }
    }
}

/// The approximate memory, in bytes, of an error with its path at every place of a value.
fn volume(value: &Value, path: usize) -> usize {
    let inner = |value: &Value, key: usize| volume(value, path + key);
    let below: usize = match value {
        Value::Array(items) => items.iter().map(|item| inner(item, 8)).fold(0, usize::saturating_add),
        Value::Object(members) => {
            members.iter().map(|(key, value)| inner(value, key.len())).fold(0, usize::saturating_add)
        }
        _ => 0,
    };
    below.saturating_add(path + ERROR)
}

/// A JSON Schema, compiled to check any number of values.
pub struct Validator {
    schema: Value,
    engine: jsonschema::Validator,
    /// The work is estimated before a value is checked (see `work`).
    counted: bool,
    /// The longest chain of references and alternatives (see `chains`).
    steps: usize,
}

impl Validator {
    /// Compiles a schema with the default [`Options`].
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) for a schema that is not valid, refers to a document that is not
    /// given, or has a pattern that can take exponential time.
    pub fn new(schema: &Value) -> Result<Self, Error> {
        Self::with_options(schema, &Options::default())
    }

    /// Compiles a schema.
    ///
    /// # Errors
    /// As [`Validator::new`].
    pub fn with_options(schema: &Value, options: &Options) -> Result<Self, Error> {
        if !schema.is_object() && !schema.is_boolean() {
            return Err(Error::configuration(
                "A JSON Schema is an object (or true or false): give the schema itself, for example {\"type\": \"object\"}.",
            )
            .with("parameter", "responseModel"));
        }
        let too_much = |excess: chains::Excess| unreadable(excess.problem, &excess.pointer);
        let steps = chains::longest(schema).map_err(too_much)?;
        for (_, resource) in options.resources {
            chains::longest(resource).map_err(too_much)?;
        }
        let drafts: &[Option<Draft>] = match options.draft {
            Some(name) => &[Some(draft_named(name)?)],
            None if schema.get("$schema").is_some() => &[None],
            None => &[Some(Draft::Draft202012), Some(Draft::Draft7), Some(Draft::Draft4)],
        };
        let mut first = None;
        for draft in drafts {
            match build(schema, *draft, options) {
                Ok(engine) => {
                    return Ok(Validator { schema: schema.clone(), engine, counted: work::grows(schema), steps });
                }
                // In another draft an invalid schema may be valid by accident, so the first error is the one to report.
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| Error::configuration("The schema cannot be read.")))
    }

    /// All issues, in the order of the schema. Empty if the value is valid.
    pub fn validate(&self, value: &Value) -> Vec<Issue> {
        let mut issues = Vec::new();
        // Without alternatives only the depth can be too large: the longest chain at each level of the value.
        let deep = || (self.steps + 1).saturating_mul(work::levels(value)) > work::MAX_DEPTH;
        let work = if self.counted || self.steps > 1 && deep() { work::work(&self.schema, value) } else { 0 };
        let mut whole = |message: &str| issues.push(Issue { path: Vec::new(), message: message.into() });
        if work > work::MAX_WORK {
            whole("is nested too deeply to be checked against the schema: answer with fewer levels");
            return issues;
        }
        // The engine creates all errors, with their paths, before it returns the first.
        if work > work::MAX_EXPLAINED || volume(value, 0) > MAX_VOLUME {
            if !self.engine.is_valid(value) {
                whole("does not fit the schema, and is too large to say where: answer with less");
            }
            return issues;
        }
        let mut paths = 0;
        for error in self.engine.iter_errors(value).take(MAX_ISSUES) {
            explain::explain(&error, &self.schema, value, &mut issues);
            paths += error.instance_path().as_str().len();
            if paths > MAX_PATHS {
                break;
            }
        }
        explain::tidy(&mut issues);
        issues
    }
}

fn draft_named(name: &str) -> Result<Draft, Error> {
    match name {
        "4" => Ok(Draft::Draft4),
        "6" => Ok(Draft::Draft6),
        "7" => Ok(Draft::Draft7),
        "2019-09" => Ok(Draft::Draft201909),
        "2020-12" => Ok(Draft::Draft202012),
        _ => Err(Error::configuration(
            "Unknown draft of JSON Schema: it is one of \"4\", \"6\", \"7\", \"2019-09\" and \"2020-12\".",
        )),
    }
}

fn build(schema: &Value, draft: Option<Draft>, options: &Options) -> Result<jsonschema::Validator, Error> {
    let refused = |error: jsonschema::ReferencingError| unreadable(&reference_problem(&error), "");
    let registry;
    let mut builder =
        jsonschema::options().offline().should_validate_formats(options.formats).should_ignore_unknown_formats(true);
    if let Some(draft) = draft {
        builder = builder.with_draft(draft);
    }
    if !options.resources.is_empty() {
        let mut resources = Registry::new();
        for (uri, resource) in options.resources {
            // A document without `$schema` uses the schema's draft.
            resources = match draft.filter(|_| resource.get("$schema").is_none()) {
                Some(draft) => resources.add(uri, draft.create_resource_ref(resource)),
                None => resources.add(uri, resource),
            }
            .map_err(refused)?;
        }
        registry = resources.prepare().map_err(refused)?;
        builder = builder.with_registry(&registry);
    }
    builder.build(schema).map_err(|error| schema_problem(&error, schema))
}

/// The configuration error for an invalid schema.
fn schema_problem(error: &ValidationError<'_>, schema: &Value) -> Error {
    if let ValidationErrorKind::Referencing(problem) = error.kind() {
        return unreadable(&reference_problem(problem), "");
    }
    let path = error.instance_path().as_str();
    // The engine reports a pattern that it refuses as a failed `format: regex`.
    if let ValidationErrorKind::Format { format } = error.kind()
        && format == "regex"
    {
        return unreadable(PATTERN, path);
    }
    let mut issues = Vec::new();
    explain::explain(error, &Value::Null, schema, &mut issues);
    let problem = issues.into_iter().next().map(|issue| issue.message).unwrap_or_default();
    unreadable(&problem, path)
}

fn unreadable(problem: &str, path: &str) -> Error {
    let (at, end) = if path.is_empty() { ("", "") } else { (" at `", "`") };
    Error::configuration(["The response model's JSON Schema is not valid", at, path, end, ": ", problem].concat())
        .with("parameter", "responseModel")
        .with("pointer", path)
}

fn reference_problem(error: &jsonschema::ReferencingError) -> String {
    use jsonschema::ReferencingError as R;
    match error {
        R::Unretrievable { uri, .. } => [
            "it refers to ",
            uri,
            ", which is not part of it. References are never fetched: put the schema under $defs and refer to it as #/$defs/Name.",
        ]
        .concat(),
        R::PointerToNowhere { pointer } => {
            ["$ref points to #", pointer, ", which the schema does not have. Define it under $defs, or correct the reference."]
                .concat()
        }
        R::NoSuchAnchor { anchor } => ["$ref names the anchor ", anchor, ", which no part of the schema has."].concat(),
        R::UnknownSpecification { specification } => [
            "$schema names ",
            specification,
            ", which is not one of the drafts 4, 6, 7, 2019-09 and 2020-12. Omit $schema, or name one of them.",
        ]
        .concat(),
        R::InvalidUri(_) => "an $id or $ref is not a valid URI reference.".into(),
        // Not the engine's `Display`: its formatting code adds 5 KB to the module.
        _ => "an $id or $ref in it cannot be read.".into(),
    }
}
