//! Structured, validated output from language models: the core of the npm package `instructor-wasm`.
//!
//! The crate does no I/O and reads no clock. [`call`] is the state machine of one call, with an example; a program drives it with
//! its own HTTP client. In WebAssembly builds, the module `wasm` exports the core to JavaScript and is that program.
//!
//! ```text
//! messages + ResponseModel ─▶ mode ─▶ schema (rendered in the API's dialect) ─▶ provider (encoded) ─▶ HttpRequest
//!                                                                                                        │ sent outside
//! value ◀─ validation ◀─ schema (restored) ◀─ json (read) ◀─ provider (decoded) ◀─ stream (framed) ◀─ bytes
//! ```
//!
//! # Features
//! * `core` (default): has no effect in a native build, which always contains the core.
//! * `validator`: `Validator`, JSON Schema validation.
//! * `template`: `render_messages`, Jinja templates in messages.
//! * `schemars`: `ResponseModel::of::<T>()` and `Rendered::read::<T>()`, for Rust types.
//!
//! A WebAssembly build selects one of the first three; each makes its own module.

#![forbid(unsafe_op_in_unsafe_fn)]
#![cfg_attr(not(feature = "machinery"), deny(missing_docs))]
// The unit tests may use serde_json's reader and writer.
#![cfg_attr(test, allow(clippy::disallowed_methods))]

#[cfg(all(target_arch = "wasm32", not(any(feature = "core", feature = "validator", feature = "template"))))]
compile_error!(
    "A WebAssembly build needs one of the features `core` (the default), `validator` and `template`: for example \
     `wasm-pack build --target web -- --no-default-features --features validator`. `npm run build` builds all three."
);

#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod call;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod chat;
mod error;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod http;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod json;
// The other modules need less of it.
#[cfg_attr(all(target_arch = "wasm32", not(feature = "core")), allow(dead_code, unused_imports))]
mod jsontext;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod mode;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod output;
#[cfg(any(not(target_arch = "wasm32"), feature = "core", feature = "validator"))]
mod pointer;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod provider;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod schema;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
mod stream;
#[cfg(feature = "template")]
mod template;
#[cfg(any(not(target_arch = "wasm32"), feature = "core", feature = "validator"))]
mod text;
#[cfg(any(not(target_arch = "wasm32"), feature = "core", feature = "validator"))]
mod validate;
#[cfg(target_arch = "wasm32")]
mod wasm;

#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub use call::{Action, Call, CallResult, Client, Clock, ElementOutcome, ToolRun};
pub use error::{Error, Issue, Kind};
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub use http::HttpRequest;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub use mode::lint::lint;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub use provider::Sink;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub use schema::{Dialect, Level, Note, Plan, Rendered, ResponseModel, render};
#[cfg(feature = "template")]
pub use template::render_messages;
#[cfg(feature = "validator")]
pub use validate::{Options as ValidatorOptions, Validator};

#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
use json::object::obj;

/// The program in the README is compiled like the examples of the documentation.
#[cfg(all(doctest, feature = "schemars"))]
#[doc = include_str!("../README.md")]
struct Readme;

/// The private modules, for the tests and fuzz targets of this repository. No version promises anything about them.
#[cfg(feature = "machinery")]
#[doc(hidden)]
pub mod machinery {
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod call {
        pub use crate::call::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod chat {
        pub use crate::chat::*;
    }
    pub mod error {
        pub use crate::error::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod http {
        pub use crate::http::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod json {
        pub use crate::json::*;
    }
    pub mod jsontext {
        pub use crate::jsontext::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod mode {
        pub use crate::mode::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod output {
        pub use crate::output::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod provider {
        pub use crate::provider::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod schema {
        pub use crate::schema::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
    pub mod stream {
        pub use crate::stream::*;
    }
    #[cfg(feature = "template")]
    pub mod template {
        pub use crate::template::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core", feature = "validator"))]
    pub mod text {
        pub use crate::text::*;
    }
    #[cfg(any(not(target_arch = "wasm32"), feature = "core", feature = "validator"))]
    pub mod validate {
        pub use crate::validate::*;
    }
    #[cfg(target_arch = "wasm32")]
    pub mod wasm {
        pub use crate::wasm::*;
    }
}
