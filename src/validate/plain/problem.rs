//! A failed keyword of a value.

use super::keywords::{Keyword as K, TYPES, limit, types};
use crate::pointer::escaped;
use crate::validate::failure::{Failure, Kind, SEVERAL};
use serde_json::Value;

/// `'p` is the life of the schema, `'v` of the value.
pub struct Problem<'p, 'v> {
    /// The schema that has the keyword.
    pub holder: &'p Value,
    pub keyword: K,
    /// The keyword's value.
    pub operand: &'p Value,
    pub value: &'v Value,
    pub path: Vec<Step<'v>>,
    pub detail: Detail<'p, 'v>,
}

/// What was found in addition.
pub enum Detail<'p, 'v> {
    None,
    /// A key that is missing.
    Missing(&'p str),
    /// Keys that may not be there.
    Unexpected(Vec<String>),
    /// The problems of each branch.
    Branches(Vec<Vec<Problem<'p, 'v>>>),
    /// Nothing may be there.
    Never,
    /// A whole message.
    Message(String),
}

#[derive(Clone, Copy)]
pub enum Step<'v> {
    Key(&'v str),
    Index(usize),
}

/// The path to the value that is being checked: each step refers to the one before.
pub struct Path<'s, 'v> {
    pub parent: Option<&'s Path<'s, 'v>>,
    pub step: Step<'v>,
}

impl<'v> Path<'_, 'v> {
    pub fn steps(path: Option<&Path<'_, 'v>>) -> Vec<Step<'v>> {
        let mut steps = Vec::new();
        let mut at = path;
        while let Some(path) = at {
            steps.push(path.step);
            at = path.parent;
        }
        steps.reverse();
        steps
    }
}

const LEAST: &str = "at least ";
const MOST: &str = "at most ";

impl Failure for Problem<'_, '_> {
    type Inner = Self;

    fn kind(&self) -> Kind<'_, Self> {
        match &self.detail {
            Detail::Missing(key) => return Kind::Required(key),
            Detail::Unexpected(keys) => return Kind::Unexpected(keys),
            Detail::Branches(branches) => {
                return Kind::Union(if self.keyword == K::AnyOf { "anyOf" } else { "oneOf" }, branches);
            }
            Detail::Never => return Kind::Never,
            Detail::Message(message) => return Kind::Message(message),
            Detail::None => {}
        }
        let size = |words, noun| Kind::Size(words, limit(self.operand).unwrap_or_default(), noun);
        let text = || self.operand.as_str().unwrap_or_default();
        match self.keyword {
            K::Type => {
                let types = types(self.operand).unwrap_or_default();
                Kind::Type(
                    TYPES.iter().enumerate().filter(|(at, _)| types >> at & 1 == 1).map(|(_, name)| *name).collect(),
                )
            }
            K::Const => Kind::Constant(self.operand),
            K::Enum => Kind::Enum(self.operand.as_array().map(Vec::as_slice).unwrap_or_default()),
            K::Minimum => Kind::Bound(LEAST, self.operand),
            K::Maximum => Kind::Bound(MOST, self.operand),
            K::ExclusiveMinimum => Kind::Bound("more than ", self.operand),
            K::ExclusiveMaximum => Kind::Bound("less than ", self.operand),
            K::MultipleOf => Kind::MultipleOf(self.operand.as_f64().unwrap_or_default()),
            K::MinLength => size(LEAST, "character"),
            K::MaxLength => size(MOST, "character"),
            K::MinItems => size(LEAST, "item"),
            K::MaxItems => size(MOST, "item"),
            K::MinProperties => size(LEAST, "key"),
            K::MaxProperties => size(MOST, "key"),
            K::Pattern => Kind::Pattern(text()),
            K::Format => Kind::Format(text()),
            K::UniqueItems => Kind::Repeated,
            K::Contains => Kind::Contains,
            K::Not => Kind::Not(self.operand),
            K::OneOf => Kind::Says(SEVERAL.into()),
            _ => Kind::Never,
        }
    }

    fn value(&self) -> &Value {
        self.value
    }

    fn steps(&self) -> usize {
        self.path.len()
    }

    fn path(&self, _: &Value) -> Vec<Value> {
        let step = |step: &Step| match step {
            Step::Key(key) => Value::from(*key),
            Step::Index(index) => Value::from(*index),
        };
        self.path.iter().map(step).collect()
    }

    fn path_bytes(&self) -> usize {
        let bytes = |step: &Step| match step {
            Step::Key(key) => 1 + escaped(key).len(),
            Step::Index(index) => 1 + index.to_string().len(),
        };
        self.path.iter().map(bytes).sum()
    }

    fn holder<'s>(&'s self, _: &'s Value) -> Option<&'s Value> {
        Some(self.holder)
    }

    fn keyword<'s>(&'s self, _: &'s Value) -> Option<&'s Value> {
        Some(self.operand)
    }
}
