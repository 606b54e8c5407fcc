//! Finds the JSON in a text, with the same rule for whole answers and for streams.
//!
//! Candidates are the objects and lists that begin in the text outside of `<think>` blocks. Each has a rank by its
//! resemblance to the expected answer ([`Shape`]), and the one with the highest rank is the answer. Of several with the
//! same rank it is the last, because models tend to quote text of the prompt before the answer.
//!
//! ```text
//! all required keys > some keys, or a bare list > an element of a list > empty > any other object
//! ```
//!
//! A bare list counts only if the caller requested a list. Valid JSON ranks above JSON that needs repair. An invalid
//! candidate is skipped: as a whole if it resembled the answer; otherwise the search continues at its second byte, within
//! an allowance, so that each byte is read a bounded number of times.
//!
//! [`Finder`] emits a candidate while it arrives, as soon as it may become the answer, and keeps the text of the open
//! candidate. [`find`] reads a whole text with the same steps.

mod candidate;
mod envelope;
mod judge;
mod rank;

use super::limits::too_large;
use super::ops::Ops;
use super::options::{Leniency, Options};
use super::prose::{Mark, Prose};
pub use super::shape::Shape;
use super::skip::value_end;
use super::value_parser::ValueParser;
use super::work;
use crate::error::Error;
use candidate::{BestCandidate, NullOps, after_numbers, score};
pub use envelope::{misplaced, opened};
use rank::{Features, Observer};
use std::borrow::Cow;
use std::ops::Range;

/// How many times each byte may be read again, on average.
const AGAIN: usize = 16;
/// The minimum number of bytes that may be read again, for short texts.
const AT_LEAST: usize = 4096;

/// The JSON of a whole answer; without any, the text itself, so that parsing it reports the error.
pub fn find<'a>(text: &'a str, shape: &Shape) -> Result<Cow<'a, str>, Error> {
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    let one_of_many = shape.sequence && bytes.first() == Some(&b'{');
    if !one_of_many && value_end(bytes, 0) == Ok(bytes.len()) {
        return Ok(Cow::Borrowed(trimmed));
    }
    let mut finder = Finder::new(Options { shape: shape.clone(), ..Options::default() });
    finder.limit(trimmed)?;
    finder.run(trimmed, 0, &mut NullOps);
    finder.end(trimmed, &mut NullOps);
    Ok(finder.found(trimmed))
}

pub struct Finder {
    options: Options,
    parser: ValueParser,
    prose: Prose,
    /// The text that may be read again, from the start of the open candidate or block.
    held: String,
    /// The position of `held`, or of the next piece, in the whole text.
    base: usize,
    /// The start of the open candidate in the current text.
    open: Option<usize>,
    features: Features,
    /// The open candidate is emitted.
    live: bool,
    /// It begins a line, or is where a value may be expected.
    placed: bool,
    /// A complete list of numbers: the text after it decides whether it is a reference.
    pending: Option<Range<usize>>,
    /// The number of open containers while an invalid candidate that resembled the answer is skipped.
    inside: usize,
    /// The number of consecutive back-ticks there.
    ticks: u8,
    best: Option<BestCandidate>,
    /// The elements of a list without brackets.
    elements: Vec<Range<usize>>,
    /// The start of the first candidate that resembled the answer and is invalid or incomplete.
    broken: Option<usize>,
    unfinished: bool,
    /// Bytes that were read again.
    again: usize,
    fatal: Option<Error>,
}

impl Finder {
    pub fn new(options: Options) -> Self {
        let relaxed = Options { leniency: Leniency::Relaxed, ..options.clone() };
        Finder {
            parser: ValueParser::new(relaxed),
            options,
            prose: Prose::default(),
            held: String::new(),
            base: 0,
            open: None,
            features: Features::default(),
            live: false,
            placed: false,
            pending: None,
            inside: 0,
            ticks: 0,
            best: None,
            elements: Vec::new(),
            broken: None,
            unfinished: false,
            again: 0,
            fatal: None,
        }
    }

