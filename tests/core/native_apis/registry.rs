//! The registry's facts about models and providers, as visible in requests: API, mode, how the tool is forced,
//! refused parameters.

use super::*;

fn azure() -> Value {
    json!({ "azureEndpoint": "https://r.openai.azure.com" })
}

/// How the body requests the answer: a forced tool, a free tool, the format, or the prompt.
fn asks(body: &Value) -> &'static str {
    let tool = body.get("tools").or_else(|| body.get("toolConfig")).is_some();
    let choice = [&body["tool_choice"], &body["toolConfig"]["toolChoice"]].into_iter().find(|one| !one.is_null());
    let free = choice.is_none_or(|choice| choice == "auto" || choice["type"] == "auto");
    let format =
        [&body["response_format"]["type"], &body["output_config"]["format"]["type"], &body["text"]["format"]["type"]]
            .into_iter()
            .find_map(Value::as_str);
    match (tool, free, format) {
        (true, true, _) => "free",
        (true, false, _) => "forced",
        (false, _, Some("json_schema")) => "schema",
        (false, _, Some(_)) => "json",
        _ => "prompt",
    }
}

#[test]
fn the_default_of_each_model_is_supported_by_its_api() {
    for (model, options, params, wanted) in [
        // Claude: the newest models refuse a forced tool, unknown models count as new, old ones are listed.
        ("anthropic/claude-fable-5-2", json!({}), json!({}), "schema"),
        ("anthropic/claude-mythos-5-2", json!({}), json!({}), "schema"),
        ("anthropic/claude-opus-5.5", json!({}), json!({}), "schema"),
        ("anthropic/claude-opus-6", json!({}), json!({}), "schema"),
        ("anthropic/claude-opus-latest", json!({}), json!({}), "schema"),
        ("anthropic/claude-haiku-5-5", json!({}), json!({}), "forced"),
        ("anthropic/claude-sonnet-4-6", json!({}), json!({}), "forced"),
        ("anthropic/claude-3-5-haiku-latest", json!({}), json!({}), "forced"),
        ("anthropic/claude-3-7-sonnet-latest", json!({}), json!({ "thinking": { "type": "enabled" } }), "free"),
        (
            "databricks/databricks-claude-3-7-sonnet",
            json!({ "baseURL": "https://w.example" }),
            json!({ "thinking": { "type": "enabled" } }),
            "free",
        ),
        ("openrouter/anthropic/claude-opus-5.5", json!({}), json!({}), "schema"),
        ("openrouter/anthropic/claude-sonnet-4.5", json!({}), json!({ "reasoning": { "effort": "high" } }), "schema"),
        ("openrouter/anthropic/claude-3.7-sonnet:thinking", json!({}), json!({}), "free"),
        ("openrouter/openai/gpt-5", json!({}), json!({ "reasoning": { "effort": "high" } }), "forced"),
        ("vercel/anthropic/Claude-Sonnet-5.5", json!({}), json!({}), "schema"),
        // DeepSeek thinks by default on every host.
        ("deepseek/deepseek-flash", json!({}), json!({}), "free"),
        ("deepseek/deepseek-pro", json!({}), json!({}), "free"),
        ("deepseek/deepseek-v5", json!({}), json!({}), "free"),
        ("deepseek/deepseek-pro", json!({}), json!({ "mode": "RESPONSES_TOOLS" }), "free"),
        ("deepseek/deepseek-chat", json!({}), json!({ "mode": "RESPONSES_TOOLS" }), "forced"),
        ("deepseek/deepseek-chat", json!({}), json!({}), "forced"),
        ("together/deepseek-ai/DeepSeek-V4-Pro", json!({}), json!({}), "schema"),
        (
            "together/deepseek-ai/DeepSeek-V4-Pro",
            json!({}),
            json!({ "chat_template_kwargs": { "thinking": false } }),
            "forced",
        ),
        ("together/deepseek-ai/DeepSeek-V3.1", json!({}), json!({}), "forced"),
        // Bedrock: only models of vendors with tool choice receive one.
        ("bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", json!({}), json!({ "mode": "TOOLS" }), "forced"),
        ("bedrock/amazon.nova-pro-v1:0", json!({}), json!({ "mode": "TOOLS" }), "forced"),
        ("bedrock/mistral.mistral-large-2407-v1:0", json!({}), json!({ "mode": "TOOLS" }), "forced"),
        ("bedrock/openai.gpt-6-sol", json!({}), json!({ "mode": "TOOLS" }), "free"),
        ("bedrock/writer.palmyra-x5-v1:0", json!({}), json!({ "mode": "TOOLS" }), "free"),
        ("bedrock/google.gemma-3-27b-it", json!({}), json!({ "mode": "TOOLS" }), "free"),
        ("bedrock/mistral.pixtral-large-2502-v1:0", json!({}), json!({ "mode": "TOOLS" }), "free"),
        // Thinking in every spelling.
        ("alibaba/qwen3.5-plus", json!({}), json!({ "enable_thinking": true }), "free"),
        ("alibaba/qwen3.5-plus", json!({}), json!({ "enable_thinking": false }), "forced"),
        ("alibaba/qwen3.5-plus", json!({}), json!({ "extraBody": { "enable_thinking": true } }), "free"),
        ("alibaba/qwen3.5-plus", json!({ "extra_body": { "enable_thinking": true } }), json!({}), "free"),
        // Hosts that accept only the choice `auto`.
        ("moonshot/kimi-k2.6", json!({}), json!({}), "schema"),
        ("moonshot/kimi-k2.6", json!({}), json!({ "mode": "TOOLS" }), "free"),
        ("meta/muse-1", json!({}), json!({}), "schema"),
        ("meta/muse-1", json!({}), json!({ "mode": "RESPONSES_TOOLS" }), "free"),
        ("zai/glm-4.6", json!({}), json!({}), "json"),
        ("lmstudio/qwen3", json!({}), json!({ "mode": "TOOLS" }), "forced"),
        ("snowflake/claude-sonnet-4-5", json!({ "accountId": "me" }), json!({}), "forced"),
        ("snowflake/llama3.1-70b", json!({ "accountId": "me" }), json!({}), "prompt"),
        // Groq's formats neither stream nor work with tools.
        ("groq/qwen-qwq", json!({}), json!({ "thinking": true }), "schema"),
        ("groq/qwen-qwq", json!({}), json!({ "thinking": true, "stream": true }), "free"),
    ] {
        let (_, body) = request(model, options, params.clone());
        assert_eq!(asks(&body), wanted, "{model} {params}: {body}");
    }
}

