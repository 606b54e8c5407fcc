//! The expected answer, as far as finding it in a text needs: the keys of the requested object, and the values that may
//! replace it if a model omits the wrapper.

use crate::json::wrapper::Wrapper;
use crate::pointer::resolve;
use serde_json::Value;
use std::rc::Rc;

/// Maximum number of keys of one object that are known by name, and maximum depth of references and unions.
const MAX_NAMES: usize = 512;
const MAX_DEPTH: usize = 8;

type Fits = Rc<dyn Fn(&Value) -> bool>;

/// The default accepts every object and every list.
#[derive(Clone)]
pub struct Shape {
    /// The name of the tool or model, to recognise a call of it in a text.
    pub(super) name: String,
    pub(super) object: Keys,
    /// The wrapper around the answer, if the schema has one.
    pub(super) wrapper: Option<Wrapper>,
    /// The object that is accepted without the wrapper.
    pub(super) bare: Option<Keys>,
    /// Several of these objects in a row are the requested list.
    pub(super) sequence: bool,
    /// The elements of a list that is accepted without the wrapper.
    pub(super) items: Option<Kinds>,
    /// Whether a value fits the schema; called for candidates with the same score.
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
    /// The shape for the schema of a root object, and its wrapper, if any.
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

    /// Sets the function that compares candidates of the same rank.
    pub fn fitting(mut self, fits: impl Fn(&Value) -> bool + 'static) -> Shape {
        self.fits = Some(Rc::new(fits));
        self
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The member of the root that contains the answer.
    pub fn wrapper(&self) -> Option<&'static str> {
        self.wrapper.map(Wrapper::key)
    }

    /// Every object and list is accepted.
    pub(super) fn is_any(&self) -> bool {
        self.wrapper.is_none() && self.items.is_some()
    }

    /// Whether the object itself has this key.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.object.knows(key)
    }
}

/// The keys of an object.
#[derive(Clone, Default)]
pub(super) struct Keys {
    /// Other keys are allowed.
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

/// The types of values that a place accepts.
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
                    // A key that one branch requires may be absent in another.
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

/// The types of the elements of the lists that a schema accepts; `None` if it accepts no list.
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
