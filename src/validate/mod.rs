//! Validation: the wording of problems (always).
pub mod report;
