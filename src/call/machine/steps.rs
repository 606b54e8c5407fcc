//! Steps: answers that call the app's own tools. The tools run outside, and their results go back to the model as the results
//! of its calls, until it gives the answer.
//!
//! ```text
//! answer with calls of own tools ─▶ RunTools ─▶ on_tools_done ─▶ the results as turns ─▶ Send
//! ```

use super::*;
use crate::call::tools::{OwnTools, Step, ToolRun};

/// The most calls of one answer that are run.
const MAX_CALLS: usize = 128;

impl Call {
    /// Begins a step if the answer calls own tools; returns the answer if it does not.
    #[inline(never)]
    pub(super) fn begin_step(&mut self, answer: Answer) -> Option<Answer> {
        let output = &self.setup.output;
        let own = |name: &str| output.own.iter().position(|tool| tool.name == name);
        let is_answer = |name: &str| output.tools.first().is_some_and(|tool| tool.name == name);
        let calls = &answer.tool_calls;
        if outcome::final_outcome(&answer).is_err() || !calls.iter().any(|call| own(&call.name).is_some()) {
            return Some(answer);
        }
        if self.step.taken >= self.setup.own.max_steps {
            // The answer is there, so what else was called does not matter any more.
            if calls.iter().any(|call| is_answer(&call.name)) {
                return Some(answer);
            }
            let error = self.steps_used_up(&answer);
            self.attempt_failed(Failure { error, answer: Some(answer), no_tool_call: false });
            return None;
        }
        let number = self.step.taken + 1;
        let mut runs = Vec::new();
        let mut results = Vec::with_capacity(calls.len());
        for (at, call) in calls.iter().enumerate() {
            let problem = |text: String| Some(CallResult { text, is_error: true });
            results.push(match own(&call.name) {
                Some(_) if runs.len() >= MAX_CALLS => problem(prompts::TOO_MANY_CALLS.to_owned()),
                Some(tool) => match arguments_of(&self.setup.own, tool, call.arguments.as_deref()) {
                    Ok(arguments) => {
                        let made = || ["call_", &number.to_string(), "_", &(at + 1).to_string()].concat();
                        let id = call.id.clone().filter(|id| !id.is_empty()).unwrap_or_else(made);
                        runs.push(ToolRun { id, tool, arguments });
                        None
                    }
                    Err(error) => problem(prompts::tool_problem(&error.message)),
                },
                None if is_answer(&call.name) => {
                    Some(CallResult { text: prompts::ANSWER_AFTER_TOOLS.to_owned(), is_error: false })
                }
                None => {
                    let tools = output.own.iter().chain(&output.tools);
                    let known: Vec<&str> = tools.map(|tool| tool.name.as_str()).collect();
                    problem(prompts::unknown_tools(&call.name, &known.join(", ")))
                }
            });
        }
        self.record(&answer.raw, None);
        self.step = Step { taken: number, results };
        self.answer = Some(answer);
        self.push(Action::RunTools(runs));
        None
    }

    fn steps_used_up(&self, answer: &Answer) -> Error {
        let names: Vec<&str> = answer.tool_calls.iter().take(5).map(|call| call.name.as_str()).collect();
        let steps = self.setup.own.max_steps;
        let cause = Error::parsing(["The model calls ", &names.join(", "), " and gives no answer."].concat());
        let message = [
            "No answer after ",
            &steps.to_string(),
            if steps == 1 { " step" } else { " steps" },
            " with calls of tools. ",
            &cause.message,
            " Raise `maxSteps`, or state in the messages when the answer is due.",
        ];
        Error::new(Kind::Retry, message.concat()).with("maxSteps", steps).with("cause", cause.to_json())
    }

    /// The tools of [`Action::RunTools`] have run: the result of each call, in their order. The results go back to the model in
    /// the next request.
    #[inline(never)]
    pub fn on_tools_done(&mut self, results: Vec<CallResult>, clock: Clock) {
        let Some(answer) = self.answer.take() else { return };
        self.now_ms = clock.now_ms;
        let mut ran = results.into_iter();
        let mut all: Vec<CallResult> = Vec::new();
        for known in std::mem::take(&mut self.step.results) {
            let mut result = known.or_else(|| ran.next()).unwrap_or_default();
            if result.text.trim().is_empty() {
                prompts::NO_OUTPUT.clone_into(&mut result.text);
            }
            all.push(result);
        }
        if self.step.taken >= self.setup.own.max_steps
            && let Some(last) = all.last_mut()
        {
            last.text.push_str(prompts::LAST_STEP);
        }
        if let Some(spent) = self.budget_error(0.0) {
            return self.push(Action::Failed(spent));
        }
        self.remove_placeholders();
        // For APIs that show no turn with calls.
        let told = answer.tool_calls.iter().zip(&all).map(|(call, result)| {
            prompts::result_of_call(&call.name, call.arguments.as_deref().unwrap_or("{}"), &result.text)
        });
        let problems = told.collect::<Vec<_>>().join("\n");
        let reask = Reask {
            endpoint: &self.setup.endpoint,
            model: &self.setup.model,
            output: &self.setup.output,
            answer: Some(&answer),
            problems: &problems,
            results: Some(&all),
        };
        self.api.reask(&mut self.body, &reask);
        self.begin_attempt();
    }
}

fn arguments_of(own: &OwnTools, tool: usize, arguments: Option<&str>) -> Result<String, Error> {
    let text = arguments.unwrap_or_default();
    own.read(tool, if text.trim().is_empty() { "{}" } else { text })
}
