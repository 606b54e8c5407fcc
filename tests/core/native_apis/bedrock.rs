//! Bedrock's Converse API.

use super::*;

const CLAUDE: &str = "bedrock/anthropic.claude-3-5-sonnet-20241022-v2:0";

fn keys() -> Value {
    json!({ "apiKey": null, "accessKeyId": "AK", "secretAccessKey": "hush" })
}

#[test]
fn bedrock_receives_blocks_inference_settings_and_a_forced_tool() {
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
fn bedrock_receives_the_schema_as_text() {
    let (_, body) = request(CLAUDE, keys(), json!({ "mode": "JSON_SCHEMA" }));
    let schema = &body["outputConfig"]["textFormat"]["structure"]["jsonSchema"];
    assert_eq!(schema["name"], "User");
    let parsed: Value = serde_json::from_str(schema["schema"].as_str().unwrap()).unwrap();
    assert_eq!(parsed["additionalProperties"], false);
}

#[test]
fn bedrock_accepts_images_as_data_only() {
    let (_, body) = request(CLAUDE, keys(), json!({ "messages": picture() }));
    let image = json!({ "format": "png", "source": { "bytes": "AAAA" } });
    assert_eq!(body["messages"][0]["content"][1], json!({ "image": image }));
    let message = refusal(CLAUDE, json!({ "messages": linked_picture() }));
    assert!(message.contains("bedrock") && message.contains("image"), "{message}");
}

#[test]
fn bedrock_document_names_contain_only_accepted_characters() {
    let document =
        json!({ "type": "document", "source": "data:application/pdf;base64,AA", "filename": "a_b  (1).v2.pdf" });
    let (_, body) = request(CLAUDE, keys(), json!({ "messages": [{ "role": "user", "content": [document] }] }));
    let sent = &body["messages"][0]["content"][0]["document"];
    assert_eq!((sent["name"].as_str(), sent["format"].as_str()), (Some("a b (1) v2"), Some("pdf")));
}

#[test]
fn bedrock_receives_the_problems_of_a_failed_call() {
    let content = json!([{ "text": " " }, { "toolUse": { "toolUseId": "t1", "name": "User", "input": { "name": "J", "age": 1 } } }]);
    let answer =
        json!({ "output": { "message": { "role": "assistant", "content": content } }, "stopReason": "tool_use" });
    let body = second(CLAUDE, json!({}), answer);
    assert_eq!(body["messages"][1]["content"].as_array().unwrap().len(), 1, "blank text is refused on input");
    let result = &body["messages"][2]["content"][0]["toolResult"];
    assert_eq!((result["toolUseId"].as_str(), result["status"].as_str()), (Some("t1"), Some("error")));
}

#[test]
fn a_signature_refused_because_of_the_clock_is_repeated_once_with_the_servers_time() {
    let mut call = call(CLAUDE, keys(), json!({})).unwrap();
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    let headers = [
        ("x-amzn-errortype".to_owned(), "InvalidSignatureException:http://aws".to_owned()),
        ("date".to_owned(), "Fri, 02 Jan 2026 03:34:05 GMT".to_owned()),
    ];
    call.on_response(403, &headers, br#"{"message":"Signature expired"}"#, CLOCK);
    let Action::Send { request, .. } = call.poll(CLOCK) else { panic!("the request is sent again") };
    let signed = call.auth_headers(&request, CLOCK).unwrap().unwrap();
    assert!(signed.contains(&("x-amz-date".to_owned(), "20260102T033405Z".to_owned())), "{signed:?}");
    call.on_response(403, &headers, br#"{"message":"Signature expired"}"#, CLOCK);
    let Action::Failed(error) = call.poll(CLOCK) else { panic!("a second refusal is final") };
    assert_eq!(error.detail["code"], "InvalidSignatureException");
}

#[test]
fn a_wrong_key_is_not_mistaken_for_a_wrong_clock() {
    let mut call = call(CLAUDE, keys(), json!({})).unwrap();
    while !matches!(call.poll(CLOCK), Action::Send { .. }) {}
    let headers = [
        ("x-amzn-errortype".to_owned(), "InvalidSignatureException".to_owned()),
        ("date".to_owned(), "Fri, 02 Jan 2026 03:04:06 GMT".to_owned()),
    ];
    call.on_response(403, &headers, br#"{"message":"The signature does not match"}"#, CLOCK);
    assert!(matches!(call.poll(CLOCK), Action::Failed(_)));
}

#[test]
fn a_bedrock_request_without_keys_is_refused_by_name() {
    let error = call(CLAUDE, json!({ "apiKey": null }), json!({})).err().unwrap();
    assert!(error.message.contains("AWS_ACCESS_KEY_ID"), "{}", error.message);
}

#[test]
fn bedrock_models_without_tool_choice_receive_none() {
    for (model, forced) in [("meta.llama3-1-70b-instruct-v1:0", false), ("mistral.mistral-large-2407-v1:0", true)] {
        let (_, body) = request(&format!("bedrock/{model}"), keys(), json!({ "mode": "TOOLS" }));
        assert_eq!(body["toolConfig"].get("toolChoice").is_some(), forced, "{model}");
        assert_eq!(body["toolConfig"]["tools"][0]["toolSpec"]["name"], "User");
    }
}

#[test]
fn the_region_comes_from_the_option_then_from_two_variables_then_from_the_models_arn() {
    let url = |region: Value, env: Value| {
        let mut options = keys();
        options["region"] = region;
        options["env"] = env;
        request(CLAUDE, options, json!({})).0
    };
    let both = json!({ "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "ap-south-1" });
    assert!(url(json!("us-west-2"), both.clone()).starts_with("https://bedrock-runtime.us-west-2.amazonaws.com/"));
    assert!(url(Value::Null, both).contains(".eu-west-1."));
    assert!(url(Value::Null, json!({ "AWS_DEFAULT_REGION": "ap-south-1" })).contains(".ap-south-1."));
    assert!(url(json!("cn-north-1"), json!({})).starts_with("https://bedrock-runtime.cn-north-1.amazonaws.com.cn/"));
    assert!(url(json!("us-iso-east-1"), json!({})).starts_with("https://bedrock-runtime.us-iso-east-1.c2s.ic.gov/"));
    let arn = "bedrock/arn:aws:bedrock:eu-central-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-v1:0";
    let mut options = keys();
    options["region"] = Value::Null;
    let named = request(arn, options, json!({})).0;
    let place = "https://bedrock-runtime.eu-central-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aeu-central-1";
    assert!(named.starts_with(place), "{named}");
}

#[test]
fn bedrock_receives_strict_tools() {
    let (_, body) = request(CLAUDE, keys(), json!({ "mode": "TOOLS_STRICT" }));
    let spec = &body["toolConfig"]["tools"][0]["toolSpec"];
    assert_eq!((&spec["strict"], &spec["inputSchema"]["json"]["additionalProperties"]), (&json!(true), &json!(false)));
}

#[test]
fn a_bearer_key_has_precedence_over_signing_keys() {
    for options in [
        json!({ "apiKey": "bk", "accessKeyId": "a", "secretAccessKey": "s" }),
        json!({ "apiKey": null, "env": { "AWS_BEARER_TOKEN_BEDROCK": "bk", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s" } }),
    ] {
        let call = call(CLAUDE, options, json!({})).unwrap();
        let headers = call.auth_headers(&call.request(), CLOCK).unwrap().unwrap();
        assert_eq!(headers, [("authorization".to_owned(), "Bearer bk".to_owned())]);
    }
}

#[test]
fn nova_receives_tools_with_three_keys_and_valid_names_without_constraints() {
    let schema = json!({
        "title": "T", "description": "A person.", "additionalProperties": false, "type": "object",
        "properties": { "boss": { "$ref": "#/$defs/Person" }, "age": { "type": "integer", "minimum": 0 } },
        "required": ["boss", "age"],
        "$defs": { "Person": { "type": "object", "properties": { "name": { "type": "string" } }, "required": ["name"] } },
    });
    let model = "bedrock/us.amazon.nova-pro-v1:0";
    let params = |mode: &str| json!({ "mode": mode, "responseModel": { "name": "user-info", "schema": schema } });
    let (_, body) = request(model, json!({}), params("TOOLS"));
    let spec = &body["toolConfig"]["tools"][0]["toolSpec"];
    assert_eq!(spec["name"], "user_info");
    assert_eq!(body["toolConfig"]["toolChoice"]["tool"]["name"], "user_info");
    let sent = spec["inputSchema"]["json"].as_object().unwrap();
    let keys: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert!(keys.iter().all(|key| ["type", "properties", "required"].contains(key)), "{keys:?}");
    assert_eq!(sent["properties"]["boss"]["properties"]["name"]["type"], "string");
    let tool =
        json!({ "toolUse": { "toolUseId": "t", "name": "user_info", "input": { "boss": { "name": "A" }, "age": 1 } } });
    let right =
        json!({ "output": { "message": { "role": "assistant", "content": [tool] } }, "stopReason": "tool_use" });
    let (_, ended) = run(call(model, json!({}), params("TOOLS")).unwrap(), &[(200, right)]);
    assert_eq!(ended.unwrap()["boss"]["name"], "A");
    for mode in ["JSON_SCHEMA", "TOOLS_STRICT"] {
        let error = call(model, json!({}), params(mode)).err().expect("it should be refused");
        assert!(error.kind == Kind::Mode && error.message.contains("nova"), "{}", error.message);
    }
}
