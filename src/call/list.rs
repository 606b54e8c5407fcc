//! The elements of a streamed list (`createIterable`): each is validated when it closes, and yielded once for the whole
//! call. A later attempt may repeat elements that were yielded already; those are skipped.
//!
//! ```text
//! an element closes ─▶ closed ── repeated ─▶ skip
//!                        └─ new ─▶ validate ─▶ validated ─▶ Yield, or Reask when it has issues
//! the answer ends   ─▶ rest: the elements that were not seen to close go through the same two steps, but are yielded
//!                      together, when all of them are valid ─▶ Hold, or Skip when one has issues
//! a new attempt     ─▶ restart
//! ```
//!
//! Elements are compared and kept as JSON text. The kept text is what a reask quotes and what the completion holds as its
//! value, so its size is that of the elements that were yielded.

use serde_json::{Map, Value};

use crate::error::Issue;
use crate::json::skip::value_end;

/// What the consumer does with an element that was validated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum ElementOutcome {
    /// Yield it now.
    Yield = 0,
    /// Keep it, and yield it when the call is complete. A new attempt or a new `rest` discards it.
    Hold = 1,
    /// Drop it and continue with the next.
    Skip = 2,
    /// Drop it and the following elements of this attempt: the model has to correct it.
    Reask = 3,
}

/// The elements of one call, over all of its attempts.
#[derive(Debug, Default)]
pub struct List {
    /// The elements that were yielded.
    yielded: Vec<String>,
    /// How many elements of this attempt were yielded or skipped when they closed.
    closed: usize,
    /// The elements yielded in earlier attempts that this attempt has not repeated yet: JSON text to count.
    repeatable: Map<String, Value>,
    /// The element under validation.
    current: Option<String>,
    /// Set while the elements that were not seen to close are validated.
    rest: Option<Rest>,
}

#[derive(Debug)]
struct Rest {
    len: usize,
    checked: usize,
    held: Vec<String>,
    issues: Vec<Issue>,
    repeatable: Map<String, Value>,
}

impl List {
    /// A new attempt begins: all that was yielded may come again.
    pub fn restart(&mut self) {
        let mut repeatable = Map::new();
        for element in &self.yielded {
            let count = repeatable.entry(element.as_str()).or_insert_with(|| 0.into());
            *count = (count.as_u64().unwrap_or(0) + 1).into();
        }
        *self = List { yielded: std::mem::take(&mut self.yielded), repeatable, ..List::default() };
    }

    /// An element has closed. Returns whether it is to be validated; it is skipped otherwise.
    pub fn closed(&mut self, element: String) -> bool {
        let repeatable = match &mut self.rest {
            Some(rest) => &mut rest.repeatable,
            None => &mut self.repeatable,
        };
        let left = repeatable.get_mut(&element).and_then(|count| Some((count.as_u64()?.checked_sub(1)?, count)));
        match left {
            Some((left, count)) => {
                *count = left.into();
                self.advance();
                false
            }
            None => {
                self.current = Some(element);
                true
            }
        }
    }

    /// The element that closed last was validated. After [`ElementOutcome::Reask`] its issues have the element's index in
    /// their paths, and [`List::current`] is the element.
    pub fn validated(&mut self, issues: &mut Vec<Issue>) -> ElementOutcome {
        let index = self.closed + self.rest.as_ref().map_or(0, |rest| rest.checked);
        for issue in issues.iter_mut() {
            issue.path.insert(0, index.into());
        }
        let valid = issues.is_empty();
        let outcome = match &mut self.rest {
            None if valid => {
                self.yielded.extend(self.current.take());
                ElementOutcome::Yield
            }
            None => return ElementOutcome::Reask,
            Some(rest) if valid => {
                rest.held.extend(self.current.take());
                ElementOutcome::Hold
            }
            Some(rest) => {
                rest.issues.append(issues);
                ElementOutcome::Skip
            }
        };
        self.advance();
        outcome
    }

    fn advance(&mut self) {
        match &mut self.rest {
            Some(rest) => rest.checked += 1,
            None => self.closed += 1,
        }
    }

    /// The whole list is known (`list` as JSON text). Returns the elements that were not seen to close, as the text of a
    /// list; each is to be reported as closed. An empty text: there are none. `None`: the value is not a list.
    pub fn rest(&mut self, list: &str) -> Option<String> {
        let bytes = list.as_bytes();
        let mut at = 1;
        let mut number = 0;
        let mut start = None;
        if bytes.first() != Some(&b'[') {
            return None;
        }
        while let Ok(end) = value_end(bytes, at) {
            if number == self.closed {
                start = Some(at);
            }
            number += 1;
            // After the comma.
            at = end + 1;
        }
        let Some(elements) = start.and_then(|start| list.get(start..)) else { return Some(String::new()) };
        self.rest = Some(Rest {
            len: number - self.closed,
            checked: 0,
            held: Vec::new(),
            issues: Vec::new(),
            repeatable: self.repeatable.clone(),
        });
        Some(["[", elements].concat())
    }

    /// Once all elements of the rest were reported: their issues. Without any, they count as yielded.
    pub fn rest_issues(&mut self) -> Option<Vec<Issue>> {
        let rest = self.rest.take_if(|rest| rest.checked >= rest.len)?;
        if rest.issues.is_empty() {
            self.yielded.extend(rest.held);
        }
        Some(rest.issues)
    }

    /// How many elements were yielded.
    pub fn count(&self) -> usize {
        self.yielded.len()
    }

    /// The elements that were yielded, as the JSON text of a list.
    pub fn text(&self) -> String {
        ["[", &self.yielded.join(","), "]"].concat()
    }

    /// The JSON text of the element under validation.
    pub fn current(&self) -> &str {
        self.current.as_deref().unwrap_or_default()
    }
}
