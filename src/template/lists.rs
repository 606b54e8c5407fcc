//! Filters of lists and objects.

use super::call::{Call, Cost, Function, Made, attribute, fails, float, function as f, items, list, split};
use super::group::Group;
use super::python;
use minijinja::value::{Tuple, ValueKind};
use minijinja::{Error, ErrorKind, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

use Cost::{Items, Sorted, Text, Whole};

pub const FILTERS: [Function; 26] = [
    f("length", "", Text, length),
    f("count", "", Text, length),
    f("default", "default_value boolean", Text, default),
    f("d", "default_value boolean", Text, default),
    f("first", "", Items, |c| Ok(c.items()?.into_iter().next().unwrap_or_default())),
    f("last", "", Items, |c| Ok(c.items()?.pop().unwrap_or_default())),
    f("list", "", Items, |c| list(c.items()?)),
    f("reverse", "", Items, reverse),
    f("join", "d attribute", Whole, join),
    f("sort", "reverse case_sensitive attribute", Sorted, sort),
    f("unique", "case_sensitive attribute", Sorted, unique),
    f("min", "case_sensitive attribute", Whole, |c| extreme(c, Ordering::Less)),
    f("max", "case_sensitive attribute", Whole, |c| extreme(c, Ordering::Greater)),
    f("sum", "attribute start", Whole, sum),
    f("items", "", Items, pairs),
    f("keys", "", Items, |c| list(c.value().try_iter()?.collect())),
    f("dictsort", "case_sensitive by reverse", Sorted, dictsort),
    f("groupby", "attribute default case_sensitive", Sorted, groupby),
    f("batch", "linecount fill_with", Items, batch),
    f("slice", "slices fill_with", Items, slice),
    f("tojson", "indent", Whole, to_json),
    f("map", "*", Items, map),
    f("select", "*", Items, |c| choose(c, false, true)),
    f("reject", "*", Items, |c| choose(c, false, false)),
    f("selectattr", "*", Items, |c| choose(c, true, true)),
    f("rejectattr", "*", Items, |c| choose(c, true, false)),
];

/// The methods of objects. Those that change an object do not exist: values never change.
pub const OBJECT_METHODS: [Function; 5] = [
    f("items", "", Items, pairs),
    f("keys", "", Items, |c| list(c.value().try_iter()?.collect())),
    f("values", "", Items, |c| list(members(c.value())?.into_iter().map(|(_, item)| item).collect())),
    f("get", "key default", Text, get),
    f("copy", "", Text, |c| Ok(c.value().clone())),
];

pub const LIST_METHODS: [Function; 3] = [
    f("count", "value", Whole, occurrences),
    f("index", "value", Whole, index),
    f("copy", "", Text, |c| Ok(c.value().clone())),
];

fn length(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    match value.as_str() {
        Some(text) => Ok(text.chars().count().into()),
        None if value.is_undefined() => Ok(0.into()),
        None => value.len().map(Value::from).ok_or_else(|| fails("length of something that has none")),
    }
}

/// With a true second argument, empty and false values are replaced too.
fn default(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    if value.is_undefined() || (c.flag(1) && !value.is_true()) {
        return Ok(c.given(0).cloned().unwrap_or_else(|| Value::from("")));
    }
    Ok(value.clone())
}

fn reverse(c: &mut Call<'_, '_, '_>) -> Made {
    match c.value().as_str() {
        Some(text) => Ok(text.chars().rev().collect::<String>().into()),
        None => list(c.items()?.into_iter().rev().collect()),
    }
}

fn join(c: &mut Call<'_, '_, '_>) -> Made {
    let items = c.items()?;
    let parts: Vec<Value> = match c.some(1) {
        Some(path) => items.iter().map(|item| attribute(item, path)).collect(),
        None => items,
    };
    joined(c, &c.word(0, ""), &parts)
}

/// The texts of `parts` with `between` between them.
pub fn joined(c: &Call<'_, '_, '_>, between: &str, parts: &[Value]) -> Made {
    c.grow(between.len().saturating_mul(parts.len()))?;
    Ok(parts.iter().map(python::text).collect::<Vec<String>>().join(between).into())
}

/// The value that an item is sorted, grouped or compared by.
fn key(c: &Call<'_, '_, '_>, item: &Value, path: Option<&Value>, exact: bool) -> Value {
    c.key(path.map_or_else(|| item.clone(), |path| attribute(item, path)), exact)
}

fn sort(c: &mut Call<'_, '_, '_>) -> Made {
    let exact = c.flag(1);
    // `team,name` sorts by several attributes.
    let paths: Vec<Option<Value>> = match c.some(2) {
        Some(path) => match path.as_str() {
            Some(path) => path.split(',').map(|path| Some(path.trim().into())).collect(),
            None => vec![Some(path.clone())],
        },
        None => vec![None],
    };
    let items = c.items()?;
    c.grow_items(items.len().saturating_mul(paths.len()))?;
    let keys = |item: &Value| paths.iter().map(|path| key(c, item, path.as_ref(), exact)).collect::<Vec<_>>();
    let mut keyed: Vec<(Vec<Value>, Value)> = items.into_iter().map(|item| (keys(&item), item)).collect();
    let backwards = c.flag(0);
    keyed.sort_by(|(a, _), (b, _)| if backwards { b.cmp(a) } else { a.cmp(b) });
    list(keyed.into_iter().map(|(_, item)| item).collect())
}

fn unique(c: &mut Call<'_, '_, '_>) -> Made {
    let mut known = BTreeSet::new();
    let mut kept = c.items()?;
    kept.retain(|item| known.insert(key(c, item, c.some(1), c.flag(0))));
    list(kept)
}

fn extreme(c: &mut Call<'_, '_, '_>, wanted: Ordering) -> Made {
    let mut best: Option<(Value, Value)> = None;
    for item in c.items()? {
        let own = key(c, &item, c.some(1), c.flag(0));
        if best.as_ref().is_none_or(|(best, _)| own.cmp(best) == wanted) {
            best = Some((own, item));
        }
    }
    Ok(best.map(|(_, item)| item).unwrap_or_default())
}

fn sum(c: &mut Call<'_, '_, '_>) -> Made {
    let mut parts = c.items()?;
    if let Some(path) = c.some(0) {
        parts = parts.iter().map(|item| attribute(item, path)).collect();
    }
    let start = c.some(1).cloned().unwrap_or_else(|| 0.into());
    if matches!(start.kind(), ValueKind::Seq | ValueKind::Iterable) {
        let mut all = items(&start)?;
        for part in &parts {
            all.extend(items(part)?);
        }
        return list(all);
    }
    parts.insert(0, start);
    if let Some(sum) = parts.iter().try_fold(0i64, |sum, part| sum.checked_add(integer_only(part)?)) {
        return Ok(sum.into());
    }
    let mut sum = 0.0;
    for part in &parts {
        sum += float(part).ok_or_else(|| fails("sum of a value that is not a number"))?;
    }
    Ok(sum.into())
}

fn integer_only(value: &Value) -> Option<i64> {
    super::call::integer(value).filter(|_| value.is_integer() || value.kind() == ValueKind::Bool)
}

fn tuple(parts: [Value; 2]) -> Value {
    Tuple::from(parts).into()
}

fn members(value: &Value) -> Result<Vec<(Value, Value)>, Error> {
    if value.kind() != ValueKind::Map {
        return Err(fails("the members of something that is not an object"));
    }
    value.try_iter()?.map(|key| Ok((key.clone(), value.get_item(&key)?))).collect()
}

fn pairs(c: &mut Call<'_, '_, '_>) -> Made {
    if c.value().is_undefined() {
        return list(Vec::new());
    }
    list(members(c.value())?.into_iter().map(|(key, item)| tuple([key, item])).collect())
}

fn dictsort(c: &mut Call<'_, '_, '_>) -> Made {
    let by_value = match c.word(1, "key").as_str() {
        "key" => false,
        "value" => true,
        _ => return Err(fails("dictsort by something that is neither 'key' nor 'value'")),
    };
    let exact = c.flag(0);
    let own =
        |(key, item): (Value, Value)| (c.key(if by_value { item.clone() } else { key.clone() }, exact), key, item);
    let mut keyed: Vec<(Value, Value, Value)> = members(c.value())?.into_iter().map(own).collect();
    let backwards = c.flag(2);
    keyed.sort_by(|(a, ..), (b, ..)| if backwards { b.cmp(a) } else { a.cmp(b) });
    list(keyed.into_iter().map(|(_, key, item)| tuple([key, item])).collect())
}

fn groupby(c: &mut Call<'_, '_, '_>) -> Made {
    let Some(path) = c.some(0) else { return Err(fails("groupby takes an attribute")) };
    let (default, exact) = (c.given(1).cloned().unwrap_or_default(), c.flag(2));
    let mut keyed = Vec::new();
    for item in c.items()? {
        let own = attribute(&item, path);
        let own = if own.is_undefined() { default.clone() } else { own };
        keyed.push((c.key(own.clone(), exact), own, item));
    }
    keyed.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let mut groups: Vec<(Value, Value, Vec<Value>)> = Vec::new();
    for (key, own, item) in keyed {
        match groups.last_mut() {
            Some((last, _, list)) if *last == key => list.push(item),
            _ => groups.push((key, own, vec![item])),
        }
    }
    list(
        groups.into_iter().map(|(_, grouper, list)| Value::from_object(Group { grouper, list: list.into() })).collect(),
    )
}

fn batch(c: &mut Call<'_, '_, '_>) -> Made {
    let size = c.size(0, 0)?;
    if size == 0 {
        return Err(fails("batch takes the number of items in a batch"));
    }
    let mut rows: Vec<Vec<Value>> = Vec::new();
    for item in c.items()? {
        match rows.last_mut() {
            Some(row) if row.len() < size => row.push(item),
            _ => rows.push(vec![item]),
        }
    }
    if let (Some(fill), Some(row)) = (c.some(1), rows.last_mut()) {
        c.grow_items(size)?;
        row.resize(size, fill.clone());
    }
    list(rows.into_iter().map(Value::from).collect())
}

fn slice(c: &mut Call<'_, '_, '_>) -> Made {
    let count = c.size(0, 0)?;
    if count == 0 {
        return Err(fails("slice takes the number of slices"));
    }
    c.grow_items(count.saturating_mul(4))?;
    let items = c.items()?;
    let (each, longer) = (items.len() / count, items.len() % count);
    let mut items = items.into_iter();
    let mut slices = Vec::new();
    for index in 0..count {
        let mut part: Vec<Value> = items.by_ref().take(each + usize::from(index < longer)).collect();
        if let Some(fill) = c.some(1).filter(|_| index >= longer) {
            part.push(fill.clone());
        }
        slices.push(part.into());
    }
    list(slices)
}

/// Nested `map`s take one argument each, so this bounds how deep they call each other.
const MAX_ARGUMENTS: usize = 12;

fn named<'v>(positional: &'v [Value], what: &'static str) -> Result<Option<(&'v str, &'v [Value])>, Error> {
    let Some((name, more)) = positional.split_first() else { return Ok(None) };
    match name.as_str() {
        Some(name) if !name.starts_with('#') && more.len() < MAX_ARGUMENTS => Ok(Some((name, more))),
        _ => Err(fails(what)),
    }
}

