//! Text to [`Value`] and back: the only JSON reader and writer of the core.
//!
//! `serde_json` provides the types `Value`, `Map` and `Number`. Its parser and serializer are generic over the type that is
//! read, the input and the formatter; for values alone they are several times the code of this module. The functions have
//! the same results as serde_json's: values, texts, errors with their words and positions
//! (`tests/core/json_text.rs` compares them). Numbers are read and written exactly; see [`float`].
//!
//! ```
//! use instructor_wasm::machinery::jsontext::{self, ToText};
//!
//! let value = jsontext::from_str(r#"{"pi": 3.141592653589793, "name": "caf\u00e9"}"#)?;
//! assert_eq!(value.to_text(), r#"{"pi":3.141592653589793,"name":"café"}"#);
//! let error = jsontext::from_str("[1, 2").unwrap_err();
//! assert_eq!(error.to_string(), "EOF while parsing a list at line 1 column 5");
//! assert!(error.is_eof());
//! # Ok::<(), jsontext::Error>(())
//! ```

mod error;
pub mod float;
mod integer;
mod read;
mod write;

#[cfg(feature = "machinery")]
pub use error::Error;
pub use read::{from_slice, from_str, number, string};
pub use write::{ToText, quoted, to_string_pretty, write, write_string};

#[cfg(doc)]
use serde_json::Value;
