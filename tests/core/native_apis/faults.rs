//! Faults of servers and connections for every wire API, unstreamed and streamed: the result, and the number of requests.

use super::wire_answers::{Answer, WireFormat, apis, data, named};
use super::*;
use instructor_wasm::machinery::provider::Sink;

pub const JASON: &str = r#"{"name":"Jason","age":25}"#;

/// How a body ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// The server closes it normally.
    Closed,
    /// The connection breaks.
    Reset,
    /// It stalls until the call's timeout.
    Silent,
}

/// One response of the network.
#[derive(Clone)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    pub end: End,
    /// Bytes per chunk.
    pub size: usize,
}

pub fn reply(body: impl Into<Vec<u8>>) -> Reply {
    Reply { status: 200, headers: vec![], body: body.into(), end: End::Closed, size: 1 << 20 }
}

pub struct Nothing;

impl Sink for Nothing {
    fn text(&mut self, _: &str) {}
    fn tool_start(&mut self, _: usize, _: Option<&str>, _: &str) {}
    fn arguments(&mut self, _: usize, _: &str) {}
}

pub struct Ended {
    pub sent: Vec<String>,
    pub restarts: usize,
    pub outcome: Result<Value, Error>,
}

impl Ended {
    pub fn kind(&self) -> Option<Kind> {
        self.outcome.as_ref().err().map(|error| error.kind)
    }
}

/// Replays these responses in order; the last one repeats.
pub fn play(mut call: Call, stream: bool, replies: &[Reply]) -> Ended {
    let (mut sent, mut restarts) = (Vec::new(), 0);
    let broken = || Error::new(Kind::Network, "The connection broke in the middle of the answer.");
    for _ in 0..200 {
        match call.poll(CLOCK) {
            Action::Send { request, .. } => {
                let reply = &replies[sent.len().min(replies.len() - 1)];
                sent.push(request.body);
                if !stream || !call.on_head(reply.status, &reply.headers) {
                    match reply.end {
                        End::Closed => call.on_response(reply.status, &reply.headers, &reply.body, CLOCK),
                        End::Reset => call.on_body_cut(reply.status, &reply.headers, &reply.body, broken(), CLOCK),
                        End::Silent => call.on_timeout(),
                    }
                    continue;
                }
                let done = reply.body.chunks(reply.size).any(|chunk| call.on_bytes(chunk, &mut Nothing, || CLOCK));
                match reply.end {
                    End::Reset if !done => call.on_cut(broken(), &mut Nothing, CLOCK),
                    End::Silent if !done => call.on_timeout(),
                    _ => call.on_end(&mut Nothing, CLOCK),
                }
            }
            Action::Restart => restarts += 1,
            Action::Validate(_) => call.on_validated(Vec::new(), CLOCK),
            Action::Wait(_) => call.on_woke(),
            Action::Failed(error) => return Ended { sent, restarts, outcome: Err(error) },
            Action::Done => {
                let value = serde_json::from_str(call.candidate()).unwrap();
                return Ended { sent, restarts, outcome: Ok(value) };
            }
            Action::Nothing => panic!("the machine is stuck"),
            _ => {}
        }
    }
    panic!("the call does not end")
}

impl WireFormat {
    pub fn begin(&self, text: bool, stream: bool, more: Value) -> Call {
        let mut params = json!({ "stream": stream, "httpRetries": 0, "maxRetries": 1 });
        if text {
            params["mode"] = self.text_mode.into();
        } else if self.name == "ollama" || self.name == "converse" {
            params["mode"] = "TOOLS".into();
        }
        for (key, value) in more.as_object().unwrap() {
            params[key] = value.clone();
        }
        call(self.model, self.own.clone(), params).unwrap()
    }

    pub fn body(&self, stream: bool, answer: &Answer) -> Vec<u8> {
        match stream {
            true => (self.events)(answer).concat(),
            false => (self.whole)(answer).to_string().into_bytes(),
        }
    }

