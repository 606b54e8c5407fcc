//! Reasks in one turn of the user instead of a turn of the model and one of the user: for an answer without data, which is not to
//! be imitated, and for a model that has given the same answer again.

use super::*;
use crate::text::shorten;

/// Longest quotation of an answer, in characters.
const MAX_QUOTED: usize = 4_000;

impl Call {
    /// Requests another answer in a turn of the user, if the failed answer is not to be repeated as the model's turn: it has no
    /// data, or the model has given it before. Returns false for the usual reask.
    #[inline(never)]
    pub(super) fn ask_again(&mut self, answer: Option<&Answer>, error: &Error, problems: &str) -> bool {
        if self.list.is_some() || self.setup.targets.len() != 1 {
            return false;
        }
        let said = answer.and_then(|answer| self.structured_text(answer)).unwrap_or_default().to_owned();
        let repeated = self.failed_text.as_ref() == Some(&said);
        // It repeats itself, or the schema.
        let empty = matches!(error.detail.get("code").and_then(Value::as_str), Some("loop" | "echo"));
        self.form = match (repeated, self.form) {
            (true, ReaskForm::Alone) => ReaskForm::Quoted,
            (true, _) => ReaskForm::Alone,
            (false, _) if empty => ReaskForm::Alone,
            (false, _) => ReaskForm::Turns,
        };
        self.failed_text = Some(said);
        let form = error.issues.iter().filter_map(|issue| self.setup.types_at(&issue.path));
        let form = form.collect::<Vec<_>>().join("\n");
        let text = match (self.form, &self.failed_text) {
            (ReaskForm::Turns, _) => return false,
            (ReaskForm::Quoted, Some(said)) => prompts::again_quoted(problems, &shorten(said, MAX_QUOTED), &form),
            _ => prompts::again(problems, &form),
        };
        self.setup.messages.push(obj! { "role": "user", "content": text });
        let output = self.setup.output_without_placeholders();
        let body = self.api.encode(&self.setup.encode_input(&output));
        self.setup.messages.pop();
        let Ok(body) = body else { return false };
        self.body = with_extra(body, &self.setup);
        self.has_placeholders = false;
        true
    }

    /// The text that has the value: the answer's text, or the arguments of the first call of the tool.
    pub(super) fn structured_text<'a>(&self, answer: &'a Answer) -> Option<&'a str> {
        let Some(tool) = self.setup.output.tools.first() else { return answer.text.as_deref() };
        match answer.tool_calls.iter().find(|call| call.name == tool.name) {
            Some(call) => call.arguments.as_deref(),
            None => answer.text.as_deref().filter(|_| answer.tool_calls.is_empty()),
        }
    }
}
