//! From a decoded answer to the value that is validated, or to the failure of the attempt.

use super::*;
use crate::chat::Finish;
use crate::json::ending::{Ending, ending};
use crate::json::find::find;
use crate::json::repetition::ends_in_repetition;
use crate::jsontext::ToText;
use crate::output::Mode;
use std::borrow::Cow;

impl Call {
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