#[test]
fn models_of_only_the_responses_api_use_it_in_every_mode() {
    let on_responses = |model: &str, options: &Value, params: Value| {
        let (url, body) = request(model, options.clone(), params);
        assert_eq!(url.ends_with("/responses"), body.get("input").is_some(), "{url}");
        body.get("input").is_some()
    };
    let names = [
        "o1-pro",
        "o3-pro-2025-06-10",
        "gpt-5-pro",
        "gpt-5.2-pro",
        "gpt-5.5-pro",
        "gpt-5-codex",
        "gpt-5.1-codex-max",
        "codex-mini-latest",
        "o3-deep-research",
        "computer-use-preview",
        "gpt-daybreak-blue-latest",
        "gpt-rosalind-research",
        "gpt-6-rosalind",
        "gpt-6-cyber",
        "gpt-6.2-astra-law",
    ];
    for name in names {
        for (model, options) in [(format!("openai/{name}"), json!({})), (format!("azure_openai/{name}"), azure())] {
            assert!(on_responses(&model, &options, json!({})), "{model}");
            for mode in ["JSON", "MD_JSON"] {
                assert!(on_responses(&model, &options, json!({ "mode": mode })), "{model} {mode}");
            }
            assert!(on_responses(&model, &options, json!({ "responseModel": null })), "{model} raw");
        }
        // A gateway selects the API itself.
        assert!(!on_responses(&format!("openrouter/openai/{name}"), &json!({}), json!({})), "{name}");
    }
    for (model, params) in [
        ("openai/gpt-5.4-mini", json!({})),
        ("openai/gpt-5-chat-latest", json!({})),
        ("openai/gpt-4o-2024-08-06", json!({ "responseModel": null })),
        ("openai/o3-mini", json!({ "mode": "JSON" })),
        ("xai/grok-4-fast", json!({})),
    ] {
        assert!(!on_responses(model, &json!({}), params), "{model}");
    }
    assert!(on_responses("xai/grok-4.20-multi-agent-0309", &json!({}), json!({})));
    assert!(on_responses("xai/grok-4", &json!({}), json!({ "mode": "RESPONSES_TOOLS" })));
    // A `reasoning` object belongs to that API.
    for params in
        [json!({}), json!({ "mode": "TOOLS" }), json!({ "mode": "MD_JSON" }), json!({ "responseModel": null })]
    {
        let mut params = params;
        params["reasoning"] = json!({ "effort": "low" });
        assert!(on_responses("openai/gpt-5", &json!({}), params.clone()), "{params}");
    }
}

