//! Answers in the format of every wire API, unstreamed and as the events of a stream.

use super::*;

/// One wire API: its format of a text answer and of a tool call, unstreamed and as the events of a stream.
pub struct WireFormat {
    pub name: &'static str,
    pub model: &'static str,
    pub own: Value,
    /// A mode with a text answer.
    pub text_mode: &'static str,
    pub whole: fn(&Answer) -> Value,
    pub events: fn(&Answer) -> Vec<Vec<u8>>,
    /// The finish reasons: complete (text), complete (call), token limit, filter, failure of the server.
    pub finish_reasons: [&'static str; 5],
    /// The event after the finish reason, or an empty text.
    pub final_event: &'static str,
}

/// The model's answer.
pub struct Answer<'a> {
    pub text: &'a str,
    pub call: bool,
    pub finish: &'a str,
}

pub fn data(event: &Value) -> Vec<u8> {
    format!("data: {event}\n\n").into_bytes()
}

pub fn named(event: &Value) -> Vec<u8> {
    format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap()).into_bytes()
}

fn frame(name: &str, payload: &Value) -> Vec<u8> {
    framings::frame(&[(":event-type", name), (":message-type", "event")], payload.to_string().as_bytes())
}

/// The text in three pieces.
fn pieces(text: &str) -> Vec<&str> {
    let ends = |n: usize| (0..=text.len() * n / 3).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    vec![&text[..ends(1)], &text[ends(1)..ends(2)], &text[ends(2)..]]
}

fn input(answer: &Answer) -> Value {
    serde_json::from_str(answer.text).unwrap_or_else(|_| json!({}))
}

fn chat_message(answer: &Answer) -> Value {
    let function = json!({ "name": "User", "arguments": answer.text });
    match answer.call {
        true => {
            json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": "call_1", "type": "function", "function": function }] })
        }
        false => json!({ "role": "assistant", "content": answer.text }),
    }
}

