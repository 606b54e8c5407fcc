//! The only room that knows JavaScript: exports, transport, driver.
//!
//! A build picks one of the features `core`, `validator`, `template`; each makes its own wasm module. Values
//! cross as JSON text once per call; a stream's patches cross as packed ops read from memory (see `json::patch`).
//! Errors cross as the JSON text of [`Error::to_json`](crate::error::Error::to_json); anything else that rejects
//! is the host's own value (an abort reason, what a validator threw) and passes through untouched.

#[cfg(feature = "core")]
mod client;
#[cfg(feature = "core")]
mod driver;
#[cfg(feature = "core")]
mod host;
#[cfg(feature = "core")]
mod stream;
#[cfg(feature = "template")]
mod template;
#[cfg(feature = "core")]
mod transport;
#[cfg(feature = "validator")]
mod validator;

#[cfg(all(feature = "core", feature = "machinery"))]
pub use client::CoreClient;
#[cfg(all(feature = "core", feature = "machinery"))]
pub use host::Host;

/// An error as it crosses.
#[cfg(any(feature = "core", feature = "template", feature = "validator"))]
fn thrown(error: &crate::error::Error) -> wasm_bindgen::JsValue {
    wasm_bindgen::JsValue::from_str(&error.to_json().to_string())
}
