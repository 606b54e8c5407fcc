//! The JSON in a text: one rule for whole answers and for streams.
//!
//! A text holds candidates: objects and lists that begin in it, outside of `<think>` blocks. Each is ranked by what it
//! looks like ([`Shape`]), and the best one is the answer; of those that look alike the last, because what a user or a
//! web page put into the prompt tends to be quoted before the answer.
//!
//! ```text
//! all required keys > some keys, or a bare list > an element of a list > empty > any other object
//! ```
//!
//! A bare list counts only where a list was asked for. JSON counts more than what needs repair. A candidate that breaks is
//! passed over: one that looked like the answer with all that is in it, any other is looked through from its second byte
//! on, within an allowance, so that each byte is read a bounded number of times.
//!
//! [`Finder`] shows what may become the answer as it comes and keeps the text of the open candidate; what cannot be told
//! at its beginning is shown once it can. [`find`] reads a whole text with the same steps.

mod candidate;
mod envelope;
mod judge;
mod look;

use super::limits::too_large;
use super::machine::Machine;
use super::ops::Ops;
use super::options::{Leniency, Options};
use super::prose::{Mark, Prose};
pub use super::shape::Shape;
use super::skip::value_end;
use super::work;
use crate::error::Error;
use candidate::{Best, Nobody, after_numbers, score};
pub use envelope::{misplaced, opened};
use look::{Look, Watch};
use std::borrow::Cow;
use std::ops::Range;

/// How often each byte may be read again, on average.
const AGAIN: usize = 16;
/// What even a short text is allowed.
const AT_LEAST: usize = 4096;

/// The JSON of a whole answer given as text; where there is none, the text itself, for the error that parsing it gives.
pub fn find<'a>(text: &'a str, shape: &Shape) -> Result<Cow<'a, str>, Error> {
    let trimmed = text.trim();
    let bytes = trimmed.as_bytes();
    let one_of_many = shape.sequence && bytes.first() == Some(&b'{');
    if !one_of_many && value_end(bytes, 0) == Ok(bytes.len()) {
        return Ok(Cow::Borrowed(trimmed));
    }
    let mut finder = Finder::new(Options { shape: shape.clone(), ..Options::default() });
    finder.limit(trimmed)?;
    finder.run(trimmed, 0, &mut Nobody);
    finder.end(trimmed, &mut Nobody);
    Ok(finder.found(trimmed))
}

pub struct Finder {
    options: Options,
    machine: Machine,
    prose: Prose,
    /// The text that may be read again: from the open candidate or block on.
    held: String,
    /// Where `held`, or else the next piece, begins in the whole text.
    base: usize,
    /// A candidate is open; it begins at this place of the text at hand.
    open: Option<usize>,
    look: Look,
    /// The open candidate is shown.
    live: bool,
    /// It begins a line, or stands where a value may be expected.
    placed: bool,
    /// A list of numbers that is complete: what follows tells whether it is a reference.
    pending: Option<Range<usize>>,
    /// In the rest of a broken candidate that looked like the answer: how many of its containers are open.
    inside: usize,
    /// Back-ticks in a row there.
    ticks: u8,
    best: Option<Best>,
    /// Elements of a list, one after the other.
    elements: Vec<Range<usize>>,
    /// Where the first candidate begins that looked like the answer and broke, or did not end.
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
            machine: Machine::new(relaxed),
            options,
            prose: Prose::default(),
            held: String::new(),
            base: 0,
            open: None,
            look: Look::default(),
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

    /// Takes the next piece of text.
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

    /// Most pieces are more of a string of the candidate that is shown. False: this one is more than that, and nothing of
    /// it was taken.
    fn went_on(&mut self, piece: &str, ops: &mut dyn Ops) -> bool {
        let more = self.machine.more_of_string(piece, ops);
        if more {
            self.held.push_str(piece);
        }
        more
    }

    /// The text ended. An error when no value is complete.
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

    /// The first `keep` bytes of the text at hand are done with.
    fn moved(&mut self, keep: usize) {
        self.base += keep;
        let less = |at: &mut usize| *at -= keep;
        self.open.as_mut().map(less);
        if let Some(span) = &mut self.pending {
            *span = span.start - keep..span.end - keep;
        }
        self.prose.moved(keep);
    }

    /// Reads `text` from `at` on. Answers from where on it has to be kept.
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
            let Finder { machine, look, live, options, .. } = self;
            let mut watch = Watch { look, shape: &options.shape, out: ops, live };
            match machine.read(text, at, &mut watch) {
                Ok((end, true)) => {
                    self.open = None;
                    at = end;
                    self.complete(text, start..end, ops);
                }
                Ok((end, false)) => {
                    at = end;
                    if !self.live && self.may_show() {
                        // From now on it is shown: it is read once more, and passed on.
                        self.begin(start, true, ops);
                        self.look.settled = true;
                        at = start;
                    }
                }
                Err((place, _)) => at = self.broke(start, place, ops),
            }
        }
        self.open.or(self.prose.kept())
    }

    /// The text ended: what is still open is judged.
    fn end(&mut self, text: &str, ops: &mut dyn Ops) {
        loop {
            if let Some(span) = self.pending.take() {
                let taken = after_numbers(text, span.end).unwrap_or(true);
                self.judge(text, span, taken, ops);
            } else if let Some(start) = self.open.take() {
                self.hide(ops);
                self.look.value();
                if self.look.prospect(&self.options.shape) != look::NONE {
                    self.unfinished |= self.best.as_ref().is_none_or(|best| best.score < score(look::FITS, false));
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
                // A block of thoughts that does not end has the answer in it.
                self.prose.give_up();
                self.run(text, start, ops);
            } else {
                return;
            }
        }
    }

    /// A list where one object was asked for.
    fn is_odd_list(&self) -> bool {
        self.look.list && self.options.shape.items.is_none()
    }

    /// In prose: goes to the next bracket.
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
                // All that came before were thoughts as well.
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
        self.machine.begin();
        self.look = Look::default();
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

    /// Whether what was seen of the open candidate may become a better answer than there is.
    fn may_show(&self) -> bool {
        let prospect = self.look.prospect(&self.options.shape);
        prospect != look::NONE && self.best.as_ref().is_none_or(|best| score(prospect, true) >= best.score)
    }

    /// Whether so many bytes may be read again, `place` bytes of the text at hand having been read.
    fn affords(&mut self, bytes: usize, place: usize) -> bool {
        let allowed = (self.base + place).saturating_mul(AGAIN).saturating_add(AT_LEAST);
        self.again = self.again.saturating_add(bytes);
        self.again <= allowed
    }

    /// The open candidate is not JSON from `place` on. Answers where to go on.
    fn broke(&mut self, start: usize, place: usize, ops: &mut dyn Ops) -> usize {
        self.open = None;
        self.hide(ops);
        let place = place.max(start + 1);
        if self.look.named && self.look.prospect(&self.options.shape) >= look::FITS {
            self.broken.get_or_insert(self.base + start);
            self.inside = self.machine.depth();
            return place;
        }
        if self.affords(place - start, place) { start + 1 } else { place }
    }

    /// Goes to the end of the broken candidate: where its brackets are closed, or its fence ends.
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
