//! All texts for a model. They are short and neutral, and a caller can replace the schema prompt (`schemaPrompt`).
//!
//! The frame sentences of a reask are those of Python Instructor, which are known to work; the problems in them, one per
//! line, have this library's own format (docs/differences.md, rule `reask-lines`).

use std::borrow::Cow;

/// The schema in the system prompt (JSON and MD_JSON). `{types}` is replaced by the notation of the schema.
pub const TYPES: &str = "Given a user prompt, return fully valid JSON in this form and no other prose:\n{types}";

/// The same next to a schema that the server enforces without showing it to the model.
pub const ENFORCED_TYPES: &str = "Answer with one JSON object in this form, with the values from the text:\n{types}";

/// The schema as JSON Schema (`schemaPrompt: 'json-schema'`). `{schema}` is replaced by the schema's text.
pub const SCHEMA: &str = "Answer with one JSON object that is an instance of this JSON Schema. Give the instance itself, not the schema.\n\n{schema}";

/// Appended to the last user message in MD_JSON.
pub const FENCED: &str = "Return the JSON in a ```json codeblock.";

/// The same after JSON Schema, or after a prompt of the caller.
pub const FENCED_NOT_SCHEMA: &str = "Return the correct JSON response within a ```json codeblock. not the JSON_SCHEMA";

/// In the system prompt if a tool cannot be forced.
pub const CALL_THE_TOOL: &str = "Return only a call of the tool `{name}`, and no additional text.";

/// The same next to the app's own tools, if a call cannot be required.
pub const CALL_THE_TOOL_LAST: &str = "Call the other tools as far as you need them. Then return the answer only as a call of the tool `{name}`, and no additional text.";

/// The result of a call of the response model's tool in an answer that calls own tools, too.
pub const ANSWER_AFTER_TOOLS: &str =
    "Not used yet. Call this tool again after you have read the results of the other calls.";

/// The result of a call of an own tool above the number of calls that are run at once.
pub const TOO_MANY_CALLS: &str = "Not run: too many calls at once. Call the tool again if you need it.";

/// After the results of the last step.
pub const LAST_STEP: &str = "\n\nThese are the last results. Give the answer now, and call no other tool.";

/// The result of an own tool's call, for an API without turns for it.
pub fn result_of_call(name: &str, arguments: &str, result: &str) -> String {
    ["Result of the call ", name, "(", arguments, "):\n", result].concat()
}

/// The description of a tool whose schema has none (docs/internals/behaviour.md#tools-from-schemas).
pub fn default_description(name: &str) -> String {
    format!("Correctly extracted `{name}` with all the required parameters with correct types")
}

/// Reask of a tool: the result of each tool call, or a user turn after a text answer.
pub fn tool_problem(problems: &str) -> String {
    format!("Validation Error found:\n{problems}\nRecall the function correctly, fix the errors")
}

/// After a problem: the arguments of the call, which cannot be sent back as arguments.
pub fn with_arguments(problem: &str, arguments: &str) -> String {
    [problem, "\nThe arguments of the call were not a JSON object:\n", arguments].concat()
}

/// Reask of JSON text.
pub fn json_problem(problems: &str) -> String {
    format!("Correct your JSON ONLY RESPONSE, based on the following errors:\n{problems}")
}

/// A reask that does not show the failed answer. `form`: lines of the notation of types for the failing values, or nothing.
pub fn again(problems: &str, form: &str) -> String {
    ["Your last answer was not valid:\n", problems, &expected(form), "\nAnswer again with the whole JSON."].concat()
}

/// The same, with the failed answer as a quotation.
pub fn again_quoted(problems: &str, attempt: &str, form: &str) -> String {
    [
        "Your last answer was:\n",
        attempt,
        "\nIt is not valid:\n",
        problems,
        &expected(form),
        "\nAnswer with a different, corrected JSON.",
    ]
    .concat()
}

fn expected(form: &str) -> String {
    if form.is_empty() { String::new() } else { ["\nExpected:\n", form].concat() }
}

/// After the problems, if elements of an iterable are accepted already.
pub fn only_the_rest(accepted: usize, elements: &str, wrong: &str) -> String {
    format!(
        "\nThe first {accepted} elements are accepted: do not repeat them. Give the element with the error corrected, and the elements that are still missing.\nAccepted: {}\nWith the error: {}",
        quoted(elements),
        quoted(wrong)
    )
}

/// The user turn that requests the failing parts of an answer; `lines` are made by [`part_line`]. `stopped`: the answer was
/// stopped at its first error.
pub fn parts_problem(lines: &str, stopped: bool) -> String {
    let until = if stopped { " until it was stopped at an error" } else { "" };
    format!(
        "Your answer to this was correct{until} except for the following parts.\n{lines}Return these parts only, with the errors corrected."
    )
}

