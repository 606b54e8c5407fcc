//! The state machine of one call. It is told what happened and answers what it wants; it never waits, reads no
//! clock and draws no random number (both come in a [`Moment`]).
//!
//! ```text
//!            ┌──────────────────────────── reask ◀───────────────────────────┐
//!            ▼                                                               │
//!  start ─▶ Send ──response/bytes/end──▶ read ─▶ Validate ─▶ issues? ── yes ─┤
//!            ▲  └─network error, 429, 5xx─▶ Wait ┘   │          └── no ─▶ Done│
//!            └───────────── woke ───────────┘        └─ not readable ────────┘
//! ```
//!
//! The driver loops over [`Call::poll`], does what it says, and reports back with one of the `on_*` methods.

use std::collections::VecDeque;

use crate::obj;
use serde_json::{Map, Value};

use super::extract::{self, Found, Missing};
use super::policy::{Moment, Policy, http_date_ms};
use super::setup::Setup;
use super::tap::{Tap, TapState};
use crate::chat::{Answer, UsageTotals, add_usage};
use crate::error::{Error, Issue, Kind};
use crate::json::span;
use crate::mode::prompts;
use crate::provider::auth::Auth;
use crate::provider::{HttpRequest, Reask, Sink, StreamDecoder, WireApi, error_body, wire};
use crate::validate::report;

/// AWS takes signatures that are up to five minutes off; less than this is not what was refused.
const MAX_SKEW_MS: f64 = 60_000.0;

/// How often a paused answer is gone on with.
const MAX_RESUMES: u32 = 16;

/// What the machine wants next.
#[derive(Debug)]
pub enum Want {
    /// Send this; then `on_response` (whole), or `on_head`, `on_bytes`…, `on_end` (streamed), or `on_network_error`.
    /// `timeout_ms` is what is left of the call's time.
    Send {
        request: HttpRequest,
        stream: bool,
        timeout_ms: Option<f64>,
    },
    /// Wait so many milliseconds, then `on_woke`.
    Wait(f64),
    /// Validate this JSON text, then `on_validated`.
    Validate(String),
    /// Ask the caller's own policy, then `on_decision`. `retry` is what the built-in rule would do.
    Decide {
        error: Value,
        attempt: u32,
        retry: bool,
    },
    /// Tell the hooks. `completion:kwargs` may be answered with `replace_body` before the next poll.
    Emit {
        name: &'static str,
        payload: Value,
    },
    /// A new attempt of a stream begins: what was shown so far is void.
    Restart,
    /// The value that was accepted last is the result; see [`Call::completion`].
    Done,
    Failed(Error),
    /// Nothing to do: the driver has not reported what it was asked for.
    Nothing,
}

/// One attempt as it is shown in `completion.attempts` and in errors. Headers are never kept.
#[derive(Debug, Clone)]
struct Attempt {
    request: Value,
    raw: Value,
    error: Option<Value>,
}

pub struct Call {
    setup: Setup,
    api: &'static dyn WireApi,
    /// The native body; reask turns are appended to it.
    body: Value,
    wants: VecDeque<Want>,
    attempt: u32,
    http_tried: u32,
    started_ms: Option<f64>,
    attempts: Vec<Attempt>,
    usage: Value,
    /// The answer under validation.
    answer: Option<Answer>,
    /// The restored value as JSON text that was sent to validation.
    candidate: String,
    coercions: Vec<Value>,
    decoder: Option<Box<dyn StreamDecoder>>,
    tap: TapState,
    /// The failure that the caller's policy is deciding about.
    undecided: Option<Failure>,
    /// Set when `Wait` was for the next attempt (not for an HTTP retry).
    waiting_for_attempt: bool,
    /// How often this attempt was gone on with after a pause.
    resumed: u32,
    /// How far the server's clock is from ours, once a signature was refused for it.
    skew_ms: f64,
    finished: bool,
}

/// A failed attempt, kept while it is decided what follows.
struct Failure {
    error: Error,
    answer: Option<Answer>,
    no_tool_call: bool,
}

impl Call {
    /// Encodes the first request. Fails before anything is sent when the messages or the parts can't be encoded.
    pub fn new(setup: Setup) -> Result<Call, Error> {
        let api = wire::wire(setup.api);
        let body = api.encode(&setup.encode_input())?;
        Ok(Call {
            setup,
            api,
            body,
            wants: VecDeque::new(),
            attempt: 0,
            http_tried: 0,
            started_ms: None,
            attempts: Vec::new(),
            usage: Value::Null,
            answer: None,
            candidate: String::new(),
            coercions: Vec::new(),
            decoder: None,
            tap: TapState::default(),
            undecided: None,
            waiting_for_attempt: false,
            resumed: 0,
            skew_ms: 0.0,
            finished: false,
        })
    }

