//! The call loop, driven by a script: requests, waits, hook events and results, without any I/O.

use instructor_wasm::machinery::call::{Action, Call, Client, Clock};
use instructor_wasm::machinery::error::{Error, Issue, Kind};
use serde_json::{Value, json};

/// One scripted response of the network.
enum Net {
    Reply(u16, Vec<(&'static str, &'static str)>, String),
    Down,
}

#[derive(Default)]
struct Seen {
    bodies: Vec<Value>,
    waits: Vec<f64>,
    events: Vec<(String, Value)>,
}

struct Run {
    seen: Seen,
    outcome: Result<Value, Error>,
    completion: Value,
}

fn run(options: Value, call: Value, script: Vec<Net>, mut validate: impl FnMut(&Value) -> Vec<Issue>) -> Run {
    let client = Client::new("openai/gpt-4o-mini", options.as_object().unwrap().clone()).unwrap();
    let setup = client.setup(call.as_object().unwrap().clone(), false).unwrap();
    let mut call = Call::new(setup).unwrap();
    let mut seen = Seen::default();
    let mut script = script.into_iter();
    let mut now_ms = 1_000_000.0;
    for _ in 0..200 {
        let clock = Clock { now_ms, random: 0.0 };
        match call.poll(clock) {
            Action::Send { request, .. } => {
                seen.bodies.push(serde_json::from_str(&request.body).unwrap());
                now_ms += 10.0;
                match script.next().expect("the script has an answer for every request") {
                    Net::Reply(status, headers, body) => {
                        let headers: Vec<_> = headers.into_iter().map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
                        call.on_response(status, &headers, body.as_bytes(), clock);
                    }
                    Net::Down => call.on_network_error(Error::new(Kind::Network, "refused"), clock),
                }
            }
            Action::Wait(ms) => {
                seen.waits.push(ms);
                now_ms += ms;
                call.on_woke();
            }
            Action::Validate(text) => call.on_validated(validate(&serde_json::from_str(&text).unwrap()), clock),
            Action::ValidateElements(_) => panic!("no list is streamed"),
            Action::Decide { attempt, .. } => call.on_decision(attempt < 2, Some(7.0), clock),
            Action::Emit { name, payload } => seen.events.push((name.to_owned(), payload)),
            Action::Restart => {}
            Action::Done => {
                let value = serde_json::from_str(call.candidate()).unwrap();
                return Run { seen, outcome: Ok(value), completion: call.completion() };
            }
            Action::Failed(error) => return Run { seen, outcome: Err(error), completion: call.completion() },
            Action::Nothing => panic!("the machine is stuck"),
            Action::Correct(changes) => panic!("no part was requested: {changes}"),
            Action::RunTools(_) => panic!("there are no own tools"),
        }
    }
    panic!("the machine does not end");
}

fn user_schema() -> Value {
    json!({"title": "User", "type": "object", "required": ["name", "age"],
           "properties": {"name": {"type": "string"}, "age": {"type": "integer"}}})
}

fn options() -> Value {
    json!({"apiKey": "sk-test"})
}

fn params(more: Value) -> Value {
    let mut call = json!({"responseModel": {"schema": user_schema()},
                          "messages": [{"role": "user", "content": "Jason is 25"}], "events": true});
    call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    call
}

fn tool_reply(arguments: &str) -> Net {
    let body = json!({"id": "c", "object": "chat.completion", "created": 1, "model": "gpt-4o-mini", "choices": [{
        "index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": null, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "User", "arguments": arguments}}]}}],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}});
    Net::Reply(200, vec![], body.to_string())
}

