//! The state machine of one call; see [`crate::call`] for its states. `body` has the request, `transport` handles responses,
//! `decoded` their answers, `verdict` the results of validation and the retry policy, `calls` and `kept` several tool calls in
//! one answer, `steps` calls of the app's own tools, and `elements` the elements of a streamed list.

mod action;
mod again;
mod body;
mod calls;
mod credentials;
mod decoded;
mod elements;
mod kept;
mod repair;
mod steps;
mod structure;
mod transport;
mod verdict;

use crate::jsontext::ToText;
use std::collections::VecDeque;

use crate::obj;
use serde_json::{Map, Value};

pub use self::action::Action;

use self::action::Queued;
use super::answer_filter::{AnswerFilter, AnswerFilterState};
use super::extract::{self, Found, Missing};
use super::list::List;
use super::outcome;
use super::policy::{Clock, Policy, ReaskForm};
use super::repair::{Repair, SoFar};
use super::setup::{Client, Setup};
use super::tools::{Kept, Step};
use crate::chat::{Answer, CallResult, UsageTotals, add_usage};
use crate::error::{Error, Issue, Kind};
use crate::http::http_date_ms;
use crate::output::prompts;
use crate::provider::auth::Auth;
use crate::provider::{Reask, Sink, StreamDecoder, WireApi, error_body, wire};
use crate::validate::report;

/// AWS accepts signatures that are up to five minutes off, so a smaller difference is not the cause of a refusal.
const MAX_SKEW_MS: f64 = 60_000.0;

/// The longest wait before an attempt, 24 days: timers of JavaScript have no longer ones.
const MAX_WAIT_MS: f64 = 2_147_483_647.0;

/// Maximum number of continuations of a paused turn in one attempt.
const MAX_RESUMES: u32 = 16;

/// One attempt, for `completion.attempts` and errors. It has no headers.
#[derive(Debug, Clone)]
struct Attempt {
    request: Value,
    raw: Value,
    error: Option<Value>,
}

/// A further call of the same tool, ready to be validated.
struct FurtherCall {
    /// Its index among the calls.
    number: usize,
    candidate: String,
    coercions: Vec<Value>,
}

/// One call: see [the module](crate::call) for its states and an example.
pub struct Call {
    setup: Setup,
    api: &'static dyn WireApi,
    /// The body in the API's own form; reasks are appended to it.
    body: Value,
    /// The body has placeholders for the schemas. They are replaced before the body is changed.
    has_placeholders: bool,
    queue: VecDeque<Queued>,
    attempt: u32,
    http_tried: u32,
    started_ms: Option<f64>,
    /// The time of the last event.
    now_ms: f64,
    attempts: Vec<Attempt>,
    usage: Value,
    /// The answer under validation.
    answer: Option<Answer>,
    /// The restored value under validation, as JSON text.
    candidate: String,
    coercions: Vec<Value>,
    decoder: Option<Box<dyn StreamDecoder>>,
    /// Why the stream of this attempt was stopped before its end.
    stopped: Option<Stop>,
    /// The form of a streamed response's body.
    body_kind: BodyKind,
    /// Status and headers of that body.
    head: (u16, Vec<(String, String)>),
    filter: AnswerFilterState,
    /// Received bytes of the streamed body.
    received: usize,
    /// The failure about which the caller's policy decides.
    pending_failure: Option<Failure>,
    /// `Wait` is before the next attempt, not before an HTTP retry.
    waiting_for_attempt: bool,
    /// Number of continuations in this attempt.
    resumed: u32,
    /// Difference of the server's clock, after it refused a signature because of the time.
    skew_ms: f64,
    finished: bool,
    /// This attempt's answer was read leniently already.
    retried_leniently: bool,
    /// It was read by its structure already.
    read_structure: bool,
    /// The calls of the answer, for the completion; empty for a single call.
    calls: Vec<Value>,
    /// Further calls of the same tool, in case the first is invalid.
    further_calls: VecDeque<FurtherCall>,
    /// The issues of the first call.
    first_issues: Option<Vec<Issue>>,
    /// Parallel tools: valid calls of earlier answers that also called unknown tools.
    kept_calls: Vec<(usize, Value)>,
    /// The calls of `tools({…})`.
    kept: Kept,
    /// The results of the calls of the failed answer, for the reask.
    results: Option<Vec<CallResult>>,
    /// The calls of own tools.
    step: Step,
    /// The elements of a streamed list, which are validated one by one.
    list: Option<List>,
    /// The candidate that was validated last, if it has issues.
    failed_candidate: Option<String>,
    /// The value of a stream that was stopped at an error, while parts are corrected.
    so_far: Option<SoFar>,
    /// Set while parts of an answer are requested.
    repair: Option<Repair>,
    /// The text of the last failed answer, and the form of the reask after it.
    failed_text: Option<String>,
    form: ReaskForm,
}

