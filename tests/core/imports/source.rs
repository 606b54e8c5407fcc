//! The text of a Rust file without what is not code: comments, the contents of literals, and unit tests.

/// Rust source in which every comment, every string and character literal and every item under `#[cfg(test)]` is
/// replaced by spaces.
pub fn code(source: &str) -> String {
    without_tests(without_literals(source))
}

fn without_literals(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if rest.starts_with('"') {
            string(rest)
        } else if rest.starts_with('\'') {
            // A lifetime has no closing quote.
            character(rest).unwrap_or(0)
        } else {
            0
        };
        if length == 0 {
            let next = rest.chars().next().unwrap_or(' ');
            out.push(next);
            at += next.len_utf8();
        } else {
            out.extend(rest[..length].chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
            at += length;
        }
    }
    out
}

fn raw_string(rest: &str) -> Option<usize> {
    let quoted = rest.strip_prefix("r").or_else(|| rest.strip_prefix("br"))?;
    let hashes = quoted.len() - quoted.trim_start_matches('#').len();
    let text = quoted[hashes..].strip_prefix('"')?;
    let end = ["\"", &"#".repeat(hashes)].concat();
    Some(rest.len() - text.len() + text.find(&end)? + end.len())
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let (_, escape) = chars.next()?;
        return chars.find(|(_, c)| *c == '\'' && (escape != '\'')).map(|(at, _)| at + 1).or(Some(4));
    }
    let (at, quote) = chars.next()?;
    (quote == '\'').then_some(at + 1)
}

fn without_tests(code: String) -> String {
    let mut out = code;
    while let Some(start) = out.find("#[cfg(test)]") {
        let item = &out[start..];
        // A block, or a declaration without one.
        let end = match (item.find('{'), item.find(';')) {
            (Some(open), semicolon) if semicolon.is_none_or(|semicolon| open < semicolon) => {
                let mut depth = 0;
                let close = item[open..].find(|c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth == 0
                });
                close.map_or(item.len(), |close| open + close + 1)
            }
            (_, semicolon) => semicolon.map_or(item.len(), |semicolon| semicolon + 1),
        };
        let blank: String = item[..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        out.replace_range(start..start + end, &blank);
    }
    out
}
