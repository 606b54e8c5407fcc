//! Anthropic's Messages API, from Anthropic and on Vertex AI.

use super::*;

#[test]
fn anthropic_receives_system_blocks_a_forced_tool_and_a_token_limit() {
    let (url, body) =
        request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": with_system(), "stop": "END" }));
    assert_eq!(url, "https://api.anthropic.com/v1/messages");
    assert_eq!(body["system"], json!([{ "type": "text", "text": SYSTEM }]));
    assert_eq!(body["messages"], json!([{ "role": "user", "content": "Jason is 25" }]));
    assert_eq!(body["max_tokens"], 16384);
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(body["tool_choice"], json!({ "type": "tool", "name": "User", "disable_parallel_tool_use": true }));
    assert_eq!(body["tools"][0]["input_schema"]["required"], json!(["name", "age"]));
}

#[test]
fn anthropic_receives_the_schema_as_its_output_format_where_tools_cannot_be_forced() {
    let (_, body) = request("anthropic/claude-opus-5-5", json!({}), json!({}));
    assert_eq!(body["output_config"]["format"]["type"], "json_schema");
    assert_eq!(body["output_config"]["format"]["schema"]["additionalProperties"], false);
    assert!(body.get("tools").is_none() && body.get("tool_choice").is_none());
}

#[test]
fn anthropic_does_not_force_the_tool_with_thinking() {
    let thinking = json!({ "type": "enabled", "budget_tokens": 2048 });
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "thinking": thinking, "mode": "TOOLS" }));
    assert_eq!(body["tool_choice"], json!({ "type": "auto" }));
    assert_eq!(body["thinking"]["budget_tokens"], 2048);
    assert!(body["system"][0]["text"].as_str().unwrap().contains("`User`"));
}

#[test]
fn anthropic_sampling_is_refused_where_the_model_does_not_support_it() {
    let message = refusal("anthropic/claude-opus-5-5", json!({ "temperature": 0 }));
    assert!(message.contains("temperature") && message.contains("claude-opus-5-5"), "{message}");
}

#[test]
fn anthropic_reads_tool_turns_as_blocks() {
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": with_tools() }));
    assert_eq!(
        body["messages"][1]["content"],
        json!([
            { "type": "text", "text": "Let me see." },
            { "type": "tool_use", "id": "c1", "name": "look", "input": { "at": 1 } },
            { "type": "tool_use", "id": "c2", "name": "look", "input": {} },
        ])
    );
    // Both results in one turn.
    assert_eq!(body["messages"].as_array().unwrap().len(), 3);
    assert_eq!(body["messages"][2]["content"][1]["tool_use_id"], "c2");
}

#[test]
fn anthropic_accepts_images_as_data_or_url_and_no_audio() {
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": picture() }));
    let source = json!({ "type": "base64", "media_type": "image/png", "data": "AAAA" });
    assert_eq!(body["messages"][0]["content"][1], json!({ "type": "image", "source": source }));
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": linked_picture() }));
    assert_eq!(
        body["messages"][0]["content"][0]["source"],
        json!({ "type": "url", "url": "https://a.example/b.webp?x=1" })
    );
    let message = refusal("anthropic/claude-sonnet-4-6", json!({ "messages": sound() }));
    assert!(message.contains("anthropic") && message.contains("audio"), "{message}");
}

#[test]
fn anthropic_receives_the_problems_of_every_failed_call_and_the_echoed_thinking() {
    let body = second(
        "anthropic/claude-sonnet-4-6",
        json!({}),
        json!({
            "id": "m", "role": "assistant", "stop_reason": "tool_use", "content": [
                { "type": "thinking", "thinking": "hm", "signature": "sig" },
                { "type": "text", "text": "" },
                { "type": "tool_use", "id": "t1", "name": "User", "input": { "name": "J", "age": 1 }, "caller": null },
            ],
        }),
    );
    assert_eq!(
        body["messages"][1],
        json!({ "role": "assistant", "content": [
            { "type": "thinking", "thinking": "hm", "signature": "sig" },
            { "type": "tool_use", "id": "t1", "name": "User", "input": { "name": "J", "age": 1 } },
        ] })
    );
    let result = &body["messages"][2]["content"][0];
    assert_eq!((result["type"].as_str(), result["tool_use_id"].as_str()), (Some("tool_result"), Some("t1")));
    assert_eq!(result["is_error"], true);
    assert!(result["content"].as_str().unwrap().starts_with("Validation Error found:\n"));
}

#[test]
fn anthropic_is_reasked_after_an_answer_without_a_tool_call() {
    let answer = json!({ "stop_reason": "end_turn", "content": [{ "type": "text", "text": "No." }] });
    let body = second("anthropic/claude-sonnet-4-6", json!({}), answer);
    assert_eq!(body["messages"][1]["content"][0]["text"], "No.");
    assert!(
        body["messages"][2]["content"].as_str().unwrap().starts_with("Validation Error due to no tool invocation:\n")
    );
}

