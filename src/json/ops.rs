//! The events of the incremental parser ([`Ops`]), and their simplest receiver: [`Tree`] builds a `serde_json::Value`.
//!
//! Every event occurs once and in document order. A value is complete when its string, number, literal or container
//! closes.

use crate::jsontext;
use serde_json::{Map, Value};

/// Receives the events of the parser.
pub trait Ops {
    /// A value begins at the root. It replaces an earlier one.
    fn root(&mut self);
    /// The root value is complete.
    fn root_done(&mut self);
    /// The last root value is not valid JSON: the last complete one before it applies, or none.
    fn root_dropped(&mut self);
    fn open(&mut self, object: bool);
    fn close(&mut self);
    /// The key of the next value.
    fn key(&mut self, key: &str);
    fn string_open(&mut self);
    /// More of the open string; never empty.
    fn string_text(&mut self, text: &str);
    fn string_close(&mut self);
    /// A complete number, as valid JSON text.
    fn number(&mut self, text: &str);
    /// `true`, `false`, or `null` (`None`).
    fn literal(&mut self, value: Option<bool>);
}

/// Builds the value, whose partial state is available at any time.
#[derive(Default)]
pub struct Tree {
    /// The open containers, outermost first; a child joins its parent when it closes.
    open: Vec<(Value, String)>,
    key: String,
    string: Option<String>,
    /// The last complete root value.
    complete: Option<Value>,
    /// The current root is incomplete.
    live: bool,
}

impl Tree {
    pub fn new() -> Self {
        Tree::default()
    }

    /// A copy of the value so far; `None` before it begins.
    pub fn snapshot(&self) -> Option<Value> {
        if !self.live {
            return self.complete.clone();
        }
        let mut child = self.string.clone().map(Value::String);
        let mut key = &self.key;
        for (container, own_key) in self.open.iter().rev() {
            let mut container = container.clone();
            if let Some(child) = child {
                join(&mut container, key, child);
            }
            child = Some(container);
            key = own_key;
        }
        child
    }

    /// The last complete root value.
    pub fn into_complete(self) -> Option<Value> {
        self.complete
    }

    fn value(&mut self, value: Value) {
        match self.open.last_mut() {
            Some((container, _)) => join(container, &self.key, value),
            None => {
                self.complete = Some(value);
                self.live = false;
            }
        }
    }
}

fn join(container: &mut Value, key: &str, child: Value) {
    match container {
        Value::Object(members) => {
            members.insert(key.to_owned(), child);
        }
        Value::Array(list) => list.push(child),
        _ => {}
    }
}

impl Ops for Tree {
    fn root(&mut self) {
        self.live = true;
    }
    fn root_done(&mut self) {}
    fn root_dropped(&mut self) {
        self.open.clear();
        self.string = None;
        self.live = false;
    }
    fn open(&mut self, object: bool) {
        let container = if object { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
        self.open.push((container, std::mem::take(&mut self.key)));
    }
    fn close(&mut self) {
        if let Some((container, key)) = self.open.pop() {
            self.key = key;
            self.value(container);
        }
    }
    fn key(&mut self, key: &str) {
        self.key.clear();
        self.key.push_str(key);
    }
    fn string_open(&mut self) {
        self.string = Some(String::new());
    }
    fn string_text(&mut self, text: &str) {
        if let Some(string) = &mut self.string {
            string.push_str(text);
        }
    }
    fn string_close(&mut self) {
        if let Some(string) = self.string.take() {
            self.value(Value::String(string));
        }
    }
    fn number(&mut self, text: &str) {
        // Only a number beyond the range of f64 fails here; it becomes the largest one.
        let value = jsontext::from_str(text)
            .unwrap_or_else(|_| Value::from(if text.starts_with('-') { f64::MIN } else { f64::MAX }));
        self.value(value);
    }
    fn literal(&mut self, value: Option<bool>) {
        self.value(value.map_or(Value::Null, Value::Bool));
    }
}
