//! AWS Signature Version 4, without I/O: the caller provides the time.
//!
//! `host`, `x-amz-date` and, with temporary credentials, `x-amz-security-token` are signed; `content-type` is not,
//! because browsers may rewrite it. The signed path is encoded once more than the sent one, as all services except S3
//! require.

use super::sha256::{hex, hmac, sha256};
use crate::provider::auth::secret::Secret;
use std::fmt::Write as _;

#[derive(Debug, Clone)]
pub struct Keys {
    pub access_key_id: String,
    pub secret_access_key: Secret,
    pub session_token: Option<Secret>,
}

/// The signed parts of a request. `path` and `query` as they are sent.
pub struct Request<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub query: &'a str,
    /// Every header to sign, `host` and `x-amz-date` among them.
    pub headers: Vec<(String, String)>,
    pub body: &'a [u8],
}

pub struct Scope<'a> {
    pub region: &'a str,
    pub service: &'a str,
    /// `20260102T030405Z`
    pub amz_date: &'a str,
}

/// The canonical request and the names of the signed headers.
pub fn canonical(request: &Request) -> (String, String) {
    let headers = request.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), trimmed(value)));
    let headers = sorted(headers, |a, b| a.0 < b.0);
    let mut merged: Vec<(String, String)> = Vec::with_capacity(headers.len());
    for (name, value) in headers {
        match merged.last_mut().filter(|last| last.0 == name) {
            Some(last) => {
                last.1.push(',');
                last.1.push_str(&value);
            }
            None => merged.push((name, value)),
        }
    }
    let names: Vec<&str> = merged.iter().map(|(name, _)| name.as_str()).collect();
    let signed = names.join(";");
    let mut out = format!("{}\n{}\n{}\n", request.method, encoded(request.path, true), query(request.query));
    for (name, value) in &merged {
        let _ = writeln!(out, "{name}:{value}");
    }
    let _ = write!(out, "\n{signed}\n{}", hex(&sha256(&[request.body])));
    (out, signed)
}

/// The `authorization` header.
pub fn authorization(request: &Request, scope: &Scope, keys: &Keys) -> String {
    let Scope { region, service, amz_date } = scope;
    let date = amz_date.get(..8).unwrap_or_default();
    let (canonical, signed) = canonical(request);
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let to_sign = format!("AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{}", hex(&sha256(&[canonical.as_bytes()])));
    let mut key = hmac(format!("AWS4{}", keys.secret_access_key.0).as_bytes(), date.as_bytes());
    for part in [region, service, "aws4_request"] {
        key = hmac(&key, part.as_bytes());
    }
    let signature = hex(&hmac(&key, to_sign.as_bytes()));
    let id = &keys.access_key_id;
    format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}")
}

/// The headers to add to a request sent at `now_ms`.
pub fn sign(
    keys: &Keys,
    region: &str,
    service: &str,
    method: &str,
    url: &str,
    body: &str,
    now_ms: f64,
) -> Vec<(String, String)> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (host, target) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let amz_date = amz_date(now_ms);
    let mut headers = vec![("x-amz-date".to_owned(), amz_date.clone())];
    if let Some(Secret(token)) = &keys.session_token {
        headers.push(("x-amz-security-token".to_owned(), token.clone()));
    }
    let mut signed = headers.clone();
    signed.push(("host".to_owned(), host.to_owned()));
    let request = Request { method, path, query, headers: signed, body: body.as_bytes() };
    let scope = Scope { region, service, amz_date: &amz_date };
    headers.push(("authorization".to_owned(), authorization(&request, &scope, keys)));
    headers
}

/// RFC 3986: unreserved characters stay, and in a path the slash.
fn encoded(text: &str, path: bool) -> String {
    if text.is_empty() && path {
        return "/".to_owned();
    }
    let pieces: Vec<String> = text.split('/').map(crate::http::percent_encode).collect();
    pieces.join(if path { "/" } else { "%2F" })
}

/// Sorted pairs; encoded characters stay as they are.
fn query(query: &str) -> String {
    let encode = |text: &str| encoded(text, false).replace("%25", "%");
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (encode(name), encode(value)));
    let pairs: Vec<String> =
        sorted(pairs, |a, b| a < b).into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// A stable sort. A request has few headers; `sort` of the standard library would add 2 KB gzip.
fn sorted(pairs: impl Iterator<Item = Pair>, before: fn(&Pair, &Pair) -> bool) -> Vec<Pair> {
    let mut list = Vec::new();
    for pair in pairs {
        let place = list.partition_point(|one| !before(&pair, one));
        list.insert(place, pair);
    }
    list
}

type Pair = (String, String);

/// Trimmed, with runs of spaces as one space.
fn trimmed(value: &str) -> String {
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    words.join(" ")
}

/// `20260102T030405Z`, from milliseconds since 1970 (the civil calendar of Howard Hinnant's algorithm).
pub fn amz_date(now_ms: f64) -> String {
    let seconds = (now_ms / 1000.0).max(0.0) as u64;
    let (days, time) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let date = day - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}{month:02}{date:02}T{:02}{:02}{:02}Z", time / 3600, time / 60 % 60, time % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_civil_calendar() {
        assert_eq!(amz_date(0.0), "19700101T000000Z");
        assert_eq!(amz_date(951_782_399_000.0), "20000228T235959Z");
        assert_eq!(amz_date(951_782_400_000.0), "20000229T000000Z");
        assert_eq!(amz_date(1_767_323_045_999.0), "20260102T030405Z");
        assert_eq!(amz_date(4_102_444_800_000.0), "21000101T000000Z");
    }

    #[test]
    fn a_secret_is_not_printed() {
        let keys = Keys { access_key_id: "AK".into(), secret_access_key: Secret("hush".into()), session_token: None };
        assert!(!format!("{keys:?}").contains("hush"));
    }
}
