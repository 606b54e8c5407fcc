//! Checks of values that become part of a request's host, path or headers.
//!
//! Options, environment variables and model strings may come from an app's user, and every request carries a key: a
//! value in an address must not be able to select another host or another path. Each value is checked when it is read
//! ([`label`], [`segment`], [`model`], [`header`]) and encoded when the URL is written
//! ([`percent_encode`](crate::http::percent_encode)).

use super::registry::Row;
use crate::error::{Error, Kind};

/// The longest label of a host name.
const LABEL: usize = 63;
/// The longest name of a project, an account or a model at any provider.
const NAME: usize = 2048;

/// A label of a host name: a region, a location.
pub fn label(parameter: &str, text: &str) -> Result<(), Error> {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.len() <= LABEL && text.bytes().all(legal) && !text.starts_with('-') {
        return Ok(());
    }
    Err(refused(parameter, text, "lower-case letters, digits and hyphens (e.g. us-east-1)"))
}

/// A name that is one segment of a path: a project, an account, a deployment.
#[inline(never)]
pub fn segment(parameter: &str, text: &str) -> Result<(), Error> {
    if !text.contains('/') && whole(text) {
        return Ok(());
    }
    Err(refused(parameter, text, "a name without `/`, `?`, `#`, `\\` and control characters"))
}

/// A model's name, for the providers that have it in the path.
pub fn model(row: &Row, text: &str) -> Result<(), Error> {
    if !row.path.contains("{model}") || whole(text) {
        return Ok(());
    }
    Err(refused(
        "model",
        text,
        "a model's name without `?`, `#`, `\\`, control characters and empty or dotted segments",
    ))
}

/// No segment that URL parsers resolve (`..`), and no character that ends a path.
fn whole(text: &str) -> bool {
    text.len() <= NAME
        && !text.contains(|c: char| c.is_control() || matches!(c, '?' | '#' | '\\'))
        && text.split('/').all(|part| !matches!(part.trim(), "" | "." | ".."))
}

/// A header's value as `fetch` accepts it.
pub fn header(parameter: &str, value: &str) -> Result<(), Error> {
    match value.trim().chars().find(|c| !matches!(c, '\t' | ' '..='~' | '\u{a0}'..='\u{ff}')) {
        None => Ok(()),
        // The value may be a secret, so only what is wrong with it is shown.
        Some(odd) => {
            let shown = odd.escape_default().to_string();
            let message =
                ["The value of ", parameter, " holds '", &shown, "', which no HTTP header can carry."].concat();
            Err(Error::new(Kind::Configuration, message).with("parameter", parameter))
        }
    }
}

/// A header's name.
pub fn header_name(name: &str) -> Result<(), Error> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if !name.is_empty() && name.bytes().all(legal) {
        return Ok(());
    }
    let name = name.escape_default().to_string();
    let message = ["`", &name, "` is not the name of an HTTP header."].concat();
    Err(Error::new(Kind::Configuration, message).with("parameter", "headers"))
}

#[inline(never)]
fn refused(parameter: &str, text: &str, wanted: &str) -> Error {
    let shown: String = text.chars().take(60).flat_map(char::escape_default).collect();
    let message = [parameter, " must be ", wanted, ": '", &shown, "' is not."].concat();
    Error::new(Kind::Configuration, message).with("parameter", parameter)
}
