//! Differences between the providers with OpenAI's chat completions, and the models in the page.

use super::*;

const DEEPSEEK: &str = "deepseek/deepseek-v4-pro";

fn reply_with(message: Value) -> (u16, Value) {
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
fn deepseek_is_not_forced_while_it_thinks_and_receives_its_reasoning_back() {
    let call = call(DEEPSEEK, json!({}), json!({})).unwrap();
    let (sent, ended) = run(call, &[reply_with(calling(WRONG)), reply_with(calling(RIGHT))]);
    assert_eq!(ended.unwrap(), json!({ "name": "Jason", "age": 25 }));
    // Reported to refuse every choice while it thinks.
    assert!(sent[0].get("tool_choice").is_none());
    let turns = sent[1]["messages"].as_array().unwrap();
    let echo = &turns[turns.len() - 2];
    assert_eq!(echo["reasoning_content"], "Let me think.");
    assert!(echo["tool_calls"][0].get("index").is_none());
    assert_eq!(turns.last().unwrap()["tool_call_id"], "c1");
}

#[test]
fn deepseek_is_forced_when_it_does_not_think() {
    let off = json!({ "thinking": { "type": "disabled" }, "temperature": 0.5 });
    let (_, body) = request(DEEPSEEK, json!({}), off);
    assert_eq!(body["tool_choice"]["function"]["name"], "User");
    assert_eq!(body["temperature"], 0.5);
}

#[test]
fn deepseeks_strict_tools_are_requested_at_its_beta_url() {
    let strict = json!({ "mode": "TOOLS_STRICT" });
    let tool = |options: Value| request("deepseek/deepseek-chat", options, strict.clone()).1["tools"][0].clone();
    assert!(tool(json!({}))["function"].get("strict").is_none());
    assert_eq!(tool(json!({ "baseURL": "https://api.deepseek.com/beta" }))["function"]["strict"], true);
}

#[test]
fn groqs_strict_flag_is_sent_only_for_models_that_support_it() {
    let sent = |model: &str, mode: &str| request(model, json!({}), json!({ "mode": mode })).1;
    for (model, strict) in [("groq/openai/gpt-oss-20b", true), ("groq/llama-3.3-70b-versatile", false)] {
        let format = sent(model, "JSON_SCHEMA")["response_format"]["json_schema"].clone();
        assert_eq!(format.get("strict").is_some(), strict, "{model}");
        let tool = sent(model, "TOOLS_STRICT")["tools"][0]["function"].clone();
        assert_eq!(tool.get("strict").is_some(), strict, "{model}");
    }
}

#[test]
fn a_model_with_tools_on_the_responses_api_only_uses_it_also_for_parallel_tools() {
    let (url, body) = request("openai/gpt-6", json!({}), json!({ "responseModel": two_models() }));
    assert!(url.ends_with("/v1/responses"), "{url}");
    assert_eq!((body["tools"].as_array().unwrap().len(), &body["tool_choice"]), (2, &json!("auto")));
    let answer = json!({ "status": "completed", "output": [
        { "type": "function_call", "id": "f1", "call_id": "c1", "name": "User", "arguments": RIGHT },
        { "type": "function_call", "id": "f2", "call_id": "c2", "name": "Search", "arguments": "{\"q\":\"x\"}" },
    ] });
    let call = call("openai/gpt-6", json!({}), json!({ "responseModel": two_models() })).unwrap();
    let ended = run(call, &[(200, answer)]).1.unwrap();
    assert_eq!((ended[0]["name"].as_str(), ended[1]["value"]["q"].as_str()), (Some("User"), Some("x")));
}

#[test]
fn renamed_tools_are_recognised_in_the_answer() {
    let named = |name: &str, key: &str| {
        let properties = json!({ key: { "type": "integer" } });
        json!({ "name": name, "schema": { "type": "object", "properties": properties, "required": [key] } })
    };
    let models = || json!({ "parallel": [named("foo/bar", "a"), named("foo_bar", "b"), named("用户", "c"), named("公司", "d")] });
    for model in ["openai/gpt-4o", "anthropic/claude-sonnet-4-5"] {
        let (_, body) = request(model, json!({}), json!({ "responseModel": models() }));
        let name =
            |tool: &Value| tool.pointer("/function/name").or(tool.get("name")).unwrap().as_str().unwrap().to_owned();
        let names: Vec<String> = body["tools"].as_array().unwrap().iter().map(name).collect();
        assert!((1..4).all(|i| !names[..i].contains(&names[i])), "{names:?}");
        assert_eq!(names[0], "foo_bar");
    }
    let (_, body) = request("openai/gpt-4o", json!({}), json!({ "responseModel": models() }));
    let second = body["tools"][1]["function"]["name"].clone();
    let answer = json!({ "choices": [{ "finish_reason": "tool_calls", "message": { "role": "assistant", "tool_calls": [
        { "id": "c", "type": "function", "function": { "name": second, "arguments": "{\"b\":2}" } },
    ] } }] });
    let call = call("openai/gpt-4o", json!({}), json!({ "responseModel": models() })).unwrap();
    let ended = run(call, &[(200, answer)]).1.unwrap();
    assert_eq!((&ended[0]["tool"], &ended[0]["value"]), (&json!(1), &json!({ "b": 2 })));
}

#[test]
fn novas_tools_have_no_hyphen_in_their_names() {
    let model = json!({ "name": "user-info", "schema": user()["schema"] });
    for (id, name) in [("amazon.nova-pro-v1:0", "user_info"), ("anthropic.claude-sonnet-4-5", "user-info")] {
        let params = json!({ "responseModel": model, "mode": "TOOLS" });
        let (_, body) = request(&format!("bedrock/{id}"), json!({}), params);
        assert_eq!(body["toolConfig"]["tools"][0]["toolSpec"]["name"], name);
    }
}

fn two_models() -> Value {
    let search =
        json!({ "name": "Search", "schema": { "type": "object", "properties": { "q": { "type": "string" } } } });
    json!({ "parallel": [user(), search] })
}

#[test]
fn a_mode_that_the_model_refuses_is_not_in_the_errors_list() {
    let refused = |model: &str, mode: &str| {
        let error = call(model, json!({}), json!({ "mode": mode })).err().expect("it should be refused");
        assert_eq!(error.kind, Kind::Mode);
        assert!(error.detail["validModes"].as_array().unwrap().iter().all(|valid| valid != mode), "{}", error.message);
        error.message
    };
    assert!(!refused("openai/gpt-6", "TOOLS").contains(": TOOLS"));
    assert!(
        refused("openai/gpt-5.5", "TOOLS").ends_with(": JSON, JSON_SCHEMA, MD_JSON, PARALLEL_TOOLS, RESPONSES_TOOLS")
    );
    assert!(
        refused("anthropic/claude-3-haiku-20240307", "JSON_SCHEMA").ends_with("TOOLS_STRICT, JSON, PARALLEL_TOOLS")
    );
}

#[test]
fn the_client_reports_the_mode_of_its_model() {
    let mode = |model: &str| Client::new(model, options(&json!({}))).unwrap().info()["mode"].clone();
    assert_eq!(mode("openai/gpt-4o"), "TOOLS");
    assert_eq!(mode("openai/gpt-6"), "RESPONSES_TOOLS");
    assert_eq!(mode("anthropic/claude-opus-5-5"), "JSON_SCHEMA");
    let modes = |model: &str| Client::new(model, options(&json!({}))).unwrap().info()["modes"].clone();
    assert_eq!(modes("openai/gpt-6"), json!(["JSON", "JSON_SCHEMA", "MD_JSON", "PARALLEL_TOOLS", "RESPONSES_TOOLS"]));
    assert_eq!(modes("anthropic/claude-3-haiku"), json!(["TOOLS", "TOOLS_STRICT", "JSON", "PARALLEL_TOOLS"]));
}

#[test]
fn parameters_without_a_field_in_the_responses_api_are_refused_by_name() {
    for parameter in ["seed", "stop"] {
        let value = if parameter == "seed" { json!(7) } else { json!(["x"]) };
        let error = refusal("openai/gpt-4o", json!({ "mode": "RESPONSES_TOOLS", parameter: value }));
        assert!(error.contains(&format!("does not accept `{parameter}`")), "{error}");
    }
}

#[test]
fn generation_parameters_of_a_wrong_type_are_refused_by_name_for_clients_and_calls() {
    for (name, value) in [
        ("temperature", json!("hot")),
        ("topP", json!(true)),
        ("maxTokens", json!(0)),
        ("maxTokens", json!(1.5)),
        ("seed", json!("7")),
        ("stop", json!([1])),
        ("stop", json!({})),
    ] {
        let wanted = name.replace("topP", "top_p").replace("maxTokens", "max_tokens");
        assert!(refusal("openai/gpt-4o", json!({ name: value })).starts_with(&wanted), "{name}");
        assert!(call("openai/gpt-4o", json!({ name: value }), json!({})).is_err(), "{name}");
    }
}

#[test]
fn a_base_url_from_a_variable_is_read_like_the_providers_own_sdk() {
    let base = |model: &str, variable: &str, value: &str| {
        let given = options(&json!({ "env": { variable: value } }));
        Client::new(model, given).unwrap().info()["baseURL"].as_str().unwrap().to_owned()
    };
    assert_eq!(base("groq/m", "GROQ_BASE_URL", "https://api.groq.com"), "https://api.groq.com/openai/v1");
    assert_eq!(base("groq/m", "GROQ_BASE_URL", "https://proxy.example/groq/v1"), "https://proxy.example/groq/v1");
    assert_eq!(base("writer/m", "WRITER_BASE_URL", "https://api.writer.com/"), "https://api.writer.com/v1");
    assert_eq!(base("openai/m", "OPENAI_BASE_URL", "http://localhost:8000"), "http://localhost:8000");
}

#[test]
fn openrouter_routing_is_sent_and_an_error_inside_200_is_an_error() {
    let options = json!({ "provider": { "require_parameters": true } });
    let call = call("openrouter/meta-llama/llama-3.1-70b", options, json!({ "httpRetries": 1 })).unwrap();
    let broken = json!({ "error": { "code": 502, "message": "upstream", "metadata": { "error_type": "provider_unavailable" } } });
    let (sent, ended) = run(call, &[(200, broken), reply_with(calling(RIGHT))]);
    assert_eq!(ended.unwrap()["age"], 25);
    assert_eq!((sent[0]["model"].as_str(), sent.len()), (Some("meta-llama/llama-3.1-70b"), 2));
    assert_eq!(sent[0]["provider"], json!({ "require_parameters": true }));
}

#[test]
fn an_answer_that_groq_refuses_is_reasked() {
    let call = call("groq/llama-3.3-70b-versatile", json!({}), json!({})).unwrap();
    let refused = json!({ "error": {
        "message": "Failed to call a function.", "type": "invalid_request_error", "code": "tool_use_failed",
        "failed_generation": "<function=User>{\"name\"",
    } });
    let (sent, ended) = run(call, &[(400, refused), reply_with(calling(RIGHT))]);
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
fn mistral_receives_no_field_and_no_header_that_it_refuses() {
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
fn mistrals_text_and_thinking_chunks_are_read() {
    let content = json!([
        { "type": "thinking", "thinking": [{ "type": "text", "text": "hm" }] },
        { "type": "text", "text": RIGHT },
    ]);
    let call = call("mistral/m", json!({}), json!({ "mode": "JSON_SCHEMA" })).unwrap();
    let (_, ended) = run(call, &[reply_with(json!({ "role": "assistant", "content": content }))]);
    assert_eq!(ended.unwrap()["age"], 25);
}

#[test]
fn urls_follow_each_gateways_rule() {
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
fn models_in_the_page_receive_the_schema_in_their_form_and_no_key() {
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
fn a_key_that_no_header_can_contain_is_refused_at_once() {
    let refused = |key: &str| call("openai/m", json!({ "apiKey": key }), json!({})).err();
    let error = refused("sk-…").unwrap();
    assert!(error.message.contains('…') && error.detail["parameter"] == "apiKey");
    assert!(refused("sk-a\nb").is_some());
    // fetch trims the white space around a key from a file.
    assert!(refused("sk-abc\n").is_none());
}

#[test]
fn thinking_before_the_json_is_not_part_of_it() {
    for thoughts in ["<think>Is {\"name\": \"Tom\"} right? No.</think>\n\n", "<think>\nhm\n</think>"] {
        for (model, mode) in
            [("perplexity/sonar-reasoning", "MD_JSON"), ("ollama/qwen3", "JSON"), ("groq/qwen", "JSON")]
        {
            let call = call(model, json!({}), json!({ "mode": mode, "maxRetries": 0 })).unwrap();
            let text = format!("{thoughts}{RIGHT}");
            let (_, ended) = run(call, &[reply_with(json!({ "role": "assistant", "content": text }))]);
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
