//! The exported client in a real browser: wasm-bindgen's glue and the browser's own promises, `Response` and
//! `ReadableStream`. The core's decisions are tested natively; these tests check only the boundary.
//!
//! `wasm-pack test --headless --chrome`, at the root of the repository.
#![cfg(target_arch = "wasm32")]

use instructor_wasm::machinery::wasm::{CoreClient, Host};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_browser);

/// A host whose fetch returns the next of `bodies` (`{status, headers, chunks}` as JSON) and whose validator returns
/// the next of `verdicts` (an empty text accepts). It records the requests.
#[wasm_bindgen(inline_js = r#"
export function script(bodies, verdicts) {
  const list = JSON.parse(bodies), results = JSON.parse(verdicts), requests = []
  return {
    requests,
    fetch: async (url, init) => {
      requests.push({ url, body: init.body })
      const { status = 200, headers = {}, chunks } = list[Math.min(requests.length, list.length) - 1]
      if (!chunks) throw new TypeError('Failed to fetch')
      const bytes = chunks.map((text) => new TextEncoder().encode(text))
      const body = new ReadableStream({ pull(to) { bytes.length ? to.enqueue(bytes.shift()) : to.close() } })
      return new Response(body, { status, headers })
    },
    validate: () => results.shift() || undefined,
    emit: () => undefined,
    decide: (error, attempt, retry) => JSON.stringify({ retry, delay: 0 }),
    authorize: () => '{}',
    aborted: new Promise(() => {}),
    signal: new AbortController().signal,
    timedOut: false,
    reading: () => {},
    failed: () => {},
  }
}
export const requests = (host) => JSON.stringify(host.requests)
"#)]
extern "C" {
    fn script(bodies: &str, verdicts: &str) -> Host;
    fn requests(host: &Host) -> String;
}

fn host(bodies: Value, verdicts: Value) -> (Host, Host) {
    let host = script(&bodies.to_string(), &verdicts.to_string());
    let kept = JsValue::from(&host).unchecked_into();
    (host, kept)
}

fn client(options: Value) -> CoreClient {
    CoreClient::new("openai/gpt-4o-mini", &options.to_string()).unwrap_or_else(|e| panic!("{e:?}"))
}

fn keyed() -> CoreClient {
    client(json!({"apiKey": "k", "httpRetries": 0}))
}

