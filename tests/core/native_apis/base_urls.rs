//! URLs and keys of requests: base URLs as users paste them, variables with the vendors' names, and the errors for
//! missing ones.

use super::*;

fn at(model: &str, options: Value) -> Result<String, Error> {
    Ok(call(model, options, json!({}))?.request().url)
}

#[test]
fn base_urls_are_normalised_however_they_are_pasted() {
    const AZURE: &str = "https://r.openai.azure.com";
    let pasted = "https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2025-01-01-preview";
    for (model, options, url) in [
        (
            "openai/m",
            json!({ "baseURL": "https://p.example/v1/chat/completions" }),
            "https://p.example/v1/chat/completions",
        ),
        ("openai/m", json!({ "baseURL": "https://p.example/v1/responses/" }), "https://p.example/v1/chat/completions"),
        (
            "anthropic/claude-sonnet-4-6",
            json!({ "baseURL": "https://p.example/v1/messages" }),
            "https://p.example/v1/messages",
        ),
        ("writer/m", json!({ "baseURL": "https://p.example/v1/chat" }), "https://p.example/v1/chat"),
        ("litellm/m", json!({ "baseURL": "http://h:4000/chat/completions" }), "http://h:4000/v1/chat/completions"),
        (
            "google/gemini-2.5-flash",
            json!({ "baseURL": "https://p.example/v1beta/models/gemini-2.5-pro:generateContent" }),
            "https://p.example/v1beta/models/gemini-2.5-flash:generateContent",
        ),
        (
            "ollama/m",
            json!({ "native": true, "env": { "OLLAMA_BASE_URL": "http://h:11434/v1" } }),
            "http://h:11434/api/chat",
        ),
        // Azure: the v1 form without a version, the classic form with one.
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": AZURE }),
            "https://r.openai.azure.com/openai/v1/chat/completions",
        ),
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": format!("{AZURE}/openai/") }),
            "https://r.openai.azure.com/openai/v1/chat/completions",
        ),
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": AZURE, "apiVersion": "v1" }),
            "https://r.openai.azure.com/openai/v1/chat/completions",
        ),
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": AZURE, "apiVersion": "2024-10-21" }),
            "https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        ),
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": AZURE, "env": { "OPENAI_API_VERSION": "2024-10-21" } }),
            "https://r.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21",
        ),
        ("azure_openai/gpt-4o", json!({ "azureEndpoint": pasted }), pasted),
        ("azure_openai/gpt-4o", json!({ "env": { "AZURE_OPENAI_ENDPOINT": pasted } }), pasted),
        (
            "azure_openai/gpt-4o",
            json!({ "azureEndpoint": "https://r.services.ai.azure.com/models" }),
            "https://r.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview",
        ),
        (
            "azure_openai/gpt-4o",
            json!({ "env": { "AZURE_RESOURCE_NAME": "mine" } }),
            "https://mine.openai.azure.com/openai/v1/chat/completions",
        ),
        // Variables that the vendors' own SDKs read.
        (
            "together/m",
            json!({ "env": { "TOGETHER_BASE_URL": "https://p.example/v1" } }),
            "https://p.example/v1/chat/completions",
        ),
        (
            "cerebras/m",
            json!({ "env": { "CEREBRAS_BASE_URL": "https://p.example" } }),
            "https://p.example/v1/chat/completions",
        ),
        (
            "fireworks/m",
            json!({ "env": { "FIREWORKS_BASE_URL": "https://p.example" } }),
            "https://p.example/inference/v1/chat/completions",
        ),
        (
            "google/gemini-2.5-flash",
            json!({ "env": { "GOOGLE_GEMINI_BASE_URL": "https://p.example" } }),
            "https://p.example/v1beta/models/gemini-2.5-flash:generateContent",
        ),
        (
            "google/gemini-2.5-flash",
            json!({ "apiKey": null, "accessToken": "t", "env": { "GOOGLE_GENAI_USE_VERTEXAI": "true" } }),
            "https://us-central1-aiplatform.googleapis.com/v1beta1/projects/p/locations/us-central1/publishers/google/models/gemini-2.5-flash:generateContent",
        ),
        // Parts of a URL that are options.
        (
            "snowflake/claude-sonnet-4-5",
            json!({ "accountId": null, "env": { "SNOWFLAKE_ACCOUNT": "org-me" } }),
            "https://org-me.snowflakecomputing.com/api/v2/cortex/v1/chat/completions",
        ),
        (
            "bedrock_mantle/openai.gpt-oss-120b",
            json!({ "region": "eu-west-1" }),
            "https://bedrock-mantle.eu-west-1.api.aws/v1/chat/completions",
        ),
        (
            "bedrock_mantle/openai.gpt-5.4",
            json!({ "region": "eu-west-1" }),
            "https://bedrock-mantle.eu-west-1.api.aws/openai/v1/responses",
        ),
        (
            "heroku/m",
            json!({ "env": { "HEROKU_INFERENCE_URL": "https://eu.inference.heroku.com" } }),
            "https://eu.inference.heroku.com/v1/chat/completions",
        ),
    ] {
        assert_eq!(at(model, options.clone()).unwrap(), url, "{model} {options}");
    }
}

