//! A streamed list: its elements are validated as they close, and those that did not close at the end.

use super::*;
use crate::call::list::ElementOutcome;

impl Call {
    /// An element of the list has closed; `element` is its JSON text. Returns whether it is to be validated; otherwise an
    /// earlier attempt yielded it, and it is skipped.
    pub fn on_element(&mut self, element: String, clock: Clock) -> bool {
        let validate = self.list.as_mut().is_some_and(|list| list.closed(element));
        self.end_rest(clock);
        validate
    }

    /// The element of the last `on_element` was validated; without issues it is valid.
    pub fn on_element_validated(&mut self, mut issues: Vec<Issue>, clock: Clock) -> ElementOutcome {
        let Some(list) = &mut self.list else { return ElementOutcome::Skip };
        let outcome = list.validated(&mut issues);
        if outcome == ElementOutcome::Reask {
            let rest = prompts::only_the_rest(list.count(), &list.text(), list.current());
            let message = self.problems(&issues) + &rest;
            self.fail_validation(message, issues, clock);
        }
        self.end_rest(clock);
        outcome
    }

    /// Replaces `Validate` by `ValidateElements` for the elements that did not close in the stream; without such elements, by the
    /// next action.
    pub(super) fn poll_elements(&mut self, list: &str, clock: Clock) -> Action {
        let issues = match self.list.as_mut().and_then(|elements| elements.rest(list)) {
            Some(rest) if rest.is_empty() => Vec::new(),
            Some(rest) => return Action::ValidateElements(rest),
            None => vec![Issue { path: Vec::new(), message: "Expected a list".to_owned() }],
        };
        self.on_validated(issues, clock);
        self.poll(clock)
    }

    fn end_rest(&mut self, clock: Clock) {
        if let Some(issues) = self.list.as_mut().and_then(List::rest_issues) {
            self.on_validated(issues, clock);
        }
    }
}
