//! Removes the indentation of a rendered text.

/// Removes the white space that all lines begin with, so that a prompt can be indented like the code around it. Lines of
/// only white space are ignored and become empty.
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
}
