//! One answer in the form of every wire API, whole and as the events of a stream.

use super::*;

/// One wire API: how it tells an answer in words and an answer by a tool, whole and as the events of a stream.
pub struct Told {
    pub name: &'static str,
    pub model: &'static str,
    pub own: Value,
    /// A mode whose answer is text.
    pub text_mode: &'static str,
    pub whole: fn(&Said) -> Value,
    pub events: fn(&Said) -> Vec<Vec<u8>>,
    /// The words of a finish: complete (text), complete (call), token limit, filter, failure of the server.
    pub words: [&'static str; 5],
    /// Comes after the finish reason, where there is such a thing.
    pub last_word: &'static str,
}

/// What the model says.
pub struct Said<'a> {
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
    support::frame(&[(":event-type", name), (":message-type", "event")], payload.to_string().as_bytes())
}

/// The text in three pieces.
fn pieces(text: &str) -> Vec<&str> {
    let ends = |n: usize| (0..=text.len() * n / 3).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    vec![&text[..ends(1)], &text[ends(1)..ends(2)], &text[ends(2)..]]
}

fn input(said: &Said) -> Value {
    serde_json::from_str(said.text).unwrap_or_else(|_| json!({}))
}

fn chat_message(said: &Said) -> Value {
    let function = json!({ "name": "User", "arguments": said.text });
    match said.call {
        true => {
            json!({ "role": "assistant", "content": null, "tool_calls": [{ "id": "call_1", "type": "function", "function": function }] })
        }
        false => json!({ "role": "assistant", "content": said.text }),
    }
}

