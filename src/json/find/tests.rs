//! Bounds the work on hostile text.

use super::*;
use crate::json::wrapper::Wrapper;
use serde_json::json;

fn shapes() -> [Shape; 4] {
    let user = json!({
        "type": "object", "additionalProperties": false, "required": ["name", "age"],
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    });
    let one = Shape::of(&user, None, "User").fitting(|value| value["name"].is_string());
    let users = json!({"type": "object", "properties": {"tasks": {"type": "array", "items": user}}});
    let numbers = json!({"type": "object", "properties": {"content": {"type": "array", "items": {"type": "integer"}}}});
    [
        one,
        Shape::of(&users, Some(Wrapper::Tasks), "IterableUser"),
        Shape::of(&numbers, Some(Wrapper::Content), "Response"),
        Shape::default(),
    ]
}

/// Units of hostile texts, which repeat one of them: unclosed brackets, invalid candidates, possible references, calls.
const UNITS: &[&str] = &[
    "{",
    "[",
    "[{",
    "{\"a\":",
    "{\"name\":",
    "{\"name\":{",
    "[[1,",
    "[\"a\",",
    "{ \" ",
    "{'",
    "{/*",
    "{//",
    "[1] ",
    "[1]\n",
    "{}",
    "<think>",
    "</think>",
    "<",
    "{\"name\":1}",
    "{name}",
    "{\"name\": \"",
    "```{",
    "{\"tasks\":[",
    "\\",
    "\"",
    "{\"name\":\"User\",\"parameters\":",
    "{\"User\":",
    "{\"User\":{\"name\":\"a\",\"age\":1}}",
    "{\"name\":\"a\",\"age\":1}",
];

/// Runs in a thread with the same stack size as in wasm.
fn small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn hostile_texts_take_linear_work_and_no_stack() {
    small_stack(|| {
        for unit in UNITS {
            for shape in shapes() {
                for length in [1_000, 10_000] {
                    let text = unit.repeat(length / unit.len());
                    let most = (AGAIN + 8) * length + AT_LEAST;
                    let whole = work::measure(|| find(&text, &shape));
                    assert!((1..=most).contains(&whole), "{unit}: {whole} bytes read of {length}");
                    let streamed = work::measure(|| {
                        let mut finder = Finder::new(Options { shape: shape.clone(), ..Options::default() });
                        for piece in text.as_bytes().chunks(64) {
                            let _ = finder.push(std::str::from_utf8(piece).unwrap(), &mut NullOps);
                        }
                        let _ = finder.finish(&mut NullOps);
                    });
                    assert!((1..=most).contains(&streamed), "{unit}: {streamed} bytes read of {length} in a stream");
                }
            }
        }
    });
}