fn good() -> Net {
    tool_reply(r#"{"name": "Jason", "age": 25}"#)
}

fn status(code: u16, headers: Vec<(&'static str, &'static str)>) -> Net {
    Net::Reply(code, headers, json!({"error": {"message": "no", "type": "t", "code": "c"}}).to_string())
}

fn age_is_a_number(value: &Value) -> Vec<Issue> {
    if value["age"].is_i64() {
        return vec![];
    }
    vec![Issue { path: vec!["age".into()], message: "Expected an integer".into() }]
}

fn names(seen: &Seen) -> Vec<&str> {
    seen.events.iter().map(|(name, _)| name.as_str()).collect()
}

#[test]
fn a_valid_answer_is_the_result_of_one_request() {
    let run = run(options(), params(json!({})), vec![good()], age_is_a_number);
    assert_eq!(run.outcome.unwrap(), json!({"name": "Jason", "age": 25}));
    assert_eq!(run.seen.bodies.len(), 1);
    assert_eq!(names(&run.seen), ["completion:kwargs", "completion:response", "completion:usage"]);
}

#[test]
fn a_truncated_body_is_reported_to_the_hooks() {
    let script = vec![Net::Reply(200, vec![], "{\"choices\":[{\"mess".into())];
    let run = run(options(), params(json!({"httpRetries": 0})), script, age_is_a_number);
    assert_eq!(run.outcome.unwrap_err().kind, Kind::IncompleteOutput);
    assert_eq!(names(&run.seen), ["completion:kwargs", "completion:error", "completion:last_attempt"]);
}

#[test]
fn an_answer_without_a_tool_call_is_quoted_to_the_caller_with_a_remedy() {
    let body =
        json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"content": "I think Jason\n is 25."}}]});
    let script = vec![Net::Reply(200, vec![], body.to_string()), Net::Reply(200, vec![], body.to_string())];
    let run = run(options(), params(json!({"maxRetries": 1})), script, age_is_a_number);
    let error = run.outcome.unwrap_err();
    let advice = "The model replied with text: \"I think Jason is 25.\". Try `mode: 'JSON_SCHEMA'`";
    assert!(error.message.contains(advice), "{error}");
    assert!(!run.seen.bodies[1].to_string().contains("JSON_SCHEMA"), "the advice is only for the caller");
}

