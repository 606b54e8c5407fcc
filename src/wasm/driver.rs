//! The driver: performs the actions of the state machine with the host's fetch, timers and validator.

use crate::jsontext::{self, ToText};
use serde_json::Value;
use wasm_bindgen::prelude::*;

use super::host::{CallClock, Host, settle, sleep};
use super::thrown;
use super::transport::{self, Failure, Head};
use crate::call::{Action, Call, CallResult, ToolRun};
use crate::error::{Error, Issue};
use crate::http::HttpRequest;

/// Runs a call that is not streamed. Resolves with the completion as JSON text. `next` is its first action: what makes the
/// request runs before the promise is there, so that the host can load a missing part and begin again.
pub async fn run(mut call: Call, mut next: Action, host: Host, clock: CallClock) -> Result<JsValue, JsValue> {
    loop {
        match next {
            Action::Send { request, .. } => match transport::send(&host, &call, request.clone(), clock).await {
                Ok(head) => whole(&mut call, &host, head, &request, clock).await?,
                Err(failure) => failed(&mut call, &host, failure, clock)?,
            },
            Action::Nothing => return Err(thrown(&Error::configuration("The call has ended already."))),
            Action::Done => return Ok(JsValue::from_str(&completion(&call))),
            Action::Failed(error) => return Err(thrown(&error)),
            other => step(&mut call, &host, other, clock).await?,
        }
        next = call.poll(clock.now());
    }
}

/// Reads a whole body and reports it to the state machine.
pub async fn whole(
    call: &mut Call,
    host: &Host,
    head: Head,
    request: &HttpRequest,
    clock: CallClock,
) -> Result<(), JsValue> {
    let Head { status, headers, response } = head;
    let (body, outcome) = transport::read_all(&response.into(), &headers, host, call, request).await;
    match outcome {
        Ok(()) => call.on_response(status, &headers, &body, clock.now()),
        // The error status is more useful than the failure to read the body.
        Err(Failure::Final(_)) if !(200..300).contains(&status) => {
            call.on_response(status, &headers, &body, clock.now());
        }
        Err(Failure::Network(error)) => call.on_body_cut(status, &headers, &body, error, clock.now()),
        Err(failure) => failed(call, host, failure, clock)?,
    }
    Ok(())
}

/// Performs the actions that whole and streamed calls have in common.
pub async fn step(call: &mut Call, host: &Host, action: Action, clock: CallClock) -> Result<(), JsValue> {
    match action {
        Action::Wait(ms) => match sleep(ms, host).await {
            Ok(()) => call.on_woke(),
            Err(reason) => failed(call, host, Failure::Aborted(reason), clock)?,
        },
        Action::Validate(json) => {
            let verdict = settle(host.validate(&json)?, host).await;
            // The call may have been aborted while the validator ran.
            if host.signal().aborted() {
                return failed(call, host, Failure::Aborted(host.signal().reason()), clock);
            }
            call.on_validated(issues(verdict?.as_string().as_deref()), clock.now());
        }
        Action::Decide { error, attempt, retry, possible } => {
            let answer = settle(host.decide(&error.to_text(), attempt, retry, possible)?, host).await;
            if host.signal().aborted() {
                return failed(call, host, Failure::Aborted(host.signal().reason()), clock);
            }
            let answer: Value = answer?.as_string().and_then(|s| jsontext::from_str(&s).ok()).unwrap_or_default();
            let retry = answer.get("retry").and_then(Value::as_bool).unwrap_or(retry);
            call.on_decision(retry, answer.get("delay").and_then(Value::as_f64), clock.now());
        }
        Action::RunTools(runs) => {
            let results = settle(host.run_tools(&runs_json(&runs))?, host).await;
            if host.signal().aborted() {
                return failed(call, host, Failure::Aborted(host.signal().reason()), clock);
            }
            call.on_tools_done(results_of(results?.as_string().as_deref()), clock.now());
        }
        Action::Emit { name, payload } => {
            if let Some(changed) = host.emit(name, &payload.to_text(), &call.about().to_text())?
                && let Ok(body) = jsontext::from_str(&changed)
            {
                call.replace_body(body);
            }
        }
        _ => {}
    }
    Ok(())
}

/// The calls of own tools for the host: `[{id, tool, arguments}]`; `arguments` is JSON.
#[inline(never)]
fn runs_json(runs: &[ToolRun]) -> String {
    let one = |run: &ToolRun| {
        let id = jsontext::quoted(&run.id);
        ["{\"id\":", &id, ",\"tool\":", &run.tool.to_string(), ",\"arguments\":", &run.arguments, "}"].concat()
    };
    ["[", &runs.iter().map(one).collect::<Vec<_>>().join(","), "]"].concat()
}

/// The results that the host returned: JSON text of `[{text, isError}]`.
#[inline(never)]
fn results_of(given: Option<&str>) -> Vec<CallResult> {
    let parsed: Value = given.and_then(|text| jsontext::from_str(text).ok()).unwrap_or_default();
    let one = |result: &Value| CallResult {
        text: result.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        is_error: result.get("isError") == Some(&Value::Bool(true)),
    };
    parsed.as_array().into_iter().flatten().map(one).collect()
}

/// Reports a transport failure to the state machine. Returns the reason if the call was aborted.
pub fn failed(call: &mut Call, host: &Host, failure: Failure, clock: CallClock) -> Result<(), JsValue> {
    match failure {
        Failure::Aborted(reason) => {
            if !host.timed_out() {
                return Err(reason);
            }
            call.on_timeout();
        }
        Failure::Network(error) => call.on_network_error(error, clock.now()),
        Failure::Final(error) => call.on_final_error(error, clock.now()),
        Failure::Thrown(value) => return Err(value),
    }
    Ok(())
}

/// The issues that the host returned: JSON text of `[{path, message}]`, or nothing.
pub fn issues(found: Option<&str>) -> Vec<Issue> {
    let Some(text) = found.filter(|text| !text.is_empty()) else { return Vec::new() };
    match jsontext::from_str(text) {
        Ok(parsed @ Value::Array(_)) => issues_of(&parsed),
        _ => vec![Issue { path: Vec::new(), message: text.to_owned() }],
    }
}

/// The issues of a list.
pub fn issues_of(list: &Value) -> Vec<Issue> {
    let one = |issue: &Value| Issue {
        path: issue.get("path").and_then(Value::as_array).cloned().unwrap_or_default(),
        message: issue.get("message").and_then(Value::as_str).unwrap_or("Invalid value").to_owned(),
    };
    list.as_array().into_iter().flatten().map(one).collect()
}

/// `{"value": …, "raw": …, …}`. The value's text is inserted without parsing it again.
pub fn completion(call: &Call) -> String {
    let rest = call.completion().to_text();
    format!("{{\"value\":{},{}", call.candidate(), rest.get(1..).unwrap_or("}"))
}
