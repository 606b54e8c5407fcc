//! From an [`Answer`] to the JSON text of the value: the tool call or the part of a text that contains it
//! (docs/internals/behaviour.md#reading-an-answer).
//!
//! Errors use Python's texts if it has one, so that a reask reads the same.

use crate::jsontext::{self, ToText};
use std::borrow::Cow;

use serde_json::Value;

use super::outcome;
use crate::chat::{Answer, ToolCall};
use crate::error::{Error, Issue, Kind};
use crate::json::DEFAULT_DEPTH;
use crate::json::escape::whole_surrogates;
use crate::json::find::{self, Shape};
use crate::output::Mode;
use crate::output::OutputRequest;

/// The candidates in an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Found<'a> {
    One(Cow<'a, str>),
    /// Several calls of the same tool, with different arguments.
    Several(Vec<&'a str>),
    /// Parallel tools: index into `OutputRequest::tools` and the arguments, in the answer's order; and the names of unknown
    /// tools.
    Many(Vec<(usize, Cow<'a, str>)>, Vec<String>),
}

/// The reason why an answer has no candidate.
#[derive(Debug)]
pub struct Missing {
    pub error: Error,
    /// The model did not call any tool: the reask is worded differently for some APIs.
    pub no_tool_call: bool,
}

impl From<Error> for Missing {
    fn from(error: Error) -> Self {
        Missing { error, no_tool_call: false }
    }
}

/// Finds the JSON text of the value. Truncation and refusal are checked first: they are final, even if the text parses
/// (docs/internals/behaviour.md#final-outcomes). `shape` is the expected shape of an answer in a text.
pub fn find<'a>(output: &OutputRequest, answer: &'a Answer, shape: &dyn Fn() -> Shape) -> Result<Found<'a>, Missing> {
    outcome::final_outcome(answer)?;
    match output.mode {
        Mode::ParallelTools => parallel(output, answer),
        Mode::Tools | Mode::ToolsStrict => single(output, answer),
        // The Responses API may return a call of the forced tool or a text; both have the same schema.
        Mode::ResponsesTools => match (answer.tool_calls.is_empty(), &answer.text) {
            (true, Some(text)) if !text.trim().is_empty() => Ok(Found::One(find::find(text, &shape())?)),
            _ => single(output, answer),
        },
        Mode::Json | Mode::JsonSchema | Mode::MdJson => Ok(Found::One(find::find(text_of(answer), &shape())?)),
        Mode::Raw => Ok(Found::One(Cow::Borrowed(text_of(answer)))),
    }
}

fn text_of(answer: &Answer) -> &str {
    answer.text.as_deref().unwrap_or("")
}

fn single<'a>(output: &OutputRequest, answer: &'a Answer) -> Result<Found<'a>, Missing> {
    let wanted = output.tools.first().map_or("", |tool| tool.name.as_str());
    let mut texts: Vec<&str> = Vec::new();
    for call in answer.tool_calls.iter().filter(|call| call.name == wanted) {
        let text = arguments(call)?;
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    match texts.as_slice() {
        [] => Err(no_call(wanted, answer, output.mode)),
        [one] => Ok(Found::One(Cow::Borrowed(one))),
        _ => Ok(Found::Several(texts)),
    }
}

/// The text of the arguments. Some servers send an empty text for a call without arguments: it is an empty object.
fn arguments(call: &ToolCall) -> Result<&str, Error> {
    let text = call.arguments.as_deref().ok_or_else(|| Error::parsing("Tool call arguments missing in response"))?;
    Ok(if text.trim().is_empty() { "{}" } else { text })
}

fn no_call(wanted: &str, answer: &Answer, mode: Mode) -> Missing {
    if answer.tool_calls.is_empty() {
        let error = Error::parsing(format!("No tool calls or function call found in response (mode: {})", mode.name()));
        return Missing { error, no_tool_call: true };
    }
    let mut names = String::new();
    for call in answer.tool_calls.iter().take(5) {
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(&call.name);
    }
    let error =
        Error::parsing(format!("The response calls {names}, but the tool to call is {wanted} (mode: {})", mode.name()));
    Missing { error, no_tool_call: false }
}

fn parallel<'a>(output: &OutputRequest, answer: &'a Answer) -> Result<Found<'a>, Missing> {
    if answer.tool_calls.is_empty() {
        return Err(no_calls(output));
    }
    let mut found = Vec::new();
    let mut unknown = Vec::new();
    for one in every(output, answer) {
        match one.tool {
            Some(index) => found.push((index, one.arguments?)),
            None => unknown.push(one.name),
        }
    }
    Ok(Found::Many(found, unknown))
}

/// The problem of an answer without a call of parallel tools.
pub fn no_calls(output: &OutputRequest) -> Missing {
    let error = Error::parsing(format!("No tool calls in response (mode: {})", output.mode.name()));
    Missing { error, no_tool_call: true }
}

