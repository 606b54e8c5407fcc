//! A whole call against an arbitrary server: status, headers and bytes of every response are the input, in chunks of
//! any size. It ends within a bounded number of steps, with a value or with an error whose kind fits the responses
//! and whose text contains no key.
//!
//! Input: provider, mode, flags, size of a chunk, status; then the answers, one after the other, each ended by `===`.
#![no_main]

#[path = "../../core/framings.rs"]
mod framings;

use framings::frame;
use instructor_wasm::machinery::call::{Action, Call, Client, Clock};
use instructor_wasm::machinery::error::{Error, Issue, Kind};
use instructor_wasm::machinery::provider::Sink;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

const KEY: &str = "key-of-the-fuzzer";
const MODELS: [&str; 12] = [
    "openai/gpt-4o-mini",
    "openai/gpt-6-sol",
    "anthropic/claude-sonnet-4-5",
    "google/gemini-2.5-flash",
    "cohere/command-a-03-2025",
    "bedrock/anthropic.claude-3-5-sonnet-20240620-v1:0",
    "ollama/qwen3",
    "workers_ai/@cf/m",
    "groq/llama-3.3-70b-versatile",
    "mistral/mistral-large-latest",
    "openrouter/a/b",
    "deepseek/deepseek-v4-flash",
];
const MODES: [Option<&str>; 6] =
    [None, Some("TOOLS"), Some("JSON"), Some("JSON_SCHEMA"), Some("MD_JSON"), Some("PARALLEL_TOOLS")];
const STATUSES: [u16; 8] = [200, 200, 200, 200, 400, 429, 500, 204];

/// The checks on what a consumer receives: pieces of a tool call come after its start.
#[derive(Default)]
struct Shown(usize);

impl Sink for Shown {
    fn text(&mut self, piece: &str) {
        assert!(!piece.is_empty());
    }
    fn tool_start(&mut self, index: usize, _: Option<&str>, _: &str) {
        self.0 = self.0.max(index + 1);
    }
    fn arguments(&mut self, index: usize, _: &str) {
        assert!(index < self.0);
    }
}

/// `name payload` lines as the binary frames of an AWS event stream.
fn framed(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in body.split(|byte| *byte == b'\n') {
        let cut = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let (name, payload) = line.split_at(cut.min(200));
        let name = String::from_utf8_lossy(name);
        out.extend(frame(&[(":event-type", &name), (":message-type", "event")], payload));
    }
    out
}

fn begin(model: &str, mode: Option<&str>, flags: u8, stream: bool) -> Option<Call> {
    let options =
        json!({ "apiKey": KEY, "region": "us-east-1", "accountId": "a", "native": model.starts_with("ollama") });
    let schema = json!({
        "title": "User", "type": "object", "required": ["name"],
        "properties": { "name": { "type": "string" }, "tags": { "type": "array", "items": { "type": ["string", "null"] } } },
    });
    let one = json!({ "schema": schema, "iterable": flags & 2 > 0 });
    let model_of_answer = match (mode, flags & 4 > 0) {
        (Some("PARALLEL_TOOLS"), _) => json!({ "parallel": [one] }),
        (_, true) => Value::Null,
        _ => one,
    };
    let params = json!({
        "responseModel": model_of_answer, "messages": [{ "role": "user", "content": "x" }], "mode": mode,
        "maxRetries": 1, "httpRetries": 1, "strict": flags & 8 == 0, "events": flags & 16 > 0,
        "parse": if flags & 32 > 0 { "lenient" } else { "strict" }, "maxAnswerBytes": 3000,
    });
    let client = Client::new(model, options.as_object()?.clone()).expect("the options are valid");
    // A mode that the provider does not support is refused before anything is sent.
    Call::new(client.setup(params.as_object()?.clone(), stream).ok()?).ok()
}

