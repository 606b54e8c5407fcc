//! Issues as text for a model: one line each, with the path first, and a limited number of lines.

use crate::error::Issue;
use crate::text::shorten;
use serde_json::Value;

/// Maximum number of issues that are listed.
pub const MAX_LINES: usize = 20;
/// Maximum number of elements of one list that report the same field; the others are counted.
const MAX_PER_FIELD: usize = 3;
/// Maximum length of a path and of a message, in characters: issues of an app's own validator may be long.
const MAX_PATH: usize = 200;
const MAX_MESSAGE: usize = 600;

/// `2 validation errors for User`, then `path: message` per problem. The same field of many list elements is
/// reported three times and then counted: a failing list of 200 does not send 200 lines.
pub fn error_text(name: &str, issues: &[Issue]) -> String {
    let mut out = issues.len().to_string();
    out.push_str(if issues.len() == 1 { " validation error for " } else { " validation errors for " });
    out.push_str(name);

    let mut fields: Vec<(String, usize)> = Vec::new();
    let mut lines = 0;
    let mut unseen = 0;
    for issue in issues {
        let field = field(issue);
        let seen = match fields.iter_mut().find(|(known, _)| *known == field) {
            Some((_, seen)) => {
                *seen += 1;
                *seen
            }
            None if lines < MAX_LINES => {
                fields.push((field, 1));
                1
            }
            None => {
                unseen += 1;
                continue;
            }
        };
        if seen <= MAX_PER_FIELD {
            if lines == MAX_LINES {
                unseen += 1;
                continue;
            }
            line(&mut out, &shorten(&issue.dotted(), MAX_PATH), &issue.message);
            lines += 1;
        }
    }
    for (field, seen) in &fields {
        if let more @ 1.. = seen.saturating_sub(MAX_PER_FIELD) {
            let path = field.split('\u{1}').next().unwrap_or_default();
            line(&mut out, &shorten(path, MAX_PATH), &more_text(more, " more with the same problem"));
        }
    }
    if unseen > 0 {
        line(&mut out, "", &more_text(unseen, " more"));
    }
    out
}

fn more_text(count: usize, what: &str) -> String {
    let mut text = String::from("and ");
    text.push_str(&count.to_string());
    text.push_str(what);
    text
}

fn line(out: &mut String, path: &str, message: &str) {
    out.push('\n');
    if !path.is_empty() {
        out.push_str(path);
        out.push_str(": ");
    }
    // One issue is one line, even if the message of an app's validator has several.
    for (i, part) in shorten(message, MAX_MESSAGE).split(['\n', '\r']).filter(|part| !part.is_empty()).enumerate() {
        if i > 0 {
            out.push(' ');
        }
        out.push_str(part);
    }
}

/// The path with `*` for every index.
fn field(issue: &Issue) -> String {
    let mut out = String::new();
    for step in &issue.path {
        if !out.is_empty() {
            out.push('.');
        }
        match step {
            Value::String(key) => out.push_str(key),
            _ => out.push('*'),
        }
    }
    // Only issues inside a list are grouped.
    if !issue.path.iter().any(Value::is_number) {
        out.push('\u{1}');
        out.push_str(&issue.message);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn issue(path: Value, message: &str) -> Issue {
        Issue { path: path.as_array().cloned().unwrap_or_default(), message: message.into() }
    }

    #[test]
    fn each_problem_is_one_line_with_its_path() {
        let issues = [issue(json!(["addresses", 0, "zip"]), "wanted a string,\ngot 1"), issue(json!([]), "is empty")];
        assert_eq!(
            error_text("User", &issues),
            "2 validation errors for User\naddresses.0.zip: wanted a string, got 1\nis empty"
        );
        assert_eq!(error_text("User", &issues[1..]), "1 validation error for User\nis empty");
    }

    #[test]
    fn a_failing_list_is_summed_up_after_three() {
        let issues: Vec<Issue> = (0..200).map(|i| issue(json!(["items", i, "price"]), "wanted a number")).collect();
        let text = error_text("Cart", &issues);
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.ends_with("\nitems.*.price: and 197 more with the same problem"), "{text}");
    }

    #[test]
    fn many_different_problems_end_in_a_count() {
        let issues: Vec<Issue> = (0..50).map(|i| issue(json!([format!("k{i}")]), "wanted a number")).collect();
        let text = error_text("Wide", &issues);
        assert_eq!(text.lines().count(), 22, "{text}");
        assert!(text.ends_with("\nand 30 more"), "{text}");
    }
}