#[test]
fn an_invalid_answer_is_reasked_with_the_error_and_the_history_grows() {
    let script = vec![tool_reply(r#"{"name": "Jason", "age": "abc"}"#), good()];
    let run = run(options(), params(json!({})), script, age_is_a_number);
    assert!(run.outcome.is_ok());
    let messages = run.seen.bodies[1]["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 3);
    assert_eq!(messages[1]["tool_calls"][0]["id"], "call_1");
    assert_eq!(messages[2]["role"], "tool");
    let text = messages[2]["content"].as_str().unwrap();
    assert!(text.starts_with("Validation Error found:\n"), "{text}");
    assert!(text.contains("age") && text.contains("Expected an integer"), "{text}");
    assert!(text.ends_with("Recall the function correctly, fix the errors"), "{text}");
    assert_eq!(run.completion["usage"]["totalTokens"], 30);
    assert_eq!(run.completion["attempts"].as_array().unwrap().len(), 2);
    let expected = [
        "completion:kwargs",
        "completion:response",
        "completion:usage",
        "parse:error",
        "completion:kwargs",
        "completion:response",
        "completion:usage",
    ];
    assert_eq!(names(&run.seen), expected);
}

#[test]
fn n_retries_mean_n_plus_one_attempts_and_then_a_retry_error_with_its_cause() {
    let bad = || tool_reply(r#"{"name": "Jason", "age": "abc"}"#);
    let run = run(options(), params(json!({"maxRetries": 1})), vec![bad(), bad()], age_is_a_number);
    let error = run.outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Retry);
    assert_eq!(error.detail["cause"]["class"], "ValidationError");
    assert_eq!(error.detail["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(error.detail["totalUsage"]["totalTokens"], 30);
    assert_eq!(names(&run.seen)[6..], ["completion:usage", "parse:error", "completion:last_attempt"]);
    assert_eq!(run.seen.events.last().unwrap().1["isLastAttempt"], true);
    assert_eq!(run.seen.events.last().unwrap().1["maxAttempts"], 2);
}

#[test]
fn http_failures_are_retried_within_an_attempt_and_retry_after_is_honoured() {
    let script = vec![status(429, vec![("retry-after", "2")]), status(503, vec![]), good()];
    let run = run(options(), params(json!({"maxRetries": 0})), script, age_is_a_number);
    assert!(run.outcome.is_ok());
    assert_eq!(run.seen.waits, [2000.0, 1000.0]);
    assert_eq!(run.seen.bodies[0], run.seen.bodies[2]);
}

#[test]
fn a_client_error_is_not_retried_and_contains_status_and_provider() {
    let run = run(options(), params(json!({})), vec![status(401, vec![])], age_is_a_number);
    let error = run.outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Provider);
    assert_eq!(error.detail["status"], 401);
    assert_eq!(error.detail["provider"], "openai");
    assert_eq!(names(&run.seen), ["completion:kwargs", "completion:error", "completion:last_attempt"]);
}

#[test]
fn x_should_retry_overrides_the_rule_both_ways() {
    let script = vec![status(400, vec![("x-should-retry", "true")]), good()];
    assert!(run(options(), params(json!({})), script, age_is_a_number).outcome.is_ok());
    let script = vec![status(503, vec![("x-should-retry", "false")])];
    assert_eq!(run(options(), params(json!({})), script, age_is_a_number).outcome.unwrap_err().kind, Kind::Provider);
}

#[test]
fn network_failures_are_retried_and_then_reported() {
    let script = vec![Net::Down, good()];
    assert!(run(options(), params(json!({})), script, age_is_a_number).outcome.is_ok());
    let script = vec![Net::Down, Net::Down, Net::Down];
    let error = run(options(), params(json!({})), script, age_is_a_number).outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Network);
}

#[test]
fn a_wait_beyond_the_calls_timeout_ends_the_call_with_the_failure() {
    for (code, headers, timeout) in [(429, vec![("retry-after", "30")], 5000), (503, vec![], 400)] {
        let run = run(options(), params(json!({"timeout": timeout})), vec![status(code, headers)], age_is_a_number);
        let error = run.outcome.unwrap_err();
        assert_eq!((error.kind, &error.detail["status"]), (Kind::Provider, &json!(code)));
        assert!(run.seen.waits.is_empty());
    }
}

#[test]
fn the_calls_timeout_bounds_the_waits_between_attempts() {
    let bad = tool_reply(r#"{"name": "Jason"}"#);
    let call = params(json!({"timeout": 5000, "maxRetries": {"attempts": 3, "delay": 6000}}));
    let run = run(options(), call, vec![bad], age_is_a_number);
    assert_eq!(run.outcome.unwrap_err().kind, Kind::Timeout);
    assert!(run.seen.waits.is_empty());
}

#[test]
fn truncation_ends_the_call_at_once_without_error_hooks() {
    let body = json!({"choices": [{"index": 0, "finish_reason": "length", "message": {"role": "assistant",
        "content": null, "tool_calls": [{"id": "a", "type": "function", "function": {"name": "User", "arguments": "{\"na"}}]}}]});
    let script = vec![Net::Reply(200, vec![], body.to_string())];
    let run = run(options(), params(json!({})), script, age_is_a_number);
    assert_eq!(run.outcome.unwrap_err().kind, Kind::IncompleteOutput);
    assert_eq!(names(&run.seen), ["completion:kwargs", "completion:response"]);
}

#[test]
fn the_callers_policy_decides_and_waits_between_attempts() {
    let bad = || tool_reply(r#"{"name": "Jason", "age": "abc"}"#);
    let policy = json!({"maxRetries": {"attempts": 5, "hostDecides": true}});
    let run = run(options(), params(policy), vec![bad(), bad()], age_is_a_number);
    assert_eq!(run.outcome.unwrap_err().kind, Kind::Retry);
    assert_eq!(run.seen.waits, [7.0]);
    assert_eq!(run.seen.bodies.len(), 2);
}

#[test]
fn a_budget_ends_the_call_after_a_failed_validation_but_never_loses_a_valid_answer() {
    let bad = || tool_reply(r#"{"name": "Jason", "age": "abc"}"#);
    let failed = run(options(), params(json!({"budget": 15})), vec![bad()], age_is_a_number);
    let error = failed.outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Budget);
    assert_eq!(
        error.message,
        "Token budget exhausted after 15 tokens across 1 attempt (budget: 15). Raise `budget`, or ask for less."
    );
    assert!(run(options(), params(json!({"budget": 5})), vec![good()], age_is_a_number).outcome.is_ok());
}

#[test]
fn a_time_budget_ends_the_call_before_an_attempt_that_starts_after_it() {
    let bad = || tool_reply(r#"{"name":"Jason","age":"x"}"#);
    let run = run(options(), params(json!({"budget": {"ms": 15}})), vec![bad(), bad()], age_is_a_number);
    let error = run.outcome.unwrap_err();
    assert_eq!(run.seen.bodies.len(), 2);
    assert_eq!(error.kind, Kind::Budget);
    assert_eq!(error.message, "Time budget of 15 ms exhausted after 2 attempts. Raise `budget`, or ask for less.");
    assert_eq!(error.detail["cause"]["class"], "ValidationError");
}

#[test]
fn the_error_of_a_budget_contains_what_was_spent() {
    let bad = || tool_reply(r#"{"name":"Jason","age":"x"}"#);
    let prices = json!({"openai/gpt-4o-mini": {"input": 1, "output": 1}});
    for (budget, limit, says) in [
        (json!({"attempts": 2}), "attempts", "Budget of 2 attempts exhausted."),
        (
            json!({"usd": 0.000_02}),
            "usd",
            "Budget of 0.00002 US dollars exhausted after 2 attempts, which cost 0.00003.",
        ),
    ] {
        let call = params(json!({"budget": budget, "prices": prices}));
        let error = run(options(), call, vec![bad(), bad()], age_is_a_number).outcome.unwrap_err();
        assert!(error.message.starts_with(says), "{}", error.message);
        assert_eq!(error.detail["limit"], limit);
        assert_eq!(error.detail["spent"], json!({"tokens": 30, "usd": 0.000_03, "ms": 20, "attempts": 2}));
    }
}

#[test]
fn a_budget_ends_a_call_without_usage_only_after_an_answer() {
    let bare =
        json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "no"}}]});
    let bare = || Net::Reply(200, vec![], bare.to_string());
    let policy = json!({"budget": 1000, "httpRetries": 0, "maxRetries": {"attempts": 5, "hostDecides": true}});
    // The policy of the test retries after the first attempt only.
    let down = run(options(), params(policy.clone()), vec![Net::Down, good()], age_is_a_number);
    assert!(down.outcome.is_ok(), "{:?}", down.outcome);
    let error = run(options(), params(policy), vec![bare()], age_is_a_number).outcome.unwrap_err();
    assert!(error.message.starts_with("The provider reports no token usage"), "{}", error.message);
}

#[test]
fn an_attempt_that_fails_after_the_time_of_the_policy_is_the_last_one() {
    let bad = || tool_reply(r#"{"name":"Jason","age":"x"}"#);
    for (policy, sent) in [
        (json!({"stopAfter": 45}), 5),
        (json!({"stopAfter": 15}), 2),
        (json!({"stopAfter": 45, "attempts": 3}), 3),
        (json!({"stopAfter": 15, "hostDecides": true}), 2),
    ] {
        let script = (0..8).map(|_| bad()).collect();
        let run = run(options(), params(json!({"maxRetries": policy})), script, age_is_a_number);
        assert_eq!((run.outcome.unwrap_err().kind, run.seen.bodies.len()), (Kind::Retry, sent), "{policy}");
    }
}

#[test]
fn an_unknown_budget_is_refused() {
    for (budget, says) in [
        (json!({"usd": 1}), "budget.usd needs the price of the model: prices: { 'openai/gpt-4o-mini'"),
        (json!({"tokens": 5, "seconds": 2}), "{ tokens, usd, ms, attempts }"),
        (json!({"tokens": -1}), "more than 0"),
        (json!({}), "{ tokens, usd, ms, attempts }"),
        (json!("5"), "{ tokens, usd, ms, attempts }"),
    ] {
        let client = Client::new("openai/gpt-4o-mini", options().as_object().unwrap().clone()).unwrap();
        let call = params(json!({ "budget": budget }));
        let Err(error) = client.setup(call.as_object().unwrap().clone(), false) else { panic!("{budget}") };
        assert!(error.message.contains(says), "{}", error.message);
    }
}

#[test]
fn extra_fields_headers_and_query_go_into_every_request_unchanged() {
    let models = ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash", "cohere/command-a"];
    for model in models {
        let options = json!({"apiKey": "k", "extra_body": {"a": {"max_tokens": 1}, "b": 1}, "headers": {"x-own": "1"},
                             "extraHeaders": {"X-One": "1", "x-two": "2"}, "extraQuery": {"q": "a b"}});
        let client = Client::new(model, options.as_object().unwrap().clone()).unwrap();
        let more = json!({"extraBody": {"b": null}, "extra_headers": {"x-one": "3"}, "extraQuery": {"a&b": 1}});
        let call = params(more);
        let request = Call::new(client.setup(call.as_object().unwrap().clone(), false).unwrap()).unwrap().request();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!((&body["a"], body.get("b")), (&json!({"max_tokens": 1}), Some(&Value::Null)), "{model}");
        let header = |name: &str| -> Vec<&str> {
            request.headers.iter().filter(|(n, _)| n == name).map(|(_, v)| v.as_str()).collect()
        };
        assert_eq!((header("x-own"), header("x-one"), header("x-two")), (vec!["1"], vec!["3"], vec!["2"]), "{model}");
        assert!(request.url.ends_with("?q=a%20b&a%26b=1"), "{}", request.url);
    }
}

#[test]
fn a_system_parameter_is_refused_where_the_api_does_not_have_it() {
    for (model, takes) in [("openai/gpt-4o", false), ("google/gemini-2.5-flash", false), ("anthropic/claude-x", true)] {
        let client = Client::new(model, options().as_object().unwrap().clone()).unwrap();
        let call = params(json!({"system": "Be brief."}));
        match client.setup(call.as_object().unwrap().clone(), false) {
            Ok(_) => assert!(takes, "{model}"),
            Err(error) => assert!(!takes && error.message.contains("role: 'system'"), "{}", error.message),
        }
    }
}

#[test]
fn a_body_that_is_not_json_is_a_provider_error_with_its_start() {
    let script = vec![Net::Reply(200, vec![("content-type", "text/html")], "<html><title>Login</title></html>".into())];
    let error = run(options(), params(json!({})), script, age_is_a_number).outcome.unwrap_err();
    assert_eq!(error.kind, Kind::Provider);
    assert!(error.message.contains("Login") || error.message.contains("html"), "{}", error.message);
}

#[test]
fn a_body_without_choices_is_a_parsing_error_and_is_reasked() {
    let script = vec![Net::Reply(200, vec![], json!({"choices": []}).to_string()), good()];
    let run = run(options(), params(json!({})), script, age_is_a_number);
    assert!(run.outcome.is_ok());
    assert_eq!(run.seen.bodies.len(), 2);
}

#[test]
fn a_raw_call_returns_the_body_without_validation_or_tools() {
    let call = json!({"responseModel": null, "messages": [{"role": "user", "content": "Hi"}]});
    let body = json!({"choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}]});
    let script = vec![Net::Reply(200, vec![], body.to_string())];
    let run = run(options(), call, script, |_| panic!("nothing to validate"));
    assert_eq!(run.outcome.unwrap(), body);
    assert!(run.seen.bodies[0].get("tools").is_none());
}

#[test]
fn a_hook_may_change_the_request() {
    let client = Client::new("openai/gpt-4o-mini", options().as_object().unwrap().clone()).unwrap();
    let setup = client.setup(params(json!({})).as_object().unwrap().clone(), false).unwrap();
    let mut call = Call::new(setup).unwrap();
    let clock = Clock::default();
    let Action::Emit { name: "completion:kwargs", payload } = call.poll(clock) else { panic!("kwargs come first") };
    let mut body = payload;
    body["user"] = "u1".into();
    call.replace_body(body);
    let Action::Send { request, .. } = call.poll(clock) else { panic!("then the request") };
    assert!(request.body.contains("\"user\":\"u1\""));
}

#[test]
fn a_model_given_as_text_makes_the_same_request_as_the_model() {
    let client = Client::new("openai/gpt-4o-mini", options().as_object().unwrap().clone()).unwrap();
    let model = json!({"schema": user_schema()});
    let body = |model: Value, mode: &str, words: &str| {
        let call = json!({"responseModel": model, "messages": [{"role": "user", "content": words}], "mode": mode});
        Call::new(client.setup(call.as_object().unwrap().clone(), false).unwrap()).unwrap().request().body
    };
    for mode in ["TOOLS", "JSON_SCHEMA", "RESPONSES_TOOLS", "MD_JSON"] {
        let whole = body(model.clone(), mode, "hi");
        assert_eq!(whole, body(model.to_string().into(), mode, "hi"), "{mode}");
        assert!(whole.contains("age") && !whole.contains("\\u0000"), "{whole}");
    }
    // Text that looks like the placeholder of the schema.
    let odd = body(model.to_string().into(), "TOOLS", "\u{0}schema 0");
    let sent: Value = serde_json::from_str(&odd).unwrap();
    assert_eq!(sent["messages"][0]["content"], "\u{0}schema 0");
    assert_eq!(sent["tools"][0]["function"]["parameters"]["type"], "object");
}

#[test]
fn wrong_arguments_are_configuration_errors_with_the_argument() {
    let client = Client::new("openai/gpt-4o-mini", options().as_object().unwrap().clone()).unwrap();
    let model = json!({"schema": user_schema()});
    for (call, what) in [
        (json!({"responseModel": model}), "messages"),
        (json!({"responseModel": model, "messages": "hi"}), "messages"),
        (json!({"responseModel": model, "messages": []}), "messages"),
        (json!({"responseModel": model, "messages": [{"role": "user"}]}), "messages[0].content"),
        (json!({"responseModel": model, "messages": [{"content": "x"}]}), "messages[0].role"),
        (
            json!({"responseModel": model, "messages": [{"role": "user", "content": [{"text": "x"}]}]}),
            "messages[0].content[0]",
        ),
        (json!({"responseModel": "User", "prompt": "x"}), "responseModel"),
        (json!({"responseModel": model, "prompt": "x", "maxRetries": "3"}), "maxRetries"),
        (json!({"responseModel": model, "prompt": "x", "strict": "yes"}), "strict"),
        (json!({"responseModel": model, "prompt": "x", "timeout": -1}), "timeout"),
    ] {
        let error = client.setup(call.as_object().unwrap().clone(), false).err().expect(what);
        assert_eq!(error.kind, Kind::Configuration, "{what}");
        assert!(error.message.starts_with(what), "{what}: {}", error.message);
    }
}

#[test]
fn a_call_parameter_overrides_the_clients() {
    let client = Client::new(
        "openai/gpt-4o-mini",
        json!({"apiKey": "k", "temperature": 0.5, "user": "u"}).as_object().unwrap().clone(),
    )
    .unwrap();
    let setup = client.setup(params(json!({"temperature": 0.9})).as_object().unwrap().clone(), false).unwrap();
    let body: Value = serde_json::from_str(&Call::new(setup).unwrap().request().body).unwrap();
    assert_eq!((&body["temperature"], &body["user"]), (&json!(0.9), &json!("u")));
}

/// The value and the reasons of the coercions for a text answer with `parse: 'lenient'`.
fn read_leniently(mode: &str, text: &str) -> (Value, Vec<String>) {
    let reply = json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}]});
    let call = params(json!({"parse": "lenient", "mode": mode}));
    let run = run(options(), call, vec![Net::Reply(200, vec![], reply.to_string())], |_| vec![]);
    let whys = run.completion["coercions"].as_array().unwrap().iter().map(|made| made["why"].as_str().unwrap().into());
    (run.outcome.unwrap(), whys.collect())
}

#[test]
fn a_lenient_call_finds_the_best_match_in_the_whole_text() {
    let wanted = json!({"name": "Jo", "age": 3});
    for mode in ["json_mode", "json_schema_mode", "markdown_json_mode"] {
        // Valid JSON that is not the answer is inside it and after it.
        let (value, whys) = read_leniently(mode, "Sure: {name: 'Jo', age: 3}\nSources: [1], {\"page\": 4}");
        assert_eq!((value, whys), (wanted.clone(), vec!["repaired the JSON's syntax".to_owned()]), "{mode}");
        // Of two matches the last: the first may be quoted from the prompt.
        let (value, whys) =
            read_leniently(mode, "From {\"name\": \"Al\", \"age\": 9} to {\"name\": \"Jo\", \"age\": 3}.");
        assert_eq!((value, whys), (wanted.clone(), vec![]), "{mode}");
    }
}

#[test]
fn a_lenient_list_is_read_from_consecutive_objects_without_loss() {
    let list = json!({"type": "array", "items": user_schema()});
    let ask = |text: &str, mode: &str| {
        let reply = json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}]});
        let call = params(json!({"parse": "lenient", "mode": mode, "responseModel": {"schema": list}}));
        let run = run(options(), call, vec![Net::Reply(200, vec![], reply.to_string())], |_| vec![]);
        (run.outcome.unwrap(), run.completion["coercions"].as_array().unwrap().len())
    };
    let jo = json!({"name": "Jo", "age": 3});
    for mode in ["json_mode", "json_schema_mode", "markdown_json_mode"] {
        let read = ask("{\"name\": \"Jo\", \"age\": 3}\nand {name: \"Al\", \"age\": \"4\"}\n", mode);
        assert_eq!(read, (json!([jo, {"name": "Al", "age": 4}]), 2), "{mode}");
        let read = ask("{\"name\": \"Jo\", \"age\": 3} {\"name\": \"Al\", \"age\": \"old\"}", mode);
        // Consecutive JSON values need no repair.
        assert_eq!(read, (json!([jo, {"name": "Al", "age": "old"}]), 0), "{mode}");
    }
}