    pub fn good(&self, text: bool, stream: bool) -> Vec<u8> {
        self.body(stream, &Answer { text: JASON, call: !text, finish: self.finish_reasons[usize::from(!text)] })
    }
}

/// Every API, text and tools, unstreamed and streamed.
pub fn each(mut on: impl FnMut(&WireFormat, bool, bool, String)) {
    for api in apis() {
        for text in [true, false] {
            for stream in [true, false] {
                let what = format!("{}, {}, stream {stream}", api.name, if text { "text" } else { "tools" });
                on(&api, text, stream, what);
            }
        }
    }
}

#[test]
fn a_body_truncated_anywhere_is_requested_again_without_a_reask() {
    let mut cuts = 0;
    each(|api, text, stream, what| {
        let good = reply(api.good(text, stream));
        let whole = play(api.begin(text, stream, json!({})), stream, std::slice::from_ref(&good));
        assert_eq!(whole.outcome.unwrap()["age"], 25, "{what}");
        for at in 0..good.body.len() {
            for end in [End::Closed, End::Reset] {
                if end == End::Reset && at % 5 > 0 {
                    continue;
                }
                let cut = Reply { body: good.body[..at].to_vec(), end, size: 1 + at % 7, ..good.clone() };
                let alone = play(api.begin(text, stream, json!({})), stream, std::slice::from_ref(&cut));
                let what = format!("{what}, {end:?} at {at}");
                cuts += 1;
                assert_eq!(alone.sent.len(), 1, "{what}: the model is not asked to repair it");
                match &alone.outcome {
                    // The missing part comes after the answer.
                    Ok(value) => assert!(value["age"] == 25 && stream, "{what}"),
                    Err(error) => assert_eq!(error.kind, Kind::IncompleteOutput, "{what}: {error}"),
                }
                let complete = alone.outcome.is_ok();
                if at % 7 > 0 {
                    continue;
                }
                let again = play(api.begin(text, stream, json!({ "httpRetries": 1 })), stream, &[cut, good.clone()]);
                assert_eq!(again.outcome.as_ref().unwrap()["age"], 25, "{what}");
                assert_eq!(again.sent.len(), if complete { 1 } else { 2 }, "{what}");
                assert!(again.sent.iter().all(|body| *body == again.sent[0]), "{what}: the same request");
                assert_eq!(again.restarts, usize::from(stream && !complete), "{what}");
            }
        }
    });
    println!("faults: {cuts} cuts");
    assert!(cuts > 5_000);
}

#[test]
fn a_reset_has_the_connections_error_as_its_cause() {
    each(|api, text, stream, what| {
        let good = api.good(text, stream);
        let half = Reply { end: End::Reset, ..reply(&good[..good.len() / 3]) };
        let error = play(api.begin(text, stream, json!({})), stream, &[half]).outcome.unwrap_err();
        assert_eq!(error.kind, Kind::IncompleteOutput, "{what}");
        assert_eq!(error.detail["cause"]["class"], "NetworkError", "{what}");
    });
}

#[test]
fn a_stalled_server_ends_with_the_calls_timeout() {
    each(|api, text, stream, what| {
        let good = api.good(text, stream);
        let silent = Reply { end: End::Silent, ..reply(&good[..good.len() / 2]) };
        let ended = play(api.begin(text, stream, json!({ "timeout": 1000, "httpRetries": 3 })), stream, &[silent]);
        assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::Timeout), 1), "{what}");
    });
}

#[test]
fn temporary_statuses_are_retried_and_the_others_are_reported() {
    for status in [400, 401, 403, 404, 408, 409, 413, 422, 424, 425, 429, 498, 500, 502, 503, 504, 524, 529] {
        let passes = !matches!(status, 400..=404 | 413 | 422);
        each(|api, text, stream, what| {
            let failed = Reply { status, ..reply(r#"{"error":{"message":"no luck"}}"#) };
            let start = |retries: u32| api.begin(text, stream, json!({ "httpRetries": retries }));
            let ended = play(start(2), stream, std::slice::from_ref(&failed));
            assert_eq!(ended.sent.len(), if passes { 3 } else { 1 }, "{what} {status}");
            let error = ended.outcome.unwrap_err();
            assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(status)), "{what}");
            let good = reply(api.good(text, stream));
            assert_eq!(play(start(1), stream, &[failed, good]).outcome.is_ok(), passes, "{what} {status}");
        });
    }
}

