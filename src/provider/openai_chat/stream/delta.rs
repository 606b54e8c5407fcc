//! The parsed content of one event.

use crate::provider::shared::accumulator::DeltaTarget;
use serde_json::{Map, Value};
use std::ops::Range;

/// The fields of one event.
#[derive(Default)]
pub(super) struct Delta {
    pub(super) text: Option<String>,
    pub(super) reasoning: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) calls: Vec<CallDelta>,
    /// Content in chunks (Mistral), and other fields.
    pub(super) chunks: Vec<Value>,
    pub(super) more: Map<String, Value>,
    /// The size of the kept fields in bytes.
    pub(super) kept: usize,
    pub(super) finish: Option<String>,
    pub(super) error: Option<Value>,
    /// The range of the only string, while there is one.
    pub(super) only: Option<(DeltaTarget, Range<usize>)>,
    pub(super) strings: usize,
    /// The address of the event's text in memory.
    pub(super) origin: usize,
}

#[derive(Default)]
pub(super) struct CallDelta {
    /// Its index among the calls; `None` beyond the maximum.
    pub(super) at: Option<usize>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) arguments: Option<String>,
    /// Other fields.
    pub(super) more: Map<String, Value>,
}

impl Delta {
    /// Counts kept fields; the event cannot be a repetition.
    pub(super) fn keeps(&mut self, bytes: usize) {
        if bytes > 0 {
            self.kept += bytes;
            self.strings += 2;
        }
    }

    pub(super) fn took(&mut self, target: DeltaTarget, range: Option<Range<usize>>) {
        if let Some(range) = range {
            self.strings += 1;
            self.only = Some((target, range));
        }
    }
}