    /// Reads the next piece of text.
    pub fn push(&mut self, piece: &str, ops: &mut dyn Ops) -> Result<(), Error> {
        self.limit(piece)?;
        if self.live && self.open.is_some() && self.went_on(piece, ops) {
            return Ok(());
        }
        if self.held.is_empty() {
            let keep = self.run(piece, 0, ops);
            let keep = keep.unwrap_or(piece.len());
            self.held.push_str(piece.get(keep..).unwrap_or_default());
            self.moved(keep);
        } else {
            let at = self.held.len();
            self.held.push_str(piece);
            let mut text = std::mem::take(&mut self.held);
            match self.run(&text, at, ops) {
                Some(0) => {}
                keep => {
                    let keep = keep.unwrap_or(text.len());
                    text.drain(..keep);
                    work::count(text.len());
                    self.moved(keep);
                }
            }
            self.held = text;
        }
        Ok(())
    }

    /// The fast path: most pieces continue a string of the emitted candidate. Returns false for any other piece, which is
    /// not read.
    fn went_on(&mut self, piece: &str, ops: &mut dyn Ops) -> bool {
        let more = self.parser.more_of_string(piece, ops);
        if more {
            self.held.push_str(piece);
        }
        more
    }

    /// Ends the text. An error if no value is complete.
    #[cfg(feature = "machinery")]
    pub fn finish(&mut self, ops: &mut dyn Ops) -> Result<(), Error> {
        if let Some(error) = &self.fatal {
            return Err(error.clone());
        }
        let text = std::mem::take(&mut self.held);
        self.end(&text, ops);
        match &self.best {
            Some(_) => Ok(()),
            None if self.unfinished => {
                Err(Error::new(crate::error::Kind::IncompleteOutput, "The answer ended in the middle of its JSON."))
            }
            None => Err(Error::parsing("The answer holds no JSON.")),
        }
    }

    fn limit(&mut self, piece: &str) -> Result<(), Error> {
        if let Some(error) = &self.fatal {
            return Err(error.clone());
        }
        let limit = self.options.max_bytes;
        if piece.len() > limit.saturating_sub(self.base + self.held.len()) {
            let error = too_large(limit);
            self.fatal = Some(error.clone());
            return Err(error);
        }
        Ok(())
    }

    /// Drops the first `keep` bytes of the current text.
    fn moved(&mut self, keep: usize) {
        self.base += keep;
        let less = |at: &mut usize| *at -= keep;
        self.open.as_mut().map(less);
        if let Some(span) = &mut self.pending {
            *span = span.start - keep..span.end - keep;
        }
        self.prose.moved(keep);
    }

    /// Reads `text` from `at` to its end. Returns the position from which the text must be kept.
    fn run(&mut self, text: &str, mut at: usize, ops: &mut dyn Ops) -> Option<usize> {
        while at < text.len() || self.pending.is_some() {
            if let Some(span) = self.pending.clone() {
                match after_numbers(text, span.end) {
                    None => return Some(span.start),
                    Some(taken) => self.judge(text, span, taken, ops),
                }
                continue;
            }
            let Some(start) = self.open else {
                at = if self.inside > 0 { self.leave(text, at) } else { self.look_on(text, at, ops) };
                continue;
            };
            let Finder { parser, features, live, options, .. } = self;
            let mut observer = Observer { features, shape: &options.shape, out: ops, live };
            match parser.read(text, at, &mut observer) {
                Ok((end, true)) => {
                    self.open = None;
                    at = end;
                    self.complete(text, start..end, ops);
                }
                Ok((end, false)) => {
                    at = end;
                    if !self.live && self.may_show() {
                        // It is emitted from here on: it is read once more from its start.
                        self.begin(start, true, ops);
                        self.features.settled = true;
                        at = start;
                    }
                }
                Err((place, _)) => at = self.broke(start, place, ops),
            }
        }
        self.open.or(self.prose.kept())
    }

