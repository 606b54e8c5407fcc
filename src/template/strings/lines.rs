//! Texts as lines: `splitlines`, `indent`, `wordwrap`.

use super::super::call::{Call, Made, list};
use minijinja::Value;

/// What ends a line for Python.
fn ends_line(char: char) -> bool {
    matches!(char, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Python's `splitlines`, with the ends of the lines.
fn lines(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(ends_line).map_or(rest.len(), |at| {
            let tail = rest.get(at..).unwrap_or_default();
            at + if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(0, char::len_utf8) }
        });
        let (line, after) = rest.split_at(end);
        out.push(line);
        rest = after;
    }
    out
}

/// A line of [`lines`] without its end; the last one may have none.
fn bare_line(line: &str) -> &str {
    line.strip_suffix("\r\n").or_else(|| line.strip_suffix(ends_line)).unwrap_or(line)
}

pub fn splitlines(c: &mut Call<'_, '_, '_>) -> Made {
    let text = c.text();
    c.grow_items(text.matches(ends_line).count())?;
    let ends = c.flag(0);
    list(lines(&text).into_iter().map(|line| if ends { line } else { bare_line(line) }.into()).collect())
}

/// Every line but the first after a margin: `width` spaces or a text. Empty lines have none unless `blank`.
pub fn indent(c: &mut Call<'_, '_, '_>) -> Made {
    let margin = match c.some(0).map(|width| (width.as_str(), width)) {
        Some((Some(text), _)) => text.to_owned(),
        _ => " ".repeat(c.size(0, 4)?.min(1000)),
    };
    let (first, blank) = (c.flag(1), c.flag(2));
    let text = c.text() + "\n";
    c.grow_items(text.matches(ends_line).count())?;
    let all = lines(&text);
    c.grow(all.len().saturating_mul(margin.len() + 1).saturating_add(text.len()))?;
    let mut out = String::new();
    for (index, line) in all.into_iter().map(bare_line).enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if (index > 0 && (blank || !line.is_empty())) || (index == 0 && first) {
            out.push_str(&margin);
        }
        out.push_str(line);
    }
    Ok(out.into())
}

pub fn wordwrap(c: &mut Call<'_, '_, '_>) -> Made {
    let width = c.size(0, 79)?.max(1);
    let breaks = c.given(1).is_none_or(Value::is_true);
    let hyphens = c.given(3).is_none_or(Value::is_true);
    let between = c.word(2, "\n");
    let text = c.text();
    // A line may have one letter.
    c.grow_items(text.len())?;
    let mut out: Vec<String> = Vec::new();
    for line in lines(&text).into_iter().map(bare_line) {
        let mut wrapped = wrap(line, width, breaks, hyphens);
        if wrapped.is_empty() {
            wrapped.push(String::new());
        }
        out.append(&mut wrapped);
    }
    c.grow(out.len().saturating_mul(between.len()).saturating_add(text.len()))?;
    Ok(out.join(&between).into())
}

/// The lines of one line: pieces (words, and white space between them) as long as they fit.
fn wrap(text: &str, width: usize, breaks: bool, hyphens: bool) -> Vec<String> {
    let mut out = Vec::new();
    let (mut line, mut length) = (String::new(), 0);
    let mut end = |line: &mut String, length: &mut usize| {
        out.push(line.trim_end().to_owned());
        line.clear();
        *length = 0;
    };
    let mut started = false;
    for piece in pieces(text, hyphens) {
        let blank = piece.trim().is_empty();
        let size = piece.chars().count();
        if blank && length == 0 && started {
            continue;
        }
        started = true;
        if breaks && size > width && !blank {
            for char in piece.chars() {
                if length >= width {
                    end(&mut line, &mut length);
                }
                line.push(char);
                length += 1;
            }
            continue;
        }
        if length > 0 && length + size > width {
            end(&mut line, &mut length);
            if blank {
                continue;
            }
        }
        line.push_str(piece);
        length += size;
    }
    if !line.trim_end().is_empty() {
        end(&mut line, &mut length);
    }
    out
}

/// Runs of white space, and words; a word ends after a hyphen between letters.
fn pieces(text: &str, hyphens: bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    let mut ahead = text.chars();
    for (at, char) in text.char_indices() {
        ahead.next();
        let turns = before.is_some_and(|before| before.is_whitespace() != char.is_whitespace());
        if turns {
            out.push(text.get(start..at).unwrap_or_default());
            start = at;
        }
        let letters = before.is_some_and(char::is_alphabetic) && ahead.clone().next().is_some_and(char::is_alphabetic);
        if hyphens && char == '-' && letters {
            out.push(text.get(start..at + 1).unwrap_or_default());
            start = at + 1;
        }
        before = Some(char);
    }
    out.push(text.get(start..).unwrap_or_default());
    out.retain(|piece| !piece.is_empty());
    out
}
