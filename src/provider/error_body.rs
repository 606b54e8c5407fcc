//! Error bodies of every shape to one `ProviderError` with status, code, message, wait and request id.

use super::registry::Row;
use super::{Endpoint, WireApi};
use crate::call::policy::retry_after_ms;
use crate::chat::Answer;
use crate::error::{Error, Kind};
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
    let parsed: Option<Value> = serde_json::from_str(body).ok();
    let (code, said) = match &parsed {
        Some(value) => api.error_text(value).or_else(|| shared(value)).unwrap_or_else(|| (None, shorten(body))),
        None => (None, plain(body)),
    };
    // AWS names the error in a header, Google the wait in the body.
    let named =
        headers.iter().find(|(name, _)| name == "x-amzn-errortype").and_then(|(_, value)| value.split(':').next());
    let code = code.or_else(|| named.map(str::to_owned));
    let title = endpoint.row.title;
    let mut message = format!("{title} answered {status}");
    if !said.is_empty() {
        message.push_str(": ");
        message.push_str(&said);
    }
    // Google tells a wrong key with 400.
    let status_of_hint = if said.contains("API key not valid") { 401 } else { status };
    if let Some(hint) = hint(status_of_hint, endpoint) {
        // Providers' sentences end as they please; ours begins a new one.
        message.push_str(if message.ends_with(['.', '!', '?']) { " " } else { ". " });
        message.push_str(&hint);
    }
    let quota = matches!(code.as_deref(), Some("insufficient_quota" | "billing_error" | "credit_balance_too_low"));
    let mut error = Error::new(Kind::Provider, message).with("status", status).with("provider", endpoint.row.id);
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
    // A browser may not be shown the header; Anthropic says it in the body too.
    if let Some(id) = header.or_else(|| parsed.as_ref()?.get("request_id")?.as_str()) {
        error.detail.insert("requestId".into(), id.into());
    }
    error.detail.insert("body".into(), parsed.unwrap_or_else(|| shorten(body).into()));
    error
}

/// `error.details[].retryDelay`, `"34s"` (google.rpc.RetryInfo).
fn retry_delay_ms(body: &Value) -> Option<f64> {
    let details = body.get("error")?.get("details")?.as_array()?;
    let delay = details.iter().find_map(|detail| detail.get("retryDelay")?.as_str()?.strip_suffix('s'))?;
    let seconds: f64 = serde_json::from_str(delay).ok()?;
    (seconds >= 0.0).then_some(seconds * 1000.0)
}

/// An error object inside a 200: its own status, if it names one, decides whether a retry helps.
pub fn in_band(row: &Row, body: &Value) -> Option<Error> {
    let inner = body.get("error").filter(|e| !e.is_null())?;
    let (code, said) = shared(body)?;
    let status =
        inner.get("code").or_else(|| inner.get("status")).and_then(|c| c.as_u64().or_else(|| c.as_str()?.parse().ok()));
    let retryable = match status {
        Some(status) => matches!(status, 408 | 409 | 429) || (500..600).contains(&status),
        None => code
            .as_deref()
            .is_some_and(|c| c.contains("overloaded") || c.contains("rate_limit") || c.contains("server_error")),
    };
    let mut error = Error::new(Kind::Provider, format!("{} answered with an error: {said}", row.title))
        .with("provider", row.id)
        .with("retryable", retryable);
    if let Some(status) = status {
        error.detail.insert("status".into(), status.into());
    }
    if let Some(code) = code {
        error.detail.insert("code".into(), code.into());
    }
    error.detail.insert("body".into(), body.clone());
    Some(error)
}

/// A 2xx whose body is not JSON: a proxy's login page, most often, or a body cut in the middle.
pub fn not_json(endpoint: &Endpoint, status: u16, headers: &[(String, String)], body: &[u8]) -> Error {
    let text = String::from_utf8_lossy(body);
    let json = headers.iter().any(|(name, value)| name == "content-type" && value.contains("json"));
    let start = text.trim_start();
    let message = if (json || start.starts_with('{') || start.starts_with('[')) && !start.starts_with('<') {
        // Cut in transit: another try can help.
        return Error::new(
            Kind::Provider,
            format!("{} answered {status} with a body that ends in the middle of its JSON. Try again, or raise `httpRetries`.", endpoint.row.title),
        )
        .with("status", status)
        .with("retryable", true)
        .with("body", shorten(&text));
    } else {
        format!(
            "{} answered {status}, but not with JSON: {} Check `baseURL`: this is probably not the API.",
            endpoint.row.title,
            plain(&text)
        )
    };
    Error::new(Kind::Provider, message).with("status", status).with("body", shorten(&text))
}

