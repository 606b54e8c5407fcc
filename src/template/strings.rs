//! Filters and methods of texts.

mod lines;
mod web;

use self::lines::{indent, splitlines, wordwrap};
use self::web::{escape, striptags, urlencode};
use super::call::{Call, Cost, Function, Made, fails, function as f, items, list, split};
use super::format;
use super::lists::joined;
use super::python;
use minijinja::value::Tuple;
use minijinja::{Error, Value};

use Cost::{Letters, Text, Whole};

pub const FILTERS: [Function; 20] = [
    f("trim", "chars", Whole, |c| strip(c, true, true)),
    f("upper", "", Whole, |c| Ok(c.upper(&c.text()).into())),
    f("lower", "", Whole, |c| Ok(c.lower(&c.text()).into())),
    f("capitalize", "", Whole, |c| Ok(capitalized(c, &c.text()).into())),
    f("title", "", Letters, title),
    f("string", "", Whole, |c| Ok(c.text().into())),
    f("center", "width fillchar", Whole, |c| aligned(c, 80, '^')),
    f("replace", "old new count", Whole, replace),
    f("truncate", "length killwords end leeway", Whole, truncate),
    f("wordcount", "", Whole, wordcount),
    f("wordwrap", "width break_long_words wrapstring break_on_hyphens", Whole, wordwrap),
    f("indent", "width first blank", Whole, indent),
    f("format", "*", Whole, percent),
    f("urlencode", "", Whole, urlencode),
    f("striptags", "", Whole, striptags),
    f("filesizeformat", "binary", Whole, filesize),
    f("e", "", Whole, escape),
    f("escape", "", Whole, escape),
    f("forceescape", "", Whole, escape),
    f("safe", "", Text, |c| Ok(c.value().clone())),
];

