//! The fence around a whole text.

/// The contents of a text that is one ``` fence; any other text is returned unchanged.
pub fn strip_fences(text: &str) -> &str {
    let trimmed = text.trim();
    let Some(inside) = trimmed.strip_prefix("```").and_then(|rest| rest.strip_suffix("```")) else { return text };
    // The first line is the fence's language.
    match inside.split_once('\n') {
        Some((_, contents)) => contents.trim(),
        None => inside.trim(),
    }
}
