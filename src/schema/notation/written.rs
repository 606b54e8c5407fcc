//! A written type: its text, and sentences for a comment. The functions have slices of parts as arguments, because each call of `concat`
//! or `format!` would add to the size of the module.

use serde_json::{Map, Value};

#[derive(Default)]
pub(super) struct Type {
    pub text: String,
    pub notes: String,
}

impl Type {
    pub fn of(parts: &[&str]) -> Type {
        let mut out = Type::default();
        put(&mut out.text, parts);
        out
    }

    /// Adds a sentence to the comment. Line breaks become spaces, because a comment ends with its line.
    #[inline(never)]
    pub fn note(&mut self, sentence: &str) {
        let notes = &mut self.notes;
        if !matches!(notes.as_bytes().last(), None | Some(b'.' | b'!' | b'?' | b':' | b';')) && !sentence.is_empty() {
            notes.push('.');
        }
        let mut space = !notes.is_empty();
        for c in sentence.chars() {
            if c.is_whitespace() {
                space = !notes.is_empty();
                continue;
            }
            if std::mem::take(&mut space) {
                notes.push(' ');
            }
            notes.push(c);
        }
    }

    pub fn is_long(&self) -> bool {
        self.text.contains('\n')
    }

    /// Appends an alternative that is not there yet.
    #[inline(never)]
    pub fn join(&mut self, one: &Type, word: &str) {
        // A long list of alternatives is not searched.
        if self.text.len() < MAX_SEARCHED && self.text.split(word).any(|known| known == one.text) {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str(word);
        }
        self.text.push_str(&one.text);
        self.note(&one.notes);
    }

    /// The text with its notes as a comment at the end of its first line, after `end`.
    #[inline(never)]
    pub fn commented(self, end: &str) -> String {
        let Type { mut text, notes } = self;
        if notes.is_empty() {
            text.push_str(end);
            return text;
        }
        let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
        let mut out = String::new();
        if rest.is_empty() {
            put(&mut out, &[first, end, COMMENT, &notes]);
        } else {
            put(&mut out, &[first, COMMENT, &notes, "\n", rest, end]);
        }
        out
    }

    /// The same type with its notes in the text if it has several lines.
    pub fn settled(self) -> Type {
        if self.is_long() { Type { text: self.commented(""), notes: String::new() } } else { self }
    }
}

const COMMENT: &str = " // ";

const MAX_SEARCHED: usize = 2_000;

/// Appends several texts.
#[inline(never)]
pub(super) fn put(out: &mut String, parts: &[&str]) {
    parts.iter().for_each(|part| out.push_str(part));
}

/// The list at a keyword; empty if there is none.
#[inline(never)]
pub(super) fn list<'a>(map: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    map.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

#[inline(never)]
pub(super) fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str)
}

#[inline(never)]
pub(super) fn object<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a Map<String, Value>> {
    map.get(key).and_then(Value::as_object)
}

/// A copy without some keys.
#[inline(never)]
pub(super) fn without(map: &Map<String, Value>, dropped: &dyn Fn(&str) -> bool) -> Map<String, Value> {
    let mut out = Map::new();
    for (key, value) in map {
        if !dropped(key) {
            out.insert(key.clone(), value.clone());
        }
    }
    out
}