/// `(code, message)` of the shapes in use: `{error: {message, type, code}}`, `{code?, error: "…"}`, `{message}`,
/// `{detail}`, `{errors}`, `{object: "error", message}`, and arrays of those.
pub fn shared(body: &Value) -> Option<(Option<String>, String)> {
    let body = body.as_array().and_then(|list| list.first()).unwrap_or(body);
    let text = |value: &Value| match value {
        Value::String(s) => Some(s.clone()),
        Value::Number(n) => Some(n.to_string()),
        _ => None,
    };
    match body.get("error") {
        Some(Value::String(said)) => return Some((body.get("code").and_then(text), said.clone())),
        Some(inner @ Value::Object(_)) => {
            let code = ["code", "status", "type"]
                .iter()
                .find_map(|k| inner.get(*k).and_then(Value::as_str))
                .or_else(|| inner.get("metadata")?.get("error_type")?.as_str())
                .map(str::to_owned);
            let said = ["message", "detail", "error"].iter().find_map(|k| inner.get(*k).and_then(text));
            return Some((
                code.or_else(|| inner.get("code").and_then(text)),
                said.unwrap_or_else(|| shorten(&inner.to_string())),
            ));
        }
        _ => {}
    }
    let code = ["code", "type", "__type", "error_code", "tpe"].iter().find_map(|k| body.get(*k).and_then(text));
    // AWS puts a name space before it.
    let code = code.map(|code| code.rsplit('#').next().unwrap_or_default().to_owned());
    let said = ["message", "Message", "detail", "errors"].iter().find_map(|k| body.get(*k).filter(|v| !v.is_null()))?;
    Some((code, told(said)))
}

/// A text, or what a list of problems says: `[{loc: ["body", "seed"], msg}]` (FastAPI), `[{description}]` (Writer).
fn told(said: &Value) -> String {
    let said = said.get("detail").unwrap_or(said);
    let one = |problem: &Value| {
        let text = ["msg", "message", "description"].iter().find_map(|k| problem.get(*k)?.as_str())?;
        let Some(place) = problem.get("loc").and_then(Value::as_array) else { return Some(text.to_owned()) };
        let place: Vec<String> =
            place.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned)).collect();
        Some(format!("{}: {text}", place.join(".")))
    };
    let list = || said.as_array()?.iter().map(one).collect::<Option<Vec<String>>>();
    match said {
        Value::String(said) => said.clone(),
        _ => shorten(&list().map_or_else(|| said.to_string(), |list| list.join("; "))),
    }
}

/// What the model said although the provider refused its own answer (Groq: a call or JSON that did not fit): it can be
/// told to the model as any answer that does not fit.
pub fn failed_generation(body: &[u8]) -> Option<Answer> {
    let mut body: Value = serde_json::from_slice(body).ok()?;
    let error = body.get_mut("error")?.as_object_mut()?;
    let Value::String(text) = error.shift_remove("failed_generation")? else { return None };
    let message = obj! { "role": "assistant", "content": text };
    let raw = obj! { "error": error.clone(), "choices": vec![obj! { "message": message }] };
    Some(Answer { raw, text: Some(text), ..Answer::default() })
}

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
        400 | 422 => "Check the parameters of the call, and what this model takes.".to_owned(),
        413 => "The request is too large: send less at once.".to_owned(),
        429 => "Too many requests or quota used up: wait, or raise `httpRetries`.".to_owned(),
        529 => "The provider is overloaded: try again later, or raise `httpRetries`.".to_owned(),
        500..=599 => "The provider has trouble of its own: try again later, or raise `httpRetries`.".to_owned(),
        _ => return None,
    })
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
