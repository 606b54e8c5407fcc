//! Error bodies of every shape (docs/internals/wire-formats.md#error-bodies) to one `ProviderError` with status, code, message,
//! wait and request id.

use super::registry::Row;
use super::{Endpoint, WireApi};
use crate::chat::Answer;
use crate::error::{Error, Kind};
use crate::http::{http_retryable, retry_after_ms};
use crate::jsontext::{self, ToText};
use crate::obj;
use serde_json::Value;

/// How much of a body is shown when it is not JSON.
const SHOWN: usize = 300;
const REQUEST_IDS: &[&str] = &["x-request-id", "request-id", "apim-request-id", "x-amzn-requestid", "cf-ray"];

/// The error for a status outside 2xx.
pub fn provider_error(
    endpoint: &Endpoint,
    api: &dyn WireApi,
    status: u16,
    headers: &[(String, String)],
    body: &str,
    now_ms: f64,
) -> Error {
    let parsed: Option<Value> = jsontext::from_str(body).ok();
    let (code, said) = match &parsed {
        Some(value) => api.error_text(value).or_else(|| shared(value)).unwrap_or_else(|| (None, shorten(body))),
        None => (None, plain(body)),
    };
    // AWS reports the error's code in a header, Google the wait in the body.
    let named =
        headers.iter().find(|(name, _)| name == "x-amzn-errortype").and_then(|(_, value)| value.split(':').next());
    let code = code.or_else(|| named.map(str::to_owned));
    let title = endpoint.row.title;
    let mut message = format!("{title} answered {status}");
    if !said.is_empty() {
        message.push_str(": ");
        message.push_str(&said);
    }
    let quota = no_quota(code.as_deref());
    // Google reports a wrong key with 400.
    let status_of_hint = if said.contains("API key not valid") { 401 } else { status };
    let too_long =
        || TOO_LONG.iter().any(|part| said.contains(part) || code.as_deref().is_some_and(|c| c.contains(part)));
    let special = match status {
        429 if quota => Some(NO_CREDIT),
        400 | 413 | 422 if too_long() => Some(SHORTEN),
        _ => None,
    };
    if let Some(hint) = special.map(str::to_owned).or_else(|| hint(status_of_hint, endpoint)) {
        // A provider's message may end without a full stop.
        message.push_str(if message.ends_with(['.', '!', '?']) { " " } else { ". " });
        message.push_str(&hint);
    }
    let mut error = Error::new(Kind::Provider, message).with("status", status).with("provider", endpoint.row.id);
    // Some servers use their own status for temporary errors.
    if !matches!(status, 401 | 403 | 413)
        && code.as_deref().and_then(status_of).is_some_and(|meant| http_retryable(meant, None, quota))
    {
        error.detail.insert("retryable".into(), true.into());
    }
    if let Some(code) = code {
        error.detail.insert("code".into(), code.into());
    }
    if quota {
        error.detail.insert("quotaExhausted".into(), true.into());
    }
    if let Some(ms) = retry_after_ms(headers, now_ms).or_else(|| retry_delay_ms(parsed.as_ref()?)) {
        error.detail.insert("retryAfter".into(), ms.into());
    }
    let header = headers.iter().find(|(name, _)| REQUEST_IDS.contains(&name.as_str())).map(|(_, id)| id.as_str());
    // Browsers may hide the header; Anthropic's body has the id too.
    if let Some(id) = header.or_else(|| parsed.as_ref()?.get("request_id")?.as_str()) {
        error.detail.insert("requestId".into(), id.into());
    }
    error.detail.insert("body".into(), parsed.map_or_else(|| shorten(body).into(), shown));
    error
}

/// `error.details[].retryDelay`, `"34s"` (google.rpc.RetryInfo).
fn retry_delay_ms(body: &Value) -> Option<f64> {
    let details = body.get("error")?.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str()?.strip_suffix('s'))?;
    let seconds = jsontext::number(delay)?.as_f64()?;
    (seconds >= 0.0).then_some(seconds * 1000.0)
}

