//! The credentials of a request. They are added when it is sent, and are in no event, error or log.

use serde_json::Value;

use super::Call;
use crate::call::policy::Clock;
use crate::error::Error;
use crate::http::HttpRequest;
use crate::provider::auth::{self, Headers, sha256};

impl Call {
    /// The headers that authenticate `request` when it is sent now: names in lower case, and values. A signature is
    /// valid for about five minutes and for this request only.
    ///
    /// Returns `None` when only the program can provide the credentials: then pass the result for
    /// [`Call::auth_question`] to [`Call::auth_headers_from`].
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) when the credentials cannot be used.
    pub fn auth_headers(&self, request: &HttpRequest, clock: Clock) -> Result<Option<Headers>, Error> {
        auth::headers(&self.setup.endpoint.auth, request, clock.now_ms + self.skew_ms)
    }

    /// The credentials that the program has to provide, as JSON text: `{"kind": "aws"}`, for which the answer is
    /// `{accessKeyId, secretAccessKey, sessionToken?}`; or `{"kind": "google", assertion, privateKey, tokenUrl}`, for which it is
    /// `{accessToken}` (the assertion, signed with RS256 and the key, is exchanged for the token at the URL).
    pub fn auth_question(&self, clock: Clock) -> String {
        auth::question(&self.setup.endpoint.auth, clock.now_ms + self.skew_ms)
    }

    /// The headers that authenticate `request`, made from the result for [`Call::auth_question`].
    ///
    /// # Errors
    /// [`Kind::Configuration`](crate::Kind::Configuration) when the result lacks a value.
    pub fn auth_headers_from(&self, answer: &Value, request: &HttpRequest, clock: Clock) -> Result<Headers, Error> {
        auth::answered(&self.setup.endpoint.auth, request, clock.now_ms + self.skew_ms, answer)
    }

    /// The key of this call in a cache of answers: the hexadecimal SHA-256 of the request, of `more` and, unless
    /// `shared`, of the client's credentials.
    pub fn cache_key(&self, more: &str, shared: bool) -> String {
        let request = self.request();
        let who = if shared { "" } else { auth::identity(&self.setup.endpoint.auth) };
        let mut parts: Vec<&[u8]> = Vec::new();
        let headers = request.headers.iter().flat_map(|(name, value)| [name, value]);
        for part in [&request.url, &request.body].into_iter().chain(headers).map(String::as_str).chain([more, who]) {
            // No part contains a NUL, so it separates them.
            parts.extend([part.as_bytes(), b"\0".as_slice()]);
        }
        sha256::hex(&sha256::sha256(&parts))
    }
}
