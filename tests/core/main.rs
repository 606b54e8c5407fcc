//! The native tests of the crate, in one binary.
//!
//! To run one module: `cargo test --features validator,template,schemars --test core call_loop::`. Nothing here is
//! built for wasm.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::disallowed_methods, reason = "the tests use serde_json's reader and writer")]

mod call_loop;
mod framings;
mod imports;
mod json_extract;
mod json_find;
mod json_incremental;
mod json_patch;
mod json_suites;
mod json_text;
#[cfg(feature = "validator")]
mod lenient_cases;
mod lenient_json5;
mod lenient_rules;
mod list;
mod native_apis;
#[cfg(feature = "validator")]
mod notation;
#[cfg(feature = "validator")]
mod plain;
#[cfg(feature = "validator")]
mod repetition;
mod schema_conformance;
mod schema_hostile;
mod schema_model;
#[cfg(feature = "validator")]
mod schema_property;
mod schema_reading;
#[cfg(feature = "validator")]
mod schema_rules;
mod schema_stream;
#[cfg(feature = "validator")]
mod schema_tools;
#[cfg(feature = "schemars")]
mod schema_types;
mod schema_words;
mod sigv4;
mod special_cases;
mod stream_framings;
mod structure;
mod support;
mod tables;
#[cfg(feature = "template")]
mod template_idioms;
mod template_limits;
#[cfg(feature = "template")]
mod template_messages;
mod traffic;
mod utf8;
#[cfg(feature = "validator")]
mod validate_messages;
#[cfg(feature = "validator")]
mod validate_suite;
#[cfg(feature = "validator")]
mod validate_work;
