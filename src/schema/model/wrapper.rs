//! The object around a response model that is not an object: `{tasks: [...]}` or `{content: …}`
//! (docs/internals/behaviour.md#list-wrapping).

use super::ResponseModel;
use super::root::{is_object, text};
use crate::json::wrapper::Wrapper;
use crate::obj;
use crate::schema::cache::RenderCache;
use crate::schema::names::{free, sanitise};
use crate::schema::put::Put;
use crate::schema::refs::{definition, each_ref, rebase};
use serde_json::{Map, Value};

#[inline(never)]
pub(super) fn wrapped(
    original: Value,
    mut root: Map<String, Value>,
    name: Option<&str>,
    description: Option<&str>,
) -> ResponseModel {
    let element = match (root.get("type"), root.get("items")) {
        (Some(Value::String(kind)), Some(items)) if kind == "array" => element_name(&root, items),
        _ => None,
    };
    let mut model = match element {
        Some(label) => {
            let own = text(&root, "description").map(str::to_owned);
            root.shift_remove("title");
            tasks(root, &label, name, own.as_deref())
        }
        None => content(root, name),
    };
    if let Some(description) = description {
        model.describe(description);
    }
    model.original = original;
    model
}

/// The start of the description of a list, of the object around it, and the description of the object around other values.
const SEGMENTED: &str = "Correctly segmented list of ";
const SEGMENTATION: &str = "Correct segmentation of ";
const EXTRACTED: &str = "Correctly Formatted and Extracted Response.";

/// The description of a schema, if it is one that a wrapper adds.
pub fn wrapper_description(schema: &Value) -> Option<&str> {
    let text = schema.get("description")?.as_str()?;
    (text.starts_with(SEGMENTED) || text.starts_with(SEGMENTATION) || text == EXTRACTED).then_some(text)
}

/// `{tasks: [...]}`. The list is required, so that no tasks are an empty list.
#[inline(never)]
pub(super) fn tasks(mut list: Map<String, Value>, label: &str, name: Option<&str>, own: Option<&str>) -> ResponseModel {
    let defs = list.shift_remove("$defs");
    let mut member = Map::new();
    let text = own.map_or_else(|| format!("{SEGMENTED}`{label}` tasks"), str::to_owned);
    member.put("description", text.into());
    for (key, value) in list {
        member.entry(key).or_insert(value);
    }
    member.put("title", "Tasks".into());
    let name = sanitise(&name.map_or_else(|| format!("Iterable{label}"), str::to_owned));
    object(defs, Wrapper::Tasks, member, name, format!("{SEGMENTATION}`{label}` tasks"))
}

/// `{content: …}`.
#[inline(never)]
fn content(mut root: Map<String, Value>, name: Option<&str>) -> ResponseModel {
    let mut defs = match root.shift_remove("$defs") {
        Some(Value::Object(defs)) => defs,
        _ => Map::new(),
    };
    let title = text(&root, "title").map(str::to_owned);
    let mut member = Value::Object(root);
    let recursive = has_root_ref(&member) || defs.values().any(has_root_ref);
    // A named enum becomes a definition, as in pydantic; a root that refers to itself must become one.
    let named = title.is_some() && member.get("enum").is_some();
    if recursive || named {
        let label = free(&defs, &sanitise(title.as_deref().unwrap_or("Content")));
        let target = format!("#/$defs/{label}");
        rebase(&mut member, &target);
        defs.values_mut().for_each(|def| rebase(def, &target));
        defs.insert(label, member);
        member = obj! { "$ref": target };
    }
    let mut member = match member {
        Value::Object(map) => map,
        _ => Map::new(),
    };
    if !member.contains_key("$ref") {
        member.entry("title").or_insert_with(|| "Content".into());
    }
    let name = sanitise(name.unwrap_or("Response"));
    let defs = (!defs.is_empty()).then_some(Value::Object(defs));
    object(defs, Wrapper::Content, member, name, EXTRACTED.to_owned())
}

fn object(
    defs: Option<Value>,
    wrapper: Wrapper,
    member: Map<String, Value>,
    name: String,
    description: String,
) -> ResponseModel {
    let mut schema = Map::new();
    if let Some(defs) = defs {
        schema.put("$defs", defs);
    }
    schema.put("description", description.clone().into());
    schema.put("properties", Value::Object(Map::from_iter([(wrapper.key().to_owned(), Value::Object(member))])));
    schema.put("required", Value::Array(vec![wrapper.key().into()]));
    schema.put("title", name.clone().into());
    schema.put("type", "object".into());
    ResponseModel {
        name,
        description: Some(description),
        original: Value::Null,
        schema,
        wrapper: Some(wrapper),
        iterable: false,
        rendered: RenderCache::default(),
    }
}

pub(super) fn has_root_ref(value: &Value) -> bool {
    let mut found = false;
    each_ref(value, &mut |reference| found |= reference == "#");
    found
}

/// `User`, or `UserOrCompany` for a union of models; `None` unless all elements are objects.
pub(super) fn element_name(root: &Map<String, Value>, items: &Value) -> Option<String> {
    let members = match items.get("anyOf").or_else(|| items.get("oneOf")) {
        Some(Value::Array(list)) => list.as_slice(),
        _ => std::slice::from_ref(items),
    };
    let mut label = String::new();
    for member in members {
        let reference = member.get("$ref").and_then(Value::as_str);
        let found = match reference {
            Some(reference) => definition(root, reference)?,
            None => member,
        };
        if !is_object(found.as_object()?) {
            return None;
        }
        let name =
            found.get("title").and_then(Value::as_str).or_else(|| reference?.rsplit('/').next()).unwrap_or("Item");
        if !label.is_empty() {
            label.push_str("Or");
        }
        label.push_str(&sanitise(name));
    }
    Some(label)
}
