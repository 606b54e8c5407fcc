//! The response model: a schema with the name and description its tool gets, always with an object at the root.
//!
//! APIs want an object there, users also ask for a list, a union, an enum or a number. What is no object becomes the
//! one member of a wrapper, named as Python's Instructor names it, and the plan takes it out again:
//!
//! ```text
//! object                      → as it is          name = title
//! list of object models       → {tasks: [...]}    IterableUser, IterableUserOrCompany
//! anything else               → {content: ...}    Response
//! maybe(User)                 → {result, error, message}   MaybeUser  (not unwrapped)
//! ```

mod wrapper;

use self::wrapper::{element_name, has_root_ref, tasks, wrapped};
use super::cache::Rendered;
use super::merge::merge;
use super::names::{free, sanitise};
use super::normal::normalise;
use super::refs::{definition, prune, rebase};
use crate::error::Error;
use crate::json::wrapper::Wrapper;
use crate::obj;
use crate::schema::put::Put;
use serde_json::{Map, Value};

#[derive(Debug, Clone)]
pub struct ResponseModel {
    /// The tool's name: `^[A-Za-z0-9_-]{1,64}$`.
    pub name: String,
    /// The user's description, or the wrapper's; `None` when the schema has none.
    pub description: Option<String>,
    original: Value,
    schema: Map<String, Value>,
    wrapper: Option<Wrapper>,
    pub(super) rendered: Rendered,
}

impl ResponseModel {
    /// A model from a JSON Schema of any draft. `name` and `description` win over the schema's own.
    pub fn new(schema: &Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        ResponseModel::of_value(schema.clone(), name, description)
    }

    /// The same of a schema that nobody else needs.
    pub fn of_value(original: Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        let root = normalise(&original)?;
        if !says_something(&root) {
            return Err(says_nothing());
        }
        let root = resolved(root);
        if is_object(&root) {
            return Ok(ResponseModel {
                name: sanitise(name.or_else(|| text(&root, "title")).unwrap_or("Response")),
                description: description.or_else(|| text(&root, "description")).map(str::to_owned),
                original,
                schema: root,
                wrapper: None,
                rendered: Rendered::default(),
            });
        }
        Ok(wrapped(original, root, name, description))
    }

    /// A list of `schema`'s: what `createIterable` asks for when it is given the element's model. The answer is the list.
    pub fn iterable(schema: &Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        let mut root = normalise(schema)?;
        if !says_something(&root) {
            return Err(says_nothing());
        }
        let defs = root.shift_remove("$defs");
        let mut element = Value::Object(root);
        let label = name.map(str::to_owned).or_else(|| {
            let lookup = defs.as_ref().map(|defs| Map::from_iter([("$defs".to_owned(), defs.clone())]));
            element_name(&lookup.unwrap_or_default(), &element)
        });
        let label = label.or_else(|| element.get("title").and_then(Value::as_str).map(str::to_owned));
        let label = sanitise(label.as_deref().unwrap_or("Item"));
        let mut list = Map::new();
        // A named object is referred to, as pydantic does: one definition, no copy.
        let named = element.get("$ref").is_none() && element.get("title").is_some() && element.get("anyOf").is_none();
        let mut defs = match defs {
            Some(Value::Object(defs)) => defs,
            _ => Map::new(),
        };
        if named || has_root_ref(&element) || defs.values().any(has_root_ref) {
            let free = free(&defs, &label);
            let target = format!("#/$defs/{free}");
            rebase(&mut element, &target);
            defs.values_mut().for_each(|def| rebase(def, &target));
            defs.insert(free, element);
            element = obj! { "$ref": target };
        }
        if !defs.is_empty() {
            list.put("$defs", Value::Object(defs));
        }
        list.put("items", element);
        list.put("type", "array".into());
        let mut model = tasks(list, &label, None, None);
        if let Some(description) = description {
            model.describe(description);
        }
        model.original = obj! { "type": "array", "items": schema };
        Ok(model)
    }

