//! The rendered forms of one model, by dialect.

use super::Dialect;
use crate::error::Error;
use std::sync::{Arc, Mutex, OnceLock};

/// A rendered form, and its texts once they are requested.
#[derive(Debug)]
pub(super) struct CacheEntry {
    pub rendered: super::Rendered,
    pub text: OnceLock<String>,
    pub tool_text: OnceLock<String>,
    pub text_without_dates: OnceLock<String>,
    pub pretty: OnceLock<String>,
    pub notation: OnceLock<String>,
}

type Entries = Vec<(Dialect, Arc<CacheEntry>)>;

/// The forms of one model, shared by its clones.
#[derive(Debug, Clone, Default)]
pub(super) struct RenderCache(Arc<Mutex<Entries>>);

impl RenderCache {
    pub(super) fn get(
        &self,
        dialect: Dialect,
        make: impl FnOnce() -> Result<super::Rendered, Error>,
    ) -> Result<Arc<CacheEntry>, Error> {
        let mut entries = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some((_, entry)) = entries.iter().find(|(known, _)| *known == dialect) {
            return Ok(Arc::clone(entry));
        }
        let (text, tool_text, text_without_dates, pretty, notation) = Default::default();
        let rendered = make()?;
        let entry = Arc::new(CacheEntry { rendered, text, tool_text, text_without_dates, pretty, notation });
        entries.push((dialect, Arc::clone(&entry)));
        Ok(entry)
    }
}
