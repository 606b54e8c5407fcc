//! The model and the rendered schema of a tool or of the format.

use crate::pointer::resolve;
use crate::schema::{Plan, RenderedSchema, ResponseModel};
use serde_json::Value;
use std::rc::Rc;

/// The response model of one tool or format.
pub struct Target {
    pub(super) model: Rc<ResponseModel>,
    pub(super) schema: RenderedSchema,
}

impl Target {
    /// The caller's schema. The restored value is validated against it.
    pub fn schema(&self) -> &Value {
        self.model.original()
    }

    /// The keys of the answer's root, as the model gets them; `None` if there are none.
    pub(super) fn keys(&self) -> Option<Vec<String>> {
        let properties = resolve(self.sent(), self.sent())?.get("properties")?.as_object()?;
        (!properties.is_empty()).then(|| properties.keys().cloned().collect())
    }

    /// Whether the answer's root has only the keys of the schema.
    pub(super) fn is_closed(&self) -> bool {
        resolve(self.sent(), self.sent()).and_then(|root| root.get("additionalProperties")) == Some(&Value::Bool(false))
    }

    /// The schema in the form that the model gets.
    pub fn sent(&self) -> &Value {
        self.schema.schema()
    }

    pub fn plan(&self) -> &Plan {
        self.schema.plan()
    }

    pub fn model(&self) -> &ResponseModel {
        &self.model
    }
}