    /// Ends the text: decides about the open candidate.
    fn end(&mut self, text: &str, ops: &mut dyn Ops) {
        loop {
            if let Some(span) = self.pending.take() {
                let taken = after_numbers(text, span.end).unwrap_or(true);
                self.judge(text, span, taken, ops);
            } else if let Some(start) = self.open.take() {
                self.hide(ops);
                self.features.value();
                if self.features.prospect(&self.options.shape) != rank::NONE {
                    self.unfinished |= self.best.as_ref().is_none_or(|best| best.score < score(rank::FITS, false));
                    self.broken.get_or_insert(self.base + start);
                    return;
                }
                if !self.affords(text.len() - start, text.len()) {
                    return;
                }
                self.run(text, start + 1, ops);
            } else if let Some(start) = self.prose.kept()
                && self.best.is_none()
            {
                // A reasoning block without an end contains the answer.
                self.prose.give_up();
                self.run(text, start, ops);
            } else {
                return;
            }
        }
    }

    /// Whether the candidate is a list and the caller requested one object.
    fn is_odd_list(&self) -> bool {
        self.features.list && self.options.shape.items.is_none()
    }

    /// Skips prose up to the next bracket.
    fn look_on(&mut self, text: &str, at: usize, ops: &mut dyn Ops) -> usize {
        let next = match self.prose.scan(text.as_bytes(), at) {
            Mark::Bracket(start) => {
                let shape = &self.options.shape;
                self.placed = self.prose.begins_value();
                let object = text.as_bytes().get(start) == Some(&b'{');
                let shown = self.best.is_none() && (shape.is_any() || object && shape.wrapper.is_none());
                self.begin(start, shown, ops);
                start
            }
            Mark::Thoughts(next) => {
                // All text before it was reasoning too.
                if let Some(best) = &mut self.best {
                    best.score = 0;
                }
                self.elements.clear();
                (self.broken, self.unfinished) = (None, false);
                next
            }
            Mark::None => text.len(),
        };
        work::count(next - at);
        next
    }

    fn begin(&mut self, start: usize, shown: bool, ops: &mut dyn Ops) {
        self.open = Some(start);
        self.parser.begin();
        self.features = Features::default();
        self.live = shown;
        if shown {
            ops.root();
        }
    }

    fn hide(&mut self, ops: &mut dyn Ops) {
        if std::mem::take(&mut self.live) {
            ops.root_dropped();
        }
    }

    /// Whether the open candidate may become a better answer than the best one so far.
    fn may_show(&self) -> bool {
        let prospect = self.features.prospect(&self.options.shape);
        prospect != rank::NONE && self.best.as_ref().is_none_or(|best| score(prospect, true) >= best.score)
    }

    /// Whether this number of bytes may be read again after `place` bytes of the current text.
    fn affords(&mut self, bytes: usize, place: usize) -> bool {
        let allowed = (self.base + place).saturating_mul(AGAIN).saturating_add(AT_LEAST);
        self.again = self.again.saturating_add(bytes);
        self.again <= allowed
    }

    /// The open candidate is invalid at `place`. Returns the position at which the search continues.
    fn broke(&mut self, start: usize, place: usize, ops: &mut dyn Ops) -> usize {
        self.open = None;
        self.hide(ops);
        let place = place.max(start + 1);
        if self.features.named && self.features.prospect(&self.options.shape) >= rank::FITS {
            self.broken.get_or_insert(self.base + start);
            self.inside = self.parser.depth();
            return place;
        }
        if self.affords(place - start, place) { start + 1 } else { place }
    }

    /// Skips the rest of an invalid candidate, up to its closing bracket or the end of its fence.
    fn leave(&mut self, text: &str, at: usize) -> usize {
        let bytes = text.as_bytes();
        for (offset, byte) in bytes.get(at..).unwrap_or_default().iter().enumerate() {
            match byte {
                b'{' | b'[' => self.inside += 1,
                b'}' | b']' => self.inside -= 1,
                b'`' if self.ticks == 2 => self.inside = 0,
                _ => {}
            }
            self.ticks = if *byte == b'`' { self.ticks + 1 } else { 0 };
            if self.inside == 0 {
                self.ticks = 0;
                work::count(offset + 1);
                return at + offset + 1;
            }
        }
        work::count(bytes.len() - at);
        bytes.len()
    }
}

#[cfg(test)]
mod tests;
