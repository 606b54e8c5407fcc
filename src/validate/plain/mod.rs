//! A validator of the keywords that most schemas have. It reports what jsonschema reports: the same issues in the same
//! words and order.
//!
//! ```text
//! schema ─▶ read::read   every keyword and form is known                  ─▶ None: for jsonschema
//! value  ─▶ check::Run ─▶ Problem, one for each failed keyword ─▶ explain  ─▶ None: for jsonschema
//! ```
//!
//! What it does not decide exactly as jsonschema is handed over: a schema with other keywords, drafts or forms when it is
//! read, and a value when it is checked, such as a text that is long for its pattern or an address that may be an email.
//! `tests/core/plain` compares both.
//!
//! The schema is not compiled: its keywords are read each time. That is as fast for the schemas of models, and half the code.

mod check;
mod draft;
mod formats;
mod keywords;
mod numbers;
mod patterns;
mod problem;
mod read;
mod schema;

pub use patterns::{Compile, Matcher};
pub use schema::Plain;

use super::limits::Limits;
use crate::error::Issue;
use check::Run;
use patterns::Patterns;
use serde_json::Value;

impl Plain {
    /// Reads a schema. `None`: it is not valid, or it is for jsonschema.
    #[inline(never)] // Its caller is in another file of the core.
    pub fn new(schema: Value, compile: Compile<'_>) -> Option<Plain> {
        let limits = Limits::of(&schema).ok()?;
        let mut patterns = Patterns::default();
        let draft = read::read(&schema, &mut patterns, compile)?;
        Some(Plain { schema, draft, patterns, limits })
    }

    /// All issues, in the order of the schema; empty if the value is valid. `None`: the value is for jsonschema.
    pub fn validate(&self, value: &Value) -> Option<Vec<Issue>> {
        let run = Run::new(self);
        let issues = self.limits.issues(&self.schema, value, || run.is_valid(value), || run.problems(value));
        run.is_sure().then_some(issues)
    }
}
