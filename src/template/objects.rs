//! The functions that make objects: `namespace`, `cycler`, `joiner`, `dict`, and `range`.

use super::call::{Call, Cost, Function, Made, fails, split};
use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

pub const FUNCTIONS: [Function; 5] = [
    Function { name: "range", parameters: "start stop step", cost: Cost::Text, run: range },
    Function { name: "dict", parameters: "*", cost: Cost::Whole, run: |c| pairs(c).map(Value::from_pairs) },
    Function { name: "namespace", parameters: "*", cost: Cost::Whole, run: namespace },
    Function { name: "cycler", parameters: "*", cost: Cost::Whole, run: cycler },
    Function { name: "joiner", parameters: "sep", cost: Cost::Whole, run: joiner },
];

fn range(c: &mut Call<'_, '_, '_>) -> Made {
    if c.given(0).is_none() {
        return Err(fails("range takes an end"));
    }
    let first = c.int(0, 0)?;
    let (start, end) = if c.given(1).is_some() { (first, c.int(1, 0)?) } else { (0, first) };
    let step = c.int(2, 1)?;
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

/// The members of an object or a list of pairs, and the named arguments.
fn pairs(c: &mut Call<'_, '_, '_>) -> Result<Vec<(Value, Value)>, Error> {
    let (positional, named) = split(c.rest());
    let mut out = Vec::new();
    for value in positional.iter().take(1) {
        for item in value.try_iter()? {
            out.push(match value.kind() {
                ValueKind::Map => (item.clone(), value.get_item(&item)?),
                _ => (item.get_item(&0.into())?, item.get_item(&1.into())?),
            });
        }
    }
    if let Some(named) = named {
        for name in named.args() {
            out.push((name.into(), named.peek(name)?));
        }
    }
    Ok(out)
}

/// An object whose members `{% set ns.name = value %}` changes.
#[derive(Debug)]
struct Namespace(Mutex<Vec<(String, Value)>>);

fn namespace(c: &mut Call<'_, '_, '_>) -> Made {
    let own = Namespace(Mutex::default());
    for (name, value) in pairs(c)? {
        own.set(name.as_str().unwrap_or_default(), value)?;
    }
    Ok(Value::from_object(own))
}

impl Namespace {
    fn members(&self) -> std::sync::MutexGuard<'_, Vec<(String, Value)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, name: &str, value: Value) -> Result<(), Error> {
        if !plain(&value) {
            return Err(fails("a namespace has texts, numbers, lists and objects, and no functions or namespaces"));
        }
        let mut members = self.members();
        let full = members.len() >= 200;
        match members.iter_mut().find(|(own, _)| own == name) {
            Some((_, old)) => *old = value,
            None if full => return Err(fails("a namespace has more than 200 members")),
            None => members.push((name.to_owned(), value)),
        }
        Ok(())
    }
}

/// Whether a value cannot refer to a namespace: one that contains itself is never freed. The caller charged for the value,
/// which bounds its nesting.
fn plain(value: &Value) -> bool {
    match value.kind() {
        ValueKind::Plain | ValueKind::Invalid => false,
        ValueKind::Map => {
            value.downcast_object_ref::<Namespace>().is_none()
                && value.try_iter().is_ok_and(|mut keys| {
                    keys.all(|key| plain(&key) && value.get_item(&key).is_ok_and(|item| plain(&item)))
                })
        }
        ValueKind::Seq | ValueKind::Iterable => value.try_iter().is_ok_and(|mut items| items.all(|item| plain(&item))),
        _ => true,
    }
}

impl Object for Namespace {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        self.members().iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.members().iter().map(|(name, _)| Value::from(name.as_str())).collect())
    }
}

/// `{% set target.name = value %}`, which `metered.rs` rewrites to a call of this.
pub fn set_member(c: &mut Call<'_, '_, '_>) -> Made {
    let [name, value] = c.rest() else { return Ok(Value::UNDEFINED) };
    match c.value().downcast_object_ref::<Namespace>() {
        Some(namespace) => namespace.set(name.as_str().unwrap_or_default(), value.clone())?,
        None => return Err(fails("set changes a member of something that is not a namespace")),
    }
    Ok("".into())
}

#[derive(Debug)]
struct Cycler {
    items: Vec<Value>,
    at: AtomicUsize,
}

fn cycler(c: &mut Call<'_, '_, '_>) -> Made {
    let items = c.rest().to_vec();
    if items.is_empty() {
        return Err(fails("cycler takes items"));
    }
    Ok(Value::from_object(Cycler { items, at: 0.into() }))
}

impl Cycler {
    fn current(&self) -> Value {
        self.items.get(self.at.load(Ordering::Relaxed)).cloned().unwrap_or_default()
    }
}

impl Object for Cycler {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str()? == "current").then(|| self.current())
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, method: &str, _: &[Value]) -> Made {
        match method {
            "next" => {
                let own = self.current();
                let next = self.at.load(Ordering::Relaxed) + 1;
                self.at.store(if next < self.items.len() { next } else { 0 }, Ordering::Relaxed);
                Ok(own)
            }
            "reset" => {
                self.at.store(0, Ordering::Relaxed);
                Ok(Value::UNDEFINED)
            }
            _ => Err(ErrorKind::UnknownMethod.into()),
        }
    }
}

/// Returns its text every time except the first.
#[derive(Debug)]
struct Joiner {
    text: Value,
    used: AtomicUsize,
}

fn joiner(c: &mut Call<'_, '_, '_>) -> Made {
    Ok(Value::from_object(Joiner { text: c.word(0, ", ").into(), used: 0.into() }))
}

impl Object for Joiner {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, _: &mut State<'_, '_>, _: &[Value]) -> Made {
        Ok(if self.used.swap(1, Ordering::Relaxed) == 0 { "".into() } else { self.text.clone() })
    }
}
