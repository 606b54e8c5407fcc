//! Own tools next to the response model: requests, the turns with their results, and the end of the conversation.

use super::*;

/// The answer of an API that calls these tools.
type Say = fn(calls: &[(&str, Value)]) -> Value;

fn chat(calls: &[(&str, Value)]) -> Value {
    let one = |(number, (name, arguments)): (usize, &(&str, Value))| {
        let function = json!({"name": name, "arguments": arguments.to_string()});
        json!({"id": format!("c{number}"), "type": "function", "function": function})
    };
    let calls: Vec<Value> = calls.iter().enumerate().map(one).collect();
    let usage = json!({"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15});
    json!({"choices": [{"message": {"role": "assistant", "tool_calls": calls}, "finish_reason": "tool_calls"}], "usage": usage})
}

fn anthropic(calls: &[(&str, Value)]) -> Value {
    let one = |(number, (name, input)): (usize, &(&str, Value))| json!({"type": "tool_use", "id": format!("t{number}"), "name": name, "input": input});
    let mut content = vec![json!({"type": "thinking", "thinking": "hm", "signature": "s"})];
    content.extend(calls.iter().enumerate().map(one));
    json!({"role": "assistant", "content": content, "stop_reason": "tool_use"})
}

fn gemini(calls: &[(&str, Value)]) -> Value {
    let one =
        |(name, args): &(&str, Value)| json!({"functionCall": {"name": name, "args": args}, "thoughtSignature": "s"});
    let parts: Vec<Value> = calls.iter().map(one).collect();
    json!({"candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP"}]})
}

fn bedrock(calls: &[(&str, Value)]) -> Value {
    let one = |(number, (name, input)): (usize, &(&str, Value))| json!({"toolUse": {"toolUseId": format!("t{number}"), "name": name, "input": input}});
    let content: Vec<Value> = calls.iter().enumerate().map(one).collect();
    json!({"output": {"message": {"role": "assistant", "content": content}}, "stopReason": "tool_use"})
}

fn responses(calls: &[(&str, Value)]) -> Value {
    let one = |(number, (name, arguments)): (usize, &(&str, Value))| {
        json!({"type": "function_call", "id": format!("fc{number}"), "call_id": format!("c{number}"), "name": name,
            "arguments": arguments.to_string()})
    };
    let mut output = vec![json!({"type": "reasoning", "id": "rs1", "summary": []})];
    output.extend(calls.iter().enumerate().map(one));
    json!({"output": output, "status": "completed"})
}

fn cohere(calls: &[(&str, Value)]) -> Value {
    let calls = chat(calls)["choices"][0]["message"]["tool_calls"].clone();
    json!({"message": {"role": "assistant", "tool_calls": calls, "tool_plan": "plan"}, "finish_reason": "TOOL_CALL"})
}

fn ollama(calls: &[(&str, Value)]) -> Value {
    let one = |(name, arguments): &(&str, Value)| json!({"function": {"name": name, "arguments": arguments}});
    let calls: Vec<Value> = calls.iter().map(one).collect();
    json!({"message": {"role": "assistant", "content": "", "tool_calls": calls}, "done": true, "done_reason": "stop"})
}

/// The native form of Workers AI, which has no turns with calls.
fn workers(calls: &[(&str, Value)]) -> Value {
    let one = |(name, arguments): &(&str, Value)| json!({"name": name, "arguments": arguments});
    let calls: Vec<Value> = calls.iter().map(one).collect();
    json!({"success": true, "result": {"response": null, "tool_calls": calls}})
}

