//! The filters, methods, tests and functions that prompts use, under their Jinja names.
//!
//! minijinja's own add some 60 KB gzip of argument conversion and cannot be charged; these are rows of data whose
//! functions have a few lines each. docs/templating.md lists them.

use super::call::{Call, Cost, Function, Tools};
use super::{checks, lists, metered, numbers, objects, strings};
use minijinja::value::{Rest, ValueKind, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State, Value};

/// Filters that are operators (metered.rs).
const OPERATORS: [Function; 8] = [
    Function { name: metered::WHOLE, parameters: "", cost: Cost::Whole, run: same },
    Function { name: metered::ITEMS, parameters: "", cost: Cost::Items, run: same },
    Function { name: metered::TEXT, parameters: "", cost: Cost::Text, run: same },
    Function { name: metered::SETTLED, parameters: "", cost: Cost::Text, run: settled },
    Function { name: metered::TIMES, parameters: "*", cost: Cost::Text, run: numbers::times },
    Function { name: metered::REMAINDER, parameters: "*", cost: Cost::Whole, run: numbers::remainder },
    Function { name: metered::CONCAT, parameters: "*", cost: Cost::Whole, run: concat },
    Function { name: metered::SET, parameters: "*", cost: Cost::Whole, run: objects::set_member },
];

/// The names that templates can use, by kind.
#[cfg(feature = "machinery")]
pub fn names() -> [(&'static str, Vec<&'static str>); 4] {
    let all = |functions: &[Function]| functions.iter().map(|f| f.name).collect::<Vec<_>>();
    let methods: [&[Function]; 4] =
        [&strings::METHODS, &lists::OBJECT_METHODS, &lists::LIST_METHODS, &numbers::METHODS];
    [
        ("Filters", filters().map(|f| f.name).filter(|name| !name.starts_with('#')).collect()),
        ("Methods", methods.into_iter().flat_map(all).collect()),
        ("Tests", all(&checks::TESTS)),
        ("Functions", all(&objects::FUNCTIONS)),
    ]
}

fn filters() -> impl Iterator<Item = Function> {
    OPERATORS.into_iter().chain(strings::FILTERS).chain(lists::FILTERS).chain(numbers::FILTERS)
}

pub fn add(environment: &mut Environment<'static>, tools: &Tools) {
    for filter in filters() {
        let tools = tools.clone();
        environment.add_filter(filter.name, move |state: &mut State<'_, '_>, a: Rest<ValueOrKwargs>| {
            with_value(filter, state, &tools, a)
        });
    }
    for test in checks::TESTS {
        let tools = tools.clone();
        environment.add_test(test.name, move |state: &mut State<'_, '_>, a: Rest<ValueOrKwargs>| {
            with_value(test, state, &tools, a)
        });
    }
    for function in objects::FUNCTIONS {
        let tools = tools.clone();
        environment.add_function(function.name, move |state: &mut State<'_, '_>, a: Rest<ValueOrKwargs>| {
            function.call(state, &tools, &Value::UNDEFINED, &values(a))
        });
    }
    let tools = tools.clone();
    environment.set_unknown_method_callback(move |state, value, name, rest| {
        let methods: &[Function] = match value.kind() {
            ValueKind::String => &strings::METHODS,
            ValueKind::Map => &lists::OBJECT_METHODS,
            ValueKind::Seq | ValueKind::Iterable => &lists::LIST_METHODS,
            ValueKind::Number => &numbers::METHODS,
            _ => &[],
        };
        match methods.iter().find(|method| method.name == name) {
            Some(method) => method.call(state, &tools, value, rest),
            None => Err(ErrorKind::UnknownMethod.into()),
        }
    });
}

fn values(a: Rest<ValueOrKwargs>) -> Vec<Value> {
    a.0.into_iter().map(Value::from).collect()
}

fn with_value(
    function: Function,
    state: &mut State<'_, '_>,
    tools: &Tools,
    a: Rest<ValueOrKwargs>,
) -> Result<Value, Error> {
    let all = values(a);
    let (value, rest) = all.split_first().ok_or_else(|| Error::from(ErrorKind::MissingArgument))?;
    function.call(state, tools, value, rest)
}

fn same(c: &mut Call<'_, '_, '_>) -> Result<Value, Error> {
    Ok(c.value().clone())
}

/// A list of a lazy sequence: slices and sums of lists are lazy in the engine, and chains of them would nest.
fn settled(c: &mut Call<'_, '_, '_>) -> Result<Value, Error> {
    let value = c.value();
    if value.kind() != ValueKind::Iterable {
        return Ok(value.clone());
    }
    c.tools.account.items(value)?;
    Ok(value.try_iter()?.collect::<Vec<Value>>().into())
}

/// `a ~ b`
fn concat(c: &mut Call<'_, '_, '_>) -> Result<Value, Error> {
    let both = [Some(c.value()), c.rest().first()];
    // Texts are not copied before they are joined, since they can be several megabytes long.
    let length = both.iter().flatten().map(|value| value.as_str().map_or(0, str::len)).sum();
    let mut joined = String::with_capacity(length);
    for value in both.into_iter().flatten() {
        match value.as_str() {
            Some(text) => joined.push_str(text),
            None => joined.push_str(&super::python::text(value)),
        }
    }
    Ok(joined.into())
}
