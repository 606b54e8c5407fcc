//! The calls of `tools({…})` over all attempts: valid calls are kept, and each of the others is reported as the result of that
//! call. A corrected call takes the place of the one that it corrects, so the order is that of the first answers.
//!
//! ```text
//! answer ─▶ each call gets a place ─▶ Validate: the list of all places ─▶ no problem ─▶ Done
//!             a new one, or that of a call to be corrected                └─ problems ─▶ the places keep valid calls
//! ```

use super::*;
use crate::call::extract::Named;
use crate::call::tools::{Kept, Place};
use crate::jsontext::ToText;

impl Call {
    /// The calls of an answer as the candidate `[{name, tool, value}, …]`. A call with a problem has no `value`.
    #[inline(never)]
    pub(super) fn kept_candidate(&mut self, answer: &Answer) -> Result<String, Missing> {
        outcome::final_outcome(answer)?;
        let calls = extract::every(&self.setup.output, answer);
        let mut places = self.kept.before.clone();
        let open = |place: &Place| place.value.is_none() && place.tool.is_some();
        // A model that made unknown calls only may omit them.
        if calls.is_empty() && (places.iter().all(|place| place.value.is_none()) || places.iter().any(open)) {
            return Err(extract::no_calls(&self.setup.output));
        }
        let earlier = places.len();
        let mut made = Vec::with_capacity(calls.len());
        for Named { at, name, tool, arguments } in calls {
            let read = match tool {
                Some(index) => arguments
                    .and_then(|text| self.setup.read(&text, &text, index, &mut self.coercions))
                    .map_err(|error| error.message),
                None => Err(prompts::unknown_tools(&name, &self.known_tools())),
            };
            let place = place_of(&places, earlier, tool, read.as_ref().ok());
            let (value, problem) = match read {
                Ok(value) => (Some(value), None),
                Err(problem) => (None, Some(problem)),
            };
            let taken = Place { tool, name, value, problem, taken: true };
            match places.get_mut(place) {
                Some(known) => *known = taken,
                None => places.push(taken),
            }
            made.push((at, place));
        }
        let left = |place: &Place| place.value.is_none() && !place.taken;
        // What is left of unknown tools was not wanted; what is left of known tools is to be corrected.
        let gone: Vec<bool> = places.iter().map(|place| left(place) && place.tool.is_none()).collect();
        for (_, place) in &mut made {
            *place -= gone.iter().take(*place).filter(|gone| **gone).count();
        }
        let mut gone = gone.into_iter();
        places.retain(|_| !gone.next().unwrap_or(false));
        for place in places.iter_mut().filter(|place| left(place)) {
            place.problem = Some(prompts::not_corrected(&place.name));
        }
        self.calls = places
            .iter()
            .filter(|place| place.value.is_some())
            .map(|place| obj! { "name": place.name, "used": true })
            .collect();
        let candidate: Value = places.iter().map(Place::to_json).collect();
        self.kept.places = places;
        self.kept.made = made;
        Ok(candidate.to_text())
    }

    fn known_tools(&self) -> String {
        let known: Vec<&str> = self.setup.output.tools.iter().map(|tool| tool.name.as_str()).collect();
        known.join(", ")
    }

    /// The issues of the validation, with those of the calls that have no value.
    #[inline(never)]
    pub(super) fn with_unread_calls(&self, mut issues: Vec<Issue>) -> Vec<Issue> {
        for (number, place) in self.kept.places.iter().enumerate() {
            if let Some(problem) = &place.problem {
                issues.push(Issue { path: vec![number.into()], message: problem.clone() });
            }
        }
        issues
    }

    /// Keeps the valid calls, and makes the results of the answer's calls for the reask. Returns the problems as text.
    #[inline(never)]
    pub(super) fn keep_valid(&mut self, issues: &[Issue], answer: &Answer) -> String {
        let Kept { mut places, made, .. } = std::mem::take(&mut self.kept);
        let number = |issue: &Issue| issue.path.first().and_then(Value::as_u64).map(|number| number as usize);
        let message = report::error_text(&self.setup.name, issues);
        // A problem of the list as a whole: which calls are wrong is not known.
        if issues.iter().any(|issue| number(issue).is_none_or(|number| number >= places.len())) {
            return message;
        }
        let mut problems: Vec<Option<String>> = vec![None; places.len()];
        for ((at, place), problem) in places.iter_mut().enumerate().zip(&mut problems) {
            place.taken = false;
            let own: Vec<Issue> = issues
                .iter()
                .filter(|issue| number(issue) == Some(at))
                .map(|issue| {
                    let path = issue.path.get(1..).unwrap_or_default().to_vec();
                    Issue { path, message: issue.message.clone() }
                })
                .collect();
            if own.is_empty() {
                continue;
            }
            *problem = Some(place.problem.take().unwrap_or_else(|| report::error_text(&place.name, &own)));
            place.value = None;
        }
        let result = |call: usize| {
            let own =
                made.iter().filter(|(at, _)| *at == call).filter_map(|(_, place)| problems.get(*place)?.as_deref());
            let own: Vec<&str> = own.collect();
            match own.as_slice() {
                [] => CallResult { text: prompts::ACCEPTED.to_owned(), is_error: false },
                own => CallResult { text: prompts::tool_problem(&own.join("\n")), is_error: true },
            }
        };
        let results: Vec<CallResult> = (0..answer.tool_calls.len()).map(result).collect();
        // Otherwise the problem is a call of an earlier answer, and is the result of every call.
        self.results = results.iter().any(|result| result.is_error).then_some(results);
        let accepted = accepted(&places);
        self.kept.before = places;
        message + &accepted
    }
}

/// The place of a call: that of the same call in an earlier answer, that of a call to be corrected, or a new one.
fn place_of(places: &[Place], earlier: usize, tool: Option<usize>, value: Option<&Value>) -> usize {
    let old = || places.iter().take(earlier).enumerate();
    let repeated = || old().find(|(_, place)| place.tool == tool && value.is_some() && place.value.as_ref() == value);
    let open = |wanted: Option<usize>| {
        old().find(move |(_, place)| place.value.is_none() && !place.taken && place.tool == wanted)
    };
    let found = repeated().or_else(|| open(tool)).or_else(|| open(None));
    found.map_or(places.len(), |(at, _)| at)
}

/// The text for the model about the calls that are kept.
fn accepted(places: &[Place]) -> String {
    let kept: Vec<Value> = places
        .iter()
        .filter_map(|place| Some(obj! { "name": place.name, "arguments": place.value.clone()? }))
        .collect();
    if kept.is_empty() { String::new() } else { prompts::only_other_calls(&Value::Array(kept).to_text()) }
}

impl Place {
    fn to_json(&self) -> Value {
        let mut out = obj! { "name": self.name };
        if let Some(tool) = self.tool {
            out["tool"] = (tool as u64).into();
        }
        if let Some(value) = &self.value {
            out["value"] = value.clone();
        }
        out
    }
}
