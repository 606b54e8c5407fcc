//! What differs between the providers that speak OpenAI's chat completions, and the models inside the page.

use super::*;

const DEEPSEEK: &str = "deepseek/deepseek-v4-pro";

fn said(message: Value) -> (u16, Value) {
    (200, json!({ "choices": [{ "message": message, "finish_reason": "stop" }] }))
}

fn calling(arguments: &str) -> Value {
    let function = json!({ "name": "User", "arguments": arguments });
    json!({
        "role": "assistant", "content": null, "reasoning_content": "Let me think.",
        "tool_calls": [{ "id": "c1", "index": 0, "type": "function", "function": function }],
    })
}

const WRONG: &str = r#"{"name": "Jason"#;
const RIGHT: &str = r#"{"name":"Jason","age":25}"#;

#[test]
fn deepseek_thinks_freely_and_gets_its_thoughts_back() {
    let call = call(DEEPSEEK, json!({}), json!({})).unwrap();
    let (sent, ended) = run(call, &[said(calling(WRONG)), said(calling(RIGHT))]);
    assert_eq!(ended.unwrap(), json!({ "name": "Jason", "age": 25 }));
    assert_eq!(sent[0]["tool_choice"], "auto");
    let turns = sent[1]["messages"].as_array().unwrap();
    let echo = &turns[turns.len() - 2];
    assert_eq!(echo["reasoning_content"], "Let me think.");
    assert!(echo["tool_calls"][0].get("index").is_none());
    assert_eq!(turns.last().unwrap()["tool_call_id"], "c1");
}

#[test]
fn deepseek_is_forced_when_it_does_not_think() {
    let (_, body) = request(DEEPSEEK, json!({}), json!({ "thinking": { "type": "disabled" } }));
    assert_eq!(body["tool_choice"]["function"]["name"], "User");
}

#[test]
fn openrouter_routing_passes_and_an_error_inside_200_is_one() {
    let options = json!({ "provider": { "require_parameters": true } });
    let call = call("openrouter/meta-llama/llama-3.1-70b", options, json!({ "httpRetries": 1 })).unwrap();
    let broken = json!({ "error": { "code": 502, "message": "upstream", "metadata": { "error_type": "provider_unavailable" } } });
    let (sent, ended) = run(call, &[(200, broken), said(calling(RIGHT))]);
    assert_eq!(ended.unwrap()["age"], 25);
    assert_eq!((sent[0]["model"].as_str(), sent.len()), (Some("meta-llama/llama-3.1-70b"), 2));
    assert_eq!(sent[0]["provider"], json!({ "require_parameters": true }));
}

#[test]
fn what_groq_refuses_of_its_own_model_is_told_to_the_model() {
    let call = call("groq/llama-3.3-70b-versatile", json!({}), json!({})).unwrap();
    let refused = json!({ "error": {
        "message": "Failed to call a function.", "type": "invalid_request_error", "code": "tool_use_failed",
        "failed_generation": "<function=User>{\"name\"",
    } });
    let (sent, ended) = run(call, &[(400, refused), said(calling(RIGHT))]);
    assert_eq!(ended.unwrap()["name"], "Jason");
    let turns = sent[1]["messages"].as_array().unwrap();
    assert_eq!(turns[turns.len() - 2]["content"], "<function=User>{\"name\"");
    assert_eq!(turns.last().unwrap()["role"], "user");
}

#[test]
fn every_servers_own_spelling_of_a_forced_tool_and_of_a_schema_is_sent() {
    let choice = |model: &str| request(model, json!({}), json!({ "mode": "TOOLS" })).1["tool_choice"].clone();
    assert_eq!(choice("mistral/mistral-large-latest"), "any");
    assert_eq!(choice("llama_cpp/m"), "required");
    assert_eq!(choice("writer/palmyra-x5"), "auto");
    assert_eq!(choice("vllm/m")["function"]["name"], "User");
    let format = |model: &str| request(model, json!({}), json!({ "mode": "JSON_SCHEMA" })).1["response_format"].clone();
    let named = format("vllm/m");
    assert_eq!((&named["type"], &named["json_schema"]["name"]), (&json!("json_schema"), &json!("User")));
    let python = format("llama_cpp_python/m");
    assert_eq!((&python["type"], &python["schema"]["type"]), (&json!("json_object"), &json!("object")));
    assert!(format("writer/palmyra-x5")["json_schema"].get("name").is_none());
    assert_eq!(format("mistral/m")["json_schema"]["strict"], true);
}

#[test]
fn mistral_gets_no_field_and_no_header_that_it_refuses() {
    let call = call("mistral/m", json!({}), json!({ "seed": 7, "stream": true, "maxTokens": 5 })).unwrap();
    let request = call.request();
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type"]);
    let body: Value = serde_json::from_str(&request.body).unwrap();
    let mut keys: Vec<&String> = body.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["max_tokens", "messages", "model", "random_seed", "stream", "tool_choice", "tools"]);
}

