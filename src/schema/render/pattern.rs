//! Regular expressions for servers that compile a schema to a grammar. llama.cpp copies a pattern into its grammar almost
//! unchanged, so escapes that grammars do not support (`\d`, `\w`, `\-`, `\/`) cause an HTTP 400.
//!
//! | | |
//! | --- | --- |
//! | written out | `\d`, `\w`, `\s` (a space: JSON text holds no other white space unescaped), `\-`, `\/` and other escaped punctuation, `(?:…)`, lazy quantifiers |
//! | refused | look-around, back references, `\b`, `\D`, `\W`, `\S`, `\p`, quotes and backslashes, `^` and `$` inside, repetitions from 1999 on |

use std::iter::Peekable;
use std::str::Chars;

/// Repetitions that llama.cpp refuses.
const MAX_REPEAT: u32 = 1998;

/// The pattern in the syntax of grammars; `None` if they cannot express it.
pub fn for_grammar(pattern: &str) -> Option<String> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    // `\$` at the end is a literal dollar sign.
    if inner.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
        return None;
    }
    let mut out = String::from("^");
    let mut chars = inner.chars().peekable();
    let mut open = 0usize;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                'd' => out.push_str("[0-9]"),
                'w' => out.push_str("[A-Za-z0-9_]"),
                's' => out.push(' '),
                c @ ('^' | '$' | '.' | '[' | ']' | '(' | ')' | '|' | '{' | '}' | '*' | '+' | '?') => {
                    out.push('\\');
                    out.push(c);
                }
                c => out.push(plain(c)?),
            },
            '[' => class(&mut chars, &mut out)?,
            '(' => {
                if chars.next_if_eq(&'?').is_some() {
                    chars.next_if_eq(&':')?;
                }
                out.push('(');
                open += 1;
            }
            ')' => {
                open = open.checked_sub(1)?;
                out.push(')');
            }
            '*' | '+' | '?' => {
                out.push(c);
                // A lazy quantifier matches the same language.
                chars.next_if_eq(&'?');
            }
            '{' => repeat(&mut chars, &mut out)?,
            '^' | '$' | '"' | ']' | '}' => return None,
            c => out.push(c),
        }
    }
    out.push('$');
    (open == 0).then_some(out)
}

/// An escaped literal character.
fn plain(c: char) -> Option<char> {
    (c.is_ascii_punctuation() && c != '"' && c != '\\' || c == ' ').then_some(c)
}

/// `{2}`, `{2,}`, `{2,5}`, after the brace.
fn repeat(chars: &mut Peekable<Chars>, out: &mut String) -> Option<()> {
    let mut text = String::new();
    loop {
        match chars.next()? {
            '}' => break,
            c @ ('0'..='9' | ',') => text.push(c),
            _ => return None,
        }
    }
    let (least, most) = text.split_once(',').unwrap_or((&text, ""));
    let small = |number: &str| number.parse::<u32>().is_ok_and(|number| number <= MAX_REPEAT);
    if !small(least) || !(most.is_empty() || small(most)) {
        return None;
    }
    out.push('{');
    out.push_str(&text);
    out.push('}');
    chars.next_if_eq(&'?');
    Some(())
}

/// `[…]`, after the bracket. A literal hyphen moves to the end, where grammars read it as one.
fn class(chars: &mut Peekable<Chars>, out: &mut String) -> Option<()> {
    out.push('[');
    if chars.next_if_eq(&'^').is_some() {
        out.push('^');
    }
    let start = out.len();
    let mut hyphen = false;
    // The last character may begin a range.
    let mut single = false;
    loop {
        let c = chars.next()?;
        match c {
            ']' => break,
            '-' if single && chars.peek().is_some_and(|next| *next != ']') => {
                let last = match chars.next()? {
                    '\\' => plain(chars.next()?).filter(|c| !matches!(c, ']' | '[' | '-'))?,
                    '[' | '"' => return None,
                    c => c,
                };
                out.push('-');
                out.push(last);
                single = false;
                continue;
            }
            '-' => hyphen = true,
            '\\' => match chars.next()? {
                'd' => out.push_str("0-9"),
                'w' => out.push_str("A-Za-z0-9_"),
                's' => out.push(' '),
                '-' => hyphen = true,
                c @ ('[' | ']') => {
                    out.push('\\');
                    out.push(c);
                }
                c => {
                    out.push(plain(c)?);
                    single = true;
                    continue;
                }
            },
            '[' => out.push_str("\\["),
            '"' => return None,
            c => {
                out.push(c);
                single = true;
                continue;
            }
        }
        single = false;
    }
    if hyphen {
        out.push('-');
    }
    // An empty class, or one that a grammar would read as its complement.
    if out.len() == start || (out.get(start..)?.starts_with('^') && out.get(..start)?.ends_with('[')) {
        return None;
    }
    out.push(']');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grammars_lack_is_written_out_or_refused() {
        for (pattern, wanted) in [
            ("^a+$", Some("^a+$")),
            ("^\\d{3}-\\d{4}$", Some("^[0-9]{3}-[0-9]{4}$")),
            ("^(?:x|y)*?z$", Some("^(x|y)*z$")),
            ("^[\\w-]+$", Some("^[A-Za-z0-9_-]+$")),
            ("^[\\-a-f\\d]$", Some("^[a-f0-9-]$")),
            ("^[a\\-z]$", Some("^[az-]$")),
            ("^[\\w-.]+\\/x\\.y$", Some("^[A-Za-z0-9_.-]+/x\\.y$")),
            ("^a\\s[\\s_]b$", Some("^a [ _]b$")),
            ("^[^\\]\\[]$", Some("^[^\\]\\[]$")),
            ("^[[(]$", Some("^[\\[(]$")),
            ("^[!-\\/]$", Some("^[!-/]$")),
            ("^a{2,1998}$", Some("^a{2,1998}$")),
            ("^a{2000}$", None),
            ("^a{1,1999}$", None),
            ("^a{x}$", None),
            ("^(?=a)b$", None),
            ("^(?<n>a)\\k<n>$", None),
            ("^(a)\\1$", None),
            ("^\\bx\\b$", None),
            ("^\\S+$", None),
            ("^[\\D]$", None),
            ("^\\p{L}$", None),
            ("^\"$", None),
            ("^\\\\$", None),
            ("^[\\^a]$", None),
            ("^[]$", None),
            ("^a$|^b$", None),
            ("^a\\$", None),
            ("^(a$", None),
            ("^a)$", None),
            ("a", None),
            ("^\\", None),
            ("^[a", None),
            ("^a[$", None),
        ] {
            assert_eq!(for_grammar(pattern).as_deref(), wanted, "{pattern}");
        }
    }
}
