//! The host object of a call, which TypeScript provides: fetch, validator, hooks, abort signal.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::call::Clock;

#[wasm_bindgen]
extern "C" {
    /// Every method is present; TypeScript provides defaults for those that the caller did not set.
    pub type Host;

    /// `fetch(url, init, attempt)` → `Promise<Response>`.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Host, url: &str, init: &JsValue, attempt: u32) -> Result<Promise, JsValue>;

    /// Returns `undefined` for a valid value, or issues as JSON text; or a promise of either.
    #[wasm_bindgen(method, catch)]
    pub fn validate(this: &Host, json: &str) -> Result<JsValue, JsValue>;

    /// Emits a hook event with the facts of its attempt (`Call::about`). For `completion:kwargs` it may return the changed
    /// body as JSON text.
    #[wasm_bindgen(method, catch)]
    pub fn emit(this: &Host, name: &str, payload: &str, about: &str) -> Result<Option<String>, JsValue>;

    /// Applies the caller's retry policy: returns JSON `{retry, delay?}`, or a promise of it. `usual` is the built-in
    /// decision, `possible` whether a further attempt is allowed.
    #[wasm_bindgen(method, catch)]
    pub fn decide(this: &Host, error: &str, attempt: u32, usual: bool, possible: bool) -> Result<JsValue, JsValue>;

    /// Runs calls of the app's own tools, given as JSON: a promise of their results as JSON.
    #[wasm_bindgen(method, catch, js_name = runTools)]
    pub fn run_tools(this: &Host, calls: &str) -> Result<JsValue, JsValue>;

    /// Creates credentials that only the host can create (by a token function, or a WebCrypto signature): JSON headers.
    #[wasm_bindgen(method, catch)]
    pub fn authorize(this: &Host, request: &str) -> Result<JsValue, JsValue>;

    /// A promise while the parts of the core that read the answer are being loaded, else `undefined`. It rejects when one
    /// can't be loaded.
    #[wasm_bindgen(method, catch)]
    pub fn loading(this: &Host) -> Result<JsValue, JsValue>;

    /// Rejects with the reason when the call is aborted or times out; never resolves.
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &Host) -> Promise;

    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Host) -> web_sys::AbortSignal;

    /// Whether the call was aborted by its timeout.
    #[wasm_bindgen(method, getter, js_name = timedOut)]
    pub fn timed_out(this: &Host) -> bool;

    /// Receives the reader of a streamed body, so that an abort can cancel it.
    #[wasm_bindgen(method, catch)]
    pub fn reading(this: &Host, reader: &JsValue) -> Result<(), JsValue>;

    /// Receives an exception of fetch or of a body's reader, for the error's cause.
    #[wasm_bindgen(method)]
    pub fn failed(this: &Host, thrown: &JsValue);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, ms: f64) -> JsValue;

    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

#[wasm_bindgen]
extern "C" {
    type Performance;

    /// Absent in some JavaScript shells.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Option<Performance>;

    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

/// The clock of one call: the system's time at the start of the call plus the time of a monotonic clock, so that changes of
/// the system's time during the call do not affect timeouts.
#[derive(Clone, Copy)]
pub struct CallClock {
    offset_ms: f64,
}

impl CallClock {
    pub fn start() -> CallClock {
        CallClock { offset_ms: js_sys::Date::now() - CallClock::steady_ms() }
    }

    fn steady_ms() -> f64 {
        PERFORMANCE.with(|performance| performance.as_ref().map_or_else(js_sys::Date::now, Performance::now))
    }

    /// The time and the random number for the core.
    pub fn now(self) -> Clock {
        Clock { now_ms: self.offset_ms + CallClock::steady_ms(), random: js_sys::Math::random() }
    }
}

/// Awaits a value that may be a promise, or the abort of the call.
pub async fn settle(value: JsValue, host: &Host) -> Result<JsValue, JsValue> {
    match value.dyn_into::<Promise>() {
        Ok(promise) => or_aborted(promise, host).await,
        Err(value) => Ok(value),
    }
}

/// Awaits a promise or the abort, whichever comes first.
pub async fn or_aborted(promise: Promise, host: &Host) -> Result<JsValue, JsValue> {
    let pair = js_sys::Array::of2(&promise, &host.aborted());
    JsFuture::from(Promise::race(&pair)).await
}

/// Waits until the time has passed or the call is aborted.
pub async fn sleep(ms: f64, host: &Host) -> Result<(), JsValue> {
    let mut timer = JsValue::UNDEFINED;
    let over = Promise::new(&mut |resolve, _| {
        timer = set_timeout(&resolve, ms);
    });
    let ended = or_aborted(over, host).await;
    // A timer keeps a process running.
    clear_timeout(&timer);
    ended.map(|_| ())
}
