//! Removes or adds one layer: an object or array around the value, a list around a lone item, an object around the value
//! of its only property. Only one layer is changed, so the search ends.

use super::Align;
use super::kinds::has_type;
use crate::json::lenient::coercion::LONE_ITEM;
use serde_json::{Map, Value};

impl<'a> Align<'a> {
    /// Tries the value inside an object or array of one, a list of the value, and an object with the value as its only
    /// property.
    pub(super) fn unwrapped(&mut self, value: Value, schema: &'a Value, depth: usize) -> (Value, u32) {
        if !self.values || self.layered || !self.affords(&value, 2) {
            return (value, 2);
        }
        let (inner, why) = match &value {
            Value::Object(members) if members.len() == 1 => {
                (members.values().next(), "unwrapped from an object of one key")
            }
            Value::Array(items) if items.len() == 1 && !has_type(schema, "array") => {
                (items.first(), "unwrapped from an array of one")
            }
            _ => (None, ""),
        };
        if let Some(inner) = inner
            && let Some(inner) = self.layer(inner.clone(), schema, depth)
        {
            self.note(&value, &inner, why);
            return (inner, 0);
        }
        if has_type(schema, "array")
            && !value.is_null()
            && !value.is_array()
            && let Some(item) = schema.get("items").filter(|item| item.is_object())
            && let Some(item) = self.layer(value.clone(), item, depth)
        {
            let list = Value::Array(vec![item]);
            self.note(&value, &list, LONE_ITEM);
            return (list, 0);
        }
        match self.implied(&value, schema, depth) {
            Some(object) => (object, 0),
            None => (value, 2),
        }
    }

    /// The object whose only property is required and accepts the value. Texts are excluded, because they fit too many
    /// schemas, and lists of numbers, because they are often footnotes.
    pub(super) fn implied(&mut self, value: &Value, schema: &'a Value, depth: usize) -> Option<Value> {
        let properties = schema.get("properties")?.as_object().filter(|properties| properties.len() == 1)?;
        let (name, wanted) = properties.iter().next()?;
        let is_required = schema.get("required")?.as_array()?.iter().any(|required| required == name);
        let wanted = self.resolve(wanted);
        let is_meant = match value {
            Value::Null | Value::String(_) => false,
            Value::Array(items) => has_type(wanted, "array") && items.first().is_some_and(|item| !item.is_number()),
            // A schema without constraints accepts any object.
            Value::Object(_) => ["properties", "anyOf", "oneOf"].iter().any(|keyword| wanted.get(keyword).is_some()),
            _ => true,
        };
        if self.layered || !is_required || !is_meant {
            return None;
        }
        self.path.push(Value::from(name.as_str()));
        let held = self.layer(value.clone(), wanted, depth);
        self.path.pop();
        let object = Value::Object(Map::from_iter([(name.clone(), held?)]));
        self.note(value, &object, "read as what the object's only property holds");
        Some(object)
    }

    /// The value, if it fits without another layer.
    fn layer(&mut self, value: Value, schema: &'a Value, depth: usize) -> Option<Value> {
        let noted = self.made.len();
        self.layered = true;
        let (value, misfits) = self.value(value, schema, depth + 1);
        self.layered = false;
        if misfits > 0 {
            self.made.truncate(noted);
        }
        (misfits == 0).then_some(value)
    }
}
