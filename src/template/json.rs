//! JSON values for templates: maps that keep their order, without a conversion through serde.

use super::limits::{MAX_CONTEXT, MAX_OUTPUT};
use super::python;
use minijinja::value::{Enumerator, Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, Value as Jinja};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The call's `context` as a template value; `None` if it has more than [`MAX_CONTEXT`] levels.
pub fn context(members: &Map<String, Value>) -> Option<Jinja> {
    map(members, 0)
}

fn map(members: &Map<String, Value>, level: usize) -> Option<Jinja> {
    let each = |(key, value): (&String, &Value)| Some((Jinja::from(key.as_str()), from(value, level + 1)?));
    let members: Vec<(Jinja, Jinja)> = members.iter().map(each).collect::<Option<_>>()?;
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_unstable_by_key(|index| members.get(*index).and_then(|(key, _)| key.as_str()));
    Some(Jinja::from_object(Members { members, order }))
}

fn from(value: &Value, level: usize) -> Option<Jinja> {
    if level > MAX_CONTEXT {
        return None;
    }
    Some(match value {
        Value::Null => Jinja::from(()),
        Value::Bool(flag) => Jinja::from(*flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(int), _) => Jinja::from(int),
            (_, Some(int)) => Jinja::from(int),
            _ => Jinja::from(number.as_f64().unwrap_or(f64::NAN)),
        },
        Value::String(text) => Jinja::from(text.as_str()),
        Value::Array(items) => {
            Jinja::from_object(Items(items.iter().map(|item| from(item, level + 1)).collect::<Option<_>>()?))
        }
        Value::Object(members) => return map(members, level),
    })
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
struct Members {
    members: Vec<(Jinja, Jinja)>,
    /// Positions of the members, sorted by key, for binary search.
    order: Vec<usize>,
}

impl Members {
    fn find(&self, key: &str) -> Option<&Jinja> {
        let key_at = |index: &usize| self.members.get(*index).and_then(|(key, _)| key.as_str());
        let at = self.order.binary_search_by_key(&Some(key), key_at).ok()?;
        self.members.get(*self.order.get(at)?).map(|(_, value)| value)
    }
}

impl Object for Members {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.find(key.as_str()?).cloned()
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        self.find(key).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.members.iter().map(|(key, _)| key.clone()).collect())
    }

    fn enumerator_len(self: &Arc<Self>) -> Option<usize> {
        Some(self.members.len())
    }
}

/// A template's value as JSON, for `tojson`: as Python's filter writes it, with sorted keys, and with escapes for what is
/// not ASCII and for what HTML reserves. `indent` is the margin of one level.
pub fn write(value: &Jinja, indent: Option<&str>, out: &mut String, depth: usize) -> Result<(), Error> {
    let fails = |message| Error::new(ErrorKind::InvalidOperation, message);
    if depth > 200 || out.len() > MAX_OUTPUT {
        return Err(fails("tojson of something that is too large"));
    }
    let line = |out: &mut String, first: bool, depth: usize| match indent {
        Some(margin) => {
            out.push_str(if first { "\n" } else { ",\n" });
            out.extend(std::iter::repeat_n(margin, depth));
        }
        None => out.push_str(if first { "" } else { ", " }),
    };
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => out.push_str("null"),
        ValueKind::Bool => out.push_str(if value.is_true() { "true" } else { "false" }),
        ValueKind::Number => out.push_str(&python::repr(value)),
        ValueKind::String => quoted(value.as_str().unwrap_or_default(), out),
        ValueKind::Map => {
            let mut members = value.try_iter()?.map(|key| (name(&key), key)).collect::<Vec<_>>();
            members.sort_by(|(a, _), (b, _)| a.cmp(b));
            out.push('{');
            for (index, (name, key)) in members.iter().enumerate() {
                line(out, index == 0, depth + 1);
                quoted(name, out);
                out.push_str(": ");
                write(&value.get_item(key)?, indent, out, depth + 1)?;
            }
            if !members.is_empty() && indent.is_some() {
                line(out, true, depth);
            }
            out.push('}');
        }
        ValueKind::Seq | ValueKind::Iterable => {
            out.push('[');
            let mut count = 0;
            for item in value.try_iter()? {
                line(out, count == 0, depth + 1);
                write(&item, indent, out, depth + 1)?;
                count += 1;
            }
            if count > 0 && indent.is_some() {
                line(out, true, depth);
            }
            out.push(']');
        }
        _ => return Err(fails("tojson of something that JSON does not know")),
    }
    Ok(())
}

fn name(key: &Jinja) -> String {
    match key.kind() {
        ValueKind::None => "null".to_owned(),
        ValueKind::Bool => if key.is_true() { "true" } else { "false" }.to_owned(),
        _ => python::text(key),
    }
}

fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\'' | '\0'..='\u{1f}' | '\u{7f}'.. => {
                for unit in char.encode_utf16(&mut [0; 2]) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            char => out.push(char),
        }
    }
    out.push('"');
}
