//! Bounds the work on hostile text, and its depth.

use super::*;
use crate::json::work;
use serde_json::json;

#[test]
fn hostile_texts_take_linear_work_and_little_stack() {
    let run = || {
        let schema = json!({
            "type": "object", "additionalProperties": false, "required": ["a", "b"],
            "properties": {"a": {"type": "string"}, "b": {"type": "object", "properties": {"a": {}}}},
        });
        let units = [
            "{",
            "[",
            "{\"a\":",
            "{\"data\":",
            "[[1,",
            "{\"a\":1}",
            "{\"a\":1,\"a\":2,",
            "\"a\":\"x\",",
            "{\"b\":{\"properties\":",
            "\"A\":1,",
            "\"x\":{},",
            "{\"data\":{},",
            "{'a' or ",
            "\"",
        ];
        let mut total = 0;
        for unit in units {
            for start in ["", "{", "{\"data\":{", "{\"a\":1,"] {
                for length in [2_000, 40_000] {
                    let text = [start, &unit.repeat(length / unit.len())].concat();
                    let read = work::measure(|| {
                        structure(&text, &schema, "User");
                        instead(&text, &schema);
                    });
                    total += read;
                    assert!(read <= 4 * text.len(), "{start}{unit}: {read} bytes read of {}", text.len());
                }
            }
        }
        assert!(total > 0, "nothing was counted");
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(run).unwrap().join().unwrap();
}
