//! What an answer should look like, as far as finding it in a text needs to know: the keys of the object that was asked
//! for, and what may stand in its place when a model leaves its wrapper out.

use crate::json::wrapper::Wrapper;
use crate::pointer::resolve;
use serde_json::Value;
use std::rc::Rc;

/// Most keys of one object that are known by name, and how deep references and unions are followed for them.
const MAX_NAMES: usize = 512;
const MAX_DEPTH: usize = 8;

type Fits = Rc<dyn Fn(&Value) -> bool>;

/// The default takes every object and every list.
#[derive(Clone)]
pub struct Shape {
    /// The name of the tool or model: a call of it that is written as text is opened.
    pub(super) name: String,
    pub(super) object: Keys,
    /// The member of the root object that holds the answer, where the model's root was wrapped.
    pub(super) wrapper: Option<Wrapper>,
    /// The object that may stand there without the wrapper.
    pub(super) bare: Option<Keys>,
    /// Such objects one after the other are the list that was asked for.
    pub(super) sequence: bool,
    /// The elements of a list that may stand there without the wrapper.
    pub(super) items: Option<Kinds>,
    /// Whether a value fits the schema; asked when two candidates look alike.
    pub(super) fits: Option<Fits>,
}

impl Default for Shape {
    fn default() -> Self {
        Shape {
            name: String::new(),
            object: Keys { open: true, ..Keys::default() },
            wrapper: None,
            bare: None,
            sequence: false,
            items: Some(Kinds::all()),
            fits: None,
        }
    }
}

impl Shape {
    /// The shape that the schema of a root object describes, and the wrapper that it is, if any.
    pub fn of(schema: &Value, wrapper: Option<Wrapper>, name: &str) -> Shape {
        let mut shape =
            Shape { name: name.to_owned(), object: Keys::of(schema, schema), items: None, wrapper, ..Shape::default() };
        if let Some(inner) = wrapper.and_then(|wrapper| schema.get("properties")?.get(wrapper.key())) {
            shape.items = elements(schema, inner);
            shape.sequence = wrapper == Some(Wrapper::Tasks);
            shape.bare = match &shape.items {
                Some(items) if shape.sequence => items.objects.clone(),
                _ => {
                    let mut kinds = Kinds::default();
                    kinds.add(schema, inner, 0);
                    kinds.objects
                }
            };
        }
        shape
    }

    /// Tells two candidates of the same rank apart.
    pub fn fitting(mut self, fits: impl Fn(&Value) -> bool + 'static) -> Shape {
        self.fits = Some(Rc::new(fits));
        self
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The member of the root that holds the answer.
    pub fn wrapper(&self) -> Option<&'static str> {
        self.wrapper.map(Wrapper::key)
    }

    /// Anything is taken.
    pub(super) fn is_any(&self) -> bool {
        self.wrapper.is_none() && self.items.is_some()
    }

    /// A key of the object itself.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.object.knows(key)
    }
}

/// The keys of an object.
#[derive(Clone, Default)]
pub(super) struct Keys {
    /// It may have keys that are not named.
    pub open: bool,
    names: Vec<String>,
    pub required: Vec<String>,
}

impl Keys {
    fn of(root: &Value, schema: &Value) -> Keys {
        let mut keys = Keys::default();
        keys.add(root, schema, 0, true);
        keys.open |= keys.names.is_empty();
        keys
    }

    fn add(&mut self, root: &Value, schema: &Value, depth: usize, all: bool) {
        if depth > MAX_DEPTH || self.names.len() > MAX_NAMES {
            self.open = true;
            return;
        }
        let schema = resolve(root, schema).unwrap_or(schema);
        for (name, _) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if !self.knows(name) {
                self.names.push(name.clone());
            }
        }
        let others = schema.get("additionalProperties");
        self.open |= others.is_some_and(|others| *others != Value::Bool(false));
        self.open |= schema.get("patternProperties").is_some();
        if all {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            self.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
        }
        for (keyword, all) in [("allOf", all), ("anyOf", false), ("oneOf", false)] {
            for part in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.add(root, part, depth + 1, all);
            }
        }
    }

    pub fn knows(&self, key: &str) -> bool {
        self.names.iter().any(|name| name == key)
    }
}

/// The kinds of values that may stand in a place.
#[derive(Clone, Default)]
pub(super) struct Kinds {
    pub objects: Option<Keys>,
    pub texts: bool,
    pub numbers: bool,
    pub literals: bool,
    pub lists: bool,
}

impl Kinds {
    fn all() -> Kinds {
        let objects = Some(Keys { open: true, ..Keys::default() });
        Kinds { objects, texts: true, numbers: true, literals: true, lists: true }
    }

    fn add(&mut self, root: &Value, schema: &Value, depth: usize) {
        let schema = resolve(root, schema).unwrap_or(schema);
        if depth > MAX_DEPTH {
            *self = Kinds::all();
            return;
        }
        let mut unions = false;
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for part in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                unions = true;
                self.add(root, part, depth + 1);
            }
        }
        let values = schema.get("enum").and_then(Value::as_array).map(Vec::as_slice);
        let constant = schema.get("const").map(std::slice::from_ref);
        match schema.get("type") {
            Some(Value::String(name)) => self.add_type(name, root, schema),
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).for_each(|name| self.add_type(name, root, schema));
            }
            _ if schema.get("properties").is_some() => self.add_type("object", root, schema),
            _ => match values.or(constant) {
                Some(values) => values.iter().for_each(|value| self.add_type(type_of(value), root, schema)),
                None if unions => {}
                None => *self = Kinds::all(),
            },
        }
    }

    fn add_type(&mut self, name: &str, root: &Value, schema: &Value) {
        match name {
            "object" => {
                let mut keys = Keys::of(root, schema);
                if let Some(known) = self.objects.take() {
                    keys.open |= known.open;
                    keys.names.extend(known.names);
                    // What one branch requires another need not have.
                    keys.required.clear();
                }
                self.objects = Some(keys);
            }
            "array" => self.lists = true,
            "string" => self.texts = true,
            "number" | "integer" => self.numbers = true,
            _ => self.literals = true,
        }
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Object(_) => "object",
        Value::Array(_) => "array",
        Value::String(_) => "string",
        Value::Number(_) => "number",
        _ => "null",
    }
}

/// The kinds of the elements of the lists that a schema takes; `None` when it takes none.
fn elements(root: &Value, schema: &Value) -> Option<Kinds> {
    let mut kinds = Kinds::default();
    let mut found = false;
    let mut waiting = vec![(schema, 0)];
    while let Some((schema, depth)) = waiting.pop() {
        let schema = resolve(root, schema).unwrap_or(schema);
        if depth > MAX_DEPTH {
            continue;
        }
        let is_list = match schema.get("type") {
            Some(Value::String(name)) => name == "array",
            Some(Value::Array(names)) => names.iter().any(|name| name == "array"),
            _ => false,
        };
        if is_list {
            found = true;
            match schema.get("items") {
                Some(items @ Value::Object(_)) if schema.get("prefixItems").is_none() => kinds.add(root, items, 0),
                _ => kinds = Kinds::all(),
            }
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            let parts = schema.get(keyword).and_then(Value::as_array).into_iter().flatten();
            waiting.extend(parts.map(|part| (part, depth + 1)));
        }
    }
    found.then_some(kinds)
}
