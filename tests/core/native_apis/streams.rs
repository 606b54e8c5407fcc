//! Streams that fail, by API: refusals, truncation, errors in the middle, pauses; and the echo after a stream.

use super::*;
use instructor_wasm::machinery::error::Kind;
use instructor_wasm::machinery::provider::Sink;

/// The text and the arguments as a consumer receives them.
#[derive(Default)]
pub(super) struct Seen(pub(super) String);

impl Sink for Seen {
    fn text(&mut self, piece: &str) {
        self.0.push_str(piece);
    }
    fn tool_start(&mut self, _: usize, _: Option<&str>, _: &str) {}
    fn arguments(&mut self, _: usize, piece: &str) {
        self.0.push_str(piece);
    }
}

pub(super) fn sse(events: &[Value]) -> String {
    let one = |event: &Value| format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or("x"));
    events.iter().map(one).collect()
}

/// `data:` events of choices' deltas, followed by the finish reason and `[DONE]`.
pub(super) fn chat(deltas: &[Value], finish: &str) -> String {
    let chunk =
        |delta: &Value, finish: Value| json!({ "choices": [{ "index": 0, "delta": delta, "finish_reason": finish }] });
    let mut out: String = deltas.iter().map(|delta| format!("data: {}\n\n", chunk(delta, Value::Null))).collect();
    out += &format!("data: {}\n\ndata: [DONE]\n\n", chunk(&json!({}), finish.into()));
    out
}

/// Streams each of these bodies in turn, a few bytes at a time; returns the requests and the result.
pub(super) fn stream(model: &str, params: Value, bodies: &[String]) -> (Vec<Value>, Result<Value, Error>) {
    let mut params = params;
    params["stream"] = true.into();
    let mut call = call(model, json!({ "accessToken": "t" }), params).unwrap();
    let (mut sent, mut bodies) = (Vec::new(), bodies.iter());
    let mut seen = Seen::default();
    loop {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                sent.push(serde_json::from_str(&request.body).unwrap());
                let body = bodies.next().expect("one request too many");
                assert!(call.on_head(200, &[]));
                for piece in body.as_bytes().chunks(7) {
                    if call.on_bytes(piece, &mut seen, || CLOCK) {
                        break;
                    }
                }
                call.on_end(&mut seen, CLOCK);
            }
            Action::Restart => seen = Seen::default(),
            Action::Validate(_) => call.on_validated(Vec::new(), CLOCK),
            Action::Wait(_) => call.on_woke(),
            Action::Failed(error) => return (sent, Err(error)),
            Action::Done => {
                let value: Value = serde_json::from_str(call.candidate()).unwrap();
                assert_eq!(serde_json::from_str::<Value>(&seen.0).unwrap(), value, "the shown text is the value");
                return (sent, Ok(value));
            }
            _ => {}
        }
    }
}

const RIGHT: &str = r#"{"name":"Jason","age":25}"#;

fn calling(id: &str, arguments: &str) -> Vec<Value> {
    let (first, rest) = arguments.split_at(arguments.len() / 2);
    vec![
        json!({ "tool_calls": [{ "index": 0, "id": id, "type": "function", "function": { "name": "User", "arguments": first } }] }),
        json!({ "tool_calls": [{ "index": 0, "function": { "arguments": rest } }] }),
    ]
}

