//! Numbers and values as JSON Schema compares them: by what they are, not by how they are written.
//!
//! `None` is the answer where 64 bits do not decide: integers beyond 2⁵³ next to floats, decimals with many digits.

use crate::jsontext::ToText;
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;

/// Integers up to here have an exact float.
const EXACT: u64 = 1 << 53;

pub fn order(a: &Number, b: &Number) -> Option<Ordering> {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => return Some(a.cmp(&b)),
        // Other integers are above all of them.
        (Some(_), None) if b.is_u64() => return Some(Ordering::Less),
        (None, Some(_)) if a.is_u64() => return Some(Ordering::Greater),
        _ => {}
    }
    if let (Some(a), Some(b)) = (a.as_u64(), b.as_u64()) {
        return Some(a.cmp(&b));
    }
    exact(a)?.partial_cmp(&exact(b)?)
}

fn exact(number: &Number) -> Option<f64> {
    let small = number.is_f64() || number.as_i64().is_some_and(|integer| integer.unsigned_abs() <= EXACT);
    if small { number.as_f64() } else { None }
}

pub fn is_integer(number: &Number) -> bool {
    !number.is_f64() || number.as_f64().is_some_and(|float| float.fract() == 0.0)
}

pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    Some(match (a, b) {
        (Value::Number(a), Value::Number(b)) => order(a, b)? == Ordering::Equal,
        (Value::Array(a), Value::Array(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            for (a, b) in a.iter().zip(b) {
                if !equal(a, b)? {
                    return Some(false);
                }
            }
            true
        }
        (Value::Object(a), Value::Object(b)) => a.len() == b.len() && equal_members(a, b)?,
        _ => a == b,
    })
}

fn equal_members(a: &Map<String, Value>, b: &Map<String, Value>) -> Option<bool> {
    for (key, a) in a {
        match b.get(key) {
            Some(b) if equal(a, b)? => {}
            _ => return Some(false),
        }
    }
    Some(true)
}

/// Maximum number of items that are compared in pairs.
const MAX_PAIRED: usize = 300;

/// Whether all items differ.
pub fn are_unique(items: &[Value]) -> Option<bool> {
    if items.len() <= MAX_PAIRED {
        for (at, item) in items.iter().enumerate() {
            for other in items.iter().take(at) {
                if equal(item, other)? {
                    return Some(false);
                }
            }
        }
        return Some(true);
    }
    let mut seen = Map::new();
    for item in items {
        let text = match item {
            Value::Array(_) | Value::Object(_) => return None,
            // 1.0 is written as 1.
            Value::Number(number) if number.is_f64() => match exact(number)? {
                float if float.fract() != 0.0 => number.to_text(),
                float if float.abs() < EXACT as f64 => (float as i64).to_string(),
                _ => return None,
            },
            other => other.to_text(),
        };
        if seen.insert(text, Value::Null).is_some() {
            return Some(false);
        }
    }
    Some(true)
}

/// Whether `number` is a multiple of `divisor`, which is positive and, if it is an integer, at most 2⁵³.
pub fn is_multiple(number: &Number, divisor: f64) -> Option<bool> {
    if divisor.fract() == 0.0 {
        if let Some(positive) = number.as_u64() {
            return positive.checked_rem(divisor as u64).map(|rest| rest == 0);
        }
        let float = number.as_f64().filter(|float| float.abs() < EXACT as f64)?;
        let whole = float as i64;
        return Some(whole as f64 == float && whole.checked_rem(divisor as i64)? == 0);
    }
    let float = number.as_f64()?;
    if float == 0.0 {
        return Some(true);
    }
    if float.abs() < divisor {
        return Some(false);
    }
    // As decimals: 0.3 is a multiple of 0.1, although the floats are not.
    let (number, places) = decimal(float)?;
    let (divisor, divisor_places) = decimal(divisor)?;
    let shared = places.min(divisor_places);
    let number = scaled(number, divisor_places - shared)?;
    number.checked_rem(scaled(divisor, places - shared)?).map(|rest| rest == 0)
}

fn scaled(number: i64, places: u32) -> Option<i64> {
    number.checked_mul(10i64.checked_pow(places)?)
}

/// `-1.25` → `(125, 2)`.
fn decimal(float: f64) -> Option<(i64, u32)> {
    let (mut number, mut places, mut after) = (0i64, 0, false);
    for byte in Number::from_f64(float)?.to_text().bytes() {
        match byte {
            b'0'..=b'9' => {
                number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                places += u32::from(after);
            }
            b'.' => after = true,
            b'-' => {}
            // An exponent.
            _ => return None,
        }
    }
    Some((number, places))
}
