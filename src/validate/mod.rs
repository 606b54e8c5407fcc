//! Validation of a value against the caller's JSON Schema, and the texts of its issues for the model.
//!
//! ```text
//! schema ─▶ engine::Validator::new        (an invalid schema or a remote $ref is a configuration error)
//! value  ─▶ engine::Validator::validate ─▶ explain ─▶ Issue {path, message}  all issues
//! issues ─▶ report::error_text          ─▶ the lines that go back to the model
//! ```
//!
//! The engine (jsonschema) is in a separate wasm module with the feature `validator`: an app that uses Zod does not load
//! it. [`report`] is in every build, since an app's own validator returns issues too.

#[cfg(feature = "validator")]
mod chains;
#[cfg(feature = "validator")]
mod describe;
#[cfg(feature = "validator")]
mod engine;
#[cfg(feature = "validator")]
mod explain;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod report;
#[cfg(feature = "validator")]
mod suggest;
#[cfg(feature = "validator")]
mod work;

#[cfg(feature = "validator")]
pub use engine::{Options, Validator};
