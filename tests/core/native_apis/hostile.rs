//! Hostile answers: valid ones with a changed node, unstreamed and streamed, and changed error bodies. Every call
//! ends with a value or an error, and never with a panic.

use super::*;
use instructor_wasm::machinery::provider::Sink;
use proptest::prelude::*;

struct Nowhere;

impl Sink for Nowhere {
    fn text(&mut self, _: &str) {}
    fn tool_start(&mut self, _: usize, _: Option<&str>, _: &str) {}
    fn arguments(&mut self, _: usize, _: &str) {}
}

const ARGUMENTS: &str = r#"{"name":"Jason","age":25}"#;

/// A model of every wire API, an unstreamed answer, and the events of a streamed one.
fn apis() -> Vec<(&'static str, Value, Value, Vec<Value>)> {
    let input = json!({ "name": "Jason", "age": 25 });
    let function = json!({ "name": "User", "arguments": ARGUMENTS });
    let call = json!({ "id": "c1", "index": 0, "type": "function", "function": function });
    let usage = json!({ "prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3 });
    let none = json!({});
    let response = json!({
        "status": "completed", "usage": { "input_tokens": 1 }, "incomplete_details": { "reason": "x" },
        "output": [
            { "type": "reasoning", "summary": [{ "text": "hm" }] },
            { "type": "message", "content": [{ "type": "output_text", "text": "x" }, { "type": "refusal", "refusal": "" }] },
            { "type": "function_call", "id": "f1", "call_id": "c1", "name": "User", "arguments": ARGUMENTS },
        ],
    });
    let claude = json!({
        "role": "assistant", "model": "m", "stop_reason": "tool_use", "usage": { "input_tokens": 1 },
        "content": [
            { "type": "thinking", "thinking": "hm", "signature": "s" }, { "type": "text", "text": "x" },
            { "type": "tool_use", "id": "t", "name": "User", "input": input },
        ],
    });
    let gemini = json!({
        "candidates": [{ "finishReason": "STOP", "content": { "role": "model", "parts": [
            { "text": "hm", "thought": true }, { "functionCall": { "name": "User", "args": input }, "thoughtSignature": "s" },
        ] } }],
        "usageMetadata": { "promptTokenCount": 1 }, "promptFeedback": { "blockReason": null },
    });
    let cohere = json!({
        "id": "x", "finish_reason": "TOOL_CALL", "usage": { "tokens": { "input_tokens": 1 } },
        "message": { "role": "assistant", "tool_plan": "hm", "content": [{ "type": "text", "text": "x" }], "tool_calls": [call] },
    });
    let bedrock = json!({
        "output": { "message": { "role": "assistant", "content": [
            { "text": "x" }, { "toolUse": { "toolUseId": "t", "name": "User", "input": input } },
            { "reasoningContent": { "reasoningText": { "text": "hm" } } },
        ] } },
        "stopReason": "tool_use", "usage": { "inputTokens": 1 },
    });
    let ollama = json!({
        "model": "m", "done": true, "done_reason": "stop", "eval_count": 1,
        "message": { "role": "assistant", "content": "x", "thinking": "hm", "tool_calls": [{ "function": { "name": "User", "arguments": input } }] },
    });
    let workers = json!({ "success": true, "errors": [], "result": { "response": "x", "tool_calls": [{ "name": "User", "arguments": input }] } });
    let choice = json!({ "index": 0, "finish_reason": "stop", "message": { "role": "assistant", "content": null, "reasoning_content": "hm", "tool_calls": [call] } });
    let chunk =
        |delta: Value| json!({ "id": "x", "model": "m", "choices": [{ "index": 0, "delta": delta }], "usage": usage });
    vec![
        (
            "openai/m",
            none.clone(),
            json!({ "model": "m", "choices": [choice], "usage": usage }),
            vec![
                chunk(json!({ "content": "x" })),
                chunk(json!({ "content": "y" })),
                chunk(json!({ "tool_calls": [call] })),
            ],
        ),
        (
            "openai/gpt-6-sol",
            none.clone(),
            response.clone(),
            vec![
                json!({ "type": "response.output_item.added", "output_index": 0, "item": response["output"][2] }),
                json!({ "type": "response.function_call_arguments.delta", "output_index": 0, "delta": "{" }),
                json!({ "type": "response.completed", "response": response }),
            ],
        ),
        (
            "anthropic/claude-sonnet-4-5",
            none.clone(),
            claude.clone(),
            vec![
                json!({ "type": "message_start", "message": claude }),
                json!({ "type": "content_block_start", "index": 0, "content_block": claude["content"][2] }),
                json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "input_json_delta", "partial_json": "{" } }),
                json!({ "type": "content_block_stop", "index": 0 }),
                json!({ "type": "message_delta", "delta": { "stop_reason": "tool_use", "stop_details": {} }, "usage": { "output_tokens": 2 } }),
                json!({ "type": "message_stop" }),
            ],
        ),
        ("google/gemini-3-pro", none.clone(), gemini.clone(), vec![gemini.clone(), gemini]),
        (
            "cohere/m",
            none.clone(),
            cohere,
            vec![
                json!({ "type": "tool-plan-delta", "delta": { "message": { "tool_plan": "hm" } } }),
                json!({ "type": "tool-call-start", "index": 0, "delta": { "message": { "tool_calls": call } } }),
                json!({ "type": "tool-call-delta", "index": 0, "delta": { "message": { "tool_calls": { "function": { "arguments": "{" } } } } }),
                json!({ "type": "content-delta", "index": 0, "delta": { "message": { "content": { "text": "x" } } } }),
                json!({ "type": "message-end", "delta": { "finish_reason": "TOOL_CALL", "usage": { "tokens": {} } } }),
            ],
        ),
        (
            "bedrock/anthropic.claude-3",
            none.clone(),
            bedrock,
            vec![
                json!({ "contentBlockStart": { "contentBlockIndex": 0, "start": { "toolUse": { "toolUseId": "t", "name": "User" } } } }),
                json!({ "contentBlockDelta": { "contentBlockIndex": 0, "delta": { "toolUse": { "input": "{" } } } }),
                json!({ "contentBlockDelta": { "contentBlockIndex": 1, "delta": { "reasoningContent": { "text": "hm", "signature": "s" } } } }),
                json!({ "contentBlockStop": { "contentBlockIndex": 0 } }),
                json!({ "messageStop": { "stopReason": "tool_use" } }),
                json!({ "metadata": { "usage": { "inputTokens": 1 }, "metrics": {} } }),
            ],
        ),
        ("ollama/qwen3", json!({ "native": true }), ollama.clone(), vec![ollama]),
        (
            "workers_ai/m",
            none,
            workers,
            vec![json!({ "response": "x" }), json!({ "tool_calls": [{ "name": "User", "arguments": {} }] })],
        ),
    ]
}

