//! The validator: a schema that is compiled once and checks any number of values.

use super::chains::{self, Excess};
use super::explain::explain;
use super::limits::Limits;
use crate::error::{Error, Issue};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{Draft, Registry, ValidationError};
use serde_json::Value;

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

/// A JSON Schema, compiled to check any number of values.
pub struct Validator {
    schema: Value,
    engine: jsonschema::Validator,
    limits: Limits,
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
        let too_much = |excess: Excess| unreadable(excess.problem, &excess.pointer);
        let limits = Limits::of(schema).map_err(too_much)?;
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
                    return Ok(Validator { schema: schema.clone(), engine, limits });
                }
                // In another draft an invalid schema may be valid by accident, so the first error is the one to report.
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or_else(|| Error::configuration("The schema cannot be read.")))
    }

    /// All issues, in the order of the schema. Empty if the value is valid.
    pub fn validate(&self, value: &Value) -> Vec<Issue> {
        let Validator { schema, engine, limits } = self;
        limits.issues(schema, value, || engine.is_valid(value), || engine.iter_errors(value))
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
    explain(error, &Value::Null, schema, &mut issues);
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