#[test]
fn a_research_model_receives_neither_tools_nor_a_schema() {
    let (_, body) = request("openai/o3-deep-research", json!({}), json!({}));
    assert!(body.get("tools").is_none() && body.get("text").is_none(), "{body}");
    for mode in ["TOOLS", "RESPONSES_TOOLS", "JSON_SCHEMA"] {
        let message = refusal("openai/o3-deep-research", json!({ "mode": mode }));
        assert!(message.ends_with("with model 'o3-deep-research'. Valid modes: JSON, MD_JSON"), "{message}");
    }
}

#[test]
fn text_modes_work_over_the_responses_api() {
    let text = json!({ "type": "output_text", "text": "{\"name\":\"Jason\",\"age\":25}" });
    let answer =
        json!({ "status": "completed", "output": [{ "type": "message", "role": "assistant", "content": [text] }] });
    let wrong = json!({ "status": "completed", "output": [
        { "type": "message", "role": "assistant", "content": [{ "type": "output_text", "text": "no idea" }] },
    ] });
    for mode in ["JSON", "JSON_SCHEMA", "MD_JSON"] {
        let call = call("openai/gpt-5-pro", json!({}), json!({ "mode": mode })).unwrap();
        let (sent, ended) = run(call, &[(200, wrong.clone()), (200, answer.clone())]);
        assert_eq!((ended.unwrap()["age"].as_i64(), sent.len()), (Some(25), 2), "{mode}");
    }
}

#[test]
fn only_parameters_that_the_api_is_known_to_refuse_are_refused() {
    for (model, params, taken) in [
        ("openai/gpt-5.1", json!({}), true),
        ("openai/gpt-5.4-mini", json!({}), true),
        ("openai/gpt-5.2-2025-12-11", json!({ "reasoning_effort": "none" }), true),
        ("openai/gpt-5.2", json!({ "reasoning_effort": "low" }), false),
        ("openai/gpt-5.2", json!({ "reasoning": { "effort": "low" } }), false),
        ("openai/gpt-5.5", json!({ "reasoning": { "effort": "none" } }), true),
        ("openai/gpt-5.5", json!({}), false),
        ("openai/gpt-5", json!({}), false),
        ("openai/gpt-5-chat-latest", json!({}), true),
        ("openai/gpt-5.2-chat-latest", json!({}), false),
        ("openai/gpt-5.1-codex", json!({}), false),
        ("openai/gpt-5.2-pro", json!({}), false),
        ("openai/o4-mini", json!({}), false),
        ("openai/gpt-4o-2024-08-06", json!({}), true),
        ("deepseek/deepseek-v4-flash", json!({}), true),
        ("fireworks/accounts/fireworks/models/deepseek-v4-pro", json!({}), true),
        ("openrouter/deepseek/deepseek-v4-pro", json!({}), true),
        ("openrouter/openai/gpt-5-mini", json!({}), true),
        ("openrouter/anthropic/claude-opus-4.7", json!({}), true),
        ("anthropic/claude-opus-4.7", json!({}), false),
        ("anthropic/claude-opus-7", json!({}), false),
        ("anthropic/claude-opus-4-6", json!({}), true),
        ("anthropic/claude-opus-4-20250514", json!({}), true),
        ("google/gemini-2.5-flash", json!({}), true),
        ("google/gemini-3.5-flash-lite", json!({}), false),
        ("google/gemini-3.9-flash", json!({}), false),
        ("google/gemini-flash-latest", json!({}), true),
        ("bedrock/openai.gpt-6-sol", json!({}), false),
        ("bedrock/xai.grok-4.6", json!({}), false),
        ("xai/grok-4.6", json!({}), true),
    ] {
        let mut params = params;
        params["temperature"] = json!(0.5);
        let made = call(model, json!({}), params.clone());
        assert_eq!(made.is_ok(), taken, "{model} {params}");
        if let Some(error) = made.err() {
            assert!(error.message.contains("does not accept `temperature`"), "{}", error.message);
        }
    }
}

#[test]
fn token_limits_depend_on_the_model() {
    let limit = |model: &str, options: Value| request(model, options, json!({})).1["max_tokens"].clone();
    assert_eq!(limit("anthropic/claude-opus-5-5", json!({})), 16384);
    assert_eq!(limit("anthropic/claude-3-opus-20240229", json!({})), 4096);
    let body = |model: &str| request(model, azure(), json!({ "maxTokens": 9 })).1;
    assert_eq!(body("azure_openai/gpt-4o")["max_completion_tokens"], 9);
    // Models of other vendors on Azure refuse OpenAI's newer field.
    assert_eq!(body("azure_openai/Mistral-Large-2411")["max_tokens"], 9);
}

