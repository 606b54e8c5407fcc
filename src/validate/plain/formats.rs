//! The usual formats of JSON Schema.

use super::draft::Draft;
use crate::text::is_day;

/// Formats that jsonschema asserts in some draft and this module does not know.
const OTHERS: [&str; 11] = [
    "duration",
    "idn-email",
    "idn-hostname",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "uri-reference",
    "uri-template",
];

/// Whether jsonschema is not needed for a format. A name that no draft has means nothing.
pub fn is_known(name: &str, draft: Draft) -> bool {
    // Older drafts have no `uuid`.
    !OTHERS.contains(&name) && (name != "uuid" || draft >= Draft::Year2019)
}

/// Whether a text has the format; `None` if that is for jsonschema to decide.
pub fn matches(format: &str, text: &str) -> Option<bool> {
    // Unusual forms of some may be valid, too.
    let surely = |found: bool| found.then_some(true);
    match format {
        "date" => Some(is_date(text)),
        "time" => is_time(text),
        "date-time" => match text.split_once(['T', 't']) {
            Some((date, time)) if is_date(date) => is_time(time),
            _ => Some(false),
        },
        "uuid" => Some(is_uuid(text)),
        "ipv4" => Some(is_ipv4(text)),
        "email" => surely(is_usual_email(text)),
        "hostname" => surely(is_usual_host(text)),
        "uri" => surely(is_usual_uri(text)),
        _ => Some(true),
    }
}

/// The number that `count` digits at the start of `text` write, and what follows.
fn digits(text: &str, count: usize) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Some((number.parse().ok()?, rest)) } else { None }
}

/// `2024-01-31`.
fn is_date(text: &str) -> bool {
    let parts = || {
        let (year, rest) = digits(text, 4)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 2)?;
        let (day, rest) = digits(rest.strip_prefix('-')?, 2)?;
        rest.is_empty().then_some((year, month, day))
    };
    parts().is_some_and(|(year, month, day)| is_day(year, month, day))
}

/// `12:00:00.5Z`, `12:00:00+01:00`. A leap second is for jsonschema.
fn is_time(text: &str) -> Option<bool> {
    let clock = |text| {
        let (hours, rest) = digits(text, 2)?;
        let (minutes, rest) = digits(rest.strip_prefix(':')?, 2)?;
        (hours <= 23 && minutes <= 59).then_some(rest)
    };
    let after_seconds = || {
        let (seconds, rest) = digits(clock(text)?.strip_prefix(':')?, 2)?;
        (seconds <= 60).then_some((seconds, rest))
    };
    let Some((seconds, mut rest)) = after_seconds() else { return Some(false) };
    if let Some(fraction) = rest.strip_prefix('.') {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return Some(false);
        }
    }
    let valid = match rest.strip_prefix(['+', '-']) {
        Some(offset) => clock(offset) == Some(""),
        None => rest == "Z" || rest == "z",
    };
    if valid && seconds == 60 { None } else { Some(valid) }
}

/// `123e4567-e89b-12d3-a456-426614174000`.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// `192.0.2.1`.
fn is_ipv4(text: &str) -> bool {
    let is_byte = |part: &str| {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        is_number && (part == "0" || !part.starts_with('0')) && part.parse::<u8>().is_ok()
    };
    text.split('.').count() == 4 && text.split('.').all(is_byte)
}

/// Words of letters and digits.
fn is_word(text: &str, also: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || also.contains(c))
}

/// `www.example.com`.
fn is_usual_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let punycode = label.get(2..4) == Some("--");
        is_word(label, "-") && label.len() <= 63 && !label.starts_with('-') && !label.ends_with('-') && !punycode
    };
    text.len() <= 200 && text.split('.').all(is_label)
}

/// `first.last+tag@example.com`.
fn is_usual_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let named = name.len() <= 60 && name.split('.').all(|word| is_word(word, "_+-"));
    named && host.contains('.') && is_usual_host(host)
}

/// `https://www.example.com/a/path?query=1#part`.
fn is_usual_uri(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let usual = |text: &str| text.is_empty() || is_word(text, "/-._~=&+,:;@!$'()*?");
    is_usual_host(host) && usual(path) && usual(fragment)
}