#[test]
fn a_body_that_is_not_an_answer_is_a_failure_of_the_server() {
    for garbage in
        ["<html>Welcome</html>", "upstream connect error", "data: {\"a\": nope}\n\n", "{\"a\":}", "\u{1}\u{2}\0\0"]
    {
        each(|api, text, stream, what| {
            let retries = json!({ "httpRetries": 1 });
            let ended = play(api.begin(text, stream, retries), stream, &[reply(garbage)]);
            let what = format!("{what}: {garbage:?} {:?}", ended.outcome);
            assert!(matches!(ended.kind(), Some(Kind::Provider | Kind::IncompleteOutput)), "{what}");
            assert!(ended.sent.iter().all(|body| *body == ended.sent[0]), "{what}");
        });
    }
}

#[test]
fn an_event_that_is_not_json_is_not_shown_to_the_model() {
    each(|api, text, stream, what| {
        if !stream || api.name == "converse" {
            return;
        }
        let end = if api.name == "ollama" { "\n" } else { "\n\n" };
        let prefix = if api.name == "ollama" { "" } else { "data: " };
        let mut body =
            (api.events)(&Answer { text: JASON, call: !text, finish: api.finish_reasons[usize::from(!text)] });
        body.insert(1, format!("{prefix}{{\"choices\": oops, \"response\"{end}").into_bytes());
        let ended = play(api.begin(text, true, json!({ "httpRetries": 1 })), true, &[reply(body.concat())]);
        assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::Provider), 2), "{what}: {:?}", ended.outcome);
        assert_eq!(ended.sent[0], ended.sent[1], "{what}");
    });
}

#[test]
fn bytes_after_the_final_event_are_ignored() {
    for after in ["data: {\"a\": nope}\n\n", "garbage\n\n", "{\"error\":\"late\"}\n", "\0\0\0\u{9}\0\0\0\0"] {
        each(|api, text, stream, what| {
            let whole = api.name == "generateContent";
            if !stream || whole {
                return;
            }
            let body = [&*api.good(text, true), after.as_bytes()].concat();
            for size in [1, 5, 1 << 20] {
                let ended = play(api.begin(text, true, json!({})), true, &[Reply { size, ..reply(&*body) }]);
                assert_eq!(ended.outcome.as_ref().map(|value| value["age"] == 25).ok(), Some(true), "{what} {after:?}");
            }
        });
    }
}

#[test]
fn a_stream_without_its_final_event_is_complete_after_a_finish_reason() {
    for api in apis().into_iter().filter(|api| !api.final_event.is_empty()) {
        for text in [true, false] {
            let good = api.good(text, true);
            let body = good.strip_suffix(api.final_event.as_bytes()).expect(api.name);
            for end in [End::Closed, End::Reset] {
                let ended = play(api.begin(text, true, json!({})), true, &[Reply { end, ..reply(body) }]);
                assert_eq!(ended.outcome.unwrap()["age"], 25, "{}", api.name);
            }
        }
    }
}

#[test]
fn a_byte_order_mark_before_a_body_is_ignored() {
    each(|api, text, stream, what| {
        if api.name == "converse" && stream {
            return;
        }
        let body = ["\u{feff}".as_bytes(), &api.good(text, stream)].concat();
        for size in [1, 1 << 20] {
            let ended = play(api.begin(text, stream, json!({})), stream, &[Reply { size, ..reply(&*body) }]);
            assert_eq!(ended.outcome.unwrap()["age"], 25, "{what}");
        }
        // An unstreamed answer in place of the stream.
        let body = ["\u{feff}".as_bytes(), &api.good(text, false)].concat();
        let ended = play(api.begin(text, true, json!({})), true, &[reply(body)]);
        assert!(ended.outcome.is_ok() || api.name == "converse", "{what}: {:?}", ended.outcome);
    });
}

