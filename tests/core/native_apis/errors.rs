//! Error bodies of every shape in use: code, message, retry-after and request id are found, and the message has a remedy.

use super::*;

/// The error of a call with this response, without retries.
fn error_of(model: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Error {
    let own = json!({ "baseURL": "https://api.example/v1", "accessToken": "t", "apiKey": "k" });
    let mut call = call(model, own, json!({ "httpRetries": 0 })).unwrap();
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    let headers: Vec<(String, String)> = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    call.on_response(status, &headers, body.as_bytes(), CLOCK);
    loop {
        match call.poll(CLOCK) {
            Action::Failed(error) => return error,
            Action::Nothing | Action::Done | Action::Send { .. } => panic!("no error from {body}"),
            _ => {}
        }
    }
}

/// Provider, status, body; the code (or "") and a piece of the message.
const SHAPES: &[(&str, u16, &str, &str, &str)] = &[
    (
        "openai/m",
        400,
        r#"{"error":{"message":"Invalid schema for response_format 'X'","type":"invalid_request_error","param":"response_format","code":null}}"#,
        "invalid_request_error",
        "Invalid schema for response_format 'X'",
    ),
    (
        "openai/m",
        401,
        r#"{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}"#,
        "invalid_api_key",
        "Incorrect API key",
    ),
    (
        "openai/m",
        429,
        r#"{"error":{"message":"You exceeded your quota","type":"insufficient_quota","code":"insufficient_quota"}}"#,
        "insufficient_quota",
        "You exceeded your quota",
    ),
    (
        "azure_openai/m",
        400,
        r#"{"error":{"code":"content_filter","message":"filtered","innererror":{"content_filter_result":{}}}}"#,
        "content_filter",
        "filtered",
    ),
    (
        "anthropic/m",
        529,
        r#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"},"request_id":"req_1"}"#,
        "overloaded_error",
        "Overloaded",
    ),
    (
        "google/gemini-2.5-flash",
        400,
        r#"{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}"#,
        "INVALID_ARGUMENT",
        "API key not valid.",
    ),
    (
        "vertexai/m",
        403,
        r#"[{"error":{"code":403,"message":"denied","status":"PERMISSION_DENIED"}}]"#,
        "PERMISSION_DENIED",
        "denied",
    ),
    (
        "vertexai/claude-sonnet-4-5@20250929",
        400,
        r#"{"type":"error","error":{"type":"invalid_request_error","message":"bad"}}"#,
        "invalid_request_error",
        "bad",
    ),
    (
        "bedrock/m",
        400,
        r#"{"message":"The model is unknown","__type":"com.amazon.coral.service#ValidationException"}"#,
        "ValidationException",
        "The model is unknown",
    ),
    ("bedrock/m", 403, r#"{"Message":"not authorized"}"#, "", "not authorized"),
    (
        "mistral/m",
        400,
        r#"{"object":"error","message":"bad","type":"invalid_request_error","param":null,"code":"1500"}"#,
        "1500",
        "bad",
    ),
    (
        "mistral/m",
        422,
        r#"{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs are not permitted"}]}"#,
        "",
        "body.seed: Extra inputs are not permitted",
    ),
    (
        "mistral/m",
        422,
        r#"{"object":"error","message":{"detail":[{"loc":["body","n",0],"msg":"too many"}]},"type":"invalid_request_error"}"#,
        "invalid_request_error",
        "body.n.0: too many",
    ),
    ("cohere/m", 422, r#"{"message":"invalid request: tools","id":"x1"}"#, "", "invalid request: tools"),
    (
        "cerebras/m",
        422,
        r#"{"message":"bad","type":"invalid_request_error","param":"p","code":"wrong_api_format"}"#,
        "wrong_api_format",
        "bad",
    ),
    (
        "perplexity/sonar",
        400,
        r#"{"error":{"message":"bad","type":"invalid_model","code":400}}"#,
        "invalid_model",
        "bad",
    ),
    (
        "xai/m",
        400,
        r#"{"code":"Client specified an invalid argument","error":"bad model"}"#,
        "Client specified an invalid argument",
        "bad model",
    ),
    (
        "openrouter/m",
        403,
        r#"{"error":{"code":403,"message":"flagged","metadata":{"error_type":"content_policy_violation"}}}"#,
        "content_policy_violation",
        "flagged",
    ),
    (
        "litellm/m",
        404,
        r#"{"error":{"message":"no such model","type":null,"param":null,"code":"404"}}"#,
        "404",
        "no such model",
    ),
    ("databricks/m", 400, r#"{"error_code":"BAD_REQUEST","message":"bad"}"#, "BAD_REQUEST", "bad"),
    (
        "writer/m",
        400,
        r#"{"tpe":"BadRequest","errors":[{"description":"first"},{"description":"second"}],"extras":{}}"#,
        "BadRequest",
        "first; second",
    ),
    ("ollama/m", 404, r#"{"error":"model 'm' not found"}"#, "", "model 'm' not found"),
    (
        "llama_cpp/m",
        503,
        r#"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
        "unavailable_error",
        "Loading model",
    ),
    (
        "vllm/m",
        400,
        r#"{"object":"error","message":"bad","type":"BadRequestError","param":null,"code":400}"#,
        "400",
        "bad",
    ),
    (
        "vllm/m",
        400,
        r#"{"error":{"message":"bad","type":"BadRequestError","param":null,"code":400}}"#,
        "BadRequestError",
        "bad",
    ),
    (
        "workers_ai/m",
        400,
        r#"{"success":false,"errors":[{"code":7009,"message":"no such model"}],"result":null}"#,
        "7009",
        "no such model",
    ),
    (
        "together/m",
        500,
        "<html><head><title>502</title></head><body><h1>Bad Gateway</h1></body></html>",
        "",
        "Bad Gateway",
    ),
    ("fireworks/m", 404, "", "", "Check the model's name"),
    (
        "groq/m",
        413,
        r#"{"error":{"message":"too large","type":"tokens","code":"rate_limit_exceeded"}}"#,
        "rate_limit_exceeded",
        "send less",
    ),
];

#[test]
fn every_shape_of_error_body_is_reported_with_code_and_message() {
    for (model, status, body, code, part) in SHAPES {
        let error = error_of(model, *status, &[], body);
        assert_eq!(error.kind, instructor_wasm::machinery::error::Kind::Provider, "{model}: {error}");
        assert!(error.message.contains(part), "{model}: {}", error.message);
        assert_eq!(error.detail["status"], *status, "{model}");
        let found = error.detail.get("code").and_then(Value::as_str).unwrap_or_default();
        assert_eq!(found, *code, "{model} {body}");
    }
    println!(
        "errors: {} shapes of {} statuses read",
        SHAPES.len(),
        SHAPES.iter().map(|s| s.1).collect::<std::collections::BTreeSet<_>>().len()
    );
}

#[test]
fn statuses_have_a_remedy() {
    let message = |status| error_of("openai/gpt-x", status, &[], r#"{"error":{"message":"no"}}"#).message;
    assert!(message(401).contains("OPENAI_API_KEY"));
    assert!(message(402).contains("credit"));
    assert!(message(403).contains("permissions"));
    assert!(message(404).contains("'gpt-x'"));
    assert!(message(429).contains("httpRetries"));
    assert!(message(529).contains("overloaded"));
}

#[test]
fn cors_is_a_likely_cause_only_where_the_provider_is_not_known_to_allow_browsers() {
    let likely = |model: &str, own: Value| {
        let call = call(model, own, json!({})).unwrap();
        instructor_wasm::machinery::provider::error_body::likely_cors(&call.setup().endpoint)
    };
    let page = || json!({ "browser": true });
    for (model, own, cors) in [
        ("openai/m", page(), false),
        ("anthropic/m", page(), false),
        ("openai/m", json!({ "browser": true, "baseURL": "https://proxy.example/v1" }), true),
        ("together/m", page(), true),
        ("workers_ai/m", page(), true),
        ("ollama/m", page(), true),
        ("together/m", json!({}), false),
    ] {
        assert_eq!(likely(model, own), cors, "{model}");
    }
}

#[test]
fn codes_have_a_remedy_where_the_status_has_none() {
    let message =
        |status, error: Value| error_of("openai/gpt-x", status, &[], &json!({ "error": error }).to_string()).message;
    let quota = message(429, json!({ "message": "exceeded", "code": "insufficient_quota" }));
    assert!(quota.contains("add credit") && !quota.contains("httpRetries"), "{quota}");
    for long in [
        json!({ "message": "too much", "code": "context_length_exceeded" }),
        json!({ "message": "prompt is too long: 210000 tokens > 200000 maximum", "type": "invalid_request_error" }),
        json!({ "message": "The input token count (9) exceeds the maximum number of tokens allowed (8)." }),
    ] {
        assert!(message(400, long).contains("shorten them"));
    }
    assert!(!message(400, json!({ "message": "no" })).contains("shorten"));
}

#[test]
fn waits_and_request_ids_are_found_in_headers_and_bodies() {
    let error =
        error_of("openai/m", 429, &[("retry-after-ms", "1500"), ("retry-after", "9"), ("x-request-id", "r1")], "{}");
    assert_eq!((error.detail["retryAfter"].as_f64(), error.detail["requestId"].as_str()), (Some(1500.0), Some("r1")));
    let error = error_of("openai/m", 503, &[("retry-after", "2")], "{}");
    assert_eq!(error.detail["retryAfter"], 2000.0);
    let error = error_of(
        "anthropic/m",
        500,
        &[],
        r#"{"type":"error","error":{"type":"api_error","message":"x"},"request_id":"req_9"}"#,
    );
    assert_eq!(error.detail["requestId"], "req_9");
    let aws = [("x-amzn-errortype", "ThrottlingException:http://x"), ("x-amzn-requestid", "a1")];
    let error = error_of("bedrock/m", 429, &aws, r#"{"message":"slow"}"#);
    assert_eq!(
        (error.detail["code"].as_str(), error.detail["requestId"].as_str()),
        (Some("ThrottlingException"), Some("a1"))
    );
    let delay = json!({ "error": { "message": "q", "details": [{ "retryDelay": "1.5s" }] } }).to_string();
    assert_eq!(error_of("google/m", 429, &[], &delay).detail["retryAfter"], 1500.0);
}
