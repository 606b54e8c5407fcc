//! Errors inside a 200, bodies larger than the limit, and provider errors about the model's own answer.

use super::faults::{End, Reply, each, play, reply};
use super::wire_answers::{data, named};
use super::*;

/// The body of a stream, replayed without retries.
fn streamed(model: &str, body: &[u8], params: Value) -> (usize, Error) {
    let mut given = json!({ "stream": true, "httpRetries": 0, "maxRetries": 0 });
    for (key, value) in params.as_object().unwrap() {
        given[key] = value.clone();
    }
    let ended = play(call(model, json!({}), given).unwrap(), true, &[reply(body)]);
    (ended.sent.len(), ended.outcome.unwrap_err())
}

fn exception(name: &str) -> Vec<u8> {
    framings::frame(&[(":message-type", "exception"), (":exception-type", name)], br#"{"message":"no luck"}"#)
}

#[test]
fn an_error_in_a_stream_has_its_explicit_or_implied_status() {
    let claude = |kind: &str| named(&json!({ "type": "error", "error": { "type": kind, "message": "no luck" } }));
    let chat = |error: Value| data(&json!({ "error": error }));
    for (model, body, status, again) in [
        ("anthropic/m", claude("api_error"), 500, true),
        ("anthropic/m", claude("timeout_error"), 504, true),
        ("anthropic/m", claude("overloaded_error"), 529, true),
        ("anthropic/m", claude("rate_limit_error"), 429, true),
        ("anthropic/m", claude("invalid_request_error"), 400, false),
        ("anthropic/m", claude("authentication_error"), 401, false),
        ("anthropic/m", claude("permission_error"), 403, false),
        ("anthropic/m", claude("request_too_large"), 413, false),
        ("anthropic/m", claude("billing_error"), 402, false),
        ("openai/m", chat(json!({ "message": "no luck", "type": "server_error", "code": null })), 500, true),
        ("openai/m", chat(json!({ "message": "no luck", "code": "insufficient_quota" })), 429, false),
        ("openai/m", chat(json!({ "message": "no luck", "code": "context_length_exceeded" })), 400, false),
        ("openai/m", chat(json!("no luck")), 500, true),
        ("openrouter/m", chat(json!({ "message": "no luck", "code": 502 })), 502, true),
        ("openrouter/m", chat(json!({ "message": "no luck", "code": "403" })), 403, false),
        (
            "google/m",
            data(&json!({ "error": { "code": 503, "message": "no luck", "status": "UNAVAILABLE" } })),
            503,
            true,
        ),
        ("google/m", data(&json!({ "error": { "message": "no luck", "status": "RESOURCE_EXHAUSTED" } })), 429, true),
        (
            "cohere/m",
            data(&json!({ "type": "message-end", "delta": { "error": "no luck", "finish_reason": "ERROR" } })),
            500,
            true,
        ),
        (
            "openai/gpt-6-sol",
            named(&json!({ "type": "error", "code": "server_error", "message": "no luck" })),
            500,
            true,
        ),
        (
            "openai/gpt-6-sol",
            named(&json!({ "type": "error", "code": "invalid_prompt", "message": "no luck" })),
            400,
            false,
        ),
        ("bedrock/anthropic.claude-3", exception("throttlingException"), 429, true),
        ("bedrock/anthropic.claude-3", exception("serviceUnavailableException"), 503, true),
        ("bedrock/anthropic.claude-3", exception("internalServerException"), 500, true),
        ("bedrock/anthropic.claude-3", exception("modelStreamErrorException"), 424, true),
        ("bedrock/anthropic.claude-3", exception("validationException"), 400, false),
    ] {
        let params = json!({ "httpRetries": 1 });
        let (sent, error) = streamed(model, &body, params);
        let what = format!("{model} {status}: {error}");
        assert_eq!((error.kind, error.detail.get("status")), (Kind::Provider, Some(&json!(status))), "{what}");
        assert_eq!(sent, 1 + usize::from(again), "{what}");
        assert!(error.message.contains("no luck"), "{what}");
    }
}

#[test]
fn an_error_that_is_not_sent_as_data_is_read() {
    let error = json!({ "error": { "code": 429, "message": "Used up.", "status": "RESOURCE_EXHAUSTED" } });
    let pretty = serde_json::to_string_pretty(&error).unwrap();
    let part = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{\"}]}}]}\r\n\r\n";
    for body in [
        [part, &pretty].concat(),
        [part, &pretty, "\n\n"].concat(),
        [part, "[", &pretty, "]"].concat(),
        [part, &error.to_string(), "\n"].concat(),
        pretty.clone(),
        format!("[{pretty}]"),
    ] {
        for size in [1, 10, 1 << 20] {
            let call = call("google/gemini-2.5-flash", json!({}), json!({ "stream": true, "httpRetries": 0 })).unwrap();
            let ended = play(call, true, &[Reply { size, ..reply(&*body) }]);
            let error = ended.outcome.unwrap_err();
            assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(429)), "{body}: {error}");
            assert!(error.message.contains("Used up."), "{error}");
        }
    }
    for (model, field) in [
        ("llama_cpp/m", r#"{"code":400,"message":"Too long.","type":"invalid_request_error"}"#),
        ("llama_cpp/m", r#"{"error":{"code":400,"message":"Too long."}}"#),
        ("openai/m", "Too long."),
        ("anthropic/m", r#"{"type":"invalid_request_error","message":"Too long."}"#),
        ("cohere/m", r#"{"message":"Too long."}"#),
        ("openai/gpt-6-sol", r#"{"message":"Too long."}"#),
    ] {
        for end in ["\n\ndata: [DONE]\n\n", "\n", ""] {
            let (sent, error) = streamed(model, ["error: ", field, end].concat().as_bytes(), json!({}));
            assert_eq!((sent, error.kind), (1, Kind::Provider), "{model} {field}: {error}");
            assert!(error.message.contains("Too long."), "{error}");
        }
    }
}

#[test]
fn an_error_in_a_stream_has_precedence_over_the_text_before_it() {
    each(|api, text, stream, what| {
        if !stream || api.name == "converse" {
            return;
        }
        let mut events =
            (api.events)(&wire_answers::Answer { text: faults::JASON, call: !text, finish: api.finish_reasons[0] });
        let error = json!({ "error": { "code": 503, "message": "no luck" } });
        events[1] = if api.name == "ollama" { format!("{error}\n").into_bytes() } else { data(&error) };
        if api.name == "messages" || api.name == "responses" {
            events[1] = named(&json!({ "type": "error", "error": { "code": 503, "message": "no luck" } }));
        }
        let ended = play(api.begin(text, true, json!({})), true, &[reply(events.concat())]);
        let error = ended.outcome.unwrap_err();
        assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(503)), "{what}: {error}");
    });
}

#[test]
fn an_upstream_providers_message_is_reported_without_keys() {
    let raw = json!({ "error": { "code": "bad_image", "message": "At most 1 image, key sk-or-0123456789abcdef." } })
        .to_string();
    let error = json!({ "message": "Provider returned error", "code": 400, "metadata": { "raw": raw, "provider_name": "Acme" } });
    let body = json!({ "error": error.clone() }).to_string();
    let whole = call("openrouter/a/b", json!({}), json!({ "httpRetries": 0 })).unwrap();
    let whole = play(whole, false, &[Reply { status: 400, ..reply(body) }]).outcome.unwrap_err();
    let (_, inside) = streamed("openrouter/a/b", &data(&json!({ "error": error })), json!({}));
    for error in [whole, inside] {
        assert!(error.message.contains("Provider returned error (Acme bad_image: At most 1 image"), "{error}");
        assert!(error.message.contains("key [redacted].") && !error.message.contains("sk-or"), "{error}");
        assert!(!error.to_json().to_string().contains("sk-or"), "{error}");
    }
    let body =
        json!({ "success": false, "error": [{ "code": 2005, "message": "Failed to get a response." }] }).to_string();
    let gateway = call("openai/m", json!({}), json!({ "httpRetries": 0 })).unwrap();
    let error = play(gateway, false, &[Reply { status: 401, ..reply(body) }]).outcome.unwrap_err();
    assert!(error.message.contains("Failed to get a response."), "{error}");
    assert_eq!(error.detail["code"], "2005");
}

#[test]
fn a_provider_error_about_the_models_answer_is_reported_to_the_model() {
    let groq = |failed: Value, code: &str| {
        let mut error = json!({ "message": "`/age`: expected integer", "type": "invalid_request_error", "code": code });
        if !failed.is_null() {
            error["failed_generation"] = failed;
        }
        json!({ "error": error })
    };
    let arguments = json!({ "index": 0, "id": "c", "function": { "name": "User", "arguments": faults::JASON } });
    let right =
        json!({ "choices": [{ "index": 0, "message": { "tool_calls": [arguments] }, "finish_reason": "tool_calls" }] });
    let right_streamed =
        json!({ "choices": [{ "index": 0, "delta": { "tool_calls": [arguments] }, "finish_reason": "tool_calls" }] });
    for code in ["tool_use_failed", "json_validate_failed"] {
        for failed in [Value::Null, json!("{\"name\":\"Jason\",\"age\":\"x\"}")] {
            let body = groq(failed.clone(), code);
            let whole = call("groq/m", json!({}), json!({ "httpRetries": 0 })).unwrap();
            let ended =
                play(whole, false, &[Reply { status: 400, ..reply(body.to_string()) }, reply(right.to_string())]);
            let streamed = call("groq/m", json!({}), json!({ "stream": true, "httpRetries": 0 })).unwrap();
            let again = play(streamed, true, &[reply(data(&body)), reply(data(&right_streamed))]);
            for ended in [ended, again] {
                assert_eq!(ended.outcome.unwrap()["age"], 25, "{body}");
                let second: Value = serde_json::from_str(&ended.sent[1]).unwrap();
                assert!(second["messages"].as_array().unwrap().len() > 1, "the problem is in the next request");
                assert!(!failed.is_null() || ended.sent[1].contains("expected integer"), "{}", ended.sent[1]);
            }
            // A raw answer is not read, so there is no problem to report.
            let raw = call("groq/m", json!({}), json!({ "responseModel": null })).unwrap();
            let error = play(raw, false, &[Reply { status: 400, ..reply(body.to_string()) }]).outcome.unwrap_err();
            assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(400)));
        }
    }
    let other = call("groq/m", json!({}), json!({})).unwrap();
    let body = groq(Value::Null, "model_decommissioned").to_string();
    assert_eq!(play(other, false, &[Reply { status: 400, ..reply(body) }]).sent.len(), 1);
}

#[test]
fn a_call_that_bedrock_cannot_read_is_reported_to_the_model() {
    let message =
        "Model produced invalid sequence as part of ToolUse. Please refer to the model tool use troubleshooting guide.";
    let frame = |message: &str| {
        let headers = [(":message-type", "exception"), (":exception-type", "modelStreamErrorException")];
        framings::frame(&headers, json!({ "message": message }).to_string().as_bytes())
    };
    let reply_of = |stream: bool, message: &str| match stream {
        true => reply(frame(message)),
        false => {
            let kind = ("x-amzn-errortype".to_owned(), "ModelErrorException:http://internal/".to_owned());
            let body = json!({ "message": message, "originalStatusCode": 424 }).to_string();
            Reply { status: 424, headers: vec![kind], ..reply(body) }
        }
    };
    let api = wire_answers::apis().into_iter().find(|api| api.name == "converse").unwrap();
    for stream in [false, true] {
        let right = api.body(stream, &wire_answers::Answer { text: faults::JASON, call: true, finish: "tool_use" });
        let begin = |http: u32| api.begin(false, stream, json!({ "httpRetries": http, "maxRetries": 1 }));
        let ended = play(begin(0), stream, &[reply_of(stream, message), reply(right.clone())]);
        assert_eq!(ended.outcome.unwrap()["age"], 25, "stream: {stream}");
        assert!(!ended.sent[0].contains("invalid sequence") && ended.sent[1].contains(message), "{}", ended.sent[1]);
        // The model may repeat it: the attempts end, and no request is repeated unchanged.
        let ended = play(begin(3), stream, &[reply_of(stream, message)]);
        assert_eq!((ended.sent.len(), ended.kind()), (2, Some(Kind::Retry)), "stream: {stream}");
        // Another failure of the model's server is not the model's fault.
        let ended = play(begin(0), stream, &[reply_of(stream, "The model is not ready."), reply(right)]);
        assert_eq!((ended.sent.len(), ended.outcome.unwrap_err().kind), (1, Kind::Provider), "stream: {stream}");
    }
}

#[test]
fn an_answer_above_the_limit_ends_the_call_without_a_reask() {
    each(|api, text, stream, what| {
        let long = json!({ "name": "J".repeat(5000), "age": 25 }).to_string();
        let finish = api.finish_reasons[usize::from(!text)];
        let body = api.body(stream, &wire_answers::Answer { text: &long, call: !text, finish });
        for size in [1, 1000, 1 << 20] {
            let limited = |bytes: usize| {
                let params = json!({ "maxAnswerBytes": bytes, "httpRetries": 2 });
                play(api.begin(text, stream, params), stream, &[Reply { size, ..reply(&*body) }])
            };
            assert!(limited(body.len()).outcome.is_ok(), "{what}");
            let ended = limited(4000);
            let error = ended.outcome.expect_err(&what);
            assert_eq!((error.kind, ended.sent.len()), (Kind::Provider, 1), "{what}");
            assert_eq!(error.detail["code"], "answer_too_large", "{what}");
            assert!(error.message.contains("4000 bytes") && error.message.contains("maxAnswerBytes"), "{error}");
        }
    });
}

#[test]
fn reasoning_comments_and_ignored_events_are_counted_too() {
    let thought = data(&json!({ "choices": [{ "index": 0, "delta": { "reasoning_content": "hm ".repeat(100) } }] }));
    let ping = named(&json!({ "type": "ping", "x": "y".repeat(300) }));
    let comment = format!(": {}\n\n", "keep alive ".repeat(30)).into_bytes();
    for (model, piece) in [("openai/m", &thought), ("anthropic/m", &ping), ("openai/m", &comment)] {
        let start = || {
            let params = json!({ "stream": true, "maxAnswerBytes": 100_000, "httpRetries": 0, "stopLoops": false });
            let mut call = call(model, json!({}), params).unwrap();
            while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
            assert!(call.on_head(200, &[]));
            call
        };
        let mut call = start();
        let read = (0..10_000).take_while(|_| !call.on_bytes(piece, &mut faults::Nothing, || CLOCK)).count();
        assert!(read > 100_000 / piece.len() && read < 1_000_000 / piece.len() + 2, "{model}: {read} pieces");
        let Action::Failed(error) = call.poll(CLOCK) else { panic!("{model}") };
        assert_eq!(error.detail["code"], "answer_too_large", "{model}");
        // The same in one chunk.
        let mut call = start();
        assert!(call.on_bytes(&piece.repeat(10_000), &mut faults::Nothing, || CLOCK));
        assert!(matches!(call.poll(CLOCK), Action::Failed(_)));
    }
}

#[test]
fn an_endless_frame_does_not_fill_the_memory() {
    for (model, own, begin) in [
        ("openai/m", json!({}), "data: {\"choices\":[{\"delta\":{\"content\":\""),
        ("ollama/m", json!({ "native": true }), "{\"message\":{\"content\":\""),
        ("openai/m", json!({}), "{\"choices\":[{\"message\":{\"content\":\""),
        ("google/gemini-2.5-flash", json!({}), "[{\"candidates\":[{\"content\":\""),
    ] {
        let mut call = call(model, own, json!({ "stream": true, "httpRetries": 0, "maxRetries": 0 })).unwrap();
        while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
        call.on_head(200, &[]);
        call.on_bytes(begin.as_bytes(), &mut faults::Nothing, || CLOCK);
        let piece = vec![b'x'; 1 << 20];
        let read = (0..40).take_while(|_| !call.on_bytes(&piece, &mut faults::Nothing, || CLOCK)).count();
        assert!((15..=17).contains(&read), "{model} {begin}: {read} MiB");
        let ended =
            std::iter::from_fn(|| Some(call.poll(CLOCK))).take(9).find(|want| matches!(want, Action::Failed(_)));
        let Some(Action::Failed(error)) = ended else { panic!("{model}") };
        assert_eq!(error.kind, Kind::Provider, "{model}: {error}");
    }
}

#[test]
fn an_error_body_that_breaks_off_still_has_its_status() {
    let page = Reply { status: 503, end: End::Reset, ..reply("<html>Service unav") };
    for stream in [true, false] {
        let call = call("openai/m", json!({}), json!({ "stream": stream, "httpRetries": 0 })).unwrap();
        let error = play(call, stream, std::slice::from_ref(&page)).outcome.unwrap_err();
        assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(503)));
    }
}