/// Why a stream was stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Stop {
    /// The answer repeats itself.
    Loop,
    /// Every known key is complete, and another one begins.
    Complete,
}

impl Stop {
    fn name(self) -> &'static str {
        match self {
            Stop::Loop => "loop",
            Stop::Complete => "complete",
        }
    }
}

/// The form of a response to a request for a stream. Some gateways and servers send a page, an error or the whole answer.
#[derive(Default)]
enum BodyKind {
    #[default]
    Unknown,
    Stream,
    /// Not a stream: the received bytes.
    Whole(Vec<u8>),
}

/// A failed attempt, until the next step is decided.
struct Failure {
    error: Error,
    answer: Option<Answer>,
    no_tool_call: bool,
}

impl Client {
    /// A call, ready to be polled. `params` are those of the npm package's `create`: `responseModel` as
    /// `{name?, description?, schema}`, `messages` in the shape of OpenAI's chat API or `prompt`, `maxRetries`, and
    /// parameters of the request such as `temperature`. They replace the client's. `stream` requests a streamed
    /// response.
    ///
    /// # Errors
    /// [`Kind::Configuration`] or [`Kind::Mode`] for parameters that cannot be sent.
    pub fn call(&self, params: Map<String, Value>, stream: bool) -> Result<Call, Error> {
        Call::new(self.setup(params, stream)?)
    }
}

impl Call {
    /// Encodes the first request. Fails if the messages or their parts cannot be encoded.
    #[doc(hidden)]
    pub fn new(setup: Setup) -> Result<Call, Error> {
        let api = wire::wire(setup.api);
        let body = with_extra(api.encode(&setup.encode_input(&setup.output))?, &setup);
        Ok(Call {
            list: setup.yields_elements().then(List::default),
            has_placeholders: !setup.placeholders().is_empty(),
            setup,
            api,
            body,
            queue: VecDeque::new(),
            attempt: 0,
            http_tried: 0,
            started_ms: None,
            now_ms: 0.0,
            attempts: Vec::new(),
            usage: Value::Null,
            answer: None,
            candidate: String::new(),
            coercions: Vec::new(),
            decoder: None,
            stopped: None,
            body_kind: BodyKind::default(),
            head: (0, Vec::new()),
            filter: AnswerFilterState::default(),
            received: 0,
            pending_failure: None,
            waiting_for_attempt: false,
            resumed: 0,
            skew_ms: 0.0,
            finished: false,
            retried_leniently: false,
            read_structure: false,
            calls: Vec::new(),
            further_calls: VecDeque::new(),
            first_issues: None,
            kept_calls: Vec::new(),
            kept: Kept::default(),
            results: None,
            step: Step::default(),
            failed_candidate: None,
            so_far: None,
            repair: None,
            failed_text: None,
            form: ReaskForm::Turns,
        })
    }

    /// Allows neither a second attempt nor an HTTP retry: for a response that was received already.
    pub fn single_attempt(&mut self) {
        self.setup.policy.attempts = 1;
        self.setup.policy.http_retries = 0;
        self.setup.policy.host_decides = false;
    }