#[test]
fn a_call_that_is_not_strict_reads_leniently_before_a_reask() {
    let replies = |text: &str| {
        let body = json!({"choices": [{"finish_reason": "stop", "message": {"role": "assistant", "content": text}}]});
        vec![Net::Reply(200, vec![], body.to_string())]
    };
    let ask = |text: &str, more: Value| {
        let mut call = params(json!({"mode": "json_mode", "maxRetries": 0}));
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let wrong = |value: &Value| match value.get("name") {
            Some(_) => vec![],
            None => vec![Issue { path: vec!["name".into()], message: "wanted, and missing".into() }],
        };
        run(options(), call, replies(text), wrong)
    };
    // Valid JSON with other keys than the schema's, and malformed JSON.
    for text in ["{\"Name\": \"Jo\", \"AGE\": 3}", "{name: 'Jo', age: 3"] {
        let rescued = ask(text, json!({"strict": false}));
        assert_eq!(rescued.outcome.unwrap(), json!({"name": "Jo", "age": 3}), "{text}");
        assert!(!rescued.completion["coercions"].as_array().unwrap().is_empty(), "{text}");
        assert!(ask(text, json!({"parse": "strict"})).outcome.is_err(), "strict mode accepts {text}");
        assert!(ask(text, json!({"strict": false, "parse": "strict"})).outcome.is_err(), "{text}");
    }
}

