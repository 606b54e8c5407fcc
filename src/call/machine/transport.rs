//! What the transport reports: responses, bytes of a stream, failures of the network; read into an answer, or into a
//! retry of the request.

use super::*;
use crate::stream::DEFAULT_FRAME_LIMIT;

impl Call {
    /// A whole response.
    pub fn on_response(&mut self, status: u16, headers: &[(String, String)], body: &[u8], moment: Moment) {
        if !(200..300).contains(&status) {
            let text = String::from_utf8_lossy(body);
            let error =
                error_body::provider_error(&self.setup.endpoint, self.api, status, headers, &text, moment.now_ms);
            let should_retry = header(headers, "x-should-retry");
            let quota = error.detail.get("quotaExhausted").and_then(Value::as_bool).unwrap_or(false);
            let retryable = Policy::http_retryable(status, should_retry, quota);
            if self.resign(&error, headers, moment) {
                return self.push_send();
            }
            if let Some(answer) = error_body::failed_generation(body) {
                return self.decoded(Ok(answer), moment);
            }
            let asked = error.detail.get("retryAfter").and_then(Value::as_f64);
            return self.http_failed(error, retryable, asked, moment);
        }
        let parsed: Result<Value, _> = serde_json::from_slice(body);
        let decoded = match parsed {
            Ok(value) => self.api.decode(&self.setup.endpoint, value),
            Err(_) => Err(error_body::not_json(&self.setup.endpoint, status, headers, body)),
        };
        self.decoded(decoded, moment);
    }

