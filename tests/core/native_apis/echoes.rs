//! The echo of a failed answer: calls that servers can parse, no empty parts, and the fields of a streamed turn that
//! no decoder reads.

use super::streams::{chat, sse, stream};
use super::turns::{texts, turns};
use super::*;

const RIGHT: &str = r#"{"name":"Jason","age":25}"#;
const WRONG: &str = r#"{"name":"Jason","age":"x"}"#;
/// Malformed JSON from a model.
const BROKEN: &str = r#"{"name": "Jason", age:"#;

/// An answer in OpenAI's format with this message.
fn reply_with(message: Value) -> (u16, Value) {
    (200, json!({ "choices": [{ "message": message, "finish_reason": "stop" }] }))
}

fn function(name: &str, arguments: &str) -> Value {
    json!({ "name": name, "arguments": arguments })
}

#[test]
fn a_call_that_servers_cannot_parse_is_echoed_in_a_valid_form() {
    for (name, sent_name, arguments, quoted) in [
        ("User", "User", BROKEN, true),
        ("User", "User", "[1,2]", true),
        ("User", "User", WRONG, false),
        ("assistant<|channel|>analysis", "assistant__channel__analysis", WRONG, false),
    ] {
        for id in [json!("c1"), Value::Null, json!("")] {
            let calls = json!([{ "id": id, "type": "function", "index": 0, "function": function(name, arguments) }]);
            let (_, wrong) = reply_with(json!({ "role": "assistant", "content": null, "tool_calls": calls }));
            let body = second("vllm/m", json!({ "mode": "TOOLS" }), wrong);
            let turns = turns(&body);
            let (echo, result) = (&turns[turns.len() - 2]["tool_calls"][0], turns.last().unwrap());
            assert_eq!(echo["function"]["name"], sent_name);
            let echoed: Value = serde_json::from_str(echo["function"]["arguments"].as_str().unwrap()).unwrap();
            assert_eq!(echoed == json!({}), quoted);
            assert_eq!(result["content"].as_str().unwrap().contains(arguments), quoted, "{result}");
            assert!(result["role"] == "tool" && result["name"] == sent_name);
            assert!(echo["id"].as_str().is_some_and(|id| !id.is_empty()) && echo["id"] == result["tool_call_id"]);
        }
    }
}

#[test]
fn an_empty_answer_has_no_echo() {
    let right = json!({ "role": "assistant", "content": RIGHT, "tool_calls": [{ "id": "r", "function": function("User", RIGHT) }] });
    for nothing in [
        json!({ "content": null }),
        json!({ "content": "", "tool_calls": [] }),
        json!({ "content": "", "reasoning": "Hm." }),
    ] {
        for (model, mode) in [
            ("openai/gpt-4o", "TOOLS"),
            ("mistral/m", "JSON_SCHEMA"),
            ("groq/m", "JSON"),
            ("perplexity/sonar", "MD_JSON"),
        ] {
            let call = call(model, json!({}), json!({ "mode": mode })).unwrap();
            let (sent, ended) = run(call, &[reply_with(nothing.clone()), reply_with(right.clone())]);
            assert_eq!(ended.unwrap()["age"], 25, "{model}");
            assert!(turns(&sent[1]).iter().all(|turn| turn["role"] != "assistant"), "{model}: {}", sent[1]);
            let users = turns(&sent[1]).iter().filter(|turn| turn["role"] == "user").count();
            assert!(users == 1 || model != "perplexity/sonar", "alternation: {}", sent[1]);
        }
    }
    // An unexpected call cannot have a result, so it is not echoed.
    let call = call("openai/gpt-4o", json!({}), json!({ "mode": "JSON_SCHEMA" })).unwrap();
    let stray = json!({ "role": "assistant", "content": "Hm.", "tool_calls": [{ "id": "c", "function": function("x", "{}") }] });
    let (sent, _) = run(call, &[reply_with(stray), reply_with(right)]);
    assert!(texts(&sent[1], "name").iter().all(|name| *name != "x"), "{}", sent[1]);
}

