//! The incremental parser: text in, however it is cut; [`Ops`] out.
//!
//! What is shown when: containers at their opening bracket, strings as they grow, literals when their last letter came,
//! numbers when the byte behind them came (12 could become 123: a wrong value is worse than none). An escape or a
//! surrogate pair cut anywhere is held back until it is whole; half a pair that stays alone becomes U+FFFD.
//!
//! [`Leniency`] says what may stand around and inside the JSON. [`Leniency::Text`] looks for the value in prose, see
//! [`super::find`]; the other two read one value, each byte once.

mod machine;

use super::find::{Finder, Shape};
use super::ops::Ops;
use crate::error::Error;
pub(super) use machine::Machine;

/// What is accepted beyond JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leniency {
    /// One JSON value and white space, nothing else.
    Strict,
    /// Trailing commas, comments, single quotes, bare keys, Python's literals, raw line ends in strings; anything
    /// behind the value. For tool arguments.
    Relaxed,
    /// The same, inside prose, fences, `<think>` blocks. For answers given as text.
    Text,
}

#[derive(Clone)]
pub struct Options {
    pub leniency: Leniency,
    /// How deep containers may nest.
    pub max_depth: usize,
    /// How many bytes of text are taken in total.
    pub max_bytes: usize,
    /// What the value should look like, to tell it from other JSON in the text ([`Leniency::Text`]).
    pub shape: Shape,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            leniency: Leniency::Strict,
            max_depth: super::DEFAULT_DEPTH,
            max_bytes: super::DEFAULT_BYTES,
            shape: Shape::default(),
        }
    }
}

pub struct Parser(Reader);

enum Reader {
    Value(Box<Machine>),
    Text(Box<Finder>),
}

impl Parser {
    pub fn new(options: Options) -> Self {
        Parser(match options.leniency {
            Leniency::Text => Reader::Text(Box::new(Finder::new(options))),
            _ => Reader::Value(Box::new(Machine::new(options))),
        })
    }

    /// Takes the next piece of text.
    pub fn push(&mut self, text: &str, ops: &mut dyn Ops) -> Result<(), Error> {
        match &mut self.0 {
            Reader::Value(machine) => machine.push(text, ops),
            Reader::Text(finder) => finder.push(text, ops),
        }
    }

    /// The text ended. An error when no value is complete; a value begun behind a complete one is dropped.
    pub fn finish(&mut self, ops: &mut dyn Ops) -> Result<(), Error> {
        match &mut self.0 {
            Reader::Value(machine) => machine.finish(ops),
            Reader::Text(finder) => finder.finish(ops),
        }
    }

    /// A value is complete (what follows may still replace it, unless the parser is strict).
    pub fn is_complete(&self) -> bool {
        match &self.0 {
            Reader::Value(machine) => machine.is_complete(),
            Reader::Text(finder) => finder.is_complete(),
        }
    }
}
