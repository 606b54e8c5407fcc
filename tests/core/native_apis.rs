//! What is sent to the native APIs: prompts hoisted, tools forced, formats placed, parts translated or refused,
//! parameters renamed; and the turns that a failed answer is followed by.

use instructor_wasm::call::{Call, Defaults, Moment, Want};
use instructor_wasm::error::Error;
use serde_json::{Value, json};

const MOMENT: Moment = Moment { now_ms: 1_767_323_045_000.0, random: 0.5 };

fn user() -> Value {
    json!({
        "name": "User",
        "schema": {
            "type": "object", "properties": { "name": { "type": "string" }, "age": { "type": "integer" } },
            "required": ["name", "age"],
        },
    })
}

/// A call of this model with these options and parameters.
fn call(model: &str, options: Value, params: Value) -> Result<Call, Error> {
    let mut all = json!({
        "apiKey": "k", "project": "p", "region": "us-east-1", "accountId": "acc",
    });
    for (key, value) in options.as_object().unwrap() {
        all[key] = value.clone();
    }
    let mut given = json!({ "responseModel": user(), "messages": [{ "role": "user", "content": "Jason is 25" }] });
    for (key, value) in params.as_object().unwrap() {
        given[key] = value.clone();
    }
    let stream = given.get("stream").and_then(Value::as_bool).unwrap_or(false);
    let defaults = Defaults::new(model, all.as_object().unwrap().clone())?;
    Call::new(defaults.setup(given.as_object().unwrap().clone(), stream)?)
}

/// The request's address and body.
fn request(model: &str, options: Value, params: Value) -> (String, Value) {
    let request = call(model, options, params).unwrap().request();
    (request.url, serde_json::from_str(&request.body).unwrap())
}

fn refusal(model: &str, params: Value) -> String {
    call(model, json!({}), params).err().expect("it should be refused").message
}

/// The body of the second request, after an answer that did not fit.
fn second(model: &str, params: Value, answer: Value) -> Value {
    let mut call = call(model, json!({}), params).unwrap();
    loop {
        match call.poll(MOMENT) {
            Want::Send { request, .. } => {
                let body: Value = serde_json::from_str(&request.body).unwrap();
                let turns = ["messages", "contents", "input"].iter().find_map(|key| body[*key].as_array()).unwrap();
                if turns.len() > 1 {
                    return body;
                }
                call.on_response(200, &[], answer.to_string().as_bytes(), MOMENT);
            }
            Want::Validate(_) => {
                let issue = instructor_wasm::error::Issue { path: vec!["age".into()], message: "bad age".into() };
                call.on_validated(vec![issue], MOMENT);
            }
            Want::Failed(error) => panic!("{error}"),
            Want::Done => panic!("accepted"),
            _ => {}
        }
    }
}

const SYSTEM: &str = "Be precise.";

fn with_system() -> Value {
    json!([{ "role": "system", "content": SYSTEM }, { "role": "user", "content": "Jason is 25" }])
}

/// An exchange with a tool, in OpenAI's shape.
fn with_tools() -> Value {
    json!([
        { "role": "user", "content": "What is it?" },
        { "role": "assistant", "content": "Let me see.", "tool_calls": [
            { "id": "c1", "type": "function", "function": { "name": "look", "arguments": "{\"at\":1}" } },
            { "id": "c2", "type": "function", "function": { "name": "look", "arguments": "" } },
        ] },
        { "role": "tool", "tool_call_id": "c1", "content": "a cat" },
        { "role": "tool", "tool_call_id": "c2", "content": "{\"seen\":\"a dog\"}" },
    ])
}

fn picture() -> Value {
    json!([{ "role": "user", "content": [
        { "type": "text", "text": "Who?" },
        { "type": "image_url", "image_url": { "url": "data:image/png;base64,AAAA" } },
    ] }])
}

fn linked_picture() -> Value {
    json!([{ "role": "user", "content": [{ "type": "image", "source": "https://a.example/b.webp?x=1" }] }])
}

fn sound() -> Value {
    json!([{ "role": "user", "content": [{ "type": "input_audio", "input_audio": { "data": "AAAA", "format": "wav" } }] }])
}

// ---- Anthropic ----