/// The result of a streamed call with this body in pieces.
fn streamed(body: &str) -> Result<Value, Error> {
    struct Nothing;
    impl instructor_wasm::machinery::provider::Sink for Nothing {
        fn text(&mut self, _piece: &str) {}
        fn tool_start(&mut self, _index: usize, _id: Option<&str>, _name: &str) {}
        fn arguments(&mut self, _index: usize, _piece: &str) {}
    }
    let options = json!({"apiKey": "sk-test", "httpRetries": 0, "maxRetries": 0});
    let client = Client::new("openai/gpt-4o-mini", options.as_object().unwrap().clone()).unwrap();
    let setup = client.setup(params(json!({"events": false})).as_object().unwrap().clone(), true).unwrap();
    let mut call = Call::new(setup).unwrap();
    for _ in 0..20 {
        let clock = Clock { now_ms: 0.0, random: 0.0 };
        match call.poll(clock) {
            Action::Send { .. } => {
                assert!(call.on_head(200, &[]));
                for piece in body.as_bytes().chunks(7) {
                    call.on_bytes(piece, &mut Nothing, || clock);
                }
                call.on_end(&mut Nothing, clock);
            }
            Action::Validate(_) => call.on_validated(Vec::new(), clock),
            Action::Done => return Ok(serde_json::from_str(call.candidate()).unwrap()),
            Action::Failed(error) => return Err(error),
            _ => {}
        }
    }
    panic!("the machine does not end");
}

