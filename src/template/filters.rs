//! The filters, tests and functions that prompts use, under their Jinja names.
//!
//! minijinja's own can only be enabled together and add some 60 KB gzip of argument conversion; these accept a list of
//! values and have a few lines each.

use super::limits::{Account, ITEM, MAX_OUTPUT};
use super::metered;
use crate::template::case::Case;
use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};
use std::collections::BTreeSet;

/// A filter: it receives the value and the filter's arguments. All have one type, so that one copy of the glue is linked.
type Made = Box<dyn Fn(Rest<Value>) -> Result<Value, Error> + Send + Sync>;
type Filter = fn(Rest<Value>) -> Result<Value, Error>;
type Test = fn(Value) -> bool;

/// The cost of a filter, charged before it runs.
#[derive(Clone, Copy)]
enum Cost {
    /// It reads a text, and not the contents of a list or an object.
    Text,
    /// It copies items without reading them.
    Items,
    /// It reads the values to their leaves.
    Whole,
    /// It compares the items with each other.
    Sorted,
}
use Cost::{Items, Sorted, Text, Whole};

const FILTERS: [(&str, Cost, Filter); 27] = [
    ("trim", Whole, |a| Ok(text(value(&a)).trim().into())),
    ("string", Whole, |a| Ok(text(value(&a)).into())),
    ("length", Text, length),
    ("count", Text, length),
    ("join", Whole, join),
    ("default", Text, default),
    ("d", Text, default),
    ("replace", Whole, replace),
    ("first", Items, |a| Ok(items(value(&a))?.into_iter().next().unwrap_or_default())),
    ("last", Items, |a| Ok(items(value(&a))?.pop().unwrap_or_default())),
    ("list", Items, |a| Ok(items(value(&a))?.into())),
    ("reverse", Items, |a| Ok(items(value(&a))?.into_iter().rev().collect::<Vec<Value>>().into())),
    ("sort", Sorted, sort),
    ("unique", Sorted, unique),
    ("items", Items, pairs),
    ("keys", Items, |a| Ok(value(&a).try_iter()?.collect::<Vec<Value>>().into())),
    ("sum", Whole, sum),
    ("tojson", Whole, to_json),
    ("int", Whole, int),
    ("round", Whole, round),
    ("indent", Whole, indent),
    // Output is not escaped, so there is nothing to declare safe.
    ("safe", Text, same),
    ("escape", Text, same),
    ("e", Text, same),
    // Filters that charge for operators (metered.rs).
    (metered::WHOLE, Whole, same),
    (metered::ITEMS, Items, same),
    (metered::TEXT, Text, same),
];

const TESTS: [(&str, Test); 9] = [
    ("defined", |value| !value.is_undefined()),
    ("undefined", |value| value.is_undefined()),
    ("none", |value| value.is_none()),
    ("odd", |value| value.as_i64().is_some_and(|int| int % 2 != 0)),
    ("even", |value| value.as_i64().is_some_and(|int| int % 2 == 0)),
    ("string", |value| value.kind() == ValueKind::String),
    ("number", |value| value.kind() == ValueKind::Number),
    ("mapping", |value| value.kind() == ValueKind::Map),
    ("sequence", |value| value.kind() == ValueKind::Seq),
];

pub fn add(environment: &mut Environment<'static>, case: Case, account: &Account) {
    let add = |environment: &mut Environment<'static>, name: &'static str, cost, filter: Made| {
        let account = account.clone();
        environment.add_filter(name, move |a: Rest<Value>| -> Result<Value, Error> {
            pay(&account, cost, &a)?;
            let made = filter(a)?;
            // An operand is passed on.
            if !name.starts_with('#') {
                account.made(&made)?;
            }
            Ok(made)
        });
    };
    for (name, change) in [("upper", case.upper), ("lower", case.lower)] {
        add(environment, name, Whole, Box::new(move |a| Ok(change(&text(value(&a))).into())));
    }
    let capitalize = move |a: Rest<Value>| {
        let text = text(value(&a));
        let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        Ok([(case.upper)(first), (case.lower)(rest)].concat().into())
    };
    add(environment, "capitalize", Whole, Box::new(capitalize));
    for (name, cost, filter) in FILTERS {
        add(environment, name, cost, Box::new(filter));
    }
    let own = account.clone();
    add(environment, metered::SETTLED, Text, Box::new(move |a| settled(value(&a), &own)));
    let own = account.clone();
    add(environment, metered::TIMES, Text, Box::new(move |a| times(&a, &own)));
    for (name, test) in TESTS {
        environment.add_test(name, test);
    }
    let account = account.clone();
    environment.add_function("range", move |a: Rest<Value>| -> Result<Value, Error> {
        let made = range(a)?;
        account.made(&made)?;
        Ok(made)
    });
}

