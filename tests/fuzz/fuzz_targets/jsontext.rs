//! The core's JSON reader and writer against serde_json's.
#![no_main]

use instructor_wasm::machinery::jsontext::{self, ToText};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    match (jsontext::from_slice(bytes), serde_json::from_slice::<Value>(bytes)) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(ours.to_text(), theirs.to_string());
            assert_eq!(jsontext::to_string_pretty(&ours), serde_json::to_string_pretty(&theirs).unwrap());
        }
        (Err(ours), Err(theirs)) => {
            assert_eq!(ours.is_eof(), theirs.is_eof());
            if std::str::from_utf8(bytes).is_ok() {
                assert_eq!(ours.to_string(), theirs.to_string());
            }
        }
        (ours, theirs) => panic!("{ours:?}, but serde_json {theirs:?}"),
    }
});
