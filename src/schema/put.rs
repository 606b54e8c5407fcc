//! Insertion into a JSON object.

use serde_json::{Map, Value};

/// Inserts under a literal key. A function that is not inlined, because every inlined insertion adds to the size of the module.
pub trait Put {
    fn put(&mut self, key: &str, value: Value);
}

impl Put for Map<String, Value> {
    #[inline(never)]
    fn put(&mut self, key: &str, value: Value) {
        self.insert(key.to_owned(), value);
    }
}
