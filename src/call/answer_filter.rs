//! The filter between a stream's decoder and the consumer of the value. It passes only the pieces of the value (the
//! arguments of the tool's call, or the text), as `text`.

use crate::json::repetition::Repetition;
use crate::output::Mode;
use crate::output::OutputRequest;
use crate::provider::Sink;

/// The state between chunks. Reset at each attempt.
#[derive(Debug, Default, Clone)]
pub struct AnswerFilterState {
    /// The call whose arguments are the value.
    call: Option<usize>,
    /// Bytes of text, arguments and reasoning so far, those of other calls included.
    pub(super) received: usize,
    /// The value is a list, which may come in several calls.
    list: bool,
    /// Nothing is shown: parts of an answer are requested, and are put in place when all of them are there.
    hidden: bool,
    /// What watches for a text that repeats itself, unless the caller turned it off.
    repetition: Option<Repetition>,
    /// It does.
    pub(super) repeats: bool,
}

impl AnswerFilterState {
    pub fn of(list: bool, hidden: bool, stop_loops: bool) -> AnswerFilterState {
        let repetition = stop_loops.then(Repetition::default);
        AnswerFilterState { list, hidden, repetition, ..AnswerFilterState::default() }
    }

    fn received(&mut self, piece: &str) {
        self.received += piece.len();
        self.repeats = self.repeats || self.repetition.as_mut().is_some_and(|repetition| repetition.push(piece));
    }
}

pub struct AnswerFilter<'a> {
    output: &'a OutputRequest,
    out: &'a mut dyn Sink,
    state: &'a mut AnswerFilterState,
}

impl<'a> AnswerFilter<'a> {
    pub fn new(output: &'a OutputRequest, out: &'a mut dyn Sink, state: &'a mut AnswerFilterState) -> Self {
        AnswerFilter { output, out, state }
    }
}

impl Sink for AnswerFilter<'_> {
    fn text(&mut self, piece: &str) {
        self.state.received(piece);
        if self.state.hidden {
            return;
        }
        match self.output.mode {
            Mode::Json | Mode::JsonSchema | Mode::MdJson | Mode::Raw => self.out.text(piece),
            // Either may contain the value; the first is used (see extract::find).
            Mode::ResponsesTools if self.state.call.is_none() => self.out.text(piece),
            _ => {}
        }
    }

    fn tool_start(&mut self, index: usize, _id: Option<&str>, name: &str) {
        if (self.state.call.is_none() || self.state.list)
            && self.output.tools.first().is_some_and(|tool| tool.name == name)
        {
            self.state.call = Some(index);
        }
    }

    fn arguments(&mut self, index: usize, piece: &str) {
        self.state.received(piece);
        if self.state.call == Some(index) && !self.state.hidden {
            self.out.text(piece);
        }
    }

    fn kept(&mut self, bytes: usize) {
        self.state.received += bytes;
    }

    fn delta_end(&mut self) {
        if !self.state.hidden {
            self.out.delta_end();
        }
    }

    fn reasoning(&mut self, piece: &str) {
        self.state.received(piece);
        if !self.state.hidden {
            self.out.reasoning(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::{Choice, Tool};
    use serde_json::Value;

    #[derive(Default)]
    struct Pieces(String);

    impl Sink for Pieces {
        fn text(&mut self, piece: &str) {
            self.0.push_str(piece);
        }
        fn tool_start(&mut self, _: usize, _: Option<&str>, _: &str) {}
        fn arguments(&mut self, _: usize, _: &str) {}
    }

    #[test]
    fn only_the_first_call_of_the_tool_passes() {
        let tool = Tool { name: "User".into(), description: String::new(), parameters: Value::Null, strict: false };
        let output = OutputRequest {
            mode: Mode::Tools,
            tools: vec![tool],
            own: Vec::new(),
            choice: Choice::Named,
            format: None,
            instructions: None,
            closing: None,
        };
        let (mut out, mut state) = (Pieces::default(), AnswerFilterState::of(false, false, true));
        let mut filter = AnswerFilter::new(&output, &mut out, &mut state);
        filter.text("I will call {}");
        filter.tool_start(0, None, "search");
        filter.arguments(0, "{\"q\":1}");
        filter.tool_start(1, Some("c1"), "User");
        filter.arguments(1, "{\"name\":");
        filter.tool_start(2, Some("c2"), "User");
        filter.arguments(2, "{\"name\":\"no\"}");
        filter.arguments(1, "\"Jo\"}");
        assert_eq!(out.0, r#"{"name":"Jo"}"#);
    }
}