/// The replacement of a node.
fn odd() -> impl Strategy<Value = Value> {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(1e300),
        json!(u64::MAX),
        json!(""),
        json!("x"),
        json!("{\"name\":"),
        json!([]),
        json!({}),
        json!([[], {}, null, "x"]),
        json!({ "type": 7, "text": [], "name": null }),
        json!({ "error": { "code": {} } }),
        json!("\u{0}\u{2028}é🙂"),
        deep,
    ])
}

/// Replaces (or removes) the node with this number, counted from the top.
fn change(value: &mut Value, left: &mut usize, odd: &Value) -> bool {
    if *left == 0 {
        *value = odd.clone();
        return true;
    }
    *left -= 1;
    match value {
        Value::Array(list) => list.iter_mut().any(|inner| change(inner, left, odd)),
        Value::Object(fields) => fields.values_mut().any(|inner| change(inner, left, odd)),
        _ => false,
    }
}

fn size(value: &Value) -> usize {
    1 + match value {
        Value::Array(list) => list.iter().map(size).sum(),
        Value::Object(fields) => fields.values().map(size).sum(),
        _ => 0,
    }
}

fn changed(mut value: Value, at: usize, odd: &Value) -> Value {
    let mut left = at % size(&value);
    change(&mut value, &mut left, odd);
    value
}