    /// A signature that was refused because our clock is wrong is made once more by the server's.
    pub(super) fn resign(&mut self, error: &Error, headers: &[(String, String)], moment: Moment) -> bool {
        let signed = matches!(self.setup.endpoint.auth, Auth::Aws { .. });
        let code = error.detail.get("code").and_then(Value::as_str).unwrap_or_default();
        let refused = ["InvalidSignature", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"];
        if self.skew_ms != 0.0 || !signed || !refused.iter().any(|name| code.contains(name)) {
            return false;
        }
        let server = header(headers, "date").and_then(http_date_ms);
        self.skew_ms = server.map_or(0.0, |at| at - moment.now_ms);
        // A wrong key is refused with the same words, but at the right time.
        self.skew_ms.abs() > MAX_SKEW_MS
    }

    /// What to add to the clock's time when a request is signed.
    pub fn skew_ms(&self) -> f64 {
        self.skew_ms
    }

    /// The head of a streamed response. Answers whether the body should be fed with `on_bytes`; otherwise the
    /// driver reads it whole and calls `on_response`.
    pub fn on_head(&mut self, status: u16, headers: &[(String, String)]) -> bool {
        if (200..300).contains(&status) {
            self.body_form = BodyForm::Unknown;
            self.head = (status, headers.to_vec());
            self.decoder = Some(self.api.decode_stream(&self.setup.endpoint));
            return true;
        }
        false
    }

    /// Bytes of a streamed body. Pieces of the wanted value go to `out` as text. Answers `true` when the stream
    /// has said its last word: the driver may stop reading and call `on_end`.
    pub fn on_bytes(&mut self, bytes: &[u8], out: &mut dyn Sink, moment: Moment) -> bool {
        let Some(decoder) = self.decoder.as_mut() else { return true };
        if let BodyForm::Unknown = self.body_form
            && let Some(first) = bytes.iter().find(|byte| !byte.is_ascii_whitespace())
        {
            // No line of a stream and no binary frame begins like this.
            let whole = *first == b'<' || *first == b'{' && !self.api.streams_json();
            self.body_form = if whole { BodyForm::Whole(Vec::new()) } else { BodyForm::Stream };
        }
        if let BodyForm::Whole(body) = &mut self.body_form {
            body.extend_from_slice(bytes);
            // What follows so much is of no interest: the body is judged as it is.
            return body.len() > DEFAULT_FRAME_LIMIT;
        }
        let mut tap = Tap::new(&self.setup.ask, out, &mut self.tap);
        match decoder.push(bytes, &mut tap) {
            Ok(()) => decoder.is_done(),
            Err(error) => {
                self.decoder = None;
                self.stream_failed(error, moment);
                true
            }
        }
    }

    /// The streamed body ended.
    pub fn on_end(&mut self, out: &mut dyn Sink, moment: Moment) {
        let Some(mut decoder) = self.decoder.take() else { return };
        if let BodyForm::Whole(body) = std::mem::take(&mut self.body_form) {
            let (status, headers) = std::mem::take(&mut self.head);
            return self.on_response(status, &headers, &body, moment);
        }
        let mut tap = Tap::new(&self.setup.ask, out, &mut self.tap);
        let finished = decoder.finish(&mut tap);
        self.decoded(finished, moment);
    }

    /// The consumer found a definite violation while the stream was still running: it is ended and the model asked
    /// again. With `accepted` elements of an iterable delivered already, only the rest is asked for.
    pub fn on_early_violation(&mut self, issues: Vec<Issue>, accepted: Option<u32>) {
        self.decoder = None;
        self.wants.clear();
        let mut message = self.problems(&issues);
        if let Some(accepted) = accepted {
            message.push_str(&prompts::only_the_rest(accepted));
        }
        let error = Error::new(Kind::Validation, message).with_issues(issues);
        let answer = self.answer.take();
        self.attempt_failed(Failure { error, answer, no_tool_call: false });
    }

    /// No response: the connection failed, or the body was cut.
    pub fn on_network_error(&mut self, error: Error, moment: Moment) {
        self.decoder = None;
        self.http_failed(error, true, None, moment);
    }

    /// A failure of the transport that another try can't mend.
    pub fn on_final_error(&mut self, error: Error) {
        self.attempt_failed(Failure { error, answer: None, no_tool_call: false });
    }

    pub fn on_timeout(&mut self) {
        let error = self.timed_out();
        self.wants.clear();
        self.wants.push_back(Want::Failed(error));
    }

    pub fn on_woke(&mut self) {
        if std::mem::take(&mut self.waiting_for_attempt) { self.begin_attempt() } else { self.push_send() }
    }

    pub(super) fn stream_failed(&mut self, error: Error, moment: Moment) {
        let retryable =
            error.kind == Kind::Provider && error.detail.get("retryable").and_then(Value::as_bool).unwrap_or(false);
        self.http_failed(error, retryable, None, moment);
    }

    pub(super) fn http_failed(&mut self, error: Error, retryable: bool, asked: Option<f64>, moment: Moment) {
        if retryable
            && self.http_tried < self.setup.policy.http_retries
            && let Some(ms) = Policy::backoff_ms(self.http_tried, asked, moment.random)
        {
            self.http_tried += 1;
            if self.setup.stream {
                // What came before the break is void.
                self.wants.push_back(Want::Restart);
            }
            self.wants.push_back(Want::Wait(ms));
            return;
        }
        self.attempt_failed(Failure { error, answer: None, no_tool_call: false });
    }

    pub(super) fn decoded(&mut self, decoded: Result<Answer, Error>, moment: Moment) {
        let answer = match decoded {
            Ok(answer) => answer,
            // An error inside a 200, or a stream that broke: as if the status had said it.
            Err(error) if error.kind == Kind::Provider => return self.stream_failed(error, moment),
            Err(error) => return self.attempt_failed(Failure { error, answer: None, no_tool_call: false }),
        };
        if let Some(usage) = &answer.usage {
            if self.usage.is_null() { self.usage = usage.clone() } else { add_usage(&mut self.usage, usage) }
        }
        if self.setup.events {
            self.wants.push_back(Want::Emit { name: "completion:response", payload: answer.raw.clone() });
            if answer.usage.is_some() {
                let payload = obj! { "usage": self.usage_json(), "attemptNumber": self.attempt };
                self.wants.push_back(Want::Emit { name: "completion:usage", payload });
            }
        }
        if self.setup.is_raw() {
            self.candidate = answer.raw.to_string();
            self.succeed(answer);
            return;
        }
        if self.resumed < MAX_RESUMES && self.resumes(&answer) {
            self.resumed += 1;
            if self.setup.stream {
                self.wants.push_back(Want::Restart);
            }
            return self.push_send();
        }
        match self.candidate_of(&answer) {
            Ok(candidate) => {
                self.answer = Some(answer);
                self.candidate = candidate.clone();
                self.wants.push_back(Want::Validate(candidate));
            }
            // The JSON just ends: a stream that was cut, whatever finish reason it was given (differences.md rule 8).
            Err(missing) if self.setup.stream && missing.error.detail.contains_key("unfinished") => {
                let message = "The stream ended before the answer's JSON was complete.";
                let error = Error::new(Kind::IncompleteOutput, message);
                self.attempt_failed(Failure { error, answer: Some(answer), no_tool_call: false });
            }
            Err(missing) => self.attempt_failed(Failure {
                error: missing.error,
                answer: Some(answer),
                no_tool_call: missing.no_tool_call,
            }),
        }
    }

    /// The restored value of an answer as JSON text: one value, or for parallel tools `[{name, value}, …]`.
    pub(super) fn candidate_of(&mut self, answer: &Answer) -> Result<String, Missing> {
        self.coercions.clear();
        match extract::find(&self.setup.ask, answer)? {
            Found::One(text) => {
                // An answer in words may hold more than the span that is JSON.
                let words = answer.text.as_deref().filter(|words| self.setup.lenient && words.contains(&*text));
                let value = match self.setup.read(&text, words.unwrap_or(&text), 0, &mut self.coercions) {
                    Err(error) if self.setup.takes_list() => {
                        let whole = answer.text.as_deref().filter(|text| text.contains('{')).unwrap_or(&text);
                        let Some((list, unfinished)) = span::objects(whole) else { return Err(error.into()) };
                        if unfinished {
                            return Err(error.with("unfinished", true).into());
                        }
                        let list = ["{\"tasks\":", &list, "}"].concat();
                        self.setup.read(&list, &list, 0, &mut self.coercions)?
                    }
                    read => read?,
                };
                Ok(value.to_string())
            }
            Found::Many(calls) => {
                let mut values = Vec::with_capacity(calls.len());
                for (index, text) in calls {
                    let value = self.setup.read(text, text, index, &mut self.coercions)?;
                    values.push(obj! { "name": self.setup.ask.tools[index].name, "value": value });
                }
                Ok(Value::Array(values).to_string())
            }
        }
    }
}
