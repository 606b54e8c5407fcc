//! Outcomes by the finish reason, before the answer is read: truncated, refused, filtered, or a failure of the server.

use crate::chat::{Answer, Finish};
use crate::error::{Error, Kind};
use crate::provider::error_body::with_status;

/// The maximum length of a quotation of the model in an error, in characters.
const QUOTED: usize = 200;

/// A text as an error quotes it: on one line and shortened.
pub fn quoted(text: &str) -> String {
    ["\"", &on_one_line(text), "\""].concat()
}

/// The beginning of a text, with each white space as one space.
pub fn on_one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(QUOTED).collect();
    let text = words.join(" ");
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => [text.get(..end).unwrap_or_default(), "…"].concat(),
        None => text,
    }
}

/// The error for an answer that the server failed to complete, and whether the same request can succeed.
pub fn server_failure(title: &str, answer: &Answer) -> Option<(Error, bool)> {
    let reason = answer.finish_reason.as_deref().unwrap_or_default();
    let (what, retryable) = match answer.finish {
        Finish::Failed => ("the server failed while it wrote the answer. Try again, or raise `httpRetries`.", true),
        Finish::Unfinished => ("there is no finished answer. Wait for it with the provider's own API.", false),
        _ => return None,
    };
    let message = [title, " ended with '", reason, "': ", what].concat();
    let error = Error::new(Kind::Provider, message).with("code", reason);
    Some((if retryable { with_status(error, None, Some(reason), true) } else { error }, retryable))
}

/// Final outcomes: truncated, refused or filtered answers are not read.
pub fn final_outcome(answer: &Answer) -> Result<(), Error> {
    if answer.finish == Finish::Incomplete {
        let reason = answer.finish_reason.as_deref().unwrap_or("incomplete");
        let message = ["The output is incomplete: the provider ended it early (", reason, ")."].concat();
        return Err(Error::new(Kind::IncompleteOutput, message));
    }
    if answer.finish == Finish::Length {
        return Err(Error::new(
            Kind::IncompleteOutput,
            "The output is incomplete due to a max_tokens length limit. Raise maxTokens, or ask for less.",
        ));
    }
    if let Some(refusal) = &answer.refusal {
        return Err(Error::new(Kind::Refusal, ["The model refused: ", &quoted(refusal)].concat())
            .with("refusal", refusal.as_str()));
    }
    if matches!(answer.finish, Finish::Refusal | Finish::ContentFilter) {
        let reason = answer.finish_reason.as_deref().unwrap_or("content_filter");
        let mut message = ["The provider's content filter stopped the answer (", reason, ")"].concat();
        // The text before the filter stopped the answer, or the filter's own text.
        let said = answer.text.as_deref().filter(|text| !text.trim().is_empty());
        let said = said.or_else(|| answer.tool_calls.first()?.arguments.as_deref());
        if let Some(said) = said {
            message.push_str(" after ");
            message.push_str(&quoted(said));
        }
        message.push_str(". Rephrase the input, or change the provider's safety settings.");
        let error = Error::new(Kind::Refusal, message).with("refusal", reason);
        return Err(match said {
            Some(said) => error.with("partial", said),
            None => error,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ToolCall;

    fn said(finish: Finish, text: &str) -> Answer {
        Answer { finish, finish_reason: Some("why".into()), text: Some(text.into()), ..Answer::default() }
    }

    fn error(answer: &Answer) -> Error {
        final_outcome(answer).unwrap_err()
    }

    #[test]
    fn truncation_is_final_even_when_the_json_is_complete() {
        for finish in [Finish::Length, Finish::Incomplete] {
            assert_eq!(error(&said(finish, "{}")).kind, Kind::IncompleteOutput);
        }
        assert!(error(&said(Finish::Incomplete, "{}")).message.contains("(why)"));
        assert!(final_outcome(&said(Finish::Other, "{}")).is_ok());
    }

    #[test]
    fn a_filter_is_a_refusal_with_the_text_before_it() {
        for finish in [Finish::ContentFilter, Finish::Refusal] {
            let error = error(&said(finish, "{\"a\": \n 1"));
            assert_eq!((error.kind, &error.detail["partial"]), (Kind::Refusal, &"{\"a\": \n 1".into()));
            assert!(error.message.contains("(why) after \"{\"a\": 1\""), "{error}");
        }
        let nothing = error(&said(Finish::ContentFilter, " "));
        assert_eq!((nothing.kind, nothing.detail.get("partial")), (Kind::Refusal, None));
        let call = ToolCall { arguments: Some("{\"a".into()), ..ToolCall::default() };
        let called = Answer { tool_calls: vec![call], text: None, ..said(Finish::ContentFilter, "") };
        assert_eq!(error(&called).detail["partial"], "{\"a");
    }

    #[test]
    fn a_refusal_is_quoted_and_a_long_one_is_shortened() {
        let refused = |text: String| error(&Answer { refusal: Some(text), ..Answer::default() });
        assert_eq!(refused("I can't.".into()).message, "The model refused: \"I can't.\"");
        let long = refused("wörd ".repeat(100));
        assert!(long.message.chars().count() < 230 && long.message.ends_with("…\""), "{long}");
        assert_eq!(long.detail["refusal"].as_str().map(str::len), Some(600));
    }

    #[test]
    fn a_failure_of_the_server_can_be_tried_again_and_an_unfinished_answer_can_not() {
        let failed = |finish| server_failure("Some API", &said(finish, "")).map(|(error, again)| (error.kind, again));
        assert_eq!(failed(Finish::Failed), Some((Kind::Provider, true)));
        assert_eq!(failed(Finish::Unfinished), Some((Kind::Provider, false)));
        assert_eq!(failed(Finish::Stop), None);
    }
}
