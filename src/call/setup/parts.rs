//! The request for parts of an answer, in place of the call's own; see [`crate::call::repair`].

use super::*;
use crate::mode::SchemaPrompt;
use crate::schema::ResponseModel;

/// The requested output and the conversation, which are replaced while parts are requested.
pub struct Requested {
    output: OutputRequest,
    schemas: Vec<RenderedSchema>,
    targets: Vec<Target>,
    messages: Vec<Value>,
}

impl Setup {
    /// A request for `model` in the call's mode, with `text` as one more user turn.
    pub fn requested(&self, model: &ResponseModel, text: &str) -> Result<Requested, Error> {
        let request = mode::ModeRequest {
            endpoint: &self.endpoint,
            model: &self.model,
            mode: Some(self.output.mode),
            params: &self.params,
            extra: &self.extra_body,
            stream: self.stream,
            parallel: false,
            named: false,
            own: false,
            // The text of a function describes the whole answer.
            schema_prompt: prompt_of(self.given_prompt.as_ref())?
                .filter(|prompt| !matches!(prompt, SchemaPrompt::Text(_))),
        };
        let model = [Rc::new(model.clone())];
        let resolved = mode::resolve(&request, &model)?;
        let mut messages = self.messages.clone();
        messages.push(obj! { "role": "user", "content": text });
        let [model] = model;
        let targets = resolved.schemas.first().map(|schema| Target { model, schema: schema.clone() });
        Ok(Requested {
            output: resolved.output,
            schemas: resolved.schemas,
            targets: targets.into_iter().collect(),
            messages,
        })
    }

    /// Replaces what the call requests; returns what it requested before.
    pub fn request_instead(&mut self, other: Requested) -> Requested {
        use std::mem::replace;
        Requested {
            output: replace(&mut self.output, other.output),
            schemas: replace(&mut self.schemas, other.schemas),
            targets: replace(&mut self.targets, other.targets),
            messages: replace(&mut self.messages, other.messages),
        }
    }
}

impl Requested {
    /// The value in the caller's shape.
    pub fn restore(&self, value: Value) -> Result<Value, Error> {
        match self.targets.first() {
            Some(target) => target.plan().restore(value),
            None => Ok(value),
        }
    }
}
