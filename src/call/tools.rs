//! The state of calls with tools: the calls of `tools({…})` over all attempts, and the app's own tools.

use super::extract;
use crate::chat::CallResult;
use crate::error::Error;
use crate::jsontext::ToText;
use crate::schema::RenderedSchema;
use serde_json::{Map, Value};

/// The calls so far.
#[derive(Default)]
pub struct Kept {
    /// The places before the answer that is read.
    pub before: Vec<Place>,
    /// The places with its calls.
    pub places: Vec<Place>,
    /// For each call of the answer: the number of the answer's tool call that it is in, and its place.
    pub made: Vec<(usize, usize)>,
}

/// The place of one call in the value.
#[derive(Clone)]
pub struct Place {
    /// The index of the tool; `None` for an unknown tool.
    pub tool: Option<usize>,
    pub name: String,
    /// `None` until a call can be read.
    pub value: Option<Value>,
    pub problem: Option<String>,
    /// A call of the answer that is read has this place.
    pub taken: bool,
}

/// A call of an own tool; see [`Action::RunTools`](crate::Action::RunTools).
#[derive(Debug, Clone, PartialEq)]
pub struct ToolRun {
    /// The id of the call: the model's, or one of this call's own where the API has none.
    pub id: String,
    /// The index of the tool among the call's own tools.
    pub tool: usize,
    /// The arguments as JSON text, in the shape of the tool's schema. They are not validated.
    pub arguments: String,
}

/// The step under way.
#[derive(Default)]
pub struct Step {
    /// The number of steps so far.
    pub taken: u32,
    /// The results of the answer's calls; `None` for those that run.
    pub results: Vec<Option<CallResult>>,
}

/// The own tools of a call.
#[derive(Default)]
pub struct OwnTools {
    /// The schemas of the parameters, in the order of the tools in the request.
    pub schemas: Vec<RenderedSchema>,
    /// How many answers may call them.
    pub max_steps: u32,
}

/// Whether a call has own tools.
pub fn has_own(steering: &Map<String, Value>) -> bool {
    steering.get("ownTools").and_then(Value::as_array).is_some_and(|tools| !tools.is_empty())
}

impl OwnTools {
    /// The arguments of a call in the caller's shape, as JSON text.
    pub fn read(&self, index: usize, arguments: &str) -> Result<String, Error> {
        let value = extract::parse(arguments)?;
        match self.schemas.get(index) {
            Some(schema) => Ok(schema.plan().restore(value)?.to_text()),
            None => Ok(value.to_text()),
        }
    }
}
