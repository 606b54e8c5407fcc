//! Problems as text for a model: one line each, path first.

use crate::error::Issue;

/// `N validation error(s) for Name`, then a line per problem.
pub fn error_text(name: &str, issues: &[Issue]) -> String {
    let n = issues.len();
    let mut out = format!("{n} validation error{} for {name}", if n == 1 { "" } else { "s" });
    for issue in issues.iter().take(20) {
        out.push('\n');
        let path = issue.dotted();
        if !path.is_empty() {
            out.push_str(&path);
            out.push_str(": ");
        }
        out.push_str(&issue.message);
    }
    if n > 20 {
        out.push_str(&format!("\n… and {} more", n - 20));
    }
    out
}
