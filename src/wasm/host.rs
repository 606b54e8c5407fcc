//! The host object that TypeScript hands in with each call: its fetch, its validator, its hooks, its abort signal.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::call::Clock;

#[wasm_bindgen]
extern "C" {
    /// Every method is always there; TypeScript fills in what the caller did not give.
    pub type Host;

    /// `fetch(url, init)` → `Promise<Response>`.
    #[wasm_bindgen(method, catch)]
    pub fn fetch(this: &Host, url: &str, init: &JsValue) -> Result<Promise, JsValue>;

    /// `undefined` = accepted, else issues as JSON text; or a promise of either.
    #[wasm_bindgen(method, catch)]
    pub fn validate(this: &Host, json: &str) -> Result<JsValue, JsValue>;

    /// A hook event. For `completion:kwargs` it may answer the changed body as JSON text.
    #[wasm_bindgen(method, catch)]
    pub fn emit(this: &Host, name: &str, payload: &str) -> Result<Option<String>, JsValue>;

    /// The caller's retry policy: JSON `{retry, delay?}`, or a promise of it.
    #[wasm_bindgen(method, catch)]
    pub fn decide(this: &Host, error: &str, attempt: u32, retry: bool) -> Result<JsValue, JsValue>;

    /// Credentials that only the host can make (a token function, a signature by WebCrypto): JSON headers.
    #[wasm_bindgen(method, catch)]
    pub fn authorize(this: &Host, request: &str) -> Result<JsValue, JsValue>;

    /// Rejects with the reason when the call is aborted or its time is up; never resolves.
    #[wasm_bindgen(method, getter)]
    pub fn aborted(this: &Host) -> Promise;

    #[wasm_bindgen(method, getter)]
    pub fn signal(this: &Host) -> web_sys::AbortSignal;

    /// Whether the abort was the call's own timeout.
    #[wasm_bindgen(method, getter, js_name = timedOut)]
    pub fn timed_out(this: &Host) -> bool;

    /// The reader of a streamed body, so that an abort can cancel it.
    #[wasm_bindgen(method, catch)]
    pub fn reading(this: &Host, reader: &JsValue) -> Result<(), JsValue>;

    /// What fetch or a body's reader threw, for the error's cause.
    #[wasm_bindgen(method)]
    pub fn failed(this: &Host, thrown: &JsValue);

    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, ms: f64) -> JsValue;
}

#[wasm_bindgen]
extern "C" {
    type Performance;

    /// Missing in a few shells.
    #[wasm_bindgen(thread_local_v2, js_name = performance)]
    static PERFORMANCE: Option<Performance>;

    #[wasm_bindgen(method)]
    fn now(this: &Performance) -> f64;
}

/// The time of one call: that of the system's clock when the call began, and from there on by a clock that nobody sets,
/// so that a clock that is set forward during the call does not use up the call's time.
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

    /// The instant and the random number that the pure core asks for.
    pub fn now(self) -> Clock {
        Clock { now_ms: self.offset_ms + CallClock::steady_ms(), random: js_sys::Math::random() }
    }
}

/// Awaits a value that may be a promise, but not longer than the call may last.
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

/// Waits, unless aborted.
pub async fn sleep(ms: f64, host: &Host) -> Result<(), JsValue> {
    let timer = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, ms);
    });
    or_aborted(timer, host).await.map(|_| ())
}
