//! Reading parts of a text: the scanner accepts what serde accepts, a found span is JSON, a repeated event reads alike.
#![no_main]

use instructor_wasm::json::extract::{Reader, Repeat};
use instructor_wasm::json::skip::value_end;
use instructor_wasm::json::span::{last_json_span, unwrap_text};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let end = value_end(text.as_bytes(), 0).expect("what serde reads is JSON");
        assert!(text[end..].trim().is_empty());
        if let Value::String(string) = value {
            assert_eq!(Reader::new(text).string().unwrap().unwrap(), string);
        }
    }
    if let Ok(Some(span)) = last_json_span(text) {
        assert_eq!(value_end(text.as_bytes(), span.start), Ok(span.end));
    }
    let _ = unwrap_text(text);

    let mut last = 0..0;
    let read = Reader::new(text).object(&mut |_, value| {
        value.string()?;
        last = value.last_string();
        Ok(())
    });
    if read.is_ok() && !last.is_empty() {
        let mut repeat = Repeat::default();
        repeat.learn(text, last.clone());
        assert_eq!(repeat.matches(text), Some(&text[last.clone()]));
        let event = format!("data: {text}\n\n");
        assert_eq!(repeat.matches_event(event.as_bytes()), Some((&text[last], event.len())));
    }
});
