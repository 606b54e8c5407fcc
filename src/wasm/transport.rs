//! The transport: sends one request with the host's fetch, and reads the response with gloo-net's `Response`.
//!
//! The caller's `fetch` receives `(url, init)` with plain strings, so that any mock, proxy or instrumented fetch works.
//! Redirects are followed here and only within the origin, so that a key is never sent to another one.

use crate::jsontext;
use gloo_net::http::Response;
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::ReadableStreamDefaultReader;

use super::host::{CallClock, Host, or_aborted, settle};
use crate::call::Call;
use crate::error::{Error, Kind};
use crate::http::HttpRequest;
use crate::provider::{Endpoint, error_body};

/// Maximum number of same-origin redirects.
const MAX_REDIRECTS: usize = 3;

/// Why there is no response.
pub enum Failure {
    /// The caller aborted, or the call timed out (`host.timed_out()`); with the reason.
    Aborted(JsValue),
    /// The connection failed; a retry may succeed.
    Network(Error),
    /// A retry cannot succeed.
    Final(Error),
    /// A function of the host threw, for example a token function.
    Thrown(JsValue),
}

/// A response's head; the body is read with [`read_all`] or by a stream's reader.
pub struct Head {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub response: Response,
}

/// Sends a request and waits for the head of its response.
pub async fn send(host: &Host, call: &Call, mut request: HttpRequest, clock: CallClock) -> Result<Head, Failure> {
    let endpoint = &call.setup().endpoint;
    for redirects in 0.. {
        let headers = authorized(host, call, &request, clock).await?;
        let init = init(&request, &headers, host);
        let sent = match host.fetch(&request.url, &init, call.attempt()) {
            Ok(promise) => or_aborted(promise, host).await,
            Err(thrown) => Err(thrown),
        };
        // What follows is in parts of the core that may still be loaded.
        loaded(host).await?;
        let value = sent.map_err(|thrown| failure(host, endpoint, &request, thrown))?;
        // Not `dyn_into`: a mock's Response may be of another realm, or an object with the same members.
        let raw: web_sys::Response = value.unchecked_into();
        let opaque = raw.type_() == web_sys::ResponseType::Opaqueredirect;
        let response = Response::from(raw);
        let status = response.status();
        if !opaque && !matches!(status, 301 | 302 | 303 | 307 | 308) {
            return Ok(head(status, response));
        }
        let location = response.headers().get("location");
        request.url = redirected(&request.url, location.as_deref(), status, redirects)?;
    }
    Err(Failure::Final(Error::new(Kind::Network, "The server keeps redirecting.")))
}

#[inline(never)]
fn head(status: u16, response: Response) -> Head {
    let headers = response.headers().entries().map(|(n, v)| (n.to_ascii_lowercase(), v)).collect();
    Head { status, headers, response }
}

/// Waits for the parts of the core that read the outcome.
async fn loaded(host: &Host) -> Result<(), Failure> {
    // A host that loads nothing has no such method.
    let Some(loading) = host.loading().ok().and_then(|loading| loading.dyn_into::<Promise>().ok()) else {
        return Ok(());
    };
    // A caller who aborts does not wait for them. When the call's time is up, they make the error.
    let outcome = match or_aborted(loading.clone(), host).await {
        Err(_) if host.timed_out() => JsFuture::from(loading).await,
        outcome => outcome,
    };
    outcome.map(|_| ()).map_err(|thrown| ended(host, thrown))
}

/// The failure for an exception of an app's function, or for the abort of the call.
fn ended(host: &Host, thrown: JsValue) -> Failure {
    if host.signal().aborted() { Failure::Aborted(host.signal().reason()) } else { Failure::Thrown(thrown) }
}