#[test]
fn a_body_that_is_not_a_stream_is_read_as_a_whole_answer() {
    let Net::Reply(_, _, whole) = good() else { panic!("a reply") };
    assert_eq!(streamed(&format!("\n {whole}")).unwrap(), json!({"name": "Jason", "age": 25}));
    let page = streamed("<!doctype html><html><body>502 Bad gateway</body></html>").unwrap_err();
    assert_eq!(page.kind, Kind::Provider);
    assert!(page.message.contains("Bad gateway") && page.message.contains("baseURL"), "{}", page.message);
    let error = streamed(r#"{"error":{"message":"no credit left","code":402}}"#).unwrap_err();
    assert_eq!(error.kind, Kind::Provider);
    assert!(error.message.contains("no credit left"), "{}", error.message);
}

#[test]
fn numbers_are_returned_as_written() {
    let run = run(
        options(),
        params(json!({"responseModel": {"schema": {"type": "object", "title": "User"}}})),
        vec![tool_reply(r#"{"a":0.9130658057983965,"b":678458827082067700000,"c":5e-324}"#)],
        |_| Vec::new(),
    );
    let value = run.outcome.unwrap();
    assert_eq!(value["a"].as_f64(), Some(0.913_065_805_798_396_5));
    assert_eq!(value["b"].as_f64(), Some(678_458_827_082_067_700_000.0));
    assert_eq!(value["c"].as_f64(), Some(5e-324));
}