/// One call of parallel tools.
pub struct Named<'a> {
    /// The number of the answer's call that it is in.
    pub at: usize,
    pub name: String,
    /// Its index in `OutputRequest::tools`; `None` for an unknown tool.
    pub tool: Option<usize>,
    pub arguments: Result<Cow<'a, str>, Error>,
}

/// The calls of an answer in order.
pub fn every<'a>(output: &OutputRequest, answer: &'a Answer) -> Vec<Named<'a>> {
    let mut all = Vec::new();
    for (at, call) in answer.tool_calls.iter().enumerate() {
        let tool = place(output, &call.name);
        if tool.is_none() && call.name == WRAPPER {
            wrapped(output, call, at, &mut all);
        } else {
            all.push(Named { at, name: call.name.clone(), tool, arguments: arguments(call).map(Cow::Borrowed) });
        }
    }
    if all.is_empty() && !answer.tool_calls.is_empty() {
        all.push(Named { at: 0, name: WRAPPER.to_owned(), tool: None, arguments: Ok(Cow::Borrowed("{}")) });
    }
    all
}

/// The name with which OpenAI's models sometimes call several tools at once.
const WRAPPER: &str = "multi_tool_use.parallel";

/// The calls in it: `{"tool_uses": [{"recipient_name": "functions.Search", "parameters": {…}}]}`.
fn wrapped(output: &OutputRequest, call: &ToolCall, at: usize, all: &mut Vec<Named<'_>>) {
    let inside: Value = call.arguments.as_deref().and_then(|text| jsontext::from_str(text).ok()).unwrap_or_default();
    for one in inside.get("tool_uses").and_then(Value::as_array).into_iter().flatten() {
        let name = one.get("recipient_name").and_then(Value::as_str).unwrap_or_default();
        let name = name.strip_prefix("functions.").unwrap_or(name);
        let parameters = one.get("parameters").map(ToText::to_text);
        let tool = place(output, name).filter(|_| parameters.is_some());
        let arguments = Ok(Cow::Owned(parameters.unwrap_or_default()));
        all.push(Named { at, name: name.to_owned(), tool, arguments });
    }
}

fn place(output: &OutputRequest, name: &str) -> Option<usize> {
    output.tools.iter().position(|tool| tool.name == name)
}

/// Parses a candidate. Text that is not JSON is an issue at the root, so the model can correct it.
pub fn parse(text: &str) -> Result<Value, Error> {
    let parsed = jsontext::from_str(text).or_else(|error| match whole_surrogates(text) {
        // A lone surrogate, which a stream shows as U+FFFD, does not need another attempt.
        Some(whole) => jsontext::from_str(&whole),
        None => Err(error),
    });
    parsed.map_err(|error| {
        let message = match error.is_depth() {
            true => {
                format!(
                    "The JSON is nested deeper than the {} levels that are read. Make it flatter.",
                    DEFAULT_DEPTH - 1
                )
            }
            false => format!("Invalid JSON: {error}"),
        };
        let unfinished = error.is_eof() && !text.trim().is_empty();
        let near = excerpt(text, error.line(), error.column());
        let error =
            Error::new(Kind::Validation, message.clone()).with_issues(vec![Issue { path: Vec::new(), message }]);
        let error = if near.is_empty() { error } else { error.with("near", near) };
        if unfinished { error.with("unfinished", true) } else { error }
    })
}

/// Number of bytes quoted on each side of a syntax error.
const QUOTED: usize = 24;

