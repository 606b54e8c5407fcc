//! Servers that parse each token as JSON send `26` and `true` without quotes: the pieces are read as their text.

use super::streams::{chat, sse, stream};
use super::*;

const START: &str = "{\"name\":\"J\",\"age\":";

/// The pieces of an answer whose tokens were parsed.
fn pieces() -> [Value; 4] {
    [json!(START), json!(2), json!(5), json!("}")]
}

fn lines(events: &[Value]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

fn anthropic(start: &Value, key: &str, kind: &str, stop: &str) -> String {
    let mut events = vec![
        json!({"type": "message_start", "message": {"id": "m", "role": "assistant", "content": [], "usage": {}}}),
        json!({"type": "content_block_start", "index": 0, "content_block": start}),
    ];
    events.extend(
        pieces().map(|piece| json!({"type": "content_block_delta", "index": 0, "delta": {"type": kind, key: piece}})),
    );
    events.push(json!({"type": "content_block_stop", "index": 0}));
    events.push(json!({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {}}));
    events.push(json!({"type": "message_stop"}));
    sse(&events)
}

#[test]
fn pieces_that_are_numbers_are_read_as_their_text() {
    let call = |arguments: &Value| json!({"tool_calls": [{"index": 0, "function": {"arguments": arguments}}]});
    let first = json!({"tool_calls": [{"index": 0, "id": "c", "function": {"name": "User", "arguments": ""}}]});
    let text: Vec<Value> = pieces().iter().map(|piece| json!({"content": piece})).collect();
    let arguments: Vec<Value> = [first].into_iter().chain(pieces().iter().map(call)).collect();
    let cohere = |deltas: Vec<Value>| {
        let mut events = vec![json!({"type": "message-start", "id": "m", "delta": {"message": {"role": "assistant"}}})];
        events.extend(deltas);
        events.push(json!({"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": {}}}));
        sse(&events)
    };
    let cohere_text = pieces()
        .map(|piece| json!({"type": "content-delta", "index": 0, "delta": {"message": {"content": {"text": piece}}}}));
    let gemini = pieces().map(|piece| {
        json!({"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}, "finishReason": null}]})
    });
    let mut gemini = gemini.to_vec();
    gemini.push(json!({"candidates": [{"content": {"role": "model", "parts": []}, "finishReason": "STOP"}]}));
    let workers: String = pieces().iter().map(|piece| format!("data: {}\n\n", json!({"response": piece}))).collect();
    let tool = json!({"type": "tool_use", "id": "t", "name": "User", "input": {}});
    let cases = [
        ("openai/gpt-4o-mini", "JSON", chat(&text, "stop")),
        ("openai/gpt-4o-mini", "TOOLS", chat(&arguments, "tool_calls")),
        (
            "anthropic/claude-sonnet-4-5",
            "JSON",
            anthropic(&json!({"type": "text", "text": ""}), "text", "text_delta", "end_turn"),
        ),
        ("anthropic/claude-sonnet-4-5", "TOOLS", anthropic(&tool, "partial_json", "input_json_delta", "tool_use")),
        ("cohere/command-a-03-2025", "MD_JSON", cohere(cohere_text.to_vec())),
        ("google/gemini-2.5-flash", "JSON", sse(&gemini)),
        ("workers_ai/@cf/meta/llama", "MD_JSON", workers + "data: [DONE]\n\n"),
    ];
    for (model, mode, body) in cases {
        let params = json!({"mode": mode, "responseModel": user(), "prompt": "p", "maxRetries": 0});
        let (_, value) = stream(model, params, &[body]);
        let value = value.unwrap_or_else(|error| panic!("{model} {mode}: {error:?}"));
        assert_eq!(value["age"], json!(25), "{model} {mode}: {value}");
    }
}

#[test]
fn pieces_that_are_numbers_are_read_as_their_text_from_ollama() {
    let mut ollama: Vec<Value> = pieces()
        .iter()
        .map(|piece| json!({"message": {"role": "assistant", "content": piece}, "done": false}))
        .collect();
    ollama.push(json!({"message": {"role": "assistant", "content": ""}, "done": true, "done_reason": "stop"}));
    let mut call = call("ollama/llama3", json!({"native": true}), json!({"mode": "JSON", "stream": true})).unwrap();
    loop {
        match call.poll(CLOCK) {
            Action::Send { .. } => {
                assert!(call.on_head(200, &[]));
                let mut seen = super::streams::Seen::default();
                call.on_bytes(lines(&ollama).as_bytes(), &mut seen, || CLOCK);
                call.on_end(&mut seen, CLOCK);
                assert_eq!(seen.0, START.to_owned() + "25}");
            }
            Action::Validate(_) => call.on_validated(Vec::new(), CLOCK),
            Action::Done => break assert_eq!(call.candidate(), START.to_owned() + "25}"),
            Action::Failed(error) => panic!("{error}"),
            _ => {}
        }
    }
}

#[test]
fn a_whole_answer_that_is_a_number_is_read_as_its_text() {
    let number = json!({"schema": {"type": "integer"}, "name": "Age"});
    let anthropic = json!({"role": "assistant", "content": [{"type": "text", "text": 25}], "stop_reason": "end_turn"});
    let gemini = json!({"candidates": [{"content": {"parts": [{"text": 25}]}, "finishReason": "STOP"}]});
    let cohere = json!({"message": {"content": [{"type": "text", "text": 25}]}, "finish_reason": "COMPLETE"});
    let cases = [
        ("openai/gpt-4o-mini", json!({"choices": [{"message": {"content": 25}, "finish_reason": "stop"}]})),
        ("anthropic/claude-sonnet-4-5", anthropic),
        ("cohere/command-a-03-2025", cohere),
        ("google/gemini-2.5-flash", gemini),
        ("ollama/llama3", json!({"message": {"content": 25}, "done": true, "done_reason": "stop"})),
        ("workers_ai/@cf/meta/llama", json!({"result": {"response": 25}, "success": true})),
    ];
    for (model, body) in cases {
        let params = json!({"mode": if model.starts_with("cohere") { "MD_JSON" } else { "JSON" }, "responseModel": number, "prompt": "p", "maxRetries": 0});
        let call = call(model, json!({"accessToken": "t", "native": true}), params).unwrap();
        let (_, value) = run(call, &[(200, body)]);
        assert_eq!(value.unwrap(), json!(25), "{model}");
    }
}