/// `map('upper')` applies a filter to each item; `map(attribute='name')` gets a member of each.
fn map(c: &mut Call<'_, '_, '_>) -> Made {
    let (positional, keywords) = split(c.rest());
    let items = c.items()?;
    if let Some((filter, _)) = named(positional, "map takes the name of a filter")? {
        let mut arguments = c.rest().to_vec();
        let mut made = Vec::with_capacity(items.len());
        for item in items {
            if let Some(first) = arguments.first_mut() {
                *first = item;
            }
            made.push(c.state.apply_filter(filter, &arguments).map_err(|error| unknown(error, filter))?);
        }
        return list(made);
    }
    let keyword = |name| keywords.as_ref().filter(|k| k.has(name)).and_then(|k| k.peek::<Value>(name).ok());
    let Some(path) = keyword("attribute") else { return Err(fails("map takes the name of a filter or an attribute")) };
    let default = keyword("default").unwrap_or_default();
    let member = |item: &Value| match attribute(item, &path) {
        own if own.is_undefined() => default.clone(),
        own => own,
    };
    list(items.iter().map(member).collect())
}

/// The engine does not name what it does not find.
fn unknown(error: Error, name: &str) -> Error {
    let absent = matches!(error.kind(), ErrorKind::UnknownFilter | ErrorKind::UnknownTest);
    if absent && error.detail().is_none() { Error::new(error.kind(), name.to_owned()) } else { error }
}

