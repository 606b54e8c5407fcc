//! Handles the transport's events: responses, bytes of a stream and network failures. Each leads to an answer or to a retry of
//! the request.

use super::*;
use crate::chat::Finish;
use crate::http::http_retryable;
use crate::json::ending::{Ending, ending};
use crate::json::find::find;
use crate::json::repetition::ends_in_repetition;
use crate::jsontext::{self, ToText};
use crate::output::Mode;
use std::borrow::Cow;

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

    /// The part of the value that was streamed so far has issues that the rest cannot remove: the attempt ends.
    pub fn on_early_violation(&mut self, issues: Vec<Issue>, clock: Clock) {
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

    pub(super) fn decoded(&mut self, decoded: Result<Answer, Error>, clock: Clock) {
        self.now_ms = clock.now_ms;
        let answer = match decoded {
            // What a stopped stream lacks is the rest of the answer.
            Ok(answer) if self.stopped.is_some() => Answer { finish: Finish::Length, ..answer },
            Ok(answer) => answer,
            Err(error) if matches!(error.kind, Kind::Provider | Kind::IncompleteOutput) => {
                return self.stream_failed(error, clock);
            }
            Err(error) => return self.attempt_failed(Failure { error, answer: None, no_tool_call: false }),
        };
        if let Some(usage) = &answer.usage {
            if self.usage.is_null() { self.usage = usage.clone() } else { add_usage(&mut self.usage, usage) }
        }
        if self.setup.events {
            self.push(Action::Emit { name: "completion:response", payload: answer.raw.clone() });
            if answer.usage.is_some() {
                let payload = obj! { "usage": self.usage_json(), "attemptNumber": self.attempt };
                self.push(Action::Emit { name: "completion:usage", payload });
            }
        }
        if self.setup.is_raw() && self.setup.output.own.is_empty() {
            self.candidate = answer.raw.to_text();
            self.succeed(answer);
            return;
        }
        if let Some((error, retryable)) = outcome::server_failure(self.setup.endpoint.row.title, &answer) {
            return self.http_failed(error, Some(answer), retryable, None, clock);
        }
        if self.resumed < MAX_RESUMES && self.resumes(&answer) {
            self.resumed += 1;
            if self.setup.stream {
                self.push_restart();
            }
            return self.push_send();
        }
        let answer = match self.setup.output.own.is_empty() {
            true => answer,
            false => match self.begin_step(answer) {
                Some(answer) => answer,
                None => return,
            },
        };
        if self.setup.is_raw() {
            self.candidate = answer.raw.to_text();
            self.succeed(answer);
            return;
        }
        if self.ends_inside_json(&answer) {
            return self.attempt_failed(Failure {
                error: ends_inside_json_error(),
                answer: Some(answer),
                no_tool_call: false,
            });
        }
        let candidate = match self.candidate_of(&answer) {
            Ok(parts) if self.repair.is_some() => self.with_parts(parts).map_err(Missing::from),
            candidate => candidate,
        };
        match candidate {
            Ok(candidate) => {
                self.answer = Some(answer);
                self.candidate = candidate.clone();
                self.push(Action::Validate(candidate));
            }
            // Arguments or a list of objects that end early.
            Err(missing) if self.setup.stream && missing.error.detail.contains_key("unfinished") => {
                self.attempt_failed(Failure {
                    error: ends_inside_json_error(),
                    answer: Some(answer),
                    no_tool_call: false,
                });
            }
            Err(missing) => self.attempt_failed(Failure {
                error: self
                    .loop_error(&answer)
                    .filter(|_| missing.error.kind == Kind::IncompleteOutput)
                    .unwrap_or(missing.error),
                answer: Some(answer),
                no_tool_call: missing.no_tool_call,
            }),
        }
    }

    /// The problem of an answer that repeats itself: it was stopped, or the token limit cut it.
    fn loop_error(&self, answer: &Answer) -> Option<Error> {
        let cut = || {
            let arguments = answer.tool_calls.iter().filter_map(|call| call.arguments.as_deref());
            let mut texts = answer.text.as_deref().into_iter().chain(arguments);
            answer.finish == Finish::Length && self.setup.stop_loops && texts.any(ends_in_repetition)
        };
        if self.stopped != Some(Stop::Loop) && !cut() {
            return None;
        }
        let message = prompts::LOOP.to_owned();
        let issue = Issue { path: Vec::new(), message: message.clone() };
        Some(Error::new(Kind::Validation, message).with_issues(vec![issue]).with("code", "loop"))
    }

    /// A streamed text that ends inside its JSON was cut, whatever its finish reason (docs/differences.md, rule
    /// `cut-streams-are-errors`).
    /// A whole answer is not affected: it was received completely, so a reask can complete it.
    fn ends_inside_json(&self, answer: &Answer) -> bool {
        let in_text = self.setup.output.tools.is_empty()
            || self.setup.output.mode == Mode::ResponsesTools && answer.tool_calls.is_empty();
        // With lenient reading, a complete answer may lack its last bracket.
        let leniently = (self.setup.lenient || self.setup.retry_leniently) && answer.finish == Finish::Stop;
        if !self.setup.stream || !in_text || leniently || outcome::final_outcome(answer).is_err() {
            return false;
        }
        match ending(answer.text.as_deref().unwrap_or_default()) {
            Ending::Outside => false,
            Ending::Inside => true,
            // The text after a complete answer may be a remark with an open bracket.
            Ending::InsideAnother => answer.finish != Finish::Stop,
        }
    }

    /// The restored value of an answer as JSON text: one value, or for parallel tools `[{name, value}, …]`.
    pub(super) fn candidate_of(&mut self, answer: &Answer) -> Result<String, Missing> {
        match self.candidate_as_found(answer) {
            Err(missing) if self.setup.structural || self.stopped == Some(Stop::Complete) => {
                self.candidate_by_structure(answer, missing)
            }
            found => found,
        }
    }

    /// A value of the only target as JSON text in the caller's shape.
    // Apart from its callers, so that the build does not copy the restoring into another file.
    #[inline(never)]
    pub(super) fn restored(&self, value: Value) -> Result<String, Error> {
        let value = match self.setup.targets.first() {
            Some(target) => target.plan().restore(value)?,
            None => value,
        };
        Ok(value.to_text())
    }

    fn candidate_as_found(&mut self, answer: &Answer) -> Result<String, Missing> {
        self.coercions.clear();
        self.calls.clear();
        self.further_calls.clear();
        if self.setup.keeps_calls {
            return self.kept_candidate(answer);
        }
        let found = match extract::find(&self.setup.output, answer, &|| self.setup.shape(0)) {
            // The model omitted the calls that were missing.
            Err(missing) if missing.no_tool_call && !self.kept_calls.is_empty() => Found::Many(Vec::new(), Vec::new()),
            found => found?,
        };
        match found {
            Found::One(text) => {
                // A text may contain more than the span of the JSON.
                let within = |words: &&str| matches!(text, Cow::Owned(_)) || words.contains(&*text);
                let words = answer.text.as_deref().filter(|_| self.setup.lenient).filter(within);
                let value = match self.setup.read(&text, words.unwrap_or(&text), 0, &mut self.coercions) {
                    // Arguments, like a text, may be a sequence of the list's elements.
                    Err(error) if self.setup.expects_list() => match find(&text, &self.setup.shape(0))? {
                        list if list == text => return Err(error.into()),
                        list => self.setup.read(&list, &list, 0, &mut self.coercions)?,
                    },
                    read => read?,
                };
                Ok(value.to_text())
            }
            Found::Several(texts) => self.several(&texts),
            Found::Many(calls, unknown) => self.many(&calls, &unknown),
        }
    }
}

fn ends_inside_json_error() -> Error {
    Error::new(Kind::IncompleteOutput, "The stream ended before the answer's JSON was complete.")
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
