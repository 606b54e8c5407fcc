//! Watches the root of a streamed value: it is complete when every known key has its value and another key begins.

use super::ops::Ops;

/// The keys of the root and what has arrived.
pub struct Watch {
    keys: Vec<String>,
    /// For each key, whether its value is complete.
    done: Vec<bool>,
    depth: usize,
    /// The known key whose value is open.
    open: Option<usize>,
    /// Every known key is complete, and another one has begun.
    pub complete: bool,
}

impl Watch {
    pub fn new(keys: Vec<String>) -> Watch {
        let done = vec![false; keys.len()];
        Watch { keys, done, depth: 0, open: None, complete: false }
    }

    /// Passes the ops on.
    pub fn before<'a>(&'a mut self, out: &'a mut dyn Ops) -> Watching<'a> {
        Watching { watch: self, out }
    }

    fn restart(&mut self) {
        (self.depth, self.open, self.complete) = (0, None, false);
        self.done.iter_mut().for_each(|done| *done = false);
    }

    fn ended(&mut self) {
        if self.depth == 1
            && let Some(done) = self.open.take().and_then(|key| self.done.get_mut(key))
        {
            *done = true;
        }
    }
}

pub struct Watching<'a> {
    watch: &'a mut Watch,
    out: &'a mut dyn Ops,
}

impl Ops for Watching<'_> {
    fn root(&mut self) {
        self.watch.restart();
        self.out.root();
    }
    fn root_done(&mut self) {
        self.out.root_done();
    }
    fn root_dropped(&mut self) {
        self.watch.restart();
        self.out.root_dropped();
    }
    fn open(&mut self, object: bool) {
        // A list at the root has no keys.
        self.watch.depth += if self.watch.depth == 0 && !object { 2 } else { 1 };
        self.out.open(object);
    }
    fn close(&mut self) {
        self.watch.depth -= if self.watch.depth == 0 { 0 } else { 1 };
        self.watch.ended();
        self.out.close();
    }
    fn key(&mut self, key: &str) {
        let watch = &mut *self.watch;
        if watch.depth == 1 {
            watch.complete = watch.complete || watch.done.iter().all(|done| *done);
            watch.open = watch.keys.iter().position(|known| known == key);
        }
        self.out.key(key);
    }
    fn string_open(&mut self) {
        self.out.string_open();
    }
    fn string_text(&mut self, text: &str) {
        self.out.string_text(text);
    }
    fn string_close(&mut self) {
        self.watch.ended();
        self.out.string_close();
    }
    fn number(&mut self, text: &str) {
        self.watch.ended();
        self.out.number(text);
    }
    fn literal(&mut self, value: Option<bool>) {
        self.watch.ended();
        self.out.literal(value);
    }
}
