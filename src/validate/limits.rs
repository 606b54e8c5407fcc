//! The limits of a validation: what an engine may do for a value, and how much of it is reported.

use super::chains::{self, Excess};
use super::explain::{explain, tidy};
use super::failure::Failure;
use super::work;
use crate::error::Issue;
use serde_json::Value;

/// Maximum number of issues of one value; a hostile answer can cause millions.
const MAX_ISSUES: usize = 500;
/// Maximum length of all their paths together, in bytes: a key of an answer may have a megabyte.
const MAX_PATHS: usize = 500_000;

/// Maximum memory of the failures of a value, and the size of one failure without its path, in bytes.
const MAX_VOLUME: usize = 100_000_000;
const FAILURE: usize = 256;

/// What is known about the cost of a schema.
pub struct Limits {
    /// The work is estimated before a value is checked (see `work`).
    counted: bool,
    /// The longest chain of references and alternatives (see `chains`).
    steps: usize,
}

impl Limits {
    pub fn of(schema: &Value) -> Result<Self, Excess> {
        Ok(Limits { steps: chains::longest(schema)?, counted: work::grows(schema) })
    }

    /// The issues of a value, in the order of the schema. `is_valid` and `failures` run the engine on the value.
    pub fn issues<F: Failure, Failures: IntoIterator<Item = F>>(
        &self,
        schema: &Value,
        value: &Value,
        is_valid: impl FnOnce() -> bool,
        failures: impl FnOnce() -> Failures,
    ) -> Vec<Issue> {
        let mut issues = Vec::new();
        // Without alternatives only the depth can be too large: the longest chain at each level of the value.
        let deep = || (self.steps + 1).saturating_mul(work::levels(value)) > work::MAX_DEPTH;
        let work = if self.counted || self.steps > 1 && deep() { work::work(schema, value) } else { 0 };
        let mut whole = |message: &str| issues.push(Issue { path: Vec::new(), message: message.into() });
        if work > work::MAX_WORK {
            whole("is nested too deeply to be checked against the schema: answer with fewer levels");
            return issues;
        }
        // An engine creates all failures, with their paths, before it returns the first.
        if work > work::MAX_EXPLAINED || volume(value, 0) > MAX_VOLUME {
            if !is_valid() {
                whole("does not fit the schema, and is too large to say where: answer with less");
            }
            return issues;
        }
        let mut paths = 0;
        for failure in failures().into_iter().take(MAX_ISSUES) {
            explain(&failure, schema, value, &mut issues);
            paths += failure.path_bytes();
            if paths > MAX_PATHS {
                break;
            }
        }
        tidy(&mut issues);
        issues
    }
}

/// The approximate memory, in bytes, of a failure with its path at every place of a value.
fn volume(value: &Value, path: usize) -> usize {
    let inner = |value: &Value, key: usize| volume(value, path + key);
    let below: usize = match value {
        Value::Array(items) => items.iter().map(|item| inner(item, 8)).fold(0, usize::saturating_add),
        Value::Object(members) => {
            members.iter().map(|(key, value)| inner(value, key.len())).fold(0, usize::saturating_add)
        }
        _ => 0,
    };
    below.saturating_add(path + FAILURE)
}
