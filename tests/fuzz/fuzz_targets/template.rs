//! Any text as a template: it renders or is refused, in bounded time, memory and stack. The first byte selects how
//! often the text is repeated, so that short inputs reach long chains.
#![no_main]

use instructor_wasm::machinery::template::limits::MAX_OUTPUT;
use instructor_wasm::machinery::template::render_messages;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|data: &[u8]| {
    let Some((first, rest)) = data.split_first() else { return };
    let Ok(text) = std::str::from_utf8(rest) else { return };
    let (open, close) =
        [("", ""), ("{{ ", " }}"), ("{% ", " %}"), ("{% for i in l %}", "{% endfor %}")][usize::from(first & 3)];
    let count = [1, 2, 50, 5_000][usize::from(first >> 2 & 3)];
    let template = [open, &text.repeat(count), close].concat();
    let context = json!({"s": "Some text, \u{fc}ber\n  lines.", "n": 3, "f": 1.5, "b": true, "z": null, "l": [3, 1, "x"], "o": {"k": {"n": [1]}, "a": 1}});
    let mut messages = json!([{"role": "user", "content": template}]);
    if render_messages(&mut messages, &context).is_ok() {
        assert!(messages[0]["content"].as_str().unwrap_or_default().len() <= MAX_OUTPUT);
    }
});