/// The HTTP status for a part of an error's code. The first match counts.
const STATUSES: &[(&str, u16)] = &[
    ("servicequota", 400),
    ("quota", 429),
    ("billing", 402),
    ("credit", 402),
    ("context_length", 400),
    ("invalid_api_key", 401),
    ("authentication", 401),
    ("unauth", 401),
    ("permission", 403),
    ("accessdenied", 403),
    ("not_found", 404),
    ("notfound", 404),
    ("too_large", 413),
    ("invalid", 400),
    ("validation", 400),
    ("policy", 400),
    ("failed_precondition", 400),
    ("bad_request", 400),
    ("overloaded", 529),
    ("rate_limit", 429),
    ("throttl", 429),
    ("resource_exhausted", 429),
    ("capacity", 503),
    ("unavailable", 503),
    ("timeout", 504),
    ("deadline", 504),
    ("modelstreamerror", 424),
    ("api_error", 500),
    ("server", 500),
    ("internal", 500),
];

fn status_of(code: &str) -> Option<u16> {
    let code = code.to_ascii_lowercase();
    STATUSES.iter().find(|(part, _)| code.contains(part)).map(|(_, status)| *status)
}

fn no_quota(code: Option<&str>) -> bool {
    matches!(code, Some("insufficient_quota" | "billing_error" | "credit_balance_too_low"))
}

/// Adds to an error inside a 200 its status, or the status for its code, and whether the same request can succeed. In
/// the middle of a stream an error of unknown meaning is a failure of the server (500).
pub fn with_status(mut error: Error, named: Option<u16>, code: Option<&str>, streamed: bool) -> Error {
    let status = named.or_else(|| status_of(code?)).or(streamed.then_some(500));
    let retryable = status.is_some_and(|status| http_retryable(status, None, no_quota(code)));
    error.detail.insert("retryable".into(), retryable.into());
    if let Some(status) = status {
        error.detail.insert("status".into(), status.into());
    }
    error
}

/// An error object inside a 200: its status, or the status for its code, decides whether a retry helps.
pub fn in_band(row: &Row, body: &Value) -> Option<Error> {
    body.get("error").filter(|error| !error.is_null())?;
    let told = shared(body)?;
    Some(inside(row, body, told, false))
}

/// The same for an event of a stream.
pub fn in_stream(row: &Row, body: &Value) -> Error {
    let told = shared(body).unwrap_or_else(|| (None, shorten(&body.to_text())));
    inside(row, body, told, true)
}

fn inside(row: &Row, body: &Value, (code, said): (Option<String>, String), streamed: bool) -> Error {
    let inner = body.get("error").unwrap_or(body);
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let named = ["code", "status", "status_code"].iter().find_map(|key| inner.get(*key).and_then(number));
    let named = named.filter(|status| (400..600).contains(status)).map(|status| status as u16);
    let mut error = Error::new(Kind::Provider, [row.title, " responded with an error: ", &said].concat())
        .with("provider", row.id)
        .with("body", shown(body.clone()));
    error = with_status(error, named, code.as_deref(), streamed);
    if let Some(code) = code {
        error.detail.insert("code".into(), code.into());
    }
    error
}

/// Codes and phrases for errors in the model's call or JSON.
const MODEL_FAULTS: &[&str] = &["tool_use_failed", "json_validate_failed", "invalid sequence as part of ToolUse"];

/// The model's answer that its provider refused (a call or JSON that did not match), or the provider's report of it:
/// either is reported to the model like any invalid answer.
pub fn failed_generation(error: &Error) -> Option<Result<Answer, Error>> {
    let mut body = error.detail.get("body")?.clone();
    let told = body.get_mut("error").and_then(Value::as_object_mut);
    if let Some(told) = told
        && let Some(Value::String(text)) = told.shift_remove("failed_generation")
    {
        let message = obj! { "role": "assistant", "content": text };
        let raw = obj! { "error": told.clone(), "choices": vec![obj! { "message": message }] };
        return Some(Ok(Answer { raw, text: Some(text), ..Answer::default() }));
    }
    let code = error.detail.get("code").and_then(Value::as_str).unwrap_or_default();
    let fault = MODEL_FAULTS.iter().any(|fault| *fault == code || error.message.contains(fault));
    let (_, said) = shared(&body).filter(|_| fault)?;
    Some(Err(Error::parsing(said)))
}