#[test]
fn anthropic_gets_system_blocks_a_forced_tool_and_a_token_limit() {
    let (url, body) =
        request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": with_system(), "stop": "END" }));
    assert_eq!(url, "https://api.anthropic.com/v1/messages");
    assert_eq!(body["system"], json!([{ "type": "text", "text": SYSTEM }]));
    assert_eq!(body["messages"], json!([{ "role": "user", "content": "Jason is 25" }]));
    assert_eq!(body["max_tokens"], 4096);
    assert_eq!(body["stop_sequences"], json!(["END"]));
    assert_eq!(body["tool_choice"], json!({ "type": "tool", "name": "User", "disable_parallel_tool_use": true }));
    assert_eq!(body["tools"][0]["input_schema"]["required"], json!(["name", "age"]));
}

#[test]
fn anthropic_gets_the_schema_as_its_output_format_where_tools_cannot_be_forced() {
    let (_, body) = request("anthropic/claude-opus-5-5", json!({}), json!({}));
    assert_eq!(body["output_config"]["format"]["type"], "json_schema");
    assert_eq!(body["output_config"]["format"]["schema"]["additionalProperties"], false);
    assert!(body.get("tools").is_none() && body.get("tool_choice").is_none());
}

#[test]
fn anthropic_keeps_thinking_free_to_call_the_tool() {
    let thinking = json!({ "type": "enabled", "budget_tokens": 2048 });
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "thinking": thinking, "mode": "TOOLS" }));
    assert_eq!(body["tool_choice"], json!({ "type": "auto" }));
    assert_eq!(body["thinking"]["budget_tokens"], 2048);
    assert!(body["system"][0]["text"].as_str().unwrap().contains("`User`"));
}