fn chat_events(answer: &Answer) -> Vec<Vec<u8>> {
    let chunk = |delta: Value, finish: Value| {
        data(&json!({ "id": "c", "model": "m", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
    };
    let mut out = vec![chunk(json!({ "role": "assistant" }), Value::Null)];
    for (n, piece) in pieces(answer.text).into_iter().enumerate() {
        let mut call = json!({ "index": 0, "function": { "arguments": piece } });
        if n == 0 {
            call = json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": "User", "arguments": piece } });
        }
        out.push(chunk(
            if answer.call { json!({ "tool_calls": [call] }) } else { json!({ "content": piece }) },
            Value::Null,
        ));
    }
    out.push(chunk(json!({}), answer.finish.into()));
    out.push(b"data: [DONE]\n\n".to_vec());
    out
}

fn response(answer: &Answer) -> Value {
    let (status, reason) = match answer.finish {
        status @ ("completed" | "failed") => (status, Value::Null),
        reason => ("incomplete", reason.into()),
    };
    let item = match answer.call {
        true => {
            json!({ "type": "function_call", "id": "f", "call_id": "call_1", "name": "User", "arguments": answer.text })
        }
        false => {
            json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": answer.text }] })
        }
    };
    json!({ "status": status, "incomplete_details": { "reason": reason }, "model": "m", "output": [item] })
}

fn response_events(answer: &Answer) -> Vec<Vec<u8>> {
    let body = response(answer);
    let mut out = vec![named(&json!({ "type": "response.created", "response": { "status": "in_progress" } }))];
    let mut item = body["output"][0].clone();
    if answer.call {
        item["arguments"] = "".into();
    }
    out.push(named(&json!({ "type": "response.output_item.added", "output_index": 0, "item": item })));
    let kind = if answer.call { "response.function_call_arguments.delta" } else { "response.output_text.delta" };
    out.extend(
        pieces(answer.text).iter().map(|piece| named(&json!({ "type": kind, "output_index": 0, "delta": piece }))),
    );
    let status = body["status"].as_str().unwrap().to_owned();
    out.push(named(&json!({ "type": format!("response.{status}"), "response": body })));
    out
}

fn claude(answer: &Answer) -> Value {
    let block = match answer.call {
        true => json!({ "type": "tool_use", "id": "t", "name": "User", "input": input(answer) }),
        false => json!({ "type": "text", "text": answer.text }),
    };
    json!({ "type": "message", "role": "assistant", "model": "m", "content": [block], "stop_reason": answer.finish, "usage": { "input_tokens": 1 } })
}

fn claude_events(answer: &Answer) -> Vec<Vec<u8>> {
    let mut begin = claude(answer)["content"][0].clone();
    begin[if answer.call { "input" } else { "text" }] = if answer.call { json!({}) } else { "".into() };
    let mut out = vec![
        named(&json!({ "type": "message_start", "message": { "model": "m", "content": [] } })),
        named(&json!({ "type": "content_block_start", "index": 0, "content_block": begin })),
    ];
    for piece in pieces(answer.text) {
        let delta = match answer.call {
            true => json!({ "type": "input_json_delta", "partial_json": piece }),
            false => json!({ "type": "text_delta", "text": piece }),
        };
        out.push(named(&json!({ "type": "content_block_delta", "index": 0, "delta": delta })));
    }
    out.push(named(&json!({ "type": "content_block_stop", "index": 0 })));
    out.push(named(&json!({ "type": "message_delta", "delta": { "stop_reason": answer.finish } })));
    out.push(named(&json!({ "type": "message_stop" })));
    out
}

fn gemini_with(answer: &Answer, text: &str, finish: Value) -> Value {
    let part = match answer.call {
        true => json!({ "functionCall": { "name": "User", "args": input(answer) } }),
        false => json!({ "text": text }),
    };
    json!({ "candidates": [{ "content": { "role": "model", "parts": [part] }, "finishReason": finish }], "modelVersion": "m" })
}

fn gemini_events(answer: &Answer) -> Vec<Vec<u8>> {
    let pieces = if answer.call { vec![answer.text] } else { pieces(answer.text) };
    let mut out: Vec<Vec<u8>> =
        pieces.into_iter().map(|piece| data(&gemini_with(answer, piece, Value::Null))).collect();
    out.push(data(&json!({ "candidates": [{ "finishReason": answer.finish }] })));
    out
}

fn cohere_message(answer: &Answer) -> Value {
    match answer.call {
        true => {
            json!({ "role": "assistant", "tool_calls": [{ "id": "c", "type": "function", "function": { "name": "User", "arguments": answer.text } }] })
        }
        false => json!({ "role": "assistant", "content": [{ "type": "text", "text": answer.text }] }),
    }
}

fn cohere_events(answer: &Answer) -> Vec<Vec<u8>> {
    let event =
        |kind: &str, message: Value| data(&json!({ "type": kind, "index": 0, "delta": { "message": message } }));
    let mut out = vec![data(&json!({ "type": "message-start", "id": "x" }))];
    if answer.call {
        let start = json!({ "id": "c", "type": "function", "function": { "name": "User", "arguments": "" } });
        out.push(event("tool-call-start", json!({ "tool_calls": start })));
    }
    for piece in pieces(answer.text) {
        out.push(match answer.call {
            true => event("tool-call-delta", json!({ "tool_calls": { "function": { "arguments": piece } } })),
            false => event("content-delta", json!({ "content": { "text": piece } })),
        });
    }
    out.push(data(&json!({ "type": "message-end", "delta": { "finish_reason": answer.finish } })));
    out
}

fn converse(answer: &Answer) -> Value {
    let block = match answer.call {
        true => json!({ "toolUse": { "toolUseId": "t", "name": "User", "input": input(answer) } }),
        false => json!({ "text": answer.text }),
    };
    json!({ "output": { "message": { "role": "assistant", "content": [block] } }, "stopReason": answer.finish })
}

fn converse_events(answer: &Answer) -> Vec<Vec<u8>> {
    let mut out = vec![frame("messageStart", &json!({ "role": "assistant" }))];
    if answer.call {
        let start = json!({ "toolUse": { "toolUseId": "t", "name": "User" } });
        out.push(frame("contentBlockStart", &json!({ "contentBlockIndex": 0, "start": start })));
    }
    for piece in pieces(answer.text) {
        let delta = if answer.call { json!({ "toolUse": { "input": piece } }) } else { json!({ "text": piece }) };
        out.push(frame("contentBlockDelta", &json!({ "contentBlockIndex": 0, "delta": delta })));
    }
    out.push(frame("contentBlockStop", &json!({ "contentBlockIndex": 0 })));
    out.push(frame("messageStop", &json!({ "stopReason": answer.finish })));
    out.push(frame("metadata", &json!({ "usage": { "inputTokens": 1 } })));
    out
}

fn ollama_with(answer: &Answer, text: &str, done: bool) -> Value {
    let message = match (answer.call, done) {
        (true, false) => {
            json!({ "role": "assistant", "content": "", "tool_calls": [{ "function": { "name": "User", "arguments": input(answer) } }] })
        }
        _ => json!({ "role": "assistant", "content": text }),
    };
    json!({ "model": "m", "message": message, "done": done, "done_reason": if done { answer.finish.into() } else { Value::Null } })
}

fn ollama_events(answer: &Answer) -> Vec<Vec<u8>> {
    let pieces = if answer.call { vec![""] } else { pieces(answer.text) };
    let mut lines: Vec<Value> = pieces.into_iter().map(|piece| ollama_with(answer, piece, false)).collect();
    lines.push(ollama_with(answer, "", true));
    lines.iter().map(|line| format!("{line}\n").into_bytes()).collect()
}

fn workers_events(answer: &Answer) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = match answer.call {
        true => vec![data(&json!({ "response": "", "tool_calls": [{ "name": "User", "arguments": input(answer) }] }))],
        false => pieces(answer.text).iter().map(|piece| data(&json!({ "response": piece }))).collect(),
    };
    out.push(b"data: [DONE]\n\n".to_vec());
    out
}

pub fn apis() -> Vec<WireFormat> {
    vec![
        WireFormat {
            name: "chat completions",
            model: "openai/gpt-4o-mini",
            own: json!({}),
            text_mode: "JSON",
            whole: |answer| json!({ "model": "m", "choices": [{ "index": 0, "message": chat_message(answer), "finish_reason": answer.finish }] }),
            events: chat_events,
            finish_reasons: ["stop", "tool_calls", "length", "content_filter", "error"],
            final_event: "data: [DONE]\n\n",
        },
        WireFormat {
            name: "responses",
            model: "openai/gpt-6-sol",
            own: json!({}),
            text_mode: "RESPONSES_TOOLS",
            whole: response,
            events: response_events,
            finish_reasons: ["completed", "completed", "max_output_tokens", "content_filter", "failed"],
            final_event: "",
        },
        WireFormat {
            name: "messages",
            model: "anthropic/claude-sonnet-4-5",
            own: json!({}),
            text_mode: "JSON",
            whole: claude,
            events: claude_events,
            finish_reasons: ["end_turn", "tool_use", "max_tokens", "refusal", ""],
            final_event: "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        },
        WireFormat {
            name: "generateContent",
            model: "google/gemini-2.5-flash",
            own: json!({}),
            text_mode: "JSON",
            whole: |answer| gemini_with(answer, answer.text, answer.finish.into()),
            events: gemini_events,
            finish_reasons: ["STOP", "STOP", "CONTINUATION", "RECITATION", ""],
            final_event: "",
        },
        WireFormat {
            name: "cohere",
            model: "cohere/command-a-03-2025",
            own: json!({}),
            text_mode: "JSON_SCHEMA",
            whole: |answer| json!({ "id": "x", "message": cohere_message(answer), "finish_reason": answer.finish }),
            events: cohere_events,
            finish_reasons: ["COMPLETE", "TOOL_CALL", "MAX_TOKENS", "ERROR_TOXIC", "TIMEOUT"],
            final_event: "",
        },
        WireFormat {
            name: "converse",
            model: "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0",
            own: json!({}),
            text_mode: "MD_JSON",
            whole: converse,
            events: converse_events,
            finish_reasons: ["end_turn", "tool_use", "max_tokens", "content_filtered", ""],
            final_event: "",
        },
        WireFormat {
            name: "ollama",
            model: "ollama/qwen3",
            own: json!({ "native": true }),
            text_mode: "JSON_SCHEMA",
            whole: |answer| match answer.call {
                true => {
                    let mut body = ollama_with(answer, "", true);
                    body["message"] = ollama_with(answer, "", false)["message"].clone();
                    body
                }
                false => ollama_with(answer, answer.text, true),
            },
            events: ollama_events,
            finish_reasons: ["stop", "stop", "length", "", ""],
            final_event: "",
        },
        WireFormat {
            name: "workers ai",
            model: "workers_ai/@cf/m",
            own: json!({}),
            text_mode: "MD_JSON",
            whole: |answer| match answer.call {
                true => {
                    json!({ "success": true, "result": { "response": null, "tool_calls": [{ "name": "User", "arguments": input(answer) }] } })
                }
                false => json!({ "success": true, "result": { "response": answer.text } }),
            },
            events: workers_events,
            finish_reasons: ["", "", "", "", ""],
            final_event: "",
        },
    ]
}
