//! The tests: `x is defined`, `select('odd')`.

use super::call::{Call, Cost, Function, Made, fails, integer};
use super::strings::is_cased;
use minijinja::Value;
use minijinja::value::ValueKind;
use std::cmp::Ordering;

use Cost::{Text, Whole};

const fn kind(name: &'static str, run: fn(&mut Call<'_, '_, '_>) -> Made) -> Function {
    Function { name, parameters: "", cost: Text, run }
}

const fn compare(name: &'static str, run: fn(&mut Call<'_, '_, '_>) -> Made) -> Function {
    Function { name, parameters: "other", cost: Whole, run }
}

pub const TESTS: [Function; 35] = [
    kind("defined", |c| Ok((!c.value().is_undefined()).into())),
    kind("undefined", |c| Ok(c.value().is_undefined().into())),
    kind("none", |c| Ok(c.value().is_none().into())),
    kind("odd", |c| Ok(integer(c.value()).is_some_and(|int| int % 2 != 0).into())),
    kind("even", |c| Ok(integer(c.value()).is_some_and(|int| int % 2 == 0).into())),
    kind("string", |c| Ok((c.value().kind() == ValueKind::String).into())),
    kind("number", |c| Ok(matches!(c.value().kind(), ValueKind::Number | ValueKind::Bool).into())),
    kind("integer", |c| Ok(c.value().is_integer().into())),
    kind("float", |c| Ok((c.value().kind() == ValueKind::Number && !c.value().is_integer()).into())),
    kind("boolean", |c| Ok((c.value().kind() == ValueKind::Bool).into())),
    kind("true", |c| Ok((c.value().kind() == ValueKind::Bool && c.value().is_true()).into())),
    kind("false", |c| Ok((c.value().kind() == ValueKind::Bool && !c.value().is_true()).into())),
    kind("mapping", |c| Ok((c.value().kind() == ValueKind::Map).into())),
    kind("sequence", |c| Ok(matches!(c.value().kind(), ValueKind::Seq | ValueKind::String | ValueKind::Map).into())),
    kind("iterable", |c| {
        let kind = c.value().kind();
        let has = matches!(kind, ValueKind::Seq | ValueKind::Iterable | ValueKind::String | ValueKind::Map);
        Ok((has || kind == ValueKind::Undefined).into())
    }),
    Function { name: "upper", parameters: "", cost: Whole, run: |c| Ok(is_cased(c, true).into()) },
    Function { name: "lower", parameters: "", cost: Whole, run: |c| Ok(is_cased(c, false).into()) },
    compare("divisibleby", |c| {
        let by = c.int(0, 0)?;
        let own = integer(c.value()).ok_or_else(|| fails("divisibleby of something that is not an integer"))?;
        own.checked_rem(by).map(|rest| (rest == 0).into()).ok_or_else(|| fails("divisible by zero"))
    }),
    compare("eq", equal),
    compare("equalto", equal),
    compare("==", equal),
    compare("sameas", equal),
    compare("ne", unequal),
    compare("!=", unequal),
    compare("lt", less),
    compare("lessthan", less),
    compare("<", less),
    compare("le", at_most),
    compare("<=", at_most),
    compare("gt", greater),
    compare("greaterthan", greater),
    compare(">", greater),
    compare("ge", at_least),
    compare(">=", at_least),
    compare("in", contained),
];

fn other(c: &Call<'_, '_, '_>) -> Value {
    c.rest().first().cloned().unwrap_or_default()
}

fn equal(c: &mut Call<'_, '_, '_>) -> Made {
    Ok((*c.value() == other(c)).into())
}

fn unequal(c: &mut Call<'_, '_, '_>) -> Made {
    Ok((*c.value() != other(c)).into())
}

fn order(c: &Call<'_, '_, '_>) -> Ordering {
    c.value().cmp(&other(c))
}

fn less(c: &mut Call<'_, '_, '_>) -> Made {
    Ok(order(c).is_lt().into())
}

fn at_most(c: &mut Call<'_, '_, '_>) -> Made {
    Ok(order(c).is_le().into())
}

fn greater(c: &mut Call<'_, '_, '_>) -> Made {
    Ok(order(c).is_gt().into())
}

fn at_least(c: &mut Call<'_, '_, '_>) -> Made {
    Ok(order(c).is_ge().into())
}

/// Whether the value is an item of a list, a key of an object or a part of a text.
fn contained(c: &mut Call<'_, '_, '_>) -> Made {
    let (value, other) = (c.value(), other(c));
    let has = match other.as_str() {
        Some(text) => value.as_str().is_some_and(|part| text.contains(part)),
        None => other.try_iter()?.any(|item| item == *value),
    };
    Ok(has.into())
}
