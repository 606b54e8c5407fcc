//! The request of the current attempt and its body.

use super::*;
use crate::http::HttpRequest;
use crate::schema::substitute;

impl Call {
    /// The request in its current state, without credentials.
    pub fn request(&self) -> HttpRequest {
        let endpoint = &self.setup.endpoint;
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        headers.extend(endpoint.headers.iter().map(|(n, v)| (n.to_ascii_lowercase(), v.clone())));
        HttpRequest {
            method: "POST",
            url: self.api.url(endpoint, &self.setup.model, &self.setup.output, self.setup.stream),
            headers,
            body: self.body_text(),
        }
    }

    fn body_text(&self) -> String {
        let text = self.body.to_text();
        if !self.has_placeholders {
            return text;
        }
        // Fails if a text of the caller looks like a placeholder, or if an API has the schema as text in a string.
        substitute(&text, self.setup.placeholders()).unwrap_or_else(|| self.body_without_placeholders().to_text())
    }

    /// The body with the schemas in place of their placeholders.
    pub(super) fn body_without_placeholders(&self) -> Value {
        if !self.has_placeholders {
            return self.body.clone();
        }
        // It was encoded before, so this does not fail.
        let output = self.setup.output_without_placeholders();
        with_extra(self.api.encode(&self.setup.encode_input(&output)).unwrap_or_default(), &self.setup)
    }

    /// Replaces the placeholders, before a change of the body.
    pub(super) fn remove_placeholders(&mut self) {
        if self.has_placeholders {
            self.body = self.body_without_placeholders();
            self.has_placeholders = false;
        }
    }

    /// Whether the answer is a paused turn; then the body is extended to continue it.
    pub(super) fn resumes(&mut self, answer: &Answer) -> bool {
        if !self.api.resume(&mut self.body, answer) {
            return false;
        }
        if self.has_placeholders {
            self.remove_placeholders();
            self.api.resume(&mut self.body, answer);
        }
        true
    }

    /// Replaces the body of the request, after a `completion:kwargs` hook changed it. Anything but an object is ignored.
    pub fn replace_body(&mut self, body: Value) {
        if body.is_object() {
            self.body = body;
            self.has_placeholders = false;
        }
    }
}
