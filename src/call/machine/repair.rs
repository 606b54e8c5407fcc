//! Attempts that request the failing parts of an answer; see [`crate::call::repair`]. These functions run only with
//! `repair: 'part'`, so that the build can put them into a separate file.

use super::*;
use crate::call::repair::{Plan, Repair, SoFar, Whole};
use crate::jsontext::{self, ToText};

impl Call {
    /// Turns the next attempt into a request for the failing parts, if the candidate that failed has parts that can be
    /// requested. `before` is the repair that led to this candidate, after [`Call::end_repair`].
    #[inline(never)]
    pub(super) fn begin_repair(&mut self, error: &Error, answer: Option<&Answer>, before: Option<&Repair>) -> bool {
        let candidate = self.failed_candidate.take();
        let complete = |text: String| Some(SoFar { value: jsontext::from_str(&text).ok()?, open: None, cut: None });
        let Some(so_far) = self.so_far.take().or_else(|| candidate.and_then(complete)) else { return false };
        let [target] = self.setup.targets.as_slice() else { return false };
        if self.list.is_some() {
            return false;
        }
        let Some(plan) = Plan::of(target.model(), so_far, &error.issues, before) else { return false };
        let answer = match (before, answer) {
            (Some(repair), _) => (repair.answer.clone(), repair.problems.clone()),
            (None, answer) => (answer.cloned(), error.message.clone()),
        };
        // A schema that cannot be rendered for the parts is requested as a whole.
        let Ok(requested) = self.setup.requested(&plan.model, &plan.text) else { return false };
        let requested = self.setup.request_instead(requested);
        let Ok(body) = self.api.encode(&self.setup.encode_input(&self.setup.output)) else {
            self.setup.request_instead(requested);
            return false;
        };
        let body = std::mem::replace(&mut self.body, with_extra(body, &self.setup));
        let has_placeholders = !self.setup.placeholders().is_empty();
        let has_placeholders = std::mem::replace(&mut self.has_placeholders, has_placeholders);
        self.repair = Some(plan.begin(answer, Whole { body, has_placeholders, requested }, before));
        true
    }

    /// Restores the request for the whole after a request for parts.
    #[inline(never)]
    pub(super) fn end_repair(&mut self) -> Option<Repair> {
        let mut repair = self.repair.take()?;
        if let Some(whole) = repair.whole.take() {
            self.body = whole.body;
            self.has_placeholders = whole.has_placeholders;
            self.setup.request_instead(whole.requested);
        }
        Some(repair)
    }

    /// The candidate of an answer to a request for parts: the earlier answer with these parts. Any other candidate is
    /// returned unchanged.
    #[inline(never)]
    pub(super) fn with_parts(&mut self, candidate: String) -> Result<String, Error> {
        let Some(repair) = &self.repair else { return Ok(candidate) };
        let value = match jsontext::from_str(&candidate) {
            Ok(Value::Object(parts)) if repair.has_parts(&parts) => repair.merged(parts),
            // The model returned the whole instead.
            Ok(answer @ Value::Object(_)) => match &repair.whole {
                Some(whole) => whole.requested.restore(answer)?,
                None => answer,
            },
            _ => return Ok(candidate),
        };
        if self.setup.stream {
            let changes = repair.changes(&value).to_text();
            self.push(Action::Correct(changes));
        }
        Ok(value.to_text())
    }
}