/// An event as sent over the network.
fn framed(model: &str, event: &Value) -> Vec<u8> {
    match (model.split('/').next(), event.as_object().and_then(|fields| fields.iter().next())) {
        (Some("bedrock"), Some((name, payload))) => {
            framings::frame(&[(":event-type", name), (":message-type", "event")], payload.to_string().as_bytes())
        }
        (Some("bedrock"), None) => framings::frame(&[(":event-type", "metadata")], event.to_string().as_bytes()),
        (Some("ollama"), _) => format!("{event}\n").into_bytes(),
        _ => format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or("x")).into_bytes(),
    }
}

/// Replays this answer for every request until the call fails.
fn play(mut call: Call, status: u16, body: &[u8], stream: bool) {
    for _ in 0..200 {
        match call.poll(CLOCK) {
            Action::Send { .. } if stream && status == 200 => {
                call.on_head(200, &[]);
                for piece in body.chunks(11) {
                    if call.on_bytes(piece, &mut Nowhere, || CLOCK) {
                        break;
                    }
                }
                call.on_end(&mut Nowhere, CLOCK);
            }
            Action::Send { .. } => call.on_response(status, &[], body, CLOCK),
            Action::Validate(_) => {
                let issue =
                    instructor_wasm::machinery::error::Issue { path: vec!["age".into()], message: "bad".into() };
                call.on_validated(vec![issue], CLOCK);
            }
            Action::Wait(_) => call.on_woke(),
            Action::Failed(error) => {
                assert!(!error.message.is_empty());
                return;
            }
            Action::Done => return,
            _ => {}
        }
    }
    panic!("the call does not end");
}