#[test]
fn unknown_fields_of_a_streamed_turn_are_echoed() {
    let signature = json!({ "google": { "thought_signature": "SIG" } });
    let detail = |text: &str| json!([{ "index": 0, "type": "reasoning.text", "text": text, "format": "f" }]);
    let block =
        |text: &str, signature: Value| json!([{ "type": "thinking", "thinking": text, "signature": signature }]);
    let begun =
        json!({ "id": "c1", "type": "function", "function": function("Other", ""), "extra_content": signature });
    let deltas = [
        json!({ "role": "assistant", "content": "", "reasoning_details": detail("Let "), "thinking_blocks": block("Let ", Value::Null), "n": 1 }),
        json!({ "role": "assistant", "content": "a", "reasoning_details": detail("me."), "thinking_blocks": block("me.", json!("S")), "n": 2 }),
        json!({ "content": "b", "annotations": [], "own": null }),
        json!({ "content": "c" }),
        json!({ "tool_calls": [begun] }),
        json!({ "tool_calls": [{ "function": { "arguments": WRONG, "strict": true } }] }),
    ];
    let right = [json!({ "tool_calls": [{ "index": 0, "id": "r", "function": function("User", RIGHT) }] })];
    let (sent, ended) =
        stream("openrouter/m", json!({ "mode": "TOOLS" }), &[chat(&deltas, "tool_calls"), chat(&right, "tool_calls")]);
    assert_eq!(ended.unwrap()["age"], 25);
    let turns = turns(&sent[1]);
    let function = json!({ "name": "Other", "arguments": WRONG, "strict": true });
    assert_eq!(
        turns[turns.len() - 2],
        json!({
            "role": "assistant", "content": "abc", "n": 2,
            "reasoning_details": detail("Let me."), "thinking_blocks": block("Let me.", json!("S")),
            "tool_calls": [{ "id": "c1", "type": "function", "function": function, "extra_content": signature }],
        })
    );
}

#[test]
fn reasoning_in_two_fields_is_echoed_once() {
    let both = |text: &str| json!({ "reasoning": text, "reasoning_content": text });
    let other = json!({ "tool_calls": [{ "index": 0, "id": "c", "function": function("Other", "{}") }] });
    let right = [json!({ "tool_calls": [{ "index": 0, "id": "r", "function": function("User", RIGHT) }] })];
    let bodies = [chat(&[both("Let "), both("me."), other], "tool_calls"), chat(&right, "tool_calls")];
    let (sent, _) = stream("vllm/m", json!({ "mode": "TOOLS" }), &bodies);
    let turns = turns(&sent[1]);
    let echo = &turns[turns.len() - 2];
    assert_eq!((&echo["reasoning"], &echo["reasoning_content"]), (&json!("Let me."), &json!("Let me.")));
}

#[test]
fn kept_fields_count_towards_the_size_of_an_answer() {
    let long = "x".repeat(100);
    let params = json!({ "maxAnswerBytes": 1000, "maxRetries": 0, "httpRetries": 0 });
    let chunk = |key: &str| chat(&vec![json!({ key: long }); 20], "stop");
    let block = json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "new_delta", "own": long } });
    let mut claude = vec![json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "new" } })];
    claude.extend(std::iter::repeat_n(block, 20));
    let part = json!({ "candidates": [{ "content": { "parts": [{ "inlineData": { "data": long } }] } }] });
    for (model, body) in [
        ("openai/gpt-4o", chunk("own")),
        ("mistral/m", chat(&vec![json!({ "content": [{ "type": "new", "own": long }] }); 20], "stop")),
        ("anthropic/claude-sonnet-4-5", sse(&claude)),
        ("google/gemini-2.5-flash", sse(&vec![part; 20])),
    ] {
        let error = stream(model, params.clone(), &[body]).1.unwrap_err();
        assert_eq!(error.detail["maxAnswerBytes"], 1000, "{model}: {error}");
    }
}

