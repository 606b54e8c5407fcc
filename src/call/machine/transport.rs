//! Handles the transport's events: responses, bytes of a stream and network failures. Each leads to an answer or to a retry of
//! the request.

use super::*;
use crate::http::http_retryable;
use crate::jsontext;

/// A chunk is decoded in pieces of this size, so that the limit applies inside a large chunk.
const PIECE: usize = 256 * 1024;
/// Maximum bytes of a stream per byte of the answer: an event of some hundred bytes often has one token.
const FRAMES_PER_BYTE: usize = 8;

impl Call {
    /// A response was received as a whole, whatever its status. Names of headers in lower case.
    pub fn on_response(&mut self, status: u16, headers: &[(String, String)], body: &[u8], clock: Clock) {
        if !(200..300).contains(&status) {
            let text = String::from_utf8_lossy(body);
            let error =
                error_body::provider_error(&self.setup.endpoint, self.api, status, headers, &text, clock.now_ms);
            let should_retry = header(headers, "x-should-retry");
            let quota = error.detail.get("quotaExhausted").and_then(Value::as_bool).unwrap_or(false);
            let retryable =
                http_retryable(status, should_retry, quota) || should_retry != Some("false") && is_retryable(&error);
            if self.retry_signature(&error, headers, clock) {
                return self.push_send();
            }
            if let Some(told) = self.model_fault(&error) {
                return self.decoded(told, clock);
            }
            let asked = error.detail.get("retryAfter").and_then(Value::as_f64);
            return self.http_failed(error, None, retryable, asked, clock);
        }
        if body.len() > self.setup.policy.max_answer_bytes {
            let error = self.answer_too_large();
            return self.on_final_error(error, clock);
        }
        // A byte order mark is not part of the JSON.
        let text = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
        let parsed: Result<Value, _> = jsontext::from_slice(text);
        let decoded = match parsed {
            Ok(value) => self.api.decode(&self.setup.endpoint, value),
            Err(error) => Err(error_body::not_json(&self.setup.endpoint, status, headers, text, error.is_eof())),
        };
        self.decoded(decoded, clock);
    }

    /// The connection broke while a body was read; `body` is the part that was received. A complete JSON text is read
    /// like a whole response, and so is the body of an error.
    pub fn on_body_cut(&mut self, status: u16, headers: &[(String, String)], body: &[u8], error: Error, clock: Clock) {
        let failed = !(200..300).contains(&status);
        if failed || jsontext::from_slice(body).is_ok() {
            return self.on_response(status, headers, body, clock);
        }
        self.http_failed(connection_lost(error), None, true, None, clock);
    }

    /// The model's answer inside a provider's error, if it has one and the call has a response model.
    fn model_fault(&self, error: &Error) -> Option<Result<Answer, Error>> {
        if self.setup.is_raw() { None } else { error_body::failed_generation(error) }
    }

    /// The error for an answer that is larger than `maxAnswerBytes`; report it with [`Call::on_final_error`].
    pub fn answer_too_large(&self) -> Error {
        let limit = self.setup.policy.max_answer_bytes as u64;
        let message = format!(
            "The answer is larger than {limit} bytes, so it is not read any further. Ask for less, or raise `maxAnswerBytes`."
        );
        Error::new(Kind::Provider, message)
            .with("code", "answer_too_large")
            .with("provider", self.setup.endpoint.row.id)
            .with("maxAnswerBytes", limit)
    }