    /// No second attempt and no HTTP retry: for a response that is at hand already.
    pub fn single_attempt(&mut self) {
        self.setup.policy.attempts = 1;
        self.setup.policy.http_retries = 0;
        self.setup.policy.host_decides = false;
    }

    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The request as it would be sent now, without credentials.
    pub fn request(&self) -> HttpRequest {
        let endpoint = &self.setup.endpoint;
        let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        headers.extend(endpoint.headers.iter().map(|(n, v)| (n.to_ascii_lowercase(), v.clone())));
        HttpRequest {
            method: "POST",
            url: self.api.url(endpoint, &self.setup.model, &self.setup.ask, self.setup.stream),
            headers,
            body: self.body.to_string(),
        }
    }

    pub fn poll(&mut self, moment: Moment) -> Want {
        if self.finished {
            return Want::Nothing;
        }
        if self.started_ms.is_none() {
            self.started_ms = Some(moment.now_ms);
            self.begin_attempt();
        }
        let left = self.time_left(moment.now_ms);
        let want = self.wants.pop_front().unwrap_or(Want::Nothing);
        match want {
            Want::Send { .. } | Want::Wait(_) if left.is_some_and(|ms| ms <= 0.0) => self.fail(self.timed_out()),
            Want::Wait(ms) if left.is_some_and(|left| ms >= left) => self.fail(self.timed_out()),
            Want::Send { stream, .. } => Want::Send { request: self.request(), stream, timeout_ms: left },
            Want::Failed(error) => self.fail(error),
            Want::Done => {
                self.finished = true;
                Want::Done
            }
            other => other,
        }
    }

    fn time_left(&self, now_ms: f64) -> Option<f64> {
        Some(self.setup.policy.timeout_ms? - (now_ms - self.started_ms.unwrap_or(now_ms)))
    }

    fn timed_out(&self) -> Error {
        // Printed as a whole number: formatting a float costs 12 KB of wasm.
        let ms = self.setup.policy.timeout_ms.unwrap_or(0.0) as u64;
        let what = if self.attempt > 1 { format!(" in attempt {}", self.attempt) } else { String::new() };
        Error::new(
            Kind::Timeout,
            format!("The call took longer than its timeout of {ms} ms{what}. Raise `timeout`, or lower `maxRetries`."),
        )
        .with("timeout", ms)
    }

    fn fail(&mut self, error: Error) -> Want {
        self.finished = true;
        self.wants.clear();
        Want::Failed(self.describe(error))
    }

    /// Adds what the call knows to its last error.
    fn describe(&self, mut error: Error) -> Error {
        let provider = self.setup.endpoint.row.id;
        error.detail.entry("provider").or_insert_with(|| provider.into());
        error.detail.entry("model").or_insert_with(|| self.setup.model.clone().into());
        if error.kind != Kind::Configuration {
            error.detail.insert("attempts".into(), self.attempts_json());
            error.detail.insert("totalUsage".into(), self.usage_json());
            if let Some(last) = self.attempts.last() {
                error.detail.insert("lastCompletion".into(), last.raw.clone());
            }
        }
        error
    }

    fn begin_attempt(&mut self) {
        self.attempt += 1;
        self.http_tried = 0;
        self.resumed = 0;
        if self.attempt > 1 && self.setup.stream {
            self.wants.push_back(Want::Restart);
        }
        if self.setup.events {
            self.wants.push_back(Want::Emit { name: "completion:kwargs", payload: self.body.clone() });
        }
        self.push_send();
    }

    fn push_send(&mut self) {
        self.tap = TapState::default();
        // The request is built when it is polled, so that a hook's change of the body is in it.
        let request = HttpRequest { method: "POST", url: String::new(), headers: Vec::new(), body: String::new() };
        self.wants.push_back(Want::Send { request, stream: self.setup.stream, timeout_ms: None });
    }

    /// A `completion:kwargs` handler changed the request.
    pub fn replace_body(&mut self, body: Value) {
        if body.is_object() {
            self.body = body;
        }
    }

