//! The response model: a schema with the name and description of its tool, always with an object at the root.
//!
//! APIs require an object at the root; callers also request a list, a union, an enum or a number. A model that is not an object
//! becomes the only member of a wrapper, with the name that Python Instructor uses, and the plan unwraps it:
//!
//! ```text
//! object                      → as it is          name = title
//! list of object models       → {tasks: [...]}    IterableUser, IterableUserOrCompany
//! anything else               → {content: ...}    Response
//! maybe(User)                 → {result, error, message}   MaybeUser  (not unwrapped)
//! ```

mod build;
mod root;
mod wrapper;

pub(super) use self::wrapper::wrapper_description;
use super::cache::RenderCache;
use crate::json::wrapper::Wrapper;
use crate::schema::put::Put;
use serde_json::{Map, Value};

/// A JSON Schema for an answer, with the name and description of its tool.
#[derive(Debug, Clone)]
pub struct ResponseModel {
    /// The tool's name: `^[A-Za-z0-9_-]{1,64}$`.
    pub name: String,
    /// The schema's description, or the wrapper's; `None` without one.
    pub description: Option<String>,
    original: Value,
    schema: Map<String, Value>,
    wrapper: Option<Wrapper>,
    iterable: bool,
    pub(super) rendered: RenderCache,
}

impl ResponseModel {
    /// The schema as the caller gave it. A restored answer is validated against it.
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

    /// Made by [`ResponseModel::iterable`]: a streamed answer is read element by element.
    pub fn is_iterable(&self) -> bool {
        self.iterable
    }

    /// Also in the schema, because formats and prompts have no other place for it.
    fn describe(&mut self, description: &str) {
        self.description = Some(description.to_owned());
        self.schema.put("description", description.into());
    }
}
