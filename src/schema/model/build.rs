//! The constructors of a response model.

use super::ResponseModel;
use super::root::{constrains, is_object, resolved, text, unconstrained};
use super::wrapper::{element_name, has_root_ref, tasks, wrapped};
use crate::error::Error;
use crate::obj;
use crate::schema::cache::RenderCache;
use crate::schema::names::{free, sanitise};
use crate::schema::normal::normalise;
use crate::schema::put::Put;
use crate::schema::refs::rebase;
use serde_json::{Map, Value};

impl ResponseModel {
    /// A model from a JSON Schema of any draft. `name` and `description` win over the schema's own.
    pub fn new(schema: &Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        ResponseModel::of_value(schema.clone(), name, description)
    }

    /// The same for an owned schema.
    pub fn of_value(original: Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        let root = normalise(&original)?;
        if !constrains(&root) {
            return Err(unconstrained());
        }
        let root = resolved(root);
        if !is_object(&root) {
            return Ok(wrapped(original, root, name, description));
        }
        let mut model = ResponseModel {
            name: sanitise(name.or_else(|| text(&root, "title")).unwrap_or("Response")),
            description: text(&root, "description").map(str::to_owned),
            original,
            schema: root,
            wrapper: None,
            iterable: false,
            rendered: RenderCache::default(),
        };
        if let Some(description) = description {
            model.describe(description);
        }
        Ok(model)
    }

    /// A model for a list of `schema`, for `createIterable` with the model of an element. The value is the list.
    #[inline(never)]
    pub fn iterable(schema: &Value, name: Option<&str>, description: Option<&str>) -> Result<ResponseModel, Error> {
        let mut root = normalise(schema)?;
        if !constrains(&root) {
            return Err(unconstrained());
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
        // A named object becomes a definition, as in pydantic.
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
        model.iterable = true;
        Ok(model)
    }

    /// `{result: schema | null, error, message}`, so that the model can report that there is nothing to extract.
    #[inline(never)]
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
}
