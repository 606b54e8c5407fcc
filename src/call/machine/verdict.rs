//! Handles the results of the validator and the retry policy (another attempt, the value or the last error), and collects usage,
//! attempts and the completion.

use super::*;
use crate::call::policy::Budget;
use crate::call::price;
use crate::chat::whole;
use crate::mode;
use crate::output::Mode;

/// The remedy for a budget that is used up.
const RAISE: &str = "Raise `budget`, or ask for less.";

/// Whether the failed answer repeats itself.
pub(super) fn is_loop(error: &Error) -> bool {
    error.detail.get("code").and_then(Value::as_str) == Some("loop")
}

impl Call {
    /// The value of [`Action::Validate`] was validated. Without issues it is accepted.
    pub fn on_validated(&mut self, issues: Vec<Issue>, clock: Clock) {
        self.now_ms = clock.now_ms;
        let Some(answer) = self.answer.take() else { return };
        let issues = if self.setup.structural { self.with_copies(issues) } else { issues };
        let issues = if self.setup.keeps_calls { self.with_unread_calls(issues) } else { issues };
        if issues.is_empty() {
            return self.succeed(answer);
        }
        let mut next = self.next_candidate(&issues);
        let mut instead = None;
        if next.is_none() && self.setup.structural {
            match self.structure_retry(&answer) {
                Ok(found) => next = found,
                Err(error) => instead = Some(error),
            }
        }
        if let Some(candidate) = next.or_else(|| self.lenient_retry(&answer)) {
            self.answer = Some(answer);
            self.candidate.clone_from(&candidate);
            return self.push(Action::Validate(candidate));
        }
        // With several calls, the issues are of the first and the candidate is the last.
        let correctable = self.setup.repair_parts && self.first_issues.is_none();
        self.failed_candidate = correctable.then(|| self.candidate.clone());
        let issues = self.first_issues.take().unwrap_or(issues);
        let error = match instead {
            _ if self.setup.keeps_calls => {
                Error::new(Kind::Validation, self.keep_valid(&issues, &answer)).with_issues(issues)
            }
            Some(error) => error,
            None => {
                self.drop_invalid(&issues);
                let mut message = self.problems(&issues);
                message.push_str(&self.accepted_calls());
                Error::new(Kind::Validation, message).with_issues(issues)
            }
        };
        self.attempt_failed(Failure { error, answer: Some(answer), no_tool_call: false });
    }

    /// The answer, read leniently by its schema: with `strict: false`, this comes before a reask. `None` if it changes
    /// nothing.
    fn lenient_retry(&mut self, answer: &Answer) -> Option<String> {
        if !self.setup.retry_leniently || self.retried_leniently {
            return None;
        }
        self.retried_leniently = true;
        let before = self.coercions.clone();
        self.setup.lenient = true;
        let found = self.candidate_of(answer);
        self.setup.lenient = false;
        match found {
            Ok(candidate) if candidate != self.candidate => Some(candidate),
            _ => {
                self.coercions = before;
                None
            }
        }
    }

