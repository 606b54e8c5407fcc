//! Checks a value by the keywords of a schema.
//!
//! Each keyword follows the one of jsonschema in the order of its problems, also where that is an accident: the members of an
//! object are visited in the order of the value or of the schema, depending on the keywords next to `properties`.

use super::draft::Draft;
use super::keywords::{Keyword as K, MANY_PROPERTIES, TYPES, limit, ordered, types};
use super::problem::{Detail, Path, Problem, Step};
use super::read::target;
use super::schema::Plain;
use super::{formats, numbers};
use crate::validate::explain::{message, name_message};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::cmp::Ordering;

/// Maximum depth of schemas for one value, references included. What needs more is handed over, so that a stack of 1 MB is
/// enough; a schema that refers to itself for the same value needs more.
const MAX_DEPTH: usize = 256;

/// The check of one value.
pub struct Run<'p> {
    plain: &'p Plain,
    unsure: Cell<bool>,
}

/// Where problems go; `None` where only the answer counts, and the first problem ends the check.
type Out<'o, 'p, 'v> = Option<&'o mut Vec<Problem<'p, 'v>>>;

/// A value at its place, and the keyword that it is checked by.
#[derive(Clone, Copy)]
struct Place<'s, 'p, 'v> {
    holder: &'p Value,
    schema: &'p Map<String, Value>,
    keyword: K,
    operand: &'p Value,
    value: &'v Value,
    path: Option<&'s Path<'s, 'v>>,
    depth: usize,
}

impl<'p> Run<'p> {
    pub fn new(plain: &'p Plain) -> Run<'p> {
        Run { plain, unsure: Cell::new(false) }
    }

    /// Whether every question was decided; if not, the results mean nothing.
    pub fn is_sure(&self) -> bool {
        !self.unsure.get()
    }

    pub fn is_valid(&self, value: &Value) -> bool {
        self.check(&self.plain.schema, value, None, 0, &mut None)
    }

    pub fn problems<'v>(&self, value: &'v Value) -> Vec<Problem<'p, 'v>> {
        let mut problems = Vec::new();
        self.check(&self.plain.schema, value, None, 0, &mut Some(&mut problems));
        problems
    }

    fn sure(&self, found: Option<bool>) -> bool {
        found.unwrap_or_else(|| {
            self.unsure.set(true);
            false
        })
    }