#[test]
fn a_streamed_text_that_ends_inside_its_json_is_incomplete_with_any_finish_reason() {
    for before in ["", "Here is the JSON:\n```json\n", "Sure [as requested]: "] {
        for api in apis() {
            for at in 1..JASON.len() {
                let after = if before.contains("```") { ["", "\n```"][at % 2] } else { "" };
                let text = [before, &JASON[..at], after].concat();
                let body = api.body(true, &Answer { text: &text, call: false, finish: api.finish_reasons[0] });
                let ended = play(api.begin(true, true, json!({ "httpRetries": 2 })), true, &[reply(body)]);
                let what = format!("{} {text:?} {:?}", api.name, ended.outcome);
                assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::IncompleteOutput), 1), "{what}");
            }
        }
    }
}

#[test]
fn a_filtered_answer_is_a_refusal_after_one_request() {
    each(|api, text, stream, what| {
        for half in [r#"{"name":"Ja"#, JASON] {
            let finish = api.finish_reasons[3];
            if finish.is_empty() {
                return;
            }
            let body = api.body(stream, &Answer { text: half, call: !text, finish });
            let ended = play(api.begin(text, stream, json!({ "httpRetries": 2 })), stream, &[reply(body)]);
            assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::Refusal), 1), "{what}: {:?}", ended.outcome);
            let error = ended.outcome.unwrap_err();
            // Anthropic's refusals have the text as their message.
            let partial = error.detail.get("partial").or(error.detail.get("refusal")).and_then(Value::as_str);
            // APIs that return an object cannot represent malformed arguments.
            assert!(!text || partial == Some(half), "{what}: {partial:?}");
        }
    });
}

#[test]
fn a_token_limit_is_incomplete_output() {
    each(|api, text, stream, what| {
        let finish = api.finish_reasons[2];
        if finish.is_empty() {
            return;
        }
        let body = api.body(stream, &Answer { text: JASON, call: !text, finish });
        // By default an answer in text that was cut after its required keys is read.
        let ended =
            play(api.begin(text, stream, json!({ "httpRetries": 2, "parse": "strict" })), stream, &[reply(body)]);
        assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::IncompleteOutput), 1), "{what}");
    });
}

#[test]
fn a_request_is_repeated_after_a_server_failure_in_the_middle() {
    each(|api, text, stream, what| {
        let finish = api.finish_reasons[4];
        if finish.is_empty() {
            return;
        }
        let failed = reply(api.body(stream, &Answer { text: JASON, call: !text, finish }));
        let start = |retries: u32| api.begin(text, stream, json!({ "httpRetries": retries }));
        let ended = play(start(1), stream, &[failed.clone(), reply(api.good(text, stream))]);
        assert_eq!(ended.outcome.as_ref().unwrap()["age"], 25, "{what}");
        assert_eq!(ended.sent[0], ended.sent[1], "{what}");
        assert_eq!(play(start(0), stream, &[failed]).kind(), Some(Kind::Provider), "{what}");
    });
}

#[test]
fn finish_reasons_of_other_servers_are_known_in_openais_format() {
    for (finish, kind, sent) in [
        ("abort", Kind::Provider, 2),
        ("network_error", Kind::Provider, 2),
        ("insufficient_system_resource", Kind::Provider, 2),
        ("ERROR", Kind::Provider, 2),
        ("sensitive", Kind::Refusal, 1),
        ("SAFETY", Kind::Refusal, 1),
        ("model_context_window_exceeded", Kind::IncompleteOutput, 1),
        ("MAX_TOKENS", Kind::IncompleteOutput, 1),
    ] {
        let api = &apis()[0];
        for stream in [true, false] {
            let body = api.body(stream, &Answer { text: JASON, call: true, finish });
            let ended = play(api.begin(false, stream, json!({ "httpRetries": 1 })), stream, &[reply(body)]);
            assert_eq!((ended.kind(), ended.sent.len()), (Some(kind), sent), "{finish}");
        }
    }
}

