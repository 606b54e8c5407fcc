//! The tap between a stream's decoder and whoever shows the value: of all that a stream carries it lets through
//! only the pieces of the wanted value (the arguments of our tool's call, or the text), as `text`.

use crate::output::Ask;
use crate::output::Mode;
use crate::provider::Sink;

/// What the tap remembers between chunks. Reset at each attempt.
#[derive(Debug, Default, Clone)]
pub struct TapState {
    /// The call whose arguments are the value.
    chosen: Option<usize>,
    /// Bytes of text, arguments and reasoning so far, those of other calls included.
    pub(super) taken: usize,
    /// The value is a list, which may come in several calls.
    list: bool,
}

impl TapState {
    pub fn of(list: bool) -> TapState {
        TapState { list, ..TapState::default() }
    }
}

pub struct Tap<'a> {
    ask: &'a Ask,
    out: &'a mut dyn Sink,
    state: &'a mut TapState,
}

impl<'a> Tap<'a> {
    pub fn new(ask: &'a Ask, out: &'a mut dyn Sink, state: &'a mut TapState) -> Self {
        Tap { ask, out, state }
    }
}

impl Sink for Tap<'_> {
    fn text(&mut self, piece: &str) {
        self.state.taken += piece.len();
        match self.ask.mode {
            Mode::Json | Mode::JsonSchema | Mode::MdJson | Mode::Raw => self.out.text(piece),
            // Either may carry the value; the first to come is taken (see extract::find).
            Mode::ResponsesTools if self.state.chosen.is_none() => self.out.text(piece),
            _ => {}
        }
    }

    fn tool_start(&mut self, index: usize, _id: Option<&str>, name: &str) {
        if (self.state.chosen.is_none() || self.state.list)
            && self.ask.tools.first().is_some_and(|tool| tool.name == name)
        {
            self.state.chosen = Some(index);
        }
    }

    fn arguments(&mut self, index: usize, piece: &str) {
        self.state.taken += piece.len();
        if self.state.chosen == Some(index) {
            self.out.text(piece);
        }
    }

    fn kept(&mut self, bytes: usize) {
        self.state.taken += bytes;
    }

    fn delta_end(&mut self) {
        self.out.delta_end();
    }

    fn reasoning(&mut self, piece: &str) {
        self.state.taken += piece.len();
        self.out.reasoning(piece);
    }
}
