//! The filters, tests and functions that prompts use, under their Jinja names.
//!
//! Written here because minijinja's own come all or none, with some 60 KB gzip of argument conversion; these take
//! values and are a few lines each.

use minijinja::value::{Rest, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Value};

pub fn add(environment: &mut Environment<'static>) {
    environment.add_filter("upper", |value: Value| text(&value).to_uppercase());
    environment.add_filter("lower", |value: Value| text(&value).to_lowercase());
    environment.add_filter("capitalize", |value: Value| capitalize(&text(&value)));
    environment.add_filter("trim", |value: Value| text(&value).trim().to_owned());
    environment.add_filter("string", |value: Value| text(&value));
    environment.add_filter("length", length);
    environment.add_filter("count", length);
    environment.add_filter("join", join);
    environment.add_filter("default", default);
    environment.add_filter("d", default);
    environment.add_filter("replace", replace);
    environment
        .add_filter("first", |value: Value| Ok::<_, Error>(items(&value)?.into_iter().next().unwrap_or_default()));
    environment.add_filter("last", |value: Value| Ok::<_, Error>(items(&value)?.pop().unwrap_or_default()));
    environment.add_filter("list", |value: Value| items(&value).map(Value::from));
    environment.add_filter("reverse", |value: Value| {
        items(&value).map(|list| list.into_iter().rev().collect::<Vec<Value>>()).map(Value::from)
    });
    environment.add_filter("sort", |value: Value| {
        let mut list = items(&value)?;
        list.sort();
        Ok::<_, Error>(Value::from(list))
    });
    environment.add_filter("items", pairs);
    environment.add_filter("tojson", |value: Value| {
        let mut out = String::new();
        super::json::write(&value, &mut out, 0)?;
        Ok::<_, Error>(Value::from_safe_string(out))
    });
    environment.add_filter("int", |value: Value| match value.as_i64() {
        Some(int) => int,
        None => text(&value).trim().parse::<f64>().map_or(0, |float| float as i64),
    });
    environment.add_filter("round", round);
    // Nothing is escaped here, so nothing needs to be declared safe.
    for name in ["safe", "escape", "e"] {
        environment.add_filter(name, |value: Value| value);
    }
    environment.add_test("defined", |value: Value| !value.is_undefined());
    environment.add_test("none", |value: Value| value.is_none());
    environment.add_test("odd", |value: Value| value.as_i64().is_some_and(|int| int % 2 != 0));
    environment.add_test("even", |value: Value| value.as_i64().is_some_and(|int| int % 2 == 0));
    environment.add_test("undefined", |value: Value| value.is_undefined());
    environment.add_test("string", |value: Value| value.kind() == ValueKind::String);
    environment.add_test("number", |value: Value| value.kind() == ValueKind::Number);
    environment.add_test("mapping", |value: Value| value.kind() == ValueKind::Map);
    environment.add_test("sequence", |value: Value| value.kind() == ValueKind::Seq);
    environment.add_function("range", range);
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect(),
        None => String::new(),
    }
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

fn length(value: Value) -> Result<usize, Error> {
    match value.as_str() {
        Some(text) => Ok(text.chars().count()),
        None if value.is_undefined() => Ok(0),
        None => value.len().ok_or_else(|| fails("length of something that has none")),
    }
}

fn join(value: Value, arguments: Rest<Value>) -> Result<String, Error> {
    let between = arguments.first().map(text).unwrap_or_default();
    let parts: Vec<String> = items(&value)?.iter().map(text).collect();
    let bytes: usize = parts.iter().map(|part| part.len() + between.len()).sum();
    if bytes > super::MAX_OUTPUT {
        return Err(fails("join makes too much text"));
    }
    Ok(parts.join(&between))
}

/// The second argument says whether empty and false values are replaced too.
fn default(value: Value, arguments: Rest<Value>) -> Value {
    let falsy = arguments.get(1).is_some_and(Value::is_true);
    if value.is_undefined() || (falsy && !value.is_true()) {
        return arguments.first().cloned().unwrap_or_else(|| Value::from(""));
    }
    value
}

fn replace(value: Value, from: Value, to: Value) -> Result<String, Error> {
    let (value, from, to) = (text(&value), text(&from), text(&to));
    if value.len().saturating_add(1).saturating_mul(to.len().saturating_add(1)) > super::MAX_OUTPUT
        && value.len() > super::MAX_OUTPUT / 4
    {
        return Err(fails("replace makes too much text"));
    }
    Ok(value.replace(&from, &to))
}

fn pairs(value: Value) -> Result<Value, Error> {
    let mut out = Vec::new();
    for key in value.try_iter()? {
        let item = value.get_item(&key)?;
        out.push(Value::from(vec![key, item]));
    }
    Ok(Value::from(out))
}

fn round(value: Value, arguments: Rest<Value>) -> Result<Value, Error> {
    let number = text(&value).parse::<f64>().map_err(|_| fails("round of something that is no number"))?;
    let digits = arguments.first().and_then(Value::as_i64).unwrap_or(0).clamp(0, 15) as i32;
    let scale = 10f64.powi(digits);
    Ok(Value::from((number * scale).round() / scale))
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