    /// Whether a refused signature is repeated once with the server's time, because the local clock is wrong.
    pub(super) fn retry_signature(&mut self, error: &Error, headers: &[(String, String)], clock: Clock) -> bool {
        let signed = matches!(self.setup.endpoint.auth, Auth::Aws { .. });
        let code = error.detail.get("code").and_then(Value::as_str).unwrap_or_default();
        let first_issues = ["InvalidSignature", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"];
        if self.skew_ms != 0.0 || !signed || !first_issues.iter().any(|name| code.contains(name)) {
            return false;
        }
        let server = header(headers, "date").and_then(http_date_ms);
        self.skew_ms = server.map_or(0.0, |at| at - clock.now_ms);
        // A wrong key is refused with the same error, but the time is right.
        self.skew_ms.abs() > MAX_SKEW_MS
    }

    /// The head of a streamed response was received. Returns whether the body is read with [`Call::on_bytes`];
    /// otherwise read it as a whole and report [`Call::on_response`].
    pub fn on_head(&mut self, status: u16, headers: &[(String, String)]) -> bool {
        if (200..300).contains(&status) {
            self.body_kind = BodyKind::Unknown;
            self.head = (status, headers.to_vec());
            self.decoder = Some(self.api.decode_stream(&self.setup.endpoint));
            self.received = 0;
            return true;
        }
        false
    }

    /// Bytes of a streamed body were received. The pieces of the value go to [`Sink::text`] of `out`. Returns `true`
    /// after the stream's last event: stop reading, and report [`Call::on_end`]. `clock` is called only if the answer fails
    /// here, since a stream has thousands of chunks.
    pub fn on_bytes(&mut self, bytes: &[u8], out: &mut dyn Sink, clock: impl Fn() -> Clock) -> bool {
        bytes.chunks(PIECE).any(|piece| self.on_piece(piece, out, &clock))
    }

    fn on_piece(&mut self, bytes: &[u8], out: &mut dyn Sink, clock: &dyn Fn() -> Clock) -> bool {
        let Some(decoder) = self.decoder.as_mut() else { return true };
        let limit = self.setup.policy.max_answer_bytes;
        self.received = self.received.saturating_add(bytes.len());
        if let BodyKind::Unknown = self.body_kind
            && let Some(first) = bytes.iter().find(|byte| !byte.is_ascii_whitespace() && !BOM.contains(byte))
        {
            // Neither a line of a stream nor a binary frame begins like this.
            let whole = *first == b'<' || *first == b'{' && !self.api.streams_json();
            self.body_kind = if whole { BodyKind::Whole(Vec::new()) } else { BodyKind::Stream };
        }
        if let BodyKind::Whole(body) = &mut self.body_kind {
            if self.received <= limit {
                body.extend_from_slice(bytes);
                return false;
            }
        } else {
            let mut filter = AnswerFilter::new(&self.setup.output, out, &mut self.filter);
            let outcome = decoder.push(bytes, &mut filter);
            let (done, fits) = (decoder.is_done(), self.filter.received <= limit);
            // Bytes after the last event are ignored.
            if done && fits {
                return true;
            }
            if outcome.is_ok() && fits {
                self.stopped = match () {
                    () if self.filter.repeats => Some(Stop::Loop),
                    () if self.setup.stop_when_complete && out.is_complete() => Some(Stop::Complete),
                    () => None,
                };
                if self.stopped.is_some() {
                    decoder.stop();
                    return true;
                }
            }
            if let Err(error) = outcome
                && !done
            {
                self.decoder = None;
                self.stream_failed(as_provider_error(error), clock());
                return true;
            }
            if fits && self.received <= limit.saturating_mul(FRAMES_PER_BYTE) {
                return false;
            }
        }
        self.decoder = None;
        self.body_kind = BodyKind::default();
        let error = self.answer_too_large();
        self.on_final_error(error, clock());
        true
    }

    /// A streamed body ended.
    pub fn on_end(&mut self, out: &mut dyn Sink, clock: Clock) {
        let Some(mut decoder) = self.decoder.take() else { return };
        if let BodyKind::Whole(body) = std::mem::take(&mut self.body_kind) {
            let (status, headers) = std::mem::take(&mut self.head);
            return self.on_response(status, &headers, &body, clock);
        }
        let mut filter = AnswerFilter::new(&self.setup.output, out, &mut self.filter);
        let finished = decoder.finish(&mut filter);
        self.decoded(finished, clock);
    }

    /// The connection broke while a streamed body was read. An answer that was complete before that is used.
    pub fn on_cut(&mut self, error: Error, out: &mut dyn Sink, clock: Clock) {
        let Some(mut decoder) = self.decoder.take() else { return self.on_network_error(error, clock) };
        if let BodyKind::Whole(body) = std::mem::take(&mut self.body_kind) {
            let (status, headers) = std::mem::take(&mut self.head);
            return self.on_body_cut(status, &headers, &body, error, clock);
        }
        let mut filter = AnswerFilter::new(&self.setup.output, out, &mut self.filter);
        match decoder.finish(&mut filter) {
            Err(cut) if cut.kind == Kind::IncompleteOutput => {
                self.http_failed(connection_lost(error), None, true, None, clock);
            }
            finished => self.decoded(finished, clock),
        }
    }

    /// The part of the value that was streamed so far has issues that the rest cannot remove: the attempt ends. With
    /// `repair: 'part'`, `so_far` is kept.
    pub fn on_early_violation(&mut self, issues: Vec<Issue>, so_far: Option<SoFar>, clock: Clock) {
        self.so_far = so_far.filter(|_| self.setup.repair_parts);
        self.failed_candidate = None;
        let message = self.problems(&issues);
        self.fail_validation(message, issues, clock);
    }

    pub(super) fn fail_validation(&mut self, message: String, issues: Vec<Issue>, clock: Clock) {
        self.now_ms = clock.now_ms;
        self.decoder = None;
        self.queue.clear();
        let error = Error::new(Kind::Validation, message).with_issues(issues);
        let answer = self.answer.take();
        self.attempt_failed(Failure { error, answer, no_tool_call: false });
    }

    /// The connection failed before a response was received.
    pub fn on_network_error(&mut self, error: Error, clock: Clock) {
        self.decoder = None;
        self.http_failed(error, None, true, None, clock);
    }

    /// The transport failed in a way that a retry cannot change.
    pub fn on_final_error(&mut self, error: Error, clock: Clock) {
        self.now_ms = clock.now_ms;
        self.attempt_failed(Failure { error, answer: None, no_tool_call: false });
    }

    /// The call's timeout has passed.
    pub fn on_timeout(&mut self) {
        let error = self.timeout_error();
        self.queue.clear();
        self.push(Action::Failed(error));
    }

    /// The time of [`Action::Wait`] has passed.
    pub fn on_woke(&mut self) {
        if std::mem::take(&mut self.waiting_for_attempt) { self.begin_attempt() } else { self.push_send() }
    }

    /// An error with status 200, or a damaged or incomplete body: handled like an HTTP error.
    pub(super) fn stream_failed(&mut self, error: Error, clock: Clock) {
        if let Some(told) = self.model_fault(&error) {
            return self.decoded(told, clock);
        }
        let retryable = error.kind == Kind::IncompleteOutput || is_retryable(&error);
        self.http_failed(error, None, retryable, None, clock);
    }

    pub(super) fn http_failed(
        &mut self,
        error: Error,
        answer: Option<Answer>,
        retryable: bool,
        asked: Option<f64>,
        clock: Clock,
    ) {
        self.now_ms = clock.now_ms;
        // If no time is left for the wait, the failure is more useful than a timeout.
        let in_time = |ms: f64| self.time_left(clock.now_ms).is_none_or(|left| ms < left);
        if retryable
            && self.http_tried < self.setup.policy.http_retries
            && let Some(ms) = Policy::backoff_ms(self.http_tried, asked, clock.random)
            && in_time(ms)
        {
            self.http_tried += 1;
            if self.setup.events {
                let payload = obj! {
                    "error": error.to_json(), "attemptNumber": self.attempt, "retryNumber": self.http_tried,
                    "maxRetries": self.setup.policy.http_retries, "delay": ms as u64,
                };
                self.push(Action::Emit { name: "http:retry", payload });
            }
            if self.setup.stream {
                self.push_restart();
            }
            self.push(Action::Wait(ms));
            return;
        }
        self.attempt_failed(Failure { error, answer, no_tool_call: false });
    }
}

/// The bytes of a byte order mark.
const BOM: &[u8] = "\u{feff}".as_bytes();

fn is_retryable(error: &Error) -> bool {
    error.detail.get("retryable").and_then(Value::as_bool).unwrap_or(false)
}

/// The error for a connection that broke during an answer, with the transport's error as the cause.
fn connection_lost(error: Error) -> Error {
    Error::new(Kind::IncompleteOutput, error.message.clone()).with("cause", error.to_json())
}

/// An unreadable event is an error of the server or of the network, not of the model.
fn as_provider_error(error: Error) -> Error {
    if error.kind != Kind::ResponseParsing {
        return error;
    }
    Error { kind: Kind::Provider, ..error }.with("retryable", true)
}