/// A 2xx whose body is not JSON: a truncated body, or a proxy's login page.
pub fn not_json(endpoint: &Endpoint, status: u16, headers: &[(String, String)], body: &[u8], cut: bool) -> Error {
    let text = String::from_utf8_lossy(body);
    let title = endpoint.row.title;
    let json = headers.iter().any(|(name, value)| name == "content-type" && value.contains("json"));
    let start = text.trim_start();
    let (kind, message) = if cut && (start.is_empty() || start.starts_with('{') || start.starts_with('[')) {
        let message = format!(
            "{title} answered {status} with a body that ends in the middle of its JSON: the connection was cut. Try again, or raise `httpRetries`."
        );
        (Kind::IncompleteOutput, message)
    } else if !start.starts_with('<') && (json || start.starts_with('{') || start.starts_with('[')) {
        let message = format!(
            "{title} answered {status} with a body that is not JSON, although it should be. Try again, or raise `httpRetries`."
        );
        (Kind::Provider, message)
    } else {
        let message = format!(
            "{title} answered {status}, but not with JSON: {} Check `baseURL`: this is probably not the API.",
            plain(&text)
        );
        return Error::new(Kind::Provider, message).with("status", status).with("body", shorten(&text));
    };
    // Damaged in transit: the same request can succeed.
    Error::new(kind, message).with("status", status).with("retryable", true).with("body", shorten(&text))
}

/// `(code, message)` from the known shapes: `{error: {message, type, code}}`, `{code?, error: "…"}`, `{message}`,
/// `{detail}`, `{errors}`, `{object: "error", message}`, and arrays of those.
pub fn shared(body: &Value) -> Option<(Option<String>, String)> {
    let body = body.as_array().and_then(|list| list.first()).unwrap_or(body);
    let text = |value: &Value| match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_text()),
        _ => None,
    };
    match body.get("error") {
        Some(Value::String(said)) => return Some((body.get("code").and_then(text), said.clone())),
        // Cloudflare's gateway: `error: [{code, message}]`.
        Some(Value::Array(list)) if list.first().is_some_and(Value::is_object) => {
            let first = list.first()?;
            return shared(&obj! { "error": first.clone() });
        }
        Some(inner @ Value::Object(_)) => {
            let code = ["code", "status", "type"]
                .iter()
                .find_map(|k| inner.get(*k).and_then(Value::as_str))
                .or_else(|| inner.get("metadata")?.get("error_type")?.as_str())
                .map(str::to_owned);
            let said = ["message", "detail", "error"].iter().find_map(|k| inner.get(*k).and_then(text));
            let mut said = said.unwrap_or_else(|| shorten(&inner.to_text()));
            if let Some(more) = inner.get("metadata").and_then(upstream) {
                said.push_str(&more);
            }
            return Some((code.or_else(|| inner.get("code").and_then(text)), said));
        }
        _ => {}
    }
    let code = ["code", "type", "__type", "error_code", "tpe"].iter().find_map(|k| body.get(*k).and_then(text));
    // AWS adds a namespace as a prefix.
    let code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
    let said = ["message", "Message", "detail", "errors"].iter().find_map(|k| body.get(*k).filter(|v| !v.is_null()))?;
    Some((code, problem_text(said)))
}

/// A gateway's report about the provider of a request (OpenRouter: `metadata: {provider_name, raw}`): its name and its
/// message.
fn upstream(metadata: &Value) -> Option<String> {
    let raw = metadata.get("raw").filter(|raw| !raw.is_null())?;
    let parsed = raw.as_str().and_then(|raw| jsontext::from_str(raw).ok());
    let body = parsed.as_ref().unwrap_or(raw);
    let (code, said) = match (shared(body), body) {
        (Some(told), _) => told,
        (None, Value::String(text)) => (None, plain(text)),
        (None, other) => (None, shorten(&other.to_text())),
    };
    let name = metadata.get("provider_name").and_then(Value::as_str).unwrap_or("upstream");
    let code = code.map(|code| [" ", &code].concat()).unwrap_or_default();
    Some([" (", name, &code, ": ", &without_keys(&shorten(&said)), ")"].concat())
}

/// A body for an error, without the keys that a gateway may quote.
fn shown(mut body: Value) -> Value {
    if let Some(Value::String(raw)) = body.pointer_mut("/error/metadata/raw") {
        *raw = without_keys(raw);
    }
    body
}

