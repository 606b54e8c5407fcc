//! Gemini and Vertex AI.

use super::*;

#[test]
fn gemini_receives_a_forced_function() {
    let params = json!({ "messages": with_system(), "max_tokens": 9, "stop": "END", "top_p": 0.5 });
    let (url, body) = request("google/gemini-2.5-flash", json!({}), params);
    assert_eq!(url, "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent");
    assert_eq!(body["systemInstruction"], json!({ "parts": [{ "text": SYSTEM }] }));
    assert_eq!(body["contents"], json!([{ "role": "user", "parts": [{ "text": "Jason is 25" }] }]));
    assert_eq!(body["generationConfig"], json!({ "maxOutputTokens": 9, "stopSequences": ["END"], "topP": 0.5 }));
    let calling = json!({ "mode": "ANY", "allowedFunctionNames": ["User"] });
    assert_eq!(body["toolConfig"], json!({ "functionCallingConfig": calling }));
    let function = &body["tools"][0]["functionDeclarations"][0];
    assert_eq!(function["name"], "User");
    assert_eq!(function["parametersJsonSchema"]["properties"]["age"]["type"], "integer");
    assert!(body.get("safetySettings").is_none());
}

#[test]
fn gemini_receives_the_schema_natively_in_json_mode() {
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({ "mode": "JSON" }));
    assert_eq!(body["generationConfig"]["responseMimeType"], "application/json");
    assert_eq!(body["generationConfig"]["responseJsonSchema"]["required"], json!(["name", "age"]));
    assert!(body.get("systemInstruction").is_none());
}

#[test]
fn gemini_streams_as_server_sent_events() {
    let (url, _) = request("google/gemini-2.5-flash", json!({}), json!({ "stream": true }));
    assert!(url.ends_with(":streamGenerateContent?alt=sse"), "{url}");
}

#[test]
fn gemini_reads_tool_turns_images_and_audio() {
    let (_, body) = request("google/gemini-3-pro", json!({}), json!({ "messages": with_tools() }));
    let model = &body["contents"][1];
    assert_eq!(model["role"], "model");
    assert_eq!(model["parts"][1]["functionCall"], json!({ "name": "look", "args": { "at": 1 } }));
    // A call of another model needs a signature that marks it as such.
    assert_eq!(model["parts"][1]["thoughtSignature"], "skip_thought_signature_validator");
    assert_eq!(
        body["contents"][2]["parts"],
        json!([
            { "functionResponse": { "name": "look", "response": { "result": "a cat" } } },
            { "functionResponse": { "name": "look", "response": { "seen": "a dog" } } },
        ])
    );
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({ "messages": picture() }));
    assert_eq!(body["contents"][0]["parts"][1], json!({ "inlineData": { "mimeType": "image/png", "data": "AAAA" } }));
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({ "messages": linked_picture() }));
    let file = json!({ "fileUri": "https://a.example/b.webp?x=1", "mimeType": "image/webp" });
    assert_eq!(body["contents"][0]["parts"][0], json!({ "fileData": file }));
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({ "messages": sound() }));
    assert_eq!(body["contents"][0]["parts"][0]["inlineData"]["mimeType"], "audio/wav");
}

#[test]
fn gemma_has_its_system_prompt_before_the_first_turn() {
    let (_, body) = request("google/gemma-3-27b-it", json!({}), json!({ "messages": with_system() }));
    assert!(body.get("systemInstruction").is_none());
    assert_eq!(body["contents"][0]["parts"], json!([{ "text": SYSTEM }, { "text": "Jason is 25" }]));
}

#[test]
fn gemini_receives_the_problems_of_a_failed_call_and_its_echoed_thought_signature() {
    let part = json!({ "functionCall": { "id": "f1", "name": "User", "args": { "name": "J", "age": 1 } }, "thoughtSignature": "AbC=" });
    let content = json!({ "role": "model", "parts": [part] });
    let answer = json!({ "candidates": [{ "content": content, "finishReason": "STOP" }] });
    let body = second("google/gemini-3-pro", json!({}), answer);
    assert_eq!(body["contents"][1], content);
    let response = &body["contents"][2]["parts"][0]["functionResponse"];
    assert_eq!((response["id"].as_str(), response["name"].as_str()), (Some("f1"), Some("User")));
    assert!(response["response"]["error"].as_str().unwrap().starts_with("Validation Error found:\n"));
}

