//! The conversion of floats with many digits by JavaScript's `Number` (`jsontext::float`).

use crate::jsontext::float;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Number)]
    fn read(text: &str) -> f64;
    #[wasm_bindgen(js_namespace = ["Number", "prototype", "toExponential"], js_name = call)]
    fn shortest(float: f64) -> String;
}

/// Runs when the module is instantiated.
#[wasm_bindgen(start)]
fn start() {
    float::convert_by(read, shortest);
}