fn started(model: &str, options: &Value, mode: Option<&str>, stream: bool) -> Call {
    call(model, options.clone(), json!({ "mode": mode, "stream": stream, "maxRetries": 2, "httpRetries": 1 })).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_changed_answer_ends_every_call(at in 0usize..200, odd in odd(), status in prop::sample::select(vec![200u16, 200, 400, 429])) {
        for (model, options, whole, _) in apis() {
            let body = changed(whole, at, &odd).to_string();
            for mode in [None, Some("JSON_SCHEMA")] {
                play(started(model, &options, mode, false), status, body.as_bytes(), false);
            }
        }
    }

    #[test]
    fn a_changed_event_ends_every_stream(at in 0usize..200, odd in odd(), event in 0usize..8, cut in 0usize..4000) {
        for (model, options, _, mut events) in apis() {
            let Some(last) = events.len().checked_sub(1) else { continue };
            let place = event.min(last);
            events[place] = changed(events[place].clone(), at, &odd);
            let mut body: Vec<u8> = events.iter().flat_map(|event| framed(model, event)).collect();
            if !model.starts_with("bedrock") {
                body.extend(b"data: [DONE]\n\n");
            }
            let bytes = &*body;
            play(started(model, &options, None, true), 200, bytes, true);
            play(started(model, &options, None, true), 200, &bytes[..cut.min(bytes.len())], true);
        }
    }

    #[test]
    fn a_changed_error_body_is_an_error(at in 0usize..40, odd in odd(), status in 400u16..600) {
        let body = json!({
            "error": { "message": "x", "code": 1, "type": "t", "metadata": { "error_type": "e" }, "details": [{ "retryDelay": "1s" }], "failed_generation": null },
            "message": "m", "detail": [{ "loc": ["a", 1], "msg": "x" }], "errors": [{ "code": 1, "message": "m" }], "request_id": "r",
        });
        let body = changed(body, at, &odd).to_string();
        for (model, options, ..) in apis() {
            play(started(model, &options, None, false), status, body.as_bytes(), false);
        }
    }

    #[test]
    fn changed_messages_are_refused_or_sent(at in 0usize..120, odd in odd()) {
        let messages = json!([
            { "role": "system", "content": [{ "type": "text", "text": "x", "cache_control": {} }] },
            { "role": "user", "name": "n", "content": [
                { "type": "text", "text": "x" },
                { "type": "image", "source": { "data": "AA", "mediaType": "image/png" }, "detail": "low" },
                { "type": "image_url", "image_url": { "url": "data:image/png;base64,AA" } },
            ] },
            { "role": "assistant", "content": null, "tool_calls": [{ "id": "c", "type": "function", "function": { "name": "f", "arguments": "{}" } }] },
            { "role": "tool", "tool_call_id": "c", "name": "f", "content": "x" },
            { "role": "user", "parts": [{ "text": "x" }], "content": "x" },
        ]);
        let messages = changed(messages, at, &odd);
        for (model, options, ..) in apis() {
            for mode in [None, Some("JSON_SCHEMA")] {
                match call(model, options.clone(), json!({ "messages": messages, "mode": mode, "autodetect": true })) {
                    Ok(call) => play(call, 200, b"{}", false),
                    Err(error) => assert!(!error.message.is_empty()),
                }
            }
        }
    }

    #[test]
    fn changed_parameters_are_refused_or_sent(at in 0usize..60, odd in odd()) {
        let params = json!({
            "max_tokens": 5, "stop": ["x"], "temperature": 1, "seed": 1, "tools": [{ "type": "web_search" }], "tool_choice": {},
            "thinking": { "type": "enabled" }, "reasoning_effort": "low", "reasoning": {}, "text": {}, "system": "x", "toolConfig": { "tools": [] },
            "generationConfig": { "temperature": 1 }, "safety_settings": { "A": "B" }, "output_config": {}, "outputConfig": {}, "options": {},
            "inferenceConfig": {}, "additionalModelRequestFields": {}, "stream_options": {}, "instructions": "x", "cachedContent": "x",
        });
        let params = changed(params, at, &odd);
        for (model, options, ..) in apis() {
            for mode in [None, Some("JSON_SCHEMA")] {
                let mut given = params.clone();
                let Some(fields) = given.as_object_mut() else { continue };
                fields.insert("mode".into(), mode.into());
                fields.insert("stream".into(), true.into());
                match call(model, options.clone(), given) {
                    Ok(call) => drop(call.request()),
                    Err(error) => assert!(!error.message.is_empty()),
                }
            }
        }
    }

    #[test]
    fn changed_options_are_refused_or_accepted(at in 0usize..60, odd in odd(), provider in 0usize..80) {
        let rows = instructor_wasm::machinery::provider::registry::ROWS;
        let options = json!({
            "apiKey": "k", "baseURL": "https://a.example/v1", "headers": { "x-a": "b" }, "region": "r", "location": "l", "project": "p",
            "credentials": { "client_email": "a", "private_key": "b", "accessKeyId": "c", "secretAccessKey": "d" }, "accessToken": "t",
            "apiVersion": "v", "azureEndpoint": "https://a.example", "organization": "o", "anthropicVersion": "v", "vertexai": true, "native": true,
            "binding": true, "browser": true, "runtime": "worker", "accountId": "a", "mode": null, "maxRetries": 1, "timeout": 5, "env": { "AWS_REGION": "x" },
        });
        let options = changed(options, at, &odd);
        let Some(fields) = options.as_object() else { return Ok(()) };
        let row = &rows[provider % rows.len()];
        match Client::new(&format!("{}/m", row.id), fields.clone()) {
            Ok(client) => drop(client.info()),
            Err(error) => assert!(!error.message.is_empty()),
        }
    }
}