    /// `{result: schema | null, error, message}`, so that the model can say that there is nothing to extract.
    pub fn maybe(schema: &Value, name: Option<&str>) -> Result<ResponseModel, Error> {
        let inner = ResponseModel::new(schema, name, None)?;
        let name = inner.name.clone();
        let mut own = inner.schema;
        let mut defs = match own.shift_remove("$defs") {
            Some(Value::Object(defs)) => defs,
            _ => Map::new(),
        };
        let free = free(&defs, &name);
        let target = format!("#/$defs/{free}");
        let mut own = Value::Object(own);
        rebase(&mut own, &target);
        defs.values_mut().for_each(|def| rebase(def, &target));
        defs.insert(free, own);
        let null = obj! { "type": "null" };
        let result = obj! {
            "anyOf": vec![obj! { "$ref": target }, null.clone()],
            "default": Value::Null,
            "description": "Correctly extracted result from the model, if any, otherwise None",
        };
        let message = obj! {
            "anyOf": vec![obj! { "type": "string" }, null],
            "default": Value::Null,
            "description": "Error message if no result was found, should be short and concise",
            "title": "Message",
        };
        let schema = obj! {
            "$defs": defs,
            "properties": obj! {
                "result": result,
                "error": obj! { "default": false, "title": "Error", "type": "boolean" },
                "message": message,
            },
            "title": format!("Maybe{name}"),
            "type": "object",
        };
        ResponseModel::new(&schema, None, None)
    }

    /// The members of a list schema, one tool each (PARALLEL_TOOLS): `Iterable[Union[A, B]]` as Python writes it.
    pub fn parallel(schema: &Value) -> Result<Vec<ResponseModel>, Error> {
        let root = normalise(schema)?;
        let items = root.get("items").ok_or_else(|| {
            Error::configuration(
                "Parallel tools need a list of models: pass an array of response models, or an array schema whose \
                 `items` is one model or an `anyOf` of models.",
            )
        })?;
        let defs = root.get("$defs");
        let members = match items.get("anyOf").or_else(|| items.get("oneOf")) {
            Some(Value::Array(list)) => list.as_slice(),
            _ => std::slice::from_ref(items),
        };
        let mut models = Vec::new();
        for member in members {
            let mut member = member.clone();
            if let (Value::Object(map), Some(defs)) = (&mut member, defs) {
                map.put("$defs", defs.clone());
            }
            models.push(ResponseModel::new(&member, None, None)?);
        }
        Ok(models)
    }

    /// The schema as the caller gave it: what a restored answer must fit.
    pub fn original(&self) -> &Value {
        &self.original
    }

    /// The schema with an object at its root, in draft 2020-12.
    pub fn schema(&self) -> &Map<String, Value> {
        &self.schema
    }

    /// The wrapper that the schema puts around the answer.
    pub fn wrapper(&self) -> Option<Wrapper> {
        self.wrapper
    }

    fn describe(&mut self, description: &str) {
        self.description = Some(description.to_owned());
        self.schema.put("description", description.into());
    }
}

fn says_nothing() -> Error {
    Error::configuration(
        "The response model says nothing about the answer (an empty schema accepts anything), so it is not sent. Give it a \
         `type`, `properties`, `enum`, `anyOf` or `$ref`; for free JSON use {\"type\": \"object\", \
         \"additionalProperties\": true}, for the raw answer no response model at all.",
    )
    .with("parameter", "responseModel")
}

const SAYING: &[&str] = &[
    "type",
    "properties",
    "items",
    "enum",
    "const",
    "anyOf",
    "oneOf",
    "allOf",
    "$ref",
    "prefixItems",
    "additionalProperties",
    "patternProperties",
    "required",
    "not",
    "if",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
];

fn says_something(root: &Map<String, Value>) -> bool {
    SAYING.iter().any(|key| root.get(*key).is_some_and(|value| !value.as_object().is_some_and(Map::is_empty)))
        || root.get("type").is_some()
}

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| !text.is_empty())
}

/// A root that is only a reference gets the target's keywords, so that APIs find properties there.
fn resolved(mut root: Map<String, Value>) -> Map<String, Value> {
    // Each step follows one reference; a circle of references ends by the bound.
    for _ in 0..16 {
        let Some(reference) = root.get("$ref").and_then(Value::as_str) else { break };
        let Some(Value::Object(target)) = definition(&root, reference) else { break };
        // What stands beside the reference holds as well.
        let own = root.iter().filter(|(key, _)| !matches!(key.as_str(), "$ref" | "$defs"));
        let own: Map<String, Value> = own.map(|(key, value)| (key.clone(), value.clone())).collect();
        let Some(whole) = merge(target, &own) else { break };
        let mut out = Map::new();
        if let Some(defs) = root.get("$defs") {
            out.put("$defs", defs.clone());
        }
        out.extend(whole);
        root = out;
    }
    prune(&mut root);
    root
}

/// An object that every API takes at the root: no alternatives there.
fn is_object(map: &Map<String, Value>) -> bool {
    if ["anyOf", "oneOf", "enum", "const", "not", "$ref"].iter().any(|key| map.contains_key(*key)) {
        return false;
    }
    match map.get("type") {
        Some(name) => name == "object",
        None => ["properties", "additionalProperties", "patternProperties", "required"]
            .iter()
            .any(|key| map.contains_key(*key)),
    }
}