fn chat_events(said: &Said) -> Vec<Vec<u8>> {
    let chunk = |delta: Value, finish: Value| {
        data(&json!({ "id": "c", "model": "m", "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] }))
    };
    let mut out = vec![chunk(json!({ "role": "assistant" }), Value::Null)];
    for (n, piece) in pieces(said.text).into_iter().enumerate() {
        let mut call = json!({ "index": 0, "function": { "arguments": piece } });
        if n == 0 {
            call = json!({ "index": 0, "id": "call_1", "type": "function", "function": { "name": "User", "arguments": piece } });
        }
        out.push(chunk(
            if said.call { json!({ "tool_calls": [call] }) } else { json!({ "content": piece }) },
            Value::Null,
        ));
    }
    out.push(chunk(json!({}), said.finish.into()));
    out.push(b"data: [DONE]\n\n".to_vec());
    out
}

fn response(said: &Said) -> Value {
    let (status, reason) = match said.finish {
        status @ ("completed" | "failed") => (status, Value::Null),
        reason => ("incomplete", reason.into()),
    };
    let item = match said.call {
        true => {
            json!({ "type": "function_call", "id": "f", "call_id": "call_1", "name": "User", "arguments": said.text })
        }
        false => {
            json!({ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": said.text }] })
        }
    };
    json!({ "status": status, "incomplete_details": { "reason": reason }, "model": "m", "output": [item] })
}

fn response_events(said: &Said) -> Vec<Vec<u8>> {
    let body = response(said);
    let mut out = vec![named(&json!({ "type": "response.created", "response": { "status": "in_progress" } }))];
    let mut item = body["output"][0].clone();
    if said.call {
        item["arguments"] = "".into();
    }
    out.push(named(&json!({ "type": "response.output_item.added", "output_index": 0, "item": item })));
    let kind = if said.call { "response.function_call_arguments.delta" } else { "response.output_text.delta" };
    out.extend(
        pieces(said.text).iter().map(|piece| named(&json!({ "type": kind, "output_index": 0, "delta": piece }))),
    );
    let status = body["status"].as_str().unwrap().to_owned();
    out.push(named(&json!({ "type": format!("response.{status}"), "response": body })));
    out
}

fn claude(said: &Said) -> Value {
    let block = match said.call {
        true => json!({ "type": "tool_use", "id": "t", "name": "User", "input": input(said) }),
        false => json!({ "type": "text", "text": said.text }),
    };
    json!({ "type": "message", "role": "assistant", "model": "m", "content": [block], "stop_reason": said.finish, "usage": { "input_tokens": 1 } })
}

fn claude_events(said: &Said) -> Vec<Vec<u8>> {
    let mut begin = claude(said)["content"][0].clone();
    begin[if said.call { "input" } else { "text" }] = if said.call { json!({}) } else { "".into() };
    let mut out = vec![
        named(&json!({ "type": "message_start", "message": { "model": "m", "content": [] } })),
        named(&json!({ "type": "content_block_start", "index": 0, "content_block": begin })),
    ];
    for piece in pieces(said.text) {
        let delta = match said.call {
            true => json!({ "type": "input_json_delta", "partial_json": piece }),
            false => json!({ "type": "text_delta", "text": piece }),
        };
        out.push(named(&json!({ "type": "content_block_delta", "index": 0, "delta": delta })));
    }
    out.push(named(&json!({ "type": "content_block_stop", "index": 0 })));
    out.push(named(&json!({ "type": "message_delta", "delta": { "stop_reason": said.finish } })));
    out.push(named(&json!({ "type": "message_stop" })));
    out
}

fn gemini_with(said: &Said, text: &str, finish: Value) -> Value {
    let part = match said.call {
        true => json!({ "functionCall": { "name": "User", "args": input(said) } }),
        false => json!({ "text": text }),
    };
    json!({ "candidates": [{ "content": { "role": "model", "parts": [part] }, "finishReason": finish }], "modelVersion": "m" })
}

fn gemini_events(said: &Said) -> Vec<Vec<u8>> {
    let pieces = if said.call { vec![said.text] } else { pieces(said.text) };
    let mut out: Vec<Vec<u8>> = pieces.into_iter().map(|piece| data(&gemini_with(said, piece, Value::Null))).collect();
    out.push(data(&json!({ "candidates": [{ "finishReason": said.finish }] })));
    out
}

fn cohere_message(said: &Said) -> Value {
    match said.call {
        true => {
            json!({ "role": "assistant", "tool_calls": [{ "id": "c", "type": "function", "function": { "name": "User", "arguments": said.text } }] })
        }
        false => json!({ "role": "assistant", "content": [{ "type": "text", "text": said.text }] }),
    }
}

fn cohere_events(said: &Said) -> Vec<Vec<u8>> {
    let event =
        |kind: &str, message: Value| data(&json!({ "type": kind, "index": 0, "delta": { "message": message } }));
    let mut out = vec![data(&json!({ "type": "message-start", "id": "x" }))];
    if said.call {
        let start = json!({ "id": "c", "type": "function", "function": { "name": "User", "arguments": "" } });
        out.push(event("tool-call-start", json!({ "tool_calls": start })));
    }
    for piece in pieces(said.text) {
        out.push(match said.call {
            true => event("tool-call-delta", json!({ "tool_calls": { "function": { "arguments": piece } } })),
            false => event("content-delta", json!({ "content": { "text": piece } })),
        });
    }
    out.push(data(&json!({ "type": "message-end", "delta": { "finish_reason": said.finish } })));
    out
}

fn converse(said: &Said) -> Value {
    let block = match said.call {
        true => json!({ "toolUse": { "toolUseId": "t", "name": "User", "input": input(said) } }),
        false => json!({ "text": said.text }),
    };
    json!({ "output": { "message": { "role": "assistant", "content": [block] } }, "stopReason": said.finish })
}

fn converse_events(said: &Said) -> Vec<Vec<u8>> {
    let mut out = vec![frame("messageStart", &json!({ "role": "assistant" }))];
    if said.call {
        let start = json!({ "toolUse": { "toolUseId": "t", "name": "User" } });
        out.push(frame("contentBlockStart", &json!({ "contentBlockIndex": 0, "start": start })));
    }
    for piece in pieces(said.text) {
        let delta = if said.call { json!({ "toolUse": { "input": piece } }) } else { json!({ "text": piece }) };
        out.push(frame("contentBlockDelta", &json!({ "contentBlockIndex": 0, "delta": delta })));
    }
    out.push(frame("contentBlockStop", &json!({ "contentBlockIndex": 0 })));
    out.push(frame("messageStop", &json!({ "stopReason": said.finish })));
    out.push(frame("metadata", &json!({ "usage": { "inputTokens": 1 } })));
    out
}

fn ollama_with(said: &Said, text: &str, done: bool) -> Value {
    let message = match (said.call, done) {
        (true, false) => {
            json!({ "role": "assistant", "content": "", "tool_calls": [{ "function": { "name": "User", "arguments": input(said) } }] })
        }
        _ => json!({ "role": "assistant", "content": text }),
    };
    json!({ "model": "m", "message": message, "done": done, "done_reason": if done { said.finish.into() } else { Value::Null } })
}

fn ollama_events(said: &Said) -> Vec<Vec<u8>> {
    let pieces = if said.call { vec![""] } else { pieces(said.text) };
    let mut lines: Vec<Value> = pieces.into_iter().map(|piece| ollama_with(said, piece, false)).collect();
    lines.push(ollama_with(said, "", true));
    lines.iter().map(|line| format!("{line}\n").into_bytes()).collect()
}

fn workers_events(said: &Said) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = match said.call {
        true => vec![data(&json!({ "response": "", "tool_calls": [{ "name": "User", "arguments": input(said) }] }))],
        false => pieces(said.text).iter().map(|piece| data(&json!({ "response": piece }))).collect(),
    };
    out.push(b"data: [DONE]\n\n".to_vec());
    out
}

pub fn apis() -> Vec<Told> {
    vec![
        Told {
            name: "chat completions",
            model: "openai/gpt-4o-mini",
            own: json!({}),
            text_mode: "JSON",
            whole: |said| json!({ "model": "m", "choices": [{ "index": 0, "message": chat_message(said), "finish_reason": said.finish }] }),
            events: chat_events,
            words: ["stop", "tool_calls", "length", "content_filter", "error"],
            last_word: "data: [DONE]\n\n",
        },
        Told {
            name: "responses",
            model: "openai/gpt-6-sol",
            own: json!({}),
            text_mode: "RESPONSES_TOOLS",
            whole: response,
            events: response_events,
            words: ["completed", "completed", "max_output_tokens", "content_filter", "failed"],
            last_word: "",
        },
        Told {
            name: "messages",
            model: "anthropic/claude-sonnet-4-5",
            own: json!({}),
            text_mode: "JSON",
            whole: claude,
            events: claude_events,
            words: ["end_turn", "tool_use", "max_tokens", "refusal", ""],
            last_word: "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n",
        },
        Told {
            name: "generateContent",
            model: "google/gemini-2.5-flash",
            own: json!({}),
            text_mode: "JSON",
            whole: |said| gemini_with(said, said.text, said.finish.into()),
            events: gemini_events,
            words: ["STOP", "STOP", "CONTINUATION", "RECITATION", ""],
            last_word: "",
        },
        Told {
            name: "cohere",
            model: "cohere/command-a-03-2025",
            own: json!({}),
            text_mode: "JSON_SCHEMA",
            whole: |said| json!({ "id": "x", "message": cohere_message(said), "finish_reason": said.finish }),
            events: cohere_events,
            words: ["COMPLETE", "TOOL_CALL", "MAX_TOKENS", "ERROR_TOXIC", "TIMEOUT"],
            last_word: "",
        },
        Told {
            name: "converse",
            model: "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0",
            own: json!({}),
            text_mode: "MD_JSON",
            whole: converse,
            events: converse_events,
            words: ["end_turn", "tool_use", "max_tokens", "content_filtered", ""],
            last_word: "",
        },
        Told {
            name: "ollama",
            model: "ollama/qwen3",
            own: json!({ "native": true }),
            text_mode: "JSON_SCHEMA",
            whole: |said| match said.call {
                true => {
                    let mut body = ollama_with(said, "", true);
                    body["message"] = ollama_with(said, "", false)["message"].clone();
                    body
                }
                false => ollama_with(said, said.text, true),
            },
            events: ollama_events,
            words: ["stop", "stop", "length", "", ""],
            last_word: "",
        },
        Told {
            name: "workers ai",
            model: "workers_ai/@cf/m",
            own: json!({}),
            text_mode: "MD_JSON",
            whole: |said| match said.call {
                true => {
                    json!({ "success": true, "result": { "response": null, "tool_calls": [{ "name": "User", "arguments": input(said) }] } })
                }
                false => json!({ "success": true, "result": { "response": said.text } }),
            },
            events: workers_events,
            words: ["", "", "", "", ""],
            last_word: "",
        },
    ]
}