#[test]
fn mistrals_chunks_of_text_and_thinking_are_read() {
    let content = json!([
        { "type": "thinking", "thinking": [{ "type": "text", "text": "hm" }] },
        { "type": "text", "text": RIGHT },
    ]);
    let call = call("mistral/m", json!({}), json!({ "mode": "JSON_SCHEMA" })).unwrap();
    let (_, ended) = run(call, &[said(json!({ "role": "assistant", "content": content }))]);
    assert_eq!(ended.unwrap()["age"], 25);
}

#[test]
fn addresses_follow_each_gateways_rule() {
    let url = |model: &str, base: &str| request(model, json!({ "baseURL": base }), json!({})).0;
    assert_eq!(url("databricks/m", "https://w.example"), "https://w.example/serving-endpoints/chat/completions");
    assert_eq!(
        url("databricks/m", "w.example/serving-endpoints"),
        "https://w.example/serving-endpoints/chat/completions"
    );
    assert_eq!(url("litellm/m", "http://localhost:4000"), "http://localhost:4000/v1/chat/completions");
    let gateway = "https://gateway.ai.cloudflare.com/v1/a/g/workers-ai";
    assert_eq!(url("workers_ai/@cf/m", gateway), format!("{gateway}/@cf/m"));
    assert_eq!(url("truefoundry/a/m", "https://t.example/api/llm"), "https://t.example/api/llm/chat/completions");
    assert_eq!(request("perplexity/sonar", json!({}), json!({})).0, "https://api.perplexity.ai/chat/completions");
    assert_eq!(request("writer/palmyra-x5", json!({}), json!({})).0, "https://api.writer.com/v1/chat");
}

#[test]
fn models_inside_the_page_get_the_schema_in_their_form_and_no_key() {
    let chrome = call("chrome/gemini-nano", json!({}), json!({})).unwrap().request();
    assert_eq!(chrome.headers.len(), 1);
    let body: Value = serde_json::from_str(&chrome.body).unwrap();
    assert_eq!(body["response_format"]["json_schema"]["schema"]["additionalProperties"], false);
    let (_, body) = request("webllm/m", json!({}), json!({ "maxTokens": 9, "stream": true }));
    assert_eq!((&body["max_tokens"], &body["stream_options"]["include_usage"]), (&json!(9), &json!(true)));
    let schema: Value = serde_json::from_str(body["response_format"]["schema"].as_str().unwrap()).unwrap();
    assert_eq!(schema["required"], json!(["name", "age"]));
    let (url, body) = request("workers_ai/@cf/meta/llama", json!({ "binding": true, "accountId": null }), json!({}));
    assert_eq!(url, "binding:/run/@cf/meta/llama");
    assert!(body.get("binding").is_none());
}

#[test]
fn a_key_that_no_header_can_hold_is_told_at_once() {
    let refused = |key: &str| call("openai/m", json!({ "apiKey": key }), json!({})).err();
    let error = refused("sk-…").unwrap();
    assert!(error.message.contains('…') && error.detail["parameter"] == "apiKey");
    assert!(refused("sk-a\nb").is_some());
    // What surrounds a key that was read from a file, fetch takes away.
    assert!(refused("sk-abc\n").is_none());
}

#[test]
fn thoughts_before_the_json_are_no_part_of_it() {
    for thoughts in ["<think>Is {\"name\": \"Tom\"} right? No.</think>\n\n", "<think>\nhm\n</think>"] {
        for (model, mode) in
            [("perplexity/sonar-reasoning", "MD_JSON"), ("ollama/qwen3", "JSON"), ("groq/qwen", "JSON")]
        {
            let call = call(model, json!({}), json!({ "mode": mode, "maxRetries": 0 })).unwrap();
            let text = format!("{thoughts}{RIGHT}");
            let (_, ended) = run(call, &[said(json!({ "role": "assistant", "content": text }))]);
            assert_eq!(ended.unwrap()["name"], "Jason", "{model}");
        }
    }
}

#[test]
fn openais_organization_comes_from_the_option_the_header_or_the_variable() {
    let organization = |options: Value| {
        let headers = call("openai/m", options, json!({})).unwrap().request().headers;
        let found: Vec<String> =
            headers.into_iter().filter(|(n, _)| n == "openai-organization").map(|(_, v)| v).collect();
        assert!(found.len() < 2, "{found:?}");
        found.into_iter().next().unwrap_or_default()
    };
    let env = json!({ "OPENAI_ORG_ID": "of-env" });
    let header = json!({ "OpenAI-Organization": "of-header" });
    assert_eq!(organization(json!({ "env": env })), "of-env");
    assert_eq!(organization(json!({ "env": env, "headers": header })), "of-header");
    assert_eq!(organization(json!({ "env": env, "headers": header, "organization": "of-option" })), "of-option");
    assert_eq!(organization(json!({})), "");
}
