//! The validator: a schema compiled once, run over any number of values.

use super::{chains, explain, work};
use crate::error::{Error, Issue};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, ValidationError};
use serde_json::Value;

/// More problems than this are not collected: nobody reads them, and a hostile answer could make millions.
const MAX_ISSUES: usize = 500;
/// Nor when their paths grow longer than this together: a key of an answer may be a megabyte.
const MAX_PATHS: usize = 500_000;

/// What the errors of a value may take at most, and one of them but for its path.
const MAX_VOLUME: usize = 100_000_000;
const ERROR: usize = 256;

const PATTERN: &str = "the pattern is not of ECMA-262, or can take exponential time: in a repeated group, something must tell \
    where a part of variable length ends, as the comma in (\\w+,)*. Write a+ for (a+)+, and (\\w+ )*\\w+ for (\\w+ ?)*.";

/// How a schema is read.
pub struct Options<'a> {
    /// `4`, `6`, `7`, `2019-09` or `2020-12`, for schemas that do not say so in `$schema`. Without it 2020-12 is tried
    /// first, then 7 and 4: many libraries leave `$schema` out and write `items: [...]` or `exclusiveMinimum: true`.
    pub draft: Option<&'a str>,
    /// Whether `format` is checked (the specification leaves that open; for answers of a model it is wanted).
    pub formats: bool,
    /// Documents a `$ref` may name: nothing is ever fetched.
    pub resources: &'a [(String, Value)],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options { draft: None, formats: true, resources: &[] }
    }
}

/// What an error at every place of a value could take, in bytes or so: as many times its path as there are places.
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
    /// The work is counted before a value is checked (see `work`).
    counted: bool,
    /// References and alternatives that can follow each other at one value.
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
                // Read as another draft a schema may be valid by accident; a missing reference stays missing.
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| Error::configuration("The schema cannot be read.")))
    }

    /// Every problem at once, in the order of the schema; empty: the value fits.
    pub fn validate(&self, value: &Value) -> Vec<Issue> {
        let mut issues = Vec::new();
        // Without alternatives the work can only be too deep: so many references at each level of the value.
        let deep = || (self.steps + 1).saturating_mul(work::levels(value)) > work::MAX_DEPTH;
        let work = if self.counted || self.steps > 1 && deep() { work::work(&self.schema, value) } else { 0 };
        let mut whole = |message: &str| issues.push(Issue { path: Vec::new(), message: message.into() });
        if work > work::MAX_WORK {
            whole("is nested too deeply to be checked against the schema: answer with fewer levels");
            return issues;
        }
        // The engine makes all its errors, with their paths, before it hands out the first.
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
            // A document that does not name its draft is of the schema's.
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

/// What is wrong with the schema itself.
fn schema_problem(error: &ValidationError<'_>, schema: &Value) -> Error {
    if let ValidationErrorKind::Referencing(problem) = error.kind() {
        return unreadable(&reference_problem(problem), "");
    }
    let path = error.instance_path().as_str();
    // A pattern the engine refuses is reported as a failed `format: regex`.
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
            ", which is none of the drafts 4, 6, 7, 2019-09 and 2020-12. Leave $schema out, or name one of them.",
        ]
        .concat(),
        R::InvalidUri(_) => "an $id or $ref is not a valid URI reference.".into(),
        // No `Display` of the engine's: its formatting code is 5 KB of the module.
        _ => "an $id or $ref in it cannot be read.".into(),
    }
}