/// Prefixes of keys. The client does not know the key that a gateway uses for its provider.
const KEYS: &[&str] = &["sk-", "sk_", "gsk_", "AIza", "xai-", "hf_", "AKIA", "nvapi-", "pplx-", "csk-", "tgp_", "r8_"];

/// A text without the words that look like keys.
fn without_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut bearer = false;
    for word in
        text.split_inclusive(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ':' | '=' | '(' | ')'))
    {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if bare.len() > 8 && (bearer || KEYS.iter().any(|key| bare.starts_with(key))) {
            out.push_str("[redacted]");
            out.push_str(word.get(bare.len()..).unwrap_or_default());
        } else {
            out.push_str(word);
        }
        bearer = bare.eq_ignore_ascii_case("bearer") || bearer && bare.is_empty();
    }
    out
}

/// A text, or the messages of a list of problems: `[{loc: ["body", "seed"], msg}]` (FastAPI), `[{description}]`
/// (Writer).
fn problem_text(said: &Value) -> String {
    let said = said.get("detail").unwrap_or(said);
    let one = |problem: &Value| {
        let text = ["msg", "message", "description"].iter().find_map(|k| problem.get(*k)?.as_str())?;
        let Some(place) = problem.get("loc").and_then(Value::as_array) else { return Some(text.to_owned()) };
        let place: Vec<String> =
            place.iter().map(|step| step.as_str().map_or_else(|| step.to_text(), str::to_owned)).collect();
        Some(format!("{}: {text}", place.join(".")))
    };
    let list = || said.as_array()?.iter().map(one).collect::<Option<Vec<String>>>();
    match said {
        Value::String(said) => said.clone(),
        _ => shorten(&list().map_or_else(|| said.to_text(), |list| list.join("; "))),
    }
}

/// Codes and phrases for messages that exceed the model's context.
const TOO_LONG: &[&str] = &[
    "context_length",
    "context length",
    "context window",
    "context size",
    "context_size",
    "prompt is too long",
    "maximum number of tokens",
];
const SHORTEN: &str =
    "The messages are too long for this model: shorten them, or use a model with a larger context window.";
const NO_CREDIT: &str = "The quota or the credit of the account is used up, so waiting does not help: add credit or raise the limit at the provider.";

fn hint(status: u16, endpoint: &Endpoint) -> Option<String> {
    Some(match status {
        401 => match endpoint.row.key_env.first() {
            Some(variable) => format!("Check the key: `apiKey`, or {variable} in the environment."),
            None => "Check the credentials: `accessToken`, `credentials` or `apiKey`.".to_owned(),
        },
        402 => "There is no credit left, or billing is not set up.".to_owned(),
        403 => "The key is not allowed to do this: check its permissions, the model's availability and the region."
            .to_owned(),
        404 => format!("Check the model's name ('{}') and `baseURL`.", endpoint.model),
        400 | 422 => "Check the parameters of the call, and what this model supports.".to_owned(),
        413 => "The request is too large: send less at once.".to_owned(),
        429 => "Too many requests or quota used up: wait, or raise `httpRetries`.".to_owned(),
        529 => "The provider is overloaded: try again later, or raise `httpRetries`.".to_owned(),
        500..=599 => "The provider has an internal error: try again later, or raise `httpRetries`.".to_owned(),
        _ => return None,
    })
}

/// Whether a request without a response most likely failed because the server does not allow the page: not if the
/// provider's address allows every page.
#[cfg(any(target_arch = "wasm32", feature = "machinery"))]
pub fn likely_cors(endpoint: &Endpoint) -> bool {
    let allowed =
        matches!(endpoint.row.cors, crate::provider::registry::Cors::Yes | crate::provider::registry::Cors::WithHeader)
            && Some(&*endpoint.base_url) == endpoint.row.base;
    endpoint.browser && !allowed
}

/// HTML and other text, without tags and in one line.
fn plain(body: &str) -> String {
    let trimmed = body.trim_start();
    if !trimmed.starts_with('<') {
        return shorten(body);
    }
    let mut out = String::new();
    let mut in_tag = false;
    for c in trimmed.chars().take(4000) {
        match c {
            '<' => in_tag = true,
            '>' => {
                in_tag = false;
                out.push(' ');
            }
            _ if !in_tag => out.push(c),
            _ => {}
        }
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    format!("an HTML page \"{}\".", shorten(&words.join(" ")))
}

fn shorten(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
