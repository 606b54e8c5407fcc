//! Rust types as response models, for programs that use the crate itself (feature `schemars`).
//!
//! ```text
//! T: JsonSchema ─▶ ResponseModel::of::<T>() ─▶ render ─▶ the API ─▶ Rendered::read ─▶ T: Deserialize
//! ```
//!
//! ```
//! use instructor_wasm::{Dialect, ResponseModel, render};
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//!
//! /// A person that is named in the text.
//! #[derive(Deserialize, JsonSchema)]
//! struct Person {
//!     name: String,
//!     /// In years.
//!     age: Option<u8>,
//! }
//!
//! let model = ResponseModel::of::<Person>()?;
//! assert_eq!(model.name, "Person");
//! let sent = render(&model, Dialect::OpenaiStrict)?; // `sent.schema` goes into the request
//! let person: Person = sent.read(r#"{"name": "Ada", "age": null}"#)?; // what the model answered
//! assert_eq!((person.name.as_str(), person.age), ("Ada", None));
//! # Ok::<(), instructor_wasm::Error>(())
//! ```

use super::ResponseModel;
use crate::error::{Error, Kind};
use crate::jsontext;
use crate::schema::rendered::Rendered;
use schemars::{JsonSchema, generate::SchemaSettings};
use serde::de::DeserializeOwned;

impl ResponseModel {
    /// The model of a type: the schema of its deserialization, its name, and its doc comment as the description.
    pub fn of<T: JsonSchema>() -> Result<ResponseModel, Error> {
        let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>();
        ResponseModel::new(schema.as_value(), None, None)
    }
}

impl Rendered {
    /// Restores an answer in the rendered form, given as JSON text, and deserializes the type. A mismatch is a
    /// [`Kind::Validation`] error with a message for the model.
    pub fn read<T: DeserializeOwned>(&self, answer: &str) -> Result<T, Error> {
        let answer = jsontext::from_str(answer)
            .map_err(|error| Error::new(Kind::Validation, format!("The answer is not JSON: {error}.")))?;
        serde_json::from_value(self.plan.restore(answer)?)
            .map_err(|error| Error::new(Kind::Validation, format!("The answer does not fit: {error}.")))
    }
}
