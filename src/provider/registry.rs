//! The registry: every provider as a row of data.

#[derive(Debug)]
pub struct Row {
    /// The part before the slash in a model string.
    pub id: &'static str,
}
