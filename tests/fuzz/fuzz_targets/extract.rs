//! Reading parts of a text: the scanner accepts what serde accepts, the answer in a text is the same unstreamed and
//! streamed, a repeated event is read the same way.
#![no_main]

use instructor_wasm::machinery::json::extract::{Reader, DeltaTemplate};
use instructor_wasm::machinery::json::skip::value_end;
use instructor_wasm::machinery::json::find::{Shape, find, opened};
use instructor_wasm::machinery::json::incremental::{Leniency, Options, Parser};
use instructor_wasm::machinery::json::ops::Tree;
use instructor_wasm::machinery::json::wrapper::Wrapper;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

/// The final value of a stream in pieces of this many characters.
fn streamed(text: &str, shape: &Shape, size: usize) -> Option<Value> {
    let mut parser = Parser::new(Options { leniency: Leniency::Text, shape: shape.clone(), ..Options::default() });
    let mut tree = Tree::new();
    let mut rest = text;
    while let Some((at, _)) = rest.char_indices().nth(size) {
        let (piece, behind) = rest.split_at(at);
        parser.push(piece, &mut tree).unwrap();
        rest = behind;
    }
    parser.push(rest, &mut tree).unwrap();
    let _ = parser.finish(&mut tree);
    tree.into_complete()
}

/// A text has the same answer unstreamed and streamed, with any chunking.
fn same(text: &str) {
    let user = json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}, "b": {}}});
    let list = json!({"type": "object", "properties": {"tasks": {"type": "array", "items": user.clone()}}});
    let numbers = json!({"type": "object", "properties": {"content": {"type": "array", "items": {"type": "integer"}}}});
    let one = Shape::of(&user, None, "User").fitting(|value| value["a"].is_i64());
    for shape in [one, Shape::of(&list, Some(Wrapper::Tasks), "Users"), Shape::of(&numbers, Some(Wrapper::Content), "Response")] {
        let once = streamed(text, &shape, usize::MAX);
        assert_eq!(streamed(text, &shape, 1), once);
        assert_eq!(streamed(text, &shape, 5), once);
        let found = find(text, &shape).unwrap();
        if shape.wrapper().is_none()
            && let Ok(value @ Value::Object(_)) = serde_json::from_str(&found)
        {
            assert_eq!(once, Some(opened(&value, &shape).unwrap_or(value)));
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        let end = value_end(text.as_bytes(), 0).expect("text that serde accepts is JSON");
        assert!(text[end..].trim().is_empty());
        if let Value::String(string) = value {
            assert_eq!(Reader::new(text).string().unwrap().unwrap(), string);
        }
    }
    same(text);

    let mut last = 0..0;
    let read = Reader::new(text).object(&mut |_, value| {
        value.string()?;
        last = value.last_string();
        Ok(())
    });
    if read.is_ok() && !last.is_empty() {
        let mut repeat = DeltaTemplate::default();
        repeat.learn(text, last.clone());
        assert_eq!(repeat.matches(text), Some(&text[last.clone()]));
        let event = format!("data: {text}\n\n");
        assert_eq!(repeat.matches_event(event.as_bytes()), Some((&text[last], event.len())));
    }
});