pub const METHODS: [Function; 43] = [
    f("strip", "chars", Whole, |c| strip(c, true, true)),
    f("lstrip", "chars", Whole, |c| strip(c, true, false)),
    f("rstrip", "chars", Whole, |c| strip(c, false, true)),
    f("upper", "", Whole, |c| Ok(c.upper(&c.text()).into())),
    f("lower", "", Whole, |c| Ok(c.lower(&c.text()).into())),
    f("casefold", "", Whole, |c| Ok(c.lower(&c.text()).into())),
    f("capitalize", "", Whole, |c| Ok(capitalized(c, &c.text()).into())),
    f("title", "", Letters, |c| Ok(cased(c).into())),
    f("swapcase", "", Letters, |c| {
        Ok(letters(c, |_, upper, lower, own| if upper == own { lower } else { upper }).into())
    }),
    f("split", "sep maxsplit", Whole, |c| parts(c, false)),
    f("rsplit", "sep maxsplit", Whole, |c| parts(c, true)),
    f("splitlines", "keepends", Whole, splitlines),
    f("join", "iterable", Whole, |c| joined(c, &c.text(), &items(c.given(0).unwrap_or(&Value::UNDEFINED))?)),
    f("replace", "old new count", Whole, replace),
    f("startswith", "prefix", Whole, |c| ends(c, |text, end| text.starts_with(end))),
    f("endswith", "suffix", Whole, |c| ends(c, |text, end| text.ends_with(end))),
    f("find", "sub", Whole, |c| find(c, |text, part| text.find(part)).map(Value::from)),
    f("rfind", "sub", Whole, |c| find(c, |text, part| text.rfind(part)).map(Value::from)),
    f("index", "sub", Whole, |c| found(find(c, |text, part| text.find(part))?)),
    f("rindex", "sub", Whole, |c| found(find(c, |text, part| text.rfind(part))?)),
    f("count", "sub", Whole, |c| Ok(c.text().matches(c.word(0, "").as_str()).count().into())),
    f("center", "width fillchar", Whole, |c| aligned(c, 0, '^')),
    f("ljust", "width fillchar", Whole, |c| aligned(c, 0, '<')),
    f("rjust", "width fillchar", Whole, |c| aligned(c, 0, '>')),
    f("zfill", "width", Whole, zfill),
    f("expandtabs", "tabsize", Whole, expandtabs),
    f("removeprefix", "prefix", Whole, |c| {
        let (text, part) = (c.text(), c.word(0, ""));
        Ok(text.strip_prefix(part.as_str()).unwrap_or(&text).into())
    }),
    f("removesuffix", "suffix", Whole, |c| {
        let (text, part) = (c.text(), c.word(0, ""));
        Ok(text.strip_suffix(part.as_str()).unwrap_or(&text).into())
    }),
    f("partition", "sep", Whole, |c| {
        let (text, sep) = (c.text(), c.word(0, ""));
        let (before, after) = text.split_once(sep.as_str()).unwrap_or((text.as_str(), ""));
        three(before, if before.len() == text.len() { "" } else { sep.as_str() }, after)
    }),
    f("rpartition", "sep", Whole, |c| {
        let (text, sep) = (c.text(), c.word(0, ""));
        let (before, after) = text.rsplit_once(sep.as_str()).unwrap_or(("", text.as_str()));
        three(before, if after.len() == text.len() { "" } else { sep.as_str() }, after)
    }),
    f("format", "*", Whole, braces),
    f("isdigit", "", Whole, |c| all(c, char::is_numeric)),
    f("isdecimal", "", Whole, |c| all(c, char::is_numeric)),
    f("isnumeric", "", Whole, |c| all(c, char::is_numeric)),
    f("isalpha", "", Whole, |c| all(c, char::is_alphabetic)),
    f("isalnum", "", Whole, |c| all(c, char::is_alphanumeric)),
    f("isspace", "", Whole, |c| all(c, char::is_whitespace)),
    f("isascii", "", Whole, |c| Ok(c.text().is_ascii().into())),
    f("isupper", "", Whole, |c| Ok(is_cased(c, true).into())),
    f("islower", "", Whole, |c| Ok(is_cased(c, false).into())),
    f("istitle", "", Letters, |c| {
        let text = c.text();
        Ok((cased(c) == text && c.lower(&text) != c.upper(&text)).into())
    }),
    f("isidentifier", "", Whole, |c| {
        let text = c.text();
        let first = text.chars().next().is_some_and(|c| c == '_' || c.is_alphabetic());
        Ok((first && text.chars().all(|c| c == '_' || c.is_alphanumeric())).into())
    }),
    f("isprintable", "", Whole, |c| Ok(c.text().chars().all(|c| !c.is_control()).into())),
];

/// Whether a text has letters with a case, and all of them have this one.
pub fn is_cased(c: &Call<'_, '_, '_>, upper: bool) -> bool {
    let text = c.text();
    let (up, low) = (c.upper(&text), c.lower(&text));
    up != low && text == if upper { up } else { low }
}

fn strip(c: &mut Call<'_, '_, '_>, start: bool, end: bool) -> Made {
    let text = c.text();
    let chars = c.some(0).map(python::text);
    let stripped = |char: char| chars.as_ref().map_or_else(|| char.is_whitespace(), |chars| chars.contains(char));
    if let Some(chars) = &chars {
        // Each letter is looked for among the characters.
        c.tools.account.charge(text.len().saturating_mul(chars.len()))?;
    }
    let mut rest = text.as_str();
    if start {
        rest = rest.trim_start_matches(stripped);
    }
    if end {
        rest = rest.trim_end_matches(stripped);
    }
    Ok(rest.into())
}

fn capitalized(c: &Call<'_, '_, '_>, text: &str) -> String {
    let (first, rest) = text.split_at(text.chars().next().map_or(0, char::len_utf8));
    [c.upper(first), c.lower(rest)].concat()
}

/// The filter: words begin after white space, hyphens and opening brackets.
fn title(c: &mut Call<'_, '_, '_>) -> Made {
    let text = c.text();
    let mut out = String::with_capacity(text.len());
    let begins = |char: char| char.is_whitespace() || "-({[<".contains(char);
    for part in text.split_inclusive(begins) {
        out.push_str(&capitalized(c, part));
    }
    Ok(out.into())
}

