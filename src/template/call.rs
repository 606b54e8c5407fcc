//! What a filter, a method, a test or a function receives: its arguments in the order of its parameters, and the means to
//! charge for what it makes.

use super::case::Case;
use super::limits::{Account, ITEM, MAX_OUTPUT};
use super::python;
use minijinja::value::{ArgType, Kwargs, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

/// The cost of a function, charged before it runs.
#[derive(Clone, Copy)]
pub enum Cost {
    /// It reads a text, and not the contents of a list or an object.
    Text,
    /// It copies items without reading them.
    Items,
    /// It reads the values to their leaves.
    Whole,
    /// It compares the items with each other.
    Sorted,
    /// It calls the host for single letters or words.
    Letters,
}

/// A filter, method or function as data, so that one copy of the glue is linked.
#[derive(Clone, Copy)]
pub struct Function {
    pub name: &'static str,
    /// The names of the parameters after the value, separated by spaces; `*` if the function reads [`Call::rest`].
    pub parameters: &'static str,
    pub cost: Cost,
    pub run: fn(&mut Call<'_, '_, '_>) -> Made,
}

/// What a [`Function`] returns.
pub type Made = Result<Value, Error>;

/// A [`Function`], for tables of them.
pub const fn function(
    name: &'static str,
    parameters: &'static str,
    cost: Cost,
    run: fn(&mut Call<'_, '_, '_>) -> Made,
) -> Function {
    Function { name, parameters, cost, run }
}

/// What all functions of a call share.
#[derive(Clone)]
pub struct Tools {
    pub account: Account,
    pub case: Case,
}

/// One call of a [`Function`].
pub struct Call<'c, 't, 'e> {
    pub state: &'c mut State<'t, 'e>,
    pub tools: &'c Tools,
    value: &'c Value,
    /// One for each parameter; undefined if it is not given.
    arguments: Vec<Value>,
    /// The arguments as given, without the value.
    rest: &'c [Value],
}

impl Function {
    /// Charges for the arguments, runs the function and charges for its result.
    pub fn call(
        &self,
        state: &mut State<'_, '_>,
        tools: &Tools,
        value: &Value,
        rest: &[Value],
    ) -> Result<Value, Error> {
        pay(&tools.account, self.cost, value, rest)?;
        let arguments = if self.parameters == "*" { Vec::new() } else { self.bind(rest)? };
        let made = (self.run)(&mut Call { state, tools, value, arguments, rest })?;
        // An operand is passed on.
        if !self.name.starts_with('#') {
            tools.account.made(&made)?;
        }
        Ok(made)
    }

    /// The arguments in the order of the parameters.
    fn bind(&self, rest: &[Value]) -> Result<Vec<Value>, Error> {
        let (positional, named) = split(rest);
        let mut known = 0;
        let mut bound = Vec::new();
        for (index, name) in self.parameters.split_terminator(' ').enumerate() {
            let own = match &named {
                Some(named) if named.has(name) => {
                    known += 1;
                    named.peek::<Value>(name)?
                }
                _ => Value::UNDEFINED,
            };
            bound.push(positional.get(index).cloned().unwrap_or(own));
        }
        if positional.len() > bound.len() || named.is_some_and(|named| named.args().count() > known) {
            let takes = if bound.is_empty() { "no arguments" } else { self.parameters };
            let detail = [self.name, " takes ", takes].concat();
            return Err(Error::new(ErrorKind::TooManyArguments, detail));
        }
        Ok(bound)
    }
}

/// The positional and the named arguments.
pub fn split(rest: &[Value]) -> (&[Value], Option<Kwargs>) {
    match rest.split_last() {
        Some((last, before)) if last.is_kwargs() => (before, Kwargs::from_value(Some(last)).ok()),
        _ => (rest, None),
    }
}

fn pay(account: &Account, cost: Cost, value: &Value, rest: &[Value]) -> Result<(), Error> {
    let mut all = std::iter::once(value).chain(rest);
    match cost {
        Cost::Text => all.try_for_each(|value| account.charge(value.as_str().map_or(1, str::len))),
        Cost::Items => account.items(value),
        Cost::Whole => all.try_for_each(|value| account.whole(value).map(|_| ())),
        Cost::Sorted => {
            let weight = account.whole(value)?;
            let comparisons = value.len().unwrap_or(1).max(1).ilog2() as usize;
            account.charge(weight.saturating_mul(comparisons))
        }
        Cost::Letters => {
            let weight = account.whole(value)?;
            account.charge(weight.saturating_mul(4 * ITEM))
        }
    }
}

pub fn fails(message: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}

/// The items of a list, the letters of a text or the keys of an object.
pub fn items(value: &Value) -> Result<Vec<Value>, Error> {
    match value.as_str() {
        Some(text) => Ok(text.chars().map(|c| Value::from(c.to_string())).collect()),
        None if value.is_undefined() => Ok(Vec::new()),
        None => Ok(value.try_iter()?.collect()),
    }
}

pub fn list(items: Vec<Value>) -> Result<Value, Error> {
    Ok(items.into())
}

impl<'c> Call<'c, '_, '_> {
    pub fn value(&self) -> &'c Value {
        self.value
    }

    pub fn rest(&self) -> &'c [Value] {
        self.rest
    }

    /// An argument by its position among the parameters, if it is given.
    pub fn given(&self, index: usize) -> Option<&Value> {
        self.arguments.get(index).filter(|value| !value.is_undefined())
    }

    /// An argument that is given and not None.
    pub fn some(&self, index: usize) -> Option<&Value> {
        self.given(index).filter(|value| !value.is_none())
    }

    /// The value as Python's `str()` prints it.
    pub fn text(&self) -> String {
        python::text(self.value)
    }

    /// An argument as text; `or` if it is missing.
    pub fn word(&self, index: usize, or: &str) -> String {
        self.some(index).map_or_else(|| or.to_owned(), python::text)
    }

    pub fn int(&self, index: usize, or: i64) -> Result<i64, Error> {
        let Some(value) = self.some(index) else { return Ok(or) };
        integer(value).ok_or_else(|| fails("an argument is not an integer"))
    }

    /// A size: an integer that is not negative.
    pub fn size(&self, index: usize, or: usize) -> Result<usize, Error> {
        Ok(usize::try_from(self.int(index, i64::try_from(or).unwrap_or(i64::MAX))?.max(0)).unwrap_or(usize::MAX))
    }

    pub fn flag(&self, index: usize) -> bool {
        self.given(index).is_some_and(Value::is_true)
    }

    pub fn items(&self) -> Result<Vec<Value>, Error> {
        items(self.value)
    }

    /// Charges for text that a function is about to make, which may be longer than its arguments.
    pub fn grow(&self, bytes: usize) -> Result<(), Error> {
        if bytes > MAX_OUTPUT {
            return Err(ErrorKind::WriteFailure.into());
        }
        self.tools.account.charge(bytes)
    }

    /// Charges for text that a function is about to append to `out`.
    pub fn extend(&self, out: &str, bytes: usize) -> Result<(), Error> {
        if out.len().saturating_add(bytes) > MAX_OUTPUT {
            return Err(ErrorKind::WriteFailure.into());
        }
        self.tools.account.charge(bytes)
    }

    /// Charges for items that a function is about to make.
    pub fn grow_items(&self, count: usize) -> Result<(), Error> {
        self.tools.account.charge(count.saturating_mul(ITEM))
    }

    pub fn upper(&self, text: &str) -> String {
        if text.is_ascii() { text.to_ascii_uppercase() } else { (self.tools.case.upper)(text) }
    }

    pub fn lower(&self, text: &str) -> String {
        if text.is_ascii() { text.to_ascii_lowercase() } else { (self.tools.case.lower)(text) }
    }

    /// What two values are compared by: texts without their case, unless `exact`.
    pub fn key(&self, value: Value, exact: bool) -> Value {
        match value.as_str() {
            Some(text) if !exact => self.lower(text).into(),
            _ => value,
        }
    }
}

/// An integer, a bool as 0 or 1, or a float without a fraction.
pub fn integer(value: &Value) -> Option<i64> {
    match value.kind() {
        ValueKind::Bool => Some(i64::from(value.is_true())),
        ValueKind::Number => value.as_i64(),
        _ => None,
    }
}

/// A number as a float; a bool is 0 or 1.
pub fn float(value: &Value) -> Option<f64> {
    match value.kind() {
        ValueKind::Bool => Some(f64::from(u8::from(value.is_true()))),
        ValueKind::Number => f64::try_from(value.clone()).ok(),
        _ => None,
    }
}

/// A member by a path: `address.city`, `0`, an index.
pub fn attribute(value: &Value, path: &Value) -> Value {
    let Some(path) = path.as_str() else { return value.get_item(path).unwrap_or_default() };
    let mut at = value.clone();
    for part in path.split('.') {
        at = match part.parse::<usize>() {
            Ok(index) => at.get_item_by_index(index).unwrap_or_default(),
            Err(_) => at.get_attr(part).unwrap_or_default(),
        };
    }
    at
}