#[test]
fn claude_on_vertex_has_its_model_in_the_path_and_its_version_in_the_body() {
    let options = json!({ "accessToken": "t", "location": "global" });
    let (url, body) = request("vertexai/claude-sonnet-4-5@20250929", options, json!({}));
    assert!(
        url.starts_with(
            "https://aiplatform.googleapis.com/v1beta1/projects/p/locations/global/publishers/anthropic/models/"
        ),
        "{url}"
    );
    assert!(url.ends_with(":rawPredict"), "{url}");
    assert_eq!(body["anthropic_version"], "vertex-2023-10-16");
    assert!(body.get("model").is_none());
    assert_eq!(body["tool_choice"]["name"], "User");
}

#[test]
fn anthropic_continues_after_a_pause_within_the_same_attempt() {
    for reason in ["pause_turn", "compaction"] {
        let pause = json!({
            "role": "assistant", "stop_reason": reason, "usage": { "input_tokens": 5, "output_tokens": 1 },
            "content": [{ "type": "server_tool_use", "id": "s1", "name": "web_search", "input": {} }],
        });
        let input = json!({ "name": "Jason", "age": 25 });
        let done = json!({
            "stop_reason": "tool_use", "usage": { "input_tokens": 7, "output_tokens": 2 },
            "content": [{ "type": "tool_use", "id": "t1", "name": "User", "input": input }],
        });
        let call = call("anthropic/claude-sonnet-4-5", json!({}), json!({ "maxRetries": 0 })).unwrap();
        let (sent, ended) = run(call, &[(200, pause.clone()), (200, done)]);
        assert_eq!(ended.unwrap(), input, "{reason}");
        let turns = sent[1]["messages"].as_array().unwrap();
        assert_eq!(turns.last().unwrap(), &json!({ "role": "assistant", "content": pause["content"] }));
    }
}

#[test]
fn anthropics_refusal_and_token_limit_are_final() {
    let ended = |answer: Value| {
        let call = call("anthropic/claude-sonnet-4-5", json!({}), json!({})).unwrap();
        run(call, &[(200, answer)]).1.unwrap_err()
    };
    let refused = ended(json!({
        "content": [], "stop_reason": "refusal", "stop_details": { "type": "refusal", "explanation": "not this" },
    }));
    assert_eq!(
        (refused.kind, refused.detail["refusal"].as_str()),
        (instructor_wasm::machinery::error::Kind::Refusal, Some("not this"))
    );
    for reason in ["max_tokens", "model_context_window_exceeded"] {
        let cut = ended(json!({ "content": [{ "type": "text", "text": "{" }], "stop_reason": reason }));
        assert_eq!(cut.kind, instructor_wasm::machinery::error::Kind::IncompleteOutput);
    }
}

#[test]
fn anthropic_receives_the_browser_header_in_browsers_only_and_the_requested_version() {
    let headers = |options: Value| call("anthropic/m", options, json!({})).unwrap().request().headers;
    let has =
        |headers: &[(String, String)], name: &str, value: &str| headers.iter().any(|(n, v)| n == name && v == value);
    let header = "anthropic-dangerous-direct-browser-access";
    assert!(has(&headers(json!({ "browser": true })), header, "true"));
    assert!(!headers(json!({})).iter().any(|(name, _)| name == header));
    assert!(has(&headers(json!({})), "anthropic-version", "2023-06-01"));
    assert!(has(&headers(json!({ "anthropicVersion": "2026-10-21" })), "anthropic-version", "2026-10-21"));
}

#[test]
fn anthropic_receives_strict_tools_and_cache_control() {
    let cache = json!({ "type": "ephemeral" });
    let messages = json!([
        { "role": "system", "content": [{ "type": "text", "text": "Long.", "cache_control": cache }] },
        { "role": "user", "content": [{ "type": "text", "text": "Jason is 25", "cache_control": cache }] },
    ]);
    let own = json!({ "name": "look", "input_schema": { "type": "object" }, "cache_control": cache });
    let params = json!({ "mode": "TOOLS_STRICT", "messages": messages, "tools": [own] });
    let (_, body) = request("anthropic/claude-sonnet-4-5", json!({}), params);
    assert_eq!(body["system"][0]["cache_control"], cache);
    assert_eq!(body["messages"][0]["content"][0]["cache_control"], cache);
    assert_eq!(body["tools"][0], own);
    assert_eq!(
        (&body["tools"][1]["strict"], &body["tools"][1]["input_schema"]["additionalProperties"]),
        (&json!(true), &json!(false))
    );
}

#[test]
fn claude_on_vertex_has_a_free_tool_choice_where_it_cannot_be_forced() {
    let (_, body) = request("vertexai/claude-opus-5-5", json!({ "accessToken": "t" }), json!({}));
    assert_eq!(body["tool_choice"]["type"], "auto");
    assert!(body.get("output_config").is_none());
}

#[test]
fn the_version_in_a_base_url_is_not_repeated() {
    for base in ["https://proxy.example/anthropic", "https://proxy.example/anthropic/v1/"] {
        let (url, _) = request("anthropic/claude-sonnet-4-6", json!({ "baseURL": base }), json!({}));
        assert_eq!(url, "https://proxy.example/anthropic/v1/messages");
    }
}
