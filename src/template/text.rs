//! What happens to the text around rendering: names that are refused, and the indentation that is taken away.

use crate::error::Error;

/// Refuses attribute and key names that begin with two underscores inside `{{ }}` and `{% %}`, as Python's sandbox
/// does. Nothing is behind them here; a template that asks for them is an attack or an error, and should not pass
/// as empty text.
pub fn refuse_dunder(template: &str) -> Result<(), Error> {
    let mut rest = template;
    while let Some(start) = rest.find("{{").into_iter().chain(rest.find("{%")).min() {
        rest = rest.get(start + 2..).unwrap_or_default();
        let end = rest.find("}}").into_iter().chain(rest.find("%}")).min().unwrap_or(rest.len());
        let inside = rest.get(..end).unwrap_or_default();
        if let Some(name) = dunder(inside) {
            let line = template.get(..template.len() - rest.len()).unwrap_or_default().matches('\n').count() + 1;
            return Err(Error::configuration(
                ["the template asks for ", name, ", which templates may not reach (line ", &line.to_string(), ")"]
                    .concat(),
            )
            .with("line", line));
        }
        rest = rest.get(end..).unwrap_or_default();
    }
    Ok(())
}

/// The first name in `code` that begins with two underscores and stands behind a dot or a quote: `x.__class__`,
/// `x["__class__"]`, `x|attr("__class__")`.
fn dunder(code: &str) -> Option<&str> {
    let mut from = 0;
    while let Some(at) = code.get(from..)?.find("__") {
        let at = from + at;
        let before = code.get(..at)?.trim_end().bytes().next_back();
        if matches!(before, Some(b'.' | b'"' | b'\'')) {
            let name = code.get(at..)?;
            let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
            return name.get(..end);
        }
        // Past the whole word: its later underscores do not begin a name.
        let word = code.get(at..)?;
        from = at + word.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(word.len());
    }
    None
}

/// Takes away the white space that all lines begin with, so that a prompt may be indented like the code around it.
/// Lines of nothing but white space do not count, and become empty.
pub fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let blank = |line: &str| line.trim_matches([' ', '\t', '\r']).is_empty();
    let mut margin: Option<&str> = None;
    for line in text.split('\n').filter(|line| !blank(line)) {
        let own = line.get(..indent(line)).unwrap_or_default();
        margin = Some(match margin {
            None => own,
            Some(known) => {
                let same = known.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                known.get(..same).unwrap_or_default()
            }
        });
    }
    let margin = margin.unwrap_or_default();
    let mut out = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if blank(line) {
            out.push_str(line.trim_start_matches([' ', '\t']));
        } else {
            out.push_str(line.get(margin.len()..).unwrap_or_default());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_common_indentation_goes_and_the_relative_stays() {
        assert_eq!(dedent("\n    a\n      b\n   \n    c"), "\na\n  b\n\nc");
        assert_eq!(dedent("\ta\n    b"), "\ta\n    b");
        assert_eq!(dedent("  "), "");
    }

    #[test]
    fn dunder_names_are_refused_inside_tags_only() {
        assert!(refuse_dunder("{{ x.__class__ }}").is_err());
        assert!(refuse_dunder("{{ x['__class__'] }}").is_err());
        assert!(refuse_dunder("{% if x|attr(\"__class__\") %}").is_err());
        assert!(refuse_dunder("call x.__init__ {{ my__name }} {{ x._id }}").is_ok());
    }
}