async fn authorized(
    host: &Host,
    call: &Call,
    request: &HttpRequest,
    clock: CallClock,
) -> Result<Vec<(String, String)>, Failure> {
    let mut headers = request.headers.clone();
    match call.auth_headers(request, clock.now()) {
        Ok(Some(more)) => headers.extend(more),
        Ok(None) => {
            let answer = host.authorize(&call.auth_question(clock.now())).map_err(Failure::Thrown)?;
            let answer = settle(answer, host).await.map_err(|thrown| ended(host, thrown))?;
            let given: Value = answer.as_string().and_then(|s| jsontext::from_str(&s).ok()).unwrap_or_default();
            // The host may have been slow, so the signature uses the time after it.
            headers.extend(call.auth_headers_from(&given, request, clock.now()).map_err(Failure::Final)?);
        }
        Err(error) => return Err(Failure::Final(error)),
    }
    Ok(headers)
}

fn init(request: &HttpRequest, headers: &[(String, String)], host: &Host) -> JsValue {
    let plain = Object::new();
    for (name, value) in headers {
        set(&plain, name, &JsValue::from_str(value));
    }
    let init = Object::new();
    set(&init, "method", &JsValue::from_str(request.method));
    set(&init, "headers", &plain);
    set(&init, "body", &JsValue::from_str(&request.body));
    set(&init, "redirect", &JsValue::from_str("manual"));
    set(&init, "signal", &host.signal());
    init.into()
}

/// Sets a property of a plain object, which can't fail.
fn set(object: &Object, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &JsValue::from_str(key), value);
}

#[inline(never)]
fn redirected(from: &str, location: Option<&str>, status: u16, followed: usize) -> Result<String, Failure> {
    let refuse = |why: &str| {
        let message = format!("The server returned a redirect ({status}) {why} Check `baseURL`.");
        Failure::Final(Error::new(Kind::Provider, message).with("status", status))
    };
    let Some(location) = location else {
        return Err(refuse("that can't be followed here."));
    };
    let target = web_sys::Url::new_with_base(location, from).map_err(|_| refuse("to an invalid address."))?;
    let origin = web_sys::Url::new(from).map(|url| url.origin()).unwrap_or_default();
    if target.origin() != origin {
        return Err(refuse("to another origin, which is refused so that the key stays where it belongs."));
    }
    // 301–303 would change the POST to a GET, which means that the address is wrong.
    if !matches!(status, 307 | 308) || followed >= MAX_REDIRECTS {
        return Err(refuse("that changes the request, or once too often."));
    }
    Ok(target.href())
}

/// The reader of a response's body; `None` if the response has no readable stream (a mock without one, or a body that was
/// already read).
pub fn reader(raw: &web_sys::Response) -> Option<ReadableStreamDefaultReader> {
    let body = raw.body()?;
    // Not `get_reader`: a body that is not a stream has no such method, and a locked one throws.
    let get: Function = Reflect::get(&body, &"getReader".into()).ok()?.dyn_into().ok()?;
    get.call0(&body).ok().map(JsCast::unchecked_into)
}

/// Cancels a body that is not needed any more.
pub fn cancel(reader: &ReadableStreamDefaultReader) {
    let cancelled = reader.cancel();
    // The outcome is ignored, but it must not become an unhandled rejection.
    spawn_local(async move {
        let _ = JsFuture::from(cancelled).await;
    });
}

/// Reads a whole body: returns the bytes, and the failure if they are incomplete.
pub async fn read_all(
    raw: &web_sys::Response,
    headers: &[(String, String)],
    host: &Host,
    call: &Call,
    request: &HttpRequest,
) -> (Vec<u8>, Result<(), Failure>) {
    let mut body = Vec::new();
    let outcome = read_into(&mut body, raw, headers, host, call, request).await;
    (body, outcome)
}

