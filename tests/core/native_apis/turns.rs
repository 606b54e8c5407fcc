//! The requirements of every API on the turns of a conversation, in first requests and in those after a failed
//! answer: known roles, ids and names that match its patterns, valid arguments, results for every call, no empty
//! turn.

use super::*;
use instructor_wasm::machinery::provider::registry::{ROWS, Row};

/// A model of each row with a tool mode, and its options.
fn tool_rows() -> Vec<(&'static Row, String, Value)> {
    let model = |row: &Row| match row.id {
        "bedrock" => "anthropic.claude-sonnet-4-5".to_owned(),
        "ollama" => "llama3.1".to_owned(),
        _ => "m".to_owned(),
    };
    let with = |row: &'static Row| {
        let base = if row.base.is_none() && row.id != "vertexai" && row.id != "bedrock" {
            json!("https://base.example/v1")
        } else {
            Value::Null
        };
        (row, format!("{}/{}", row.id, model(row)), json!({ "baseURL": base, "accessToken": "t" }))
    };
    let takes = |row: &&Row| row.modes.iter().any(|mode| mode.name() == "TOOLS");
    ROWS.iter().filter(takes).map(with).collect()
}

fn body_of(model: &str, own: &Value, params: Value) -> Value {
    request(model, own.clone(), params).1
}

/// The turns of a body, under any key.
pub(super) fn turns(body: &Value) -> &Vec<Value> {
    ["messages", "contents", "input"].iter().find_map(|key| body[*key].as_array()).unwrap()
}

/// Every value at a key, anywhere in the body.
fn all<'a>(value: &'a Value, key: &str, out: &mut Vec<&'a Value>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    out.push(value);
                }
                all(value, key, out);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| all(value, key, out)),
        _ => {}
    }
}

pub(super) fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    let mut found = Vec::new();
    all(value, key, &mut found);
    found.into_iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_developer_message_reaches_every_api_in_a_known_role() {
    let messages = json!([{ "role": "developer", "content": SYSTEM }, { "role": "user", "content": "Jason is 25" }]);
    for (row, model, own) in tool_rows() {
        let body = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
        let roles: Vec<&str> = turns(&body).iter().filter_map(|turn| turn["role"].as_str()).collect();
        assert_eq!(roles.contains(&"developer"), row.turns.developer, "{model}: {roles:?}");
        assert!(body.to_string().contains(SYSTEM), "{model}");
    }
    for (model, known) in [("openai/gpt-4o", true), ("deepseek/deepseek-chat", false), ("mistral/m", false)] {
        let (_, body) = request(model, json!({}), json!({ "messages": messages }));
        assert_eq!(body["messages"][0]["role"] == "developer", known, "{model}");
    }
}

#[test]
fn system_messages_alone_end_in_a_user_turn() {
    let system = |text: &str| json!({ "role": "system", "content": text });
    for (_, model, own) in tool_rows() {
        for messages in [json!([system("Jason is 25")]), json!([system(SYSTEM), system("Jason is 25")])] {
            let body = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
            let last = turns(&body).last().expect("a turn").clone();
            assert!(last["role"] == "user" && last.to_string().contains("Jason is 25"), "{model}: {last}");
            assert_eq!(body.to_string().contains(SYSTEM), messages.as_array().unwrap().len() == 2, "{model}");
        }
    }
}

#[test]
fn ids_of_other_providers_are_converted_and_calls_match_their_results() {
    let ids = [
        "functions.write:0",
        "call_abc|fc_1",
        "",
        "chatcmpl-tool-0123456789abcdef0123456789abcdef0123456789abcdef",
        "0",
        "0",
    ];
    for id in ids {
        let call = |id: &str| json!({ "id": id, "type": "function", "function": { "name": "my tool.v1", "arguments": "{\"a\":" } });
        let result = |id: &str, text: &str| json!({ "role": "tool", "tool_call_id": id, "content": text });
        let messages = json!([
            { "role": "user", "content": "Look." },
            { "role": "assistant", "content": null, "tool_calls": [call(id), call("other")] },
            result(id, "one"), result("other", "two"),
            { "role": "assistant", "content": "", "tool_calls": [call(id)] },
            result(id, ""),
            { "role": "user", "content": "And now?" },
        ]);
        for (row, model, own) in tool_rows() {
            let body = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
            let sent = turns(&body).clone();
            let sent = Value::from(sent);
            let called =
                [texts(&sent, "toolUseId"), texts(&sent, "tool_use_id"), texts(&sent, "tool_call_id")].concat();
            let calls: Vec<&str> = match row.id {
                "bedrock" => texts(&sent, "toolUseId"),
                _ => texts(&sent, "id"),
            };
            for id in calls.iter().chain(&called) {
                assert!(row.turns.ids.fits(id), "{model}: {id:?} in {sent}");
            }
            // Gemini's calls are distinguished by their names.
            if !calls.is_empty() {
                let mut of_calls: Vec<&str> = calls.clone();
                let mut of_results = called.clone();
                of_calls.sort_unstable();
                of_calls.dedup();
                of_results.sort_unstable();
                of_results.dedup();
                assert_eq!(of_calls, of_results, "{model}: {sent}");
                assert_eq!(of_calls.len(), 3, "{model}: {sent}");
            }
            for name in texts(&sent, "name") {
                assert!(row.turns.names.fits(name), "{model}: {name}");
            }
            for arguments in texts(&sent, "arguments") {
                assert!(serde_json::from_str::<Value>(arguments).unwrap().is_object(), "{model}: {arguments}");
            }
            let again = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
            assert_eq!(again, body, "{model}: the same ids every time");
        }
    }
}

