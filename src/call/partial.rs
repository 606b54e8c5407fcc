//! The value of a streamed answer as packed operations: the [`Sink`] of a call that streams objects.
//!
//! `answer_filter` passes the pieces of the wanted value as text, and the incremental parser reads them at once. After an error
//! in the JSON the rest is ignored, since the whole answer is read again when it has ended.

use crate::json::incremental::{Options, Parser};
use crate::json::packed::Packed;
use crate::json::watch::Watch;
use crate::provider::Sink;
use crate::schema::Restoring;

/// Parses the pieces of a streamed value into packed operations.
pub struct PartialStream {
    parser: Parser,
    packed: Packed,
    /// Whether the ends of deltas are marked in the operations.
    every_delta: bool,
    /// The JSON had an error: the rest is ignored.
    failed: bool,
    /// Restores the caller's shape from the rendered form.
    restoring: Option<Restoring>,
    /// Watches for the end of what the schema knows.
    watch: Option<Watch>,
}

impl PartialStream {
    /// A stream of which nothing was received.
    pub fn new(options: Options) -> Self {
        PartialStream {
            parser: Parser::new(options),
            packed: Packed::new(),
            every_delta: false,
            failed: false,
            restoring: None,
            watch: None,
        }
    }

    /// Restores the shape of the caller's schema.
    pub fn restoring(mut self, restoring: Option<Restoring>) -> Self {
        self.restoring = restoring;
        self
    }

    /// Watches for these keys of the root.
    pub fn watching(mut self, keys: Option<Vec<String>>) -> Self {
        self.watch = keys.map(Watch::new);
        self
    }

    /// Marks the end of every delta, for a snapshot after each.
    pub fn every_delta(mut self) -> Self {
        self.every_delta = true;
        self
    }

    /// The operations and their text since [`PartialStream::clear`].
    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Removes the operations and the text.
    pub fn clear(&mut self) {
        self.packed.clear();
    }

    /// Parses the next piece of the JSON.
    pub fn push(&mut self, piece: &str) {
        if self.failed || piece.is_empty() {
            return;
        }
        let PartialStream { parser, packed, restoring, watch, .. } = self;
        let outcome = match (restoring, watch) {
            (Some(restoring), Some(watch)) => parser.push(piece, &mut watch.before(&mut restoring.to(packed))),
            (Some(restoring), None) => parser.push(piece, &mut restoring.to(packed)),
            (None, Some(watch)) => parser.push(piece, &mut watch.before(packed)),
            (None, None) => parser.push(piece, packed),
        };
        self.failed = outcome.is_err();
    }
}

impl Sink for PartialStream {
    fn text(&mut self, piece: &str) {
        self.push(piece);
    }

    fn is_complete(&self) -> bool {
        !self.failed && self.watch.as_ref().is_some_and(|watch| watch.complete)
    }

    fn tool_start(&mut self, _index: usize, _id: Option<&str>, _name: &str) {}

    fn arguments(&mut self, _index: usize, _piece: &str) {}

    fn delta_end(&mut self) {
        if self.every_delta {
            self.packed.delta();
        }
    }
}
