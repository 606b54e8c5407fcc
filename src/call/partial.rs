//! A provider's streamed answer, from its decoder to the packed ops: the [`Sink`] of a call that streams objects.
//!
//! [`tap`](super::tap) lets through the pieces of the wanted value as text; they go into the incremental parser as they
//! come. After an error in the JSON the rest of the answer is ignored: the whole answer is read once it has ended.

use crate::json::incremental::{Options, Parser};
use crate::json::patch::Packed;
use crate::provider::Sink;
use crate::schema::Restoring;

pub struct PartialStream {
    parser: Parser,
    packed: Packed,
    /// Mark the ends of deltas in the ops.
    every_delta: bool,
    /// The JSON had an error: the rest is ignored.
    failed: bool,
    /// Turns the events of the rendered form into those of the caller's shape.
    restoring: Option<Restoring>,
}

impl PartialStream {
    pub fn new(options: Options) -> Self {
        PartialStream {
            parser: Parser::new(options),
            packed: Packed::new(),
            every_delta: false,
            failed: false,
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

    /// The ops and text since [`PartialStream::clear`].
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Forgets the ops and the text that have been read.
    pub fn clear(&mut self) {
        self.packed.clear();
    }

    /// Parses the next piece of the JSON.
    pub fn push(&mut self, piece: &str) {
        if self.failed || piece.is_empty() {
            return;
        }
        let PartialStream { parser, packed, restoring, .. } = self;
        let outcome = match restoring {
            Some(restoring) => parser.push(piece, &mut restoring.to(packed)),
            None => parser.push(piece, packed),
        };
        self.failed = outcome.is_err();
    }
}

impl Sink for PartialStream {
    fn text(&mut self, piece: &str) {
        self.push(piece);
    }

    fn tool_start(&mut self, _index: usize, _id: Option<&str>, _name: &str) {}

    fn arguments(&mut self, _index: usize, _piece: &str) {}

    fn delta_end(&mut self) {
        if self.every_delta {
            self.packed.delta();
        }
    }
}
