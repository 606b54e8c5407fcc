//! Environment variables, as the caller provides them.

/// Looks up a variable.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;