#[test]
fn empty_turns_and_parts_are_omitted_for_every_api() {
    let messages = json!([
        { "role": "user", "content": [{ "type": "text", "text": "" }, { "type": "text", "text": "Look." }] },
        { "role": "assistant", "content": "" },
        { "role": "assistant", "content": null, "tool_calls": [] },
        { "role": "user", "content": " " },
        { "role": "assistant", "content": [{ "type": "text", "text": "" }], "tool_calls": [{ "id": "abcdefghi", "type": "function", "function": { "name": "look", "arguments": "{}" } }] },
        { "role": "tool", "tool_call_id": "abcdefghi", "content": "a cat" },
        { "role": "user", "content": "And now?" },
    ]);
    for (row, model, own) in tool_rows() {
        let body = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
        let sent = turns(&body);
        let wanted = if row.turns.alternate { 3 } else { 4 };
        assert_eq!(sent.len(), wanted, "{model}: {sent:?}");
        for turn in sent {
            let content = turn.get("content").or_else(|| turn.get("parts")).cloned().unwrap_or_default();
            let calls = turn.get("tool_calls").is_some();
            assert!(calls || content.as_array().map_or(content != "", |list| !list.is_empty()), "{model}: {turn}");
            let parts = content.as_array().cloned().unwrap_or_default();
            assert!(parts.iter().all(|part| part.get("text").is_none_or(|text| text != "")), "{model}: {turn}");
        }
    }
}