/// The text around a line and column (both from 1, the column in bytes), on one line. Control characters are omitted.
fn excerpt(text: &str, line: usize, column: usize) -> String {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let place = (start + column.saturating_sub(1)).min(text.len());
    let mut from = place.saturating_sub(QUOTED);
    let mut to = (place + QUOTED).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let mut out = String::new();
    for word in text.get(from..to).unwrap_or_default().split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !c.is_control()));
    }
    if out.is_empty() {
        return out;
    }
    let before = if from > 0 { "…" } else { "" };
    let behind = if to < text.len() { "…" } else { "" };
    [before, &out, behind].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Choice, Tool};

    fn output(mode: Mode, names: &[&str]) -> OutputRequest {
        OutputRequest {
            mode,
            tools: names
                .iter()
                .map(|n| Tool { name: (*n).into(), description: String::new(), parameters: Value::Null, strict: false })
                .collect(),
            own: Vec::new(),
            choice: Choice::Named,
            format: None,
            instructions: None,
            closing: None,
        }
    }

    fn call(name: &str, arguments: Option<&str>) -> ToolCall {
        ToolCall { id: None, name: name.into(), arguments: arguments.map(Into::into) }
    }

    fn text(s: &str) -> Answer {
        Answer { text: Some(s.into()), ..Answer::default() }
    }

    #[test]
    fn the_call_of_the_wanted_tool_is_used_in_any_position() {
        let answer = Answer {
            tool_calls: vec![call("Other", Some("{}")), call("User", Some("{\"a\":1}"))],
            ..Answer::default()
        };
        assert_eq!(
            find(&output(Mode::Tools, &["User"]), &answer, &Shape::default).unwrap(),
            Found::One("{\"a\":1}".into())
        );
    }

    #[test]
    fn an_error_has_the_name_of_another_called_tool() {
        let answer = Answer { tool_calls: vec![call("Other", Some("{}"))], ..Answer::default() };
        let missing = find(&output(Mode::Tools, &["User"]), &answer, &Shape::default).unwrap_err();
        assert!(missing.error.message.contains("Other") && missing.error.message.contains("User"));
        assert!(!missing.no_tool_call);
    }

    #[test]
    fn prose_instead_of_a_call_is_pythons_error() {
        let missing = find(&output(Mode::Tools, &["User"]), &text("Jason is 25"), &Shape::default).unwrap_err();
        assert_eq!(missing.error.message, "No tool calls or function call found in response (mode: TOOLS)");
        assert!(missing.no_tool_call);
    }

    #[test]
    fn parallel_calls_keep_their_order_and_unknown_names_are_returned() {
        let answer = Answer {
            tool_calls: vec![call("B", Some("2")), call("X", Some("0")), call("A", Some("1"))],
            ..Answer::default()
        };
        let found = find(&output(Mode::ParallelTools, &["A", "B"]), &answer, &Shape::default).unwrap();
        let both = vec![(1, "2".into()), (0, "1".into())];
        assert_eq!(found, Found::Many(both.clone(), vec!["X".to_owned()]));
        let uses =
            r#"{"tool_uses":[{"recipient_name":"functions.B","parameters":2},{"recipient_name":"A","parameters":1}]}"#;
        let inside = |arguments| Answer { tool_calls: vec![call(WRAPPER, Some(arguments))], ..Answer::default() };
        let (answer, nothing) = (inside(uses), inside("{}"));
        let found = find(&output(Mode::ParallelTools, &["A", "B"]), &answer, &Shape::default).unwrap();
        assert_eq!(found, Found::Many(both, vec![]));
        let found = find(&output(Mode::ParallelTools, &["A", "B"]), &nothing, &Shape::default).unwrap();
        assert_eq!(found, Found::Many(vec![], vec![WRAPPER.to_owned()]));
    }

    #[test]
    fn half_a_character_is_read_as_the_replacement_character() {
        let text = r#"{"a":"x\ud83d y\ude00 \\ud83d \ud83d\ude00"}"#;
        assert_eq!(parse(text).unwrap()["a"], "x\u{fffd} y\u{fffd} \\ud83d 😀");
    }

    #[test]
    fn too_deeply_nested_json_is_an_error_with_the_limit() {
        let nested = |depth: usize| ["[".repeat(depth), "]".repeat(depth)].concat();
        assert!(parse(&nested(127)).is_ok());
        let error = parse(&nested(5000)).unwrap_err();
        assert!(error.message.contains("nested deeper than the 127 levels"), "{}", error.message);
    }

    #[test]
    fn a_call_with_empty_arguments_has_an_empty_object() {
        for given in ["", " \n", "{}"] {
            let answer = Answer { tool_calls: vec![call("User", Some(given))], ..Answer::default() };
            for mode in [Mode::Tools, Mode::ToolsStrict, Mode::ResponsesTools] {
                assert_eq!(
                    find(&output(mode, &["User"]), &answer, &Shape::default).unwrap(),
                    Found::One("{}".into()),
                    "{given:?}"
                );
            }
            let found = find(&output(Mode::ParallelTools, &["User"]), &answer, &Shape::default).unwrap();
            assert_eq!(found, Found::Many(vec![(0, "{}".into())], vec![]));
        }
        let answer = Answer { tool_calls: vec![call("User", None)], ..Answer::default() };
        assert!(find(&output(Mode::Tools, &["User"]), &answer, &Shape::default).is_err());
    }

    #[test]
    fn malformed_json_is_quoted_around_the_error() {
        let near = |text: &str| parse(text).unwrap_err().detail["near"].as_str().unwrap().to_owned();
        assert_eq!(near(r#"{"name": Jason, "age": 25}"#), r#"{"name": Jason, "age": 25}"#);
        let long = format!("{{\"list\": [\n{}\"é\" \"ü\"]}}", "1,\n".repeat(500));
        assert_eq!(near(&long), "…1, 1, 1, 1, 1, 1, \"é\" \"ü\"]}");
        assert_eq!(near("I can't do that. ".repeat(9).as_str()), "I can't do that. I can't…");
        for cut in 0..long.len() {
            let Some(text) = long.get(..cut) else { continue };
            let quoted = parse(text).unwrap_err().detail.get("near").map_or(0, |near| near.as_str().unwrap().len());
            assert!(quoted <= 2 * QUOTED + 12);
        }
    }

    #[test]
    fn text_that_is_not_json_is_a_validation_problem_at_the_root() {
        let error = parse("{\"a\": ").unwrap_err();
        assert_eq!(error.kind, Kind::Validation);
        assert!(error.message.starts_with("Invalid JSON: EOF while parsing a value at line 1 column"));
    }
}