/// The items, or the items with a member, for which a test is true.
fn choose(c: &mut Call<'_, '_, '_>, by_member: bool, wanted: bool) -> Made {
    let (mut positional, _) = split(c.rest());
    let mut path = None;
    if by_member {
        let Some((first, more)) = positional.split_first() else { return Err(fails("an attribute is missing")) };
        (path, positional) = (Some(first), more);
    }
    let test = named(positional, "select takes the name of a test")?;
    let mut arguments = positional.to_vec();
    let mut kept = Vec::new();
    for item in c.items()? {
        let own = path.map_or_else(|| item.clone(), |path| attribute(&item, path));
        let holds = match test {
            None => own.is_true(),
            Some((test, _)) => {
                if let Some(first) = arguments.first_mut() {
                    *first = own;
                }
                c.state.perform_test(test, &arguments).map_err(|error| unknown(error, test))?
            }
        };
        if holds == wanted {
            kept.push(item);
        }
    }
    list(kept)
}

fn to_json(c: &mut Call<'_, '_, '_>) -> Made {
    let margin = match c.some(0).map(|margin| (margin.as_str(), margin)) {
        Some((Some(text), _)) if text.len() <= 100 => Some(text.to_owned()),
        Some((Some(_), _)) => return Err(fails("tojson with a margin of more than 100 bytes")),
        Some(_) => Some(" ".repeat(c.size(0, 0)?.min(100))),
        None => None,
    };
    let mut out = String::new();
    super::json::write(c.value(), margin.as_deref(), &mut out, 0)?;
    Ok(out.into())
}

fn get(c: &mut Call<'_, '_, '_>) -> Made {
    let Some(key) = c.given(0) else { return Err(fails("get takes a key")) };
    let found = c.value().get_item(key)?;
    Ok(if found.is_undefined() { c.given(1).cloned().unwrap_or_else(|| ().into()) } else { found })
}

fn index(c: &mut Call<'_, '_, '_>) -> Made {
    let wanted = c.given(0).cloned().unwrap_or_default();
    let at = c.items()?.iter().position(|item| *item == wanted);
    at.map(Value::from).ok_or_else(|| fails("index of a value that is not in the list"))
}

/// How often a list has a value.
fn occurrences(c: &mut Call<'_, '_, '_>) -> Made {
    let wanted = c.given(0).cloned().unwrap_or_default();
    Ok(c.items()?.iter().filter(|item| **item == wanted).count().into())
}
