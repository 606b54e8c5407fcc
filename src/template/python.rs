//! Values as Python prints them: `str()` and `repr()`.

use super::group::Group;
use minijinja::Value;
use minijinja::value::ValueKind;

/// Python's `str()`.
pub fn text(value: &Value) -> String {
    match value.as_str() {
        Some(text) => text.to_owned(),
        None if value.is_undefined() => String::new(),
        None => repr(value),
    }
}

/// Python's `repr()`. Callers charge for the value first, which bounds its nesting.
pub fn repr(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value.kind() {
        ValueKind::Undefined => out.push_str("Undefined"),
        ValueKind::String => quoted(value.as_str().unwrap_or_default(), out),
        ValueKind::Number if !value.is_integer() => {
            out.push_str(&float(f64::try_from(value.clone()).unwrap_or(f64::NAN)));
        }
        ValueKind::Map => {
            out.push('{');
            for (index, key) in value.try_iter().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                write(&key, out);
                out.push_str(": ");
                write(&value.get_item(&key).unwrap_or_default(), out);
            }
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            let tuple = value.is_tuple() || value.downcast_object_ref::<Group>().is_some();
            out.push(if tuple { '(' } else { '[' });
            let mut count = 0;
            for item in value.try_iter().into_iter().flatten() {
                if count > 0 {
                    out.push_str(", ");
                }
                write(&item, out);
                count += 1;
            }
            if tuple && count == 1 {
                out.push(',');
            }
            out.push(if tuple { ')' } else { ']' });
        }
        _ => out.push_str(&value.to_string()),
    }
}

fn quoted(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => out.extend(['\\', c]),
            c if c.is_control() => {
                const HEX: &[u8; 16] = b"0123456789abcdef";
                let digit = |shift: u32| HEX.get(((c as u32 >> shift) & 15) as usize).map_or('0', |d| char::from(*d));
                out.extend(['\\', 'x', digit(4), digit(0)]);
            }
            c => out.push(c),
        }
    }
    out.push(quote);
}

/// The shortest digits that read back as the same float, with an exponent where Python has one.
pub fn float(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let mut text = value.to_string();
        if !text.contains('.') {
            text.push_str(".0");
        }
        return text;
    }
    [digits, &self::exponent(exponent)].concat()
}

/// `e+20`, `e-07`.
pub fn exponent(exponent: i32) -> String {
    let sign = if exponent < 0 { "e-" } else { "e+" };
    let digits = exponent.unsigned_abs().to_string();
    [sign, if digits.len() < 2 { "0" } else { "" }, &digits].concat()
}
