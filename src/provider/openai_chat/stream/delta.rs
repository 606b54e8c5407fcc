//! The content of one event.

use crate::provider::shared::sum::Slot;
use serde_json::{Map, Value};
use std::ops::Range;

/// What one event held.
#[derive(Default)]
pub(super) struct Delta {
    pub(super) text: Option<String>,
    pub(super) reasoning: Option<String>,
    pub(super) refusal: Option<String>,
    pub(super) calls: Vec<CallDelta>,
    /// Content that came as chunks (Mistral), and the fields that are not read here.
    pub(super) chunks: Vec<Value>,
    pub(super) more: Map<String, Value>,
    /// Bytes of those.
    pub(super) kept: usize,
    pub(super) finish: Option<String>,
    pub(super) error: Option<Value>,
    /// Where the only string of interest lies, as long as there is only one.
    pub(super) only: Option<(Slot, Range<usize>)>,
    pub(super) strings: usize,
    /// Where the event's text begins in memory.
    pub(super) origin: usize,
}

#[derive(Default)]
pub(super) struct CallDelta {
    /// Its place among the calls; `None` past the last that is taken.
    pub(super) at: Option<usize>,
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) arguments: Option<String>,
    /// The fields that are not read here.
    pub(super) more: Map<String, Value>,
}

impl Delta {
    /// Fields were kept that are not read: the event is no repetition of another.
    pub(super) fn keeps(&mut self, bytes: usize) {
        if bytes > 0 {
            self.kept += bytes;
            self.strings += 2;
        }
    }

    pub(super) fn took(&mut self, slot: Slot, range: Option<Range<usize>>) {
        if let Some(range) = range {
            self.strings += 1;
            self.only = Some((slot, range));
        }
    }
}
