//! The filters, tests and functions that prompts use, under their Jinja names.
//!
//! Written here because minijinja's own come all or none, with some 60 KB gzip of argument conversion; these take
//! a list of values and are a few lines each.

use super::Case;
use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};

/// The value and the filter's arguments. One type for all of them, so that one copy of the glue is linked.
type Filter = fn(Rest<Value>) -> Result<Value, Error>;
type Test = fn(Value) -> bool;

const FILTERS: [(&str, Filter); 24] = [
    ("trim", |a| Ok(text(value(&a)).trim().into())),
    ("string", |a| Ok(text(value(&a)).into())),
    ("length", length),
    ("count", length),
    ("join", join),
    ("default", default),
    ("d", default),
    ("replace", replace),
    ("first", |a| Ok(items(value(&a))?.into_iter().next().unwrap_or_default())),
    ("last", |a| Ok(items(value(&a))?.pop().unwrap_or_default())),
    ("list", |a| Ok(items(value(&a))?.into())),
    ("reverse", |a| Ok(items(value(&a))?.into_iter().rev().collect::<Vec<Value>>().into())),
    ("sort", sort),
    ("unique", unique),
    ("items", pairs),
    ("keys", |a| Ok(value(&a).try_iter()?.collect::<Vec<Value>>().into())),
    ("sum", sum),
    ("tojson", to_json),
    ("int", int),
    ("round", round),
    ("indent", indent),
    // Nothing is escaped here, so nothing needs to be declared safe.
    ("safe", |a| Ok(value(&a).clone())),
    ("escape", |a| Ok(value(&a).clone())),
    ("e", |a| Ok(value(&a).clone())),
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

pub fn add(environment: &mut Environment<'static>, case: Case) {
    for (name, change) in [("upper", case.upper), ("lower", case.lower)] {
        environment
            .add_filter(name, move |a: Rest<Value>| -> Result<Value, Error> { Ok(change(&text(value(&a))).into()) });
    }
    environment.add_filter("capitalize", move |a: Rest<Value>| -> Result<Value, Error> {
        let text = text(value(&a));
        let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
        Ok([(case.upper)(first), (case.lower)(rest)].concat().into())
    });
    for (name, filter) in FILTERS {
        environment.add_filter(name, filter);
    }
    for (name, test) in TESTS {
        environment.add_test(name, test);
    }
    environment.add_function("range", range as Filter);
}

fn value(arguments: &[Value]) -> &Value {
    arguments.first().unwrap_or(&Value::UNDEFINED)
}

/// An argument as text; empty where it is missing.
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
        if out.len() > super::MAX_OUTPUT {
            return Err(fails("join makes too much text"));
        }
    }
    Ok(out.into())
}

/// The second argument says whether empty and false values are replaced too.
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
    // Counted before it is made: every letter may become the whole replacement.
    let grown = value.matches(from.as_str()).count().saturating_mul(to.len());
    if grown.saturating_add(value.len()) > super::MAX_OUTPUT {
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
    let list = items(value(&a))?;
    if list.len() > 2_000 {
        return Err(fails("unique of more than 2000 items"));
    }
    let mut out: Vec<Value> = Vec::new();
    for item in list {
        if !out.contains(&item) {
            out.push(item);
        }
    }
    Ok(out.into())
}

fn sum(a: Rest<Value>) -> Result<Value, Error> {
    let list = items(value(&a))?;
    if let Some(sum) = list.iter().try_fold(0i64, |sum, item| sum.checked_add(item.as_i64()?)) {
        return Ok(sum.into());
    }
    let mut sum = 0.0;
    for item in &list {
        sum += number(item).ok_or_else(|| fails("sum of something that is no number"))?;
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
    let number = number(value(&a)).ok_or_else(|| fails("round of something that is no number"))?;
    let digits = a.get(1).and_then(Value::as_i64).unwrap_or(0).clamp(0, 15);
    let scale = (0..digits).fold(1.0, |scale, _| scale * 10.0);
    Ok(((number * scale).round() / scale).into())
}

/// Every line but the first, by four columns or as many as are given.
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
