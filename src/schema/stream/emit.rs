//! The events of a parser for a complete value.

use crate::json::ops::Ops;
use crate::jsontext::ToText;
use serde_json::Value;

/// Emits a complete value.
pub(super) fn emit(value: &Value, out: &mut dyn Ops) {
    match value {
        Value::Null => out.literal(None),
        Value::Bool(value) => out.literal(Some(*value)),
        Value::Number(number) => out.number(&number.to_text()),
        Value::String(text) => {
            out.string_open();
            if !text.is_empty() {
                out.string_text(text);
            }
            out.string_close();
        }
        Value::Array(list) => {
            out.open(false);
            list.iter().for_each(|item| emit(item, out));
            out.close();
        }
        Value::Object(map) => {
            out.open(true);
            for (key, value) in map {
                out.key(key);
                emit(value, out);
            }
            out.close();
        }
    }
}