/// The method: words begin after what is not a letter.
fn cased(c: &Call<'_, '_, '_>) -> String {
    letters(c, |inside, upper, lower, _| if inside { lower } else { upper })
}

/// Every letter, changed by `change(is inside a word, upper case, lower case, itself)`.
fn letters(c: &Call<'_, '_, '_>, change: fn(bool, String, String, String) -> String) -> String {
    let mut inside = false;
    let mut out = String::new();
    for char in c.text().chars() {
        let own = char.to_string();
        out.push_str(&change(inside, c.upper(&own), c.lower(&own), own));
        inside = char.is_alphabetic();
    }
    out
}

fn replace(c: &mut Call<'_, '_, '_>) -> Made {
    let (value, from, to) = (c.text(), c.word(0, ""), c.word(1, ""));
    let count = c.int(2, -1)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    // Charged before it is made: every letter may become the whole replacement.
    let grown = value.matches(from.as_str()).count().min(count).saturating_mul(to.len());
    c.grow(grown.saturating_add(value.len()))?;
    Ok(value.replacen(from.as_str(), &to, count).into())
}

/// The length in letters, and the end of the first `count` letters in bytes.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(at, _)| text.get(..at).unwrap_or_default())
}

fn truncate(c: &mut Call<'_, '_, '_>) -> Made {
    let (text, end) = (c.text(), c.word(2, "..."));
    let (length, leeway) = (c.size(0, 255)?, c.size(3, 5)?);
    if text.chars().count() <= length.saturating_add(leeway) {
        return Ok(text.into());
    }
    let kept = first(&text, length.saturating_sub(end.chars().count()));
    let kept = if c.flag(1) { kept } else { kept.rsplit_once(' ').map_or(kept, |(words, _)| words) };
    Ok([kept, &end].concat().into())
}

fn wordcount(c: &mut Call<'_, '_, '_>) -> Made {
    let text = c.text();
    Ok(text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).count().into())
}

/// The text between spaces so that it has `width` letters.
fn aligned(c: &mut Call<'_, '_, '_>, width: usize, align: char) -> Made {
    let (text, width) = (c.text(), c.size(0, width)?);
    let fill = c.word(1, " ");
    let missing = width.saturating_sub(text.chars().count());
    c.grow(missing.saturating_mul(fill.len()).saturating_add(text.len()))?;
    let left = match align {
        '<' => 0,
        '>' => missing,
        // Python gives the odd space to the left if the width is odd.
        _ => missing / 2 + (missing & width & 1),
    };
    Ok([&fill.repeat(left), &text, &fill.repeat(missing - left)].map(String::as_str).concat().into())
}

fn zfill(c: &mut Call<'_, '_, '_>) -> Made {
    let (text, width) = (c.text(), c.size(0, 0)?);
    let missing = width.saturating_sub(text.chars().count());
    c.grow(missing.saturating_add(text.len()))?;
    let (sign, digits) = text.split_at(usize::from(text.starts_with(['+', '-'])));
    Ok([sign, &"0".repeat(missing), digits].concat().into())
}

fn expandtabs(c: &mut Call<'_, '_, '_>) -> Made {
    let (text, size) = (c.text(), c.size(0, 8)?);
    c.grow(text.matches('\t').count().saturating_mul(size).saturating_add(text.len()))?;
    let (mut out, mut column) = (String::new(), 0);
    for char in text.chars() {
        if char == '\t' {
            let spaces = if size == 0 { 0 } else { size - column % size };
            out.extend(std::iter::repeat_n(' ', spaces));
            column += spaces;
        } else {
            out.push(char);
            column = if matches!(char, '\n' | '\r') { 0 } else { column + 1 };
        }
    }
    Ok(out.into())
}

