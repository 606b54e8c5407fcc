//! Upper and lower case.

/// The functions that change case. A JavaScript host provides them: Unicode's tables would add 16 KB gzip.
#[derive(Clone, Copy)]
pub struct Case {
    pub upper: fn(&str) -> String,
    pub lower: fn(&str) -> String,
}