async fn read_into(
    body: &mut Vec<u8>,
    raw: &web_sys::Response,
    headers: &[(String, String)],
    host: &Host,
    call: &Call,
    request: &HttpRequest,
) -> Result<(), Failure> {
    let endpoint = &call.setup().endpoint;
    let limit = call.setup().policy.max_answer_bytes;
    let too_large = || Failure::Final(call.answer_too_large());
    let announced = headers.iter().find(|(name, _)| name == "content-length").and_then(|(_, n)| n.parse::<u64>().ok());
    let announced_too_large = announced.is_some_and(|length| length > limit as u64);
    let Some(reader) = reader(raw) else {
        if announced_too_large {
            return Err(too_large());
        }
        let promise = raw.array_buffer().map_err(|thrown| failure(host, endpoint, request, thrown))?;
        let buffer = or_aborted(promise, host).await.map_err(|thrown| cut(host, endpoint, request, thrown))?;
        let bytes = Uint8Array::new(&buffer);
        if bytes.length() as usize > limit {
            return Err(too_large());
        }
        *body = bytes.to_vec();
        return Ok(());
    };
    if announced_too_large {
        cancel(&reader);
        return Err(too_large());
    }
    loop {
        let read = or_aborted(reader.read(), host).await.map_err(|thrown| {
            cancel(&reader);
            cut(host, endpoint, request, thrown)
        })?;
        let field = |name: &str| Reflect::get(&read, &name.into()).unwrap_or_default();
        if field("done").is_truthy() {
            return Ok(());
        }
        let chunk = Uint8Array::new(&field("value"));
        if body.len() + chunk.length() as usize > limit {
            cancel(&reader);
            return Err(too_large());
        }
        let at = body.len();
        body.resize(at + chunk.length() as usize, 0);
        if let Some(place) = body.get_mut(at..) {
            chunk.copy_to(place);
        }
    }
}

/// The failure for a rejected read of a body: the connection broke.
#[inline(never)]
pub fn cut(host: &Host, endpoint: &Endpoint, request: &HttpRequest, thrown: JsValue) -> Failure {
    if host.signal().aborted() {
        return Failure::Aborted(host.signal().reason());
    }
    host.failed(&thrown);
    let server = web_sys::Url::new(&request.url).map(|u| u.host()).unwrap_or_default();
    let message = format!(
        "The connection to {server} broke in the middle of the answer ({}). Try again, or raise `httpRetries`.",
        reason(&thrown)
    );
    Failure::Network(Error::new(Kind::Network, message).with("provider", endpoint.row.id))
}

/// The failure for a rejected fetch.
#[inline(never)]
pub fn failure(host: &Host, endpoint: &Endpoint, request: &HttpRequest, thrown: JsValue) -> Failure {
    if host.signal().aborted() {
        return Failure::Aborted(host.signal().reason());
    }
    host.failed(&thrown);
    Failure::Network(network_error(endpoint, &request.url, &reason(&thrown)))
}

/// The message of an exception.
fn reason(thrown: &JsValue) -> String {
    let text =
        |value: &JsValue, key: &str| Reflect::get(value, &JsValue::from_str(key)).ok().and_then(|v| v.as_string());
    let mut said = text(thrown, "message").or_else(|| thrown.as_string()).unwrap_or_default();
    // In Node the reason (ECONNREFUSED …) is in the cause.
    if let Ok(cause) = Reflect::get(thrown, &JsValue::from_str("cause"))
        && !cause.is_undefined()
    {
        let more =
            text(&cause, "message").filter(|m| !m.is_empty()).or_else(|| text(&cause, "code")).unwrap_or_default();
        if !more.is_empty() {
            said = format!("{said}: {more}");
        }
    }
    said
}

fn network_error(endpoint: &Endpoint, url: &str, said: &str) -> Error {
    let host = web_sys::Url::new(url).map(|u| u.host()).unwrap_or_default();
    let likely_cors = error_body::likely_cors(endpoint);
    let hint = if likely_cors {
        "In a browser this is most often CORS: the server does not allow this page's origin. Send the call through \
         your own server (`baseURL` or `fetch`), or enable CORS there."
    } else if endpoint.browser {
        "Check the network, and that no extension, proxy or content security policy of the page blocks the address."
    } else {
        "Check the address (`baseURL`), the network, and that the server is running."
    };
    let start = if likely_cors { "" } else { endpoint.row.start_hint };
    let mut error = Error::new(Kind::Network, format!("No response from {host} ({said}). {hint}{start}"));
    if likely_cors {
        error.detail.insert("likelyCors".into(), true.into());
    }
    error
}
