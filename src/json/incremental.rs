//! The incremental parser: text in, however it is cut; [`Ops`] out.
//!
//! What is shown when: containers at their opening bracket, strings as they grow, literals when their last letter came,
//! numbers when the byte behind them came (12 could become 123: a wrong value is worse than none). An escape or a
//! surrogate pair cut anywhere is held back until it is whole; half a pair that stays alone becomes U+FFFD.
//!
//! [`Leniency`] says what may stand around and inside the JSON. [`Leniency::Text`] looks for the value in prose, see
//! [`super::find`]; the other two read one value, each byte once.

use super::find::Finder;
use super::machine::Machine;
use super::ops::Ops;
pub use super::options::{Leniency, Options};
use crate::error::Error;

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
    #[cfg(feature = "machinery")]
    pub fn finish(&mut self, ops: &mut dyn Ops) -> Result<(), Error> {
        match &mut self.0 {
            Reader::Value(machine) => machine.finish(ops),
            Reader::Text(finder) => finder.finish(ops),
        }
    }
}
