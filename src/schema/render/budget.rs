//! Limits on the work of rendering. A schema is rendered or refused within these limits, whatever its references. The recursion
//! fits a stack of 1 MB, in debug builds too.

use super::{Note, Renderer};
use crate::error::Error;
use crate::schema::refs::weight_of;
use crate::schema::rendered::Level;
use serde_json::{Map, Value};

/// Limit of JSON values that are copied, merged and compared.
const MAX_WORK: usize = 3_000_000;
/// Limit of characters in all notes together.
const MAX_NOTED: usize = 2_000_000;

impl Renderer<'_> {
    /// Counts work; returns an error past the limit.
    pub(super) fn spend(&mut self, work: usize) -> Result<(), Error> {
        self.work = self.work.saturating_add(work);
        if self.work > MAX_WORK {
            return Err(self.refused(
                "it has too many references and alternatives to write out; use fewer alternatives, or one object with \
                 optional properties",
            ));
        }
        Ok(())
    }

    /// Counts a copy of the schema.
    pub(super) fn spend_copy(&mut self, map: &Map<String, Value>) -> Result<(), Error> {
        self.spend(weight_of(map, MAX_WORK))
    }

    pub(super) fn note(&mut self, level: Level, what: impl Into<String>) {
        self.note_at(self.path.clone(), level, what.into());
    }

    pub(super) fn note_at(&mut self, pointer: String, level: Level, what: String) {
        if self.notes_size > MAX_NOTED {
            return;
        }
        self.notes_size += pointer.len() + what.len();
        self.notes.push(Note { pointer, level, what });
        if self.notes_size > MAX_NOTED {
            let what = "further findings are not listed, there are too many".to_owned();
            self.notes.push(Note { pointer: String::new(), level: Level::Validated, what });
        }
    }
}
