//! A provider's streamed answer, from its decoder to the packed ops: the [`Sink`] of a call that streams objects.
//!
//! The decoder says which text and which tool calls came; of these one is the answer (the text, or the call of
//! our tool), and its pieces go into the incremental parser as they come. Errors are kept until asked for, because
//! a sink has no way to answer.

use crate::error::Error;
use crate::json::incremental::{Options, Parser};
use crate::json::ops::{Both, Ops, Tree};
use crate::json::patch::Packed;
use crate::provider::Sink;
use crate::schema::Restoring;

/// Where in the answer the JSON is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The answer's text.
    Text,
    /// The arguments of the first call of a tool of this name; of any tool when it is empty.
    Tool(String),
}

pub struct PartialStream {
    source: Source,
    parser: Parser,
    packed: Packed,
    /// Built only when somebody needs values on this side.
    tree: Option<Tree>,
    /// The index of the call that is the answer.
    call: Option<usize>,
    /// Mark the ends of deltas in the ops.
    every_delta: bool,
    error: Option<Error>,
    /// Turns the events of the rendered form into those of the caller's shape.
    restoring: Option<Restoring>,
}

impl PartialStream {
    pub fn new(source: Source, options: Options) -> Self {
        PartialStream {
            source,
            parser: Parser::new(options),
            packed: Packed::new(),
            tree: None,
            call: None,
            every_delta: false,
            error: None,
            restoring: None,
        }
    }

    /// Shows the answer in the shape the caller's schema has, not the one the API was asked for.
    pub fn restoring(mut self, restoring: Option<Restoring>) -> Self {
        self.restoring = restoring;
        self
    }

    /// Marks the end of every delta, so that each can have a snapshot of its own.
    pub fn every_delta(mut self) -> Self {
        self.every_delta = true;
        self
    }

    /// Builds the value on this side too (elements, final value).
    pub fn with_tree(mut self, tree: Tree) -> Self {
        self.tree = Some(tree);
        self
    }

    /// The ops and text since [`PartialStream::clear`].
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Forgets the ops and the text that have been read.
    pub fn clear(&mut self) {
        self.packed.clear();
    }

    pub fn tree(&mut self) -> Option<&mut Tree> {
        self.tree.as_mut()
    }

    pub fn into_tree(self) -> Option<Tree> {
        self.tree
    }

    /// The first error of the JSON, if there was one; the rest of the answer is not parsed.
    pub fn error(&self) -> Option<&Error> {
        self.error.as_ref()
    }

    /// The call of our tool was seen (always true when the answer is the text).
    pub fn found(&self) -> bool {
        self.source == Source::Text || self.call.is_some()
    }

    pub fn is_complete(&self) -> bool {
        self.parser.is_complete()
    }

    /// The answer ended.
    pub fn finish(&mut self) -> Result<(), Error> {
        if let Some(error) = &self.error {
            return Err(error.clone());
        }
        let PartialStream { parser, packed, tree, restoring, .. } = self;
        listening(packed, tree.as_mut(), restoring.as_mut(), &mut |out| parser.finish(out))
    }

    /// Takes a piece of the JSON, for a caller that has no decoder before this.
    pub fn push(&mut self, piece: &str) {
        if self.error.is_some() || piece.is_empty() {
            return;
        }
        let PartialStream { parser, packed, tree, restoring, .. } = self;
        let outcome = listening(packed, tree.as_mut(), restoring.as_mut(), &mut |out| parser.push(piece, out));
        self.error = outcome.err();
    }
}

/// Runs the parser with whoever listens.
fn listening(
    packed: &mut Packed,
    tree: Option<&mut Tree>,
    restoring: Option<&mut Restoring>,
    run: &mut dyn FnMut(&mut dyn Ops) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut both;
    let out: &mut dyn Ops = match tree {
        Some(tree) => {
            both = Both(packed, tree);
            &mut both
        }
        None => packed,
    };
    match restoring {
        Some(restoring) => run(&mut restoring.to(out)),
        None => run(out),
    }
}

impl Sink for PartialStream {
    fn text(&mut self, piece: &str) {
        if self.source == Source::Text {
            self.push(piece);
        }
    }

    fn tool_start(&mut self, index: usize, _id: Option<&str>, name: &str) {
        if let (Source::Tool(wanted), None) = (&self.source, self.call)
            && (wanted.is_empty() || wanted == name)
        {
            self.call = Some(index);
        }
    }

    fn arguments(&mut self, index: usize, piece: &str) {
        if self.call == Some(index) {
            self.push(piece);
        }
    }

    fn delta_end(&mut self) {
        if self.every_delta {
            self.packed.delta();
        }
    }
}
