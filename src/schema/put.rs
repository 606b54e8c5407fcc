//! Insertion into a JSON object.

use serde_json::{Map, Value};

/// Inserts under a literal key; one function, because every insertion written out costs size.
pub trait Put {
    fn put(&mut self, key: &str, value: Value);
}

impl Put for Map<String, Value> {
    #[inline(never)]
    fn put(&mut self, key: &str, value: Value) {
        self.insert(key.to_owned(), value);
    }
}