    /// The checked parameters.
    #[doc(hidden)]
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    /// The number of the current attempt, from 1; 0 before the first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The facts of the current attempt for hooks: its number, provider, model and mode.
    pub fn about(&self) -> Value {
        obj! {
            "attemptNumber": self.attempt, "provider": self.setup.endpoint.row.id, "model": self.setup.model,
            "mode": self.setup.output.mode.name(),
        }
    }

    /// The next action. Report its outcome with one of the `on_*` methods before the next poll.
    pub fn poll(&mut self, clock: Clock) -> Action {
        if self.finished {
            return Action::Nothing;
        }
        if self.started_ms.is_none() {
            self.started_ms = Some(clock.now_ms);
            self.now_ms = clock.now_ms;
            self.begin_attempt();
        }
        let left = self.time_left(clock.now_ms);
        match self.queue.pop_front() {
            None => Action::Nothing,
            Some(Queued::Send | Queued::Action(Action::Wait(_))) if left.is_some_and(|ms| ms <= 0.0) => {
                self.fail(self.timeout_error())
            }
            Some(Queued::Send) => Action::Send { request: self.request(), stream: self.setup.stream, timeout_ms: left },
            Some(Queued::Action(action)) => match action {
                Action::Validate(list) if self.list.is_some() => self.poll_elements(&list, clock),
                Action::Wait(ms) if left.is_some_and(|left| ms >= left) => self.fail(self.timeout_error()),
                Action::Failed(error) => self.fail(error),
                Action::Done => {
                    self.finished = true;
                    Action::Done
                }
                other => other,
            },
        }
    }

    fn time_left(&self, now_ms: f64) -> Option<f64> {
        Some(self.setup.policy.timeout_ms? - (now_ms - self.started_ms.unwrap_or(now_ms)))
    }

    fn timeout_error(&self) -> Error {
        // Printed as a whole number: formatting a float costs 12 KB of wasm.
        let ms = self.setup.policy.timeout_ms.unwrap_or(0.0) as u64;
        let what = if self.attempt > 1 { format!(" in attempt {}", self.attempt) } else { String::new() };
        Error::new(
            Kind::Timeout,
            format!("The call took longer than its timeout of {ms} ms{what}. Raise `timeout`, or lower `maxRetries`."),
        )
        .with("timeout", ms)
    }

    fn fail(&mut self, error: Error) -> Action {
        self.finished = true;
        self.queue.clear();
        Action::Failed(self.describe(error))
    }

    /// Adds the call's details to its last error.
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
        self.retried_leniently = false;
        self.read_structure = false;
        self.first_issues = None;
        self.attempt += 1;
        self.http_tried = 0;
        self.resumed = 0;
        if self.attempt > 1 && self.setup.stream {
            self.push_restart();
        }
        if self.setup.events {
            self.push(Action::Emit { name: "completion:kwargs", payload: self.body_without_placeholders() });
        }
        self.push_send();
    }

    /// The snapshots of the stream so far are discarded.
    fn push_restart(&mut self) {
        // What was shown stays while parts are requested.
        if self.repair.is_some() {
            return;
        }
        if let Some(list) = &mut self.list {
            list.restart();
        }
        self.push(Action::Restart);
    }

    fn push(&mut self, action: Action) {
        self.queue.push_back(Queued::Action(action));
    }

    fn push_send(&mut self) {
        self.stopped = None;
        self.filter = AnswerFilterState::of(self.setup.expects_list(), self.repair.is_some(), self.setup.stop_loops);
        self.queue.push_back(Queued::Send);
    }
}

/// The body with the caller's extra fields.
fn with_extra(mut body: Value, setup: &Setup) -> Value {
    if let Some(fields) = body.as_object_mut() {
        fields.extend(setup.extra_body.clone());
    }
    body
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
}

/// `1 attempt`, `2 attempts`.
fn attempts(number: u32) -> String {
    if number == 1 { "1 attempt".to_owned() } else { format!("{number} attempts") }
}