    // ---- what the transport reports ----

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
    fn resign(&mut self, error: &Error, headers: &[(String, String)], moment: Moment) -> bool {
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
    pub fn on_head(&mut self, status: u16, _headers: &[(String, String)]) -> bool {
        if (200..300).contains(&status) {
            self.decoder = Some(self.api.decode_stream(&self.setup.endpoint));
            return true;
        }
        false
    }

    /// Bytes of a streamed body. Pieces of the wanted value go to `out` as text. Answers `true` when the stream
    /// has said its last word: the driver may stop reading and call `on_end`.
    pub fn on_bytes(&mut self, bytes: &[u8], out: &mut dyn Sink, moment: Moment) -> bool {
        let Some(decoder) = self.decoder.as_mut() else { return true };
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

    fn stream_failed(&mut self, error: Error, moment: Moment) {
        let retryable =
            error.kind == Kind::Provider && error.detail.get("retryable").and_then(Value::as_bool).unwrap_or(false);
        self.http_failed(error, retryable, None, moment);
    }

    fn http_failed(&mut self, error: Error, retryable: bool, asked: Option<f64>, moment: Moment) {
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

    fn decoded(&mut self, decoded: Result<Answer, Error>, moment: Moment) {
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
        if self.resumed < MAX_RESUMES && self.api.resume(&mut self.body, &answer) {
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
    fn candidate_of(&mut self, answer: &Answer) -> Result<String, Missing> {
        self.coercions.clear();
        match extract::find(&self.setup.ask, answer)? {
            Found::One(text) => {
                let value = match self.setup.read(&text, 0, &mut self.coercions) {
                    Err(error) if self.setup.takes_list() => {
                        let whole = answer.text.as_deref().filter(|text| text.contains('{')).unwrap_or(&text);
                        let Some((list, unfinished)) = span::objects(whole) else { return Err(error.into()) };
                        if unfinished {
                            return Err(error.with("unfinished", true).into());
                        }
                        self.setup.read(&["{\"tasks\":", &list, "}"].concat(), 0, &mut self.coercions)?
                    }
                    read => read?,
                };
                Ok(value.to_string())
            }
            Found::Many(calls) => {
                let mut values = Vec::with_capacity(calls.len());
                for (index, text) in calls {
                    let value = self.setup.read(text, index, &mut self.coercions)?;
                    values.push(obj! { "name": self.setup.ask.tools[index].name, "value": value });
                }
                Ok(Value::Array(values).to_string())
            }
        }
    }

    // ---- what the validator and the policy report ----

    /// The verdict on the candidate: no issues means accepted.
    pub fn on_validated(&mut self, issues: Vec<Issue>, _moment: Moment) {
        let Some(answer) = self.answer.take() else { return };
        if issues.is_empty() {
            return self.succeed(answer);
        }
        let message = self.problems(&issues);
        let error = Error::new(Kind::Validation, message).with_issues(issues);
        self.attempt_failed(Failure { error, answer: Some(answer), no_tool_call: false });
    }

    /// The problems as the model should read them: it answered in the wrapper, so paths start there.
    fn problems(&self, issues: &[Issue]) -> String {
        match self.setup.targets.first().and_then(|target| target.plan.unwrap_key()) {
            Some(key) if self.setup.targets.len() == 1 => {
                let at = |issue: &Issue| {
                    let mut path = vec![Value::from(key)];
                    path.extend(issue.path.iter().cloned());
                    Issue { path, message: issue.message.clone() }
                };
                report::error_text(&self.setup.name, &issues.iter().map(at).collect::<Vec<_>>())
            }
            _ => report::error_text(&self.setup.name, issues),
        }
    }

    fn succeed(&mut self, answer: Answer) {
        self.record(&answer.raw, None);
        self.answer = Some(answer);
        self.wants.push_back(Want::Done);
    }

    fn attempt_failed(&mut self, failure: Failure) {
        let raw = failure.answer.as_ref().map_or(Value::Null, |a| a.raw.clone());
        self.record(&raw, Some(failure.error.to_json()));
        let reaskable = failure.error.kind.is_reaskable();
        let last = self.attempt >= self.setup.policy.attempts;
        let retry = reaskable && !last;
        if self.setup.policy.host_decides {
            let error = failure.error.to_json();
            self.wants.push_back(Want::Decide { error, attempt: self.attempt, retry });
            self.undecided = Some(failure);
            return;
        }
        let delay = self.setup.policy.delay_ms;
        self.decided(failure, retry, delay);
    }

    /// The caller's policy decided. The number of attempts stays a bound.
    pub fn on_decision(&mut self, retry: bool, delay_ms: Option<f64>) {
        let Some(failure) = self.undecided.take() else { return };
        let retry = retry && self.attempt < self.setup.policy.attempts;
        let delay = delay_ms.filter(|ms| *ms >= 0.0).unwrap_or(self.setup.policy.delay_ms);
        self.decided(failure, retry, delay);
    }

    fn decided(&mut self, failure: Failure, retry: bool, delay_ms: f64) {
        let Failure { error, answer, no_tool_call } = failure;
        let reaskable = error.kind.is_reaskable();
        // Checked only here: a valid answer is given even over budget (instructor-behaviour 5.3).
        if let (true, Some(spent)) = (retry, self.over_budget()) {
            self.emit_failure(&error, reaskable, true);
            self.wants.push_back(Want::Failed(spent.with("cause", error.to_json())));
            return;
        }
        self.emit_failure(&error, reaskable, !retry);
        if !retry {
            let error = if reaskable { self.exhausted(error) } else { error };
            self.wants.push_back(Want::Failed(error));
            return;
        }
        if reaskable {
            let problems = error.message.as_str();
            let reask = Reask {
                endpoint: &self.setup.endpoint,
                ask: &self.setup.ask,
                answer: answer.as_ref(),
                problems,
                no_tool_call,
            };
            self.api.reask(&mut self.body, &reask);
        }
        if delay_ms > 0.0 {
            self.waiting_for_attempt = true;
            self.wants.push_back(Want::Wait(delay_ms));
        } else {
            self.begin_attempt();
        }
    }

    fn over_budget(&self) -> Option<Error> {
        let budget = self.setup.policy.budget?;
        let used = UsageTotals::read(&self.usage).total as u64;
        let budget = budget as u64;
        let error = if self.usage.is_null() {
            Error::new(Kind::Budget, "The provider reports no token usage, so a budget can't be kept. Remove `budget`.")
        } else if used >= budget {
            let message = format!(
                "Token budget exhausted after {used} tokens across {} attempts (budget: {budget})",
                self.attempt
            );
            Error::new(Kind::Budget, message)
        } else {
            return None;
        };
        Some(error.with("budget", budget).with("used", used))
    }

    /// Hooks in the order instructor-behaviour.md section 7 gives; truncation tells none, as there.
    fn emit_failure(&mut self, error: &Error, reaskable: bool, last: bool) {
        if !self.setup.events || error.kind == Kind::IncompleteOutput {
            return;
        }
        let max = if self.setup.policy.host_decides { Value::Null } else { self.setup.policy.attempts.into() };
        let payload = obj! {
            "error": error.to_json(), "attemptNumber": self.attempt, "maxAttempts": max, "isLastAttempt": last,
        };
        let name = if reaskable { "parse:error" } else { "completion:error" };
        self.wants.push_back(Want::Emit { name, payload: payload.clone() });
        if last {
            self.wants.push_back(Want::Emit { name: "completion:last_attempt", payload });
        }
    }

    fn exhausted(&self, error: Error) -> Error {
        let tries = if self.attempt == 1 { "1 attempt".to_owned() } else { format!("{} attempts", self.attempt) };
        let mut out =
            Error::new(Kind::Retry, format!("No valid answer after {tries}. Last problem: {}", error.message));
        out.detail.insert("cause".into(), error.to_json());
        out
    }

    fn record(&mut self, raw: &Value, error: Option<Value>) {
        let request = obj! {
            "url": self.api.url(&self.setup.endpoint, &self.setup.model, &self.setup.ask, self.setup.stream),
            "body": self.body.clone(),
        };
        self.attempts.push(Attempt { request, raw: raw.clone(), error });
    }

    // ---- what is shown ----

    pub fn usage_json(&self) -> Value {
        UsageTotals::read(&self.usage).to_json(&self.usage)
    }

    fn attempts_json(&self) -> Value {
        let one = |a: &Attempt| {
            let mut out = Map::new();
            out.insert("request".into(), a.request.clone());
            out.insert("raw".into(), a.raw.clone());
            if let Some(error) = &a.error {
                out.insert("error".into(), error.clone());
            }
            Value::Object(out)
        };
        self.attempts.iter().map(one).collect()
    }

    /// The candidate that was validated last, as JSON text.
    pub fn candidate(&self) -> &str {
        &self.candidate
    }

    /// The completion object of the public API, without the value.
    pub fn completion(&self) -> Value {
        let answer = self.answer.clone().unwrap_or_default();
        obj! {
            "raw": answer.raw,
            "text": answer.text,
            "reasoning": answer.reasoning,
            "usage": self.usage_json(),
            "attempts": self.attempts_json(),
            "mode": self.setup.ask.mode.name(),
            "model": answer.model.as_deref().unwrap_or(&self.setup.model),
            "provider": self.setup.endpoint.row.id,
            "finishReason": answer.finish_reason,
            "coercions": self.coercions,
        }
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}
