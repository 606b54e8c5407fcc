//! Ranks a candidate while it is read by its resemblance to the expected answer.

use super::envelope;
use crate::json::ops::Ops;
use crate::json::shape::{Keys, Kinds, Shape};

/// Ranks of candidates, best last. A candidate below [`FITS`] does not resemble the answer.
pub(super) const NONE: u8 = 0;
/// An object without a key of the answer.
pub(super) const OTHER: u8 = 1;
/// An empty object or list; a list of the requested object if only one was requested.
pub(super) const EMPTY: u8 = 2;
/// An element without its list; an object with keys that the schema does not name but allows.
pub(super) const ELEMENT: u8 = 3;
pub(super) const FITS: u8 = ELEMENT;
/// Some keys of the answer; a list without its wrapper.
pub(super) const SOME: u8 = 4;
/// All required keys.
pub(super) const ALL: u8 = 5;

/// The features of the open candidate so far.
#[derive(Default)]
pub(super) struct Features {
    depth: usize,
    /// The root is a list.
    pub list: bool,
    keys: usize,
    known: bool,
    bare: bool,
    /// A bit for each required key that has occurred.
    required: u64,
    items: usize,
    numbers: usize,
    /// The number of elements of a requested type.
    fitting: usize,
    /// The open element is already counted.
    counted: bool,
    /// It has a key of a tool call.
    pub call: bool,
    /// It has a key of the answer.
    pub named: bool,
    /// It is emitted regardless of its first key.
    pub settled: bool,
    /// The key whose value has not begun; a word without a value is not a key.
    waiting: Waiting,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Waiting {
    #[default]
    Nothing,
    /// An unknown key.
    Other,
    /// A key of the answer, with its bit if it is required.
    Known(u64),
    /// A key of the object without its wrapper, and whether the schema has its key.
    Bare(bool),
    /// A key of an element.
    Element,
}

impl Features {
    /// The rank of the complete candidate.
    pub fn rank(&self, shape: &Shape) -> u8 {
        if self.list {
            return match &shape.items {
                None if self.fitting > 0 => EMPTY,
                None => NONE,
                Some(_) if self.items == 0 => EMPTY,
                Some(_) if self.fitting == 0 => NONE,
                Some(_) => SOME,
            };
        }
        let all = (1_u64 << shape.object.required.len().min(63)) - 1;
        match shape {
            _ if self.known && self.required & all == all => ALL,
            _ if self.known => SOME,
            Shape { sequence: true, .. } if self.bare => ELEMENT,
            _ if self.bare => SOME,
            _ if self.keys == 0 => EMPTY,
            Shape { object: Keys { open: true, .. }, .. } => ELEMENT,
            _ => OTHER,
        }
    }

    /// The highest rank that the candidate can reach; `NONE` as long as nothing of it resembles the answer.
    pub fn prospect(&self, shape: &Shape) -> u8 {
        match () {
            () if self.list && shape.items.is_some() && self.fitting > self.numbers => SOME,
            () if self.list => NONE,
            () if self.known => ALL,
            () if self.bare && shape.sequence => ELEMENT,
            () if self.bare => SOME,
            () if shape.object.open && self.keys > 0 => ELEMENT,
            () => NONE,
        }
    }

    /// Whether it is a list of numbers, which may be a reference.
    pub fn is_numbers(&self) -> bool {
        self.list && self.items > 0 && self.numbers == self.items
    }

    fn key(&mut self, key: &str, shape: &Shape) {
        if self.list {
            let keys = match &shape.items {
                Some(items) => items.objects.as_ref(),
                None => Some(&shape.object),
            };
            self.call |= envelope::is_key(key);
            if self.depth == 2 && !self.counted && keys.is_some_and(|keys| keys.knows(key)) {
                self.waiting = Waiting::Element;
            }
        } else if self.depth == 1 {
            self.call |= !shape.knows(key) && (envelope::is_key(key) || key == shape.name);
            self.waiting = if shape.knows(key) {
                let number = shape.object.required.iter().take(63).position(|required| required == key);
                Waiting::Known(number.map_or(0, |number| 1 << number))
            } else {
                match &shape.bare {
                    Some(keys) if keys.knows(key) => Waiting::Bare(true),
                    Some(keys) if keys.open => Waiting::Bare(false),
                    _ => Waiting::Other,
                }
            };
        }
    }

    /// Begins the value of a key.
    pub fn value(&mut self) {
        match std::mem::take(&mut self.waiting) {
            Waiting::Nothing => return,
            Waiting::Element => {
                self.counted = true;
                self.named = true;
                self.fitting += 1;
                return;
            }
            Waiting::Other => {}
            Waiting::Known(bit) => {
                self.known = true;
                self.named = true;
                self.required |= bit;
            }
            Waiting::Bare(named) => {
                self.bare = true;
                self.named |= named;
            }
        }
        self.keys += 1;
    }

    /// Begins an element of the root.
    fn element(&mut self, shape: &Shape, fits: impl FnOnce(&Kinds) -> bool) {
        if self.list && self.depth == 1 {
            self.items += 1;
            self.counted = shape.items.as_ref().is_some_and(fits);
            self.fitting += usize::from(self.counted);
        }
    }
}

/// Observes the ops of the parser, and passes them on while the candidate is emitted. The finder emits the start and the
/// end of the root.
pub(super) struct Observer<'a> {
    pub features: &'a mut Features,
    pub shape: &'a Shape,
    pub out: &'a mut dyn Ops,
    pub live: &'a mut bool,
}

impl Observer<'_> {
    /// Begins a value; `fits` returns whether it may be an element of a list.
    fn begins(&mut self, fits: impl FnOnce(&Kinds) -> bool) {
        self.features.value();
        self.features.element(self.shape, fits);
        // The first key shows that the candidate is not the answer.
        let first = self.features.depth == 1 && self.features.keys == 1 && !self.features.settled;
        if *self.live && first && self.features.prospect(self.shape) == NONE {
            *self.live = false;
            self.out.root_dropped();
        }
    }
}

impl Ops for Observer<'_> {
    fn root(&mut self) {}
    fn root_done(&mut self) {}
    fn root_dropped(&mut self) {}
    fn open(&mut self, object: bool) {
        match self.features.depth {
            0 => self.features.list = !object,
            _ => self.begins(|kinds| match &kinds.objects {
                _ if !object => kinds.lists,
                Some(keys) => keys.open,
                None => false,
            }),
        }
        self.features.depth += 1;
        if *self.live {
            self.out.open(object);
        }
    }
    fn close(&mut self) {
        self.features.depth -= 1;
        if *self.live && self.features.depth > 0 {
            self.out.close();
        }
    }
    fn key(&mut self, key: &str) {
        if self.features.depth <= 2 {
            self.features.key(key, self.shape);
        }
        if *self.live {
            self.out.key(key);
        }
    }
    fn string_open(&mut self) {
        self.begins(|kinds| kinds.texts);
        if *self.live {
            self.out.string_open();
        }
    }
    fn string_text(&mut self, text: &str) {
        if *self.live {
            self.out.string_text(text);
        }
    }
    fn string_close(&mut self) {
        if *self.live {
            self.out.string_close();
        }
    }
    fn number(&mut self, text: &str) {
        self.features.numbers += usize::from(self.features.list && self.features.depth == 1);
        self.begins(|kinds| kinds.numbers);
        if *self.live {
            self.out.number(text);
        }
    }
    fn literal(&mut self, value: Option<bool>) {
        self.begins(|kinds| kinds.literals);
        if *self.live {
            self.out.literal(value);
        }
    }
}