fn pay(account: &Account, cost: Cost, a: &[Value]) -> Result<(), Error> {
    match cost {
        Text => a.iter().try_for_each(|value| account.charge(value.as_str().map_or(1, str::len))),
        Items => account.items(value(a)),
        Whole => a.iter().try_for_each(|value| account.whole(value).map(|_| ())),
        Sorted => {
            let weight = account.whole(value(a))?;
            let comparisons = value(a).len().unwrap_or(1).max(1).ilog2() as usize;
            account.charge(weight.saturating_mul(comparisons))
        }
    }
}

fn same(a: Rest<Value>) -> Result<Value, Error> {
    Ok(value(&a).clone())
}

/// A list of a lazy sequence: slices and sums of lists are lazy in the engine, and chains of them would nest.
fn settled(value: &Value, account: &Account) -> Result<Value, Error> {
    if value.kind() != ValueKind::Iterable {
        return Ok(value.clone());
    }
    account.items(value)?;
    Ok(value.try_iter()?.collect::<Vec<Value>>().into())
}

/// `a * b`: a product of numbers, or a repeated text or list.
fn times(a: &[Value], account: &Account) -> Result<Value, Error> {
    let (left, right) = (value(a), a.get(1).unwrap_or(&Value::UNDEFINED));
    for (one, count) in [(left, right), (right, left)] {
        let list = matches!(one.kind(), ValueKind::Seq | ValueKind::Iterable);
        let Some(count) = count.as_usize().filter(|_| list || one.as_str().is_some()) else { continue };
        if let Some(text) = one.as_str() {
            account.charge(text.len().saturating_mul(count))?;
            return Ok(text.repeat(count).into());
        }
        account.charge(one.len().unwrap_or(1).max(1).saturating_mul(count).saturating_mul(ITEM))?;
        let items = items(one)?;
        return Ok(std::iter::repeat_n(items, count).flatten().collect::<Vec<Value>>().into());
    }
    if let (Ok(left), Ok(right)) = (i128::try_from(left.clone()), i128::try_from(right.clone())) {
        let product = left.checked_mul(right).ok_or_else(|| fails("a product is too large"))?;
        return Ok(i64::try_from(product).map_or_else(|_| product.into(), Value::from));
    }
    match (f64::try_from(left.clone()), f64::try_from(right.clone())) {
        (Ok(left), Ok(right)) => Ok((left * right).into()),
        _ => Err(fails("* of a value that is not a number")),
    }
}

fn value(arguments: &[Value]) -> &Value {
    arguments.first().unwrap_or(&Value::UNDEFINED)
}

