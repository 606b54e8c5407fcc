//! Turns each event of the parser into events of the restored value.

use super::emit::emit;
use super::*;

impl Ops for Restorer<'_> {
    fn root(&mut self) {
        self.state.clear();
        self.out.root();
    }

    fn root_done(&mut self) {
        self.out.root_done();
    }

    fn root_dropped(&mut self) {
        self.state.clear();
        self.out.root_dropped();
    }

    fn open(&mut self, object: bool) {
        if let Some(held) = &mut self.state.held {
            held.depth += 1;
            return held.tree.open(object);
        }
        match (self.state.next(), object) {
            (Next::Value(key, node, _), _) => self.begin(node, key, object),
            (Next::Further(node), false) => self.state.frames.push(Frame::Entries(node, false)),
            (Next::Entry(node), true) => {
                let entry = Entry { node, member: String::new(), key: None, early: None };
                self.state.frames.push(Frame::Entry(Box::new(entry)));
            }
            (Next::Early(node), _) => {
                self.hold(node, None);
                self.open(object);
            }
            _ => self.state.frames.push(Frame::Skip),
        }
    }

    fn close(&mut self) {
        if let Some(held) = &mut self.state.held {
            held.depth -= 1;
            held.tree.close();
            self.release();
            return self.decide();
        }
        match self.state.frames.pop() {
            Some(Frame::Skip | Frame::Entry(_) | Frame::Entries(_, false)) | None => {}
            Some(_) => self.out.close(),
        }
    }

    fn key(&mut self, key: &str) {
        if let Some(held) = &mut self.state.held {
            if held.depth == 1 {
                held.members += 1;
                if held.members == 1 {
                    key.clone_into(&mut held.first);
                }
            }
            return held.tree.key(key);
        }
        match self.state.frames.last_mut() {
            Some(Frame::Object(_, name)) => key.clone_into(name),
            Some(Frame::Entry(entry)) => key.clone_into(&mut entry.member),
            Some(Frame::Keep) => self.out.key(key),
            _ => {}
        }
    }

    fn string_open(&mut self) {
        if let Some(held) = &mut self.state.held {
            return held.tree.string_open();
        }
        self.state.string = match self.state.next() {
            Next::Value(key, node, _) => {
                let open = match self.state.narrow(node, "string") {
                    None => true,
                    Some(node) => matches!(self.state.plan.node(node), Node::Text | Node::Values(_)),
                };
                if open {
                    self.hold(node, key);
                    return self.string_open();
                }
                self.emit_key(key);
                self.out.string_open();
                Text::Pass
            }
            Next::EntryKey => Text::Key(String::new()),
            Next::Early(node) => {
                self.hold(node, None);
                return self.string_open();
            }
            Next::Drop | Next::Further(_) | Next::Entry(_) => Text::Drop,
        };
    }

    fn string_text(&mut self, text: &str) {
        if let Some(held) = &mut self.state.held {
            return held.tree.string_text(text);
        }
        match &mut self.state.string {
            Text::Pass => self.out.string_text(text),
            Text::Key(key) => key.push_str(text),
            Text::Drop => {}
        }
    }

    fn string_close(&mut self) {
        if let Some(held) = &mut self.state.held {
            held.tree.string_close();
            self.release();
            return self.decide();
        }
        match std::mem::replace(&mut self.state.string, Text::Pass) {
            Text::Pass => self.out.string_close(),
            Text::Drop => {}
            Text::Key(key) => {
                let Some(Frame::Entry(entry)) = self.state.frames.last_mut() else { return };
                let early = entry.early.take();
                if let Some(value) = early {
                    self.out.key(&key);
                    emit(&value, self.out);
                }
                if let Some(Frame::Entry(entry)) = self.state.frames.last_mut() {
                    entry.key = Some(key);
                }
            }
        }
    }

    fn number(&mut self, text: &str) {
        self.scalar(false, &mut |out| out.number(text));
    }

    fn literal(&mut self, value: Option<bool>) {
        self.scalar(value.is_none(), &mut |out| out.literal(value));
    }
}
