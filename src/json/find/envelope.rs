//! A tool call that a model wrote as text, or as the arguments of another call: `{"name": "User", "parameters": {…}}`.
//! The answer is the arguments in it.

use crate::json::shape::Shape;
use crate::jsontext;
use serde_json::{Map, Value};

/// Keys of a call's arguments.
const ARGUMENTS: [&str; 5] = ["parameters", "arguments", "args", "input", "tool_input"];
/// Keys of a tool's name.
const NAMES: [&str; 5] = ["name", "tool", "tool_name", "function_name", "function"];
/// Keys of objects around a call.
const AROUND: [&str; 4] = ["function", "function_call", "tool_call", "tool_calls"];
/// Maximum number of layers around the answer.
const MAX_LAYERS: usize = 4;
/// Maximum number of members of a call.
const MAX_MEMBERS: usize = 6;

/// Whether a call may have this key.
pub(super) fn is_key(key: &str) -> bool {
    ARGUMENTS.contains(&key) || AROUND.contains(&key)
}

/// The answer inside a call of the requested tool, or under the tool's name as the only key. Keys of the schema belong to
/// the answer.
pub fn opened(value: &Value, shape: &Shape) -> Option<Value> {
    let mut value = value;
    for _ in 0..MAX_LAYERS {
        if let Value::Array(list) = value {
            // A list of one call.
            let [only] = list.as_slice() else { return None };
            value = only;
        }
        let members = value.as_object().filter(|members| members.len() <= MAX_MEMBERS)?;
        let foreign = |key: &str| members.get(key).filter(|_| !shape.knows(key));
        if called(members, &shape.name) {
            let arguments = ARGUMENTS.iter().find_map(|key| foreign(key))?;
            return read(arguments);
        }
        // A model without a name has no key to be under.
        if members.len() == 1
            && !shape.name.is_empty()
            && let Some(inner @ Value::Object(_)) = foreign(&shape.name)
        {
            return Some(inner.clone());
        }
        value = AROUND.iter().find_map(|key| foreign(key)).filter(|inner| !inner.is_string())?;
    }
    None
}

fn called(members: &Map<String, Value>, tool: &str) -> bool {
    let names = NAMES.iter().filter_map(|key| members.get(*key)?.as_str());
    !tool.is_empty() && names.into_iter().any(|name| name.strip_prefix("functions.").unwrap_or(name) == tool)
}

/// Reads arguments: an object, or its JSON text.
fn read(arguments: &Value) -> Option<Value> {
    let value = match arguments {
        Value::String(text) => jsontext::from_str(text).ok()?,
        other => other.clone(),
    };
    value.is_object().then_some(value)
}

/// The key of an inner object that resembles the answer, if the outer object has no key of the answer. With a schema
/// without required keys only an object with a single key counts.
pub fn misplaced<'a>(value: &'a Value, shape: &Shape) -> Option<&'a str> {
    let members = value.as_object()?;
    let bare = |key: &str| shape.bare.as_ref().is_some_and(|keys| keys.open || keys.knows(key));
    if members.len() > 1 && shape.object.required.is_empty() {
        return None;
    }
    if shape.object.open || members.keys().any(|key| shape.knows(key) || bare(key)) {
        return None;
    }
    let known = |inner: &Value| inner.as_object().is_some_and(|inner| inner.keys().any(|key| shape.knows(key)));
    members.iter().find(|(_, inner)| known(inner)).map(|(key, _)| key.as_str())
}