#[test]
fn modes_that_an_api_does_not_support_are_refused_before_anything_is_sent() {
    for (model, params, says) in [
        (
            "groq/openai/gpt-oss-20b",
            json!({ "mode": "JSON_SCHEMA", "stream": true }),
            "'groq' in a stream. Valid modes: TOOLS, TOOLS_STRICT, JSON, MD_JSON",
        ),
        (
            "workers_ai/@cf/m",
            json!({ "mode": "JSON_SCHEMA", "stream": true }),
            "in a stream. Valid modes: TOOLS, TOOLS_STRICT, JSON, MD_JSON",
        ),
        (
            "groq/m",
            json!({ "mode": "JSON", "tools": [{ "type": "function" }] }),
            "beside `tools`. Valid modes: TOOLS, TOOLS_STRICT, MD_JSON",
        ),
        ("deepseek/deepseek-chat", json!({ "mode": "JSON_SCHEMA" }), "Valid modes: TOOLS, TOOLS_STRICT, JSON, MD_JSON"),
        ("alibaba/qwen-plus", json!({ "mode": "JSON_SCHEMA" }), "with model 'qwen-plus'. Valid modes: TOOLS"),
        ("zai/glm-4.6", json!({ "mode": "JSON_SCHEMA" }), "with model 'glm-4.6'. Valid modes: TOOLS"),
        ("minimax/m", json!({ "mode": "JSON_SCHEMA" }), "for provider 'minimax'. Valid modes: TOOLS"),
    ] {
        let error = call(model, json!({}), params.clone()).err().expect("it should be refused");
        assert_eq!(error.kind, Kind::Mode);
        assert!(error.message.contains(says), "{model} {params}: {}", error.message);
    }
    for (model, params) in [
        ("groq/openai/gpt-oss-20b", json!({ "mode": "JSON_SCHEMA" })),
        ("groq/openai/gpt-oss-20b", json!({ "mode": "TOOLS", "stream": true })),
        ("groq/openai/gpt-oss-20b", json!({ "stream": true })),
        ("workers_ai/@cf/m", json!({ "mode": "JSON", "stream": true })),
        ("alibaba/qwen3.7-max", json!({ "mode": "JSON_SCHEMA" })),
        ("zai/GLM-5.3-air", json!({ "mode": "JSON_SCHEMA" })),
    ] {
        assert!(call(model, json!({}), params.clone()).is_ok(), "{model} {params}");
    }
}

#[test]
fn calls_of_other_models_have_a_signature_for_every_gemini_that_requires_one() {
    let signed = |model: &str| {
        let (_, body) = request(model, json!({}), json!({ "messages": with_tools() }));
        body["contents"][1]["parts"][1].get("thoughtSignature").is_some()
    };
    for model in
        ["google/gemini-3.8-flash", "google/gemini-4-argon", "google/gemini-flash-latest", "gemini/gemini-3-pro"]
    {
        assert!(signed(model), "{model}");
    }
    for model in ["google/gemini-2.5-flash", "google/gemini-1.5-pro"] {
        assert!(!signed(model), "{model}");
    }
}

#[test]
fn servers_that_compile_a_grammar_receive_schemas_that_compile() {
    let schema = json!({ "type": "object", "properties": {
        "u": { "oneOf": [{ "type": "string" }, { "type": "integer" }] },
        "t": { "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false },
    }, "required": ["u", "t"] });
    for model in ["llama_cpp/m", "vllm/m", "ollama/m", "lmstudio/m", "llamafile/m", "docker/m"] {
        let params = json!({ "mode": "JSON_SCHEMA", "responseModel": { "name": "S", "schema": schema } });
        let body = request(model, json!({}), params).1["response_format"].to_string();
        assert!(!body.contains("oneOf") && !body.contains("prefixItems"), "{model}: {body}");
    }
}

#[test]
fn every_row_is_complete() {
    use instructor_wasm::machinery::provider::registry::{Force, Key, ROWS, SchemaFormat};
    let mut seen = std::collections::HashSet::new();
    for row in ROWS {
        assert!(seen.insert(row.id), "{} is there twice", row.id);
        assert!(!row.title.is_empty() && !row.modes.is_empty(), "{}", row.id);
        assert!(row.modes.contains(&row.default_mode), "{}", row.id);
        if let Some((_, other)) = row.fallback_mode {
            assert!(row.modes.contains(&other), "{}", row.id);
        }
        let keyed = matches!(row.key, Key::Bearer | Key::Header(_));
        assert!(!keyed || !row.key_env.is_empty(), "{} names no variable", row.id);
        let schema = row.modes.contains(&instructor_wasm::machinery::output::Mode::JsonSchema);
        assert!(schema == (row.schema_format != SchemaFormat::No) || row.id == "perplexity", "{}", row.id);
        let forced = row.default_mode == instructor_wasm::machinery::output::Mode::Tools;
        assert!(!forced || row.force != Force::No || row.id == "writer", "{} defaults to what it can't force", row.id);
    }
}
