//! Reading an answer by its structure (`crate::json::lenient::structure`) before a reask, and the problems of answers that
//! repeat the prompt. In a call with `parse: 'strict'` none of these functions runs, and with a valid answer only
//! [`Call::with_copies`], so that the build can put them into a separate file.

use super::*;
use crate::chat::Finish;
use crate::json::lenient::{self, Instead, copies};
use crate::json::value_at;

impl Call {
    /// The candidate by the structure of an answer without a candidate, or with one that ends early or is not valid JSON.
    #[inline(never)]
    pub(super) fn candidate_by_structure(&mut self, answer: &Answer, missing: Missing) -> Result<String, Missing> {
        // An answer that the token limit cut may be complete as far as the schema goes; a refusal is final.
        let final_ = match missing.error.kind {
            Kind::IncompleteOutput => answer.finish != Finish::Length,
            Kind::Validation | Kind::ResponseParsing => false,
            _ => true,
        };
        if final_ || self.list.is_some() {
            return Err(missing);
        }
        self.read_structure = true;
        match self.structure_of(answer) {
            Some(Ok((candidate, coercions))) => {
                self.coercions = coercions;
                Ok(candidate)
            }
            Some(Err(error)) if missing.error.kind != Kind::IncompleteOutput => Err(Missing { error, ..missing }),
            _ => Err(missing),
        }
    }

    /// The candidate by the structure of an answer whose candidate has issues; `None` if it is the same. An error states what
    /// the answer has in place of the data.
    #[inline(never)]
    pub(super) fn structure_retry(&mut self, answer: &Answer) -> Result<Option<String>, Error> {
        if self.read_structure || self.list.is_some() || self.repair.is_some() || self.setup.targets.len() != 1 {
            return Ok(None);
        }
        self.read_structure = true;
        match self.structure_of(answer) {
            Some(Ok((candidate, coercions))) if candidate != self.candidate => {
                self.coercions = coercions;
                Ok(Some(candidate))
            }
            Some(Err(error)) => Err(error),
            _ => Ok(None),
        }
    }

    /// The value as JSON text with its coercions, or what the answer has in place of it.
    fn structure_of(&self, answer: &Answer) -> Option<Result<(String, Vec<Value>), Error>> {
        let text = self.structured_text(answer)?;
        let target = self.setup.targets.first()?;
        let sent = target.sent();
        let found = lenient::structure(text, sent, &self.setup.name).filter(|found| found.fits);
        if let Some(found) = found
            && let Ok(candidate) = self.restored(found.value)
        {
            let coercions = found.made.iter().map(lenient::Coercion::to_json).collect();
            return Some(Ok((candidate, coercions)));
        }
        let message = match lenient::instead(text, sent)? {
            Instead::Schema => prompts::echoed(self.setup.types()),
            Instead::Choices(key) => prompts::choices_of(&key),
        };
        let issue = Issue { path: Vec::new(), message: message.clone() };
        Some(Err(Error::new(Kind::Validation, message).with_issues(vec![issue]).with("code", "echo")))
    }

    /// The issues of the candidate, with those of values that repeat the prompt.
    #[inline(never)]
    pub(super) fn with_copies(&self, mut issues: Vec<Issue>) -> Vec<Issue> {
        let [target] = self.setup.targets.as_slice() else { return issues };
        if self.list.is_some() || issues.is_empty() && !copies::may_have(&self.candidate) {
            return issues;
        }
        let Ok(value) = extract::parse(&self.candidate) else { return issues };
        for issue in &mut issues {
            let at = value_at(&value, &issue.path);
            if at.and_then(Value::as_str).is_some_and(|text| copies::is_choices(text, target.schema(), &issue.path)) {
                issue.message = prompts::CHOICES.to_owned();
            }
        }
        for copied in copies::placeholders(&value, target.schema()) {
            // What the caller's messages have is data.
            if self.setup.says(&copied.text) || issues.iter().any(|issue| issue.path == copied.path) {
                continue;
            }
            issues.push(Issue { path: copied.path, message: prompts::placeholder(&copied.text) });
        }
        issues
    }
}
