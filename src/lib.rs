//! instructor-wasm: structured, validated data from any LLM.
//!
//! The crate is a pure core (no I/O, no clock, no randomness of its own) and one room, [`wasm`], that
//! knows JavaScript. A call flows through it like this:
//!
//! ```text
//! messages + ResponseModel ─▶ mode (which way to ask) ─▶ schema (rendered for the API)
//!   ─▶ provider::encode ─▶ HttpRequest ─▶ [fetch, outside] ─▶ bytes
//!   ─▶ stream (framing) ─▶ provider::decode ─▶ json (incremental, lenient)
//!   ─▶ schema::restore ─▶ validate ─▶ typed value, or a reask: encode again
//! ```
//!
//! `call` owns that path as a state machine; see `ARCHITECTURE.md`.

#![forbid(unsafe_op_in_unsafe_fn)]

#[cfg(all(target_arch = "wasm32", not(any(feature = "core", feature = "validator", feature = "template"))))]
compile_error!(
    "A WebAssembly build needs one of the features `core` (the default), `validator` and `template`: for example \
     `wasm-pack build --target web -- --no-default-features --features validator`. `npm run build` builds all three."
);

#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod call;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod chat;
pub mod error;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod http;
// The other modules build their errors from it; what they do not use is not linked.
pub mod json;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod mode;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod output;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod provider;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod schema;
#[cfg(any(not(target_arch = "wasm32"), feature = "core"))]
pub mod stream;
#[cfg(feature = "template")]
pub mod template;
pub mod text;
pub mod validate;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
