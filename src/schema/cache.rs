//! The rendered forms of one model, by dialect.

use super::Dialect;
use crate::error::Error;
use std::sync::{Arc, Mutex, OnceLock};

/// A rendered form, and its texts once they are requested.
#[derive(Debug)]
pub(super) struct Kept {
    pub rendered: super::Rendered,
    pub text: OnceLock<String>,
    pub tool_text: OnceLock<String>,
    pub pretty: OnceLock<String>,
}

type Forms = Vec<(Dialect, Arc<Kept>)>;

/// The forms of one model, shared by its clones.
#[derive(Debug, Clone, Default)]
pub(super) struct Rendered(Arc<Mutex<Forms>>);

impl Rendered {
    pub(super) fn get(
        &self,
        dialect: Dialect,
        make: impl FnOnce() -> Result<super::Rendered, Error>,
    ) -> Result<Arc<Kept>, Error> {
        let mut forms = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, form)) = forms.iter().find(|(known, _)| *known == dialect) {
            return Ok(Arc::clone(form));
        }
        let (text, tool_text, pretty) = Default::default();
        let form = Arc::new(Kept { rendered: make()?, text, tool_text, pretty });
        forms.push((dialect, Arc::clone(&form)));
        Ok(form)
    }
}
