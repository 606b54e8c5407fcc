//! One pass over a template's tokens before it is parsed. It bounds the nesting and the chains of operators that the
//! parser and the code generator recurse over, and finds names that are refused.

use super::limits::{MAX_BLOCKS, MAX_BRACKETS, MAX_CHAIN};
use crate::error::Error;
use minijinja::machinery::{Token, tokenize};

/// Refuses a template that is nested or chained too deeply, or that uses a name which begins with two underscores.
///
/// Python's sandbox refuses such names too. No value has them; a template that uses them is an attack or an error, and
/// must not render as an empty text.
pub fn scan(template: &str) -> Result<(), Error> {
    let mut tag = Tag::default();
    let mut blocks = Blocks::default();
    let mut after_dot = false;
    // The parser reports a text that has no valid tokens.
    for (token, span) in tokenize(template, false, Default::default()).map_while(Result::ok) {
        let refused = match &token {
            Token::Ident(name) if after_dot && name.starts_with("__") => Some(dunder(name)),
            Token::Str(name) if name.starts_with("__") => Some(dunder(name)),
            Token::String(name) if name.starts_with("__") => Some(dunder(name)),
            _ => match tag.read(&token) {
                Ok(()) => blocks.read(&token).err(),
                Err(problem) => Some(problem),
            },
        };
        after_dot = matches!(token, Token::Dot);
        if let Some(problem) = refused {
            let line = usize::from(span.start_line);
            return Err(Error::configuration([&problem, " (line ", &line.to_string(), ")"].concat()).with("line", line));
        }
    }
    Ok(())
}

fn dunder(name: &str) -> String {
    let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
    ["the template uses ", name.get(..end).unwrap_or_default(), ", which templates may not access"].concat()
}

fn too_much(what: &str, limit: usize) -> String {
    let advice = ". Text that is not a template belongs into `context`, not into `content`";
    ["the template has more than ", &limit.to_string(), what, advice].concat()
}

/// An upper bound of the depth of the current tag's expression as a tree.
#[derive(Default)]
struct Tag {
    /// For each open bracket: the depth of its current part, and the maximum of the parts before.
    open: Vec<(usize, usize)>,
    depth: usize,
}

impl Tag {
    fn read(&mut self, token: &Token<'_>) -> Result<(), String> {
        match token {
            Token::VariableStart | Token::BlockStart => *self = Tag { open: vec![(0, 0)], depth: 0 },
            Token::ParenOpen | Token::BracketOpen | Token::BraceOpen => {
                self.deeper()?;
                self.open.push((0, 0));
                if self.open.len() > MAX_BRACKETS + 1 {
                    return Err(too_much(" brackets inside each other", MAX_BRACKETS));
                }
            }
            Token::ParenClose | Token::BracketClose | Token::BraceClose if self.open.len() > 1 => {
                let (part, deepest) = self.open.pop().unwrap_or_default();
                let inside = part.max(deepest);
                self.depth = self.depth - part + inside;
                if let Some((outer, _)) = self.open.last_mut() {
                    *outer += inside;
                }
                self.limited()?;
            }
            Token::Comma => {
                if let Some((part, deepest)) = self.open.last_mut() {
                    self.depth -= *part;
                    *deepest = (*deepest).max(*part);
                    *part = 0;
                }
            }
            Token::Ident("and" | "or" | "not" | "in" | "is" | "if" | "else") => self.deeper()?,
            Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::FloorDiv | Token::Pow | Token::Mod => {
                self.deeper()?;
            }
            Token::Tilde | Token::Dot | Token::Pipe => self.deeper()?,
            Token::Eq | Token::Ne | Token::Lt | Token::Lte | Token::Gt | Token::Gte => self.deeper()?,
            _ => {}
        }
        Ok(())
    }

    fn deeper(&mut self) -> Result<(), String> {
        if let Some((part, _)) = self.open.last_mut() {
            *part += 1;
            self.depth += 1;
        }
        self.limited()
    }

    fn limited(&self) -> Result<(), String> {
        if self.depth > MAX_CHAIN {
            return Err(too_much(" operators, filters and attributes in one expression", MAX_CHAIN));
        }
        Ok(())
    }
}

/// The open tags.
#[derive(Default)]
struct Blocks {
    /// For each open tag: the number of tags it counts as, one more for each `elif` of an `if`.
    open: Vec<usize>,
    depth: usize,
    /// The next name is a tag's.
    begins: bool,
    /// In a `set` tag without a value so far: a `set` without a value has a body.
    set: bool,
}

impl Blocks {
    fn read(&mut self, token: &Token<'_>) -> Result<(), String> {
        match token {
            Token::BlockStart => {
                self.begins = true;
                return Ok(());
            }
            Token::Assign => self.set = false,
            Token::BlockEnd if self.set => {
                self.set = false;
                self.open.push(1);
                self.depth += 1;
            }
            Token::Ident(name) if self.begins => match *name {
                "set" => self.set = true,
                "for" | "if" | "with" | "autoescape" | "filter" | "macro" | "call" | "block" => {
                    self.open.push(1);
                    self.depth += 1;
                }
                "elif" => {
                    if let Some(count) = self.open.last_mut() {
                        *count += 1;
                        self.depth += 1;
                    }
                }
                name if name.starts_with("end") => self.depth -= self.open.pop().unwrap_or(0),
                _ => {}
            },
            _ => {}
        }
        self.begins = false;
        if self.depth > MAX_BLOCKS {
            return Err(too_much(" tags inside each other (each elif counts)", MAX_BLOCKS));
        }
        Ok(())
    }
}
