//! Credentials: how a request proves who sends it. Values never reach a log, an error or an event: they are added
//! to the headers at the moment of sending, outside of what is recorded.

use super::HttpRequest;
use crate::error::Error;
use std::fmt;

/// A secret that does not print itself.
#[derive(Clone, PartialEq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[derive(Debug, Clone)]
pub enum Auth {
    None,
    /// `Authorization: Bearer …`
    Bearer(Secret),
    /// A header of the API's own (`api-key`, `x-api-key`, `x-goog-api-key`).
    Header(&'static str, Secret),
}

/// The headers to add to a request sent now. `None` when only the host can make them.
pub fn headers(auth: &Auth, _request: &HttpRequest, _now_ms: f64) -> Result<Option<Vec<(String, String)>>, Error> {
    Ok(Some(match auth {
        Auth::None => Vec::new(),
        Auth::Bearer(Secret(key)) => vec![("authorization".to_owned(), format!("Bearer {key}"))],
        Auth::Header(name, Secret(key)) => vec![((*name).to_owned(), key.clone())],
    }))
}
