//! Selects the answer among the complete candidates, and emits it.

use super::candidate::{BestCandidate, NullOps, score};
use super::rank::{self, Features, Observer};
use super::{Finder, opened};
use crate::json::ops::Ops;
use crate::json::skip::{Broken, value_end};
use crate::json::work;
use crate::jsontext::{self, ToText};
use std::borrow::Cow;
use std::ops::Range;

impl Finder {
    /// Handles a complete candidate.
    pub(super) fn complete(&mut self, text: &str, span: Range<usize>, ops: &mut dyn Ops) {
        if self.features.is_numbers()
            && !self.options.shape.is_any()
            && self.features.rank(&self.options.shape) > rank::NONE
        {
            if self.placed {
                self.pending = Some(span);
            }
            return;
        }
        self.judge(text, span, true, ops);
    }

    /// Compares a complete candidate with the best one.
    pub(super) fn judge(&mut self, text: &str, span: Range<usize>, taken: bool, ops: &mut dyn Ops) {
        self.pending = None;
        let slice = text.get(span.clone()).unwrap_or_default();
        let clean = value_end(slice.as_bytes(), 0) == Ok(slice.len());
        let shape = &self.options.shape;
        let mut rank = if taken { self.features.rank(shape) } else { rank::NONE };
        let mut inner = None;
        if self.features.call && clean {
            work::count(slice.len());
            inner = jsontext::from_str(slice).ok().and_then(|value| opened(&value, shape)).map(|call| call.to_text());
            if let Some(inner) = &inner {
                rank = self.ranked(inner);
            }
        }
        let score = score(rank, clean);
        let wins = rank != rank::NONE && self.beats(score, slice);
        let span = self.base + span.start..self.base + span.end;
        if rank == rank::ELEMENT && self.options.shape.sequence {
            if wins {
                self.elements.push(span.clone());
            } else if !clean {
                // An element with a syntax error is not dropped silently.
                self.broken.get_or_insert(span.start);
            }
        }
        if !wins {
            return self.hide(ops);
        }
        let compared = self.options.shape.fits.is_some() && clean && rank >= rank::SOME;
        let text = if compared { slice.to_owned() } else { String::new() };
        self.best = Some(BestCandidate { score, span, text, fits: None });
        match inner {
            _ if !self.shows(rank) => self.hide(ops),
            None if std::mem::take(&mut self.live) => {
                ops.close();
                ops.root_done();
            }
            None => self.emit(slice, ops),
            Some(inner) => {
                self.hide(ops);
                self.emit(&inner, ops);
            }
        }
    }

    /// Whether a value of this rank is emitted.
    fn shows(&self, rank: u8) -> bool {
        rank >= rank::FITS || self.options.shape.wrapper.is_none() && !self.is_odd_list()
    }

    /// The rank of a value from inside another one.
    fn ranked(&mut self, text: &str) -> u8 {
        let Finder { parser, options, .. } = self;
        let (mut features, shape) = (Features::default(), &options.shape);
        parser.begin();
        match parser.read(
            text,
            0,
            &mut Observer { features: &mut features, shape, out: &mut NullOps, live: &mut false },
        ) {
            Ok((_, true)) => features.rank(shape),
            _ => rank::NONE,
        }
    }

    /// Whether a complete candidate replaces the best one: by its score, then by the schema, then because it is the later.
    fn beats(&mut self, score: u8, slice: &str) -> bool {
        let Some(best) = &mut self.best else { return true };
        if score != best.score || best.text.is_empty() {
            return score >= best.score;
        }
        let Some(fits) = &self.options.shape.fits else { return true };
        let asked = |text: &str| {
            work::count(text.len());
            jsontext::from_str(text).is_ok_and(|value| fits(&value))
        };
        let known = *best.fits.get_or_insert_with(|| asked(&best.text));
        !known || asked(slice)
    }

    /// Emits a complete value.
    fn emit(&mut self, text: &str, ops: &mut dyn Ops) {
        ops.root();
        self.parser.begin();
        let _ = self.parser.read(text, 0, &mut InnerOps(ops));
        ops.root_done();
    }

    /// The text of the answer.
    pub(super) fn found<'a>(&self, text: &'a str) -> Cow<'a, str> {
        // An incomplete value is distinguished from an invalid one.
        let from = |start: usize| {
            let rest = text.get(start..).unwrap_or_default();
            let ends = matches!(value_end(rest.as_bytes(), 0), Err(Broken(at)) if at >= rest.len());
            Cow::Borrowed(if ends { rest } else { text })
        };
        let looks = |best: &&BestCandidate| best.score >= score(rank::FITS, false);
        match (&self.best, self.broken) {
            (Some(best), Some(broken))
                if !looks(&best) || best.score == score(rank::ELEMENT, true) && self.options.shape.sequence =>
            {
                from(broken)
            }
            (None, Some(broken)) => from(broken),
            (None, None) => Cow::Borrowed(crate::json::fence::strip_fences(text)),
            (Some(best), _) if self.elements.contains(&best.span) => {
                let key = self.options.shape.wrapper().unwrap_or_default();
                let mut list = ["{\"", key, "\":["].concat();
                for (number, span) in self.elements.iter().enumerate() {
                    list.push_str(if number > 0 { "," } else { "" });
                    list.push_str(text.get(span.clone()).unwrap_or_default());
                }
                list.push_str("]}");
                Cow::Owned(list)
            }
            (Some(best), _) => Cow::Borrowed(text.get(best.span.clone()).unwrap_or_default()),
        }
    }
}

/// Passes on all ops except those of the root, which the finder emits.
struct InnerOps<'a>(&'a mut dyn Ops);

impl Ops for InnerOps<'_> {
    fn root(&mut self) {}
    fn root_done(&mut self) {}
    fn root_dropped(&mut self) {}
    fn open(&mut self, object: bool) {
        self.0.open(object);
    }
    fn close(&mut self) {
        self.0.close();
    }
    fn key(&mut self, key: &str) {
        self.0.key(key);
    }
    fn string_open(&mut self) {
        self.0.string_open();
    }
    fn string_text(&mut self, text: &str) {
        self.0.string_text(text);
    }
    fn string_close(&mut self) {
        self.0.string_close();
    }
    fn number(&mut self, text: &str) {
        self.0.number(text);
    }
    fn literal(&mut self, value: Option<bool>) {
        self.0.literal(value);
    }
}
