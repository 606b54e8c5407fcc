//! The incremental parser: it reads text in pieces of any size and emits [`Ops`].
//!
//! A container is emitted at its opening bracket, a string while it grows, a literal with its last letter, a number with
//! the byte after it (12 could become 123, and a wrong value is worse than none). An incomplete escape or surrogate pair
//! is kept until the rest arrives; a lone half of a pair becomes U+FFFD.
//!
//! [`Leniency`] selects the accepted syntax. [`Leniency::Text`] searches for the value in prose, see [`super::find`]; the
//! other two read one value and each byte once.

use super::find::Finder;
use super::ops::Ops;
pub use super::options::{Leniency, Options};
use super::value_parser::ValueParser;
use crate::error::Error;

pub struct Parser(Reader);

enum Reader {
    Value(Box<ValueParser>),
    Text(Box<Finder>),
}

impl Parser {
    pub fn new(options: Options) -> Self {
        Parser(match options.leniency {
            Leniency::Text => Reader::Text(Box::new(Finder::new(options))),
            _ => Reader::Value(Box::new(ValueParser::new(options))),
        })
    }

    /// Reads the next piece of text.
    pub fn push(&mut self, text: &str, ops: &mut dyn Ops) -> Result<(), Error> {
        match &mut self.0 {
            Reader::Value(machine) => machine.push(text, ops),
            Reader::Text(finder) => finder.push(text, ops),
        }
    }

    /// Ends the text. An error if no value is complete; an incomplete value after a complete one is dropped.
    #[cfg(feature = "machinery")]
    pub fn finish(&mut self, ops: &mut dyn Ops) -> Result<(), Error> {
        match &mut self.0 {
            Reader::Value(machine) => machine.finish(ops),
            Reader::Text(finder) => finder.finish(ops),
        }
    }
}
