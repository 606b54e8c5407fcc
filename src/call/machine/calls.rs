//! Answers with several tool calls. Of the same tool: each call is used or reported. Of parallel tools: a reask is about calls
//! of unknown tools, and the other calls are kept.

use super::*;
use crate::jsontext::ToText;
use std::borrow::Cow;

impl Call {
    /// Several calls of the same tool: a list gets the elements of all; otherwise the first valid call is used.
    pub(super) fn several(&mut self, texts: &[&str]) -> Result<String, Missing> {
        let name = self.setup.output.tools.first().map(|tool| tool.name.clone()).unwrap_or_default();
        if self.setup.expects_array() {
            let mut all = Vec::new();
            for text in texts {
                match self.setup.read(text, text, 0, &mut self.coercions)? {
                    Value::Array(list) => all.extend(list),
                    other => all.push(other),
                }
                self.calls.push(obj! { "name": name, "used": true });
            }
            return Ok(Value::Array(all).to_text());
        }
        let mut first_error = None;
        for (number, text) in texts.iter().enumerate() {
            let mut coercions = Vec::new();
            let mut call = obj! { "name": name, "used": false };
            match self.setup.read(text, text, 0, &mut coercions) {
                Ok(value) => {
                    self.further_calls.push_back(FurtherCall { number, candidate: value.to_text(), coercions });
                    call["value"] = value;
                }
                Err(error) => {
                    call["value"] = (*text).into();
                    first_error.get_or_insert(error);
                }
            }
            self.calls.push(call);
        }
        match (self.next_call(), first_error) {
            (Some(candidate), _) => Ok(candidate),
            (None, Some(error)) => Err(error.into()),
            (None, None) => Err(Error::parsing("No tool calls in response").into()),
        }
    }

    /// The next call to validate.
    fn next_call(&mut self) -> Option<String> {
        let next = self.further_calls.pop_front()?;
        for (number, call) in self.calls.iter_mut().enumerate() {
            call["used"] = (number == next.number).into();
        }
        self.coercions = next.coercions;
        Some(next.candidate)
    }

    /// The next candidate after an invalid one. A reask has the issues of the first.
    pub(super) fn next_candidate(&mut self, issues: &[Issue]) -> Option<String> {
        let next = self.next_call()?;
        self.first_issues.get_or_insert_with(|| issues.to_vec());
        Some(next)
    }

    /// The calls of parallel tools; those of earlier answers come first.
    pub(super) fn many(&mut self, calls: &[(usize, Cow<str>)], unknown: &[String]) -> Result<String, Missing> {
        let mut values = self.kept_calls.clone();
        for (index, text) in calls {
            let value = self.setup.read(text, text, *index, &mut self.coercions)?;
            // The reask named the calls that are kept.
            if !self.kept_calls.contains(&(*index, value.clone())) {
                values.push((*index, value));
            }
        }
        if !unknown.is_empty() {
            self.kept_calls = values;
            let known: Vec<&str> = self.setup.output.tools.iter().map(|tool| tool.name.as_str()).collect();
            let mut message = prompts::unknown_tools(&listed(unknown), &listed(&known));
            message.push_str(&self.accepted_calls());
            return Err(Error::parsing(message).into());
        }
        let name = |index: usize| self.setup.output.tools.get(index).map_or("", |tool| tool.name.as_str());
        self.calls = values.iter().map(|(index, _)| obj! { "name": name(*index), "used": true }).collect();
        let named =
            values.iter().map(|(index, value)| obj! { "name": name(*index), "tool": *index as u64, "value": value });
        Ok(Value::Array(named.collect()).to_text())
    }

    /// The text for the model about the calls that are kept.
    pub(super) fn accepted_calls(&self) -> String {
        if self.kept_calls.is_empty() {
            return String::new();
        }
        let mut list = Map::new();
        for (index, value) in &self.kept_calls {
            let name = self.setup.output.tools.get(*index).map_or("", |tool| tool.name.as_str());
            if let Value::Array(values) = list.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
                values.push(value.clone());
            }
        }
        prompts::only_other_calls(&Value::Object(list).to_text())
    }

    /// Keeps the valid ones of the kept calls.
    pub(super) fn drop_invalid(&mut self, issues: &[Issue]) {
        let mut number = 0_u64;
        self.kept_calls.retain(|_| {
            let wrong = issues.iter().any(|issue| issue.path.first().and_then(Value::as_u64) == Some(number));
            number += 1;
            !wrong
        });
    }
}

/// The first few names.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().take(5).map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
