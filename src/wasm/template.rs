//! The template module: one function.

use super::thrown;
use crate::error::Error;
use crate::jsontext::{self, ToText};
use crate::template::{Case, render_messages_with};
use serde_json::Value;
use wasm_bindgen::prelude::*;

/// Returns `messagesJson` with every text rendered with `contextJson`, as JSON. Throws the JSON of a ConfigurationError.
#[wasm_bindgen(js_name = renderMessages)]
pub fn render_messages(
    #[wasm_bindgen(js_name = messagesJson)] messages: &str,
    #[wasm_bindgen(js_name = contextJson)] context: &str,
) -> Result<String, JsValue> {
    let mut messages = parse(messages, "messages")?;
    let context = parse(context, "context")?;
    render_messages_with(&mut messages, &context, Case { upper, lower }).map_err(|error| thrown(&error))?;
    Ok(messages.to_text())
}

fn parse(text: &str, what: &str) -> Result<Value, JsValue> {
    jsontext::from_str(text).map_err(|error| {
        thrown(&Error::configuration([what, " cannot be read as JSON: ", &error.to_string()].concat()))
    })
}

fn upper(text: &str) -> String {
    js_sys::JsString::from(text).to_upper_case().into()
}

fn lower(text: &str) -> String {
    js_sys::JsString::from(text).to_lower_case().into()
}