#[test]
fn anthropic_refuses_sampling_where_the_model_does() {
    let said = refusal("anthropic/claude-opus-5-5", json!({ "temperature": 0 }));
    assert!(said.contains("temperature") && said.contains("claude-opus-5-5"), "{said}");
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
fn anthropic_takes_pictures_as_data_or_address_and_no_sound() {
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": picture() }));
    let source = json!({ "type": "base64", "media_type": "image/png", "data": "AAAA" });
    assert_eq!(body["messages"][0]["content"][1], json!({ "type": "image", "source": source }));
    let (_, body) = request("anthropic/claude-sonnet-4-6", json!({}), json!({ "messages": linked_picture() }));
    assert_eq!(
        body["messages"][0]["content"][0]["source"],
        json!({ "type": "url", "url": "https://a.example/b.webp?x=1" })
    );
    let said = refusal("anthropic/claude-sonnet-4-6", json!({ "messages": sound() }));
    assert!(said.contains("anthropic") && said.contains("audio"), "{said}");
}

#[test]
fn anthropic_hears_of_every_failed_call_with_its_thoughts_echoed() {
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
fn anthropic_hears_that_it_called_no_tool() {
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

// ---- Gemini ----

#[test]
fn gemini_gets_a_function_it_must_call() {
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
fn gemini_gets_the_schema_natively_in_json_mode() {
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
fn gemini_reads_tool_turns_pictures_and_sound() {
    let (_, body) = request("google/gemini-3-pro", json!({}), json!({ "messages": with_tools() }));
    let model = &body["contents"][1];
    assert_eq!(model["role"], "model");
    assert_eq!(model["parts"][1]["functionCall"], json!({ "name": "look", "args": { "at": 1 } }));
    // A call that this model did not make itself needs a signature that says so.
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
fn gemini_hears_of_a_failed_call_with_its_thought_signature_echoed() {
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

// ---- Bedrock ----

const CLAUDE: &str = "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0";

fn keys() -> Value {
    json!({ "apiKey": null, "accessKeyId": "AK", "secretAccessKey": "hush" })
}

#[test]
fn bedrock_gets_blocks_inference_settings_and_a_forced_tool() {
    let params = json!({ "messages": with_system(), "max_tokens": 9, "stop": "END", "top_k": 5 });
    let (url, body) = request(CLAUDE, keys(), params);
    assert_eq!(
        url,
        "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-5-sonnet-20241022-v2%3A0/converse"
    );
    assert_eq!(body["system"], json!([{ "text": SYSTEM }]));
    assert_eq!(body["messages"], json!([{ "role": "user", "content": [{ "text": "Jason is 25" }] }]));
    assert_eq!(body["inferenceConfig"], json!({ "maxTokens": 9, "stopSequences": ["END"] }));
    assert_eq!(body["additionalModelRequestFields"], json!({ "top_k": 5 }));
    assert_eq!(body["toolConfig"]["toolChoice"], json!({ "tool": { "name": "User" } }));
    assert!(body["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"]["json"]["properties"]["age"].is_object());
    assert!(body.get("model").is_none());
}

#[test]
fn bedrock_gets_the_schema_as_text() {
    let (_, body) = request(CLAUDE, keys(), json!({ "mode": "JSON_SCHEMA" }));
    let schema = &body["outputConfig"]["textFormat"]["structure"]["jsonSchema"];
    assert_eq!(schema["name"], "User");
    let parsed: Value = serde_json::from_str(schema["schema"].as_str().unwrap()).unwrap();
    assert_eq!(parsed["additionalProperties"], false);
}

#[test]
fn bedrock_takes_pictures_as_data_only() {
    let (_, body) = request(CLAUDE, keys(), json!({ "messages": picture() }));
    let image = json!({ "format": "png", "source": { "bytes": "AAAA" } });
    assert_eq!(body["messages"][0]["content"][1], json!({ "image": image }));
    let said = refusal(CLAUDE, json!({ "messages": linked_picture() }));
    assert!(said.contains("bedrock") && said.contains("image"), "{said}");
}

#[test]
fn bedrock_names_documents_in_the_letters_it_takes() {
    let document =
        json!({ "type": "document", "source": "data:application/pdf;base64,AA", "filename": "a_b  (1).v2.pdf" });
    let (_, body) = request(CLAUDE, keys(), json!({ "messages": [{ "role": "user", "content": [document] }] }));
    let sent = &body["messages"][0]["content"][0]["document"];
    assert_eq!((sent["name"].as_str(), sent["format"].as_str()), (Some("a b (1) v2"), Some("pdf")));
}

#[test]
fn bedrock_hears_of_a_failed_call() {
    let content = json!([{ "text": " " }, { "toolUse": { "toolUseId": "t1", "name": "User", "input": { "name": "J", "age": 1 } } }]);
    let answer =
        json!({ "output": { "message": { "role": "assistant", "content": content } }, "stopReason": "tool_use" });
    let body = second(CLAUDE, json!({}), answer);
    assert_eq!(body["messages"][1]["content"].as_array().unwrap().len(), 1, "blank text is refused on input");
    let result = &body["messages"][2]["content"][0]["toolResult"];
    assert_eq!((result["toolUseId"].as_str(), result["status"].as_str()), (Some("t1"), Some("error")));
}

#[test]
fn a_signature_refused_for_the_clock_is_made_once_more_by_the_servers() {
    let mut call = call(CLAUDE, keys(), json!({})).unwrap();
    while !matches!(call.poll(MOMENT), Want::Send { .. }) {}
    let headers = [
        ("x-amzn-errortype".to_owned(), "InvalidSignatureException:http://aws".to_owned()),
        ("date".to_owned(), "Fri, 02 Jan 2026 03:34:05 GMT".to_owned()),
    ];
    call.on_response(403, &headers, br#"{"message":"Signature expired"}"#, MOMENT);
    assert!(matches!(call.poll(MOMENT), Want::Send { .. }));
    assert_eq!(call.skew_ms(), 30.0 * 60.0 * 1000.0);
    call.on_response(403, &headers, br#"{"message":"Signature expired"}"#, MOMENT);
    let Want::Failed(error) = call.poll(MOMENT) else { panic!("a second refusal is final") };
    assert_eq!(error.detail["code"], "InvalidSignatureException");
}

#[test]
fn a_wrong_key_is_not_taken_for_a_wrong_clock() {
    let mut call = call(CLAUDE, keys(), json!({})).unwrap();
    while !matches!(call.poll(MOMENT), Want::Send { .. }) {}
    let headers = [
        ("x-amzn-errortype".to_owned(), "InvalidSignatureException".to_owned()),
        ("date".to_owned(), "Fri, 02 Jan 2026 03:04:06 GMT".to_owned()),
    ];
    call.on_response(403, &headers, br#"{"message":"The signature does not match"}"#, MOMENT);
    assert!(matches!(call.poll(MOMENT), Want::Failed(_)));
}

#[test]
fn google_says_in_the_body_how_long_to_wait() {
    let mut call = call("google/gemini-2.5-flash", json!({}), json!({})).unwrap();
    while !matches!(call.poll(MOMENT), Want::Send { .. }) {}
    let detail = json!({ "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34s" });
    let body =
        json!({ "error": { "code": 429, "message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [detail] } });
    call.on_response(429, &[], body.to_string().as_bytes(), MOMENT);
    let Want::Wait(ms) = call.poll(MOMENT) else { panic!("it should wait") };
    assert_eq!(ms, 34_000.0);
}

#[test]
fn a_bedrock_request_without_keys_is_refused_by_name() {
    let error = call(CLAUDE, json!({ "apiKey": null }), json!({})).err().unwrap();
    assert!(error.message.contains("AWS_ACCESS_KEY_ID"), "{}", error.message);
}

// ---- Cohere, Ollama, Workers AI, Responses ----

#[test]
fn cohere_gets_one_tool_and_must_call_one() {
    let (url, body) = request("cohere/command-a-03-2025", json!({}), json!({ "top_p": 0.5, "stop": "END" }));
    assert_eq!(url, "https://api.cohere.com/v2/chat");
    assert_eq!(body["tool_choice"], "REQUIRED");
    assert_eq!(body["tools"].as_array().unwrap().len(), 1);
    assert_eq!((&body["p"], &body["stop_sequences"]), (&json!(0.5), &json!(["END"])));
    let (_, body) = request("cohere/command-a-03-2025", json!({}), json!({ "mode": "JSON_SCHEMA" }));
    assert_eq!(body["response_format"]["type"], "json_object");
    assert!(body["response_format"]["json_schema"]["properties"].is_object());
}

#[test]
fn ollama_gets_the_schema_as_its_format() {
    let (url, body) =
        request("ollama/qwen3", json!({ "native": true }), json!({ "max_tokens": 9, "messages": picture() }));
    assert_eq!(url, "http://localhost:11434/api/chat");
    assert_eq!(body["format"]["required"], json!(["name", "age"]));
    assert_eq!(body["options"], json!({ "num_predict": 9 }));
    assert_eq!(body["stream"], false);
    assert_eq!(body["messages"][0], json!({ "role": "user", "content": "Who?", "images": ["AAAA"] }));
}

#[test]
fn workers_ai_gets_the_bare_schema_and_reads_the_object_itself() {
    let (url, body) = request("workers_ai/@cf/meta/llama-3.3", json!({}), json!({ "mode": "JSON_SCHEMA" }));
    assert_eq!(url, "https://api.cloudflare.com/client/v4/accounts/acc/ai/run/@cf/meta/llama-3.3");
    assert!(body["response_format"]["json_schema"]["properties"].is_object());
    assert_eq!(body["max_tokens"], 4096);
    let mut call = call("workers_ai/@cf/m", json!({}), json!({ "mode": "JSON_SCHEMA" })).unwrap();
    while !matches!(call.poll(MOMENT), Want::Send { .. }) {}
    let answer = json!({ "result": { "response": { "name": "J", "age": 1 } }, "success": true });
    call.on_response(200, &[], answer.to_string().as_bytes(), MOMENT);
    let Want::Validate(candidate) = call.poll(MOMENT) else { panic!() };
    assert_eq!(serde_json::from_str::<Value>(&candidate).unwrap(), json!({ "name": "J", "age": 1 }));
}

#[test]
fn responses_gets_items_a_forced_function_and_the_format() {
    let params = json!({ "mode": "RESPONSES_TOOLS", "max_tokens": 99, "messages": with_tools() });
    let (url, body) = request("openai/gpt-5.5", json!({}), params);
    assert_eq!(url, "https://api.openai.com/v1/responses");
    assert_eq!(body["max_output_tokens"], 99);
    assert_eq!(body["tool_choice"], json!({ "type": "function", "name": "User" }));
    assert_eq!(body["tools"][0]["strict"], true);
    assert_eq!(body["text"]["format"]["name"], "User");
    let types: Vec<_> =
        body["input"].as_array().unwrap().iter().map(|i| i["type"].as_str().unwrap_or("message")).collect();
    assert_eq!(
        types,
        ["message", "message", "function_call", "function_call", "function_call_output", "function_call_output"]
    );
}

#[test]
fn responses_does_not_force_its_function_beside_built_in_tools() {
    let params = json!({ "mode": "RESPONSES_TOOLS", "tools": [{ "type": "web_search" }] });
    let (_, body) = request("openai/gpt-4o", json!({}), params);
    assert_eq!(body["tools"][0]["type"], "web_search");
    assert_eq!(body["tool_choice"], "auto");
}

#[test]
fn responses_quotes_the_failed_call() {
    let item = json!({ "type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "User", "arguments": "{\"name\":\"J\",\"age\":1}" });
    let body = second(
        "openai/gpt-4o",
        json!({ "mode": "RESPONSES_TOOLS" }),
        json!({ "status": "completed", "output": [item] }),
    );
    let said = body["input"][1]["content"].as_str().unwrap();
    assert!(said.ends_with(" with {\"name\":\"J\",\"age\":1} (tool call name=User, id=fc_1)"), "{said}");
}