#[test]
fn bedrocks_turns_always_alternate() {
    let messages = json!([
        { "role": "user", "content": "One." }, { "role": "user", "content": "Two." },
        { "role": "system", "content": SYSTEM }, { "role": "user", "content": "Three." },
        { "role": "assistant", "content": "Yes." },
        { "role": "assistant", "content": "Well.", "tool_calls": [{ "id": "c1", "type": "function", "function": { "name": "look", "arguments": "{}" } }] },
        { "role": "tool", "tool_call_id": "c1", "content": "" }, { "role": "user", "content": "Four." },
    ]);
    let model = "bedrock/anthropic.claude-sonnet-4-5";
    let refused =
        json!({ "output": { "message": { "role": "assistant", "content": [] } }, "stopReason": "malformed_tool_use" });
    let call = call(model, json!({}), json!({ "messages": messages, "mode": "TOOLS" })).unwrap();
    let tool = json!({ "toolUse": { "toolUseId": "t", "name": "User", "input": { "name": "Jason", "age": 25 } } });
    let right =
        json!({ "output": { "message": { "role": "assistant", "content": [tool] } }, "stopReason": "tool_use" });
    let (sent, ended) = run(call, &[(200, refused), (200, right)]);
    assert_eq!(ended.unwrap()["age"], 25);
    for body in &sent {
        let roles: Vec<&str> = turns(body).iter().map(|turn| turn["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["user", "assistant", "user"], "{body}");
    }
    let last = sent[1]["messages"][2]["content"].as_array().unwrap();
    assert_eq!(last.len(), 3);
    assert!(last[0]["toolResult"]["content"][0]["text"].as_str().is_some_and(|text| !text.is_empty()));
    assert!(last[2]["text"].as_str().unwrap().contains("no tool invocation"));
}

#[test]
fn a_conversation_that_the_model_begins_has_a_user_turn_first_where_the_api_requires_one() {
    let messages = json!([{ "role": "assistant", "content": "Hello!" }, { "role": "user", "content": "Jason is 25" }]);
    for (row, model, own) in tool_rows() {
        let body = body_of(&model, &own, json!({ "messages": messages, "mode": "TOOLS" }));
        let first = turns(&body).iter().find(|turn| turn["role"] != "system").unwrap();
        assert_eq!(first["role"] == "user", row.turns.user_first, "{model}: {first}");
        assert!(body.to_string().contains("Hello!"), "{model}");
    }
}

#[test]
fn perplexity_receives_system_messages_first_and_alternating_turns() {
    let messages = json!([
        { "role": "user", "content": "One." }, { "role": "user", "content": [{ "type": "text", "text": "Two." }] },
        { "role": "system", "content": SYSTEM }, { "role": "user", "content": "Three." },
        { "role": "assistant", "content": "Yes." }, { "role": "assistant", "content": "Well." },
        { "role": "user", "content": "Four." },
    ]);
    let (_, body) = request("perplexity/sonar", json!({}), json!({ "messages": messages }));
    let part = |text: &str| json!({ "type": "text", "text": text });
    assert_eq!(
        body["messages"],
        json!([
            { "role": "system", "content": SYSTEM },
            { "role": "user", "content": [part("One."), part("Two."), part("Three.")] },
            { "role": "assistant", "content": "Yes.\n\nWell." },
            { "role": "user", "content": "Four." },
        ])
    );
}

#[test]
fn the_callers_choice_of_tool_is_sent_or_refused() {
    let sent = |model: &str, choice: Value| call(model, json!({}), json!({ "mode": "TOOLS", "tool_choice": choice }));
    for choice in [json!("required"), json!("auto"), json!({ "type": "function", "function": { "name": "User" } })] {
        for model in ["openai/gpt-4o", "openai-compatible/m", "groq/m", "deepseek/deepseek-v4-pro"] {
            let own = json!({ "baseURL": "https://a.example/v1" });
            let (_, body) = request(model, own, json!({ "mode": "TOOLS", "tool_choice": choice }));
            assert_eq!(body["tool_choice"], choice, "{model}");
        }
    }
    for choice in [
        json!("none"),
        json!({ "type": "none" }),
        json!({ "type": "function", "function": { "name": "Other" } }),
        json!({ "type": "tool", "name": "Other" }),
    ] {
        for model in ["openai/gpt-4o", "anthropic/claude-sonnet-4-5", "cohere/command-a"] {
            let error = sent(model, choice.clone()).err().expect("it should be refused");
            assert_eq!((error.kind, &error.detail["parameter"]), (Kind::Configuration, &json!("tool_choice")));
        }
    }
    for model in ["google/gemini-2.5-flash", "bedrock/anthropic.claude-sonnet-4-5"] {
        assert!(sent(model, json!("auto")).err().is_some_and(|error| error.message.contains("toolConfig")), "{model}");
    }
    // A call without tools may have any choice.
    let (_, body) = request("openai/gpt-4o", json!({}), json!({ "responseModel": null, "tool_choice": "none" }));
    assert_eq!(body["tool_choice"], "none");
}

#[test]
fn parts_in_an_apis_own_form_are_passed_through() {
    let cached = json!({ "cachePoint": { "type": "default" } });
    let thought = json!({ "reasoningContent": { "redactedContent": "AAAA" } });
    let messages = json!([
        { "role": "system", "content": [{ "type": "text", "text": SYSTEM }, cached] },
        { "role": "user", "content": [{ "type": "text", "text": "Look." }, cached] },
        { "role": "assistant", "content": [thought, { "text": "Yes." }] },
        { "role": "user", "content": "And now?" },
    ]);
    let (_, body) = request("bedrock/anthropic.claude-sonnet-4-5", json!({}), json!({ "messages": messages }));
    assert_eq!(body["messages"][0]["content"][1], cached);
    assert_eq!(body["system"].as_array().unwrap()[..2], [json!({ "text": SYSTEM }), cached.clone()]);
    assert_eq!(body["messages"][1]["content"], json!([thought, { "text": "Yes." }]));
    let own = json!([{ "role": "user", "content": [{ "text": "Look." }, { "fileData": { "fileUri": "gs://a/b" } }] }]);
    let (_, body) = request("google/gemini-2.5-flash", json!({}), json!({ "messages": own }));
    assert_eq!(body["contents"][0]["parts"], own[0]["content"]);
    // For other APIs a part has a type.
    assert!(refusal("openai/gpt-4o", json!({ "messages": own })).contains("messages[0].content[0]"));
}

#[test]
fn bedrocks_models_receive_their_own_parameters_in_additional_fields() {
    let params = json!({ "mode": "MD_JSON", "reasoning_config": { "type": "enabled" }, "reasoningConfig": { "a": 1 }, "reasoning_effort": "low" });
    let (_, body) = request("bedrock/openai.gpt-oss-120b-1:0", json!({}), params);
    let fields =
        json!({ "reasoning_config": { "type": "enabled" }, "reasoningConfig": { "a": 1 }, "reasoning_effort": "low" });
    assert_eq!(body["additionalModelRequestFields"], fields);
    assert!(body.get("reasoning_effort").is_none());
    for (model, status) in [("bedrock/us.writer.palmyra-x5-v1:0", false), ("bedrock/anthropic.claude-sonnet-4-5", true)]
    {
        let tool = json!({ "toolUse": { "toolUseId": "t", "name": "User", "input": { "name": 1 } } });
        let answer =
            json!({ "output": { "message": { "role": "assistant", "content": [tool] } }, "stopReason": "tool_use" });
        let body = second(model, json!({ "mode": "TOOLS" }), answer);
        let result = &body["messages"][2]["content"][0]["toolResult"];
        assert_eq!(result.get("status").is_some(), status, "{model}: {result}");
    }
}
