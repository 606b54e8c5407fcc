//! The incremental parser for JavaScript: bytes in, packed ops and their text out of wasm memory.
//!
//! One chunk: `push(bytes)`, read `opsLength` numbers at `opsPointer` and `textLength` bytes at `textPointer`
//! (in the `memory` that `initSync` answered, whose buffer may have been replaced by a bigger one), `clear()`.
//! snapshot.ts applies them.

use crate::call::partial::{PartialStream, Source};
use crate::error::Error;
use crate::json::incremental::{Leniency, Options};
use crate::provider::Sink;
use crate::text::Utf8;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct PartialParser {
    stream: PartialStream,
    utf8: Utf8,
}

#[wasm_bindgen]
impl PartialParser {
    /// `leniency`: 0 strict, 1 relaxed, 2 text (see `json::incremental::Leniency`).
    #[wasm_bindgen(constructor)]
    pub fn new(leniency: u32, max_depth: Option<usize>, max_bytes: Option<usize>) -> PartialParser {
        let mut options = Options {
            leniency: match leniency {
                0 => Leniency::Strict,
                1 => Leniency::Relaxed,
                _ => Leniency::Text,
            },
            ..Options::default()
        };
        options.max_depth = max_depth.unwrap_or(options.max_depth);
        options.max_bytes = max_bytes.unwrap_or(options.max_bytes);
        PartialParser { stream: PartialStream::new(Source::Text, options), utf8: Utf8::default() }
    }

    /// Takes the next bytes of the JSON text. Throws a JSON string error; what was read before it is shown.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), JsValue> {
        let stream = &mut self.stream;
        self.utf8.push(bytes, &mut |text| stream.text(text));
        match self.stream.error() {
            Some(error) => Err(throw(error)),
            None => Ok(()),
        }
    }

    /// The text ended. Throws when no value is complete.
    pub fn finish(&mut self) -> Result<(), JsValue> {
        let stream = &mut self.stream;
        self.utf8.finish(&mut |text| stream.text(text));
        self.stream.finish().map_err(|error| throw(&error))
    }

    #[wasm_bindgen(js_name = isComplete)]
    pub fn is_complete(&self) -> bool {
        self.stream.is_complete()
    }

    #[wasm_bindgen(js_name = opsPointer)]
    pub fn ops_pointer(&self) -> usize {
        self.stream.packed().ops().as_ptr() as usize
    }

    #[wasm_bindgen(js_name = opsLength)]
    pub fn ops_length(&self) -> usize {
        self.stream.packed().ops().len()
    }

    #[wasm_bindgen(js_name = textPointer)]
    pub fn text_pointer(&self) -> usize {
        self.stream.packed().text().as_ptr() as usize
    }

    #[wasm_bindgen(js_name = textLength)]
    pub fn text_length(&self) -> usize {
        self.stream.packed().text().len()
    }

    /// Forgets the ops and the text that have been read.
    pub fn clear(&mut self) {
        self.stream.clear();
    }
}

fn throw(error: &Error) -> JsValue {
    JsValue::from_str(&error.to_json().to_string())
}
