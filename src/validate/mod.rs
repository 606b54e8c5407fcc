//! Validation: does a value fit the caller's JSON Schema, and if not, what should the model hear?
//!
//! ```text
//! schema ─▶ engine::Validator::new        (a bad schema, a remote $ref: a configuration error)
//! value  ─▶ engine::Validator::validate ─▶ explain ─▶ Issue {path, message}  every problem at once
//! issues ─▶ report::error_text          ─▶ the lines that go back to the model
//! ```
//!
//! The engine (jsonschema) is a wasm module of its own, behind the feature `validator`: an app with Zod never loads
//! it. [`report`] is always there, since issues come from the app's own validator too.

#[cfg(feature = "validator")]
mod chains;
#[cfg(feature = "validator")]
mod engine;
#[cfg(feature = "validator")]
mod explain;
#[cfg(feature = "validator")]
mod near;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod report;
#[cfg(feature = "validator")]
mod words;
#[cfg(feature = "validator")]
mod work;

#[cfg(feature = "validator")]
pub use engine::{Options, Validator};
