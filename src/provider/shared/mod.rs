//! Code that the wire APIs share: message parts in provider-neutral form ([`parts`]), turns ([`turns`]) adapted to the
//! API's rules ([`history`]), the decoder of event streams ([`sse`]), the sum of a stream's events ([`accumulator`]) and of
//! unknown fields ([`merge`]). It uses the field names of the caller's messages (OpenAI's), and no others.

pub mod accumulator;
pub mod history;
pub mod merge;
pub mod parts;
pub mod sse;
pub mod turns;

use super::Endpoint;
use crate::http::percent_encode;

/// `{base}{path}` with `{model}` filled in (one segment, encoded) and the endpoint's query.
pub fn url(endpoint: &Endpoint, path: &str, model: &str) -> String {
    let mut out = endpoint.base_url.clone();
    match path.split_once("{model}") {
        Some((before, after)) => {
            out.push_str(before);
            out.push_str(&percent_encode(model));
            out.push_str(after);
        }
        None => out.push_str(path),
    }
    with_query(out, endpoint)
}

/// Appends the endpoint's query parameters.
pub fn with_query(mut url: String, endpoint: &Endpoint) -> String {
    for (name, value) in &endpoint.query {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(&percent_encode(name));
        url.push('=');
        url.push_str(&percent_encode(value));
    }
    url
}
