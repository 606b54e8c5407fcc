//! Cohere, Ollama's own API, Workers AI, OpenAI's Responses.

use super::*;

#[test]
fn cohere_receives_one_forced_tool() {
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
fn ollama_receives_the_schema_as_its_format() {
    let call = json!({ "max_tokens": 9, "messages": picture(), "schemaPrompt": "json-schema" });
    let (url, body) = request("ollama/qwen3", json!({ "native": true }), call);
    assert_eq!(url, "http://localhost:11434/api/chat");
    assert_eq!(body["format"]["required"], json!(["name", "age"]));
    assert_eq!(body["options"], json!({ "num_predict": 9 }));
    assert_eq!(body["stream"], false);
    assert_eq!(body["messages"][0], json!({ "role": "user", "content": "Who?", "images": ["AAAA"] }));
}

#[test]
fn workers_ai_receives_the_bare_schema_and_its_object_answer_is_read() {
    let (url, body) = request("workers_ai/@cf/meta/llama-3.3", json!({}), json!({ "mode": "JSON_SCHEMA" }));
    assert_eq!(url, "https://api.cloudflare.com/client/v4/accounts/acc/ai/run/@cf/meta/llama-3.3");
    assert!(body["response_format"]["json_schema"]["properties"].is_object());
    assert_eq!(body["max_tokens"], 4096);
    let mut call = call("workers_ai/@cf/m", json!({}), json!({ "mode": "JSON_SCHEMA" })).unwrap();
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    let answer = json!({ "result": { "response": { "name": "J", "age": 1 } }, "success": true });
    call.on_response(200, &[], answer.to_string().as_bytes(), CLOCK);
    let Action::Validate(candidate) = call.poll(CLOCK) else { panic!() };
    assert_eq!(serde_json::from_str::<Value>(&candidate).unwrap(), json!({ "name": "J", "age": 1 }));
}

#[test]
fn responses_receives_items_a_forced_function_and_the_format() {
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
fn responses_does_not_force_its_function_with_built_in_tools() {
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
    let text = body["input"][1]["content"].as_str().unwrap();
    assert!(text.ends_with(" with {\"name\":\"J\",\"age\":1} (tool call name=User, id=fc_1)"), "{text}");
}

const RESPONSES: &str = "openai/gpt-6-sol";

fn output(items: Value) -> Value {
    json!({ "id": "r1", "status": "completed", "output": items })
}

#[test]
fn responses_passes_built_in_tools_and_the_previous_response_through() {
    let params =
        json!({ "tools": [{ "type": "web_search" }], "previous_response_id": "r0", "reasoning_effort": "low" });
    let (url, body) = request(RESPONSES, json!({}), params);
    assert_eq!(url, "https://api.openai.com/v1/responses");
    assert_eq!(body["tools"][0], json!({ "type": "web_search" }));
    assert_eq!(body["tools"][1]["name"], "User");
    assert_eq!((&body["previous_response_id"], &body["reasoning"]["effort"]), (&json!("r0"), &json!("low")));
    let (url, body) = request(
        "openai/gpt-4o",
        json!({}),
        json!({ "mode": "RESPONSES_TOOLS", "responseModel": null, "tools": [{ "type": "web_search" }] }),
    );
    assert_eq!(url, "https://api.openai.com/v1/responses");
    assert_eq!(body["tools"], json!([{ "type": "web_search" }]));
}

#[test]
fn responses_reads_calls_texts_refusals_and_incomplete_answers() {
    let ended =
        |answer: Value| run(call(RESPONSES, json!({}), json!({ "maxRetries": 0 })).unwrap(), &[(200, answer)]).1;
    let text = r#"{"name":"Jason","age":25}"#;
    let by_call = json!([
        { "type": "reasoning", "summary": [] }, { "type": "web_search_call", "id": "w1", "status": "completed" },
        { "type": "function_call", "id": "f1", "call_id": "c1", "name": "User", "arguments": text },
    ]);
    assert_eq!(ended(output(by_call)).unwrap()["age"], 25);
    let by_text =
        json!([{ "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": text }] }]);
    assert_eq!(ended(output(by_text)).unwrap()["age"], 25);
    let refusal = json!([{ "type": "message", "content": [{ "type": "refusal", "refusal": "no" }] }]);
    assert_eq!(ended(output(refusal)).unwrap_err().kind, instructor_wasm::machinery::error::Kind::Refusal);
    let cut = json!({ "status": "incomplete", "incomplete_details": { "reason": "max_output_tokens" }, "output": [] });
    assert_eq!(ended(cut).unwrap_err().kind, instructor_wasm::machinery::error::Kind::IncompleteOutput);
}