#[test]
fn mistrals_streamed_thinking_is_echoed_in_its_chunks() {
    let thinking = |text: &str| json!([{ "type": "thinking", "thinking": [{ "type": "text", "text": text }] }]);
    let right = [json!({ "content": RIGHT })];
    let deltas = [
        json!({ "role": "assistant", "content": thinking("Let ") }),
        json!({ "content": thinking("me.") }),
        json!({ "content": "so" }),
        json!({ "content": "rry" }),
        json!({ "content": [{ "type": "text", "text": "!" }] }),
    ];
    let params = json!({ "mode": "JSON_SCHEMA" });
    let (sent, ended) =
        stream("mistral/magistral-medium-latest", params, &[chat(&deltas, "stop"), chat(&right, "stop")]);
    assert_eq!(ended.unwrap()["age"], 25);
    let turns = turns(&sent[1]);
    let mut content = thinking("Let me.");
    content.as_array_mut().unwrap().push(json!({ "type": "text", "text": "sorry!" }));
    assert_eq!(turns[turns.len() - 2], json!({ "role": "assistant", "content": content }));
}

#[test]
fn a_new_id_with_a_name_starts_a_call_and_a_new_id_alone_does_not() {
    let piece = |id: Value, name: Value, arguments: &str| json!({ "tool_calls": [{ "index": 0, "id": id, "function": { "name": name, "arguments": arguments } }] });
    let (half, rest) = RIGHT.split_at(9);
    let other = [
        piece(json!("a"), json!("Other"), "{\"x\":"),
        piece(Value::Null, Value::Null, "1}"),
        piece(json!("b"), json!("User"), half),
        piece(json!("b"), json!(""), rest),
    ];
    let every = [
        piece(json!("a"), json!("User"), ""),
        piece(json!("b"), json!(""), half),
        piece(json!(""), Value::Null, ""),
        piece(json!("c"), json!(""), rest),
    ];
    let again = [piece(json!("a"), json!("User"), half), piece(json!("a"), json!("User"), rest)];
    for deltas in [other.as_slice(), &every, &again] {
        let (sent, ended) = stream("vllm/m", json!({ "mode": "TOOLS" }), &[chat(deltas, "tool_calls")]);
        assert_eq!((sent.len(), ended.unwrap()), (1, json!({ "name": "Jason", "age": 25 })), "{deltas:?}");
    }
}

#[test]
fn anthropics_unknown_deltas_are_part_of_the_echoed_block() {
    let begun =
        |index: u32, block: Value| json!({ "type": "content_block_start", "index": index, "content_block": block });
    let delta = |index: u32, delta: Value| json!({ "type": "content_block_delta", "index": index, "delta": delta });
    let events = |arguments: &str| {
        [
            json!({ "type": "message_start", "message": { "role": "assistant", "content": [] } }),
            begun(0, json!({ "type": "compaction", "content": "" })),
            delta(0, json!({ "type": "compaction_delta", "content": "So " })),
            delta(0, json!({ "type": "compaction_delta", "content": "far." })),
            begun(1, json!({ "type": "tool_use", "id": "toolu_1", "name": "User", "input": {} })),
            delta(1, json!({ "type": "input_json_delta", "partial_json": arguments })),
            json!({ "type": "content_block_stop", "index": 1 }),
            json!({ "type": "message_delta", "delta": { "stop_reason": "tool_use" } }),
            json!({ "type": "message_stop" }),
        ]
    };
    let bodies = [sse(&events(BROKEN)), sse(&events(RIGHT))];
    let (sent, ended) = stream("anthropic/claude-sonnet-4-5", json!({ "mode": "TOOLS" }), &bodies);
    assert_eq!(ended.unwrap()["age"], 25);
    let turns = turns(&sent[1]);
    let echo = &turns[turns.len() - 2]["content"];
    assert_eq!(echo[0], json!({ "type": "compaction", "content": "So far." }));
    let result = &turns.last().unwrap()["content"][0];
    assert_eq!((&echo[1]["input"], &echo[1]["id"]), (&json!({}), &result["tool_use_id"]));
    assert!(result["content"].as_str().unwrap().ends_with(BROKEN));
}
