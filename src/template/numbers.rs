//! Numbers: filters, and the operators that the engine cannot charge for.

use super::call::{Call, Cost, Function, Made, fails, float, integer, items};
use super::format;
use super::limits::ITEM;
use minijinja::Value;
use minijinja::value::ValueKind;

pub const FILTERS: [Function; 4] = [
    Function { name: "int", parameters: "default base", cost: Cost::Whole, run: int },
    Function { name: "float", parameters: "default", cost: Cost::Whole, run: to_float },
    Function { name: "round", parameters: "precision method", cost: Cost::Whole, run: round },
    Function { name: "abs", parameters: "", cost: Cost::Text, run: abs },
];

pub const METHODS: [Function; 1] = [Function {
    name: "is_integer",
    parameters: "",
    cost: Cost::Text,
    run: |c| Ok(float(c.value()).is_some_and(|own| own.fract() == 0.0).into()),
}];

fn int(c: &mut Call<'_, '_, '_>) -> Made {
    let base = u32::try_from(c.int(1, 10)?).ok().filter(|base| (2..=36).contains(base) || *base == 0).unwrap_or(10);
    let value = c.value();
    if let Some(own) = integer(value) {
        return Ok(own.into());
    }
    if let Some(own) = float(value) {
        return Ok((own as i64).into());
    }
    let text = value.as_str().unwrap_or_default().trim().replace('_', "");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    let prefixed = |prefix: &str| digits.get(..2).filter(|p| p.eq_ignore_ascii_case(prefix)).and(digits.get(2..));
    let (digits, radix) = match (prefixed("0x"), prefixed("0b"), prefixed("0o")) {
        (Some(rest), ..) if matches!(base, 0 | 16) => (rest, 16),
        (_, Some(rest), _) if matches!(base, 0 | 2) => (rest, 2),
        (.., Some(rest)) if matches!(base, 0 | 8) => (rest, 8),
        _ => (digits, if base == 0 { 10 } else { base }),
    };
    let read = i64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with(['+', '-']));
    let read = read.map(|read| read * sign).or_else(|| text.parse::<f64>().ok().map(|float| float as i64));
    Ok(read.map_or_else(|| c.given(0).cloned().unwrap_or_else(|| 0.into()), Value::from))
}

fn to_float(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    let read = float(value).or_else(|| value.as_str()?.trim().parse().ok());
    Ok(read.map_or_else(|| c.given(0).cloned().unwrap_or_else(|| 0.0.into()), Value::from))
}

fn abs(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    match (integer(value).filter(|_| value.is_integer()), float(value)) {
        (Some(own), _) => own.checked_abs().map(Value::from).ok_or_else(|| fails("abs of a number that is too large")),
        (_, Some(own)) => Ok(own.abs().into()),
        _ => Err(fails("abs of a value that is not a number")),
    }
}

/// The nearest number with that many digits, the even one of two; `floor` and `ceil` choose the lower or the higher.
fn round(c: &mut Call<'_, '_, '_>) -> Made {
    let value = c.value();
    let own = float(value)
        .or_else(|| value.as_str()?.trim().parse().ok())
        .ok_or_else(|| fails("round of a value that is not a number"))?;
    let digits = i32::try_from(c.int(0, 0)?.clamp(-20, 20)).unwrap_or(0);
    let scale = 10f64.powi(digits);
    match c.word(1, "common").as_str() {
        "common" if digits >= 0 && value.is_integer() => Ok(value.clone()),
        "common" if digits >= 0 => {
            let text = format::fixed(own, digits.unsigned_abs() as usize)?;
            Ok(text.parse::<f64>().unwrap_or(own).into())
        }
        "common" => {
            let rounded = (own * scale).round_ties_even() / scale;
            Ok(if value.is_integer() { (rounded as i64).into() } else { rounded.into() })
        }
        "floor" => Ok(((own * scale).floor() / scale).into()),
        "ceil" => Ok(((own * scale).ceil() / scale).into()),
        _ => Err(fails("round by a method that does not exist: 'common' rounds to the nearest number")),
    }
}

/// `a * b`: a product of numbers, or a repeated text or list.
pub fn times(c: &mut Call<'_, '_, '_>) -> Made {
    let (left, right) = operands(c);
    for (one, count) in [(&left, &right), (&right, &left)] {
        let list = matches!(one.kind(), ValueKind::Seq | ValueKind::Iterable);
        let Some(count) = count.as_usize().filter(|_| list || one.as_str().is_some()) else { continue };
        let account = &c.tools.account;
        if let Some(text) = one.as_str() {
            account.charge(text.len().saturating_mul(count))?;
            return Ok(text.repeat(count).into());
        }
        account.charge(one.len().unwrap_or(1).max(1).saturating_mul(count).saturating_mul(ITEM))?;
        let items = items(one)?;
        return Ok(std::iter::repeat_n(items, count).flatten().collect::<Vec<Value>>().into());
    }
    if let (Some(left), Some(right)) = (exact(&left), exact(&right)) {
        return left.checked_mul(right).map(whole).ok_or_else(|| fails("a product is too large"));
    }
    match (float(&left), float(&right)) {
        (Some(left), Some(right)) => Ok((left * right).into()),
        _ => Err(fails("* of a value that is not a number")),
    }
}

/// `a % b`: a remainder with the sign of `b`, or a text with values in it.
pub fn remainder(c: &mut Call<'_, '_, '_>) -> Made {
    let (left, right) = operands(c);
    if let Some(template) = left.as_str() {
        let values = if right.is_tuple() { items(&right)? } else { vec![right.clone()] };
        let named = Some(right).filter(|right| right.kind() == ValueKind::Map);
        return format::percent(c, template, &values, named.as_ref());
    }
    if let (Some(left), Some(right)) = (exact(&left), exact(&right)) {
        let rest = left.checked_rem(right).ok_or_else(|| fails("% by zero"))?;
        return Ok(whole(if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }));
    }
    match (float(&left), float(&right)) {
        (Some(_), Some(0.0)) => Err(fails("% by zero")),
        (Some(left), Some(right)) => {
            let rest = left % right;
            Ok(if rest != 0.0 && (rest < 0.0) != (right < 0.0) { rest + right } else { rest }.into())
        }
        _ => Err(fails("% of a value that is not a number")),
    }
}

fn operands(c: &Call<'_, '_, '_>) -> (Value, Value) {
    (c.value().clone(), c.rest().first().cloned().unwrap_or_default())
}

/// An integer, or a bool as 0 or 1; a float is a float even without a fraction.
fn exact(value: &Value) -> Option<i128> {
    match value.kind() {
        ValueKind::Bool => Some(i128::from(value.is_true())),
        _ if value.is_integer() => i128::try_from(value.clone()).ok(),
        _ => None,
    }
}

fn whole(value: i128) -> Value {
    i64::try_from(value).map_or_else(|_| value.into(), Value::from)
}
