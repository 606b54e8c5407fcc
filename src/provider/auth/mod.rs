//! Credentials of a request. Their values never appear in a log, an error or an event: they are added to the headers
//! when the request is sent, after it is recorded.
//!
//! Keys become headers here. Where the host is needed (a signature by WebCrypto, the result of a credentials function),
//! [`question`] requests it and [`answered`] builds the headers from its answer.

pub mod cloud;
pub mod google_jwt;
mod secret;
pub mod sha256;
pub mod sigv4;

use crate::jsontext::ToText;
pub use secret::Secret;

use super::address;
use crate::error::Error;
use crate::http::HttpRequest;
use crate::obj;
use serde_json::Value;

#[derive(Debug, Clone)]
pub enum Auth {
    None,
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// A header that is specific to the API (`api-key`, `x-api-key`, `x-goog-api-key`).
    Header(&'static str, Secret),
    /// Signed with AWS keys; without keys the host's credentials function provides them.
    Aws {
        keys: Option<sigv4::Keys>,
        region: String,
    },
    /// A Google service account; the host signs and caches the token.
    Google(google_jwt::Account),
}

/// Names in lower case, and values.
pub type Headers = Vec<(String, String)>;

/// The headers to add to a request that is sent now. `None` if the host is needed.
pub fn headers(auth: &Auth, request: &HttpRequest, now_ms: f64) -> Result<Option<Headers>, Error> {
    Ok(Some(match auth {
        Auth::None => Vec::new(),
        Auth::Bearer(Secret(key)) => vec![bearer(key)],
        Auth::Header(name, Secret(key)) => vec![((*name).to_owned(), key.clone())],
        Auth::Aws { keys: Some(keys), region } => aws(keys, region, request, now_ms),
        Auth::Aws { keys: None, .. } | Auth::Google(_) => return Ok(None),
    }))
}

/// The request to the host as JSON text: `{kind: 'aws'}`, for which it returns keys, or `{kind: 'google', assertion,
/// privateKey, tokenUrl}`, for which it returns `{accessToken}`.
#[inline(never)]
pub fn question(auth: &Auth, now_ms: f64) -> String {
    match auth {
        Auth::Google(account) => obj! { "kind": "google", "assertion": account.assertion(now_ms), "privateKey": account.private_key.0, "tokenUrl": account.token_url },
        _ => obj! { "kind": "aws" },
    }
    .to_text()
}

/// The headers from the host's answer to [`question`].
#[inline(never)]
pub fn answered(auth: &Auth, request: &HttpRequest, now_ms: f64, answer: &Value) -> Result<Headers, Error> {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    match auth {
        Auth::Aws { region, .. } => {
            let (Some(access_key_id), Some(secret)) = (text("accessKeyId"), text("secretAccessKey")) else {
                return Err(Error::configuration(
                    "The credentials function must give { accessKeyId, secretAccessKey, sessionToken? }.",
                ));
            };
            let session_token = text("sessionToken").map(Secret);
            address::header("accessKeyId", &access_key_id)?;
            session_token.as_ref().map_or(Ok(()), |token| address::header("sessionToken", &token.0))?;
            let keys = sigv4::Keys { access_key_id, secret_access_key: Secret(secret), session_token };
            Ok(aws(&keys, region, request, now_ms))
        }
        _ => match text("accessToken") {
            Some(token) => {
                address::header("accessToken", &token)?;
                Ok(vec![bearer(&token)])
            }
            None => Err(Error::configuration("Google gave no access token for these credentials.")),
        },
    }
}

/// A text that differs between credentials. It may contain a key: hash it.
pub fn identity(auth: &Auth) -> &str {
    match auth {
        Auth::None | Auth::Aws { keys: None, .. } => "",
        Auth::Bearer(Secret(key)) | Auth::Header(_, Secret(key)) => key,
        Auth::Aws { keys: Some(keys), .. } => &keys.access_key_id,
        Auth::Google(account) => &account.email,
    }
}

/// The value of an authorization header for `user:password` in an address (percent-encoded).
#[inline(never)]
pub fn basic(user: &str) -> String {
    let bytes = percent_decode(user);
    let mut text = google_jwt::base64url(&bytes).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    ["Basic ", &text].concat()
}

fn percent_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = |at: usize| after.get(at).and_then(|byte| (*byte as char).to_digit(16)).map(|digit| digit as u8);
        match (first, hex(0), hex(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                out.push(*first);
                rest = after;
            }
        }
    }
    out
}

fn bearer(token: &str) -> (String, String) {
    ("authorization".to_owned(), format!("Bearer {token}"))
}

#[inline(never)]
fn aws(keys: &sigv4::Keys, region: &str, request: &HttpRequest, now_ms: f64) -> Headers {
    sigv4::sign(keys, region, "bedrock", request.method, &request.url, &request.body, now_ms)
}
