//! Renames keys that are spelled differently from the schema.

use super::super::scalar::folded;
use super::Align;
use serde_json::{Map, Value};
use std::rc::Rc;

impl<'a> Align<'a> {
    /// Renames keys that differ from a property in case and separators only, or are one of its aliases.
    pub(super) fn renamed(
        &mut self,
        members: Map<String, Value>,
        properties: &'a Map<String, Value>,
    ) -> Map<String, Value> {
        if members.keys().all(|key| properties.contains_key(key)) {
            return members;
        }
        let spelt = match self.spelt.iter().find(|(known, _)| std::ptr::eq(*known, properties)) {
            Some((_, spelt)) => Rc::clone(spelt),
            None => {
                let spelt = Rc::new(Spellings::of(properties));
                self.spelt.push((properties, Rc::clone(&spelt)));
                spelt
            }
        };
        let mut given = Map::new();
        for key in members.keys().filter(|key| properties.contains_key(*key)) {
            given.insert(key.clone(), Value::Null);
        }
        let mut out = Map::new();
        for (key, value) in members {
            let name = spelt.get(&key).filter(|_| self.listed > 0).unwrap_or(&key);
            if properties.contains_key(&key) || given.contains_key(name) || name == key {
                out.insert(key, value);
                continue;
            }
            given.insert(name.to_owned(), Value::Null);
            self.path.push(Value::from(name));
            self.note(&Value::from(key.as_str()), &Value::from(name), "key by case, separators or alias");
            self.path.pop();
            out.insert(name.to_owned(), value);
        }
        out
    }
}

/// The properties of an object by their spellings, without case and separators.
pub struct Spellings(Map<String, Value>);

impl Spellings {
    pub fn of(properties: &Map<String, Value>) -> Spellings {
        // Null if two properties have the spelling.
        let mut spelt = Map::new();
        for (name, schema) in properties {
            for word in std::iter::once(name.as_str()).chain(words_of(schema)).map(folded) {
                let known = spelt.get(&word).is_none_or(|known| known == name);
                spelt.insert(word, if known { Value::from(name.as_str()) } else { Value::Null });
            }
        }
        Spellings(spelt)
    }

    /// The only property that a key may mean.
    pub fn get(&self, key: &str) -> Option<&str> {
        let word = folded(key);
        self.0.get(&word).filter(|_| !word.is_empty())?.as_str()
    }
}

/// The aliases of a property: the values of keywords such as `x-alias` and `x-aliases`.
pub(super) fn words_of(schema: &Value) -> impl Iterator<Item = &str> {
    let keywords = schema.as_object().into_iter().flatten();
    let named =
        keywords.filter(|(key, _)| key.starts_with("x-") && (key.ends_with("alias") || key.ends_with("aliases")));
    named
        .flat_map(|(_, value)| match value {
            Value::Array(words) => words.as_slice(),
            one => std::slice::from_ref(one),
        })
        .filter_map(Value::as_str)
}
