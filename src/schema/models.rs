//! The response models of a client, by the JSON text they were given as.
//!
//! A client meets the same few schemas again and again, so each is read and rendered once. The number of models is
//! bounded: the one that was not used for longest is dropped.

use super::ResponseModel;
use crate::error::Error;
use std::cell::RefCell;
use std::rc::Rc;

/// Number of models that a client keeps.
const KEPT: usize = 16;
/// Longer texts are not kept.
const LONGEST: usize = 1 << 18;

/// The models of a client by their JSON text. Key order is significant, because it is the order in the answer.
#[derive(Default)]
pub struct Models(RefCell<Vec<(String, Rc<ResponseModel>)>>);

impl Models {
    /// The model for the text `given`, created with `make` if it is not kept.
    pub fn get(
        &self,
        given: &str,
        make: impl FnOnce() -> Result<ResponseModel, Error>,
    ) -> Result<Rc<ResponseModel>, Error> {
        let mut kept = self.0.borrow_mut();
        let (text, model) = match kept.iter().position(|(known, _)| known == given) {
            Some(at) => kept.remove(at),
            None => (given.to_owned(), Rc::new(make()?)),
        };
        if text.len() <= LONGEST {
            // Moved to the end, so that the first is the least recently used.
            if kept.len() >= KEPT {
                kept.remove(0);
            }
            kept.push((text, Rc::clone(&model)));
        }
        Ok(model)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Dialect;

    fn schema(name: &str) -> String {
        format!(r#"{{"type":"object","properties":{{"{name}":{{"type":"string"}}}}}}"#)
    }

    fn new(text: &str) -> Result<ResponseModel, Error> {
        ResponseModel::new(&serde_json::from_str(text).unwrap(), None, None)
    }

    fn get(kept: &Models, text: &str) -> Rc<ResponseModel> {
        kept.get(text, || new(text)).unwrap()
    }

    fn known(kept: &Models, text: &str) -> Rc<ResponseModel> {
        kept.get(text, || panic!("it is known")).unwrap()
    }

    #[test]
    fn a_model_is_made_once_and_rendered_once_per_dialect() {
        let kept = Models::default();
        let first = get(&kept, &schema("a"));
        let again = known(&kept, &schema("a"));
        let form = crate::schema::render(&first, Dialect::OpenaiStrict).unwrap();
        let known = again.rendered.get(Dialect::OpenaiStrict, || panic!("it is rendered")).unwrap();
        assert_eq!(form.schema, known.rendered.schema);
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
        get(&kept, r#"{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}}}"#);
        let other = get(&kept, r#"{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"string"}}}"#);
        assert!(other.schema()["properties"].to_string().starts_with("{\"b\""));
    }

    #[test]
    fn the_least_recently_used_entry_is_removed() {
        let kept = Models::default();
        for i in 0..KEPT {
            get(&kept, &schema(&format!("p{i}")));
        }
        known(&kept, &schema("p0"));
        get(&kept, &schema("new"));
        assert_eq!(kept.0.borrow().len(), KEPT);
        known(&kept, &schema("p0"));
        let made = std::cell::Cell::new(false);
        let gone = kept.get(&schema("p1"), || {
            made.set(true);
            new(&schema("p1"))
        });
        assert!(gone.is_ok() && made.get());
    }

    #[test]
    fn a_schema_that_cannot_be_read_is_not_kept() {
        let kept = Models::default();
        assert!(kept.get("{}", || new("{}")).is_err());
        assert!(kept.0.borrow().is_empty());
    }
}
