//! The JavaScript bindings: exports, transport, driver. No other module uses JavaScript.
//!
//! A build enables one of the features `core`, `validator`, `template`, and produces the wasm module of that name. Values
//! are passed as JSON text once per call; a stream's patches are packed ops in wasm memory (see `json::packed`).
//! Errors are thrown as the JSON text of [`Error::to_json`](crate::error::Error::to_json). Any other rejection is a value
//! of the host (an abort reason, an exception of a validator), which is passed on unchanged.

use crate::jsontext::ToText;

#[cfg(feature = "core")]
mod client;
#[cfg(feature = "core")]
mod driver;
mod floats;
#[cfg(feature = "core")]
mod host;
#[cfg(feature = "core")]
mod plain;
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

/// The promise of a future. One type of future, so that the code of `future_to_promise` is linked once.
#[cfg(feature = "core")]
fn promise(
    future: std::pin::Pin<Box<dyn Future<Output = Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue>>>>,
) -> js_sys::Promise {
    wasm_bindgen_futures::future_to_promise(future)
}

/// An error as it crosses.
#[cfg(any(feature = "core", feature = "template", feature = "validator"))]
fn thrown(error: &crate::error::Error) -> wasm_bindgen::JsValue {
    wasm_bindgen::JsValue::from_str(&error.to_json().to_text())
}

/// Smaller and faster than the standard library's allocator (docs/internals/size.md).
#[cfg(not(target_feature = "atomics"))]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
