//! The objects of a text with all their members in order, repeated keys included, also of an object that is cut off.

use crate::json::lenient::coercion::short;
use crate::json::ops::Ops;
use crate::json::options::{Leniency, Options};
use crate::json::value_parser::ValueParser;
use crate::json::work;
use crate::jsontext;
use serde_json::{Map, Value};

/// Maximum number of values at the root of a text.
const MAX_ROOTS: usize = 64;

pub struct Node {
    pub kind: Kind,
    /// Its last byte was read.
    pub complete: bool,
}

pub enum Kind {
    Object(Vec<(String, Node)>),
    List(Vec<Node>),
    /// A text that is cut off; `null` for a member whose value has not begun.
    Scalar(Value),
}

/// A value at the root of a text.
pub struct Root {
    pub node: Node,
    /// Where the JSON is invalid.
    pub broken: Option<usize>,
}

/// The objects and lists of a text, in order. The work is linear: the search continues where a value ends or is invalid.
pub fn roots(text: &str) -> Vec<Root> {
    let mut parser = ValueParser::new(Options { leniency: Leniency::Relaxed, ..Options::default() });
    let mut roots = Vec::new();
    let mut at = 0;
    while roots.len() < MAX_ROOTS
        && let Some(offset) = memchr::memchr2(b'{', b'[', text.as_bytes().get(at..).unwrap_or_default())
    {
        let start = at + offset;
        work::count(offset);
        let mut builder = Builder::default();
        parser.begin();
        let (end, broken) = match parser.read(text, start, &mut builder) {
            Ok((end, true)) => (end, None),
            Ok((end, false)) => {
                builder.cut(false);
                (end, None)
            }
            Err((place, _)) => {
                builder.cut(true);
                (place.max(start + 1), Some(place))
            }
        };
        roots.extend(builder.root.map(|node| Root { node, broken }));
        at = end;
    }
    roots
}

#[derive(Default)]
struct Builder {
    /// The open containers with their own keys, outermost first.
    open: Vec<(String, Kind)>,
    key: String,
    /// The value of the key has not begun.
    waiting: bool,
    string: Option<String>,
    root: Option<Node>,
}

impl Builder {
    fn add(&mut self, kind: Kind, complete: bool) {
        self.waiting = false;
        let node = Node { kind, complete };
        match self.open.last_mut().map(|(_, container)| container) {
            Some(Kind::Object(members)) => members.push((std::mem::take(&mut self.key), node)),
            Some(Kind::List(items)) => items.push(node),
            _ => self.root = Some(node),
        }
    }

    /// Ends the text inside the value. The last value before invalid JSON is incomplete: `"a" or "b"` is not `"a"`.
    fn cut(&mut self, broken: bool) {
        if let Some(text) = self.string.take() {
            self.add(Kind::Scalar(text.into()), false);
        } else if self.waiting {
            self.add(Kind::Scalar(Value::Null), false);
        } else if broken {
            let last = match self.open.last_mut().map(|(_, container)| container) {
                Some(Kind::Object(members)) => members.last_mut().map(|(_, node)| node),
                Some(Kind::List(items)) => items.last_mut(),
                _ => None,
            };
            last.into_iter().for_each(|node| node.complete = false);
        }
        while let Some((key, container)) = self.open.pop() {
            self.key = key;
            self.add(container, false);
        }
    }
}

impl Ops for Builder {
    fn root(&mut self) {}
    fn root_done(&mut self) {}
    fn root_dropped(&mut self) {}
    fn open(&mut self, object: bool) {
        self.waiting = false;
        let container = if object { Kind::Object(Vec::new()) } else { Kind::List(Vec::new()) };
        self.open.push((std::mem::take(&mut self.key), container));
    }
    fn close(&mut self) {
        if let Some((key, container)) = self.open.pop() {
            self.key = key;
            self.add(container, true);
        }
    }
    fn key(&mut self, key: &str) {
        self.key.clear();
        self.key.push_str(key);
        self.waiting = true;
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
        if let Some(text) = self.string.take() {
            self.add(Kind::Scalar(text.into()), true);
        }
    }
    fn number(&mut self, text: &str) {
        // A number beyond the range of f64 is not read.
        let value = jsontext::from_str(text);
        let read = value.is_ok();
        self.add(Kind::Scalar(value.unwrap_or_default()), read);
    }
    fn literal(&mut self, value: Option<bool>) {
        self.add(Kind::Scalar(value.map_or(Value::Null, Value::Bool)), true);
    }
}

/// Adds a member, unless the object has its key.
pub fn put_new(object: &mut Map<String, Value>, key: &str, value: impl FnOnce() -> Value) {
    if !object.contains_key(key) {
        object.insert(key.to_owned(), value());
    }
}

impl Node {
    /// The form in which a coercion quotes it.
    pub fn short(&self) -> Value {
        match &self.kind {
            Kind::Object(_) => "{…}".into(),
            Kind::List(_) => "[…]".into(),
            Kind::Scalar(value) => short(value),
        }
    }

    /// The value, with the first value of a repeated key; what is cut off is left out.
    pub fn value(&self) -> Value {
        match &self.kind {
            Kind::Object(members) => {
                let mut value = Map::new();
                for (key, node) in members.iter().filter(|(_, node)| node.complete) {
                    put_new(&mut value, key, || node.value());
                }
                Value::Object(value)
            }
            Kind::List(items) => items.iter().filter(|node| node.complete).map(Node::value).collect(),
            Kind::Scalar(value) => value.clone(),
        }
    }
}