fuzz_target!(|data: &[u8]| {
    let [provider, mode, flags, size, status, body @ ..] = data else { return };
    let model = MODELS[usize::from(*provider) % MODELS.len()];
    let stream = flags & 1 > 0;
    let Some(mut call) = begin(model, MODES[usize::from(*mode) % MODES.len()], *flags, stream) else { return };
    let mut replies: Vec<Vec<u8>> = vec![Vec::new()];
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        match line {
            b"===\n" => replies.push(Vec::new()),
            line => replies.last_mut().expect("there is at least one reply").extend(line),
        }
    }
    let mut partial = call.setup().partial();
    let (mut sent, mut invalid) = (0, flags & 64 > 0);
    let broken = || Error::new(Kind::Network, "The connection broke.");
    let clock = |sent: usize| Clock { now_ms: 1e12 + sent as f64, random: 0.5 };
    for _ in 0..300 {
        match call.poll(clock(sent)) {
            Action::Send { .. } => {
                let reply = &replies[sent.min(replies.len() - 1)];
                let bytes = if model.starts_with("bedrock") && stream { framed(reply) } else { reply.clone() };
                let status = if sent == 0 { STATUSES[usize::from(*status) % STATUSES.len()] } else { 200 };
                let reset = (usize::from(*flags) >> 7) & 1 == 1 && sent == 0;
                sent += 1;
                if !stream || !call.on_head(status, &[]) {
                    match reset {
                        true => call.on_body_cut(status, &[], &bytes, broken(), clock(sent)),
                        false => call.on_response(status, &[], &bytes, clock(sent)),
                    }
                    continue;
                }
                let mut shown = Shown::default();
                let done = bytes.chunks(usize::from(*size) + 1).any(|chunk| {
                    // The reader of the value and the counter receive the same pieces.
                    if sent % 2 == 0 {
                        call.on_bytes(chunk, &mut partial, || clock(sent))
                    } else {
                        call.on_bytes(chunk, &mut shown, || clock(sent))
                    }
                });
                match reset && !done {
                    true => call.on_cut(broken(), &mut partial, clock(sent)),
                    false => call.on_end(&mut partial, clock(sent)),
                }
            }
            Action::Validate(text) => {
                let _: Value = serde_json::from_str(&text).expect("a candidate is JSON");
                let issue = Issue { path: vec!["name".into()], message: "too short".into() };
                call.on_validated(if std::mem::take(&mut invalid) { vec![issue] } else { vec![] }, clock(sent));
            }
            Action::ValidateElements(list) => {
                let list: Vec<Value> = serde_json::from_str(&list).expect("the elements are JSON");
                for element in list {
                    if call.on_element(element.to_string(), clock(sent)) {
                        let issue = Issue { path: vec![], message: "too short".into() };
                        let issues = if std::mem::take(&mut invalid) { vec![issue] } else { vec![] };
                        call.on_element_validated(issues, clock(sent));
                    }
                }
            }
            Action::Wait(ms) => {
                assert!((0.0..=60_000.0).contains(&ms));
                call.on_woke();
            }
            Action::Restart => partial = call.setup().partial(),
            Action::Failed(error) => {
                let wire = [
                    Kind::Provider,
                    Kind::Network,
                    Kind::IncompleteOutput,
                    Kind::Refusal,
                    Kind::Retry,
                    Kind::ResponseParsing,
                    Kind::Validation,
                ];
                assert!(wire.contains(&error.kind), "{:?}: {error}", error.kind);
                assert!(!error.message.is_empty());
                let told = error.to_json().to_string();
                assert!(!told.contains(KEY) || String::from_utf8_lossy(body).contains("key-of"));
                return;
            }
            Action::Done => {
                let _: Value = serde_json::from_str(call.candidate()).expect("a value is JSON");
                let _ = call.completion();
                return;
            }
            Action::Nothing => panic!("the machine is stuck"),
            _ => {}
        }
    }
    panic!("the call does not end");
});
