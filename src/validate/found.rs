//! The failures that the engine reports, for [`explain`](super::explain).

use super::failure::{Failure, Kind, SEVERAL};
use crate::pointer::unescaped;
use jsonschema::ValidationError;
use jsonschema::error::{TypeKind, ValidationErrorKind as Found};
use serde_json::Value;

impl Failure for ValidationError<'_> {
    type Inner = ValidationError<'static>;

    fn kind(&self) -> Kind<'_, Self::Inner> {
        const LEAST: &str = "at least ";
        const MOST: &str = "at most ";
        match self.kind() {
            Found::AnyOf { context } => Kind::Union("anyOf", context),
            Found::OneOfNotValid { context } => Kind::Union("oneOf", context),
            Found::Required { property: Value::String(key) } => Kind::Required(key),
            Found::PropertyNames { error } => Kind::Name(error),
            Found::Type { kind } => Kind::Type(match kind {
                TypeKind::Single(one) => vec![one.as_str()],
                TypeKind::Multiple(set) => set.iter().map(|one| one.as_str()).collect(),
            }),
            Found::Enum { options } => Kind::Enum(options.as_array().map(Vec::as_slice).unwrap_or_default()),
            Found::Constant { expected_value } => Kind::Constant(expected_value),
            Found::AdditionalProperties { unexpected } | Found::UnevaluatedProperties { unexpected } => {
                Kind::Unexpected(unexpected)
            }
            Found::AdditionalItems { limit } => Kind::Size(MOST, *limit as u64, "item"),
            Found::MaxItems { limit } => Kind::Size(MOST, *limit, "item"),
            Found::MinItems { limit } => Kind::Size(LEAST, *limit, "item"),
            Found::MaxLength { limit } => Kind::Size(MOST, *limit, "character"),
            Found::MinLength { limit } => Kind::Size(LEAST, *limit, "character"),
            Found::MaxProperties { limit } => Kind::Size(MOST, *limit, "key"),
            Found::MinProperties { limit } => Kind::Size(LEAST, *limit, "key"),
            Found::Maximum { limit } => Kind::Bound(MOST, limit),
            Found::Minimum { limit } => Kind::Bound(LEAST, limit),
            Found::ExclusiveMaximum { limit } => Kind::Bound("less than ", limit),
            Found::ExclusiveMinimum { limit } => Kind::Bound("more than ", limit),
            Found::MultipleOf { multiple_of } => Kind::MultipleOf(*multiple_of),
            Found::Pattern { pattern } => Kind::Pattern(pattern),
            Found::Format { format } => Kind::Format(format),
            Found::UniqueItems => Kind::Repeated,
            Found::Contains => Kind::Contains,
            Found::Not { schema } => Kind::Not(schema),
            Found::FalseSchema => Kind::Never,
            Found::OneOfMultipleValid { .. } => Kind::Says(SEVERAL.into()),
            Found::BacktrackLimitExceeded { .. } | Found::RegexEngineFailure { .. } => Kind::TooLong,
            Found::ContentEncoding { content_encoding } => {
                Kind::Says(["wanted a string in the encoding ", content_encoding].concat().into())
            }
            Found::ContentMediaType { content_media_type } => {
                Kind::Says(["wanted a string of the media type ", content_media_type].concat().into())
            }
            Found::UnevaluatedItems { .. } => Kind::Says("has items that are not allowed there".into()),
            // Custom keywords are not registered. (The engine's `Display` would add 5 KB to the module.)
            other => Kind::Says(["does not satisfy ", other.keyword()].concat().into()),
        }
    }

    fn value(&self) -> &Value {
        self.instance()
    }

    fn steps(&self) -> usize {
        self.instance_path().as_str().split('/').skip(1).count()
    }

    /// The engine stores the path as text, so the value decides whether `0` is an index. (The engine's own iterator leaves
    /// out empty keys.)
    fn path(&self, root: &Value) -> Vec<Value> {
        let mut at = Some(root);
        let mut path = Vec::new();
        for token in self.instance_path().as_str().split('/').skip(1) {
            let index = token.parse::<usize>().ok();
            match (at, index) {
                (Some(Value::Array(list)), Some(index)) => {
                    at = list.get(index);
                    path.push(Value::from(index));
                }
                _ => {
                    let key = unescaped(token);
                    at = at.and_then(|value| value.get(&key));
                    path.push(Value::String(key));
                }
            }
        }
        path
    }

    fn path_bytes(&self) -> usize {
        self.instance_path().as_str().len()
    }

    fn holder<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        let (parent, _) = self.schema_path().as_str().rsplit_once('/')?;
        schema.pointer(parent)
    }

    fn keyword<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        schema.pointer(self.schema_path().as_str())
    }
}
