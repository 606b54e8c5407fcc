//! Rendered once: a client meets the same few schemas again and again.
//!
//! A client keeps its models by their JSON text ([`Models`]); a model keeps its rendered forms by dialect
//! ([`Rendered`]), so that neither is made twice. Both are bounded: the model that has waited longest makes room,
//! and there are no more forms than dialects.

use super::{Dialect, ResponseModel};
use crate::error::Error;
use serde_json::Value;
use std::cell::RefCell;
use std::sync::{Arc, Mutex};

/// Models that a client keeps.
const KEPT: usize = 16;
/// Longer texts are not kept: their sender has more to do than to render them.
const LONGEST: usize = 1 << 18;

/// A client's models, by the JSON text they were given as (the order of keys counts: it is the order in the answer).
#[derive(Default)]
pub struct Models(RefCell<Vec<(String, ResponseModel)>>);

impl Models {
    /// The model that `make` makes of `given`, made before or now.
    pub fn get(
        &self,
        given: &Value,
        make: impl FnOnce(&Value) -> Result<ResponseModel, Error>,
    ) -> Result<ResponseModel, Error> {
        let text = given.to_string();
        // Taken out and put back behind, so that the first is the one not used for longest.
        let at = self.0.borrow().iter().position(|(known, _)| *known == text);
        let model = match at {
            Some(at) => self.0.borrow_mut().remove(at).1,
            None => make(given)?,
        };
        if text.len() <= LONGEST {
            let mut kept = self.0.borrow_mut();
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((text, model.clone()));
        }
        Ok(model)
    }

    /// How many are kept.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The forms of one model, shared by its clones.
#[derive(Debug, Clone, Default)]
pub(super) struct Rendered(Arc<Mutex<Vec<(Dialect, super::Rendered)>>>);

impl Rendered {
    pub(super) fn get(
        &self,
        dialect: Dialect,
        make: impl FnOnce() -> Result<super::Rendered, Error>,
    ) -> Result<super::Rendered, Error> {
        let Ok(mut forms) = self.0.lock() else { return make() };
        if let Some((_, form)) = forms.iter().find(|(known, _)| *known == dialect) {
            return Ok(form.clone());
        }
        let form = make()?;
        forms.push((dialect, form.clone()));
        Ok(form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn schema(name: &str) -> Value {
        json!({ "type": "object", "properties": { name: { "type": "string" } } })
    }

    fn new(given: &Value) -> Result<ResponseModel, Error> {
        ResponseModel::new(given, None, None)
    }

    #[test]
    fn a_model_is_made_once_and_rendered_once_per_dialect() {
        let kept = Models::default();
        let first = kept.get(&schema("a"), new).unwrap();
        let again = kept.get(&schema("a"), |_| panic!("it is known")).unwrap();
        let form = super::super::render(&first, Dialect::OpenaiStrict).unwrap();
        let known = again.rendered.get(Dialect::OpenaiStrict, || panic!("it is rendered")).unwrap();
        assert_eq!(form.schema, known.schema);
        let made = std::cell::Cell::new(false);
        let other = again.rendered.get(Dialect::Cohere, || {
            made.set(true);
            Ok(form.clone())
        });
        assert!(other.is_ok() && made.get());
    }

    #[test]
    fn another_order_of_keys_is_another_model() {
        let kept = Models::default();
        let one = json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } } });
        let two = json!({ "type": "object", "properties": { "b": { "type": "string" }, "a": { "type": "string" } } });
        assert_eq!(one, two);
        kept.get(&one, new).unwrap();
        let keys = |model: ResponseModel| model.schema()["properties"].to_string();
        assert!(keys(kept.get(&two, new).unwrap()).starts_with("{\"b\""));
    }

    #[test]
    fn what_was_not_used_for_longest_makes_room() {
        let kept = Models::default();
        for i in 0..KEPT {
            kept.get(&schema(&format!("p{i}")), new).unwrap();
        }
        kept.get(&schema("p0"), |_| panic!("it is known")).unwrap();
        kept.get(&schema("new"), new).unwrap();
        assert_eq!(kept.len(), KEPT);
        kept.get(&schema("p0"), |_| panic!("it was used just now")).unwrap();
        let made = std::cell::Cell::new(false);
        let gone = kept.get(&schema("p1"), |given| {
            made.set(true);
            new(given)
        });
        assert!(gone.is_ok() && made.get());
    }

    #[test]
    fn a_schema_that_cannot_be_read_is_not_kept() {
        let kept = Models::default();
        assert!(kept.get(&json!({}), new).is_err());
        assert!(kept.is_empty());
    }
}
