//! A written type: its text, and sentences for a comment.

/// A type, and sentences about it for a comment.
#[derive(Default)]
pub(super) struct Type {
    pub text: String,
    pub notes: String,
}

impl Type {
    pub fn of(text: impl Into<String>) -> Type {
        Type { text: text.into(), notes: String::new() }
    }

    pub fn note(&mut self, sentence: &str) {
        add_sentence(&mut self.notes, sentence);
    }
}

/// Appends a sentence; line breaks become spaces, because a comment ends with its line.
pub(super) fn add_sentence(notes: &mut String, sentence: &str) {
    if !notes.is_empty() && !sentence.is_empty() && !notes.ends_with(['.', '!', '?', ':', ';']) {
        notes.push('.');
    }
    for word in sentence.split_whitespace() {
        if !notes.is_empty() {
            notes.push(' ');
        }
        notes.push_str(word);
    }
}

/// Appends an alternative that is not there yet.
pub(super) fn join(out: &mut Type, one: Type, word: &str) {
    if out.text.split(word).any(|known| known == one.text) {
        return;
    }
    if !out.text.is_empty() {
        out.text.push_str(word);
    }
    out.text.push_str(&one.text);
    out.note(&one.notes);
}

/// The text with its notes as a comment at the end of its first line, after `end`.
pub(super) fn with_comment(written: Type, end: &str) -> String {
    let Type { text, notes } = written;
    if notes.is_empty() {
        return text + end;
    }
    match text.split_once('\n') {
        Some((first, rest)) => [first, " // ", &notes, "\n", rest, end].concat(),
        None => [&text, end, " // ", &notes].concat(),
    }
}
