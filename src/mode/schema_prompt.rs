//! The prompt that describes the schema to the model (`schemaPrompt`): in the modes that have the schema as text, and for
//! servers that enforce a schema without showing it to the model.

use crate::output::prompts;
use crate::schema::RenderedSchema;

/// The caller's choice, or the default of the model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SchemaPrompt<'a> {
    /// The notation of types.
    Types,
    /// JSON Schema, and nothing where the schema is enforced.
    JsonSchema,
    /// A text in which `{schema}` is replaced by the JSON Schema and `{types}` by the notation.
    Template(&'a str),
    /// A finished text.
    Text(&'a str),
}

impl<'a> SchemaPrompt<'a> {
    /// `types`, `json-schema`, or a template.
    pub fn named(word: &'a str) -> SchemaPrompt<'a> {
        match word {
            "types" => SchemaPrompt::Types,
            "json-schema" => SchemaPrompt::JsonSchema,
            template => SchemaPrompt::Template(template),
        }
    }

    /// Whether the text contains the notation of types.
    pub fn has_types(self) -> bool {
        match self {
            SchemaPrompt::Types => true,
            SchemaPrompt::JsonSchema | SchemaPrompt::Text(_) => false,
            SchemaPrompt::Template(template) => template.contains("{types}"),
        }
    }

    /// The prompt of a mode that has the schema as text.
    pub(super) fn of_text_mode(self, schema: &RenderedSchema) -> String {
        match self {
            SchemaPrompt::Types => filled(prompts::TYPES, schema),
            SchemaPrompt::JsonSchema => filled(prompts::SCHEMA, schema),
            SchemaPrompt::Template(template) => filled(template, schema),
            SchemaPrompt::Text(text) => text.to_owned(),
        }
    }

    /// The prompt next to an enforced schema that the server does not show to the model.
    pub(super) fn of_hidden_schema(self, schema: &RenderedSchema) -> Option<String> {
        match self {
            SchemaPrompt::Types => Some(filled(prompts::ENFORCED_TYPES, schema)),
            SchemaPrompt::JsonSchema => None,
            other => Some(other.of_text_mode(schema)),
        }
    }

    /// Appended to the last user message in MD_JSON.
    pub(super) fn closing(self) -> &'static str {
        if self == SchemaPrompt::Types { prompts::FENCED } else { prompts::FENCED_NOT_SCHEMA }
    }
}

/// The template with the schema in it. Replaced text is not read again: a description may contain `{types}`.
fn filled(template: &str, schema: &RenderedSchema) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let (text, length) = if after.starts_with("{schema}") {
            (schema.pretty(), "{schema}".len())
        } else if after.starts_with("{types}") {
            (schema.notation(), "{types}".len())
        } else {
            ("{", 1)
        };
        out.push_str(text);
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}
