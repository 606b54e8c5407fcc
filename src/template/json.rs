//! JSON as a template sees it: maps that keep their order, without a copy through serde.

use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value as Jinja};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The call's `context`.
pub fn context(members: &Map<String, Value>) -> Jinja {
    map(members)
}

fn map(members: &Map<String, Value>) -> Jinja {
    Jinja::from_object(Members(members.iter().map(|(key, value)| (Jinja::from(key.as_str()), from(value))).collect()))
}

fn from(value: &Value) -> Jinja {
    match value {
        Value::Null => Jinja::from(()),
        Value::Bool(flag) => Jinja::from(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => Jinja::from(int),
            (_, Some(int)) => Jinja::from(int),
            _ => Jinja::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Jinja::from(text.as_str()),
        Value::Array(items) => Jinja::from_object(Items(items.iter().map(from).collect())),
        Value::Object(members) => map(members),
    }
}

#[derive(Debug)]
struct Items(Vec<Jinja>);

impl Object for Items {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.0.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

#[derive(Debug)]
struct Members(Vec<(Jinja, Jinja)>);

impl Object for Members {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.0.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.0.iter().map(|(key, _)| key.clone()).collect())
    }
}

/// A template's value as JSON, for `tojson`.
pub fn write(value: &Jinja, out: &mut String, depth: usize) -> Result<(), Error> {
    let fails = |message| Error::new(ErrorKind::InvalidOperation, message);
    if depth > 100 || out.len() > super::MAX_OUTPUT {
        return Err(fails("tojson of something that is too large"));
    }
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => out.push_str("null"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => out.push_str(&value.to_string()),
        ValueKind::String => out.push_str(&Value::from(value.as_str().unwrap_or_default()).to_string()),
        ValueKind::Map => {
            out.push('{');
            for (index, key) in value.try_iter()?.enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&Value::from(key.to_string()).to_string());
                out.push(':');
                write(&value.get_item(&key)?, out, depth + 1)?;
            }
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            for (index, item) in value.try_iter()?.enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(&item, out, depth + 1)?;
            }
            out.push(']');
        }
        _ => return Err(fails("tojson of something that JSON does not know")),
    }
    Ok(())
}