/// In place of its problems, for a part that had not arrived. `rest`: the further elements of a list.
pub fn missing_part(rest: bool) -> String {
    match rest {
        true => "the further elements, if there are more",
        false => "missing",
    }
    .to_owned()
}

/// A failing part: the name of its member, its place in the answer, its problems, and the object it is in.
pub fn part_line(name: &str, place: &str, problems: &str, object: Option<&str>) -> String {
    let object = object.map(|object| ["\n  It is in: ", object].concat()).unwrap_or_default();
    format!("- `{name}` (at {place}): {problems}{object}\n")
}

/// Longest quoted part of an answer, in bytes.
const MAX_QUOTED: usize = 32_768;

/// The end of a long text, where the list continues.
fn quoted(text: &str) -> Cow<'_, str> {
    let mut from = text.len().saturating_sub(MAX_QUOTED);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    match text.get(from..) {
        Some(end) if from > 0 => Cow::Owned(["…", end].concat()),
        _ => Cow::Borrowed(text),
    }
}

/// Parallel tools: calls of unknown tools.
pub fn unknown_tools(unknown: &str, known: &str) -> String {
    format!("The response calls {unknown}, but the tools to call are {known}.")
}

/// After the problems, if calls of parallel tools are accepted already.
pub fn only_other_calls(accepted: &str) -> String {
    format!("\nThese calls are accepted, do not repeat them: {accepted}")
}

/// `tools({…})`: the result of a call that is valid, next to calls that are not.
pub const ACCEPTED: &str = "Accepted: do not repeat this call.";

/// `tools({…})`: an invalid call that a later answer does not contain.
pub fn not_corrected(name: &str) -> String {
    format!("The call of {name} is still to be corrected.")
}

/// A problem: the keys of the answer are one level too deep.
pub fn misplaced(key: &str) -> String {
    format!("The keys of the answer are inside `{key}`: give them at the top level.")
}

/// A problem: the answer is the schema or the form of the prompt. `form` is the notation of types, if the prompt has it.
pub fn echoed(form: Option<&str>) -> String {
    match form {
        Some(form) => [
            "You returned the form instead of the data. Return the data, with the values in place of the types:\n",
            form,
        ]
        .concat(),
        None => "You returned the schema. Return the data: an object with the values.".to_owned(),
    }
}

/// A problem: the answer repeats itself without end.
pub const LOOP: &str =
    "Your answer repeated itself without end. Answer with each key once, and end with the closing bracket.";

/// A problem: a value repeats the list of choices.
pub const CHOICES: &str = "This is the list of the choices. Give one of them.";

/// The same, where the list makes the JSON invalid.
pub fn choices_of(key: &str) -> String {
    format!("`{key}` is the list of the choices. Give one of them.")
}

/// A problem: a value is a placeholder of the prompt.
pub fn placeholder(text: &str) -> String {
    format!("`{text}` is a placeholder. Give the value itself.")
}

/// OpenRouter's JSON_SCHEMA reask.
pub fn exceptions_found(problems: &str) -> String {
    format!("Recall the function correctly, fix the errors, exceptions found\n{problems}")
}

/// Anthropic and Bedrock: an answer without the requested tool call.
pub fn no_tool_invoked(problems: &str) -> String {
    format!("Validation Error due to no tool invocation:\n{problems}\nRecall the function correctly, fix the errors")
}

/// Anthropic's JSON modes: quotes the attempt instead of echoing it as a turn.
pub fn attempt_found(problems: &str, attempt: &str) -> String {
    format!(
        "Validation Errors found:\n{problems}\nRecall the function correctly, fix the errors found in the following attempt:\n{attempt}"
    )
}

/// The same for Gemini.
pub fn attempt_in(problems: &str, attempt: &str) -> String {
    format!(
        "Validation Error found:\n{problems}\nRecall the function correctly, fix the errors in the following attempt:\n{attempt}"
    )
}

/// Cohere's text modes.
pub fn correct_json(problems: &str, attempt: &str) -> String {
    format!(
        "Correct the following JSON response, based on the errors given below:\n\nJSON:\n{attempt}\n\nExceptions:\n{problems}"
    )
}

/// After a tool problem, if the API accepts no tool turn (Responses): the call that failed.
pub fn with_call(problem: &str, arguments: &str, name: &str, id: &str) -> String {
    format!("{problem} with {arguments} (tool call name={name}, id={id})")
}

/// Responses: a call without arguments.
pub fn empty_arguments(problems: &str) -> String {
    format!(
        "Validation Error found:\n{problems}\nThe function was called with empty arguments '{{}}'. You MUST populate ALL required fields in the function call according to the schema. Do not return empty arguments."
    )
}

/// The user's first turn, if the API requires one and the conversation starts with a turn of the model.
pub const BEGIN: &str = "Begin.";

/// Replaces a tool's empty result if the API refuses blank text.
pub const NO_OUTPUT: &str = "No output";

/// Quoted if an answer has no text.
pub const NO_TEXT: &str = "No text content found in response";