#[test]
fn deepseeks_streamed_reasoning_is_echoed_with_its_call() {
    let mut wrong = vec![json!({ "reasoning_content": "Let me " }), json!({ "reasoning_content": "think." })];
    wrong.extend(calling("c1", r#"{"name": 5, "age": "x"}}"#));
    let bodies = [chat(&wrong, "tool_calls"), chat(&calling("c2", RIGHT), "tool_calls")];
    let (sent, ended) = stream("deepseek/deepseek-v4-flash", json!({}), &bodies);
    assert_eq!(ended.unwrap()["age"], 25);
    let turns = sent[1]["messages"].as_array().unwrap();
    let echo = turns.iter().find(|turn| turn["role"] == "assistant").unwrap();
    assert_eq!((&echo["reasoning_content"], &echo["tool_calls"][0]["id"]), (&json!("Let me think."), &json!("c1")));
}

#[test]
fn openrouters_comments_are_skipped_and_a_temporary_error_in_the_middle_is_retried() {
    let comment = ": OPENROUTER PROCESSING\n\n".to_owned();
    let broken = |code: u32| {
        let error = json!({ "error": { "code": code, "message": "upstream" }, "choices": [{ "delta": {}, "finish_reason": "error" }] });
        format!("{comment}data: {error}\n\n")
    };
    let good = comment.clone() + &chat(&calling("c1", RIGHT), "tool_calls");
    let (sent, ended) = stream("openrouter/a/b", json!({}), &[broken(502), good]);
    assert_eq!((sent.len(), ended.unwrap()["age"].as_u64()), (2, Some(25)));
    let (sent, ended) = stream("openrouter/a/b", json!({}), &[broken(402)]);
    let error = ended.unwrap_err();
    assert_eq!((sent.len(), error.kind, error.detail["status"].as_u64()), (1, Kind::Provider, Some(402)));
}

#[test]
fn groqs_field_for_a_streamed_error_is_read() {
    let body = format!("data: {}\n\n", json!({ "x_groq": { "error": "over capacity" }, "choices": [] }));
    let error = stream("groq/m", json!({ "httpRetries": 0 }), &[body]).1.unwrap_err();
    assert!(error.kind == Kind::Provider && error.message.contains("over capacity"), "{error}");
}

#[test]
fn responses_refusals_and_incomplete_answers_are_read_in_streams() {
    let ended =
        |events: &[Value]| stream("openai/gpt-6-sol", json!({ "maxRetries": 0, "httpRetries": 0 }), &[sse(events)]).1;
    let begun = json!({ "type": "response.created", "response": { "status": "in_progress", "output": [] } });
    let refusal = ended(&[
        begun.clone(),
        json!({ "type": "response.refusal.delta", "delta": "I can't." }),
        json!({ "type": "response.completed", "response": { "status": "completed", "output": [] } }),
    ]);
    let error = refusal.unwrap_err();
    assert_eq!((error.kind, error.detail["refusal"].as_str()), (Kind::Refusal, Some("I can't.")));
    let cut = json!({ "status": "incomplete", "incomplete_details": { "reason": "max_output_tokens" }, "output": [] });
    let cut = ended(&[begun.clone(), json!({ "type": "response.incomplete", "response": cut })]);
    assert_eq!(cut.unwrap_err().kind, Kind::IncompleteOutput);
    let failed = json!({ "status": "failed", "error": { "code": "server_error", "message": "broke" } });
    let failed = ended(&[begun.clone(), json!({ "type": "response.failed", "response": failed.clone() })]);
    assert_eq!(failed.map_err(|e| e.kind), Err(Kind::Provider));
    assert_eq!(ended(&[begun]).unwrap_err().kind, Kind::IncompleteOutput);
}

#[test]
fn responses_streams_its_call_among_built_in_ones() {
    let item = |arguments: &str| json!({ "type": "function_call", "id": "f1", "call_id": "c1", "name": "User", "arguments": arguments });
    let search = json!({ "type": "web_search_call", "id": "w1", "status": "completed" });
    let body = sse(&[
        json!({ "type": "response.output_item.added", "output_index": 0, "item": search }),
        json!({ "type": "response.web_search_call.searching", "output_index": 0 }),
        json!({ "type": "response.output_item.added", "output_index": 1, "item": item("") }),
        json!({ "type": "response.function_call_arguments.delta", "output_index": 1, "delta": RIGHT }),
        json!({ "type": "response.output_item.done", "output_index": 1, "item": item(RIGHT) }),
        json!({ "type": "response.completed", "response": { "status": "completed", "output": [search, item(RIGHT)] } }),
    ]);
    let tools = json!({ "tools": [{ "type": "web_search" }] });
    let (sent, ended) = stream("openai/gpt-6-sol", tools, &[body]);
    assert_eq!((ended.unwrap()["name"].as_str(), &sent[0]["tool_choice"]), (Some("Jason"), &json!("auto")));
}

fn anthropic(blocks: &[Value], reason: &str) -> String {
    let mut events = vec![
        json!({ "type": "message_start", "message": { "role": "assistant", "content": [], "usage": { "input_tokens": 3 } } }),
    ];
    for (index, block) in blocks.iter().enumerate() {
        let mut start = block.clone();
        let delta = match block["type"].as_str().unwrap() {
            "tool_use" => {
                let input = std::mem::replace(&mut start["input"], json!({})).to_string();
                Some(json!({ "type": "input_json_delta", "partial_json": input }))
            }
            "thinking" => {
                let text = std::mem::replace(&mut start["thinking"], "".into());
                start["signature"] = "".into();
                Some(json!({ "type": "thinking_delta", "thinking": text }))
            }
            _ => None,
        };
        events.push(json!({ "type": "content_block_start", "index": index, "content_block": start }));
        events.extend(delta.map(|delta| json!({ "type": "content_block_delta", "index": index, "delta": delta })));
        if block["type"] == "thinking" {
            let delta = json!({ "type": "signature_delta", "signature": block["signature"] });
            events.push(json!({ "type": "content_block_delta", "index": index, "delta": delta }));
        }
        events.push(json!({ "type": "content_block_stop", "index": index }));
    }
    events
        .push(json!({ "type": "message_delta", "delta": { "stop_reason": reason }, "usage": { "output_tokens": 2 } }));
    events.push(json!({ "type": "message_stop" }));
    sse(&events)
}

#[test]
fn anthropics_streamed_thinking_is_echoed_with_its_signature() {
    let thinking = json!({ "type": "thinking", "thinking": "hm", "signature": "c2ln" });
    let wrong = json!({ "type": "tool_use", "id": "t1", "name": "Other", "input": { "a": 1 } });
    let right = json!({ "type": "tool_use", "id": "t2", "name": "User", "input": { "name": "Jason", "age": 25 } });
    let params = json!({ "mode": "TOOLS", "thinking": { "type": "enabled", "budget_tokens": 1024 } });
    let bodies = [anthropic(&[thinking.clone(), wrong.clone()], "tool_use"), anthropic(&[right], "tool_use")];
    let (sent, ended) = stream("anthropic/claude-sonnet-4-5", params, &bodies);
    assert_eq!(ended.unwrap()["age"], 25);
    assert_eq!(sent[0]["tool_choice"], json!({ "type": "auto" }));
    let turns = sent[1]["messages"].as_array().unwrap();
    assert_eq!(turns[1], json!({ "role": "assistant", "content": [thinking, wrong] }));
    assert_eq!(turns[2]["content"][0]["tool_use_id"], "t1");
}

#[test]
fn anthropic_streams_pauses_refusals_limits_and_errors() {
    let server = json!({ "type": "server_tool_use", "id": "s1", "name": "web_search", "input": {} });
    let right = json!({ "type": "tool_use", "id": "t2", "name": "User", "input": { "name": "Jason", "age": 25 } });
    let bodies = [anthropic(std::slice::from_ref(&server), "pause_turn"), anthropic(&[right], "tool_use")];
    let (sent, ended) = stream("anthropic/claude-sonnet-4-5", json!({ "maxRetries": 0 }), &bodies);
    assert_eq!(ended.unwrap()["age"], 25);
    assert_eq!(sent[1]["messages"][1], json!({ "role": "assistant", "content": [server] }));
    let kind =
        |body: String| stream("anthropic/claude-sonnet-4-5", json!({ "httpRetries": 0 }), &[body]).1.unwrap_err().kind;
    assert_eq!(kind(anthropic(&[], "refusal")), Kind::Refusal);
    assert_eq!(kind(anthropic(&[], "max_tokens")), Kind::IncompleteOutput);
    let overloaded = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    assert_eq!(kind(sse(&[overloaded])), Kind::Provider);
    assert_eq!(kind(sse(&[json!({ "type": "message_start", "message": {} })])), Kind::IncompleteOutput);
}

#[test]
fn geminis_streamed_turn_is_echoed_with_its_thought_signatures() {
    let event = |parts: Value, reason: Value| {
        let candidate = json!({ "content": { "role": "model", "parts": parts }, "finishReason": reason });
        format!("data: {}\n\n", json!({ "candidates": [candidate], "usageMetadata": { "totalTokenCount": 3 } }))
    };
    let parts = |args: Value| {
        json!([
            { "text": "hm", "thought": true },
            { "functionCall": { "name": "User", "args": args }, "thoughtSignature": "AbC=" },
        ])
    };
    let wrong =
        event(json!([{ "functionCall": { "name": "Other", "args": {} }, "thoughtSignature": "AbC=" }]), "STOP".into());
    let right = event(parts(json!({ "name": "Jason", "age": 25 })), "STOP".into());
    let (sent, ended) = stream("google/gemini-3-pro", json!({}), &[wrong, right]);
    assert_eq!(ended.unwrap()["age"], 25);
    assert_eq!(sent[1]["contents"][1]["parts"][0]["thoughtSignature"], "AbC=");
    let blocked = format!("data: {}\n\n", json!({ "promptFeedback": { "blockReason": "SAFETY" } }));
    assert_eq!(stream("google/gemini-3-pro", json!({}), &[blocked]).1.unwrap_err().kind, Kind::Refusal);
    let cut = event(json!([{ "text": "{" }]), Value::Null);
    assert_eq!(
        stream("google/gemini-3-pro", json!({ "maxRetries": 0, "httpRetries": 0 }), &[cut]).1.unwrap_err().kind,
        Kind::IncompleteOutput
    );
}

#[test]
fn ollamas_lines_stream_and_an_error_line_is_one() {
    let line = |text: &str, done: bool| {
        format!(
            "{}\n",
            json!({ "message": { "role": "assistant", "content": text }, "done": done, "done_reason": done.then_some("stop") })
        )
    };
    let native = |bodies: &[String]| {
        let params = json!({ "stream": true, "maxRetries": 0, "httpRetries": 0 });
        let mut call = call("ollama/qwen3", json!({ "native": true }), params).unwrap();
        while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
        call.on_head(200, &[]);
        let mut seen = Seen::default();
        call.on_bytes(bodies.concat().as_bytes(), &mut seen, || CLOCK);
        call.on_end(&mut seen, CLOCK);
        loop {
            match call.poll(CLOCK) {
                Action::Validate(value) => return Ok(value),
                Action::Failed(error) => return Err(error),
                _ => {}
            }
        }
    };
    assert_eq!(native(&[line(&RIGHT[..9], false), line(&RIGHT[9..], false), line("", true)]).unwrap(), RIGHT);
    let error = native(&[line("{", false), "{\"error\":\"out of memory\"}\n".to_owned()]).unwrap_err();
    assert!(error.kind == Kind::Provider && error.message.contains("out of memory"));
    assert_eq!(native(&[line("{", false)]).unwrap_err().kind, Kind::IncompleteOutput);
}

#[test]
fn cohere_streams_its_call_and_its_final_event_has_the_failure() {
    let start = json!({ "type": "tool-call-start", "index": 0, "delta": { "message": { "tool_calls": { "id": "User_1", "type": "function", "function": { "name": "User", "arguments": "" } } } } });
    let piece = json!({ "type": "tool-call-delta", "index": 0, "delta": { "message": { "tool_calls": { "function": { "arguments": RIGHT } } } } });
    let end = |reason: &str| json!({ "type": "message-end", "delta": { "finish_reason": reason, "usage": { "tokens": { "input_tokens": 9 } } } });
    let ended = |events: &[Value]| {
        stream("cohere/command-a-03-2025", json!({ "maxRetries": 0, "httpRetries": 0 }), &[sse(events)]).1
    };
    assert_eq!(ended(&[start.clone(), piece.clone(), end("TOOL_CALL")]).unwrap()["age"], 25);
    assert_eq!(ended(&[start.clone(), end("MAX_TOKENS")]).unwrap_err().kind, Kind::IncompleteOutput);
    assert_eq!(ended(&[start, piece]).unwrap_err().kind, Kind::IncompleteOutput);
}

#[test]
fn a_list_with_an_invalid_element_is_reasked_without_a_quoted_attempt() {
    for (model, mode) in [
        ("anthropic/claude-sonnet-4-5", "JSON"),
        ("google/gemini-2.5-flash", "JSON"),
        ("cohere/command-a-03-2025", "MD_JSON"),
    ] {
        let mut list = user();
        list["iterable"] = true.into();
        let mut call = call(model, json!({}), json!({ "mode": mode, "stream": true, "responseModel": list })).unwrap();
        let issue = instructor_wasm::machinery::error::Issue { path: vec!["age".into()], message: "bad age".into() };
        let mut broken = false;
        let again: Value = loop {
            match call.poll(CLOCK) {
                Action::Send { request, .. } if broken => break serde_json::from_str(&request.body).unwrap(),
                Action::Send { .. } => {
                    broken = true;
                    assert!(call.on_element("{\"name\":\"A\"}".into(), CLOCK));
                    call.on_element_validated(Vec::new(), CLOCK);
                    assert!(call.on_element("{\"name\":1}".into(), CLOCK));
                    call.on_element_validated(vec![issue.clone()], CLOCK);
                }
                Action::Failed(error) => panic!("{error}"),
                _ => {}
            }
        };
        let turns = again.get("messages").or_else(|| again.get("contents")).unwrap().as_array().unwrap();
        let text = turns.last().unwrap().to_string();
        assert!(text.contains("bad age") && text.contains("The first 1 elements are accepted"), "{text}");
        assert!(
            text.contains(r#"Accepted: [{\"name\":\"A\"}]"#) && text.contains(r#"With the error: {\"name\":1}"#),
            "{text}"
        );
        assert!(!text.contains("No text content") && !text.contains("attempt") && !text.contains("JSON:"), "{text}");
    }
}