#[test]
fn an_unfinished_response_is_a_provider_error_without_retries() {
    let api = &apis()[1];
    for status in ["cancelled", "queued", "in_progress"] {
        let body = json!({ "status": status, "output": [] }).to_string();
        let ended = play(api.begin(false, false, json!({ "httpRetries": 2 })), false, &[reply(body)]);
        assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::Provider), 1), "{status}");
        assert!(ended.outcome.unwrap_err().message.contains(status));
    }
    for reason in ["steered", "max_messages"] {
        for stream in [true, false] {
            let body = api.body(stream, &Answer { text: JASON, call: true, finish: reason });
            let error = play(api.begin(false, stream, json!({})), stream, &[reply(body)]).outcome.unwrap_err();
            assert!(error.kind == Kind::IncompleteOutput && error.message.contains(reason), "{error}");
            assert!(!error.message.contains("max_tokens"), "{error}");
        }
    }
}

#[test]
fn any_reason_of_google_for_blocking_a_prompt_is_a_refusal() {
    let api = &apis()[3];
    for reason in ["OTHER", "BLOCKED_REASON_UNSPECIFIED", "SAFETY", "NEW_REASON"] {
        for stream in [true, false] {
            let body = json!({ "promptFeedback": { "blockReason": reason } });
            let body = if stream { data(&body) } else { body.to_string().into_bytes() };
            let ended = play(api.begin(false, stream, json!({})), stream, &[reply(body)]);
            assert_eq!((ended.kind(), ended.sent.len()), (Some(Kind::Refusal), 1), "{reason}");
            assert_eq!(ended.outcome.unwrap_err().detail["refusal"], reason);
        }
    }
}

#[test]
fn commentary_is_not_shown_as_the_answer() {
    struct Shown(String);
    impl Sink for Shown {
        fn text(&mut self, piece: &str) {
            self.0.push_str(piece);
        }
        fn tool_start(&mut self, _: usize, _: Option<&str>, _: &str) {}
        fn arguments(&mut self, _: usize, _: &str) {}
    }
    let message = |phase: &str, text: &str| json!({ "type": "message", "phase": phase, "role": "assistant", "content": [{ "type": "output_text", "text": text }] });
    let draft = r#"Draft: {"name":"draft","age":1}"#;
    let body =
        json!({ "status": "completed", "output": [message("commentary", draft), message("final_answer", JASON)] });
    let events: Vec<u8> = [
        json!({ "type": "response.output_item.added", "output_index": 0, "item": message("commentary", "") }),
        json!({ "type": "response.output_text.delta", "output_index": 0, "delta": draft }),
        json!({ "type": "response.output_item.added", "output_index": 1, "item": message("final_answer", "") }),
        json!({ "type": "response.output_text.delta", "output_index": 1, "delta": JASON }),
        json!({ "type": "response.completed", "response": body.clone() }),
    ]
    .iter()
    .flat_map(named)
    .collect();
    let api = &apis()[1];
    let mut call = api.begin(true, true, json!({}));
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    call.on_head(200, &[]);
    let mut shown = Shown(String::new());
    call.on_bytes(&events, &mut shown, || CLOCK);
    call.on_end(&mut shown, CLOCK);
    assert_eq!(shown.0, JASON);
    let ended = play(api.begin(true, false, json!({})), false, &[reply(body.to_string())]);
    assert_eq!(ended.outcome.unwrap()["name"], "Jason");
    let only = json!({ "status": "completed", "output": [message("commentary", JASON)] });
    let ended = play(api.begin(true, false, json!({})), false, &[reply(only.to_string())]);
    assert_eq!(ended.outcome.unwrap()["name"], "Jason", "a commentary alone is the answer");
}
