//! Upper and lower case.

/// How letters change case: Unicode's tables are 16 KB gzip that a JavaScript host has already.
#[derive(Clone, Copy)]
pub struct Case {
    pub upper: fn(&str) -> String,
    pub lower: fn(&str) -> String,
}
