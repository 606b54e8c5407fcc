//! What a call requires of the program that drives it.

use crate::call::tools::ToolRun;
use crate::error::Error;
use crate::http::HttpRequest;
use serde_json::Value;

/// What the program has to do next, returned by [`Call::poll`](crate::Call::poll).
#[derive(Debug)]
pub enum Action {
    /// Add the credentials ([`Call::auth_headers`](crate::Call::auth_headers)) and send the request. Report the outcome with
    /// [`Call::on_response`](crate::Call::on_response) for a whole response; with [`Call::on_head`](crate::Call::on_head),
    /// [`Call::on_bytes`](crate::Call::on_bytes) and [`Call::on_end`](crate::Call::on_end) for a streamed one; or with
    /// [`Call::on_network_error`](crate::Call::on_network_error).
    Send {
        /// The request, without credentials.
        request: HttpRequest,
        /// Whether the response is streamed.
        stream: bool,
        /// Milliseconds that are left of the call's timeout; after them, report [`Call::on_timeout`](crate::Call::on_timeout).
        timeout_ms: Option<f64>,
    },
    /// Wait this many milliseconds, then report [`Call::on_woke`](crate::Call::on_woke).
    Wait(f64),
    /// Validate the value, given as JSON text, and report [`Call::on_validated`](crate::Call::on_validated).
    Validate(String),
    /// The elements of a streamed list that did not close in the stream, as JSON text of a list: report each with
    /// [`Call::on_element`](crate::Call::on_element), then [`Call::on_element_validated`](crate::Call::on_element_validated).
    ValidateElements(String),
    /// Run these calls of own tools, at the same time, and report [`Call::on_tools_done`](crate::Call::on_tools_done). May be
    /// empty: no call of the answer could be read.
    RunTools(Vec<ToolRun>),
    /// Apply the caller's own retry policy, and report [`Call::on_decision`](crate::Call::on_decision).
    Decide {
        /// The failure, as [`Error::to_json`] writes it.
        error: Value,
        /// The number of the attempt that failed, from 1.
        attempt: u32,
        /// The decision of the built-in rule.
        retry: bool,
        /// Whether the limits of attempts, time and budget allow a further attempt.
        possible: bool,
    },
    /// Call the hooks, when the call has the parameter `events`. After `completion:kwargs`,
    /// [`Call::replace_body`](crate::Call::replace_body) may change the request before the next poll.
    Emit {
        /// `completion:kwargs`, `completion:response`, `completion:usage`, `parse:error`, `completion:error`,
        /// `completion:last_attempt` or `http:retry`.
        name: &'static str,
        /// The hook's argument.
        payload: Value,
    },
    /// A new attempt of a stream begins: discard what was shown so far.
    Restart,
    /// Parts of a stream's value were requested again: replace them. JSON text `[{path, value}]`.
    Correct(String),
    /// The call is complete: [`Call::candidate`](crate::Call::candidate) is the value,
    /// [`Call::completion`](crate::Call::completion) the rest.
    Done,
    /// The call failed. The error has the attempts and the usage in its details.
    Failed(Error),
    /// The last action has not been reported yet, or the call has ended.
    Nothing,
}

/// An action that has not been polled yet.
pub(super) enum Queued {
    /// [`Action::Send`]; its request is built when it is polled, so that it has a hook's changes of the body.
    Send,
    Action(Action),
}
