//! One call as a state machine: no I/O, no clock, no randomness.
//!
//! A [`Client`] has a provider's model and the options of its calls. [`Client::call`] checks the parameters, chooses the mode,
//! renders the schema and encodes the request. The program polls the [`Call`] for an [`Action`], performs it with its own HTTP
//! client, timers and validator, reports the outcome with one of the `on_*` methods, and polls again.
//!
//! ```text
//!           ┌───────────── reask: the next attempt ◀──────────────┐
//!           ▼                                                     │ an attempt is left
//! call ─▶ Send ─ response ─▶ Validate ─ issues ─▶ Decide ─▶ Wait ─┤
//!          ▲ │                 │                                  │ none is left
//!          │ └─ 429, 5xx,      └─ no issues ─▶ Done               └─▶ Failed
//!          │    no response
//!          └─── Wait
//! ```
//!
//! * [`Action::Send`]: the request of an attempt, or an HTTP retry of it.
//! * [`Action::Wait`]: the delay before an HTTP retry or before the next attempt.
//! * [`Action::Validate`], [`Action::ValidateElements`]: an answer was read, and its value restored to the caller's schema.
//! * [`Action::RunTools`]: only when the caller has own tools (`ownTools`) and the answer calls them; their results lead to the
//!   next request.
//! * [`Action::Decide`]: only when the caller has a retry policy of functions.
//! * [`Action::Emit`]: only when the caller has hooks.
//! * [`Action::Restart`]: only in a stream, before a further attempt.
//! * [`Action::Done`], [`Action::Failed`]: the end. After it, [`Action::Nothing`].
//!
//! An answer without the wanted value is a failed attempt as well, without a validation. A refusal, an answer that was cut off
//! and an error that cannot be retried end the call at once.
//!
//! # Example
//!
//! The first answer is invalid, so the model gets it back with the issue; the second is valid.
//!
//! ```
//! use instructor_wasm::{Action, Client, Clock, Issue};
//! use serde_json::{Value, json};
//!
//! // The bodies that the server sends.
//! let reply = |arguments: &str| {
//!     let function = json!({ "name": "User", "arguments": arguments });
//!     let message = json!({ "tool_calls": [{ "id": "call_1", "type": "function", "function": function }] });
//!     json!({ "choices": [{ "message": message, "finish_reason": "tool_calls" }] }).to_string()
//! };
//! let mut replies = [reply(r#"{"name": "Ada", "age": "unknown"}"#), reply(r#"{"name": "Ada", "age": 36}"#)].into_iter();
//!
//! let object = |value: Value| value.as_object().cloned().unwrap_or_default();
//! let client = Client::new("openai/gpt-4o-mini", object(json!({ "apiKey": "sk-test" })))?;
//! let schema = json!({
//!     "type": "object",
//!     "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
//!     "required": ["name", "age"],
//! });
//! let params = json!({ "responseModel": { "name": "User", "schema": schema }, "prompt": "Ada is 36 years old." });
//! let mut call = client.call(object(params), false)?;
//!
//! let mut requests = Vec::new();
//! let value: Value = loop {
//!     // The system's time, and a random number.
//!     let clock = Clock { now_ms: 1_767_323_045_000.0, random: 0.5 };
//!     match call.poll(clock) {
//!         Action::Send { request, .. } => {
//!             let credentials = call.auth_headers(&request, clock)?.unwrap_or_default();
//!             assert_eq!(credentials, [("authorization".to_owned(), "Bearer sk-test".to_owned())]);
//!             requests.push(request); // sent by the program's HTTP client
//!             let body = replies.next().ok_or("no further reply")?;
//!             call.on_response(200, &[], body.as_bytes(), clock);
//!         }
//!         Action::Wait(ms) => {
//!             std::thread::sleep(std::time::Duration::from_millis(ms as u64));
//!             call.on_woke();
//!         }
//!         Action::Validate(text) => {
//!             let value: Value = serde_json::from_str(&text)?;
//!             let issue = || Issue { path: vec!["age".into()], message: "must be a whole number".to_owned() };
//!             call.on_validated(if value["age"].is_u64() { vec![] } else { vec![issue()] }, clock);
//!         }
//!         Action::Done => break serde_json::from_str(call.candidate())?,
//!         Action::Failed(error) => return Err(error.into()),
//!         other => panic!("not an action of this call: {other:?}"),
//!     }
//! };
//!
//! assert_eq!(value, json!({ "name": "Ada", "age": 36 }));
//! assert_eq!(requests.len(), 2);
//! assert!(requests[1].body.contains("must be a whole number"));
//! assert_eq!(call.completion()["attempts"].as_array().map(Vec::len), Some(2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Layout
//!
//! `setup` turns parameters into a checked call, and `machine` runs it. `policy` is the retry policy, `outcome` reads the finish
//! reason, `extract` finds the value in an answer, `answer_filter` and `partial` do so in a stream, and `list` decides about the
//! elements of a streamed list. `wasm::driver` is the program in JavaScript hosts.

mod answer_filter;
mod extract;
mod list;
mod machine;
mod outcome;
mod partial;
mod policy;
mod price;
mod repair;
mod setup;
mod tools;

pub use crate::chat::CallResult;
pub use list::ElementOutcome;
#[cfg(feature = "machinery")]
pub use list::List;
pub use machine::{Action, Call};
#[cfg(any(target_arch = "wasm32", feature = "machinery"))]
pub use partial::PartialStream;
pub use policy::Clock;
pub use repair::SoFar;
pub use setup::Client;
pub use tools::ToolRun;