fn parts(c: &mut Call<'_, '_, '_>, backwards: bool) -> Made {
    let text = c.text();
    let limit = usize::try_from(c.int(1, -1)?).map_or(usize::MAX, |limit| limit.saturating_add(1));
    let sep = c.some(0).map(python::text);
    c.grow_items(match &sep {
        Some(sep) => text.matches(sep.as_str()).count(),
        None => text.matches(char::is_whitespace).count(),
    })?;
    let mut found: Vec<&str> = match sep {
        Some(sep) if sep.is_empty() => return Err(fails("split by an empty text")),
        Some(sep) if backwards => text.rsplitn(limit, sep.as_str()).collect(),
        Some(sep) => text.splitn(limit, sep.as_str()).collect(),
        None => words(&text, limit, backwards),
    };
    if backwards {
        found.reverse();
    }
    list(found.into_iter().map(Value::from).collect())
}

/// The words of a text; the last of `limit` has the rest.
fn words(text: &str, limit: usize, backwards: bool) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if out.len() + 1 == limit {
            out.push(rest);
            break;
        }
        let cut = if backwards { rest.rsplit_once(char::is_whitespace) } else { rest.split_once(char::is_whitespace) };
        let (word, more) = match (cut, backwards) {
            (None, _) => (rest, ""),
            (Some((more, word)), true) => (word, more.trim_end()),
            (Some((word, more)), false) => (word, more.trim_start()),
        };
        out.push(word);
        rest = more;
    }
    out
}

fn ends(c: &mut Call<'_, '_, '_>, has: fn(&str, &str) -> bool) -> Made {
    let text = c.text();
    let Some(wanted) = c.given(0) else { return Err(fails("an argument is missing")) };
    let any = match wanted.as_str() {
        Some(end) => has(&text, end),
        None => items(wanted)?.iter().any(|end| end.as_str().is_some_and(|end| has(&text, end))),
    };
    Ok(any.into())
}

/// The position in letters; -1 if the part is missing.
fn find(c: &mut Call<'_, '_, '_>, at: fn(&str, &str) -> Option<usize>) -> Result<i64, Error> {
    let text = c.text();
    let Some(byte) = at(&text, &c.word(0, "")) else { return Ok(-1) };
    let letters = text.get(..byte).unwrap_or_default().chars().count();
    Ok(i64::try_from(letters).unwrap_or(i64::MAX))
}

fn found(at: i64) -> Made {
    if at < 0 { Err(fails("index of a text that is not in the other")) } else { Ok(at.into()) }
}

fn three(before: &str, between: &str, after: &str) -> Made {
    Ok(Tuple::from([before.into(), between.into(), after.into()]).into())
}

fn all(c: &mut Call<'_, '_, '_>, has: fn(char) -> bool) -> Made {
    let text = c.text();
    Ok((!text.is_empty() && text.chars().all(has)).into())
}

/// The filter `format`: the operator `%` with the arguments.
fn percent(c: &mut Call<'_, '_, '_>) -> Made {
    let (values, named) = split(c.rest());
    let named: Option<Value> = named.map(Value::from);
    format::percent(c, &c.text(), values, named.as_ref())
}

/// The method `format`.
fn braces(c: &mut Call<'_, '_, '_>) -> Made {
    let (values, named) = split(c.rest());
    let member = |name: &str| named.as_ref().filter(|n| n.has(name)).and_then(|n| n.peek::<Value>(name).ok());
    format::braces(c, &c.text(), values, &member)
}

fn filesize(c: &mut Call<'_, '_, '_>) -> Made {
    let bytes: f64 = c.text().trim().parse().map_err(|_| fails("filesizeformat of a value that is not a number"))?;
    let (base, units): (f64, [&str; 8]) = if c.flag(0) {
        (1024.0, ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"])
    } else {
        (1000.0, ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"])
    };
    if bytes < base {
        let whole = bytes as i64;
        return Ok(if whole == 1 { "1 Byte".into() } else { [&whole.to_string(), " Bytes"].concat().into() });
    }
    let mut size = bytes / base;
    let mut last = units.iter().peekable();
    let mut unit = "";
    while let Some(next) = last.next() {
        unit = next;
        if size < base || last.peek().is_none() {
            break;
        }
        size /= base;
    }
    Ok([&format::fixed(size, 1)?, " ", unit].concat().into())
}