/// An argument as text; empty if it is missing.
fn argument(arguments: &[Value], index: usize) -> String {
    arguments.get(index).map(text).unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn fails(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

fn items(value: &Value) -> Result<Vec<Value>, Error> {
    match value.as_str() {
        Some(text) => Ok(text.chars().map(|c| Value::from(c.to_string())).collect()),
        None if value.is_undefined() => Ok(Vec::new()),
        None => Ok(value.try_iter()?.collect()),
    }
}

fn length(a: Rest<Value>) -> Result<Value, Error> {
    let value = value(&a);
    match value.as_str() {
        Some(text) => Ok(text.chars().count().into()),
        None if value.is_undefined() => Ok(0.into()),
        None => value.len().map(Value::from).ok_or_else(|| fails("length of something that has none")),
    }
}

fn join(a: Rest<Value>) -> Result<Value, Error> {
    let between = argument(&a, 1);
    let mut out = String::new();
    for (index, item) in items(value(&a))?.iter().enumerate() {
        if index > 0 {
            out.push_str(&between);
        }
        out.push_str(&text(item));
        if out.len() > MAX_OUTPUT {
            return Err(fails("join makes too much text"));
        }
    }
    Ok(out.into())
}

/// With a true second argument, empty and false values are replaced too.
fn default(a: Rest<Value>) -> Result<Value, Error> {
    let value = value(&a);
    let falsy = a.get(2).is_some_and(Value::is_true);
    if value.is_undefined() || (falsy && !value.is_true()) {
        return Ok(a.get(1).cloned().unwrap_or_else(|| Value::from("")));
    }
    Ok(value.clone())
}

fn replace(a: Rest<Value>) -> Result<Value, Error> {
    let (value, from, to) = (text(value(&a)), argument(&a, 1), argument(&a, 2));
    // Charged before it is made: every letter may become the whole replacement.
    let grown = value.matches(from.as_str()).count().saturating_mul(to.len());
    if grown.saturating_add(value.len()) > MAX_OUTPUT {
        return Err(fails("replace makes too much text"));
    }
    Ok(value.replace(&from, &to).into())
}

fn sort(a: Rest<Value>) -> Result<Value, Error> {
    let mut list = items(value(&a))?;
    list.sort();
    Ok(list.into())
}

fn unique(a: Rest<Value>) -> Result<Value, Error> {
    let mut known = BTreeSet::new();
    Ok(items(value(&a))?.into_iter().filter(|item| known.insert(item.clone())).collect::<Vec<Value>>().into())
}

fn sum(a: Rest<Value>) -> Result<Value, Error> {
    let list = items(value(&a))?;
    if let Some(sum) = list.iter().try_fold(0i64, |sum, item| sum.checked_add(item.as_i64()?)) {
        return Ok(sum.into());
    }
    let mut sum = 0.0;
    for item in &list {
        sum += number(item).ok_or_else(|| fails("sum of a value that is not a number"))?;
    }
    Ok(sum.into())
}

fn number(value: &Value) -> Option<f64> {
    text(value).trim().parse().ok()
}

fn to_json(a: Rest<Value>) -> Result<Value, Error> {
    let mut out = String::new();
    super::json::write(value(&a), &mut out, 0)?;
    Ok(out.into())
}

fn int(a: Rest<Value>) -> Result<Value, Error> {
    let value = value(&a);
    Ok(value.as_i64().or_else(|| number(value).map(|float| float as i64)).unwrap_or(0).into())
}

fn round(a: Rest<Value>) -> Result<Value, Error> {
    let number = number(value(&a)).ok_or_else(|| fails("round of a value that is not a number"))?;
    let digits = a.get(1).and_then(Value::as_i64).unwrap_or(0).clamp(0, 15);
    let scale = (0..digits).fold(1.0, |scale, _| scale * 10.0);
    Ok(((number * scale).round() / scale).into())
}

/// Indents every line except the first, by four columns or the given number.
fn indent(a: Rest<Value>) -> Result<Value, Error> {
    let width = a.get(1).and_then(Value::as_i64).unwrap_or(4).clamp(0, 100) as usize;
    let margin = ["\n", &" ".repeat(width)].concat();
    replace(Rest(vec![value(&a).clone(), "\n".into(), margin.into()]))
}

fn pairs(a: Rest<Value>) -> Result<Value, Error> {
    let value = value(&a);
    let mut out: Vec<Value> = Vec::new();
    for key in value.try_iter()? {
        let item = value.get_item(&key)?;
        out.push(vec![key, item].into());
    }
    Ok(out.into())
}

fn range(arguments: Rest<Value>) -> Result<Value, Error> {
    let mut numbers = arguments.iter().map(|v| v.as_i64().ok_or_else(|| fails("range takes integers")));
    let first = numbers.next().unwrap_or_else(|| Err(fails("range takes an end")))?;
    let (start, end) = match numbers.next() {
        Some(end) => (first, end?),
        None => (0, first),
    };
    let step = numbers.next().unwrap_or(Ok(1))?;
    if step == 0 || end.saturating_sub(start).unsigned_abs() / step.unsigned_abs() > 100_000 {
        return Err(fails("range of more than 100000 numbers"));
    }
    let mut out = Vec::new();
    let mut at = start;
    while if step > 0 { at < end } else { at > end } {
        out.push(Value::from(at));
        at = at.saturating_add(step);
    }
    Ok(Value::from(out))
}
