//! HTTP without a connection: requests, percent encoding, `Retry-After` and dates.

/// A request without its auth headers, which `provider::auth` adds when it is sent. They are never logged.
#[derive(Debug, Clone, PartialEq)]
pub struct HttpRequest {
    /// Always `POST`.
    pub method: &'static str,
    /// The whole URL, with its query.
    pub url: String,
    /// Names in lower case, and values. The credentials are not among them.
    pub headers: Vec<(String, String)>,
    /// JSON text.
    pub body: String,
}

/// Encodes one segment of a path, except the unreserved characters of RFC 3986.
pub fn percent_encode(text: &str) -> String {
    encode(text, b"-_.~")
}

/// Encodes a path, except slashes and the `@` at the start of Cloudflare's model names.
pub fn percent_encode_path(text: &str) -> String {
    encode(text, b"-_.~/@")
}

fn encode(text: &str, kept: &[u8]) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            out.push(byte as char);
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    out
}

/// Whether to retry the request after an HTTP failure. The header `x-should-retry` has priority.
pub fn http_retryable(status: u16, should_retry: Option<&str>, quota_exhausted: bool) -> bool {
    match should_retry {
        Some("true") => true,
        Some("false") => false,
        // 424: a model of Bedrock failed. 425: too early. 498: Groq has no capacity at the moment.
        _ => (matches!(status, 408 | 409 | 424 | 425 | 429 | 498) || status >= 500) && !quota_exhausted,
    }
}

/// The wait in milliseconds: `retry-after-ms`, or `retry-after` in seconds or as an HTTP date, relative to `now_ms`.
pub fn retry_after_ms(headers: &[(String, String)], now_ms: f64) -> Option<f64> {
    let header = |name: &str| headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim());
    if let Some(ms) = header("retry-after-ms").and_then(number).filter(|ms| ms.is_finite() && *ms >= 0.0) {
        return Some(ms);
    }
    let text = header("retry-after")?;
    if let Some(seconds) = number(text) {
        return (seconds.is_finite() && seconds >= 0.0).then_some(seconds * 1000.0);
    }
    http_date_ms(text).map(|at| (at - now_ms).max(0.0))
}

/// Parses a decimal number as in JSON; the parser of the standard library would add 15 KB.
fn number(text: &str) -> Option<f64> {
    crate::jsontext::number(text)?.as_f64()
}

/// Parses an IMF-fixdate of RFC 9110 (`Sun, 06 Nov 1994 08:49:37 GMT`) to milliseconds since the epoch.
pub fn http_date_ms(text: &str) -> Option<f64> {
    let (_, rest) = text.split_once(", ")?;
    let mut parts = rest.split(' ');
    let day: i64 = parts.next()?.parse().ok()?;
    let month = parts.next()?;
    let year: i64 = parts.next()?.parse().ok()?;
    let mut clock = parts.next()?.split(':');
    if parts.next()? != "GMT" || !(1970..=9999).contains(&year) || !(1..=31).contains(&day) {
        return None;
    }
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS.iter().position(|m| *m == month)? as i64 + 1;
    let hours: i64 = clock.next()?.parse().ok()?;
    let minutes: i64 = clock.next()?.parse().ok()?;
    let seconds: i64 = clock.next()?.parse().ok()?;
    // Days from the civil date (Howard Hinnant's algorithm, March-based years).
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
    Some(((days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_read_in_every_form() {
        let h = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
        assert_eq!(retry_after_ms(&h("Retry-After", "2"), 0.0), Some(2000.0));
        assert_eq!(retry_after_ms(&h("retry-after-ms", "150.5"), 0.0), Some(150.5));
        let at = 784_111_777_000.0;
        assert_eq!(retry_after_ms(&h("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT"), at - 5000.0), Some(5000.0));
        assert_eq!(retry_after_ms(&h("retry-after", "soon"), 0.0), None);
        assert_eq!(retry_after_ms(&[], 0.0), None);
    }

    #[test]
    fn the_server_can_override_the_retry_rule_both_ways() {
        assert!(http_retryable(429, None, false));
        assert!(http_retryable(503, None, false));
        assert!(!http_retryable(400, None, false));
        assert!(!http_retryable(503, Some("false"), false));
        assert!(http_retryable(400, Some("true"), false));
        assert!(!http_retryable(429, None, true));
    }
}
