//! Turns the text of a candidate into the value in the caller's shape.

use super::*;
use crate::call::extract;
use crate::error::Issue;
use crate::json::find::{misplaced, opened};
use crate::json::{lax, lenient};
use crate::output::prompts;
use std::cell::Cell;

/// The reason for a list under another key than its wrapper's.
const REWRAPPED: &str = "the list under another key";

/// Limit of steps for comparing the candidates of a text with the schema.
const COMPARED: u32 = 200_000;

impl Setup {
    /// The expected shape of a target's answer, for finding it in a text.
    pub fn shape(&self, index: usize) -> Shape {
        let Some(target) = self.targets.get(index) else { return Shape::default() };
        let schema = target.schema.clone();
        // One limit for all candidates of a text.
        let left = Cell::new(COMPARED);
        Shape::of(schema.schema(), schema.plan().wrapper(), self.called(index))
            .fitting(move |value| schema.matches(value, &left))
    }

    /// The name of this target's tool.
    fn called(&self, index: usize) -> &str {
        self.output.tools.get(index).map_or(&self.name, |tool| &tool.name)
    }

    /// The answer inside a call that the model wrote as text or as arguments of the tool.
    fn opened(&self, value: Value, index: usize) -> Result<Value, Error> {
        let properties = self.targets.get(index).and_then(|target| target.schema.schema().get("properties"));
        let Some(properties) = properties else { return Ok(value) };
        let foreign = match &value {
            Value::Object(members) => members.keys().any(|key| properties.get(key).is_none()),
            other => other.is_array(),
        };
        if !foreign {
            return Ok(value);
        }
        let shape = self.shape(index);
        if let Some(inner) = opened(&value, &shape) {
            return Ok(inner);
        }
        match misplaced(&value, &shape) {
            Some(key) => {
                let message = prompts::misplaced(key);
                let issue = Issue { path: Vec::new(), message: message.clone() };
                Err(Error::new(Kind::Validation, message).with_issues(vec![issue]))
            }
            None => Ok(value),
        }
    }

    /// A list under another key than `content`: the wrapper's name has no meaning, and a prompt in words does not repeat it.
    fn rewrapped(&self, value: Value, index: usize, coercions: &mut Vec<Value>) -> Value {
        let Some(target) = self.targets.get(index) else { return value };
        let is_list = target.schema().get("type").and_then(Value::as_str) == Some("array");
        let key = match target.plan().wrapper() {
            Some(wrapper @ Wrapper::Content) if is_list => wrapper.key(),
            _ => return value,
        };
        match value {
            Value::Object(members)
                if members.len() == 1 && members.iter().all(|(name, inner)| name != key && inner.is_array()) =>
            {
                let renamed = |(name, list): (String, Value)| {
                    coercions.push(obj! { "path": Vec::<Value>::new(), "from": name, "to": key, "why": REWRAPPED });
                    (key.to_owned(), list)
                };
                members.into_iter().map(renamed).collect::<Map<_, _>>().into()
            }
            other => other,
        }
    }

    /// Reads a candidate: parses it (leniently if requested), restores the caller's shape, and coerces it with
    /// `strict: false`. All coercions are added to the list. `whole` is the text that contains the candidate.
    pub fn read(&self, text: &str, whole: &str, index: usize, coercions: &mut Vec<Value>) -> Result<Value, Error> {
        let parsed = extract::parse(text).map(|value| self.rewrapped(value, index, coercions));
        let parsed = parsed.and_then(|value| self.opened(value, index));
        let Some(target) = self.targets.get(index) else { return parsed };
        let restored = parsed.and_then(|value| target.plan().restore(value));
        if self.lenient || self.retry_leniently && restored.is_err() {
            return self.read_leniently(restored, whole, index, target, coercions);
        }
        let value = restored?;
        if !self.strict {
            let value = lax::coerce(value, target.schema(), coercions);
            return Ok(value);
        }
        Ok(value)
    }

    /// The strictly parsed value if it matches the schema, otherwise the best match in the whole text.
    fn read_leniently(
        &self,
        restored: Result<Value, Error>,
        whole: &str,
        index: usize,
        target: &Target,
        coercions: &mut Vec<Value>,
    ) -> Result<Value, Error> {
        let mut list = |made: Vec<lenient::Coercion>| coercions.extend(made.iter().map(lenient::Coercion::to_json));
        let strict = restored.map(|value| lenient::fit(value, target.schema()));
        if let Ok((value, made, true)) = strict {
            list(made);
            return Ok(value);
        }
        // The answer has the rendered form, and is restored afterwards.
        let sent = if target.plan().is_identity() { None } else { self.sent(index) };
        let found = lenient::read(whole, Some(sent.unwrap_or(target.schema()))).and_then(|(mut value, mut made)| {
            // The wrapper is missing: read its content, which may be a sequence of objects.
            if let (Some(sent), Some(key)) = (sent, target.plan().unwrap_key())
                && value.get(key).is_none()
            {
                let mut inner = sent.as_object().cloned().unwrap_or_default();
                inner.insert("$ref".into(), ["#/properties/", key].concat().into());
                let (content, more) = lenient::read(whole, Some(&Value::Object(inner)))?;
                value = Value::Object(Map::from_iter([(key.to_owned(), content)]));
                made = more;
            }
            let value = if sent.is_some() { target.plan().restore(value)? } else { value };
            Ok((made, lenient::fit(value, target.schema())))
        });
        match (strict, found) {
            // Nothing matches: the reask is about the strictly parsed value.
            (Ok((value, made, _)), Err(_) | Ok((_, (_, _, false)))) => {
                list(made);
                Ok(value)
            }
            (_, Ok((read, (value, made, _)))) => {
                list(read);
                list(made);
                Ok(value)
            }
            (Err(error), Err(_)) => Err(error),
        }
    }

    /// The schema that was sent for this target, if one was sent.
    fn sent(&self, target: usize) -> Option<&Value> {
        self.placeholders().get(target).map(RenderedSchema::schema)
    }
}