#[test]
fn vertex_hosts_follow_the_location() {
    for (location, host) in [
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
        ("global", "https://aiplatform.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
    ] {
        let options = json!({ "vertexai": true, "accessToken": "t", "location": location });
        let (url, _) = request("google/gemini-2.5-flash", options, json!({}));
        let path = format!(
            "/v1beta1/projects/p/locations/{location}/publishers/google/models/gemini-2.5-flash:generateContent"
        );
        assert_eq!(url, format!("{host}{path}"));
    }
}

#[test]
fn googles_retry_delay_in_the_body_is_honoured() {
    let mut call = call("google/gemini-2.5-flash", json!({}), json!({})).unwrap();
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    let detail = json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s" });
    let body =
        json!({ "error": { "code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [detail] } });
    call.on_response(429, &[], body.to_string().as_bytes(), CLOCK);
    let Action::Wait(ms) = call.poll(CLOCK) else { panic!("it should wait") };
    assert_eq!(ms, 34_000.0);
}

#[test]
fn gemini_before_version_two_receives_the_openapi_subset() {
    let (_, body) = request("google/gemini-1.5-flash", json!({}), json!({ "mode": "JSON" }));
    let config = &body["generationConfig"];
    assert!(config["responseSchema"].is_object() && config.get("responseJsonSchema").is_none());
    let (_, body) = request("google/gemini-1.5-flash", json!({}), json!({}));
    assert!(body["tools"][0]["functionDeclarations"][0]["parameters"].is_object());
    let options = json!({ "project": "p", "location": "us-central1", "accessToken": "t" });
    let (_, body) = request("vertexai/gemini-1.5-pro", options, json!({ "mode": "MD_JSON" }));
    assert!(body["generationConfig"]["responseSchema"]["propertyOrdering"].is_array());
}

#[test]
fn a_prompt_that_gemini_blocks_is_a_refusal_with_the_reason() {
    for answer in [
        json!({ "promptFeedback": { "blockReason": "PROHIBITED_CONTENT" } }),
        json!({ "candidates": [{ "finishReason": "SAFETY" }] }),
    ] {
        let call = call("google/gemini-2.5-flash", json!({}), json!({})).unwrap();
        let error = run(call, &[(200, answer)]).1.unwrap_err();
        assert_eq!(error.kind, instructor_wasm::machinery::error::Kind::Refusal, "{error}");
        assert!(error.message.contains("PROHIBITED_CONTENT") || error.message.contains("SAFETY"));
    }
}

#[test]
fn safety_settings_are_sent_only_when_given() {
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({}));
    assert!(body.get("safetySettings").is_none());
    let given = json!({ "safetySettings": { "HARM_CATEGORY_HARASSMENT": "BLOCK_NONE" } });
    let (_, body) = request("google/gemini-2.5-flash", json!({}), given);
    assert_eq!(body["safetySettings"], json!([{ "category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE" }]));
}

#[test]
fn express_mode_needs_a_key_and_no_project() {
    let options = json!({ "apiKey": "k", "project": null });
    let (url, _) = request("vertexai/gemini-2.5-flash", options, json!({}));
    assert!(url.starts_with("https://aiplatform.googleapis.com/v1"), "{url}");
    assert!(url.ends_with("/publishers/google/models/gemini-2.5-flash:generateContent"), "{url}");
}

#[test]
fn project_and_location_from_variables_are_used_with_a_custom_authorization() {
    let own = json!({ "authorization": "Bearer own" });
    let env =
        json!({ "GOOGLE_CLOUD_PROJECT": "of-env", "GOOGLE_CLOUD_LOCATION": "europe-west4", "AWS_REGION": "eu-west-1" });
    let options = json!({ "apiKey": null, "project": null, "region": null, "headers": own, "env": env });
    let (url, _) = request("vertexai/gemini-2.5-flash", options.clone(), json!({}));
    assert!(url.starts_with("https://europe-west4-aiplatform.googleapis.com/"), "{url}");
    assert!(url.contains("/projects/of-env/locations/europe-west4/"), "{url}");
    let (url, _) = request("bedrock/anthropic.claude-3-haiku", options, json!({}));
    assert!(url.starts_with("https://bedrock-runtime.eu-west-1.amazonaws.com/"), "{url}");
}
