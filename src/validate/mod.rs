//! Validation of a value against the caller's JSON Schema, and the texts of its issues for the model.
//!
//! ```text
//! schema ─▶ Plain::new          the common keywords, in the core          ─▶ or not: the schema has others
//!        ─▶ Validator::new      all of JSON Schema, in its own module     ─▶ or a configuration error
//! value  ─▶ Limits::issues ─▶ failures of the engine ─▶ explain ─▶ Issue {path, message}  all issues
//! issues ─▶ report::error_text  the lines that go back to the model
//! ```
//!
//! [`Validator`] is jsonschema, in a separate wasm module with the feature `validator`. [`Plain`](plain::Plain) is a part of
//! the core: it reads most schemas and reports the same issues, and everything else is for the module. [`report`] is in
//! every build, since an app's own validator returns issues too.

#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod chains;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod describe;
#[cfg(feature = "validator")]
mod engine;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod explain;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod failure;
#[cfg(feature = "validator")]
mod found;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod limits;
#[cfg(any(all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
pub mod plain;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod report;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod suggest;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod table;
#[cfg(any(feature = "validator", all(target_arch = "wasm32", feature = "core"), feature = "machinery"))]
mod work;

#[cfg(feature = "validator")]
pub use engine::{Options, Validator};
