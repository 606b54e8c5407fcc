//! The changes that an API's dialect makes to a schema, without a request: for `npx instructor-wasm lint` and editors.

use super::{Dialect, ResponseModel, render};
use crate::json::wrapper::Wrapper;
use crate::obj;
use crate::schema::rendered::Level;
use serde_json::{Map, Value};

/// One finding: a JSON Pointer into the schema as given (if the part exists there), and the change.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    pub pointer: String,
    pub level: Level,
    pub what: String,
}

impl Finding {
    pub fn to_json(&self) -> Value {
        obj! { "pointer": self.pointer, "level": self.level.name(), "what": self.what }
    }
}

/// All changes in document order (empty if the schema is sent unchanged), and the schema as it is sent; `None` if it cannot
/// be sent.
pub fn report(schema: &Value, dialect: Dialect) -> (Vec<Finding>, Option<Value>) {
    let impossible = |error: crate::error::Error| {
        let pointer = error.detail.get("pointer").and_then(Value::as_str).unwrap_or_default().to_owned();
        vec![Finding { pointer, level: Level::Impossible, what: error.message }]
    };
    let model = match ResponseModel::new(schema, None, None) {
        Ok(model) => model,
        Err(error) => return (impossible(error), None),
    };
    let mut sent = None;
    let mut findings: Vec<Finding> = Vec::new();
    let mut seen = Map::new();
    if let Some(key) = model.wrapper().map(Wrapper::key) {
        let what = format!("the root is not an object: it is requested as the property `{key}` of one");
        findings.push(Finding { pointer: String::new(), level: Level::Rewritten, what });
    }
    match render(&model, dialect) {
        Err(error) => findings.extend(impossible(error)),
        Ok(rendered) => {
            for note in rendered.notes {
                let finding =
                    Finding { pointer: place(schema, &model, note.pointer), level: note.level, what: note.what };
                let key = [finding.pointer.as_str(), "\n", finding.level.name(), "\n", &finding.what].concat();
                if seen.insert(key, Value::Null).is_none() {
                    findings.push(finding);
                }
            }
            sent = Some(rendered.schema);
        }
    }
    (findings, sent)
}

/// The pointer into the schema as given: without the wrapper, with the older names of keywords.
fn place(schema: &Value, model: &ResponseModel, pointer: String) -> String {
    let inner = match model.wrapper().map(Wrapper::key) {
        Some(key) => pointer.strip_prefix(&format!("/properties/{key}")).map_or(pointer.clone(), str::to_owned),
        None => pointer,
    };
    let older = |text: &str| text.replacen("/$defs/", "/definitions/", 1);
    [inner.clone(), older(&inner), inner.replace("/prefixItems/", "/items/")]
        .into_iter()
        .find(|candidate| schema.pointer(candidate).is_some())
        .unwrap_or(inner)
}
