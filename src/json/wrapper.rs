//! The object around an answer whose schema has no object at its root, with the member names of Python's Instructor.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapper {
    /// `{content: …}`, around any value.
    Content,
    /// `{tasks: […]}`, around a list of objects.
    Tasks,
}

impl Wrapper {
    /// The member that contains the answer.
    pub fn key(self) -> &'static str {
        match self {
            Wrapper::Content => "content",
            Wrapper::Tasks => "tasks",
        }
    }
}
