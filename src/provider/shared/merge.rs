//! Merges the pieces of a streamed turn, including unknown fields.
//!
//! APIs and gateways add fields to their deltas (thought signatures, reasoning details, thinking blocks), and refuse a
//! turn that is sent back without them. Fields that no decoder reads are therefore merged by one rule for every API:
//! texts are appended, numbers and flags are replaced, objects are merged field by field, and the elements of a list
//! are matched by `index`, or by their type.

use crate::error::Error;
use crate::json::extract::Reader;
use crate::jsontext;
use serde_json::{Map, Value};

/// Fields whose text is a name: a later piece repeats it.
const NAMES: &[&str] = &["type", "id", "call_id", "name", "role", "format", "object", "model", "status", "mimeType"];

/// Fields whose text is appended: an element with one of them may continue the element before it.
const GROWING: &[&str] = &["text", "thinking", "summary", "reasoning", "content", "input", "arguments"];

/// The maximum length of a list, which bounds the comparisons for a hostile server's input.
const MAX_ELEMENTS: usize = 1024;

/// Adds a later piece of a field.
pub fn field(into: &mut Map<String, Value>, key: &str, piece: Value) {
    match (into.get_mut(key), piece) {
        (_, Value::Null) => {}
        (None | Some(Value::Null), piece) => drop(into.insert(key.to_owned(), piece)),
        (Some(Value::String(known)), Value::String(piece)) => {
            // A piece that equals the known text is a repetition, unless the field's text is appended.
            let repeated = NAMES.contains(&key) || *known == piece && !GROWING.contains(&key);
            if !repeated {
                known.push_str(&piece);
            } else if !piece.is_empty() {
                *known = piece;
            }
        }
        (Some(Value::Object(known)), Value::Object(piece)) => fields(known, piece),
        (Some(Value::Array(known)), Value::Array(pieces)) => elements(known, pieces),
        (Some(known), piece) => *known = piece,
    }
}

/// Adds the fields of a later piece.
pub fn fields(into: &mut Map<String, Value>, piece: Map<String, Value>) {
    for (key, value) in piece {
        field(into, &key, value);
    }
}

/// Adds the elements of a later piece of a list.
pub fn elements(into: &mut Vec<Value>, pieces: Vec<Value>) {
    for piece in pieces {
        let at = into.iter().rposition(|known| continues(known, &piece));
        // Without an index only the last element can continue.
        let at = at.filter(|at| piece.get("index").is_some() || at + 1 == into.len());
        match (at, piece) {
            (Some(at), Value::Object(piece)) => {
                if let Some(Value::Object(known)) = into.get_mut(at) {
                    fields(known, piece);
                }
            }
            (_, piece) if into.len() < MAX_ELEMENTS => into.push(piece),
            _ => {}
        }
    }
}

/// Whether `piece` continues `known`.
fn continues(known: &Value, piece: &Value) -> bool {
    let (Some(known), Some(piece)) = (known.as_object(), piece.as_object()) else { return false };
    let differ = |key: &str| match (known.get(key), piece.get(key)) {
        (Some(a), Some(b)) => !a.is_null() && !b.is_null() && a != b,
        _ => false,
    };
    if differ("type") || differ("id") || differ("index") {
        return false;
    }
    if known.contains_key("index") && piece.contains_key("index") {
        return true;
    }
    let grows = |fields: &Map<String, Value>| GROWING.iter().any(|key| fields.contains_key(*key));
    // A signature ends an element.
    let signed = known.get("signature").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    known.contains_key("type") && known.get("type") == piece.get("type") && grows(known) && grows(piece) && !signed
}

/// Keeps a field that a decoder does not read, unless it is empty. Returns the size of the kept JSON in bytes, for
/// [`Sink::kept`](crate::provider::Sink::kept).
pub fn unread(into: &mut Map<String, Value>, key: &str, value: &mut Reader) -> Result<usize, Error> {
    // A value that exceeds the parser's depth is omitted.
    let raw = value.raw()?;
    match jsontext::from_str(raw) {
        Ok(piece) if !is_nothing(&piece) => {
            field(into, key, piece);
            Ok(raw.len())
        }
        _ => Ok(0),
    }
}

/// Whether a value is empty: some servers send every field of their specification.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn merged(pieces: &[Value]) -> Value {
        let mut out = Map::new();
        for piece in pieces {
            fields(&mut out, piece.as_object().unwrap().clone());
        }
        out.into()
    }

    #[test]
    fn texts_are_appended_and_other_values_are_replaced() {
        let pieces = [
            json!({"role": "assistant", "said": "a", "n": 1, "flag": false, "none": null, "o": {"s": "x", "k": 1}}),
            json!({"role": "assistant", "said": "b", "n": 2, "flag": true, "none": null, "o": {"s": "y", "l": 2}}),
        ];
        let wanted = json!({"role": "assistant", "said": "ab", "n": 2, "flag": true, "o": {"s": "xy", "k": 1, "l": 2}});
        assert_eq!(merged(&pieces), wanted);
        let signature = json!({"google": {"thought_signature": "SIGNATURE"}});
        assert_eq!(merged(&[json!({"extra": signature}), json!({"extra": signature})]), json!({"extra": signature}));
        assert_eq!(merged(&[json!({"text": "ha"}), json!({"text": "ha"})]), json!({"text": "haha"}));
    }

    #[test]
    fn elements_are_matched_by_their_index() {
        let piece = |index: u32, kind: &str, text: &str| json!({"d": [{"index": index, "type": kind, "text": text, "format": "f"}]});
        let out = merged(&[piece(0, "t", "a"), piece(1, "t", "x"), piece(0, "t", "b"), piece(0, "other", "o")]);
        assert_eq!(
            out,
            json!({"d": [
                {"index": 0, "type": "t", "text": "ab", "format": "f"}, {"index": 1, "type": "t", "text": "x", "format": "f"},
                {"index": 0, "type": "other", "text": "o", "format": "f"},
            ]})
        );
    }

    #[test]
    fn blocks_without_an_index_continue_until_their_signature() {
        let block = |text: &str, signature: Value| json!({"b": [{"type": "thinking", "thinking": text, "signature": signature}]});
        let redacted = json!({"b": [{"type": "redacted_thinking", "data": "d"}]});
        let pieces = [
            block("a", Value::Null),
            block("b", Value::Null),
            block("", json!("S1")),
            block("c", json!("S2")),
            redacted.clone(),
            redacted,
        ];
        assert_eq!(
            merged(&pieces),
            json!({"b": [
                {"type": "thinking", "thinking": "ab", "signature": "S1"}, {"type": "thinking", "thinking": "c", "signature": "S2"},
                {"type": "redacted_thinking", "data": "d"}, {"type": "redacted_thinking", "data": "d"},
            ]})
        );
    }

    #[test]
    fn lists_of_texts_are_appended_and_bounded() {
        assert_eq!(merged(&[json!({"l": ["a"]}), json!({"l": ["b", 1]})]), json!({"l": ["a", "b", 1]}));
        let many: Vec<Value> = (0..3 * MAX_ELEMENTS).map(|i| json!({"index": i})).collect();
        assert_eq!(merged(&[json!({"l": []}), json!({"l": many})])["l"].as_array().unwrap().len(), MAX_ELEMENTS);
    }
}