#[test]
fn an_invalid_base_url_is_refused_with_the_name_of_its_source() {
    for (model, options, name) in [
        ("openai/m", json!({ "baseURL": "https://p.example/v1?key=1" }), "baseURL must be"),
        ("openai/m", json!({ "env": { "OPENAI_BASE_URL": "ftp://p.example" } }), "OPENAI_BASE_URL must be"),
        (
            "azure_openai/m",
            json!({ "azureEndpoint": "https://r.openai.azure.com/?tenant=1" }),
            "azureEndpoint must be an address without a query: give the version as `apiVersion`",
        ),
        ("bedrock_mantle/openai.gpt-oss-120b", json!({ "region": "evil.example/" }), "region must be"),
        ("snowflake/claude-sonnet-4-5", json!({ "accountId": "me@evil" }), "accountId must be letters"),
        ("azure_openai/m", json!({ "azureEndpoint": "https://r.openai.azure.com/#x" }), "azureEndpoint must be"),
    ] {
        let message = at(model, options.clone()).unwrap_err().message;
        assert!(message.starts_with(name), "{options}: {message}");
    }
}

#[test]
fn a_user_in_a_url_becomes_a_header_and_is_not_shown() {
    for options in [
        json!({ "baseURL": "https://me:s%40cret@p.example/v1" }),
        json!({ "env": { "OPENAI_BASE_URL": "https://me:s%40cret@p.example/v1" } }),
        json!({ "apiKey": null, "baseURL": "https://me:s%40cret@p.example/v1" }),
    ] {
        let client = Client::new("openai/m", super::options(&options)).unwrap();
        assert_eq!(client.info()["baseURL"], "https://p.example/v1");
        let request = call("openai/m", options, json!({})).unwrap().request();
        assert_eq!(request.url, "https://p.example/v1/chat/completions");
        // `me:s@cret`
        let header = ("authorization".to_owned(), "Basic bWU6c0BjcmV0".to_owned());
        assert!(request.headers.contains(&header), "{:?}", request.headers);
    }
}

#[test]
fn keys_and_tokens_are_read_from_every_name_that_the_vendors_use() {
    let auth = |model: &str, env: Value| {
        let call = call(model, json!({ "apiKey": null, "env": env }), json!({})).unwrap();
        let request = call.request();
        let headers = call.auth_headers(&request, CLOCK);
        headers.unwrap().unwrap().first().cloned().unwrap_or_default()
    };
    for (model, env, header, value) in [
        ("anthropic/claude-sonnet-4-6", json!({ "ANTHROPIC_AUTH_TOKEN": "t" }), "authorization", "Bearer t"),
        (
            "anthropic/claude-sonnet-4-6",
            json!({ "ANTHROPIC_AUTH_TOKEN": "t", "ANTHROPIC_API_KEY": "k" }),
            "x-api-key",
            "k",
        ),
        ("azure_openai/m", json!({ "AZURE_API_KEY": "k", "AZURE_RESOURCE_NAME": "r" }), "api-key", "k"),
        ("huggingface/m", json!({ "HF_TOKEN": "t" }), "authorization", "Bearer t"),
        ("vercel/openai/gpt-5", json!({ "VERCEL_OIDC_TOKEN": "t" }), "authorization", "Bearer t"),
    ] {
        assert_eq!(auth(model, env.clone()), (header.to_owned(), value.to_owned()), "{model} {env}");
    }
}

#[test]
fn a_missing_key_is_reported_for_the_runtime() {
    let message = |options: Value| call("openai/m", options, json!({})).err().unwrap().message;
    let node = "OPENAI_API_KEY is not set. Set it with `export OPENAI_API_KEY=<your-api-key>`, or pass { apiKey } to fromProvider.";
    assert_eq!(message(json!({ "apiKey": null })), node);
    assert_eq!(message(json!({ "apiKey": null, "runtime": "node" })), node);
    assert_eq!(message(json!({ "apiKey": " " })), format!("apiKey is an empty string, and {node}"));
    let worker = message(json!({ "apiKey": null, "runtime": "worker" }));
    assert!(worker.contains("`wrangler secret put OPENAI_API_KEY`") && worker.contains("{ env }"), "{worker}");
    for page in [json!({ "apiKey": null, "browser": true }), json!({ "apiKey": null, "runtime": "browser" })] {
        let message = message(page);
        assert!(message.contains("from your server") && !message.contains("export"), "{message}");
    }
    let database = call("databricks/m", json!({}), json!({})).err().unwrap().message;
    assert!(database.starts_with("DATABRICKS_HOST is not set.") && database.contains("baseURL"), "{database}");
    // It affects no request.
    let body = request("openai/m", json!({ "runtime": "worker" }), json!({})).1;
    assert!(body.get("runtime").is_none());
}

#[test]
fn a_mistyped_or_missing_provider_results_in_a_suggestion() {
    let message = |model: &str| call(model, json!({}), json!({})).err().unwrap().message;
    assert!(
        message("openia/gpt-4o").starts_with("Unsupported provider: openia. Did you mean 'openai/gpt-4o'? Supported")
    );
    assert!(message("claude/claude-opus-5").contains("Did you mean 'anthropic/claude-opus-5'?"));
    assert!(message("foo/bar").starts_with("Unsupported provider: foo. Supported providers are: ['openai', "));
    assert!(message("gpt-4o-mini").ends_with("Did you mean \"openai/gpt-4o-mini\"?"));
    assert!(message("openai").ends_with("Did you mean \"openai/…\"?"));
    assert!(message("my-model").ends_with("\"anthropic/claude-3-sonnet\")"));
}