fn weather() -> Value {
    let schema = json!({"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]});
    json!({"name": "weather", "description": "Weather of a city.", "schema": schema})
}

fn jo() -> Value {
    json!({"name": "Jo", "age": 3})
}

struct Played {
    sent: Vec<Value>,
    runs: Vec<Vec<ToolRun>>,
    outcome: Result<Value, Error>,
    completion: Value,
}

/// Runs a call with the weather tool; its result has the arguments in it.
fn play(model: &str, own: Value, params: Value, answers: Vec<Value>) -> Played {
    let mut all = json!({"ownTools": [weather()], "maxRetries": 1});
    all.as_object_mut().unwrap().extend(params.as_object().unwrap().clone());
    let mut call = call(model, own, all).unwrap();
    let mut runs = Vec::new();
    let judge = |value: &Value| if value["age"].is_null() { vec![no_age(vec!["age".into()])] } else { Vec::new() };
    let (sent, outcome) = drive(&mut call, &accepted(&answers), judge, |calls| {
        let result = |run: &ToolRun| CallResult { text: format!("ran {}", run.arguments), is_error: false };
        let results = calls.iter().map(result).collect();
        runs.push(calls);
        results
    });
    Played { sent, runs, outcome, completion: call.completion() }
}

const APIS: &[(&str, &str, Say)] = &[
    ("openai/gpt-4o-mini", "TOOLS", chat),
    ("openai/gpt-4o-mini", "TOOLS_STRICT", chat),
    ("openai/gpt-4o-mini", "RESPONSES_TOOLS", responses),
    ("mistral/mistral-small-latest", "TOOLS", chat),
    ("writer/palmyra-x5", "TOOLS", chat),
    ("llama_cpp_python/m", "TOOLS", chat),
    ("anthropic/claude-sonnet-4-5", "TOOLS", anthropic),
    ("google/gemini-2.5-flash", "TOOLS", gemini),
    ("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0", "TOOLS", bedrock),
    ("cohere/command-a-03-2025", "TOOLS", cohere),
    ("ollama/qwen3", "TOOLS", ollama),
    ("workers_ai/@cf/meta/llama-3.3-70b-instruct-fp8-fast", "TOOLS", workers),
];

#[test]
fn the_results_of_own_tools_go_back_in_the_turns_of_every_api() {
    for (model, mode, say) in APIS {
        let own = if model.starts_with("ollama") { json!({"native": true}) } else { json!({}) };
        let first = say(&[("weather", json!({"city": "Oslo"})), ("weather", json!({"city": "Rome"}))]);
        let played = play(model, own, json!({"mode": mode}), vec![first, say(&[("User", jo())])]);
        assert_eq!(played.outcome.unwrap(), jo(), "{model}");
        assert_eq!((played.sent.len(), played.runs.len(), played.runs[0].len()), (2, 1, 2), "{model}");
        let cities: Vec<&str> = played.runs[0].iter().map(|run| run.arguments.as_str()).collect();
        assert_eq!(cities, [r#"{"city":"Oslo"}"#, r#"{"city":"Rome"}"#], "{model}");
        let ids: Vec<&str> = played.runs[0].iter().map(|run| run.id.as_str()).collect();
        assert!(ids.iter().all(|id| !id.is_empty()) && ids[0] != ids[1], "{model}: {ids:?}");
        let (one, two) = (played.sent[0].to_string(), played.sent[1].to_string());
        assert!(one.contains("Weather of a city.") && one.contains("\"User\""), "{model}: {one}");
        // No choice that excludes the own tool.
        for forced in
            [r#""tool_choice":{"type":"function""#, r#""tool_choice":{"type":"tool""#, r#""toolChoice":{"tool""#]
        {
            assert!(!one.contains(forced), "{model}: {one}");
        }
        assert!(!one.contains("disable_parallel_tool_use"), "{model}");
        let (oslo, rome) = (two.find("ran {").unwrap(), two.rfind("ran {").unwrap());
        assert!(oslo < rome && two[oslo..rome].contains("Oslo"), "{model}: {two}");
        assert!(!two.contains("is_error") && !two.contains(r#""status":"error""#), "{model}");
        assert_eq!(played.completion["attempts"].as_array().unwrap().len(), 2, "{model}");
        assert!(played.completion["attempts"][0].get("error").is_none(), "{model}");
    }
}

#[test]
fn a_call_is_required_where_the_api_has_a_word_for_it() {
    let choice = |model: &str, mode: &str, own: Value| {
        let body = call(model, own, json!({"ownTools": [weather()], "mode": mode})).unwrap().request().body;
        let body: Value = serde_json::from_str(&body).unwrap();
        let config = body.pointer("/toolConfig/functionCallingConfig").or(body.pointer("/toolConfig/toolChoice"));
        body.get("tool_choice").or(config).cloned().unwrap_or_default()
    };
    let of = |model: &str| choice(model, "TOOLS", json!({}));
    assert_eq!(of("openai/gpt-4o-mini"), json!("required"));
    assert_eq!(choice("openai/gpt-4o-mini", "RESPONSES_TOOLS", json!({})), json!("required"));
    assert_eq!(of("mistral/mistral-small-latest"), json!("any"));
    assert_eq!(of("anthropic/claude-sonnet-4-5"), json!({"type": "any"}));
    assert_eq!(of("google/gemini-2.5-flash"), json!({"mode": "ANY", "allowedFunctionNames": ["User", "weather"]}));
    assert_eq!(of("bedrock/anthropic.claude-sonnet-4-5-20250929-v1:0"), json!({"any": {}}));
    assert_eq!(of("cohere/command-a-03-2025"), json!("REQUIRED"));
    // Where a call cannot be required, the prompt states what the answer is.
    assert_eq!(of("llama_cpp_python/m"), json!("auto"));
    assert_eq!(choice("openai/gpt-4o-mini", "JSON_SCHEMA", json!({})), json!("auto"));
    let thinking = json!({"thinking": {"type": "enabled", "budget_tokens": 1024}});
    assert_eq!(choice("anthropic/claude-sonnet-4-5", "TOOLS", thinking), json!({"type": "auto"}));
    let body =
        call("ollama/qwen3", json!({"native": true}), json!({"ownTools": [weather()], "mode": "TOOLS"})).unwrap();
    assert!(body.request().body.contains("return the answer only as a call of the tool `User`"));
}

#[test]
fn an_answer_that_is_a_text_ends_the_conversation_in_the_modes_without_a_tool() {
    let text =
        json!({"choices": [{"message": {"role": "assistant", "content": jo().to_string()}, "finish_reason": "stop"}]});
    for mode in ["JSON_SCHEMA", "JSON", "MD_JSON"] {
        let first = chat(&[("weather", json!({"city": "Oslo"}))]);
        let played = play("openai/gpt-4o-mini", json!({}), json!({"mode": mode}), vec![first, text.clone()]);
        assert_eq!((played.outcome.unwrap(), played.runs.len()), (jo(), 1), "{mode}");
        let turns = played.sent[1]["messages"].as_array().unwrap();
        let [.., echo, result] = turns.as_slice() else { panic!() };
        assert_eq!((&echo["tool_calls"][0]["id"], &result["role"]), (&json!("c0"), &json!("tool")), "{mode}");
    }
    // The raw answer, too.
    let raw = json!({"responseModel": null});
    let answers = vec![chat(&[("weather", json!({"city": "Oslo"}))]), text.clone()];
    let played = play("openai/gpt-4o-mini", json!({}), raw, answers);
    assert_eq!((played.outcome.unwrap(), played.runs.len()), (text, 1));
}

#[test]
fn a_call_that_cannot_run_has_a_problem_as_its_result() {
    let mut first =
        chat(&[("weather", json!({})), ("lookup", json!({})), ("weather", json!({"city": "Oslo"})), ("User", jo())]);
    first["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"] = "{\"city\": ".into();
    let played = play("openai/gpt-4o-mini", json!({}), json!({}), vec![first, chat(&[("User", jo())])]);
    assert_eq!((played.outcome.unwrap(), played.runs[0].len()), (jo(), 1));
    let turns = played.sent[1]["messages"].as_array().unwrap();
    let said: Vec<&str> = turns[turns.len() - 4..].iter().map(|turn| turn["content"].as_str().unwrap()).collect();
    assert!(said[0].contains("Invalid JSON") && said[0].contains("{\"city\": "), "{}", said[0]);
    assert!(said[1].contains("calls lookup, but the tools to call are weather, User"), "{}", said[1]);
    assert_eq!(said[2], r#"ran {"city":"Oslo"}"#);
    assert!(said[3].starts_with("Not used yet."), "{}", said[3]);
}

#[test]
fn steps_do_not_count_as_retries_and_an_invalid_answer_after_them_is_requested_again() {
    let step = || chat(&[("weather", json!({"city": "Oslo"}))]);
    let wrong = || chat(&[("User", json!({"name": "Jo"}))]);
    let played =
        play("openai/gpt-4o-mini", json!({}), json!({}), vec![step(), wrong(), step(), chat(&[("User", jo())])]);
    assert_eq!((played.outcome.unwrap(), played.sent.len()), (jo(), 4));
    assert!(played.sent[2].to_string().contains("Validation Error found"));
    assert_eq!(played.completion["usage"]["totalTokens"], 60);
    let attempts = played.completion["attempts"].as_array().unwrap().len();
    assert_eq!(attempts, 4);
    // maxRetries: 1 is two answers of the response model.
    let played = play("openai/gpt-4o-mini", json!({}), json!({}), vec![step(), wrong(), wrong()]);
    assert_eq!((played.outcome.unwrap_err().kind, played.sent.len()), (Kind::Retry, 3));
}

#[test]
fn the_number_of_steps_is_bounded() {
    let step = || chat(&[("weather", json!({"city": "Oslo"}))]);
    let steps = |number: usize| (0..number).map(|_| step()).collect::<Vec<_>>();
    let played = play("openai/gpt-4o-mini", json!({}), json!({"maxSteps": 2}), steps(3));
    let error = played.outcome.unwrap_err();
    assert_eq!((error.kind, played.sent.len(), played.runs.len()), (Kind::Retry, 3, 2));
    assert!(error.message.starts_with("No answer after 2 steps with calls of tools."), "{error}");
    assert!(!played.sent[1].to_string().contains("the last results"));
    assert!(played.sent[2].to_string().contains("These are the last results."));
    // The default.
    let played = play("openai/gpt-4o-mini", json!({}), json!({}), steps(9));
    assert_eq!((played.outcome.unwrap_err().kind, played.runs.len()), (Kind::Retry, 8));
    // An answer next to a further call is the answer.
    let both = chat(&[("weather", json!({"city": "Oslo"})), ("User", jo())]);
    let played = play("openai/gpt-4o-mini", json!({}), json!({"maxSteps": 1}), vec![step(), both]);
    assert_eq!((played.outcome.unwrap(), played.runs.len()), (jo(), 1));
    // The budget is checked before every request.
    let played = play("openai/gpt-4o-mini", json!({}), json!({"budget": 20}), steps(2));
    assert_eq!((played.outcome.unwrap_err().kind, played.sent.len()), (Kind::Budget, 2));
}

#[test]
fn a_server_that_stores_nothing_gets_no_ids_of_items() {
    let say = |store: bool| {
        let params = json!({"mode": "RESPONSES_TOOLS", "store": store});
        let answers = vec![responses(&[("weather", json!({"city": "Oslo"}))]), responses(&[("User", jo())])];
        play("openai/gpt-4o-mini", json!({}), params, answers).sent[1]["input"].to_string()
    };
    assert!(say(true).contains("\"rs1\"") && say(true).contains("\"fc0\""));
    assert!(!say(false).contains("rs1") && !say(false).contains("fc0") && say(false).contains("\"call_id\":\"c0\""));
}

#[test]
fn own_tools_that_cannot_be_sent_are_refused() {
    let refused = |model: &str, params: Value| {
        let error = match call(model, json!({}), params) {
            Err(error) => error,
            Ok(_) => panic!("{model}"),
        };
        assert_eq!(error.kind, Kind::Configuration, "{error}");
        error.message
    };
    let own = |schema: Value| json!({"ownTools": [{"name": "t", "schema": schema}]});
    assert!(refused("openai/gpt-4o-mini", own(json!({"type": "string"}))).contains("the schema of an object"));
    assert!(refused("perplexity/sonar", json!({"ownTools": [weather()]})).contains("has no tool calls"));
    assert!(refused("openai/gpt-4o-mini", json!({"ownTools": [weather()], "maxSteps": 0})).starts_with("maxSteps"));
    let several = json!({"ownTools": [weather()], "responseModel": {"parallel": [user()]}});
    assert!(refused("openai/gpt-4o-mini", several).contains("one response model"));
    // The tool of the response model has another name.
    let same = json!({"ownTools": [{"name": "User", "schema": {"type": "object", "properties": {}}}]});
    let body = call("openai/gpt-4o-mini", json!({}), same).unwrap().request().body;
    assert!(body.contains("\"User_2\"") && body.contains("\"User\""), "{body}");
}