    fn check<'v>(
        &self,
        holder: &'p Value,
        value: &'v Value,
        path: Option<&Path<'_, 'v>>,
        depth: usize,
        out: &mut Out<'_, 'p, 'v>,
    ) -> bool {
        if depth >= MAX_DEPTH || !self.is_sure() {
            return self.sure(None);
        }
        let Some(schema) = holder.as_object() else {
            let is_true = *holder == Value::Bool(true);
            if let (false, Some(out)) = (is_true, out) {
                let path = Path::steps(path);
                out.push(Problem { holder, keyword: K::Ref, operand: holder, value, path, detail: Detail::Never });
            }
            return is_true;
        };
        let reference = schema.get("$ref").filter(|_| self.plain.draft <= Draft::Seven);
        let entries = match reference {
            // Older drafts ignore what is next to a reference.
            Some(reference) => vec![(K::Ref, reference)],
            None => ordered(schema),
        };
        self.each(entries.into_iter(), out, |(keyword, operand), out| {
            self.keyword(Place { holder, schema, keyword, operand, value, path, depth: depth + 1 }, out)
        })
    }

    /// Whether all are valid; without `out`, the first that is not ends it.
    fn each<'v, T>(
        &self,
        items: impl Iterator<Item = T>,
        out: &mut Out<'_, 'p, 'v>,
        mut is_valid: impl FnMut(T, &mut Out<'_, 'p, 'v>) -> bool,
    ) -> bool {
        let mut valid = true;
        for item in items {
            valid &= is_valid(item, out);
            if !valid && out.is_none() {
                break;
            }
        }
        valid
    }

    /// The same value by another schema.
    fn same<'v>(&self, schema: &'p Value, place: Place<'_, 'p, 'v>, out: &mut Out<'_, 'p, 'v>) -> bool {
        self.check(schema, place.value, place.path, place.depth, out)
    }

    fn holds(&self, schema: &'p Value, place: Place<'_, 'p, '_>) -> bool {
        self.check(schema, place.value, None, place.depth, &mut None)
    }

    /// A part of the value.
    fn part<'v>(
        &self,
        schema: &'p Value,
        place: Place<'_, 'p, 'v>,
        step: Step<'v>,
        value: &'v Value,
        out: &mut Out<'_, 'p, 'v>,
    ) -> bool {
        self.check(schema, value, Some(&Path { parent: place.path, step }), place.depth, out)
    }

    #[inline(never)]
    fn fail<'v>(&self, place: Place<'_, 'p, 'v>, detail: Detail<'p, 'v>, out: &mut Out<'_, 'p, 'v>) -> bool {
        if let Some(out) = out {
            let Place { holder, keyword, operand, value, path, .. } = place;
            out.push(Problem { holder, keyword, operand, value, path: Path::steps(path), detail });
        }
        false
    }

    fn keyword<'v>(&self, place: Place<'_, 'p, 'v>, out: &mut Out<'_, 'p, 'v>) -> bool {
        match (place.keyword, place.value) {
            (K::Ref, _) => match target(&self.plain.schema, place.operand) {
                Some(schema) => self.same(schema, place, out),
                None => self.sure(None),
            },
            (K::AllOf | K::AnyOf | K::OneOf | K::Not | K::If, _) => self.combined(place, out),
            (
                K::Required
                | K::DependentRequired
                | K::DependentSchemas
                | K::Properties
                | K::PatternProperties
                | K::AdditionalProperties
                | K::PropertyNames,
                value,
            ) => value.as_object().is_none_or(|members| self.object(place, members, out)),
            (K::Items | K::PrefixItems | K::Contains, value) => {
                value.as_array().is_none_or(|items| self.array(place, items, out))
            }
            _ => self.fits(place) || self.fail(place, Detail::None, out),
        }
    }

    /// The keywords that look at the value alone.
    #[inline(never)]
    fn fits(&self, place: Place<'_, 'p, '_>) -> bool {
        let operand = place.operand;
        match (place.keyword, place.value) {
            (K::Type, value) => {
                let name = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(number) if numbers::is_integer(number) => "integer",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let at = TYPES.iter().position(|known| *known == name).unwrap_or_default();
                // An integer is a number.
                let bits = 1 << at | u8::from(name == "integer") << (at + 1);
                types(operand).is_some_and(|types| types & bits != 0)
            }
            (K::Const, value) => self.sure(numbers::equal(operand, value)),
            (K::Enum, value) => {
                operand.as_array().is_some_and(|list| list.iter().any(|one| self.sure(numbers::equal(one, value))))
            }
            (K::MultipleOf, Value::Number(number)) => {
                self.sure(operand.as_f64().and_then(|divisor| numbers::is_multiple(number, divisor)))
            }
            (keyword, Value::Number(number)) => {
                let Value::Number(limit) = operand else { return true };
                let order = |fits: fn(Ordering) -> bool| self.sure(numbers::order(number, limit).map(fits));
                match keyword {
                    K::Minimum => order(Ordering::is_ge),
                    K::Maximum => order(Ordering::is_le),
                    K::ExclusiveMinimum => order(Ordering::is_gt),
                    K::ExclusiveMaximum => order(Ordering::is_lt),
                    _ => true,
                }
            }
            (K::Pattern, Value::String(text)) => operand.as_str().is_none_or(|pattern| self.matches(pattern, text)),
            (K::Format, Value::String(text)) => {
                operand.as_str().is_none_or(|format| self.sure(formats::matches(format, text)))
            }
            (K::UniqueItems, Value::Array(items)) => {
                *operand == Value::Bool(false) || self.sure(numbers::are_unique(items))
            }
            (keyword, value) => {
                let is = match (keyword, value) {
                    (K::MinLength | K::MaxLength, Value::String(text)) => text.chars().count(),
                    (K::MinItems | K::MaxItems, Value::Array(items)) => items.len(),
                    (K::MinProperties | K::MaxProperties, Value::Object(members)) => members.len(),
                    _ => return true,
                } as u64;
                let limit = limit(operand).unwrap_or_default();
                match keyword {
                    K::MinLength | K::MinItems | K::MinProperties => is >= limit,
                    _ => is <= limit,
                }
            }
        }
    }

    fn matches(&self, pattern: &str, text: &str) -> bool {
        self.sure(self.plain.patterns.matches(pattern, text))
    }

    /// The keywords with other schemas of the same value.
    #[inline(never)]
    fn combined<'v>(&self, place: Place<'_, 'p, 'v>, out: &mut Out<'_, 'p, 'v>) -> bool {
        let branches = place.operand.as_array().map(Vec::as_slice).unwrap_or_default();
        match place.keyword {
            K::AllOf => self.each(branches.iter(), out, |branch, out| self.same(branch, place, out)),
            K::AnyOf | K::OneOf => {
                let most = if place.keyword == K::AnyOf { 1 } else { 2 };
                match branches.iter().filter(|&branch| self.holds(branch, place)).take(most).count() {
                    1 => true,
                    0 if out.is_some() => {
                        let mut found = Vec::with_capacity(branches.len());
                        for branch in branches {
                            let mut problems = Vec::new();
                            self.same(branch, place, &mut Some(&mut problems));
                            found.push(problems);
                        }
                        self.fail(place, Detail::Branches(found), out)
                    }
                    _ => self.fail(place, Detail::None, out),
                }
            }
            K::Not => !self.holds(place.operand, place) || self.fail(place, Detail::None, out),
            _ => {
                let (then, otherwise) = (place.schema.get("then"), place.schema.get("else"));
                if then.is_none() && otherwise.is_none() {
                    return true;
                }
                let branch = if self.holds(place.operand, place) { then } else { otherwise };
                branch.is_none_or(|schema| self.same(schema, place, out))
            }
        }
    }

    #[inline(never)]
    fn array<'v>(&self, place: Place<'_, 'p, 'v>, items: &'v [Value], out: &mut Out<'_, 'p, 'v>) -> bool {
        let prefix = place.schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let skip = if place.keyword == K::Items { prefix.len() } else { 0 };
        if place.keyword == K::Contains {
            return self.contains(place, items, out);
        }
        self.each(items.iter().enumerate().skip(skip), out, |(index, item), out| {
            let schema = if place.keyword == K::Items { Some(place.operand) } else { prefix.get(index) };
            schema.is_none_or(|schema| self.part(schema, place, Step::Index(index), item, out))
        })
    }

    fn contains<'v>(&self, place: Place<'_, 'p, 'v>, items: &'v [Value], out: &mut Out<'_, 'p, 'v>) -> bool {
        let bound = |key| place.schema.get(key).and_then(|operand| Some((operand, limit(operand)?)));
        let (least, most) = (bound("minContains"), bound("maxContains"));
        let fits = |value: &&Value| self.check(place.operand, value, None, place.depth, &mut None);
        let enough = most.map_or(least.map_or(1, |(_, least)| least), |(_, most)| most.saturating_add(1));
        let found = items.iter().filter(fits).take(enough.min(items.len() as u64) as usize).count() as u64;
        let operand = match (least, most) {
            (_, Some((operand, most))) if found > most => operand,
            (None, Some((operand, _))) if found == 0 => operand,
            (Some((operand, least)), _) if found < least => operand,
            (None, None) if found == 0 => place.operand,
            _ => return true,
        };
        self.fail(Place { operand, ..place }, Detail::None, out)
    }

    #[inline(never)]
    fn object<'v>(&self, place: Place<'_, 'p, 'v>, members: &'v Map<String, Value>, out: &mut Out<'_, 'p, 'v>) -> bool {
        if place.keyword == K::Required {
            return self.required(place.operand, place, members, out);
        }
        let Some(entries) = place.operand.as_object() else { return self.members(place, members, out) };
        match place.keyword {
            K::DependentRequired => self.each(entries.iter(), out, |(key, keys), out| {
                !members.contains_key(key) || self.required(keys, place, members, out)
            }),
            K::DependentSchemas => self.each(entries.iter(), out, |(key, schema), out| {
                !members.contains_key(key) || self.same(schema, place, out)
            }),
            K::Properties if members.len() <= entries.len() || entries.len() >= MANY_PROPERTIES => {
                self.each(members.iter(), out, |(key, value), out| {
                    entries.get(key).is_none_or(|schema| self.part(schema, place, Step::Key(key), value, out))
                })
            }
            K::Properties => self.each(entries.iter(), out, |(key, schema), out| match members.get_key_value(key) {
                Some((key, value)) => self.part(schema, place, Step::Key(key), value, out),
                None => true,
            }),
            K::PatternProperties => self.each(entries.iter(), out, |(pattern, schema), out| {
                self.each(members.iter(), out, |(key, value), out| {
                    !self.matches(pattern, key) || self.part(schema, place, Step::Key(key), value, out)
                })
            }),
            K::PropertyNames => self.each(members.keys(), out, |key, out| self.name(key, place, out)),
            _ => self.members(place, members, out),
        }
    }

    fn required<'v>(
        &self,
        keys: &'p Value,
        place: Place<'_, 'p, 'v>,
        members: &Map<String, Value>,
        out: &mut Out<'_, 'p, 'v>,
    ) -> bool {
        let keys = keys.as_array().map(Vec::as_slice).unwrap_or_default();
        self.each(keys.iter(), out, |key, out| {
            let key = key.as_str().unwrap_or_default();
            members.contains_key(key) || self.fail(place, Detail::Missing(key), out)
        })
    }

    /// `additionalProperties`, and `propertyNames` that is `true` or `false`.
    fn members<'v>(
        &self,
        place: Place<'_, 'p, 'v>,
        members: &'v Map<String, Value>,
        out: &mut Out<'_, 'p, 'v>,
    ) -> bool {
        let refused = *place.operand == Value::Bool(false);
        if *place.operand == Value::Bool(true) {
            return true;
        }
        if place.keyword == K::PropertyNames {
            return members.is_empty() || self.fail(place, Detail::Never, out);
        }
        let part = |key| place.schema.get(key).and_then(Value::as_object);
        let (named, patterns) = (part("properties"), part("patternProperties"));
        if refused && named.is_none() && patterns.is_none() {
            // The first value is reported, at the object's place.
            return members.values().next().is_none_or(|value| self.fail(Place { value, ..place }, Detail::Never, out));
        }
        let mut unexpected = Vec::new();
        let valid = self.each(members.iter(), out, |(key, value), out| {
            let by_name = named.and_then(|named| named.get(key));
            let mut covered = by_name.is_some();
            let mut valid = by_name.is_none_or(|schema| self.part(schema, place, Step::Key(key), value, out));
            for (pattern, schema) in patterns.into_iter().flatten() {
                if self.matches(pattern, key) {
                    covered = true;
                    valid &= self.part(schema, place, Step::Key(key), value, out);
                }
            }
            if covered {
                return valid;
            }
            if !refused {
                return self.part(place.operand, place, Step::Key(key), value, out);
            }
            unexpected.push(key.clone());
            false
        });
        if unexpected.is_empty() { valid } else { self.fail(place, Detail::Unexpected(unexpected), out) }
    }

    /// Checks a key by a schema.
    fn name<'v>(&self, key: &str, place: Place<'_, 'p, 'v>, out: &mut Out<'_, 'p, 'v>) -> bool {
        let name = Value::from(key);
        let mut problems = Vec::new();
        let mut inner = out.is_some().then_some(&mut problems);
        let valid = self.check(place.operand, &name, None, place.depth, &mut inner);
        for problem in &problems {
            let detail = Detail::Message(name_message(&name, &message(problem, &self.plain.schema)));
            self.fail(place, detail, out);
        }
        valid
    }
}
