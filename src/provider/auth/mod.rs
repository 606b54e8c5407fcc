//! Credentials: how a request proves who sends it. Values never reach a log, an error or an event.

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