fn call() -> String {
    let schema = json!({"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]});
    json!({
        "responseModel": {"schema": schema, "name": "User"},
        "messages": [{"role": "user", "content": "Jason"}],
    })
    .to_string()
}

fn tool_call(arguments: &str) -> Value {
    let function = json!({"name": "User", "arguments": arguments});
    let message = json!({"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": function}]});
    let body = json!({"choices": [{"message": message, "finish_reason": "tool_calls"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}});
    json!({"headers": {"content-type": "application/json"}, "chunks": [body.to_string()]})
}

async fn settled(promise: js_sys::Promise) -> Result<Value, Value> {
    let read = |value: JsValue| serde_json::from_str(&value.as_string().expect("text")).expect("JSON");
    JsFuture::from(promise).await.map(read).map_err(read)
}

#[wasm_bindgen_test]
async fn a_call_uses_the_hosts_fetch_and_returns_a_value() {
    let (host, kept) = host(json!([tool_call(r#"{"name":"Jason"}"#)]), json!([]));
    let done = settled(keyed().create(&call(), host)).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(done["value"], json!({"name": "Jason"}));
    assert_eq!(done["usage"]["totalTokens"], 5);
    assert!(requests(&kept).contains("https://api.openai.com/v1/chat/completions"));
}

#[wasm_bindgen_test]
async fn an_answer_that_the_hosts_validator_refuses_is_reasked() {
    let answers = json!([tool_call(r#"{"name":""}"#), tool_call(r#"{"name":"Jason"}"#)]);
    let issue = json!([{"path": ["name"], "message": "must not be empty"}]).to_string();
    let (host, kept) = host(answers, json!([issue, ""]));
    let done = settled(keyed().create(&call(), host)).await.unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(done["value"], json!({"name": "Jason"}));
    assert_eq!(done["usage"]["totalTokens"], 10);
    let requests: Value = serde_json::from_str(&requests(&kept)).expect("JSON");
    assert_eq!(requests.as_array().map(Vec::len), Some(2));
    assert!(requests[1]["body"].as_str().is_some_and(|body| body.contains("must not be empty")));
}

#[wasm_bindgen_test]
async fn an_error_status_rejects_with_the_documented_class() {
    let body = json!([{"status": 401, "chunks": [r#"{"error":{"message":"bad key"}}"#]}]);
    let (host, _) = host(body, json!([]));
    let error = settled(keyed().create(&call(), host)).await.expect_err("401 is an error");
    assert_eq!(error["class"], "ProviderError");
    assert_eq!(error["status"], 401);
}

#[wasm_bindgen_test]
async fn an_unreachable_host_is_a_network_error() {
    let (host, _) = host(json!([{}]), json!([]));
    let error = settled(keyed().create(&call(), host)).await.expect_err("nobody answered");
    assert_eq!(error["class"], "NetworkError");
}

#[wasm_bindgen_test]
async fn a_truncated_body_is_an_error_without_a_panic() {
    let (host, _) = host(
        json!([{"headers": {"content-type": "application/json"}, "chunks": [r#"{"choices":[{"mess"#]}]),
        json!([]),
    );
    let error = settled(keyed().create(&call(), host)).await.expect_err("the body is truncated");
    assert!(error["class"].as_str().is_some_and(|class| class.ends_with("Error")), "{error}");
}

#[wasm_bindgen_test]
async fn a_stream_is_pulled_chunk_by_chunk_and_ends_with_its_completion() {
    let delta = |text: &str| {
        let delta = json!({"tool_calls": [{"index": 0, "id": "c", "type": "function", "function": {"name": "User", "arguments": text}}]});
        format!("data: {}\n\n", json!({"choices": [{"index": 0, "delta": delta}]}))
    };
    let end = json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]});
    let chunks = [delta(r#"{"na"#), delta(r#"me":"Ja"#), delta(r#"son"}"#), format!("data: {end}\n\ndata: [DONE]\n\n")];
    let (host, _) = host(json!([{"headers": {"content-type": "text/event-stream"}, "chunks": chunks}]), json!([]));
    let stream = keyed().stream(&call(), host).unwrap_or_else(|e| panic!("{e:?}"));
    let mut pulls = 0;
    loop {
        let pulled = JsFuture::from(stream.next()).await.unwrap_or_else(|e| panic!("{e:?}"));
        pulls += 1;
        if pulled.as_f64() == Some(2.0) {
            break;
        }
        assert!(pulls < 50, "the stream never ends");
    }
    assert!(pulls > 2, "{pulls} pulls for four chunks");
    let done: Value = serde_json::from_str(&stream.completion()).expect("JSON");
    assert_eq!(done["value"], json!({"name": "Jason"}));
}

#[wasm_bindgen_test]
fn a_wrong_model_string_or_option_throws_and_never_traps() {
    for (model, options) in
        [("nonsense", "{}"), ("openai/", "{}"), ("openai/gpt-4o", "not JSON"), ("openai/gpt-4o", "[]")]
    {
        let thrown = CoreClient::new(model, options).err().expect("an error").as_string().expect("text");
        let error: Value = serde_json::from_str(&thrown).expect("JSON");
        assert_eq!(error["class"], "ConfigurationError", "{model} {options}");
    }
}

#[wasm_bindgen_test]
fn the_request_can_be_built_without_sending_it() {
    let built = keyed().build_request(&call()).unwrap_or_else(|e| panic!("{e:?}"));
    let request: Value = serde_json::from_str(&built).expect("JSON");
    assert_eq!(request["method"], "POST");
    assert!(request["url"].as_str().is_some_and(|url| url.ends_with("/chat/completions")));
}