    /// The issues as text for the model. Its answer has the wrapper, so the paths start there.
    pub(super) fn problems(&self, issues: &[Issue]) -> String {
        match self.setup.targets.first().and_then(|target| target.plan().unwrap_key()) {
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

    pub(super) fn succeed(&mut self, answer: Answer) {
        self.record(&answer.raw, None);
        self.answer = Some(answer);
        if let Some(list) = &self.list {
            self.candidate = list.text();
        }
        self.push(Action::Done);
    }

    pub(super) fn attempt_failed(&mut self, failure: Failure) {
        let raw = failure.answer.as_ref().map_or(Value::Null, |a| a.raw.clone());
        self.record(&raw, Some(failure.error.to_json()));
        let last = self.is_last_attempt();
        let retry = failure.error.kind.is_reaskable() && !last;
        if self.setup.policy.host_decides {
            let error = failure.error.to_json();
            let possible = !last && self.budget_error(0.0).is_none();
            self.push(Action::Decide { error, attempt: self.attempt, retry, possible });
            self.pending_failure = Some(failure);
            return;
        }
        let delay = self.setup.policy.delay_ms;
        self.decided(failure, retry, delay);
    }

    /// Whether the policy allows no further attempt.
    fn is_last_attempt(&self) -> bool {
        let policy = &self.setup.policy;
        self.attempt - self.step.taken >= policy.attempts
            || policy.stop_after_ms.is_some_and(|ms| self.spent_ms() >= ms)
    }

    /// Milliseconds since the start of the call, at the last event.
    fn spent_ms(&self) -> f64 {
        self.now_ms - self.started_ms.unwrap_or(self.now_ms)
    }

    /// The caller's retry policy decided. The call's limits of attempts and time still apply. `delay_ms` replaces the
    /// call's own delay.
    pub fn on_decision(&mut self, retry: bool, delay_ms: Option<f64>, clock: Clock) {
        let Some(failure) = self.pending_failure.take() else { return };
        let retry = retry && !self.is_last_attempt();
        self.now_ms = clock.now_ms;
        let delay = delay_ms.filter(|ms| *ms >= 0.0).unwrap_or(self.setup.policy.delay_ms);
        self.decided(failure, retry, delay);
    }

    pub(super) fn decided(&mut self, failure: Failure, retry: bool, delay_ms: f64) {
        let delay_ms = delay_ms.min(MAX_WAIT_MS);
        let Failure { error, answer, no_tool_call } = failure;
        let reaskable = error.kind.is_reaskable();
        // Checked only here: a valid answer is returned even over budget (docs/internals/behaviour.md#usage-and-budget).
        if retry && let Some(spent) = self.budget_error(delay_ms) {
            self.emit_failure(&error, answer.is_some(), true);
            self.push(Action::Failed(spent.with("cause", error.to_json())));
            return;
        }
        self.emit_failure(&error, answer.is_some(), !retry);
        if !retry {
            let error = if reaskable { self.retries_exhausted(error, answer.as_ref(), no_tool_call) } else { error };
            self.push(Action::Failed(error));
            return;
        }
        if reaskable {
            let before = if self.repair.is_some() { self.end_repair() } else { None };
            let parts = self.setup.repair_parts && self.begin_repair(&error, answer.as_ref(), before.as_ref());
            if !parts {
                self.reask(&error, answer, before);
            }
        }
        if delay_ms > 0.0 {
            self.waiting_for_attempt = true;
            self.push(Action::Wait(delay_ms));
        } else {
            self.begin_attempt();
        }
    }

    /// Appends the failed answer and its problems to the request; after a request for parts, those of the last whole answer.
    fn reask(&mut self, error: &Error, answer: Option<Answer>, before: Option<Repair>) {
        let (answer, problems) = match before {
            Some(repair) => (repair.answer, repair.problems),
            None => (answer, error.message.clone()),
        };
        // A conversation with results of tools is not encoded again.
        let structural = self.setup.structural && self.step.taken == 0;
        if structural && self.ask_again(answer.as_ref(), error, &problems) {
            return;
        }
        self.remove_placeholders();
        let results = self.results.take();
        let reask = Reask {
            endpoint: &self.setup.endpoint,
            model: &self.setup.model,
            output: &self.setup.output,
            // What repeats itself without end is not sent back.
            answer: answer.as_ref().filter(|_| !is_loop(error)),
            problems: &problems,
            results: results.as_deref(),
        };
        self.api.reask(&mut self.body, &reask);
    }

    /// The error for a budget that is used up, if the next attempt would begin in `delay_ms`.
    pub(super) fn budget_error(&self, delay_ms: f64) -> Option<Error> {
        let limits = self.setup.policy.budget.limits;
        let totals = UsageTotals::read(&self.usage);
        let ms = self.spent_ms();
        let used = [totals.total, self.cost(&totals).unwrap_or(0.0), ms, f64::from(self.attempt)];
        let tries = attempts(self.attempt);
        // A failed request has no answer, so it has no usage either.
        let answered = self.attempts.iter().any(|attempt| !attempt.raw.is_null());
        let unknown = answered && self.usage.is_null() && limits.iter().take(2).any(Option::is_some);
        let (i, limit) = limits.iter().enumerate().find_map(|(i, limit)| {
            let coming = if i == 2 { delay_ms } else { 0.0 };
            let exceeded = used.get(i).is_some_and(|used| limit.is_some_and(|limit| used + coming >= limit));
            (exceeded || unknown && i < 2).then_some((i, (*limit)?))
        })?;
        let (spent, budget) = (whole(used.get(i).copied()?).to_text(), whole(limit).to_text());
        let message = match i {
            _ if unknown && i < 2 => {
                "The provider reports no token usage, so a budget can't be kept. Remove `budget`.".to_owned()
            }
            0 => format!("Token budget exhausted after {spent} tokens across {tries} (budget: {budget}). {RAISE}"),
            1 => format!("Budget of {budget} US dollars exhausted after {tries}, which cost {spent}. {RAISE}"),
            2 => format!("Time budget of {budget} ms exhausted after {tries}. {RAISE}"),
            _ => format!("Budget of {budget} attempts exhausted. {RAISE}"),
        };
        let mut all: Map<String, Value> = Map::new();
        for (name, used) in Budget::NAMES.iter().zip(used) {
            all.insert((*name).to_owned(), whole(used));
        }
        if self.cost(&totals).is_none() {
            all.shift_remove("usd");
        }
        let error = Error::new(Kind::Budget, message).with("limit", Budget::NAMES.get(i).copied().unwrap_or_default());
        let (budget, used) = (whole(limit), whole(used.get(i).copied()?));
        Some(error.with("budget", budget).with("used", used).with("spent", all))
    }

    /// The cost of all attempts in US dollars: by the caller's prices, or as the provider reports it.
    fn cost(&self, totals: &UsageTotals) -> Option<f64> {
        match &self.setup.price {
            Some(_) if self.usage.is_null() => None,
            Some(price) => Some(price.cost(totals)),
            None => price::reported_cost(&self.usage),
        }
    }

    /// Emits the events of a failure (docs/internals/behaviour.md#events). A truncated answer emits none; a truncated
    /// body does.
    pub(super) fn emit_failure(&mut self, error: &Error, answered: bool, last: bool) {
        if !self.setup.events || error.kind == Kind::IncompleteOutput && answered {
            return;
        }
        let reaskable = error.kind.is_reaskable();
        let max = if self.setup.policy.host_decides { Value::Null } else { self.setup.policy.attempts.into() };
        let payload = obj! {
            "error": error.to_json(), "attemptNumber": self.attempt, "maxAttempts": max, "isLastAttempt": last,
        };
        let name = if reaskable { "parse:error" } else { "completion:error" };
        self.push(Action::Emit { name, payload: payload.clone() });
        if last {
            self.push(Action::Emit { name: "completion:last_attempt", payload });
        }
    }

    /// The remedy for a model that calls no tool: its text, and a mode that needs no call.
    fn missing_call_advice(&self, answer: Option<&Answer>) -> String {
        let mut out = String::new();
        if let Some(said) = answer.and_then(|answer| answer.text.as_deref()).filter(|text| !text.trim().is_empty()) {
            out.push_str(". The model replied with text: ");
            out.push_str(&outcome::quoted(said));
        }
        let modes = mode::valid_modes(&self.setup.endpoint, &self.setup.params, &Map::new());
        if let Some(other) = [Mode::JsonSchema, Mode::Json, Mode::MdJson].into_iter().find(|mode| modes.contains(mode))
        {
            out.push_str(". Try `mode: '");
            out.push_str(other.name());
            out.push_str("'`, or a model that calls tools.");
        }
        out
    }

    fn retries_exhausted(&self, error: Error, answer: Option<&Answer>, no_tool_call: bool) -> Error {
        let tries = attempts(self.attempt);
        // The model has its own text; the error quotes the place of the syntax error for the caller.
        let near = error.detail.get("near").and_then(Value::as_str);
        let more = match near {
            Some(near) => [", near `", near, "`"].concat(),
            None if no_tool_call => self.missing_call_advice(answer),
            None => String::new(),
        };
        let mut message = format!("No valid answer after {tries}. Last problem: {}{more}", error.message);
        self.list_earlier_attempts(&mut message);
        let mut out = Error::new(Kind::Retry, message);
        out.detail.insert("cause".into(), error.to_json());
        out
    }

    /// Adds the problem of each attempt but the last to the message, one line each.
    fn list_earlier_attempts(&self, message: &mut String) {
        let earlier = self.attempts.len().saturating_sub(1);
        for (i, attempt) in self.attempts.iter().take(earlier).enumerate() {
            let said = attempt.error.as_ref().and_then(|error| error.get("message")).and_then(Value::as_str);
            message.push_str(&format!("\nAttempt {}: ", i + 1));
            message.push_str(&outcome::on_one_line(said.unwrap_or_default()));
        }
    }

    pub(super) fn record(&mut self, raw: &Value, error: Option<Value>) {
        let request = obj! {
            "url": self.api.url(&self.setup.endpoint, &self.setup.model, &self.setup.output, self.setup.stream),
            "body": self.body_without_placeholders(),
        };
        self.attempts.push(Attempt { request, raw: raw.clone(), error });
    }

    /// The usage of all attempts so far, in tokens: `{inputTokens, outputTokens, totalTokens, raw}`; `raw` is the sum
    /// of the provider's own objects. `cachedInputTokens`, `cacheWriteTokens`, `reasoningTokens` and `cost`, in US dollars,
    /// if they are known.
    pub fn usage_json(&self) -> Value {
        let totals = UsageTotals::read(&self.usage);
        totals.to_json(self.cost(&totals), &self.usage)
    }

    pub(super) fn attempts_json(&self) -> Value {
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

    /// The candidate that was validated last, as JSON text. After `Done` the value; of a streamed list all elements that
    /// were yielded, in any attempt.
    pub fn candidate(&self) -> &str {
        &self.candidate
    }

    /// The completion of the public API without the value: `{raw, text, reasoning, usage, attempts, mode, model, provider,
    /// finishReason, coercions, calls?}`.
    pub fn completion(&self) -> Value {
        let answer = self.answer.clone().unwrap_or_default();
        let mut completion = obj! {
            "raw": answer.raw,
            "text": answer.text,
            "reasoning": answer.reasoning,
            "usage": self.usage_json(),
            "attempts": self.attempts_json(),
            "mode": self.setup.output.mode.name(),
            "model": answer.model.as_deref().unwrap_or(&self.setup.model),
            "provider": self.setup.endpoint.row.id,
            "finishReason": answer.finish_reason,
            "coercions": self.coercions,
        };
        if let Some(stopped) = self.stopped {
            completion["stopped"] = stopped.name().into();
        }
        if !self.calls.is_empty() {
            completion["calls"] = Value::Array(self.calls.clone());
        }
        completion
    }
}
