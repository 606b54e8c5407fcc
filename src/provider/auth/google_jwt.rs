//! Access tokens for a Google service account (OAuth's JWT bearer grant).
//!
//! This file builds the text to sign and the token request. The host, which has WebCrypto and fetch, signs (RS256),
//! sends the request and caches the token until it is about to expire:
//!
//! ```text
//! Account::read(credentials) ─▶ Account ─▶ assertion(now) ─▶ host: sign, POST token_url ─▶ {access_token, expires_in}
//! ```

use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::obj;
use crate::provider::auth::secret::Secret;
use serde_json::Value;

const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
const TOKEN_URL: &str = "https://oauth2.googleapis.com/token";

#[derive(Debug, Clone)]
pub struct Account {
    pub email: String,
    pub key_id: Option<String>,
    /// PKCS#8 in PEM.
    pub private_key: Secret,
    pub token_url: String,
    pub project: Option<String>,
}

impl Account {
    /// A service account's JSON, as an object or as text.
    pub fn read(credentials: &Value) -> Result<Account, Error> {
        let parsed;
        let fields = match credentials {
            Value::String(text) => {
                parsed = jsontext::from_str(text).unwrap_or_default();
                &parsed
            }
            other => other,
        };
        let text = |key: &str| fields.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
        let (Some(email), Some(private_key)) = (text("client_email"), text("private_key")) else {
            return Err(Error::configuration(
                "credentials must be a service account's JSON with `client_email` and `private_key`.",
            )
            .with("parameter", "credentials"));
        };
        // Another token address would receive an assertion that Google accepts.
        let token_url = text("token_uri").filter(|url| url.starts_with("https://")).unwrap_or(TOKEN_URL);
        Ok(Account {
            email: email.to_owned(),
            key_id: text("private_key_id").map(str::to_owned),
            // Environment variables often hold the two characters `\n`.
            private_key: Secret(private_key.replace("\\n", "\n")),
            token_url: token_url.to_owned(),
            project: text("project_id").map(str::to_owned),
        })
    }

    /// The text to sign: header and claims in base64url, joined by a dot.
    pub fn assertion(&self, now_ms: f64) -> String {
        let now = (now_ms / 1000.0) as u64;
        let mut header = obj! { "alg": "RS256", "typ": "JWT" };
        if let Some(id) = &self.key_id {
            header["kid"] = id.as_str().into();
        }
        let claims = obj! { "iss": self.email, "scope": SCOPE, "aud": self.token_url, "iat": now, "exp": now + 3600 };
        format!("{}.{}", base64url(header.to_text().as_bytes()), base64url(claims.to_text().as_bytes()))
    }
}

/// Without padding.
pub fn base64url(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..=chunk.len() as u32 {
            out.push(DIGITS[(bits >> (18 - 6 * i) & 63) as usize] as char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn base64url_has_no_padding_and_no_reserved_characters() {
        assert_eq!(base64url(b""), "");
        assert_eq!(base64url(b"f"), "Zg");
        assert_eq!(base64url(b"fo"), "Zm8");
        assert_eq!(base64url(b"foo"), "Zm9v");
        assert_eq!(base64url(&[0xff, 0xfe, 0xfd]), "__79");
    }

    #[test]
    fn the_assertion_has_the_account_the_scope_and_an_hour() {
        let account = Account::read(&json!({
            "client_email": "a@b.iam.gserviceaccount.com", "private_key": "-----BEGIN\\nx", "private_key_id": "k1",
        }))
        .unwrap();
        assert_eq!(account.private_key.0, "-----BEGIN\nx");
        let assertion = account.assertion(1_700_000_000_000.0);
        let (header, claims) = assertion.split_once('.').unwrap();
        assert_eq!(header, base64url(br#"{"alg":"RS256","typ":"JWT","kid":"k1"}"#));
        let wanted = br#"{"iss":"a@b.iam.gserviceaccount.com","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"https://oauth2.googleapis.com/token","iat":1700000000,"exp":1700003600}"#;
        assert_eq!(claims, base64url(wanted));
    }

    #[test]
    fn credentials_without_a_key_are_refused() {
        let error = Account::read(&json!({ "client_email": "a" })).unwrap_err();
        assert!(error.message.contains("private_key"));
    }
}
